"""Is what a planned sentence says built already? Then it could be in force, and planning would only hide it.

Nobody types a list of what is missing. A claim is built where a place in the code is marked with it; a use of data
where the code keeps, opens or writes something for it; a moment where a form asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from calla.policy.enforcing import Point
from calla.policy.errors import Problem
from calla.policy.model import Policy, Sentence
from calla.policy.program import Program
from calla.policy.schema import look_up

if TYPE_CHECKING:
    from calla.policy.uses import Use


def hiding(policy: Policy, points: Collection[Point], uses: Collection[Use]) -> Iterator[Problem]:
    """Only what is not built may be planned: anything else would hide behind the word."""
    for sentence in policy.sentences.values():
        if sentence.planned and not missing(sentence, policy, points, uses):
            message = f"[{sentence.id}] is planned, and all it says is built: this could be in force"
            yield policy.source.problem(message, sentence.id, "state")


def missing(sentence: Sentence, policy: Policy, points: Collection[Point], uses: Collection[Use]) -> list[str]:
    """What of a planned sentence the program cannot do yet: paths, claims and places."""
    said = [*sentence.terms, *sentence.claims]
    absent = [path for path in said if not _is_built(path, policy.program, points, uses)]
    shown = {use.name for use in uses if use.kind == "place"}
    return absent + [place for place in sentence.shown if place not in shown]


def _is_built(path: str, program: Program, points: Collection[Point], uses: Collection[Use]) -> bool:
    plain = path.split(".", 2)[2] if path.startswith("in.") else path
    if "." not in plain:
        return any(point.path == plain for point in points)
    known = look_up(plain, program)
    purpose = known.term.purpose or known.names.get("purpose", "")
    if purpose and not _is_used(purpose, uses):
        return False
    found = [found(known.names[what], uses) for what, found in FOUND.items() if what in known.names]
    return all(found) and any(fnmatchcase(plain, point.path) for point in points)


def _is_used(purpose: str, uses: Collection[Use]) -> bool:
    """Rows are kept for it, or something is opened for it, or letters are written."""
    return purpose in set(_served(uses))


def _served(uses: Collection[Use]) -> Iterator[str]:
    for use in uses:
        if use.kind in {"column", "letter"}:
            yield use.serves
        elif use.kind == "purpose":
            yield use.name.partition(".")[0]


FOUND: Mapping[str, Callable[[str, Collection[Use]], bool]] = {
    "moment": lambda name, uses: any(use.kind == "form_field" and use.serves == name for use in uses),
    "cookie": lambda name, uses: any(use.kind == "cookie" and use.name == name for use in uses),
}
