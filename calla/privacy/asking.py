"""No letter asks for what the policy says no letter asks for. One that does is not sent.

A request tells somebody to hand something over, says that we lack it, or asks what it is, and near that stands the
thing that nobody should give. To say that we never ask is no request, and neither is a link to one's own order. A no
counts for its own part of the sentence: in “Do not worry, just send us…” it takes nothing back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from calla.policy import Policy, Rules, enforces
from calla.privacy.errors import LetterRefused
from calla.privacy.known_limits import known

known(
    "The search for letters that ask for a secret reads English; a sly wording can get past it.",
    reviewed="2026-11-27",
)

THINGS = {
    "sign_in_secret": r"pass[ -]?(?:word|code|phrase)s?|log-?in|credentials|(?:security|one[ -]time|sign-in) codes?"
    r"|(?-i:\bPIN\b)",
    "card_number": r"(?:card|account|bank) (?:number|details|data)|IBAN|CVC|CVV|expiry date"
    r"|(?:number|digits|photo|picture) (?:of|on) (?:your|the) (?:credit |debit |bank )?card",
    "identity": r"(?:identity|passport|tax|customs|social security|insurance) (?:card|number|id)|date of birth|\bSSN\b"
    r"|(?:copy|scan|photo|picture) of (?:your|the) (?:passport|identity card|driving licen[cs]e)",
    "other_private": r"mother's maiden name|secret question|private (?:data|details)|personal (?:data|details)",
}
REQUESTS = (
    r"\b(?:send|tell|give|provide|enter|type|confirm|verify|fill in|update|submit|share|forward|disclose"
    r"|(?:reply|answer|write back|come back) with|(?:mail|e-?mail|text|show) (?:us|me)|let us (?:know|have|see)"
    r"|please(?! (?:do not|don't|never)\b))\b[^.!?]{0,60}?(?:THING)",
    r"\b(?:needs?|requires?|wants?|like|ask (?:you )?for|what(?: is|'s| are)|(?:may|can|could|must) (?:we|I) have)\b"
    r"[^.!?]{0,40}?\b(?:your (?:\w+ )?(?:THING)|(?:THING) (?:of|on) your\b)",
    r"(?:THING),? please\b",
)
NEGATED = re.compile(r"\b(?:never|not|nobody|no letter|whoever|don't|won't)\b", re.IGNORECASE)
PART = re.compile(r"[,;:–—]|\b(?:and|but|just|please|so)\b", re.IGNORECASE)
FORM = re.compile(r"<\s*(?:form|input|textarea|select)\b", re.IGNORECASE)


@enforces("letters.never_ask")
def refuse_request(policy: Policy | Rules, texts: Iterable[str]) -> None:
    """Raise LetterRefused when one of the parts of a letter asks for something the policy names, or holds a form."""
    for text in texts:
        if FORM.search(text):
            raise LetterRefused("A letter holds no form: what it needs is asked on a page of the shop.")
        for matter in policy.get("letters.never_ask", ()):
            if said := asks_for(matter, text):
                raise LetterRefused(f"This letter asks for something private: “{said}”. Ask on a page of the shop.")


def asks_for(matter: str, text: str) -> str:
    """The words that ask for it, or an empty string."""
    plain = re.sub(r"<[^>]*>|\s+", " ", text).replace("’", "'")
    for sentence in re.split(r"(?<=[.!?])\s+", plain):
        for said in _requests(matter).finditer(sentence):
            if not NEGATED.search(PART.split(sentence[: said.start()])[-1]):
                return said[1]
    return ""


@cache
def _requests(matter: str) -> re.Pattern[str]:
    """Each beginning is looked at by itself: one that is taken back must not hide another."""
    every = "|".join(REQUESTS).replace("THING", THINGS[matter])
    return re.compile(f"(?=({every}))", re.IGNORECASE)
