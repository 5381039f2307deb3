"""The policy as people and machines meet it."""

from calla.policy import program

program.claim("policy_as_data", {"en": "the policy is served as data, with its digest"})
program.claim("register_from_policy", {"en": "the register of processing is made from the policy"})
program.claim("versions_kept_and_compared", {"en": "each version stays readable, compared with the one before"})
program.claim("page_and_program_switch_together", {"en": "page and program read the same version at every moment"})
program.claim("stricter_of_all_versions", {"en": "the stricter of all versions since a person's last use binds"})
program.claim("date_of_version", {"en": "number and date are those of the version in force"})
program.place("was_it_us", {"en": "where a letter's code is asked for", "de": "wo nach dem Code eines Schreibens gefragt wird"})
