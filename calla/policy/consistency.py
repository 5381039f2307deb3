"""Does a policy agree with itself? Asked at load, before it is held against the program."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from calla.policy import contradictions
from calla.policy.errors import BadValue, Problem, nearest
from calla.policy.model import Policy, Sentence
from calla.policy.schema import WHOLE, look_up
from calla.policy.slots import Slot, check_slot, mistakes, prints, slots

PROMISES = re.compile(
    r"\b(never|always|shall|will|must|guarantee\w*|promise\w*|ensure\w*|werden|nie|immer|garantier\w*)\b", re.I
)


def problems(policy: Policy, broken: Collection[str]) -> Iterator[Problem]:
    """`broken` are sentences that could not be read whole: what only follows from that is not told again."""
    for sentence in policy.sentences.values():
        yield from _stray(policy, sentence)
        if sentence.id not in broken:
            yield from _sentence(policy, sentence)
    yield from _sections(policy)
    yield from _said_twice(policy)
    yield from _unprinted(policy)
    yield from contradictions.problems(policy)
    if not broken:
        yield from _slots(policy)
        yield from _half_said(policy)


def _stray(policy: Policy, sentence: Sentence) -> Iterator[Problem]:
    for key, text in ((sentence.kind, sentence.text), ("heading", sentence.heading)):
        for piece, message in mistakes(text):
            yield policy.source.problem(message, sentence.id, key, near=piece)


def _sentence(policy: Policy, sentence: Sentence) -> Iterator[Problem]:
    at = policy.source.problem
    bound = bool(sentence.terms or sentence.claims)
    if sentence.kind in {"rule", "fact"} and not bound:
        yield at(
            f"a {sentence.kind} needs a term or a claim below it; what binds nothing is a note",
            sentence.id,
            sentence.kind,
        )
    if sentence.kind == "advice" and not sentence.shown:
        yield at("advice needs shown = [places]: where does the customer meet it?", sentence.id, sentence.kind)
    if sentence.kind == "pledge" and not (sentence.owner and sentence.review):
        yield at("a pledge needs an owner and the day of its next review", sentence.id, sentence.kind)
    if sentence.kind == "note":
        if bound:
            yield at(
                "a note explains and binds nothing: make it a rule or a fact, or take its terms away",
                sentence.id,
                "note",
            )
        if promise := PROMISES.search(sentence.text):
            yield at(f"“{promise[0]}” promises something, which a note cannot", sentence.id, "note", near=promise[0])


def _sections(policy: Policy) -> Iterator[Problem]:
    headings: dict[str, str] = {}
    for number, sentence in enumerate(policy.sentences.values()):
        at = policy.source.problem
        if sentence.heading and headings.setdefault(sentence.heading, sentence.id) != sentence.id:
            yield at(
                f"[{headings[sentence.heading]}] has this heading already: a heading stands once",
                sentence.id,
                "heading",
            )
        if number == 0 and not sentence.heading:
            yield at("the first sentence opens a section: give it a heading", sentence.id)
        if sentence.under:
            if sentence.under not in policy.sentences:
                hint = nearest(sentence.under, policy.sentences)
                yield at(f"no sentence is called “{sentence.under}”: {hint}", sentence.id, "under")
            elif policy.sentences[sentence.under].under or sentence.under == sentence.id:
                yield at(f"[{sentence.under}] stands below another itself", sentence.id, "under")


def _said_twice(policy: Policy) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for sentence in policy.sentences.values():
        for path in sentence.terms:
            if path in first and look_up(path, policy.program).term.force != "limit":
                yield policy.source.problem(
                    f"[{first[path]}] says {path} already; only limits may overlap", sentence.id, path
                )
            first.setdefault(path, sentence.id)


def _all_terms(policy: Policy, *, binding: bool) -> Mapping[str, Sentence]:
    return {path: s for s in policy.sentences.values() if s.binds or not binding for path in s.terms}


def _slots(policy: Policy) -> Iterator[Problem]:
    every, binding = _all_terms(policy, binding=False), _all_terms(policy, binding=True)
    for sentence in policy.sentences.values():
        for slot in slots(f"{sentence.heading} {sentence.text}"):
            try:
                check_slot(slot, every, policy.program)
            except BadValue as error:
                yield policy.source.problem(str(error), sentence.id, sentence.kind, near=slot.text)
                continue
            if sentence.binds and slot.path in every and slot.path not in binding:
                message = (
                    f"{slot.text} is only planned, in [{every[slot.path].id}]: a sentence in force cannot print it"
                )
                yield policy.source.problem(message, sentence.id, sentence.kind, near=slot.text)


def _unprinted(policy: Policy) -> Iterator[Problem]:
    printed: list[Slot] = [slot for s in policy.sentences.values() for slot in slots(f"{s.heading} {s.text}")]
    for sentence in policy.sentences.values():
        for path in sentence.terms:
            if look_up(path, policy.program).term.printed and not any(prints(slot, path) for slot in printed):
                message = f"{path} binds and nobody can read it: print it with {{{path}}}"
                yield policy.source.problem(message, sentence.id, path)


def _half_said(policy: Policy) -> Iterator[Problem]:
    """A grant whose parts are not all there, per place and name, in force and planned alike."""
    for binding in (True, False):
        terms = _all_terms(policy, binding=binding)
        for path, sentence in terms.items():
            if binding or not sentence.binds:
                yield from _missing_parts(policy, path, sentence, terms)


def _missing_parts(policy: Policy, path: str, sentence: Sentence, terms: Mapping[str, Sentence]) -> Iterator[Problem]:
    known = look_up(path, policy.program)
    family, *rest = known.plain.split(".")
    if family not in WHOLE or sentence.id != _first_to_name(f"{family}.{rest[0]}.", terms):
        return
    stem = f"{family}.{rest[0]}"
    needed = list(WHOLE[family])
    kind = sentence.terms.get(f"{stem}.kind")
    if kind == "persistent":
        needed.append("life")
    if kind == "session" and f"{stem}.life" in terms:
        yield policy.source.problem(
            "a session cookie ends with the browser: it has no life", terms[f"{stem}.life"].id, f"{stem}.life"
        )
    for part in needed:
        if f"{stem}.{part}" not in terms and not (known.place and f"in.{known.place}.{stem}.{part}" in terms):
            message = f"{stem} is half said: {stem}.{part} is missing"
            if path == next(p for p in sentence.terms if stem in p):
                yield policy.source.problem(message, sentence.id, path)


def _first_to_name(stem: str, terms: Mapping[str, Sentence]) -> str:
    return next(sentence.id for path, sentence in terms.items() if stem in f"{path}.")
