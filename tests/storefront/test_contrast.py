"""Text is readable in both colour schemes: the pairs of the style sheet, measured as WCAG does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import calla.backoffice
import calla.storefront

SHOP, OFFICE = (Path(str(app.__file__)).parent / "static" for app in (calla.storefront, calla.backoffice))
TOKENS = SHOP / "calla" / "tokens.css"
SHEETS = (SHOP / "calla" / "components.css", OFFICE / "backoffice" / "office.css")
GROUNDS = ("ground", "raised", "sunken", "spathe", "note-ground")
PAIRS = [
    *(("ink", ground, 7.0) for ground in GROUNDS), *(("soft", ground, 7.0) for ground in GROUNDS),
    *(("accent", ground, 7.0) for ground in GROUNDS), ("accent-ink", "accent", 7.0), ("accent-ink", "accent-deep", 7.0),
    ("wrong", "ground", 7.0), ("wrong", "raised", 7.0), ("wrong", "wrong-ground", 7.0), ("ground", "ink", 7.0),
    *(("edge", ground, 3.0) for ground in ("ground", "raised", "sunken")), ("spadix", "note-ground", 3.0),
]  # fmt: skip


def scheme(name: str) -> dict[str, str]:
    """The colours of a scheme; the dark one begins with the light one's."""
    light, _, dark = TOKENS.read_text(encoding="utf-8").partition("prefers-color-scheme: dark")
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    return found | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark)) if name == "dark" else found


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_it_can_be_read(name: str, text: str, ground: str, least: float) -> None:
    colours = scheme(name)
    assert contrast(colours[text], colours[ground]) >= least


def test_the_measure_is_right() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0 and round(contrast("#767676", "#ffffff"), 2) == 4.54


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_what_is_pointed_at_says_the_ink_on_its_new_ground(sheet: Path) -> None:
    """A rule for every button under the pointer sets its ink too, and would win over the ink of the main one."""
    [rule] = re.findall(r"\.primary:hover[^{]*\{([^}]*)\}", sheet.read_text(encoding="utf-8"))
    assert "background: var(--accent-deep)" in rule and "color: var(--accent-ink)" in rule
