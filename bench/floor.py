"""A program that answers one ready page to whatever is asked, never at hand: what a thread and the way there cost (see
`pagestore`)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from calla.kernel.webserver.program import Served

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

folder = Path(os.environ["CALLA_BENCH_FLOOR"])
HEADERS = [(name, value) for name, value in json.loads((folder / "headers.json").read_text())]
BODY = [(folder / "page.html.br").read_bytes()]


def application(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    start_response("200 OK", HEADERS)
    return BODY


def served() -> Served:
    return Served(application)
