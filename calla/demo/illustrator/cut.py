# ruff: noqa: E501  (points and paths read better unbroken)
"""A garment by its parameters: everything that decides how it is drawn, apart from colour."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from calla.demo.illustrator.body import HIGH_HIP, HIP, UNDERBUST, WAIST, trunk

LENGTHS = {
    "crop": 404.0, "tucked": 414.0, "waist": 440.0, "hip": 500.0, "low hip": 546.0, "thigh": 606.0, "mini": 650.0, "above knee": 720.0,
    "knee": 770.0, "midi": 872.0, "calf": 930.0, "ankle": 1000.0, "floor": 1084.0,
}  # fmt: skip
WAISTS = {"": WAIST, "natural": WAIST, "empire": UNDERBUST + 4, "drop": HIGH_HIP + 14}

# Ease over the body at chest, waist and hip.
FITS: dict[str, tuple[float, float, float]] = {
    "close": (1.5, 1.5, 2), "fitted": (4, 5, 5), "easy": (7, 15, 10), "loose": (12, 30, 18), "boxy": (16, 44, 30),
    "oversize": (26, 60, 40),
}  # fmt: skip


@dataclass(frozen=True)
class Cut:
    """`kind` says what is worn where; words left empty mean "none of it"."""

    kind: str
    neck: str = "crew"
    sleeve: str = ""
    sleeve_length: str = "long"
    fit: str = "fitted"
    skirt: str = ""
    length: str = "hip"
    waist: str = ""
    volume: float = 1.0
    legs: str = ""
    trims: tuple[str, ...] = ()
    shape: str = ""  # of a bag, a hat, a scarf, a shoe

    def has(self, trim: str) -> bool:
        return trim in self.trims

    @property
    def hem(self) -> float:
        return LENGTHS[self.length]

    @property
    def waistline(self) -> float:
        return WAISTS[self.waist]

    @cached_property
    def ease(self) -> tuple[float, float, float]:
        return FITS[self.fit]

    def half(self, y: float) -> float:
        """Half the width of what hangs on the trunk, down to the hip."""
        chest, waist, hip = self.ease
        if y <= UNDERBUST - 20:
            return trunk(y) + chest
        if y <= WAIST:
            return trunk(y) + chest + (waist - chest) * (y - UNDERBUST + 20) / (WAIST - UNDERBUST + 20)
        return trunk(min(y, HIP)) + waist + (hip - waist) * min(1.0, (y - WAIST) / (HIP - WAIST))


GARMENTS = {"dress", "top", "knit", "coat", "jacket", "trousers", "skirt", "jumpsuit", "swim"}
ACCESSORIES = {"bag", "hat", "scarf", "shoes"}
