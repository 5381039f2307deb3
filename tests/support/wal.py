"""The write-ahead log of an embedded server that does not run, as its own `pg_waldump` reads it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from calla.kernel.postgres.places import Place

COMMIT = re.compile(r"tx:\s+(\d+), lsn: (\w+/\w+), .* desc: COMMIT (?:.*subxacts: ([\d ]+))?")
SEGMENT = 16 * 2**20
SEGMENTS = 2**32 // SEGMENT  # in each part of the log that has a number of its own


def place_in_log(lsn: str) -> int:
    """`1/6B3740` as the number it is: how many bytes of log stand before."""
    part, offset = (int(number, 16) for number in lsn.split("/"))
    return (part << 32) + offset


def commits(place: Place, *, since: str) -> dict[int, int]:
    """For each transaction, and for each part of one, where its commit stands. The log ends where the server died."""
    part, segment = divmod(place_in_log(since) // SEGMENT, SEGMENTS)
    command: list[str | Path] = [
        place.programs / "bin" / "pg_waldump", "--path", place.data / "pg_wal", "--rmgr", "Transaction",
        "--start", since, f"{1:08X}{part:08X}{segment:08X}",
    ]  # fmt: skip
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    found = {}
    for number, lsn, parts in COMMIT.findall(told.stdout):
        found |= {int(each): place_in_log(lsn) for each in (number, *parts.split())}
    assert found, told.stderr
    return found


def cut(place: Place, at: int) -> None:
    """Nothing from here on ever reached the disk."""
    for file in (place.data / "pg_wal").iterdir():
        if re.fullmatch("[0-9A-F]{24}", file.name):
            begin = (int(file.name[8:16], 16) * SEGMENTS + int(file.name[16:], 16)) * SEGMENT
            kept = min(max(at - begin, 0), SEGMENT)
            with file.open("r+b") as log:
                log.seek(kept)
                log.write(bytes(SEGMENT - kept))
