"""A CSV file as rows with their line numbers, read piece by piece; what its bytes do wrong stays on its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from calla.catalogue.importing.problems import FileRefused

# Spreadsheets write semicolons where the comma is the decimal sign.
DELIMITERS = ",;\t"
MOST_HEAD = 100_000
NOT_TEXT = {
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"PK\x03\x04": "a spreadsheet or another packed file",
    b"\x1f\x8b": "a compressed file",
    b"%PDF": "a PDF",
}
SAVE_AS = "Save it as “CSV UTF-8” and try again."
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is where the row begins; `broken` tells why it cannot be used, and then only some cells may be there."""

    line: int
    cells: dict[str, str]
    broken: str = ""

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@contextmanager
def opened(path: Path, progress: Progress = lambda _: None) -> Iterator[tuple[list[str], Iterator[Row]]]:
    """The columns, and the rows as they are read; `progress` is told how many bytes are done."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        _refuse_other_kinds(path, file)
        text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
        head = text.readline(MOST_HEAD)
        reader = csv.reader(chain([head], text), delimiter=max(DELIMITERS, key=head.count), strict=True)
        columns = _columns(reader, path)
        yield columns, _rows(reader, columns, file, progress)


def _refuse_other_kinds(path: Path, file: BinaryIO) -> None:
    first = file.read(4)
    file.seek(0)
    for start, name in NOT_TEXT.items():
        if first.startswith(start):
            raise FileRefused(f"{path.name} is {name}, not CSV. {SAVE_AS}")


def _columns(reader: Iterator[list[str]], path: Path) -> list[str]:
    try:
        columns = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise FileRefused(f"Line 1 of {path.name} cannot be read: {error}. {SAVE_AS}") from None
    if not any(columns):
        raise FileRefused(f"{path.name} is empty. The first line must name the columns.")
    if twice := {name for name in columns if name and columns.count(name) > 1}:
        raise FileRefused(f"Line 1 names the column “{min(twice)}” twice. Keep one of them.")
    return columns


def _rows(reader: Any, columns: list[str], file: BinaryIO, progress: Progress) -> Iterator[Row]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line, {}, f"This row cannot be read ({error}). Look for a quotation mark that is not closed.")
            continue
        progress(file.tell())
        if any(cell.strip() for cell in cells):
            yield _row(line, columns, cells)


def _row(line: int, columns: list[str], cells: Sequence[str]) -> Row:
    named = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
    wrong = _undecodable(named)
    if any(cells[len(columns) :]):
        wrong = f"This row has {len(cells)} cells for {len(columns)} columns. Look for a comma outside quotation marks."
    return Row(line, {name: cell for name, cell in named.items() if cell.isprintable()} if wrong else named, wrong)


def _undecodable(named: dict[str, str]) -> str:
    for name, cell in named.items():
        if wrong := next((sign for sign in cell if 0xDC80 <= ord(sign) <= 0xDCFF), ""):
            return f"“{name}” holds the byte {ord(wrong) - 0xDC00:#04x}, which is not UTF-8. {SAVE_AS}"
    return ""
