# ruff: noqa: E501  (points and paths read better unbroken)
"""The views of a garment: on the figure from the front and from behind, on a hanger, and from near."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from calla.demo.illustrator import bags, collars, figure, footwear, hair, head, headwear, paper, scarves, shoes, wear
from calla.demo.illustrator.body import MIDDLE, Pose
from calla.demo.illustrator.canvas import Canvas
from calla.demo.illustrator.cloth import Cloth
from calla.demo.illustrator.cut import ACCESSORIES, GARMENTS, Cut
from calla.demo.illustrator.geometry import number, turned
from calla.demo.illustrator.poses import FLAT, POSES
from calla.demo.illustrator.skin import TONES, Tone
from calla.demo.illustrator.sleeves import skin_from

WIDTH, HEIGHT = 900, 1200
WIDE, TALL, RAIL, HOOK, APART = 1920, 1200, 110, 166, 40
LARGEST, RAIL_FILLED, DROP, FLOOR = 1.3, 1560, 990, 1110
MOST_ON_A_RAIL = 37_000
WHOLE = (20.0, 12.0, 860.0, 1146.7)
NEAR = {
    "bag": (255.0, 300.0, 480.0, 640.0), "hat": (215.0, 0.0, 470.0, 626.7), "scarf": (205.0, 30.0, 490.0, 653.3),
    "shoes": (285.0, 720.0, 330.0, 440.0),
}  # fmt: skip
PEN_WIDTH = re.compile(r'stroke-width="([\d.]+)"')
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
STEP = re.compile(r"([Mlc])([^Mlcz]*)")


@dataclass(frozen=True)
class Model:
    pose: str = "easy"
    tone: int = 0
    hair: str = "bun"
    shoes: str = "pump"
    shoe_colour: str = "#33262a"


@dataclass(frozen=True)
class Worn:
    cut: Cut
    cloth: Cloth


@dataclass(frozen=True)
class Look:
    """What is shown, with what it is worn, by whom and on which paper; `worn` goes from the inside out."""

    worn: tuple[Worn, ...]
    shown: int = 0
    model: Model = field(default_factory=Model)
    paper: str = "plain"
    ground: str = "#efe8da"
    own: Worn | None = None  # the piece as it is by itself, where it is worn otherwise

    @property
    def main(self) -> Worn:
        return self.worn[self.shown]


@dataclass(frozen=True)
class Hung:
    """A piece on the rail: how much lower than its hook it begins, and how far it reaches."""

    drawn: str
    lift: float
    left: float
    right: float
    bottom: float

    @property
    def room(self) -> float:
        return self.right - self.left + APART


def front(look: Look) -> str:
    return _figure(look, POSES[look.model.pose], back=False)


def back(look: Look) -> str:
    return _figure(look, POSES[look.model.pose].mirrored, back=True)


def _figure(look: Look, pose: Pose, *, back: bool) -> str:
    canvas, model, tone = Canvas(), look.model, TONES[look.model.tone]
    clothes = [one for one in look.worn if one.cut.kind not in ACCESSORIES]
    extras = {one.cut.kind: one for one in look.worn if one.cut.kind in ACCESSORIES}
    canvas.add(paper.shadow(pose, look.ground, max((_spread(one.cut) for one in clothes), default=95)))
    if not back:
        canvas.add(hair.back(pose, tone, model.hair))
        for one in clothes:
            collars.behind(canvas, pose, one.cut, one.cloth)
    canvas.add(figure.trunk_skin(pose, tone, back=back))
    _legs(canvas, look, pose, tone, clothes, back=back)
    if back:
        canvas.add(head.behind(pose, tone))
    for one in clothes:
        wear.body(canvas, pose, one.cut, one.cloth, back=back)
    if "scarf" in extras:
        scarves.worn(canvas, extras["scarf"].cut.shape, extras["scarf"].cloth, pose)
    _arms(canvas, pose, tone, clothes, extras.get("bag"))
    if back:
        canvas.add(hair.behind(pose, tone, model.hair))
    else:
        canvas.add(head.face(pose, tone), hair.front(pose, tone, model.hair))
    if "hat" in extras:
        headwear.hat(canvas, extras["hat"].cut.shape, extras["hat"].cloth, head.placer(pose))
    view = NEAR.get(look.main.cut.kind, WHOLE)
    return document(canvas, paper.background(look.paper, look.ground), view)


def _legs(canvas: Canvas, look: Look, pose: Pose, tone: Tone, clothes: list[Worn], *, back: bool) -> None:
    shoe = look.model.shoes, look.model.shoe_colour
    for which in (1 - pose.front_leg, pose.front_leg):
        canvas.add(figure.leg(pose, which, tone), shoes.shoe(pose, which, *shoe, back=back))
    tucked = [one for one in clothes if one.cut.legs in {"slim", "leggings"} and one.cut.kind == "trousers"]
    if shoe[0] == "boot" and tucked:  # boots go over narrow trousers
        for one in tucked:
            wear.body(canvas, pose, replace(one.cut, legs="tucked"), one.cloth, back=back)
        canvas.add(*(shoes.shoe(pose, which, *shoe, back=back) for which in (1 - pose.front_leg, pose.front_leg)))
        clothes[:] = [one for one in clothes if one not in tucked]


def _arms(canvas: Canvas, pose: Pose, tone: Tone, clothes: Sequence[Worn], bag: Worn | None) -> None:
    outer = [one for one in clothes if one.cut.kind in {"coat", "jacket"} or (one.cut.kind == "knit" and one.cut.skirt)]
    begin = max((skin_from(one.cut) for one in clothes), default=0.0)
    for which in (0, 1):
        if bag and which == 1:
            x, y = figure.posed(pose, pose.arms[1]).at(1.97)
            bags.bag(canvas, bag.cut.shape, bag.cloth, bags.Place(x + 4, y + 44, 0.96))
        canvas.add(figure.arm(pose, which, tone, begin=begin))
        for one in outer or clothes:
            wear.sleeves(canvas, pose, one.cut, one.cloth, which)


def _spread(cut: Cut) -> float:
    wide = {"ball": 250, "circle": 190, "mermaid": 150, "tiered": 160, "flared": 150, "gathered": 150}.get(
        cut.skirt, 95
    )
    return wide if cut.hem > 980 else 95


def alone(look: Look) -> str:
    """The garment on a hanger, a bag or a shoe by itself: as large as leaves it air on all sides."""
    canvas, one = _by_itself(look)
    left, top, right, bottom = bounds(canvas.outlines)
    hook = ""
    if one.cut.kind in GARMENTS:
        hook = paper.hanger(one.cut, top)
        top = min(top, 226.0) - 62 if one.cut.kind not in {"trousers", "skirt"} else top - 58
    high, wide = (940, 660) if one.cut.kind in GARMENTS else (820, 540)
    size = min(high / (bottom - top), wide / (right - left), 2.0 if one.cut.kind in GARMENTS else 1.55)
    dx, dy = WIDTH / 2 - (left + right) / 2 * size, HEIGHT / 2 - (top + bottom) / 2 * size
    place = f'transform="translate({number(dx)} {number(dy)}) scale({size:.3f})"'
    soft = "".join(f'<use href="#ok{i}"/>' for i in range(min(len(canvas.outlines), 6)))
    canvas.defs.append(
        '<filter id="f" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="12"/></filter>'
    )
    canvas.parts[:] = [
        f'<g {place}><g transform="translate(16 20)" fill="{paper.shade(look.ground)}" opacity=".4" filter="url(#f)">{soft}</g>',
        hook, *canvas.parts, "</g>",
    ]  # fmt: skip
    return document(canvas, paper.background("plain", look.ground))


def detail(look: Look) -> str:
    """From near: neckline or waistband, and a snippet of the fabric."""
    canvas, one = _by_itself(look)
    left, top, right, bottom = bounds(canvas.outlines)
    shoes = one.cut.kind == "shoes"  # a pair lies one above the other: the lower one is looked at
    width = 300.0 if one.cut.kind in GARMENTS else (right - left) * (0.98 if shoes else 0.62)
    y = (
        {"trousers": 392, "skirt": 392}.get(one.cut.kind, min(top - 14, 216))
        if one.cut.kind in GARMENTS
        else top + (bottom - top) * (0.72 if shoes else 0.5) - width * (0.6 if shoes else 0.72)
    )
    x = (MIDDLE if one.cut.kind in GARMENTS else (left + right) / 2) - width / 2
    view = (x, y, width, width * 4 / 3)
    _snippet(canvas, one.cloth, view)
    thin = PEN_WIDTH.sub(lambda found: f'stroke-width="{float(found[1]) * 0.66:.2f}"', "".join(canvas.parts))
    canvas.parts[:] = [thin]
    return document(canvas, paper.sheet(look.ground, view), view)


def _snippet(canvas: Canvas, cloth: Cloth, view: tuple[float, float, float, float]) -> None:
    """A pinked square of cloth, pinned to the corner."""
    x, y, width, height = view
    size, teeth = width * 0.25, 9
    cx, cy = x + width * 0.8, y + height * 0.845
    step = size / teeth
    side = [(i * step - size / 2, -size / 2 - (step * 0.5 if i % 2 else 0)) for i in range(teeth)]
    corners = [turned(side, quarter * 90 - 7) for quarter in range(4)]
    points = [(cx + px, cy + py) for run in corners for px, py in run]
    d = "M" + "L".join(f"{number(px)} {number(py)}" for px, py in points) + "Z"
    canvas.add(
        f'<path d="{d}" transform="translate({number(width * 0.008)} {number(width * 0.012)})" fill="#2a2020" opacity=".28"/>'
    )
    prefix = canvas.name(cloth)
    turn = "R" if cloth.patterned else ""
    canvas.add(f'<path d="{d}" fill="{cloth.base}" stroke="#fffaf0" stroke-width="{number(width * 0.011)}"/>')
    if cloth.patterned:
        canvas.add(f'<path d="{d}" fill="url(#{prefix}p{turn})"/>')
    weft = "".join(
        f"M{number(cx - size / 2)} {number(cy - size / 2 + i * size / 24)}h{number(size)}" for i in range(25)
    )
    canvas.add(
        f'<clipPath id="sn"><path d="{d}"/></clipPath><path d="{weft}" clip-path="url(#sn)" stroke="{cloth.deep}" stroke-width=".5" opacity=".22"/>'
    )
    px, py = cx - size * 0.1, cy - size * 0.46
    canvas.add(
        f'<path d="M{number(px)} {number(py)}l{number(size * 0.34)} {number(size * 0.16)}" stroke="#8f8a84" stroke-width="{number(size * 0.035)}" stroke-linecap="round"/>'
        f'<circle cx="{number(px)}" cy="{number(py)}" r="{number(size * 0.055)}" fill="#efe4c8" stroke="#8f7f5c" stroke-width=".8"/>'
    )


def _by_itself(look: Look) -> tuple[Canvas, Worn]:
    canvas, one = Canvas(), look.own or look.main
    cut, cloth = one.cut, one.cloth
    if cut.kind == "bag":
        bags.bag(canvas, cut.shape, cloth, bags.Place(450, 250, 5))
    elif cut.kind == "hat":
        headwear.hat(canvas, cut.shape, cloth, lambda *points: [(450 + x * 4, 800 + y * 4) for x, y in points])
    elif cut.kind == "scarf":
        scarves.folded(canvas, cut.shape, cloth)
    elif cut.kind == "shoes":
        for place in (bags.Place(410, 480, 4.4), bags.Place(490, 800, 4.4)):
            footwear.shoe(canvas, cut.shape, cloth, place)
    else:
        _hang(canvas, one)
    return canvas, one


def _hang(canvas: Canvas, one: Worn) -> None:
    if one.cut.kind not in {"trousers", "skirt"}:
        collars.behind(canvas, FLAT, one.cut, one.cloth)
    wear.body(canvas, FLAT, one.cut, one.cloth)
    for which in (0, 1):
        wear.sleeves(canvas, FLAT, one.cut, one.cloth, which)


def rail(looks: Sequence[Look]) -> str:
    """A collection on one rail, wide: as many of its pieces, from the first, as a file of a picture's size holds. They
    hang close together in the middle, so that a page may cut the picture tall or wide."""
    canvas, first = Canvas(), looks[0]
    hung: list[Hung] = []
    for look in looks:
        one, before, had = look.own or look.main, len(canvas.parts), (len(canvas.defs), len(canvas.outlines))
        lift = _onto_the_rail(canvas, one, had[1])
        drawn = "".join(canvas.parts[before:])
        del canvas.parts[before:]
        if len("".join([*canvas.defs, *(each.drawn for each in hung), drawn])) > MOST_ON_A_RAIL:
            del canvas.defs[had[0] :], canvas.outlines[had[1] :]
            continue
        left, _, right, bottom = bounds(canvas.outlines[had[1] :])
        hung.append(Hung(drawn, lift, left, right, bottom))
    hung.sort(key=lambda one: one.bottom - one.lift)
    hung = [*hung[::2], *hung[1::2][::-1]]  # the longest in the middle
    hangs = first.main.cut.kind in GARMENTS  # bags stand on the floor
    _beside_each_other(canvas, hung, rail=hangs)
    bar = f'<path d="M0 {RAIL}H{WIDE}" stroke="#8d7a63" stroke-width="9"/><path d="M0 {RAIL - 2}H{WIDE}" stroke="#d8c8ae" stroke-width="2.5"/>'
    ground = paper.wide(first.paper, first.ground, WIDE, TALL) + (bar if hangs else "")
    return document(canvas, ground, (0, 0, WIDE, TALL), (WIDE, TALL))


def _beside_each_other(canvas: Canvas, hung: Sequence[Hung], *, rail: bool) -> None:
    """In the middle, as large as the rail and the floor allow."""
    low = max(one.bottom - HOOK - one.lift for one in hung)
    across = sum(one.room for one in hung) - APART
    size = min(LARGEST, RAIL_FILLED / across, DROP / low)
    x = (WIDE - across * size) / 2
    for one in hung:
        y = RAIL - (HOOK + one.lift) * size if rail else FLOOR - one.bottom * size
        place = f"translate({number(x - one.left * size)} {number(y)}) scale({size:.3f})"
        canvas.add(f'<g transform="{place}">{one.drawn}</g>')
        x += one.room * size


def _onto_the_rail(canvas: Canvas, one: Worn, pieces: int) -> float:
    """Draws the piece where it hangs; says how much lower than its hook."""
    if one.cut.kind == "bag":
        bags.bag(canvas, one.cut.shape, one.cloth, bags.Place(MIDDLE, HOOK + 66, 3.2))
        return 0
    at = len(canvas.parts)
    _hang(canvas, one)
    top = bounds(canvas.outlines[pieces:])[1]
    canvas.parts.insert(at, paper.hanger(one.cut, top))
    return top - 222 if one.cut.kind in {"trousers", "skirt"} else 0


def bounds(outlines: Sequence[str]) -> tuple[float, float, float, float]:
    """How far the pen went: outlines are made of M, and of relative l and c."""
    xs: list[float] = []
    ys: list[float] = []
    for d in outlines:
        x = y = 0.0
        for letter, numbers in STEP.findall(d):
            values = [float(value) for value in NUMBER.findall(numbers)]
            x, y = (values[0], values[1]) if letter == "M" else (x + values[-2], y + values[-1])
            xs.append(x)
            ys.append(y)
    return min(xs), min(ys), max(xs), max(ys)


def document(
    canvas: Canvas,
    ground: str,
    view: tuple[float, float, float, float] = (0, 0, WIDTH, HEIGHT),
    size: tuple[int, int] = (WIDTH, HEIGHT),
) -> str:
    box = " ".join(number(value) for value in view)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{size[0]}" height="{size[1]}">'
        f"<defs>{''.join(canvas.defs)}</defs>{ground}{''.join(canvas.parts)}</svg>\n"
    )
