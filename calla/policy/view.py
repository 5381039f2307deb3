"""The policy as people read it, and as other programs do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from calla.policy import history, tables
from calla.policy.actions import Ids
from calla.policy.gloss import gloss, gloss_claim
from calla.policy.language import isolate, show, show_plain
from calla.policy.model import Policy, Sentence
from calla.policy.plan import written
from calla.policy.schema import look_up
from calla.policy.slots import TABLES, Slot, fill, slots
from calla.policy.tables import Table
from calla.policy.translation import Translation

STATES = {"rule": "enforced", "fact": "kept true", "advice": "shown", "pledge": "kept by people"}
UNKNOWN = "—"  # a live value nobody has measured


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence ready for a page. `language` is that of its text, which may be the binding one standing in."""

    id: str
    kind: str
    state: str
    text: str
    language: str
    glosses: tuple[tuple[str, str], ...]
    claims: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    under: str
    shown: Ids
    owner: str
    review: str


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    language: str
    lines: tuple[Line, ...]


def view(
    policy: Policy, language: str = "", live: Mapping[str, Any] | None = None, translation: Translation | None = None
) -> list[Section]:
    """The whole policy by sections. `live` gives what the running shop knows: `version.number`, `live.incidents`."""
    language = language or policy.language
    sections: list[tuple[str, str, list[Line]]] = []
    for sentence in policy.sentences.values():
        text, heading, spoken = _wording(sentence, policy, language, translation)
        if heading:
            sections.append((_filled(heading, policy, spoken, live or {}), spoken, []))
        sections[-1][2].append(_line(sentence, text, policy, spoken, live or {}))
    return [Section(heading, spoken, tuple(lines)) for heading, spoken, lines in sections]


def _wording(
    sentence: Sentence, policy: Policy, language: str, translation: Translation | None
) -> tuple[str, str, str]:
    if translation and translation.language == language and sentence.id in translation.sentences:
        ours = translation.sentences[sentence.id]
        return ours.text, ours.heading, language
    return sentence.text, sentence.heading, policy.language


def _line(sentence: Sentence, text: str, policy: Policy, language: str, live: Mapping[str, Any]) -> Line:
    program = policy.program
    return Line(
        id=sentence.id,
        kind=sentence.kind,
        state=state(sentence),
        text=_filled(text, policy, language, live),
        language=language,
        glosses=(
            *((path, gloss(path, value, program)) for path, value in sentence.terms.items()),
            *history.epitaphs(sentence.lost, program),
        ),
        claims=tuple((claim, gloss_claim(claim, program)) for claim in sentence.claims),
        tables=tuple(tables.table(slot.path, policy, language) for slot in slots(text) if slot.path in TABLES),
        under=sentence.under,
        shown=sentence.shown,
        owner=sentence.owner,
        review=sentence.review.isoformat() if sentence.review else "",
    )


def state(sentence: Sentence) -> str:
    if sentence.planned:
        return "not yet in force"
    return {"reserve": "we do not do this today", "note": "not checked"}.get(sentence.kind) or STATES[sentence.kind]


def _filled(text: str, policy: Policy, language: str, live: Mapping[str, Any]) -> str:
    filled = fill(
        text, lambda slot: isolate(value(slot, policy, language, live), language) if slot.path not in TABLES else ""
    )
    return filled.strip()


def value(slot: Slot, policy: Policy, language: str, live: Mapping[str, Any]) -> str:
    """What a slot prints: the very value that is enforced."""
    family, _, name = slot.path.partition(".")
    if slot.path == "policy.shop":
        return policy.shop
    if slot.path in policy.lost:
        return history.as_it_stood(policy.lost[slot.path])
    if family in {"live", "version"}:
        known = live.get(slot.path)
        return UNKNOWN if known is None else show_plain(known, policy.program, language)
    if family == "cookie" and name in policy.program.cookies:
        return policy.program.cookies[name].phrase(language)
    if family == "processor" and "." not in name:
        return str(policy.stated[f"{slot.path}.name"])
    if slot.path not in policy.stated:
        return name  # a cookie of an old version that the shop no longer has
    return show(policy.stated[slot.path], look_up(slot.path, policy.program).term, policy.program, language, slot.form)


def as_data(
    policy: Policy, live: Mapping[str, Any] | None = None, translations: Iterable[Translation] = ()
) -> dict[str, Any]:
    """The policy for other programs: ready to be JSON, the same sentences under the same ids."""
    shown = {line.id: line for section in view(policy, live=live) for line in section.lines}
    others = {each.language: _in_language(policy, live, each) for each in translations}
    return {
        "format": 1,
        "shop": policy.shop,
        "language": policy.language,
        "digest": f"sha256:{policy.digest}",
        "version": written((live or {}).get("version.number", "")),
        "since": written((live or {}).get("version.date", "")),
        "sentences": [_as_data(sentence, shown[sentence.id], others) for sentence in policy.sentences.values()],
    }


def _in_language(policy: Policy, live: Mapping[str, Any] | None, translation: Translation) -> dict[str, str]:
    lines = [line for section in view(policy, translation.language, live, translation) for line in section.lines]
    return {line.id: line.text for line in lines if line.language == translation.language}


def _as_data(sentence: Sentence, line: Line, others: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    return {
        "id": sentence.id,
        "kind": sentence.kind,
        "state": "planned" if sentence.planned else "in force",
        "binds": sentence.binds,
        "under": sentence.under or None,
        "text": line.text,
        "translations": {language: texts[sentence.id] for language, texts in others.items() if sentence.id in texts},
        "terms": {path: written(value) for path, value in sentence.terms.items()},
        "meaning": dict(line.glosses),
        "claims": dict(line.claims),
        "shown": list(sentence.shown),
        "tables": [
            {"name": table.name, "head": list(table.head), "rows": [list(row) for row in table.rows]}
            for table in line.tables
        ],
    }
