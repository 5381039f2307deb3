"""Sets of small numbers as one long integer each: meeting and joining two, and counting, cost next to nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, islice
from typing import Any

FEW = 2000
AS_FLAGS = bytes.maketrans(b"01", b"\x00\x01")


def of(numbers: Iterable[int], size: int) -> int:
    """The set of these, all below `size`."""
    room = bytearray(size // 8 + 1)
    for number in numbers:
        room[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(room, "little")


def members(bits: int) -> list[int]:
    """The numbers of a small set, in order."""
    digits = bin(bits)[:1:-1]
    found, at = [], digits.find("1")
    while at >= 0:
        found.append(at)
        at = digits.find("1", at + 1)
    return found


def along(order: Sequence[int], bits: int) -> Iterator[int]:
    """The members of the set in this order, as far as somebody asks."""
    flags = bin(bits)[:1:-1].encode().translate(AS_FLAGS)
    flags += bytes(max(order, default=0) + 1 - len(flags)) if len(flags) <= len(order) else b""
    return compress(order, map(flags.__getitem__, order))


def page(bits: int, order: Callable[[], Sequence[int]], key: Callable[[int], Any], start: int, stop: int) -> list[int]:
    """Members from `start` to `stop` in an order: of a few, by their keys; of many, along the whole order."""
    if bits.bit_count() <= FEW:
        return sorted(members(bits), key=key)[start:stop]
    return list(islice(along(order(), bits), start, stop))
