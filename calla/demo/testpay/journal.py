"""The provider's memory: a file of lines that is only ever added to, each on the disk before anybody hears of it."""

import contextlib
import fcntl
import json
import os
from pathlib import Path
from typing import Any


class JournalRefused(Exception):
    """The folder cannot be used; the message says why and what to do."""


class Journal:
    """One line is one change, whole or not at all. The folder has one writer: a second is turned away.

    The lock goes with the process, so kill -9 leaves nothing to clean up.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder / "journal.jsonl"
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise JournalRefused(f"Another test provider uses {folder}. Stop it or name another --data.") from None
        _sync_folder(folder)
        self.records = self._replay()

    def _replay(self) -> list[dict[str, Any]]:
        """What was written so far. A last line without its end was never acknowledged, and is cut off."""
        content = self._path.read_bytes()
        self._end = content.rfind(b"\n") + 1
        return [self._record(number, line) for number, line in enumerate(content[: self._end].splitlines(), 1)]

    def _record(self, number: int, line: bytes) -> dict[str, Any]:
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if not isinstance(record, dict):
            raise JournalRefused(f"{self._path}, line {number} is damaged. Restore the file, or name another --data.")
        return record

    def append(self, record: dict[str, Any]) -> None:
        """On the disk when this returns. Raises OSError, and then the record was not written.

        What a failed write left behind is cut off at once, or else by the next one.
        """
        line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        os.ftruncate(self._file, self._end)
        try:
            self._write(line)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._end)
            raise
        self._end += len(line)

    def _write(self, line: bytes) -> None:
        written = 0
        while written < len(line):
            written += os.pwrite(self._file, line[written:], self._end + written)
        os.fsync(self._file)

    def close(self) -> None:
        os.close(self._file)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
