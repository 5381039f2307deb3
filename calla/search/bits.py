"""Sets of small numbers as one long integer each: meeting and joining two, and counting, cost next to nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, islice
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Order:
    """Numbers below `size` in an order, and the key it is made by; `back`, from its end."""

    numbers: Sequence[int]
    key: Callable[[int], Any]
    size: int
    back: bool = False

    def page(self, bits: int, start: int, stop: int) -> list[int]:
        """Members from `start` to `stop`: of all, a piece of the order, however far in; of a few, by their keys; of
        many, along the order, whose next member is never far."""
        count, whole = bits.bit_count(), range(len(self.numbers))
        if count == len(whole):
            return [self.numbers[at] for at in (whole[::-1] if self.back else whole)[start:stop]]
        if stop * len(self.numbers) > 25 * count * count:
            return sorted(members(bits), key=self.key, reverse=self.back)[start:stop]
        return list(islice(self._along(bits), start, stop))

    def _along(self, bits: int) -> Iterator[int]:
        flags = bin(bits)[:1:-1].encode().translate(AS_FLAGS)
        flags += bytes(max(self.size - len(flags), 0))
        way = reversed if self.back else iter
        return compress(way(self.numbers), map(flags.__getitem__, way(self.numbers)))
