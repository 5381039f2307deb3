"""A form that was given out under one version of the policy and is sent under another (decision 0012).

Each such form carries the number of its version. The stricter of that version, of today's and of all between judges it:
nothing is missed that was not asked for, and nothing is taken that may not be asked for any more. Who wrote something
into a field that went away is told so before anything is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from calla.policy import Rules
from calla.policy.language import join
from calla.privacy import versions

SHOWN = "shown_policy"  # the field in which a form carries its version
NO_MORE = (
    "Our policy changed while you were here: we no longer ask for {named}, so what you wrote there was not kept. "
    "Everything else is as you wrote it; please look once more, then {deed}."
)
Fields = Mapping[str, str]  # of a form, each with the category it holds


@dataclass(frozen=True)
class Sent:
    """`rules` judge the form, `shown` are those it was given out by."""

    post: Mapping[str, str]
    rules: Rules
    shown: Rules

    def in_vain(self, fields: Callable[[Rules], Fields], deed: str) -> str:
        """What to tell whoever wrote into `fields` that went away; nothing where nobody did."""
        kept, asked = fields(self.rules), fields(self.shown)
        gone = [asked[name] for name in sorted(asked.keys() - kept.keys()) if str(self.post.get(name, "")).strip()]
        known = versions.current().program.categories
        named = join([known[category].phrase() for category in dict.fromkeys(gone)], "en")
        return NO_MORE.format(named=named, deed=deed) if gone else ""


def sent(request: HttpRequest, country: str | None = None) -> Sent:
    number = request.POST.get(SHOWN, "")
    return Sent(request.POST, versions.of_form(number, country), versions.given_out(number).policy.rules(country))
