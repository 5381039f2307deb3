"""The lists that a sentence can show: made from the policy, so that they cannot leave anything out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from calla.policy.enforcing import enforces
from calla.policy.language import join, locale, show_plain
from calla.policy.model import ELSEWHERE, Policy
from calla.policy.program import Word
from calla.policy.rules import Rules
from calla.policy.spans import Keep

Row = tuple[str, ...]

HEADS: Mapping[str, Mapping[str, Row]] = {
    "table.cookies": {
        "en": ("Cookie", "What for", "Contents", "Lasts", "Yours to decline"),
        "de": ("Cookie", "Wozu", "Inhalt", "Dauer", "Ablehnbar"),
    },
    "table.processors": {
        "en": ("Company", "Task", "Country", "Sees of you", "Agreement until"),
        "de": ("Firma", "Aufgabe", "Land", "Sieht von dir", "Vertrag bis"),
    },
    "table.keep": {"en": ("Used for", "Kept"), "de": ("Verwendung", "Aufbewahrt")},
    "table.register": {
        "en": ("Used for", "Rests on", "Data", "Kept", "Done with"),
        "de": ("Verwendung", "Grundlage", "Daten", "Aufbewahrt", "Zusammen mit"),
    },
}
YES_NO: Mapping[str, tuple[str, str]] = {"en": ("yes", "no"), "de": ("ja", "nein")}


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    head: Row
    rows: tuple[Row, ...]


def table(name: str, policy: Policy, language: str) -> Table:
    heads = HEADS[name]
    rules = policy.rules(ELSEWHERE)
    return Table(name, heads.get(language, heads["en"]), tuple(ROWS[name](rules, language)))


def _names(names: Iterable[str], words: Mapping[str, Word], language: str) -> str:
    chosen = set(names)
    return join([word.phrase(language) for name, word in words.items() if name in chosen], language)


def _cookies(rules: Rules, language: str) -> Iterator[Row]:
    kinds = rules.program.words_of("cookie kind")
    yes, no = YES_NO.get(language, YES_NO["en"])
    for name, rule in rules.cookies.items():
        cookie = rules.program.cookies[name]
        contents = cookie.contents.get(language) or cookie.contents["en"]
        lasts = show_plain(rule.life, rules.program, language) if rule.life else kinds[rule.kind].phrase(language)
        yield name, cookie.phrase(language), contents, lasts, yes if rule.need == "choice" else no


def _processors(rules: Rules, language: str) -> Iterator[Row]:
    for said in rules.processors.values():
        purpose, _, step = said["step"].partition(".")
        country = locale(language).territories.get(said["country"], said["country"])
        sees = _names(rules.reads(purpose, step=step) if step else (), rules.program.categories, language)
        until = show_plain(said["agreement.until"], rules.program, language)
        yield said["name"], rules.program.words_of("step")[said["step"]].phrase(language), country, sees, until


def _keep(rules: Rules, language: str) -> Iterator[Row]:
    words: Mapping[str, Word] = {**rules.program.categories, **rules.program.purposes}
    for name in rules.purposes:
        yield words[name].phrase(language), show_plain(rules.keep(name), rules.program, language)
    for path, said in rules.terms.items():
        scope = path.removeprefix("limit.").removesuffix(".keep")
        if path == f"limit.{scope}.keep" and scope in rules.program.categories:
            yield words[scope].phrase(language), show_plain(said.value, rules.program, language)


@enforces("register_from_policy")
def _register(rules: Rules, language: str) -> Iterator[Row]:
    bases = rules.program.words_of("basis")
    for name, rule in rules.purposes.items():
        data = _names(rule.reads, rules.program.categories, language)
        with_whom = [said["name"] for said in rules.processors.values() if said["step"].partition(".")[0] == name]
        yield _row(rules, language, name, bases[rule.basis].phrase(language), data, rules.keep(name), with_whom)
    for hold in rules.holds.values():
        data = _names(hold.reads, rules.program.categories, language)
        yield _row(rules, language, hold.of, hold.law, data, hold.keep, [])


def _row(rules: Rules, language: str, purpose: str, basis: str, data: str, keep: Keep, with_whom: list[str]) -> Row:
    use = rules.program.purposes[purpose].phrase(language)
    return use, basis, data, show_plain(keep, rules.program, language), join(with_whom, language) if with_whom else ""


ROWS: Mapping[str, Callable[[Rules, str], Iterator[Row]]] = {
    "table.cookies": _cookies,
    "table.processors": _processors,
    "table.keep": _keep,
    "table.register": _register,
}
