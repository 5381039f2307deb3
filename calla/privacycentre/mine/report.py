"""All that one person may see, as plain data: the page, the copies and the command show the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from calla.customers import selectors as customers
from calla.kernel import clock, links
from calla.policy import Policy
from calla.privacy import selectors, versions
from calla.privacy.selectors import Sent, Thing, Trace, Value
from calla.privacycentre import pages
from calla.privacycentre.mine.pages import RIGHTS

ACTORS = {
    "customer": "you", "operator": "whoever runs the shop's machine", "provider": "the payment service",
    "staff": "a member of staff", "system": "the shop itself",
}  # fmt: skip


def of(subjects: Sequence[UUID]) -> dict[str, Any]:
    """Opens everything, counted under the person's own right."""
    policy = versions.current()
    things = list(selectors.things(subjects, RIGHTS)) if subjects else []
    traces = selectors.traces(subjects)
    titles = {thing.id: thing.title for thing in things}
    roles = customers.roles(trace.actor_subject for trace in traces if trace.actor_subject)
    said = _sentences()
    shown = [_thing(thing, policy) for thing in things]
    named = {one for thing in shown for one in thing["because"]}
    return {
        "made_at": clock.now(),
        "version": versions.number(),
        "things": shown,
        "sentences": {one: text for one, text in said.items() if one in named},
        "read_by": [_read(trace, titles, roles, policy) for trace in traces if trace.kind == "opened"],
        "received_by": [_received(trace, policy) for trace in traces if trace.kind == "disclosed"],
        "done": [_done(trace, titles, policy) for trace in traces if trace.kind in DEEDS],
        "letters": [_letter(letter, policy) for letter in selectors.letters(subjects)],
    }


DEEDS = {
    "corrected": "you corrected something", "stopped": "you stopped a use", "goes_on": "you let a use go on",
    "key_destroyed": "a key was destroyed, and with it what it locked",
}  # fmt: skip


def _sentences() -> dict[str, str]:
    return {line["id"]: line["text"] for section in pages.sections(versions.in_force()) for line in section["lines"]}


def _thing(thing: Thing, policy: Policy) -> dict[str, Any]:
    first, *others = thing.parts
    purpose = policy.program.purposes.get(thing.purpose)
    return {
        "kind": thing.kind, "id": thing.id, "title": thing.title, "subject": str(thing.subject),
        "purpose": thing.purpose, "use": purpose.phrase(policy.language) if purpose else "",
        "because": list(thing.because), "until": thing.until, "said": thing.said,
        "by_law": [
            {"law": one.law, "what": [_category(name, policy) for name in one.categories], "until": one.until,
             "said": one.said}
            for one in thing.by_law
        ],
        "values": [_value(value) for value in first.values],
        "parts": [{"title": part.title, "values": [_value(value) for value in part.values]} for part in others],
    }  # fmt: skip


def _value(value: Value) -> dict[str, Any]:
    shown = {"category": value.category, "label": value.label, "value": value.plain, "text": value.text}
    return shown | ({"why": value.why} if value.why else {})


def _category(name: str, policy: Policy) -> str:
    known = policy.program.categories.get(name)
    return known.phrase(policy.language) if known else name


def _use(name: str, policy: Policy) -> str:
    purpose = policy.program.purposes.get(name.partition(".")[0])
    return purpose.phrase(policy.language) if purpose else name


def _read(trace: Trace, titles: dict[str, str], roles: dict[UUID, str], policy: Policy) -> dict[str, Any]:
    role = roles.get(trace.actor_subject) if trace.actor_subject else None
    return {
        "at": trace.at,
        "who": f"{ACTORS.get(trace.actor, trace.actor)}{f' ({role})' if role else ''}",
        "what": _what(trace, titles),
        "use": _use(trace.purpose, policy),
    }


def _what(trace: Trace, titles: dict[str, str]) -> str:
    """The ledger says “orders.order” and an id; where that is still there, it has a title."""
    kind, _, row = trace.what.partition(" ")
    return titles.get(row) or (trace.what if "." not in kind else "something that is gone")


def _received(trace: Trace, policy: Policy) -> dict[str, Any]:
    names, _, because = trace.what.partition(" (")
    what = [_category(name, policy) for name in names.split(", ")]
    return {"at": trace.at, "who": trace.recipient, "what": ", ".join(what), "because": because.rstrip(")").split(", ")}


def _done(trace: Trace, titles: dict[str, str], policy: Policy) -> dict[str, Any]:
    return {"at": trace.at, "what": DEEDS[trace.kind], "which": _which(trace, titles, policy)}


def _which(trace: Trace, titles: dict[str, str], policy: Policy) -> str:
    if trace.kind == "corrected":
        what, _, category = trace.what.rpartition(" ")
        return f"{_what(replace(trace, what=what), titles)}: {_category(category, policy)}"
    return _use(trace.purpose, policy) if trace.purpose else _what(trace, titles)


def _letter(letter: Sent, policy: Policy) -> dict[str, Any]:
    known = policy.program.letters.get(letter.kind)
    return {
        "at": letter.sent_at or letter.queued_at,
        "what": known.phrase(policy.language) if known else letter.kind,
        "use": _use(known.purpose, policy) if known else "",
        "sent": letter.sent_at is not None,
    }


def every_value(report: dict[str, Any]) -> Iterable[tuple[dict[str, Any], str, dict[str, Any]]]:
    """Thing, title of its part, value."""
    for thing in report["things"]:
        yield from ((thing, thing["title"], value) for value in thing["values"])
        for part in thing["parts"]:
            yield from ((thing, part["title"], value) for value in part["values"])


def day(moment: date | datetime) -> str:
    if isinstance(moment, datetime):
        return f"{moment:%-d %B %Y, %H:%M} UTC"
    return f"{moment:%-d %B %Y}"


def sentence_at(sentence: str) -> str:
    return f"{links.absolute('policy')}#{sentence}"
