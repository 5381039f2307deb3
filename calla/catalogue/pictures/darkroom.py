"""The darkroom from outside: orders go in, pictures or refusals come out, and nothing in there brings us down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

from calla.catalogue.errors import PictureRefused

LONGEST_SECONDS = 600  # inside there is a limit to work; this is for one that does not even work
COMMAND = (sys.executable, "-m", "calla.catalogue.pictures.developing")
GIVEN = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH")  # and no secrets of the shop
TOO_MUCH = "The picture takes more time or memory than one may. Save it smaller and try again."


class Darkroom:
    """One process for many pictures, one after the other; begun when the first one comes, and anew when it fell."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def look(self, path: Path) -> tuple[int, int]:
        """Width and height as it will be shown, once all of it was read. Raises PictureRefused."""
        seen = self._ask("look", path)
        return seen["width"], seen["height"]

    def make(self, path: Path, folder: Path) -> tuple[int, ...]:
        """Write it into the folder in every format and width, and say which widths. Raises PictureRefused."""
        return tuple(self._ask("make", path, folder)["widths"])

    def close(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, what: str, *paths: Path) -> dict[str, Any]:
        process = self._process = self._process or _begin()
        assert process.stdin and process.stdout
        alarm = Timer(LONGEST_SECONDS, process.kill)
        alarm.start()
        try:
            process.stdin.write(json.dumps([what, *map(str, paths)]) + "\n")
            process.stdin.flush()
            said = process.stdout.readline()
        except BrokenPipeError:
            said = ""
        finally:
            alarm.cancel()
        if not said:
            self.close()
            raise PictureRefused(TOO_MUCH)
        answer: dict[str, Any] = json.loads(said)
        if "refused" in answer:
            raise PictureRefused(answer["refused"])
        return answer


@contextmanager
def darkroom() -> Iterator[Darkroom]:
    room = Darkroom()
    try:
        yield room
    finally:
        room.close()


def _begin() -> subprocess.Popen[str]:
    given = {name: os.environ[name] for name in GIVEN if name in os.environ}
    return subprocess.Popen(  # noqa: S603  our own program
        COMMAND, env=given, text=True, encoding="utf-8", cwd="/",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
