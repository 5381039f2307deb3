"""The croquis: where things are on an upright figure nine heads tall, and how a pose moves them.

Everything worn on the trunk is laid out on the upright body (x from the middle line, y down the page) and then carried
along by the pose; sleeves and trouser legs follow the limbs themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from math import hypot

from calla.demo.illustrator.geometry import Point, linear, smooth

# Heights on the page.
CROWN, CHIN, PIT, SHOULDER, ARMPIT, BUST, UNDERBUST = 66.0, 178.0, 226.0, 243.0, 304.0, 322.0, 360.0
WAIST, HIGH_HIP, HIP, CROTCH, KNEE, ANKLE, GROUND = 420.0, 468.0, 524.0, 556.0, 778.0, 1030.0, 1106.0
MIDDLE = 450.0
ABOVE_NECK = 214.0

# Half the width of the trunk by height.
TRUNK: tuple[Point, ...] = (
    (SHOULDER, 74), (ARMPIT, 61), (BUST, 64), (UNDERBUST, 53), (WAIST, 43), (HIGH_HIP, 58), (HIP, 69), (CROTCH, 70),
)  # fmt: skip


@cache
def trunk(y: float) -> float:
    return smooth(TRUNK, y)


def shoulder_line(x: float) -> float:
    """How high the shoulder lies `x` from the middle, with the slope of the neck's muscle."""
    return linear(((0, 218), (20, 222), (36, 232), (60, 241), (78, 251), (104, 270)), abs(x))


@dataclass(frozen=True, eq=False)
class Limb:
    """Two bones: `t` runs from 0 over the middle joint at 1 to 2. `bow` bulges a bone to the right of its way."""

    start: Point
    middle: Point
    end: Point
    bow: tuple[float, float] = (0.0, 0.0)

    @cached_property
    def _bones(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        bones = []
        for (x0, y0), (x1, y1) in ((self.start, self.middle), (self.middle, self.end)):
            length = hypot(x1 - x0, y1 - y0) or 1.0
            bones.append(((x1 - x0) / length, (y1 - y0) / length, length))
        return bones[0], bones[1]

    def at(self, t: float, out: float = 0.0) -> Point:
        """The point at `t`, `out` pixels to the viewer's right of the bone (for a bone that points down)."""
        first, second = self._bones
        bone, (x0, y0), u, bow = (first, self.start, t, 0) if t < 1 else (second, self.middle, t - 1, 1)
        bulge = self.bow[bow] * 4 * max(u, 0) * max(1 - u, 0)
        blend = max(0.0, 1 - abs(t - 1) / 0.24) / 2
        other = second if t < 1 else first
        nx = bone[1] * (1 - blend) + other[1] * blend
        ny = -bone[0] * (1 - blend) - other[0] * blend
        size = hypot(nx, ny) or 1.0
        x, y = x0 + bone[0] * bone[2] * u, y0 + bone[1] * bone[2] * u
        return x + nx / size * (out + bulge), y + ny / size * (out + bulge)

    @property
    def turn(self) -> float:
        """Positive when the lower bone turns to the viewer's right of the upper."""
        first, second = self._bones
        return -(first[0] * second[1] - first[1] * second[0])


@dataclass(frozen=True, eq=False)
class Arm:
    """The limb from the shoulder to the wrist on the upright body, what the hand does, and its turn in degrees."""

    limb: Limb
    hand: str = "hanging"
    angle: float = 0.0


@dataclass(frozen=True, eq=False)
class Pose:
    """`centre` and `tilt` by height: where the middle line goes, and how steep lines across lie there."""

    name: str
    centre: tuple[Point, ...]
    tilt: tuple[Point, ...]
    legs: tuple[Limb, Limb]  # viewer's left, viewer's right
    feet: tuple[float, float]
    arms: tuple[Arm, Arm]
    front_leg: int = 1
    head: tuple[float, float, float] = (0.0, 0.0, 0.0)  # moved, tilted, looking aside
    flat: bool = False
    sway: float = 0.0

    @cached_property
    def _levels(self) -> dict[float, tuple[float, float]]:
        return {}

    def at(self, x: float, y: float) -> Point:
        level = self._levels.get(y)
        if level is None:
            level = self._levels[y] = MIDDLE + smooth(self.centre, y), smooth(self.tilt, y)
        return level[0] + x, y + level[1] * x

    @cached_property
    def mirrored(self) -> Pose:
        """The same stance the other way round: also how it looks from behind."""
        legs = [_turned_over(leg, 2 * MIDDLE) for leg in self.legs]
        arms = [replace(arm, limb=_turned_over(arm.limb, 0), angle=-arm.angle) for arm in self.arms]
        dx, tilt, aside = self.head
        return replace(
            self,
            centre=tuple((y, -x) for y, x in self.centre), tilt=tuple((y, -t) for y, t in self.tilt),
            legs=(legs[1], legs[0]), feet=(-self.feet[1], -self.feet[0]), arms=(arms[1], arms[0]),
            front_leg=1 - self.front_leg, head=(-dx, -tilt, -aside), sway=-self.sway,
        )  # fmt: skip

    def many(self, *points: Point) -> list[Point]:
        return [self.at(x, y) for x, y in points]

    def leg_edges(self, y: float) -> tuple[float, float]:
        """How far the legs reach to both sides at this height, measured from the middle line."""
        middle = MIDDLE + smooth(self.centre, y)
        reach = []
        for leg in self.legs:
            t = _height(leg, y)
            reach.append((leg.at(t, -calf(t))[0] - middle, leg.at(t, calf(t))[0] - middle))
        return min(one[0] for one in reach), max(one[1] for one in reach)


def _turned_over(limb: Limb, width: float) -> Limb:
    start, middle, end = ((width - x, y) for x, y in (limb.start, limb.middle, limb.end))
    return Limb(start, middle, end, (-limb.bow[0], -limb.bow[1]))


THIGH: tuple[Point, ...] = (
    (0, 34), (0.15, 34.5), (0.4, 29), (0.7, 22.5), (0.93, 18), (1.05, 16.5), (1.2, 17.5), (1.36, 19), (1.6, 14.5),
    (1.85, 8.8), (1.95, 8.4), (2, 9),
)  # fmt: skip


def calf(t: float) -> float:
    """Half the width of a leg."""
    return linear(THIGH, t)


def _height(limb: Limb, y: float) -> float:
    if y <= limb.middle[1]:
        return (y - limb.start[1]) / (limb.middle[1] - limb.start[1])
    return 1 + (y - limb.middle[1]) / (limb.end[1] - limb.middle[1])
