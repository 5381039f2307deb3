"""The same in three forms to take along: a page that needs nothing else, JSON, and CSV with one row a value."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from calla.policy import enforces
from calla.privacycentre.mine import report as reports

Report = dict[str, Any]
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a table program would take for something to work out
HEADS = ("about", "part", "category", "what", "value", "kept until", "sentences")


def as_html(report: Report) -> str:
    context = {"shop": settings.SHOP_NAME, "report": shown(report), "home": settings.PUBLIC_URL}
    return render_to_string("privacycentre/mine/copy.html", context)


def as_json(report: Report) -> str:
    """Values as they are held; what only repeats them in words for people is left out."""
    things = [
        {**thing, "values": _bare(thing["values"]), "parts": [
            {"title": part["title"], "values": _bare(part["values"])} for part in thing["parts"]
        ]}
        for thing in report["things"]
    ]  # fmt: skip
    data = {"shop": settings.SHOP_NAME, **report, "things": things}
    return json.dumps(data, ensure_ascii=False, indent=1, default=lambda moment: moment.isoformat())


def _bare(values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: held for name, held in value.items() if name != "text"} for value in values]


def as_csv(report: Report) -> str:
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow(HEADS)
    for thing, part, value in reports.every_value(report):
        until = thing["until"].isoformat() if isinstance(thing["until"], date) else thing["said"]
        row = (thing["title"], part, value["category"], value["label"], value["text"] or value.get("why", ""), until,
               " ".join(thing["because"]))  # fmt: skip
        write.writerow([escaped(cell) for cell in row])
    return out.getvalue()


def escaped(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


@enforces("rights.copy_as")
def made(form: str, report: Report) -> tuple[str, str]:
    """The copy and its content type."""
    make, content_type = FORMS[form]
    return make(report), content_type


FORMS: Mapping[str, tuple[Callable[[Report], str], str]] = {
    "html": (as_html, "text/html; charset=utf-8"),
    "json": (as_json, "application/json; charset=utf-8"),
    "csv": (as_csv, "text/csv; charset=utf-8"),
}


def shown(report: Report) -> Report:
    """With days and addresses written out, for templates, which work nothing out."""
    said = report["sentences"].items()
    sentences = {name: {"id": name, "text": text, "href": reports.sentence_at(name)} for name, text in said}
    return {
        **report,
        "made_at": reports.day(report["made_at"]),
        "things": [_shown(thing, sentences) for thing in report["things"]],
        **{name: [_dated(line) for line in report[name]] for name in ("read_by", "received_by", "done", "letters")},
    }


def _shown(thing: dict[str, Any], sentences: dict[str, Any]) -> dict[str, Any]:
    return {
        **thing,
        "until": reports.day(thing["until"]) if thing["until"] else "",
        "by_law": [
            {**one, "what": ", ".join(one["what"]), "until": _last(one["until"])} for one in thing["by_law"]
        ],
        "why": [sentences[name] for name in thing["because"] if name in sentences],
    }


def _last(until: date | None) -> str:
    return reports.day(until) if until and until != date.max else ""


def _dated(line: dict[str, Any]) -> dict[str, Any]:
    return {**line, "at": reports.day(line["at"]), "iso": line["at"].isoformat()}
