# ruff: noqa: E501  (points and paths read better unbroken)
"""Skirts: how wide they are by height, how the hem flutes, where the folds fall."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, sin

from calla.demo.illustrator.body import HIP, Pose, trunk
from calla.demo.illustrator.canvas import folds, seams
from calla.demo.illustrator.cloth import Cloth
from calla.demo.illustrator.cut import Cut
from calla.demo.illustrator.geometry import Point, outline, stroke


@dataclass(frozen=True)
class Shape:
    """`spread`: half the width at the hem for a length of 600; `grow(v)` how it gets there; flutes along the hem."""

    spread: float
    grow: Callable[[float], float]
    flutes: int = 0
    depth: float = 0.0
    hugs: bool = False


SHAPES: dict[str, Shape] = {
    "pencil": Shape(58, lambda v: v, hugs=True),
    "straight": Shape(84, lambda v: v, hugs=True),
    "column": Shape(92, lambda v: v, 4, 3, hugs=True),
    "slip": Shape(112, lambda v: v**1.5, 5, 5, hugs=True),
    "a-line": Shape(170, lambda v: v**1.05, 5, 6),
    "flared": Shape(215, lambda v: v**1.2, 8, 9),
    "circle": Shape(270, lambda v: v**1.1, 11, 12),
    "gathered": Shape(205, lambda v: v**0.8, 12, 8),
    "ball": Shape(310, lambda v: sin(v * pi / 2) ** 0.78, 12, 10),
    "mermaid": Shape(235, lambda v: max(0.0, (v - 0.5) / 0.5) ** 1.7, 9, 11, hugs=True),
    "trumpet": Shape(170, lambda v: max(0.0, (v - 0.35) / 0.65) ** 1.5, 7, 8, hugs=True),
    "pleated": Shape(178, lambda v: v**1.05, 15, 4),
    "tiered": Shape(220, lambda v: v**0.95, 13, 7),
    "tulip": Shape(62, lambda v: v, hugs=True),
    "wrap": Shape(135, lambda v: v, 3, 5, hugs=True),
    "handkerchief": Shape(210, lambda v: v**1.1, 4, 36),
    "trapeze": Shape(160, lambda v: v, 6, 7),
    "coat": Shape(142, lambda v: v**1.1, 3, 4),
    "skater": Shape(300, lambda v: v**0.95, 10, 12),
}


class Skirt:
    """One skirt from `top` to the hem on one pose; all its points are on the page."""

    def __init__(
        self, pose: Pose, cut: Cut, top: float, *, hem: float | None = None, start: float | None = None
    ) -> None:
        self.pose, self.cut, self.top = pose, cut, top
        self._edges: dict[float, tuple[Point, Point]] = {}
        self.hem = cut.hem if hem is None else hem
        self.shape = SHAPES[cut.skirt]
        self.start = cut.half(top) if start is None else start
        share = min(1.15, max((self.hem - top) / 600, 0.68 if cut.skirt in {"gathered", "circle"} else 0.42))
        hem_half = self.shape.spread * share * cut.volume
        self.full = max(hem_half, trunk(HIP) + 4 if not self.shape.hugs else hem_half)

    def half(self, y: float) -> float:
        v = (y - self.top) / (self.hem - self.top)
        body = self.cut.half(y)
        if self.shape.hugs:
            settled = min(max((y - HIP) / max(self.hem - HIP, 1), 0), 1)
            hip = trunk(HIP) + self.cut.ease[2]
            return body if y <= HIP else hip + (self.full - hip) * self.shape.grow(settled)
        wide = self.start + (self.full - self.start) * self.shape.grow(max(v, 0))
        return max(wide, body if y <= HIP + 10 else 0) if self.cut.skirt != "coat" else max(wide, body)

    def edge(self, side: int, y: float) -> Point:
        half = self.half(y)
        if y > HIP + 40:
            left, right = self.pose.leg_edges(y)
            reach = right if side > 0 else -left
            half = max(half, reach + 5)
        v = max((y - HIP) / (self.hem - HIP), 0) if self.hem > HIP else 0
        swing = self.pose.sway * v * v * min(self.full / 160, 1.4)
        x, yy = self.pose.at(side * half, y)
        return x + swing, yy

    def flank(self, side: int) -> list[Point]:
        n = 7 if self.hem - self.top > 250 else 4
        stations = [self.top + (self.hem - self.top) * i / n for i in range(n + 1)]
        if not self.shape.hugs or self.top > HIP:
            return [self.edge(side, y) for y in stations]
        near = [self.top, self.top + 24, 470.0, 500.0, HIP, 570.0]
        rest = [570 + (self.hem - 570) * i / 4 for i in range(1, 5)] if self.hem > 620 else [self.hem]
        return [self.edge(side, y) for y in sorted({y for y in near if self.top <= y < self.hem - 20} | set(rest))]

    def across(self, u: float, v: float) -> Point:
        """The point `u` (-1 to 1) across and `v` (0 to 1) down."""
        v = round(v * 50) / 50 if 0 < v < 1 else v
        if v not in self._edges:
            y = self.top + (self.hem - self.top) * v
            self._edges[v] = self.edge(-1, y), self.edge(1, y)
        (x0, y0), (x1, y1) = self._edges[v]
        t = (u + 1) / 2
        return x0 + (x1 - x0) * t, y0 + (y1 - y0) * t + self.sag(v) * (1 - u * u)

    def sag(self, v: float) -> float:
        return min(self.full * 0.1, 26) * v + 4

    def hem_points(self) -> list[Point]:
        """Right to left, with flutes."""
        flutes, depth = self.shape.flutes, self.shape.depth * min(self.cut.volume, 1.2)
        if not flutes:
            return [self.across(u, 1) for u in (1, 0.5, 0, -0.5, -1)]
        points = []
        for i in range(2 * flutes + 1):
            u = cos(pi * i / (2 * flutes)) if self.cut.skirt != "pleated" else 1 - i / flutes
            x, y = self.across(u, 1)
            calm = 1 - abs(u) ** 5
            down = depth * (1 if i % 2 else -0.55) * calm
            points.append((x + (depth * 0.5 * calm if i % 2 else 0), y + down))
        return points

    def outline(self) -> str:
        waist = [self.across(u, 0) for u in (-1, 0, 1)]
        if self.cut.skirt == "pleated":
            hem = self.hem_points()
            return outline(waist, self.flank(1), *([a, b] for a, b in itertools.pairwise(hem)), self.flank(-1)[::-1])
        return outline(waist, self.flank(1), self.hem_points(), self.flank(-1)[::-1])

    def marks(self, cloth: Cloth) -> str:
        name = self.cut.skirt
        if name == "pleated":
            return self._pleats(cloth)
        dark: list[str] = []
        bright: list[str] = []
        lines: list[list[Point]] = []
        flutes = self.shape.flutes
        hugging = self.shape.hugs
        for i in range(1, 2 * flutes):
            u = cos(pi * i / (2 * flutes))
            wobble = ((i * 7 + int(self.full)) % 5 - 2) / 10
            begin = (0.45 if name in {"mermaid"} else 0.25 if hugging else 0.0) + 0.12 * abs(wobble) * 5 / 2
            pull = 0.8 if name in {"ball", "gathered"} else 0.62
            run = [
                self.across(u * (pull if begin < 0.1 else 0.9), begin + 0.02),
                self.across(u * 0.9 + wobble * 0.05, begin + (1 - begin) * 0.5),
                self.across(u, 0.99),
            ]
            width = self.full * (0.11 if flutes < 8 else 0.075)
            if i % 2 == 0:
                dark.append(stroke(run, width, begin=0.15, end=0.95))
                lines.append(run[1:] if i % 4 else run)
            elif u < 0.55 and (i // 2) % 2 == 0:
                bright.append(stroke(run, width * 0.8, end=0.7))
        if name in {"gathered", "ball", "tiered"}:
            dark += self._gathers(0.0, 22)
        if hugging:
            dark += self._drags()
        bright += self._gleams(cloth)
        ink = "".join(stroke(run, 2.0, begin=0.1, end=0.9) for run in lines)
        return folds(cloth, dark, bright) + (f'<path d="{ink}" fill="{cloth.ink}" opacity=".5"/>' if ink else "")

    def _gathers(self, v: float, count: int) -> list[str]:
        reach = 90 / (self.hem - self.top)
        places = [-0.94 + 1.88 * i / count for i in range(count + 1)]
        return [
            stroke([self.across(u, v), self.across(u * 1.01, v + reach * 0.3),
                    self.across(u * 1.02, v + reach * (0.55 + (i * 5 % 7) / 12))], 5, begin=0.8)
            for i, u in enumerate(places)
        ]  # fmt: skip

    def _drags(self) -> list[str]:
        """Where cloth pulls from the standing hip towards the other knee."""
        lean = 1 if self.pose.sway > 0 else -1
        if self.pose.flat or self.hem < 640:
            return []
        span = self.hem - self.top

        def v(y: float) -> float:
            return (y - self.top) / span

        return [
            stroke([self.across(-lean * 0.9, v(HIP + 14)), self.across(-lean * 0.2, v(HIP + 46)), self.across(lean * 0.45, v(HIP + 40 + 70))], 7, begin=0.5),
            stroke([self.across(-lean * 0.92, v(HIP + 40)), self.across(-lean * 0.3, v(HIP + 92)), self.across(lean * 0.2, v(HIP + 170))], 6, begin=0.5),
            *([stroke([self.across(lean * 0.05, v(600)), self.across(lean * 0.12, v(700)), self.across(lean * 0.1, min(0.98, v(min(self.hem, 900))))], 10)]),
        ]  # fmt: skip

    def _gleams(self, cloth: Cloth) -> list[str]:
        wide = 16 if cloth.shiny else 8
        places = ((-0.62, 0.1, 0.86), (-0.28, 0.3, 0.95)) if cloth.shiny else ((-0.6, 0.12, 0.7),)
        size = min(max(self.full / 120, 0.7), 1.6)
        gleams = [
            stroke([self.across(u * 0.9, a), self.across(u, (a + b) / 2), self.across(u * 0.95, b)], wide * size)
            for u, a, b in places
        ]
        if cloth.shiny:
            gleams.append(
                stroke([self.across(0.3, 0.35), self.across(0.36, 0.6), self.across(0.3, 0.9)], wide * 0.6 * size)
            )
        return gleams

    def _pleats(self, cloth: Cloth) -> str:
        n = self.shape.flutes
        dark, lines, bright = [], [], []
        for i in range(1, 2 * n, 2):
            u, u2 = 1 - i / n, 1 - (i - 1) / n
            dark.append(
                outline(
                    [self.across(u, 0), self.across(u, 0.5), self.across(u, 1)],
                    [self.across(u2 - 0.004, 1), self.across(u2 - 0.02, 0.5), self.across(u + 0.012, 0)],
                )
            )
            lines.append([self.across(u, 0.0), self.across(u, 0.5), self.across(u, 1.0)])
            if i % 6 == 1:
                bright.append(
                    stroke([self.across(u - 0.05, 0.05), self.across(u - 0.05, 0.5), self.across(u - 0.05, 0.98)], 6)
                )
        return folds(cloth, dark, bright) + seams(cloth, *lines, width=1.1, opacity=0.6)

    def tiers(self, cloth: Cloth) -> str:
        """Seams of three tiers, each gathered below."""
        dark, lines = [], []
        for v in (0.3, 0.62):
            lines.append([self.across(u, v) for u in (-1, -0.5, 0, 0.5, 1)])
            dark += self._gathers(v + 0.005, 20)
        return folds(cloth, dark, []) + seams(cloth, *lines, width=1.7)
