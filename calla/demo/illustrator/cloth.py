"""A fabric in a colour: how deep its folds are, how it shines, and what is woven, knitted or printed on it."""

from __future__ import annotations

from dataclasses import dataclass

from calla.demo.illustrator import prints, weaves
from calla.demo.illustrator.colour import lightness, lit, mix, shaded

# Fabric: depth of folds, sheen of ridges, how much light and shade lie across, opacity.
HANDLE: dict[str, tuple[float, float, float, float]] = {
    "cotton": (0.30, 0.30, 0.22, 1), "poplin": (0.30, 0.34, 0.22, 1), "linen": (0.32, 0.28, 0.22, 1),
    "crepe": (0.36, 0.28, 0.26, 1), "jersey": (0.30, 0.26, 0.24, 1), "satin": (0.42, 0.62, 0.30, 1),
    "silk": (0.38, 0.48, 0.28, 1), "chiffon": (0.26, 0.40, 0.16, 0.86), "tulle": (0.2, 0.4, 0.14, 0.7),
    "lace": (0.26, 0.26, 0.20, 1), "denim": (0.34, 0.30, 0.26, 1), "wool": (0.34, 0.22, 0.30, 1),
    "tweed": (0.30, 0.20, 0.28, 1), "knit": (0.30, 0.26, 0.28, 1), "cable": (0.30, 0.26, 0.28, 1),
    "velvet": (0.50, 0.42, 0.40, 1), "leather": (0.44, 0.60, 0.34, 1), "corduroy": (0.34, 0.26, 0.28, 1),
    "sequin": (0.40, 0.50, 0.34, 1), "swim": (0.26, 0.50, 0.24, 1), "twill": (0.32, 0.28, 0.24, 1),
}  # fmt: skip


@dataclass(frozen=True)
class Cloth:
    colour: str
    fabric: str = "cotton"
    print_name: str = ""
    accents: tuple[str, ...] = ()
    seed: str = ""
    scale: float = 1.0

    @property
    def base(self) -> str:
        return self.colour

    @property
    def ink(self) -> str:
        """The pen for its outline: darker than the cloth, lighter than it on cloth that is nearly black."""
        return mix(self.colour, "#23161c", 0.62) if lightness(self.colour) > 0.24 else mix(self.colour, "#0a070c", 0.66)

    @property
    def deep(self) -> str:
        return shaded(self.colour, 0.6 if lightness(self.colour) > 0.3 else 0.85)

    @property
    def bright(self) -> str:
        return lit(self.colour, 0.75 if lightness(self.colour) > 0.3 else 0.45)

    @property
    def depth(self) -> float:
        return HANDLE[self.fabric][0] * (0.85 if lightness(self.colour) > 0.75 else 1)

    @property
    def sheen(self) -> float:
        return HANDLE[self.fabric][1]

    @property
    def opacity(self) -> float:
        return HANDLE[self.fabric][3]

    @property
    def patterned(self) -> bool:
        return bool(self.print_name) or self.fabric in weaves.WEAVES

    @property
    def shiny(self) -> bool:
        return self.fabric in {"satin", "silk", "velvet", "leather", "swim", "sequin"}

    def definitions(self, prefix: str) -> str:
        _, _sheen, across, _ = HANDLE[self.fabric]
        light = (
            f'<linearGradient id="{prefix}l" gradientUnits="userSpaceOnUse" x1="300" y1="240" x2="600" y2="330">'
            f'<stop offset="0" stop-color="{self.bright}" stop-opacity="{across * 1.1:.2f}"/>'
            f'<stop offset=".38" stop-color="{self.bright}" stop-opacity="0"/>'
            f'<stop offset=".55" stop-color="{self.deep}" stop-opacity="0"/>'
            f'<stop offset="1" stop-color="{self.deep}" stop-opacity="{across * 1.5:.2f}"/></linearGradient>'
        )
        if not self.patterned:
            return light
        tile = prints.tile(self) if self.print_name else weaves.tile(self)
        return light + tile.element(f"{prefix}p", self.scale)
