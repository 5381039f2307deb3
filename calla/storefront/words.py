"""What holds for every page."""

from calla.policy import program

program.claim("policy_linked_everywhere", {"en": "each page and form links the policy"})
program.claim("no_foreign_requests", {"en": "no page fetches anything from elsewhere"})
program.claim("no_foreign_scripts", {"en": "no script from elsewhere runs on our pages"})
program.claim("no_downloads", {"en": "no page offers anything to install"})
