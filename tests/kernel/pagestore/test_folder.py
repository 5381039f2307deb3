"""Files for the web server in front: whole, under the name of a moment, and gone with the page or with their keeper."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest

from calla.kernel.pagestore.folder import PLACES, Folder
from calla.kernel.pagestore.memory import Memory
from calla.kernel.pagestore.page import Page

HEADERS = [("Content-Type", "text/html; charset=utf-8")]
BODY = b"<p>one</p>" * 50


@pytest.fixture
def memory() -> Memory:
    one = Memory(10**6)
    one.empty()
    one.good_until = time.monotonic() + 100
    return one


@pytest.fixture
def keep(memory: Memory, tmp_path: Path) -> Callable[..., Folder]:
    def make(variant_at: Callable[[datetime], str] = lambda moment: "1") -> Folder:
        folder = Folder(tmp_path / "pages", memory, variant_at, lambda static: (static / "a.css").touch() or None)
        folder.tick()
        return folder

    return make


def put(memory: Memory, address: str, *keys: str, body: bytes = BODY, headers=HEADERS) -> Page:
    page = Page.of(body, headers, keys or ["thing:1"])
    assert memory.put(("1", address), page, memory.mark())
    return page


def now(folder: Folder, at: float | None = None) -> Path:
    """Where nginx looks at that moment."""
    return folder.path / "0" / "now" / str(int((at or time.time()) * 10))


@pytest.mark.parametrize(("address", "file"), [
    ("/", "index"), ("/things", "things"), ("/things/x", "things/x"), ("/things/x?size=1", "things/x@size=1"),
    ("/things/x?size=1&page=2", "things/x@size=1&page=2"), ("/things/caf\u00c3\u00a9", "things/café"),
])  # fmt: skip
def test_a_page_lies_in_three_forms_under_its_address(keep, memory: Memory, address: str, file: str) -> None:
    folder = keep()
    page = put(memory, address)
    folder.tick()
    plain, br, gz = (now(folder) / f"{file}.html{suffix}" for suffix in ("", ".br", ".gz"))
    assert plain.read_bytes() == brotli.decompress(br.read_bytes()) == gzip.decompress(gz.read_bytes()) == BODY
    assert {int(path.stat().st_mtime) for path in (plain, br, gz)} == {page.stamp}
    assert plain.stat().st_mode & 0o777 == 0o644 and plain.parent.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("address", ["/things/..", "/things/.x", "//x", "/things/a\0", f"/things/{'x' * 255}"])
def test_a_name_that_no_file_should_have_stays_in_memory(keep, memory: Memory, address: str) -> None:
    folder = keep()
    put(memory, address)
    folder.tick()
    assert not list(folder.path.rglob("*.html*"))


def test_what_was_stored_before_there_was_a_place_is_written_too(keep, memory: Memory) -> None:
    put(memory, "/things/x")
    folder = keep()
    folder.tick()
    assert (now(folder) / "things" / "x.html").exists()


def test_other_kinds_stay_in_memory(keep, memory: Memory) -> None:
    folder = keep()
    put(memory, "/things/data", headers=[("Content-Type", "application/json")])
    folder.tick()
    assert not list(folder.path.rglob("*.html"))


def test_a_touched_page_goes_and_others_stay(keep, memory: Memory) -> None:
    folder = keep()
    put(memory, "/things/x", "a")
    put(memory, "/things/y", "b")
    folder.tick()
    memory.touch(["a"])
    folder.tick()
    assert sorted(path.name for path in folder.path.rglob("*.html")) == ["y.html"]
    assert not list(folder.path.rglob("x.html*"))


def test_a_page_that_was_touched_before_it_was_written_is_not_written(keep, memory: Memory) -> None:
    folder = keep()
    put(memory, "/things/x", "a")
    memory.touch(["a"])
    folder.tick()
    assert not list(folder.path.rglob("*.html"))
    newer = put(memory, "/things/x", "a", body=b"two" * 100)
    folder.tick()
    assert [int(path.stat().st_mtime) for path in folder.path.rglob("x.html")] == [newer.stamp]


def test_what_is_pushed_out_of_memory_has_no_file_either(keep, memory: Memory) -> None:
    folder = keep()
    memory.most = 9 * put(memory, "/things/0").size
    for number in range(1, 30):
        put(memory, f"/things/{number}")
        folder.tick()
    assert len(list(folder.path.rglob("*.html"))) == len(memory) == 9


def test_links_end_with_what_is_known(keep, memory: Memory) -> None:
    memory.good_until = time.monotonic() + 0.5
    ends = time.time() + 0.5
    folder = keep()
    links = sorted(int(path.name) for path in (folder.path / "0" / "now").iterdir())
    assert now(folder).exists() and (links[-1] + 1) / 10 <= ends + 0.001 and links[-1] / 10 > ends - 0.2
    time.sleep(0.7)
    folder.tick()  # nothing was heard meanwhile
    assert not now(folder).exists() and not list((folder.path / "0" / "now").iterdir())


def test_the_links_change_over_at_the_very_moment_of_another_version(keep, memory: Memory) -> None:
    switch = datetime.fromtimestamp(time.time() + 0.55, UTC)
    folder = keep(lambda moment: "2" if moment >= switch else "1")
    target = {float(link.name) / 10: link.readlink().name for link in (folder.path / "0" / "now").iterdir()}
    at = switch.timestamp()
    assert {target[tenth] for tenth in target if tenth + 0.1 <= at} == {"1"}
    assert {target[tenth] for tenth in target if tenth >= at} == {"2"}
    assert not [tenth for tenth in target if tenth < at < tenth + 0.1]


def test_each_process_has_a_place_and_begins_it_anew(keep, memory: Memory) -> None:
    first = keep()
    put(memory, "/things/x")
    first.tick()
    others = [Folder(first.path, Memory(10**6), lambda moment: "1", lambda static: None) for _ in range(PLACES)]
    for other in others:
        other.tick()
    assert [other.memory.has_files for other in others] == [True] * (PLACES - 1) + [False]
    assert sorted(path.name for path in first.path.iterdir()) == ["0", "1", "2", "3", "static"]
    assert first._lock
    first._lock.close()  # as when its process ends
    others[-1].tick()
    assert others[-1].memory.has_files and not list(first.path.rglob("*.html"))
    assert (first.path / "static" / "a.css").exists()
