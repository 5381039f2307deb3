"""How a value reads in a sentence, in the language of that sentence.

Lists, dates, numbers and units come from CLDR; below stand the few phrases it lacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit

from calla.policy.errors import BadValue
from calla.policy.program import Program
from calla.policy.spans import Clause, Keep, Span
from calla.policy.terms import Term

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"

PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "nothing": "nothing",
        "optional": "{} (optional)",
        "never": "not at all",
        "until": "until {event}",
        "until_after": "until {after}",
        "event": "{event}",
        "after": "{span} after {event}",
        "year_end": "{span} after the close of the year of {event}",
        "latest": ", at the latest ",
    },
    "de": {
        "nothing": "nichts",
        "optional": "{} (freiwillig)",
        "never": "gar nicht",
        "until": "bis zu {event}",
        "until_after": "bis {after}",
        "event": "zu {event}",
        "after": "{span} nach {event}",
        "year_end": "{span} nach Ablauf des Jahres mit {event}",
        "latest": ", spätestens ",
    },
}

CASES: Mapping[str, Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "de": {
        "dative": {
            "hour": ("Stunde", "Stunden"),
            "day": ("Tag", "Tagen"),
            "week": ("Woche", "Wochen"),
            "month": ("Monat", "Monaten"),
            "year": ("Jahr", "Jahren"),
        }
    }
}


@cache
def locale(language: str) -> Locale:
    try:
        return Locale.parse({"en": "en_GB"}.get(language, language).replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise BadValue(f"“{language}” is no language: write its code, such as “en” or “de”") from None


def phrase(name: str, language: str) -> str:
    return PHRASES.get(language, PHRASES["en"])[name]


def isolate(text: str, language: str) -> str:
    """Keeps a value from turning round the text beside it, where that is written from right to left."""
    rtl = locale(language).text_direction == "rtl"
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}" if rtl else text


def show(value: Any, term: Term, program: Program, language: str, form: str = "") -> str:
    if term.kind == "fields":
        named = {name: program.categories[name].phrase(language) for name in value}
        asked = [
            named[name] if must else phrase("optional", language).format(named[name]) for name, must in value.items()
        ]
        return join(asked, language, form)
    if term.kind == "reads":
        return join(
            [word.phrase(language) for name, word in program.categories.items() if name in value], language, form
        )
    if term.kind == "words":
        return join([program.words_of(term.words)[name].phrase(language) for name in value], language, form)
    if term.kind == "word":
        return program.words_of(term.words)[value].phrase(language)
    if term.kind == "countries":
        return join([locale(language).territories.get(code, code) for code in value], language, form)
    return show_plain(value, program, language, form)


def show_plain(value: Any, program: Program, language: str, form: str = "") -> str:
    match value:
        case Span():
            return show_span(value, language, form)
        case Keep() if form:
            spans = [clause.span for clause in value.clauses if clause.span]
            return show_span(spans[0], language, form) if spans else phrase("never", language)
        case Keep():
            return _show_keep(value, program, language)
        case date():
            return format_date(value, "medium", locale=locale(language))
        case int() | Decimal():
            return str(format_decimal(value, locale=locale(language)))
    return str(value)


def show_span(span: Span, language: str, form: str = "") -> str:
    case = form.removeprefix("length").removeprefix("_")
    if not case:
        return str(format_unit(span.count, f"duration-{span.unit}", locale=locale(language)))
    cases = CASES.get(language, {})
    if case not in cases:
        raise BadValue(f"there is no form “{form}” in “{language}”")
    one, many = cases[case][span.unit]
    return f"{format_decimal(span.count, locale=locale(language))} {one if span.count == 1 else many}"


def _show_keep(keep: Keep, program: Program, language: str) -> str:
    """Reads on after “kept”, whatever it says: “until …”, or “not at all”."""
    if not keep.clauses:
        return phrase("never", language)
    first, *others = keep.clauses
    after = _show_clause(first, program, language)
    begin = phrase("until_after" if first.span else "until", language)
    start = begin.format(after=after, event=program.events[first.event].phrase(language))
    return phrase("latest", language).join([start, *(_show_clause(clause, program, language) for clause in others)])


def _show_clause(clause: Clause, program: Program, language: str) -> str:
    event = program.events[clause.event].phrase(language)
    if clause.span is None:
        return phrase("event", language).format(event=event)
    kind = "year_end" if clause.year_end else "after"
    return phrase(kind, language).format(span=show_span(clause.span, language), event=event)


def join(items: list[str], language: str, form: str = "") -> str:
    if not items:
        return phrase("nothing", language)
    return str(format_list(items, "or" if form == "or" else "standard", locale=locale(language)))
