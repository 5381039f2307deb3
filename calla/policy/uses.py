"""What the code does with personal data, each in its place, held against what a policy grants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from calla.policy.errors import Problem, nearest
from calla.policy.model import ELSEWHERE, Policy
from calla.policy.program import Program

UseKind = Literal["column", "form_field", "cookie", "letter", "purpose", "host", "place"]


@dataclass(frozen=True, slots=True)
class Use:
    """Something the code does with personal data, as the caller found it there.

    A column or form field names the purpose or the moment it `serves`, and the category it holds; the others are known
    by their name, a purpose with its step where it has one (`orders.carrier`). An `optional` one is simply left out
    where the policy does not grant it.
    """

    kind: UseKind
    name: str
    serves: str
    category: str
    file: str
    line: int
    optional: bool = False


def uncovered(use: Use, policy: Policy, program: Program) -> Problem | None:
    unknown, lacking = UNKNOWN[use.kind](use, program), ""
    if not unknown and not use.optional:
        lacking = UNCOVERED[use.kind](use, policy, program)
    message = unknown or lacking
    return Problem(use.file, use.line, 1, f"{use.kind.replace('_', ' ')} {use.name}: {message}") if message else None


def _undeclared(name: str, what: str, known: Iterable[str]) -> str:
    known = tuple(known)
    return "" if name in known else f"the program declares no {what} “{name}”: {nearest(name, known)}"


def _data_unknown(use: Use, program: Program) -> str:
    if not use.category:
        return "nobody says what it holds: declare its category, or that it is not personal"
    served = {*program.purposes, *program.moments}
    return _undeclared(use.category, "category", program.categories) or _undeclared(
        use.serves, "purpose or moment", served
    )


UNKNOWN: Mapping[UseKind, Callable[[Use, Program], str]] = {
    "column": _data_unknown,
    "form_field": _data_unknown,
    "cookie": lambda use, program: _undeclared(use.name, "cookie", program.cookies),
    "letter": lambda use, program: _undeclared(use.name, "letter", program.letters),
    "purpose": lambda use, program: _undeclared(use.name, "purpose", (*program.purposes, *_steps(program))),
    "host": lambda use, program: _undeclared(use.name, "host", program.hosts),
    "place": lambda use, program: _undeclared(use.name, "place", program.places),
}


def _data_uncovered(use: Use, policy: Policy, program: Program) -> str:
    """A form field is covered by its moment, a column by its purpose; where the names are alike, by what it is."""
    rules = policy.rules(ELSEWHERE)
    by_moment = use.serves in program.moments and (use.kind == "form_field" or use.serves not in program.purposes)
    granted = rules.collects(use.serves).keys() if by_moment else rules.reads(use.serves)
    wanted = f"collect.{use.serves}" if by_moment else f"purpose.{use.serves}.reads"
    missing = f"{wanted} does not cover {use.category}: grant it there, or declare this optional"
    return "" if use.category in granted else missing


def _steps(program: Program) -> Iterator[str]:
    return (f"{purpose.name}.{step}" for purpose in program.purposes.values() for step in purpose.steps)


def _purpose_uncovered(purpose: str, policy: Policy) -> str:
    return "" if policy.has(purpose) else f"no sentence in force grants its purpose {purpose}"


def _opening_uncovered(use: Use, policy: Policy) -> str:
    purpose, _, step = use.name.partition(".")
    if not step or not policy.has(purpose):
        return _purpose_uncovered(purpose, policy)
    path = f"purpose.{purpose}.steps.{step}"
    return "" if path in policy.rules(ELSEWHERE).terms else f"no sentence in force says what it may see: {path}"


def _host_uncovered(use: Use, policy: Policy, program: Program) -> str:
    step = program.hosts[use.name].step
    return "" if has_processor(policy, step) else f"no processor has an agreement for {step}"


UNCOVERED: Mapping[UseKind, Callable[[Use, Policy, Program], str]] = {
    "column": _data_uncovered,
    "form_field": _data_uncovered,
    "cookie": lambda use, policy, _: "" if use.name in policy.cookies else "no sentence in force names it",
    "letter": lambda use, policy, program: _purpose_uncovered(program.letters[use.name].purpose, policy),
    "purpose": lambda use, policy, _: _opening_uncovered(use, policy),
    "host": _host_uncovered,
    "place": lambda use, policy, program: "",
}


def has_processor(policy: Policy, step: str) -> bool:
    return any(said["step"] == step for said in policy.rules(ELSEWHERE).processors.values())
