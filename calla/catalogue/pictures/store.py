"""Where pictures lie: originals in a folder that is never served, what is made of them among the media.

Both are named by their content. So the same photo lies there once, and an address always means the same bytes.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from django.conf import settings

from calla.catalogue.errors import PictureRefused
from calla.catalogue.pictures.kinds import HEAD, MOST_BYTES, SUFFIXES, kind_of
from calla.kernel.files import private_folder, write_private, write_public

FOLDER = "pictures"
DIGITS = 32


def read(path: Path) -> tuple[str, bytes]:
    """The name the file would have among the originals, and what is in it. Raises PictureRefused."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise PictureRefused(f"The file cannot be read: {error.strerror}.")
    if len(content) > MOST_BYTES:
        raise PictureRefused(f"The file is larger than {MOST_BYTES // 1024**2} MB. Save the picture smaller.")
    return f"{hashlib.sha256(content).hexdigest()[:DIGITS]}.{SUFFIXES[kind_of(content[:HEAD])]}", content


def original(name: str) -> Path:
    return originals() / name


def originals() -> Path:
    return private_folder(Path(settings.CALLA_HOME) / "originals")


def keep(name: str, content: bytes) -> None:
    if not original(name).exists():
        write_private(original(name), content)


def publish(made: Mapping[str, bytes]) -> str:
    """Put files named `<width>.<suffix>` where visitors fetch them; returns the stem that their names begin with."""
    whole = hashlib.sha256()
    for name in sorted(made):
        whole.update(hashlib.sha256(made[name]).digest())
    digest = whole.hexdigest()[:DIGITS]
    stem = f"{FOLDER}/{digest[:2]}/{digest}"
    folder = Path(settings.MEDIA_ROOT) / FOLDER / digest[:2]
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        if not (folder / f"{digest}-{name}").exists():
            write_public(folder / f"{digest}-{name}", content)
    return stem


def sweep(originals_in_use: Collection[str], stems_in_use: Collection[str], *, older_than: float) -> int:
    """Remove what no picture names, once it is that many seconds old: of a worker that fell, also its half-made ones.
    Returns how many."""
    media = Path(settings.MEDIA_ROOT)
    made = (media / FOLDER).glob("*/*")
    idle = [path for path in originals().iterdir() if path.name not in originals_in_use]
    idle += [path for path in made if path.relative_to(media).as_posix().partition("-")[0] not in stems_in_use]
    return sum(_remove(idle, before=time.time() - older_than))


def _remove(paths: list[Path], *, before: float) -> Iterator[int]:
    for path in paths:
        if path.stat().st_mtime < before:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            yield 1
