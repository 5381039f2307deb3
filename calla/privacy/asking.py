"""No letter asks for what the policy says no letter asks for. One that does is not sent.

A request tells somebody to hand something over, says that we lack it, or asks what it is, and near that stands the
thing that nobody should give. To say that we never ask is no request, and neither is a link to one's own order. A no
counts for its own part of the sentence: in “Do not worry, just send us…” it takes nothing back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from calla.policy import Policy, Rules, enforces
from calla.privacy.errors import LetterRefused
from calla.privacy.known_limits import known

known(
    "The search for letters that ask for a secret reads English and German; a sly wording can get past it.",
    reviewed="2026-11-27",
)


@dataclass(frozen=True, eq=False)
class Tongue:
    """How requests are worded in one language. `no` takes one back, and `part` ends what a no reaches.

    `no_behind`: a no may also follow what it takes back.
    """

    things: Mapping[str, str]
    requests: Iterable[str]
    no: str
    part: str
    no_behind: bool = False


ENGLISH = Tongue(
    {
        "sign_in_secret": r"pass[ -]?(?:word|code|phrase)s?|log-?in|credentials"
        r"|(?:security|one[ -]time|sign-in) codes?|(?-i:\bPIN\b)",
        "card_number": r"(?:card|account|bank) (?:number|details|data)|IBAN|CVC|CVV|expiry date"
        r"|(?:number|digits|photo|picture) (?:of|on) (?:your|the) (?:credit |debit |bank )?card",
        "identity": r"(?:identity|passport|tax|customs|social security|insurance) (?:card|number|id)|\bSSN\b"
        r"|date of birth|(?:copy|scan|photo|picture) of (?:your|the) (?:passport|identity card|driving licen[cs]e)",
        "other_private": r"mother's maiden name|secret question|private (?:data|details)|personal (?:data|details)",
    },
    (
        r"\b(?:send|tell|give|provide|enter|type|confirm|verify|fill in|update|submit|share|forward|disclose"
        r"|(?:reply|answer|write back|come back) with|(?:mail|e-?mail|text|show) (?:us|me)|let us (?:know|have|see)"
        r"|please(?! (?:do not|don't|never)\b))\b[^.!?]{0,60}?(?:THING)",
        r"\b(?:needs?|requires?|wants?|like|ask (?:you )?for|what(?: is|'s| are)"
        r"|(?:may|can|could|must) (?:we|I) have)\b[^.!?]{0,40}?"
        r"\b(?:your (?:\w+ )?(?:THING)|(?:THING) (?:of|on) your\b)",
        r"(?:THING),? please\b",
    ),
    no=r"\b(?:never|not|nobody|no letter|whoever|don't|won't)\b",
    part=r"[,;:–—]|\b(?:and|but|just|please|so)\b",
)
GERMAN = Tongue(
    {
        "sign_in_secret": r"(?:pass|kenn)[ -]?w(?:ort|örter)\w*|log-?in(?:-?daten)?\b|(?:zugangs|anmelde)-?daten"
        r"|(?:sicherheits|einmal|bestätigungs|zugangs|anmelde)-?codes?|(?-i:\b(?:PIN|TAN)\b)",
        "card_number": r"(?:karten|konto|bank)-?(?:nummer|daten|verbindung)|\bIBAN\b|\bCVC\b|\bCVV\b|kartenprüfnummer"
        r"|prüfziffer|ablaufdatum|(?:nummer|ziffern|foto|bild|kopie) (?:(?:auf|von) )?(?:ihrer|deiner|der) \w*karte\b",
        "identity": r"(?:ausweis|pass|steuer|steueridentifikations|sozialversicherungs)-?nummer|steuer-?id\b"
        r"|geburtsdatum|(?:kopie|foto|bild|scan) (?:ihre[sr]|deine[sr]|des|vom)"
        r" (?:personalausweis|ausweis|reisepass|führerschein)",
        "other_private": r"mädchenname\w* (?:ihrer|deiner|der) mutter|(?:geheim|sicherheits)frage"
        r"|(?:private|persönliche)n? (?:daten|angaben)",
    },
    (
        r"(?:(?<!wir )\b(?:sende|schicke?|maile?)n?|\b(?:nennen?|sag(?:en?)?|geben|gib|teilen?|verraten?|bestätigen?"
        r"|tippen?|tragen?|aktualisieren?|übermitteln|übermittle|antworten?|brauchen|braucht|benötigen|benötigt|lautet|lauten"
        r"|wüssten|fragen|bitten|bitte))\b[^.!?]{0,60}?(?:THING)",
        r"(?:THING)\b[^.!?]{0,40}?\b(?:senden|schicken|mailen|nennen|mit(?:zu)?teilen|an(?:zu)?geben|ein(?:zu)?geben|verraten"
        r"|bestätigen|übermitteln|brauchen|braucht|benötigen|benötigt|bitte)\b",
    ),
    no=r"\b(?:nie|niemals|nicht|nichts|kein\w*|niemand|nirgends|wer)\b",
    part=r"[,;:–—]|\b(?:und|aber|sondern|einfach|bitte|also)\b",
    no_behind=True,
)  # fmt: skip
TONGUES = ENGLISH, GERMAN  # a letter is looked at in each: staff answer in the language they are asked in
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
        for tongue in TONGUES:
            for said in _requests(tongue, matter).finditer(sentence):
                if not _is_taken_back(tongue, sentence, said):
                    return said[1]
    return ""


def _is_taken_back(tongue: Tongue, sentence: str, said: re.Match[str]) -> bool:
    """By a no in the same part of the sentence."""
    near = re.split(tongue.part, sentence[: said.start()], flags=re.IGNORECASE)[-1]
    if tongue.no_behind:
        near += said[1] + re.split(tongue.part, sentence[said.end(1) :], maxsplit=1, flags=re.IGNORECASE)[0]
    return re.search(tongue.no, near, re.IGNORECASE) is not None


@cache
def _requests(tongue: Tongue, matter: str) -> re.Pattern[str]:
    """Each beginning is looked at by itself: one that is taken back must not hide another."""
    every = "|".join(tongue.requests).replace("THING", tongue.things[matter])
    return re.compile(f"(?=({every}))", re.IGNORECASE)
