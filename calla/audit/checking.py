"""What a check is. Each is a small function that looks, and says what it saw or raises what is wrong.

    @check("cookies.max_bytes")
    def cookies_are_small(look: Look) -> str:
        \"\"\"No cookie is larger than the policy says.\"\"\"

It names the paths and claims it is about; which sentences those are, the shop's own published policy says.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from calla.audit.asking import NoAnswer
from calla.audit.look import Look

SHOWN = 3  # of many faults of one kind


class Result(StrEnum):
    KEPT = "kept"
    BROKEN = "broken"
    NOT_PROMISED = "not promised"
    UNCLEAR = "could not tell"


class Broken(Exception):
    """A promise is not kept. The message says what was seen."""


class Unclear(Exception):
    """It cannot be seen from outside here, and why."""


Run = Callable[[Look], str]


@dataclass(frozen=True)
class Check:
    """`standard` names what asks for it of every shop, promised or not. `buys` marks what only `--buy` may do."""

    name: str
    says: str
    about: tuple[str, ...]
    standard: str
    buys: bool
    run: Run


@dataclass(frozen=True)
class Finding:
    check: Check
    sentences: tuple[str, ...]
    result: Result
    seen: str


CHECKS: dict[str, Check] = {}


def check(*about: str, standard: str = "", buys: bool = False) -> Callable[[Run], Run]:
    """Register a check of these paths and claims, or of a standard that every shop should meet."""

    def mark(function: Run) -> Run:
        says = " ".join((inspect.getdoc(function) or "").partition("\n\n")[0].split())
        CHECKS[function.__name__] = Check(function.__name__, says, about, standard, buys, function)
        return function

    return mark


def sentences(one: Check, look: Look) -> tuple[str, ...]:
    """The sentences it is about: those in force, else those that are planned."""
    policy = look.policy
    return tuple(policy.naming(one.about) or policy.naming(one.about, planned=True))


def examine(one: Check, look: Look) -> Finding:
    about = sentences(one, look)
    if not one.standard and not look.policy.naming(one.about):
        return Finding(one, about, Result.NOT_PROMISED, "no sentence in force says so")
    try:
        return Finding(one, about, Result.KEPT, one.run(look))
    except Broken as broken:
        return Finding(one, about, Result.BROKEN, str(broken))
    except (Unclear, NoAnswer) as unclear:
        return Finding(one, about, Result.UNCLEAR, str(unclear))


def run(chosen: Iterable[Check], look: Look) -> Iterator[Finding]:
    for one in chosen:
        yield examine(one, look)


def expect_none(faults: Iterable[str], what: str) -> None:
    """Raise Broken with the first few of these faults, if there are any."""
    found = list(dict.fromkeys(faults))
    if found:
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise Broken(f"{what}: {'; '.join(found[:SHOWN])}{more}")


def expect(holds: object, otherwise: str) -> None:
    if not holds:
        raise Broken(otherwise)
