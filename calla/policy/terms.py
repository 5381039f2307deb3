"""What a term can say, and which of two values is the stricter.

Everything rests on one question, `no_looser`: it orders values as far as they can be ordered, and comparing versions,
folding them and adding up limits all follow from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from calla.policy import spans
from calla.policy.errors import BadValue, nearest

if TYPE_CHECKING:
    from calla.policy.program import Program

Force = Literal["grant", "limit", "duty"]
Scope = Literal["person", "shop"]
Verdict = Literal["same", "tightened", "loosened", "unclear"]
Stricter = Literal["less", "more", "unsaid"]


@dataclass(frozen=True, slots=True)
class Term:
    """One line that a policy may hold.

    A grant opens what is shut, a limit narrows what is open, a duty is owed. `stricter` tells which way leads to more
    protection; where it is unsaid every change counts as a loosening. `scope="shop"` follows the current version for
    everybody. A term with a `purpose` that rests on consent follows that consent. A `printed` term must be read out by
    a sentence, so that nobody can hide it below one.
    """

    path: str
    kind: str
    force: Force
    stricter: Stricter = "unsaid"
    scope: Scope = "person"
    purpose: str = ""
    words: str = ""
    printed: bool = False
    gloss: str = ""


def _text(raw: object, _: Term, __: Program) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise BadValue("this takes a text in quotes")
    return raw


def _shaped(shape: str, example: str) -> Callable[[object, Term, Program], str]:
    def parse(raw: object, _: Term, __: Program) -> str:
        if not isinstance(raw, str) or not re.fullmatch(shape, raw):
            raise BadValue(f"{raw!r} does not fit: this takes {example}")
        return raw

    return parse


def _number(raw: object, _: Term, __: Program) -> int | Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal) or not (Decimal(raw).is_finite() and raw >= 0):
        raise BadValue(f"{raw!r} does not fit: this takes a number, without quotes")
    return raw


def _date(raw: object, _: Term, __: Program) -> date:
    if not isinstance(raw, date) or isinstance(raw, datetime):
        raise BadValue(f"{raw!r} does not fit: this takes a day, such as 2027-12-31, without quotes")
    return raw


def _span(raw: object, _: Term, __: Program) -> spans.Span:
    return spans.parse_span(raw)


def _keep(raw: object, term: Term, program: Program) -> spans.Keep:
    keep = spans.parse_keep(raw)
    for clause in keep.clauses:
        if clause.event not in program.events:
            raise BadValue(f"no event is called “{clause.event}”: {nearest(clause.event, program.events)}")
    if term.force == "grant" and keep.clauses and not any(program.events[c.event].certain for c in keep.clauses):
        raise BadValue(
            f"“{keep}” might never come to an end: add a latest day that is sure to come, "
            "such as “, at the latest 90 days after order.placed”"
        )
    return keep


def _strings(raw: object) -> list[str]:
    if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
        raise BadValue('this takes a list of words, such as ["name", "email"]')
    if twice := next((item for item in raw if raw.count(item) > 1), None):
        raise BadValue(f"“{twice}” stands in the list more than once")
    return raw


def _known(word: str, words: Mapping[str, object], what: str) -> str:
    if word not in words:
        raise BadValue(f"no {what} is called “{word}”: {nearest(word, words)}")
    return word


def _fields(raw: object, _: Term, program: Program) -> dict[str, bool]:
    """Category to whether it must be given; `"name?"` may be left empty."""
    fields = {item.removesuffix("?"): not item.endswith("?") for item in _strings(raw)}
    if len(fields) < len(_strings(raw)):
        raise BadValue("the same category is asked for twice, once of them with “?”")
    for name in fields:
        _known(name, program.categories, "category of data")
    return fields


def _reads(raw: object, _: Term, program: Program) -> frozenset[str]:
    return frozenset(_known(name, program.categories, "category of data") for name in _strings(raw))


def _word(raw: object, term: Term, program: Program) -> str:
    if not isinstance(raw, str):
        raise BadValue(f"{raw!r} does not fit: this takes one word in quotes")
    return _known(raw, program.words_of(term.words), term.words)


def _words(raw: object, term: Term, program: Program) -> tuple[str, ...]:
    return tuple(_known(word, program.words_of(term.words), term.words) for word in _strings(raw))


def _countries(raw: object, _: Term, __: Program) -> tuple[str, ...]:
    if wrong := next((c for c in _strings(raw) if not re.fullmatch("[A-Z]{2}", c)), None):
        raise BadValue(f"“{wrong}” is no country: write two capital letters, such as “DE”")
    return tuple(_strings(raw))


PARSE: dict[str, Callable[[object, Term, Program], Any]] = {
    "text": _text,
    "mail": _shaped(r"[^@\s]+@[^@\s]+\.[^@\s]+", "a mail address"),
    "sha256": _shaped("[0-9a-f]{64}", "a SHA-256 digest: sixty-four characters, 0 to 9 and a to f"),
    "country": _shaped("[A-Z]{2}", "a country in two capital letters, such as “DE”"),
    "number": _number,
    "date": _date,
    "span": _span,
    "keep": _keep,
    "fields": _fields,
    "reads": _reads,
    "word": _word,
    "words": _words,
    "countries": _countries,
}


def no_looser(term: Term, one: Any, other: Any, program: Program) -> bool:
    """`one` protects at least as well as `other`, in every case."""
    if one == other:
        return True
    if term.kind == "keep":
        return bool(one.never_longer(other, program.precedes))
    if term.stricter == "unsaid":
        return False
    small, large = (one, other) if term.stricter == "less" else (other, one)
    if term.kind == "fields":
        return set(small) <= set(large) and all(large[name] for name, required in small.items() if required)
    if term.kind == "word":
        order = list(program.words_of(term.words))
        return order.index(small) <= order.index(large)
    if isinstance(small, tuple | frozenset):
        return set(small) <= set(large)
    return bool(small <= large)


def verdict(term: Term, old: Any, new: Any, program: Program) -> Verdict:
    tighter, looser = no_looser(term, new, old, program), no_looser(term, old, new, program)
    return {(True, True): "same", (True, False): "tightened", (False, True): "loosened"}.get(
        (tighter, looser), "unclear"
    )  # type: ignore[return-value]


def strictest(term: Term, values: Sequence[Any], program: Program) -> Any:
    """What satisfies all the values at once; where they cannot be ordered, the last of them."""
    best = values[-1]
    for value in reversed(values[:-1]):
        best = _stricter_of(term, value, best, program)
    return best


def _stricter_of(term: Term, one: Any, other: Any, program: Program) -> Any:
    if term.kind == "keep":
        return spans.strictest((one, other), program.precedes)
    if term.kind == "fields" and term.stricter == "less":
        return {name: required and other[name] for name, required in one.items() if name in other}
    if term.kind == "reads":
        return one & other
    if isinstance(one, tuple) and term.stricter == "less":
        return tuple(word for word in one if word in other)
    if isinstance(one, tuple) and term.stricter == "more":
        return one + tuple(word for word in other if word not in one)
    if no_looser(term, one, other, program):
        return one
    if no_looser(term, other, one, program) or term.kind != "span" or term.stricter == "unsaid":
        return other
    return spans.at_least_both(one, other) if term.stricter == "more" else spans.at_most_both(one, other)
