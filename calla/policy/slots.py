"""The places in a sentence where the program prints a value: `{contact.answer}`, `{release.grounds:or}`.

A number that stands outside a slot could differ from what the program does, so it may not stand there at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from calla.policy.errors import BadValue, nearest
from calla.policy.program import Program
from calla.policy.schema import look_up

SLOT = re.compile(r"\{(?P<path>[A-Za-z0-9_.]+)(?::(?P<form>[a-z_]+))?\}")
COMPUTED = frozenset({"policy.shop", "version.number", "version.date"})
# A table prints all terms of the families it shows.
TABLES: Mapping[str, tuple[str, ...]] = {
    "table.cookies": ("cookie.*",),
    "table.processors": ("processor.*",),
    "table.keep": ("purpose.*.keep", "limit.*.keep", "in.*.keep"),
    "table.register": ("purpose.*", "processor.*", "hold.*"),
}
LISTS = frozenset({"fields", "reads", "words", "countries"})
LENGTHS = frozenset({"span", "keep"})

NUMBER_WORDS = {
    "en": "two three four five six seven eight nine ten twelve once twice thrice daily weekly monthly quarterly yearly "
    "annually hourly fortnight fortnightly dozen hundred thousand half double",
    "de": "zwei drei vier fünf sechs sieben acht neun zehn zwölf einmal zweimal dreimal täglich wöchentlich monatlich "
    "jährlich stündlich dutzend hundert tausend halb doppelt",
}
IDIOMS = re.compile(r"\bat once\b", re.IGNORECASE)  # hold a number word and mean none


@dataclass(frozen=True, slots=True)
class Slot:
    path: str
    form: str
    text: str


def slots(text: str) -> Iterator[Slot]:
    for match in SLOT.finditer(text):
        yield Slot(match["path"], match["form"] or "", match[0])


def fill(text: str, value: Callable[[Slot], str]) -> str:
    return SLOT.sub(lambda match: value(Slot(match["path"], match["form"] or "", match[0])), text)


def mistakes(text: str) -> Iterator[tuple[str, str]]:
    """What may not stand in a text outside its slots: the piece, and why."""
    bare = SLOT.sub(lambda match: " " * len(match[0]), text)
    for match in re.finditer(r"\d+", bare):
        yield match[0], f"the number {match[0]} stands outside a slot: give it a term and print that with {{path}}"
    for match in re.finditer(r"[{}]", bare):
        yield match[0], f"a lone “{match[0]}”: a slot is written {{path}} or {{path:form}}"


def number_words(text: str, language: str) -> list[str]:
    known = set(NUMBER_WORDS.get(language, "").split())
    return [word for word in re.findall(r"\w+", IDIOMS.sub(" ", SLOT.sub(" ", text))) if word.lower() in known]


def check_slot(slot: Slot, known: Mapping[str, object], program: Program) -> None:
    """BadValue unless the slot can be filled from these terms."""
    family, _, name = slot.path.partition(".")
    if slot.path in COMPUTED or slot.path in TABLES:
        return
    if family in {"live", "cookie", "processor"} and "." not in name:
        names = {"live": program.live, "cookie": program.cookies, "processor": _processors(known)}[family]
        if name not in names:
            raise BadValue(f"{slot.text} prints nothing: no {family} is called “{name}”: {nearest(name, names)}")
        return
    if slot.path not in known:
        raise BadValue(f"{slot.text} prints nothing: no sentence sets it; {nearest(slot.path, known)}")
    _check_form(slot, look_up(slot.path, program).term.kind)


def _processors(known: Mapping[str, object]) -> set[str]:
    return {path.split(".")[1] for path in known if path.startswith("processor.")}


def _check_form(slot: Slot, kind: str) -> None:
    if slot.form == "or" and kind not in LISTS:
        raise BadValue(f"{slot.text}: “:or” joins the words of a list, and {slot.path} is none")
    if slot.form.startswith("length") and kind not in LENGTHS:
        raise BadValue(f"{slot.text}: “:length” takes the time alone, and {slot.path} has none")
    if slot.form and slot.form != "or" and not slot.form.startswith("length"):
        raise BadValue(f"{slot.text}: there is no form “{slot.form}”; known are “or”, “length” and “length_dative”")


def prints(slot: Slot, path: str) -> bool:
    """Does this slot read that term out?"""
    return slot.path == path or any(fnmatchcase(path, family) for family in TABLES.get(slot.path, ()))
