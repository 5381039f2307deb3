"""The policy as pages: each is made from the version in force, and is the same bytes for everybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static

from calla.kernel.frame import Way, frame
from calla.policy import Policy, Sentence, view
from calla.policy.program import Point
from calla.privacy import conformity, versions
from calla.privacy.versions import Loaded

MARKS = {
    "enforced": "rule", "kept true": "fact", "shown": "advice", "kept by people": "pledge",
    "not yet in force": "planned", "we do not do this today": "reserve", "not checked": "note",
}  # fmt: skip


def page(request: HttpRequest, template: str, title: str, *, status: int = 200, **content: Any) -> HttpResponse:
    around = frame(Way.of(request)) | {"page": "reading"}
    around["styles"] = [*around["styles"], static("privacycentre/reading.css")]
    context = {"frame": around, "title": title, "noindex": False, "quiet": False, **content}
    return render(request, f"privacycentre/{template}.html", context, status=status)


def live(version: Loaded) -> dict[str, Any]:
    """What the running shop knows that a sentence may print."""
    return {"version.number": version.number, "version.date": version.effective_at.date()}


def sections(version: Loaded) -> list[dict[str, Any]]:
    return [
        {
            "heading": section.heading,
            "anchor": section.lines[0].id,
            "lines": [asdict(line) | {"mark": MARKS.get(line.state, "rule")} for line in section.lines],
        }
        for section in view(version.policy, live=live(version))
    ]


def counts(policy: Policy) -> dict[str, int]:
    planned = sum(sentence.planned for sentence in policy.sentences.values())
    return {"in_force": len(policy.sentences) - planned, "planned": planned}


def proofs(policy: Policy) -> list[dict[str, Any]]:
    """Each sentence with the places in the program that are marked as keeping it."""
    points = conformity.points()
    return [_proof(sentence, points) for sentence in policy.sentences.values()]


def _proof(sentence: Sentence, points: Iterable[Point]) -> dict[str, Any]:
    said = {*sentence.terms, *sentence.claims}
    keeping = [point for point in points if any(_covers(point.path, path) for path in said)]
    state = "planned" if sentence.planned else "kept" if keeping or not said else "open"
    return {
        "id": sentence.id,
        "kind": sentence.kind,
        "state": state,
        "says": sorted(said),
        "kept_by": sorted({f"{point.module.removeprefix('calla.')}.{point.qualname}" for point in keeping}),
    }


def _covers(point: str, path: str) -> bool:
    return point == path or (point.endswith(".*") and path.startswith(point[:-1]))


def history() -> list[dict[str, Any]]:
    return [
        {
            "number": version.number,
            "since": f"{version.effective_at:%d.%m.%Y, %H:%M} UTC",
            "digest": version.digest[:12],
            "changes": version.changes,
        }
        for version in versions.all_posted()
    ]
