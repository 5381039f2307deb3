"""What is left of a version that was posted long ago, when a release has lost some of its words.

What was said stays to be read as it was. What it bound is narrowed to what the program still knows: a word that is gone
leaves its list; a limit whose word is gone is as strict as it can be; anything else that cannot be read binds nothing,
so that a grant in it is granted no more to those whom that version still binds. Nothing is destroyed for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calla.policy.errors import BadValue
from calla.policy.program import Program
from calla.policy.schema import look_up
from calla.policy.terms import PARSE, Term


def known_part(path: str, raw: object, program: Program) -> Any:
    """What still binds of a term that cannot be read whole any more; None where nothing does."""
    try:
        term = look_up(path, program).term
    except BadValue:
        return None
    if isinstance(raw, list):
        return PARSE[term.kind]([word for word in raw if _fits([word], term, program)], term, program)
    if term.force == "limit" and term.stricter == "less" and isinstance(raw, str):
        return next(iter(program.words_of(term.words)), None)
    return None


def _fits(raw: object, term: Term, program: Program) -> bool:
    try:
        PARSE[term.kind](raw, term, program)
    except BadValue:
        return False
    return True


def as_it_stood(raw: object) -> str:
    """A value in the words of its time, for a slot."""
    if isinstance(raw, list):
        return ", ".join(str(word).removesuffix("?").replace("_", " ") for word in raw)
    return str(raw)


def epitaphs(lost: Mapping[str, Any], program: Program) -> list[tuple[str, str]]:
    """For each term that cannot be read whole, what to say of it beside its sentence."""
    return [(path, _epitaph(path, raw, program)) for path, raw in lost.items()]


def _epitaph(path: str, raw: object, program: Program) -> str:
    try:
        term = look_up(path, program).term
    except BadValue:
        return f"“{as_it_stood(raw)}” once stood here; this shop no longer knows {path}"
    if isinstance(raw, list):
        gone = [word for word in raw if not _fits([word], term, program)]
        return f"{path} once held {as_it_stood(gone)}, which this shop no longer knows"
    return f"{path} once was “{as_it_stood(raw)}”, which this shop no longer knows"
