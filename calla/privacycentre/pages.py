"""The policy as pages: each is made from the version in force, and is the same bytes for everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static

from calla.kernel import links, pagestore
from calla.kernel.frame import Way, frame
from calla.policy import Point, Policy, Sentence, view
from calla.policy.check import enforces as covers
from calla.policy.view import Line
from calla.privacy import conformity, known_limits, proof, versions
from calla.privacy.proof import Result
from calla.privacy.versions import Loaded

MARKS = {
    "enforced": "rule", "kept true": "fact", "shown": "advice", "kept by people": "pledge",
    "not yet in force": "planned", "we do not do this today": "reserve", "not checked": "note",
}  # fmt: skip
LINKED = ("policy", "proof", "history", "choices", "from_us", "security", "mine", "receipt")
REMEMBERED = 32  # versions whose sentences are kept ready
STATES = {
    "broken": "broken", "waiting": "waiting for its check", "proven": "shown to hold", "unproven": "kept",
    "planned": "not yet in force",
}  # fmt: skip


def page(
    request: HttpRequest, template: str, title: str, *, way: Way | None = None, hidden: bool = False, sheet: str = "",
    **content: Any,
) -> HttpResponse:  # fmt: skip
    """A page of the centre in the shop's frame; `hidden` from search engines where it is not the policy in force."""
    pagestore.saw("policy")  # each version has pages of its own, so nobody ever has to touch it
    way = way or Way.of(request)
    around = frame(way) | {"page": "reading"}
    at = {name: way.to(links.path(name)) for name in LINKED}
    sheets = ["reading", sheet] if sheet else ["reading"]
    around["styles"] = [*around["styles"], *(static(f"privacycentre/{name}.css") for name in sheets)]
    context = {
        "frame": around, "at": at, "data": links.path("policy_as_data"), "title": title, "quiet": False,
        "noindex": hidden or bool(way.cart), **content,
    }  # fmt: skip
    response = render(request, f"privacycentre/{template}.html", context)
    if way.cart:
        response.headers["Cache-Control"] = "no-store"
    return response


def rights() -> list[tuple[str, str]]:
    """What the foot of every page offers, as long as a sentence grants it."""
    policy = versions.current()
    return [("What we hold about you", links.path("mine"))] if policy.has("rights") else []


def live(version: Loaded) -> dict[str, Any]:
    """What the running shop knows that a sentence may print."""
    return {
        "version.number": version.number,
        "version.date": version.effective_at.date(),
        "live.known_limits": known_limits.in_words(),
        **proof.figures(),
    }


def day(version: Loaded) -> str:
    return f"{version.effective_at:%-d %B %Y}"


_made: dict[tuple[Any, ...], list[dict[str, Any]]] = {}


def sections(version: Loaded) -> list[dict[str, Any]]:
    """Made once for each version, and anew when something changes that only the running shop knows."""
    known = live(version)
    key = (version.policy.digest, *sorted(known.items()))
    if key not in _made:
        if len(_made) >= REMEMBERED:
            _made.clear()
        _made[key] = _sections(version, known)
    return _made[key]


def _sections(version: Loaded, known: Mapping[str, Any]) -> list[dict[str, Any]]:
    places = version.policy.program.places
    return [
        {
            "heading": section.heading,
            "language": section.language,
            "anchor": section.lines[0].id,
            "lines": [_line(line, [places[place].phrase() for place in line.shown]) for line in section.lines],
        }
        for section in view(version.policy, live=known)
    ]


def _line(line: Line, shown: list[str]) -> dict[str, Any]:
    return asdict(line) | {"mark": MARKS[line.state], "shown": shown}


def counts(policy: Policy) -> dict[str, int]:
    planned = sum(sentence.planned for sentence in policy.sentences.values())
    return {"in_force": len(policy.sentences) - planned, "planned": planned}


# --- what keeps each sentence -----------------------------------------------------------------------------------------


def proofs(version: Loaded) -> dict[str, Any]:
    """Each sentence with what it makes the program do, the places that do it, and what the probes of it found."""
    policy, points, every = version.policy, conformity.points(), proof.results(version.policy)
    texts = {line.id: line for section in view(policy, live=live(version)) for line in section.lines}
    checks = proof.by_sentence(policy, every)
    rows = [_proof(one, texts[one.id], points, checks[one.id]) for one in policy.sentences.values()]
    by_state = {state: [row for row in rows if row["state"] == state] for state in STATES}
    made = [one.at for one in every if one.at]
    return {"by_state": by_state, "checked": moment(max(made)) if made else ""}


def _proof(sentence: Sentence, line: Line, points: Iterable[Point], checks: list[Result]) -> dict[str, Any]:
    duties = [_duty(path, text, points) for path, text in (*line.glosses, *line.claims)]
    by_people = sentence.kind == "pledge"
    state = _state(sentence, checks, kept=by_people or not duties or any(duty["by"] for duty in duties))
    return {
        "id": line.id,
        "text": line.text,
        "language": line.language,
        "mark": MARKS[line.state] if state in {"planned", "proven", "unproven"} else state,
        "label": line.state if state == "unproven" else STATES[state],
        "state": state,
        "duties": duties,
        "checks": [_check(one) for one in checks],
    }


def _state(sentence: Sentence, checks: Iterable[Result], *, kept: bool) -> str:
    if not sentence.binds:
        return "planned"
    found = {one.ok for one in checks}
    if False in found or not kept:
        return "broken"
    if None in found:
        return "waiting"
    return "proven" if found else "unproven"


def _check(one: Result) -> dict[str, Any]:
    mark = {True: "kept", False: "broken", None: "waiting"}[one.ok]
    return {"says": one.probe.says, "mark": mark, "said": one.said, "at": moment(one.at) if one.at else "not made yet"}


def moment(at: datetime) -> str:
    return f"{at:%-d %B %Y, %H:%M} UTC"


def standing(version: Loaded) -> dict[str, dict[str, str]]:
    """For each sentence what its probes say of it, and how its mark looks; nothing for one that is not in force now."""
    every = proof.results(version.policy) if version.number == versions.number() else []
    return {name: _mark(checks) for name, checks in proof.by_sentence(version.policy, every).items()}


def _mark(checks: list[Result]) -> dict[str, str]:
    if not checks:
        return {"mark": "", "says": ""}
    if any(one.ok is False for one in checks):
        return {"mark": "broken", "says": "broken"}
    made = [one.at for one in checks if one.ok and one.at]
    if len(made) < len(checks):
        return {"mark": "waiting", "says": "check overdue"}
    return {"mark": "", "says": f"checked {moment(min(made))}"}


def as_checks(version: Loaded) -> dict[str, list[dict[str, Any]]]:
    """The same for programs: per sentence the name of each probe, what it does, and what it found when."""
    every = proof.results(version.policy)
    return {
        name: [
            {"name": found.probe.name, "says": found.probe.says, "ok": found.ok, "said": found.said,
             "at": found.at.isoformat() if found.at else None}
            for found in checks
        ]
        for name, checks in proof.by_sentence(version.policy, every).items()
    }  # fmt: skip


def _duty(path: str, text: str, points: Iterable[Point]) -> dict[str, Any]:
    keeping = {f"{point.module.removeprefix('calla.')}.{point.qualname}" for point in points if covers(point, path)}
    return {"path": path, "text": text, "by": sorted(keeping)}

