from __future__ import annotations

import pytest

from calla.search.colours import FAMILIES, family


@pytest.mark.parametrize(("name", "found"), [
    ("Ink", "Blue"), ("Midnight Blue", "Blue"), ("GRÜN", "Green"), ("off-white", "White"), ("Rose", "Pink"),
    ("Dark chocolate", "Brown"), ("Multi", "Multicolour"), ("Pebble", ""), ("", ""),
])  # fmt: skip
def test_a_name_tells_the_family(name: str, found: str) -> None:
    assert family(name) == found


@pytest.mark.parametrize(("swatch", "found"), [
    ("#141414", "Black"), ("#8a8a8a", "Grey"), ("#ffffff", "White"), ("#efe6d2", "Cream"), ("#cdb48f", "Beige"),
    ("#4a2c1d", "Brown"), ("#8b1a2b", "Red"), ("#f2b8c6", "Pink"), ("#e8762d", "Orange"), ("#f0c930", "Yellow"),
    ("#6b6b2f", "Green"), ("#1d2a4d", "Blue"), ("#b9a3d0", "Purple"), ("url(x)", ""), ("#12345", ""),
])  # fmt: skip
def test_without_one_the_swatch_does(swatch: str, found: str) -> None:
    assert family("Nameless", swatch) == found


def test_every_swatch_has_a_family_that_is_shown() -> None:
    for red in range(0, 256, 51):
        for green in range(0, 256, 51):
            for blue in range(0, 256, 51):
                assert family("", f"#{red:02x}{green:02x}{blue:02x}") in FAMILIES
