"""No letter of ours links to anybody else, whoever wrote its words.

A mail program makes a link of whatever reads like a web address: with a scheme, with `www.`, or with an ending that it
knows. Whoever types one is told to take it out. What is in a letter by other ways, such as the title of a piece, loses
its dots at the gate (decision 0027): the letter goes, and nothing in it leads to somebody else.
"""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit

from babel import Locale
from django.conf import settings

from calla.policy import enforces
from calla.privacy.errors import LetterRefused
from calla.privacy.known_limits import known

known(
    "In a letter a web address without “www.” and “//” is known by its ending; a rare or very short one gets past.",
    reviewed="2026-11-27",
)
known(
    "An e-mail address of somebody else in a letter stays, since it may be the reader's own.",
    reviewed="2026-11-27",
)

# Besides those of the countries; those that are ordinary ends of a file's name are left out.
ENDING = re.compile(
    r"""
    xn--.+|aero|agency|app|art|asia|bar|beauty|berlin|bid|biz|blog|boutique|buzz|cafe|camp|cat|center|city|click|
    clothing|cloud|club|com|company|cool|coop|date|deals|design|dev|digital|direct|discount|edu|email|events|
    express|family|fashion|fit|fun|fund|gift|gifts|global|gov|group|guide|guru|hair|hamburg|health|help|homes|host|
    icu|info|ink|int|jewelry|jobs|kaufen|koeln|land|life|link|live|loan|lol|london|love|ltd|luxury|market|media|men|
    mil|mobi|moda|mom|money|museum|net|network|news|ninja|one|online|org|page|paris|party|photos|pics|plus|press|
    pro|promo|pub|quest|report|rest|reviews|rocks|ruhr|run|sale|sbs|shoes|shop|shopping|show|site|skin|social|
    solutions|space|store|stream|studio|style|support|team|tech|tel|tienda|tips|today|top|tours|trade|travel|vin|
    vip|vote|wang|watch|website|wien|wiki|win|work|works|world|wtf|xxx|xyz|yoga|zone|рф|中国
    """,
    re.VERBOSE,
)
ADDRESS = re.compile(
    r"(?<!\w)\w*://(?P<site>[^\s/?#<>\"']+)[^\s<>\"']*"
    r"|(?<![\w@-])(?<![\w-]\.)(?P<name>[\w-]++(?:\.[\w-]++)++)(?!@)(?::\d+)?(?P<path>(?:[/?#][^\s<>\"']*)?)"
)
LINKED_BY = re.compile(r"://|\.")
AROUND = ".,:;!?()[]{}“”„‘’«»…"


@enforces("no_foreign_links")
def refuse_link(text: str) -> None:
    """Raise LetterRefused when the text holds the address of somebody else's page."""
    if found := link_in(text):
        raise LetterRefused(
            f"“{found}” would be a link, and our letters link to our own pages alone. Please take it out, or put a "
            "blank after the dot if it is no address. Of a parcel the number is enough: the order's page shows it."
        )


@enforces("no_foreign_links")
def without_links(text: str) -> str:
    """The same words, but nothing in them leads to somebody else any more."""
    return ADDRESS.sub(lambda found: LINKED_BY.sub(" ", found[0]) if _is_foreign(found) else found[0], text)


@enforces("no_foreign_links")
def line_problem(label: str, text: str) -> str:
    """What to say of a line, such as a name, that our letters will hold; nothing where it may stand."""
    if found := link_in(text):
        return f"{label}: “{found}” reads like a web address. Please take it out, or put a blank after the dot."
    return ""


def link_in(text: str) -> str:
    """The first address of somebody else's page, as it was written, or an empty string."""
    return next((found[0].rstrip(AROUND) for found in ADDRESS.finditer(text) if _is_foreign(found)), "")


def _is_foreign(found: re.Match[str]) -> bool:
    site = (found["site"] or found["name"]).casefold().strip(AROUND)
    if site in {settings.PUBLIC_HOST, urlsplit(settings.PUBLIC_URL).netloc.strip(AROUND)}:
        return False
    return bool(found["site"]) or _is_linked(site.strip("_-").split("."), found["path"])


def _is_linked(labels: list[str], path: str) -> bool:
    """“Av.de la Paz”, “P.za Garibaldi” and “J.Love” are abbreviations: of short words, with nothing behind a slash."""
    *before, ending = labels
    is_known = ending in _countries() or ENDING.fullmatch(ending) is not None
    return before[0] == "www" or (is_known and (len(path) > 1 or max(map(len, before)) > 2))


@cache
def _countries() -> frozenset[str]:
    return frozenset({"uk", "su", *(str(code).lower() for code in Locale("en").territories)})
