"""Colours by family: a merchant's Ink and Navy are both found under Blue. A name says it, else the swatch does."""

from __future__ import annotations

import re
from functools import lru_cache
from math import atan2, cbrt, degrees, hypot

from calla.search.folding import fold

OPTIONS = frozenset({"color", "colour", "colorway", "colourway", "farbe", "shade"})
# In the order in which they are listed, each with the colour shown beside it.
FAMILIES = {
    "Black": "#1c1b1a", "Grey": "#8d8f8f", "White": "#fbfaf6", "Cream": "#efe4cb", "Beige": "#cfb793",
    "Brown": "#76492c", "Red": "#b5282c", "Pink": "#dd97a8", "Orange": "#d9742a", "Yellow": "#e7c33c",
    "Green": "#4c7a51", "Blue": "#3d6296", "Purple": "#74508f", "Gold": "#b8964a", "Silver": "#b9bcbf",
    "Multicolour": "",
}  # fmt: skip
PLACES = {name: place for place, name in enumerate(FAMILIES)}
_NAMES = {
    "Black": "black onyx jet ebony schwarz",
    "Grey": "grey gray charcoal slate anthracite graphite ash grau",
    "White": "white chalk snow weiss",
    "Cream": "cream ivory ecru ecrue eggshell champagne creme",
    "Beige": "beige sand camel nude oat stone taupe khaki",
    "Brown": "brown chocolate chestnut mocha cocoa cognac tan hazel braun",
    "Red": "red burgundy wine bordeaux cherry scarlet crimson ruby poppy rot",
    "Pink": "pink rose blush fuchsia magenta salmon rosa",
    "Orange": "orange apricot peach coral terracotta rust",
    "Yellow": "yellow mustard lemon saffron gelb",
    "Green": "green olive moss sage mint emerald jade forest fern leaf grun",
    "Blue": "blue navy sky denim indigo ink teal turquoise petrol cobalt blau",
    "Purple": "purple violet plum lavender lilac mauve aubergine lila",
    "Gold": "gold golden",
    "Silver": "silver",
    "Multicolour": "multi multicolor multicolour multicoloured multicolored print mixed",
}
NAMED = {name: family for family, names in _NAMES.items() for name in names.split()}
HEX = re.compile("#[0-9a-fA-F]{6}")
# The hue, in degrees, up to which a family reaches.
_HUES = ((34, "Red"), (70, "Orange"), (112, "Yellow"), (182, "Green"), (282, "Blue"), (360, "Purple"))


@lru_cache(maxsize=4096)
def family(name: str, swatch: str = "") -> str:
    """The family of a colour; empty when neither its name nor its swatch tells."""
    known = [NAMED[word] for word in re.findall(r"[a-z]+", fold(name)) if word in NAMED]
    if known:
        return known[-1]
    return _of_swatch(swatch) if HEX.fullmatch(swatch) else ""


def _of_swatch(swatch: str) -> str:
    light, chroma, hue = _seen(*(int(swatch[at : at + 2], 16) / 255 for at in (1, 3, 5)))
    if chroma < 0.022:
        return "Black" if light < 0.3 else "White" if light > 0.93 else "Grey"
    if light < 0.22:
        return "Black"
    if 45 <= hue < 112 and chroma < 0.1 and (light > 0.62 or chroma < 0.06):
        return "Cream" if light > 0.86 else "Beige" if light > 0.58 else "Brown"
    if 20 <= hue < 90 and light < 0.52 and chroma < 0.13:
        return "Brown"
    if 90 <= hue < 112 and light < 0.6:
        return "Green"
    if (hue < 48 and light > 0.68 and chroma < 0.12) or (hue > 340 and light > 0.5):
        return "Pink"
    return "Red" if hue > 350 else "Purple" if hue > 320 else next(name for end, name in _HUES if hue < end)


def _seen(red: float, green: float, blue: float) -> tuple[float, float, float]:
    """Lightness, chroma and hue as the eye has them (OKLCH)."""
    r, g, b = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in (red, green, blue))
    long = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    light = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    across = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    up = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return light, hypot(across, up), degrees(atan2(up, across)) % 360
