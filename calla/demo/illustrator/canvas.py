"""What is drawn so far: definitions above, shapes below, and names that are used once in a file."""

from __future__ import annotations

from calla.demo.illustrator.cloth import Cloth
from calla.demo.illustrator.geometry import Points, line, stroke

FULL = 'x="-200" y="-100" width="1300" height="1500"'


class Canvas:
    def __init__(self) -> None:
        self.defs: list[str] = [f'<rect id="r" {FULL}/>']
        self.parts: list[str] = []
        self.outlines: list[str] = []  # of cloth, to find out how large it became
        self.cloths: dict[Cloth, str] = {}

    def add(self, *parts: str) -> None:
        self.parts.extend(parts)

    def name(self, cloth: Cloth) -> str:
        if cloth not in self.cloths:
            self.cloths[cloth] = prefix = "abcdefghij"[len(self.cloths)]
            self.defs.append(cloth.definitions(prefix))
        return self.cloths[cloth]

    def piece(
        self, d: str, cloth: Cloth, marks: str = "", *, turn: str = "", pen: float = 1.9, deep: float = 0
    ) -> None:
        """A piece of cloth: its fabric, the marks on it, light across it, a line round it.

        `turn` names the fabric turned with a limb; `deep` (0 to 1) lays it into shadow.
        """
        prefix, clip = self.name(cloth), f"k{len(self.outlines)}"
        self.outlines.append(d)
        self.defs.append(f'<path id="o{clip}" d="{d}"/><clipPath id="{clip}"><use href="#o{clip}"/></clipPath>')
        over = f'<use href="#r" fill="url(#{prefix}p{turn})"/>' if cloth.patterned else ""
        shadow = f'<use href="#r" fill="{cloth.deep}" opacity="{deep:.2f}"/>' if deep else ""
        sheer = f' opacity="{cloth.opacity}"' if cloth.opacity < 1 else ""
        self.parts.append(
            f'<g clip-path="url(#{clip})"{sheer}><use href="#r" fill="{cloth.base}"/>{over}{marks}'
            f'<use href="#r" fill="url(#{prefix}l)"/>{shadow}</g>'
            f'<use href="#o{clip}" fill="none" stroke="{cloth.ink}" stroke-width="{pen}" stroke-linejoin="round"/>'
        )

    def pen(self, cloth: Cloth, *lines: Points, width: float = 2.4, opacity: float = 0.85) -> None:
        """Swelling strokes of ink."""
        d = "".join(stroke(points, width, begin=0.25, end=0.15) for points in lines)
        self.parts.append(f'<path d="{d}" fill="{cloth.ink}" opacity="{opacity}"/>')


def seams(cloth: Cloth, *lines: Points, width: float = 1.3, dash: str = "", opacity: float = 0.75) -> str:
    if not lines:
        return ""
    d, dashes = "".join(line(points) for points in lines), f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{d}" fill="none" stroke="{cloth.ink}" stroke-width="{width}" opacity="{opacity}"{dashes}/>'


def folds(cloth: Cloth, shades: list[str], lights: list[str]) -> str:
    """Hollows and ridges, each a tapered shape."""
    dark = f'<path d="{"".join(shades)}" fill="{cloth.deep}" opacity="{cloth.depth}"/>' if shades else ""
    bright = f'<path d="{"".join(lights)}" fill="{cloth.bright}" opacity="{cloth.sheen}"/>' if lights else ""
    return dark + bright
