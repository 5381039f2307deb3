"""What lies as files: in the home, and in the folders that apps say they keep. What is read is bounded: a file that was
last written before somebody was known cannot name them, and the server's own files hold nothing that no row holds."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings

from calla.privacy import registry
from calla.privacy.erasure.residues import LEFT_OVER
from calla.privacy.registry import Lying

PIECE, OVERLAP = 1 << 20, 512
SERVER = Path("postgres", "data")


def saying(pattern: re.Pattern[bytes], *, since: date) -> Iterator[tuple[Lying, Path, set[bytes]]]:
    """Each file in whose name or text something of this form stands, what does, and what kind of place it lies in."""
    began = datetime(since.year, since.month, since.day, tzinfo=UTC).timestamp()
    for place, file in _all():
        with suppress(OSError):  # gone meanwhile, or of another account
            fresh = not file.is_symlink() and file.is_file() and file.stat().st_mtime >= began
            if fresh and (found := set(pattern.findall(os.fsencode(file.name))) | _within(file, pattern)):
                yield place, file, found


def taken_away(place: Lying, file: Path) -> str:
    """What becomes of such a file."""
    if place.goes:
        file.unlink(missing_ok=True)
        return "removed"
    return place.stays or LEFT_OVER


def _all() -> Iterator[tuple[Lying, Path]]:
    home = Path(settings.CALLA_HOME).absolute()
    named = {folder.absolute(): place for place in registry.lying() for folder in place.folders()}
    for folder, place in named.items():
        yield from ((place, file) for file in folder.rglob("*"))
    for folder_name, below, names in os.walk(home):
        here = Path(folder_name)
        below[:] = [name for name in below if here / name not in named and here / name != home / SERVER]
        place = Lying(f"the home, {here.relative_to(home).parts[0] if here != home else 'at the top'}", tuple)
        yield from ((place, here / name) for name in names)


def _within(file: Path, pattern: re.Pattern[bytes]) -> set[bytes]:
    found, before = set[bytes](), b""
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            found |= set(pattern.findall(before + piece))
            before = piece[-OVERLAP:]
    return found
