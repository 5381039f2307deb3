"""A plain sentence made from each term, to be read beside the prose, which could say otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calla.policy.language import show
from calla.policy.program import Program
from calla.policy.schema import look_up
from calla.policy.spans import Keep


def gloss(path: str, value: Any, program: Program) -> str:
    """What a term makes the program do, in English, the language of the program."""
    known = look_up(path, program)
    said = known.term.gloss or f"{known.plain}: {{value}}"
    text = said.format(value=show(value, known.term, program, "en"), **_named(known.names, program))
    if isinstance(value, Keep):
        text += "".join(_hidden(clause.event, program) for clause in value.clauses)
    return f"in {known.place}: {text}" if known.place else text


def _named(names: Mapping[str, str], program: Program) -> dict[str, str]:
    """The names in a path as people read them; “step” needs its purpose and stays as it is."""
    families = {"moment": program.moments, "purpose": program.purposes, "cookie": program.cookies}
    families |= {"surface": program.surfaces}
    scopes = {**program.categories, **program.purposes}
    named = {}
    for what, name in names.items():
        word = families.get(what, scopes if what == "scope" else {}).get(name)
        named[what] = word.phrase() if word else {"all": "everything"}.get(name, name)
    return named


def _hidden(event: str, program: Program) -> str:
    within = program.events[event].within
    return f" ({program.events[event].phrase()} comes by itself within {within})" if within else ""


def gloss_claim(claim: str, program: Program) -> str:
    return program.claims[claim].phrase()
