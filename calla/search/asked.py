"""What somebody meant by the words they typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from calla.search.cards import COLOUR, SIZE
from calla.search.folding import fold, half_typed, one_slip, spelled
from calla.search.index import Index
from calla.search.vocabulary import TOLERANT_FROM

MOST_WORDS = 8
LONGEST_PHRASE = 3
Phrase = tuple[str, ...]
Synonyms = Mapping[Phrase, tuple[Phrase, ...]]


@dataclass(frozen=True, slots=True)
class Part:
    """A word or phrase of the text, the words it may stand for, and what it was taken for if it was mistyped."""

    typed: Phrase
    alternatives: tuple[tuple[tuple[str, ...], ...], ...]  # each: for all of its words, the words that begin so
    instead: str = ""


def parts(text: str, index: Index, synonyms: Synonyms) -> list[Part]:
    wholes = spelled(text)
    asked = list(wholes)[:MOST_WORDS]
    found: list[Part] = []
    at = 0
    while at < len(asked):
        phrase = _known_phrase(asked[at:], synonyms)
        found.append(_part(phrase, wholes[phrase[0]], index, synonyms))
        at += len(phrase)
    return found


def _known_phrase(rest: Sequence[str], synonyms: Synonyms) -> Phrase:
    for length in range(min(LONGEST_PHRASE, len(rest)), 1, -1):
        if tuple(rest[:length]) in synonyms:
            return tuple(rest[:length])
    return (rest[0],)


def _part(phrase: Phrase, whole: str, index: Index, synonyms: Synonyms) -> Part:
    """`whole`: its first word as it was spelled; a slip may have made it look like a plural."""
    if len(phrase) == 1 and phrase[0] not in index.vocabulary and half_typed(whole) in index.vocabulary:
        phrase = (half_typed(whole),)
    meant, instead = [phrase, *synonyms.get(phrase, ())], ""
    begun = [tuple(tuple(index.vocabulary.beginning(word)) for word in one) for one in meant]
    if len(phrase) == 1 and not any(all(one) for one in begun):
        near = [one for typed in (phrase[0], whole) for one in index.vocabulary.near(typed)]
        near += _near_synonym(phrase[0], synonyms)
        instead = next(iter(near), "")
        meant = [(instead,), *synonyms.get((instead,), ())]
        begun = [tuple(tuple(index.vocabulary.beginning(word)) for word in one) for one in meant if instead]
    return Part(phrase, tuple(one for one in begun if all(one)), instead)


def _near_synonym(typed: str, synonyms: Synonyms) -> Iterator[str]:
    if len(typed) >= TOLERANT_FROM:
        yield from (word for (word, *more) in synonyms if not more and one_slip(typed, word))


def read(text: str, index: Index) -> tuple[str, dict[str, frozenset[str]]]:
    """`"red dress size 38"` becomes `"dress"`, with colour red and size 38: what the index knows as such."""
    typed = text.split()
    folded = [fold(word) for word in typed]
    rest: list[str] = []
    found: dict[str, frozenset[str]] = {}
    at = 0
    while at < len(typed):
        taken, name, value = _reading(folded, at, index)
        if taken:
            found[name] = found.get(name, frozenset()) | {value}
        else:
            rest.append(typed[at])
        at += taken or 1
    return " ".join(rest), found


def _reading(folded: Sequence[str], at: int, index: Index) -> tuple[int, str, str]:
    """How many words from here name a value, and which; 0 for a word that is to be looked up."""
    word, after = folded[at], folded[at + 1] if at + 1 < len(folded) else ""
    sizes = index.facets[SIZE].values if SIZE in index.facets else {}
    colours = index.facets[COLOUR].values if COLOUR in index.facets else {}
    if word in ("size", "grosse", "gr") and after in sizes:
        return 2, SIZE, after
    if word in ("colour", "color", "farbe") and after in colours:
        return 2, COLOUR, after
    if word in colours:
        return 1, COLOUR, word
    if word in sizes and (word.isdecimal() or len(word) > 1) and len(folded) > 1:
        return 1, SIZE, word
    return 0, "", ""
