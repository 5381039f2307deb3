"""The same pages as files, for nginx on the same machine to answer without us.

nginx knows nothing of changes, so files alone would be out of date whenever nobody lives to remove them. It knows the
time, though: it looks for a page under the name of the present tenth of a second, `0/now/17638992051/…`, and such a
name is a link that leads to the pages of the version then in force. Whoever keeps the pages makes these links at most a
second ahead, as far as it is sure that it was told of every change. When it dies or hears nothing, they run out.

Each process has a place of its own, `0` or `1` or …, which nginx tries in turn, and one thread of it does all there:
what it was told to remove is removed before the next page is written, and a page is written only while it is in memory.
So no process can leave behind what another one removed.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import IO
from urllib.parse import unquote

from calla.kernel.pagestore.memory import Memory, Name
from calla.kernel.pagestore.page import Page

NOW, STATIC, LOCK = "now", "static", "lock"
PLACES = 4  # for so many processes of a machine; further ones answer from memory alone
SUFFIXES = {"": ".html", "br": ".html.br", "gzip": ".html.gz"}
TENTHS = 10
AT_ONCE = 50  # pages written before it is listened again


class Folder:
    """`variant_at` says which variant of the shop is in force at a moment; `prepare` fills in what never changes."""

    def __init__(
        self, path: Path, memory: Memory, variant_at: Callable[[datetime], str], prepare: Callable[[Path], None]
    ) -> None:
        self.path, self.memory, self.variant_at, self.prepare = path, memory, variant_at, prepare
        self._lock: IO[str] | None = None
        self._place = self._pages = path
        self._links: dict[int, Path] = {}

    def tick(self) -> None:
        if self._lock is None and not self._take():
            return
        self._forget_what_was_removed()
        for _ in range(AT_ONCE):
            if not self.memory.written:
                break
            name, page = self.memory.written.popleft()
            if page.is_html and self.memory.holds(name, page):
                with suppress(OSError):  # a name that is too long for a file; it is answered from memory
                    self._write(name, page)
        self._link_ahead()

    def _take(self) -> bool:
        """Take a place that no living process has, and begin with nothing: files found there are nobody's."""
        self._lock = next(filter(None, (_hold(self.path / str(number)) for number in range(PLACES))), None)
        if self._lock is None:
            return False
        self._place = Path(self._lock.name).parent
        for left in self._place.iterdir():
            if left.is_dir():
                shutil.rmtree(left)
        # Packing all static files takes seconds, and until they lie there nginx asks us for them.
        Thread(target=self.prepare, args=[_open_folder(self.path / STATIC)], daemon=True).start()
        _open_folder(self._place / NOW)
        self._pages = _open_folder(self._place / f"pages-{secrets.token_hex(4)}")
        self.memory.keep_files()
        return True

    def _forget_what_was_removed(self) -> None:
        while self.memory.removed:
            name = self.memory.removed.popleft()
            if path := self._file(name):
                for suffix in SUFFIXES.values():
                    Path(f"{path}{suffix}").unlink(missing_ok=True)

    def _write(self, name: Name, page: Page) -> None:
        """Whole or not at all. The time of change is the page's stamp: nginx makes its ETag of it, and with the true
        time two pages of one second and one length would pass for the same."""
        path = self._file(name)
        if path is None:
            return
        _open_folder(path.parent, below=self._pages)
        for encoding in ("br", "gzip", ""):  # nginx looks for the plain one first
            draft = self._pages / ".draft"
            draft.write_bytes(page.forms[encoding].body)
            draft.chmod(0o644)
            os.utime(draft, (page.stamp, page.stamp))
            draft.replace(f"{path}{SUFFIXES[encoding]}")

    def _file(self, name: Name) -> Path | None:
        """Where the files of a page lie, without their suffix; None for a name that a path cannot carry."""
        variant, address = name
        path, _, query = address.partition("?")
        parts = ["index"] if path == "/" else path.encode("latin-1").decode("utf-8", "surrogateescape")[1:].split("/")
        if any(not part or part.startswith(".") or "\0" in part for part in parts):
            return None
        parts[-1] += f"@{unquote(query)}" if query else ""
        return self._pages.joinpath(variant, *parts)

    def _link_ahead(self) -> None:
        """Links for the tenths of a second that end before our knowledge does; those that have passed go."""
        now = time.time()
        good_until = now + min(self.memory.good_until - time.monotonic(), 1.0)
        for tenth in range(int(now * TENTHS), int(good_until * TENTHS)):
            if tenth in self._links:
                continue
            variant, after = (self.variant_at(datetime.fromtimestamp(at / TENTHS, UTC)) for at in (tenth, tenth + 1))
            if variant == after:  # else the shop itself answers for the tenth in which the version changes
                _open_folder(self._pages / variant)
                link = self._place / NOW / str(tenth)
                link.symlink_to(Path("..", self._pages.name, variant))
                self._links[tenth] = link
        for tenth in [tenth for tenth in self._links if tenth < int(now * TENTHS) - 1]:
            self._links.pop(tenth).unlink(missing_ok=True)


def _hold(place: Path) -> IO[str] | None:
    """The lock of this place, for as long as we live; None when another process has it."""
    _open_folder(place)
    handle = (place / LOCK).open("a")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


def _open_folder(path: Path, *, below: Path | None = None) -> Path:
    """The folder, readable by the account of the web server in front, whatever this process keeps to itself."""
    if not path.is_dir():
        if below is not None and path != below:
            _open_folder(path.parent, below=below)
        path.mkdir(parents=below is None, exist_ok=True)
        path.chmod(0o755)
    return path
