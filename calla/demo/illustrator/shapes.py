"""Silhouettes as half outlines, right of the middle; the left half is their mirror.

An outline is a list of steps, `("M", x, y)`, `("L", x, y)` or `("C", x1, y1, x2, y2, x, y)`; x counts from the middle
line, y from the top. A garment has a body, and perhaps sleeves behind it, a collar, seams and folds on it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Step = tuple[str | float, ...]
Path = tuple[Step, ...]


@dataclass(frozen=True)
class Shape:
    body: Path
    sleeve: Path = ()
    seams: tuple[Path, ...] = ()
    folds: tuple[Path, ...] = ()
    back_of_neck: Path = ()
    whole: tuple[Path, ...] = field(default=())  # lines on the middle, drawn once


def top(
    *, neck: float = 62, drop: float = 70, shoulder: float = 150, chest: float = 158, waist: float = 138,
    hip: float = 166, length: float = 620, hem: float | None = None,
) -> Path:
    """From the middle of the neckline over shoulder, armpit, waist and hip to the middle of the hem."""
    edge = hip if hem is None else hem
    return (
        ("M", 0, 190 + drop),
        ("C", neck * 0.55, 190 + drop, neck, 190 + drop * 0.45, neck + 6, 184),
        ("C", neck + 40, 196, shoulder - 30, 206, shoulder, 226),
        ("C", shoulder - 6, 286, chest - 6, 330, chest, 372),
        ("C", chest - 4, 430, waist + 2, 450, waist, 498),
        ("C", waist + 4, 550, hip - 8, 570, hip, 616),
        ("C", hip + (edge - hip) * 0.35, 616 + (length - 616) * 0.4, edge - 6, length - 60, edge, length),
        ("C", edge * 0.6, length + 16, edge * 0.3, length + 20, 0, length + 20),
    )


def sleeve(*, length: float, width: float, cuff: float, shoulder: float = 150, flare: float = 0) -> Path:
    """A sleeve that hangs from the shoulder; `length` along the arm."""
    x, y = shoulder + length * 0.34, 226 + length * 0.94
    return (
        ("M", shoulder - 26, 212),
        ("C", shoulder + 26, 222, shoulder + 46 + width * 0.2, 262, shoulder + 54, 300),
        ("C", shoulder + 60 + flare, 226 + length * 0.55, x + cuff * 0.5 + flare, y - 60, x + cuff * 0.62 + flare, y),
        ("C", x + cuff * 0.2, y + 14, x - cuff * 0.2, y + 14, x - cuff * 0.5 - flare * 0.4, y - 4),
        ("C", x - cuff * 0.6, y - 80, shoulder - 2, 226 + length * 0.5, shoulder + 2, 380 + width * 0.1),
        ("L", shoulder - 10, 300),
    )


def skirt(*, waist: float, hip: float, hem: float, length: float, start: float = 300) -> Path:
    return (
        ("M", 0, start + 8),
        ("C", waist * 0.5, start + 8, waist * 0.8, start + 4, waist, start),
        ("C", waist + 6, start + 60, hip - 4, start + 90, hip, start + 150),
        ("C", hip + (hem - hip) * 0.4, start + 150 + (length - 150) * 0.4,
         hem - 8, start + length - 70, hem, start + length),
        ("C", hem * 0.6, start + length + 18, hem * 0.3, start + length + 22, 0, start + length + 22),
    )


def trousers(*, waist: float = 112, hip: float = 150, knee: float = 132, hem: float = 120, length: float = 760) -> Path:
    start, crotch = 230, 470
    return (
        ("M", 0, start + 6),
        ("C", waist * 0.5, start + 6, waist * 0.8, start + 3, waist, start),
        ("C", waist + 8, start + 70, hip - 2, start + 110, hip, crotch - 40),
        ("C", hip + 2, crotch + 110, knee + 8, crotch + 150, knee + 6, crotch + 230),
        ("C", knee + 4, crotch + 330, hem + 12, start + length - 120, hem + 10, start + length),
        ("C", hem - 10, start + length + 8, hem - 60, start + length + 10, hem - 96, start + length + 4),
        ("C", hem - 104, crotch + 330, 20, crotch + 160, 0, crotch),
    )


def line(*points: float) -> Path:
    """A soft line through the points x0 y0 (control control) x y."""
    x0, y0, *rest = points
    return (("M", x0, y0), ("C", *rest))


def _falling(x: float, begin: float, end: float, lean: float) -> Path:
    middle = (begin + end) / 2
    return line(x, begin, x + lean * 0.2, middle, x + lean * 0.7, middle + 40, x + lean, end)


def dress(
    *, hem: float = 250, length: float = 960, neck: float = 62, drop: float = 80, sleeve_: Path = (), waist: float = 126
) -> Shape:
    body = top(neck=neck, drop=drop, waist=waist, hip=waist + 40, hem=hem, length=length)
    return Shape(
        body, sleeve_,
        seams=(line(0, 506, waist * 0.4, 510, waist * 0.8, 508, waist + 1, 500),),
        folds=tuple(
            _falling(x, 530 + 12 * i, length - 14 - 8 * i, (hem - waist) * x / waist * 0.8)
            for i, x in enumerate((26, 62, 98))
        ),
        back_of_neck=line(0, 178, neck * 0.5, 178, neck, 180, neck + 6, 184),
    )


def blouse(
    *, drop: float = 60, length: float = 660, hem: float = 178, sleeve_: Path = (), buttons: bool = True
) -> Shape:
    placket = tuple(line(0, y, 2, y - 3, 4, y - 3, 5, y) for y in range(300, int(length), 62)) if buttons else ()
    return Shape(
        top(drop=drop, hem=hem, length=length), sleeve_,
        seams=((("M", 16, 190 + drop), ("L", 16, length + 18)),) if buttons else (),
        folds=(_falling(92, 390, length - 40, 20), _falling(128, 420, length - 70, 26)),
        back_of_neck=line(0, 176, 30, 176, 60, 178, 68, 184),
        whole=placket,
    )


def knit(*, drop: float = 34, length: float = 690, sleeve_: Path = (), open_: bool = False) -> Shape:
    ribs = tuple((("M", x, length - 34), ("L", x + 1, length + 16)) for x in range(8, 190, 12))
    collar = tuple((("M", 20 + x, 196 + drop - x * 0.6), ("L", 16 + x, 212 + drop - x * 0.6)) for x in range(0, 46, 9))
    return Shape(
        top(neck=58, drop=drop, chest=176, waist=178, hip=190, hem=186, length=length), sleeve_,
        seams=(line(0, length - 36, 60, length - 38, 130, length - 42, 188, length - 48),
               *(((("M", 10, 190 + drop), ("L", 10, length + 18)),) if open_ else ())),
        folds=(*ribs, *collar),
        back_of_neck=line(0, 172, 28, 172, 56, 176, 64, 184),
    )


def coat(*, length: float = 930, hem: float = 226) -> Shape:
    return Shape(
        top(neck=74, drop=190, shoulder=166, chest=182, waist=166, hip=190, hem=hem, length=length),
        sleeve(length=470, width=70, cuff=84, shoulder=166),
        seams=(
            (("M", 0, 380), ("L", 8, length + 16)),
            line(72, 186, 100, 250, 96, 320, 4, 392),
            line(72, 186, 120, 230, 140, 268, 108, 312),
            line(84, 620, 110, 616, 130, 612, 152, 604),
        ),
        folds=(_falling(120, 660, length - 30, 40), _falling(60, 690, length - 20, 16)),
        whole=tuple(line(26, y, 30, y - 5, 38, y - 5, 40, y) for y in (430, 520, 610)),
    )


def _skirt_shape(*, hem: float, length: float, hip: float = 150, waist: float = 104, pleats: int = 3) -> Shape:
    lean = (hem - waist) / waist
    return Shape(
        skirt(waist=waist, hip=hip, hem=hem, length=length),
        seams=(line(0, 346, waist * 0.5, 346, waist * 0.8, 342, waist + 3, 336),),
        folds=tuple(
            _falling(x, 350, 296 + length, x * lean)
            for x in (waist * (i + 0.5) / pleats for i in range(pleats))
        ),
    )


def _trousers_shape(**cut: float) -> Shape:
    return Shape(
        trousers(**cut),
        seams=(line(0, 268, 50, 270, 90, 266, 116, 262), line(70, 266, 84, 310, 104, 330, 128, 336)),
        folds=(line(92, 350, 94, 520, 84, 720, 80, 960), line(8, 478, 40, 486, 70, 500, 96, 520)),
        whole=(line(0, 270, 3, 340, 2, 400, 0, 462),),
    )


SHORT = sleeve(length=150, width=60, cuff=104)
ELBOW = sleeve(length=270, width=60, cuff=100)
LONG = sleeve(length=480, width=56, cuff=64)
BISHOP = sleeve(length=470, width=70, cuff=70, flare=18)
BELL = sleeve(length=440, width=60, cuff=118, flare=10)

SHAPES: dict[str, Callable[[], Shape]] = {
    "slip dress": lambda: dress(neck=84, drop=110, hem=190, length=980, waist=122),
    "tea dress": lambda: dress(sleeve_=SHORT, hem=268, length=930),
    "shirt dress": lambda: dress(sleeve_=ELBOW, drop=64, hem=232, length=940),
    "maxi dress": lambda: dress(sleeve_=BELL, hem=292, length=1040, drop=96),
    "wrap dress": lambda: dress(sleeve_=ELBOW, drop=150, hem=254, length=950),
    "blouse": lambda: blouse(sleeve_=LONG),
    "bishop blouse": lambda: blouse(sleeve_=BISHOP, drop=84, hem=170),
    "camisole": lambda: blouse(drop=104, length=640, hem=184, buttons=False),
    "tee": lambda: blouse(drop=50, sleeve_=SHORT, length=650, buttons=False),
    "jumper": lambda: knit(sleeve_=LONG),
    "cardigan": lambda: knit(sleeve_=LONG, drop=150, open_=True, length=720),
    "coat": coat,
    "short coat": lambda: coat(length=740, hem=206),
    "pencil skirt": lambda: _skirt_shape(hem=138, length=560, pleats=2),
    "pleated skirt": lambda: _skirt_shape(hem=250, length=600, pleats=7),
    "circle skirt": lambda: _skirt_shape(hem=310, length=540, hip=176, pleats=4),
    "wide trousers": lambda: _trousers_shape(hip=160, knee=168, hem=190),
    "slim trousers": lambda: _trousers_shape(hip=146, knee=110, hem=104),
}
