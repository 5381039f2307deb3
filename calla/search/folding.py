"""How words are compared: case, accents, ß and plain plurals make no difference, and one slip in a long word little."""

from __future__ import annotations

import re
import unicodedata

LONG = 64
SEPARATE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "’": "'"})
WORD = re.compile(r"[^\W_]+")
# Words that say nothing about a garment, in the languages of the shop.
# fmt: off
EMPTY = frozenset({
    "a", "an", "and", "are", "at", "for", "from", "in", "is", "it", "of", "on", "or", "the", "to", "with",
    "aus", "das", "dem", "den", "der", "die", "ein", "eine", "fur", "im", "mit", "oder", "und", "von", "zum",
})
# fmt: on


def fold(text: str) -> str:
    """`"Größe"` and `"GRÖSSE"` become `"grosse"`."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(SEPARATE)
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def words(text: str) -> list[str]:
    """The words of a text as they are looked up, each once and in order; empty ones only if there are no others."""
    return list(spelled(text))


def spelled(text: str) -> dict[str, str]:
    """The same, each with how it is spelled before it is made singular."""
    found = {stem(word)[:LONG]: word[:LONG] for word in WORD.findall(fold(text).replace("'", ""))}
    return {word: whole for word, whole in found.items() if word not in EMPTY} or found


def stem(word: str) -> str:
    """The singular of a plain English plural; any other word as it is."""
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("sses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def half_typed(word: str) -> str:
    """The singular of a plural whose last letter is still to come: `"dresse"` becomes `"dress"`."""
    return stem(f"{word}s")


def one_slip(typed: str, meant: str) -> bool:
    """Whether one letter is wrong, missing, too many, or changed places with its neighbour."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    same = next(
        (at for at, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant))
    )
    a, b = typed[same:], meant[same:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (len(a) > 1 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:])
    return a[1:] == b or a == b[1:]
