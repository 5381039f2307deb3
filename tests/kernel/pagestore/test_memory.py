"""A page that was read before a change was heard of is not kept after it, whatever comes between."""

from __future__ import annotations

import time

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from calla.kernel.pagestore.memory import EVERYTHING, Memory
from calla.kernel.pagestore.page import Page

HEADERS = [("Content-Type", "text/html; charset=utf-8")]


def page(*keys: str, body: bytes = b"x") -> Page:
    return Page.of(body, HEADERS, keys)


@pytest.fixture
def memory() -> Memory:
    one = Memory(10**6)
    one.empty()
    one.good_until = time.monotonic() + 100
    return one


def test_what_is_kept_is_found_and_what_it_shows_removes_it(memory: Memory) -> None:
    assert memory.put(("v", "/"), page("a", "b"), memory.mark())
    assert memory.put(("v", "/other"), page("c"), memory.mark())
    memory.touch(["b"])
    assert memory.get(("v", "/")) is None and memory.get(("v", "/other")) is not None


def test_a_page_read_before_a_change_is_not_kept_after_it(memory: Memory) -> None:
    mark = memory.mark()
    memory.touch(["a"])
    assert not memory.put(("v", "/"), page("a"), mark)
    assert memory.put(("v", "/other"), page("b"), mark)


def test_what_was_read_holds_until_something_it_shows_is_heard_of(memory: Memory) -> None:
    assert not Memory(10**6).unchanged(0, ["a"])  # nobody has begun to listen
    mark = memory.mark()
    assert memory.unchanged(mark, ["a"])
    memory.touch(["b"])
    assert memory.unchanged(mark, ["a"]) and not memory.unchanged(mark, ["b"])
    memory.empty()
    assert not memory.unchanged(mark, ["a"]) and memory.unchanged(memory.mark(), ["a"])


def test_nothing_is_kept_that_began_before_all_was_forgotten(memory: Memory) -> None:
    mark = memory.mark()
    memory.empty()
    assert not memory.put(("v", "/"), page("a"), mark)
    assert memory.put(("v", "/"), page("a"), memory.mark())
    memory.touch([EVERYTHING])
    assert len(memory) == 0


def test_nothing_is_kept_while_nobody_tells_of_changes(memory: Memory) -> None:
    memory.good_until = time.monotonic() - 1
    assert not memory.is_current() and not memory.put(("v", "/"), page("a"), memory.mark())


def test_bytes_are_bounded_and_the_longest_unasked_goes_first(memory: Memory) -> None:
    memory.most = 9 * page("a").size
    for number in range(9):
        assert memory.put(("v", str(number)), page("a"), memory.mark())
    assert memory.get(("v", "0"))
    assert memory.put(("v", "9"), page("a"), memory.mark())
    assert memory.size <= memory.most and memory.get(("v", "0")) and memory.get(("v", "1")) is None


def test_a_page_that_would_push_out_many_is_not_kept(memory: Memory) -> None:
    memory.most = 4000
    assert not memory.put(("v", "/"), page("a", body=bytes(3000)), memory.mark())


def test_variants_that_are_over_go(memory: Memory) -> None:
    for variant in ("1", "2", "3"):
        memory.put((variant, "/"), page("a"), memory.mark())
    memory.keep_variants({"2", "3"})
    assert [bool(memory.get((variant, "/"))) for variant in ("1", "2", "3")] == [False, True, True]


def test_many_changes_are_forgotten_without_forgiving_any(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calla.kernel.pagestore.memory.MOST_CHANGES", 10)
    mark = memory.mark()
    memory.touch(["a"])
    for number in range(30):
        memory.touch([f"other:{number}"])
    assert not memory.put(("v", "/"), page("a"), mark)


KEYS = st.sampled_from("abcde")


class Shop(RuleBasedStateMachine):
    """Things with a version each, a memory that hears of changes some time later, and readers that take their time."""

    readings = Bundle("readings")

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory(10**6)
        self.memory.empty()
        self.memory.good_until = time.monotonic() + 1000
        self.truth = dict.fromkeys("abcde", 0)
        self.untold: list[str] = []
        self.kept: dict[str, dict[str, int]] = {}

    @rule(key=KEYS)
    def change(self, key: str) -> None:
        self.truth[key] += 1
        self.untold.append(key)

    @rule()
    def tell(self) -> None:
        self.memory.touch(self.untold)
        self.untold = []

    @rule(target=readings, name=st.sampled_from(["/1", "/2"]), keys=st.sets(KEYS, min_size=1))
    def begin(self, name: str, keys: set[str]) -> tuple[str, int, dict[str, int], list[str]]:
        return name, self.memory.mark(), {}, sorted(keys)

    @rule(reading=readings)
    def read_one(self, reading: tuple[str, int, dict[str, int], list[str]]) -> None:
        left = [key for key in reading[3] if key not in reading[2]]
        if left:
            reading[2][left[0]] = self.truth[left[0]]

    @rule(reading=consumes(readings))
    def store(self, reading: tuple[str, int, dict[str, int], list[str]]) -> None:
        name, mark, seen, keys = reading
        seen.update({key: self.truth[key] for key in keys if key not in seen})
        if self.memory.put(("v", name), page(*keys), mark):
            self.kept[name] = seen

    @invariant()
    def nothing_is_stale_once_it_was_told(self) -> None:
        for name, seen in self.kept.items():
            if self.memory.get(("v", name)) is not None:
                stale = {key for key, version in seen.items() if version != self.truth[key]}
                assert stale <= set(self.untold)


TestShop = Shop.TestCase
