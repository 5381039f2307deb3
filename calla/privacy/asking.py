"""No letter asks for what the policy says no letter asks for. One that does is not sent.

A request is a verb that wants an answer, and near it the thing that nobody should give. To say that we never ask is no
request, and neither is a link to one's own order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from calla.policy import Policy, Rules, enforces
from calla.privacy.errors import LetterRefused
from calla.privacy.known_limits import known

known(
    "The search for letters that ask for a secret reads English; a sly wording can get past it.",
    reviewed="2026-11-26",
)

WANT = r"\b(?:send|tell|give|provide|enter|type|confirm|verify|reply with|answer with|fill in|update|submit)\b"
THINGS = {
    "sign_in_secret": r"pass ?(?:word|code|phrase)s?|log-?in|credentials|(?:security|one-time|sign-in) codes?|\bPIN\b",
    "card_number": r"(?:card|account|bank) (?:number|details|data)|IBAN|CVC|CVV|expiry date",
    "identity": r"(?:identity|passport|tax|customs|social security|insurance) (?:card|number|id)|date of birth|\bSSN\b",
    "other_private": r"mother's maiden name|secret question|private (?:data|details)|personal (?:data|details)",
}
NEGATED = re.compile(r"\b(?:never|not|nobody|no letter|don't|won't)\b", re.IGNORECASE)
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
    request = re.compile(rf"{WANT}[^.!?]{{0,60}}?(?:{THINGS[matter]})", re.IGNORECASE)
    for sentence in re.split(r"(?<=[.!?])\s+", re.sub(r"<[^>]*>|\s+", " ", text)):
        found = request.search(sentence)
        if found and not NEGATED.search(sentence[: found.start()]):
            return found.group()
    return ""
