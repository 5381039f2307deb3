"""The text of a policy file, and where in it everything stands.

`tomllib` tells values and no places; one pass over the lines finds each table and key. Its own messages are written
for programmers: the slips that people make are told in their words instead.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

from calla.policy.errors import PolicyErrors, Problem

TABLE = re.compile(r"\s*\[\s*(?P<name>[^\[\]]+?)\s*\]\s*(#.*)?$")
KEY = re.compile(r"(?P<indent>\s*)(?P<key>[A-Za-z0-9_.\-]+)\s*=(?P<rest>.*)$")
PLACE = re.compile(r"\s*\(at (line (\d+), column (\d+)|end of document)\)$")

SLIPS = (
    (
        r"Illegal character '\\n'",
        'this text is not closed: end it with ", or write it between three quotes on several lines',
    ),
    (r"Unterminated string|Expected '\"\"\"'", "this text is never closed: it lacks its closing quotes"),
    (r"Expected '=' after a key", "a term is written “path = value”: the “=” is missing"),
    (
        r"Cannot declare .* twice|Cannot (overwrite|mutate)",
        "this stands in the file already: give each sentence and each term once",
    ),
    (r"Invalid value", "this value cannot be read: put texts in quotes, true and false in small letters"),
    (r"Unclosed array|Expected ']'", "this list is not closed: it lacks a “]” or a comma"),
    (r"Expected newline or end of document", "one line holds one term: something follows that does not belong here"),
    (r"Invalid statement|Expected ']' at the end", "this is neither a [sentence] nor a term “path = value”"),
)


@dataclass
class Source:
    """A file as read: its tables, and a place for every table and key."""

    name: str
    text: str
    tables: dict[str, Any] = field(default_factory=dict)
    places: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def problem(
        self, message: str, table: str = "", key: str = "", *, near: str = "", warning: bool = False
    ) -> Problem:
        """A problem at a key, or at the piece of text `near` that stands from there on."""
        line, column = self._place(table, key)
        if near:
            line, column = self._find(near, line, column)
        return Problem(self.name, line, column, message, warning)

    def _place(self, table: str, key: str) -> tuple[int, int]:
        """Where a key stands, or what it stands in: `a.b.c` may be written `a.b = { c = … }`."""
        while key and (table, key) not in self.places:
            key = key.rpartition(".")[0]
        return self.places.get((table, key), (1, 1))

    def _find(self, near: str, line: int, column: int) -> tuple[int, int]:
        lines = self.text.splitlines()
        for number in range(line, len(lines) + 1):
            if number > line and (TABLE.match(lines[number - 1])):
                break
            start = column if number == line else 0
            if (at := lines[number - 1].find(near, start)) >= 0:
                return number, at + 1
        return line, column


def read(text: str, name: str) -> Source:
    source = Source(name, text)
    unclosed = _scan(source)
    try:
        source.tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyErrors([_translated(str(error), source, unclosed)]) from None
    return source


def _scan(source: Source) -> tuple[int, int] | None:
    """Fill in the places; return where a text begins that never ends, if there is one."""
    table, opened, quotes = "", None, ""
    for number, line in enumerate(source.text.splitlines(), start=1):
        if opened:
            opened = None if line.count(quotes) % 2 else opened
            continue
        if match := TABLE.match(line):
            table = match["name"].strip('"')
            source.places.setdefault((table, ""), (number, line.index("[") + 1))
        elif match := KEY.match(line):
            place = number, len(match["indent"]) + 1
            source.places.setdefault((table, match["key"]), place)
            quotes = next((q for q in ('"""', "'''") if match["rest"].lstrip().startswith(q)), "")
            opened = place if quotes and match["rest"].count(quotes) % 2 else None
    return opened


def _translated(message: str, source: Source, unclosed: tuple[int, int] | None) -> Problem:
    if unclosed:
        return Problem(source.name, *unclosed, "this text is never closed: it lacks its three closing quotes")
    place = PLACE.search(message)
    said = PLACE.sub("", message)
    last = len(source.text.splitlines()) or 1
    line, column = (int(place[2]), int(place[3])) if place and place[2] else (last, 1)
    told = next((ours for theirs, ours in SLIPS if re.search(theirs, said)), said)
    return Problem(source.name, line, column, told)
