# ruff: noqa: E501  (points and paths read better unbroken)
"""Points, soft curves through them, and the pen. Everything ends as path strings with one decimal."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from math import cos, hypot, radians, sin

Point = tuple[float, float]
Points = Sequence[Point]


def number(value: float) -> str:
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def _join(*values: float) -> str:
    """Numbers as short as a path allows: no needless point, no needless gap."""
    text = " ".join([f"{value:.1f}" for value in values])
    text = text.replace(".0", "").replace(" 0.", " .").replace("-0.", "-.").replace(" -", "-")
    return text[1:] if text.startswith("0.") else text


class _Pen:
    """Writes relative steps from where rounding left the pen, so that nothing drifts."""

    __slots__ = ("parts", "x", "y")

    def __init__(self, start: Point) -> None:
        self.x, self.y = round(start[0], 1), round(start[1], 1)
        self.parts = [f"M{_join(self.x, self.y)}"]

    def line(self, to: Point) -> None:
        x, y = round(to[0], 1), round(to[1], 1)
        self.parts.append(f"l{_join(x - self.x, y - self.y)}")
        self.x, self.y = x, y

    def cubic(self, ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> None:
        x0, y0 = self.x, self.y
        cx, cy = round(cx, 1), round(cy, 1)
        self.parts.append("c" + _join(ax - x0, ay - y0, bx - x0, by - y0, cx - x0, cy - y0))
        self.x, self.y = cx, cy

    def curve(self, points: Points) -> None:
        """Softly from the first point, which the pen is on already, through the others."""
        last = len(points) - 1
        if last == 1:
            self.line(points[1])
            return
        for i in range(last):
            (x0, y0), (x1, y1) = points[i - 1 if i else 0], points[i]
            (x2, y2), (x3, y3) = points[i + 1], points[i + 2 if i + 2 <= last else last]
            self.cubic(x1 + (x2 - x0) / 6, y1 + (y2 - y0) / 6, x2 - (x3 - x1) / 6, y2 - (y3 - y1) / 6, x2, y2)


def line(points: Points) -> str:
    pen = _Pen(points[0])
    pen.curve(points)
    return "".join(pen.parts)


def outline(*runs: Points, closed: bool = True) -> str:
    """A path of soft runs; it has a corner where one run meets the next."""
    pen = _Pen(runs[0][0])
    for run in runs:
        if hypot(pen.x - run[0][0], pen.y - run[0][1]) > 0.5:
            pen.line(run[0])
        if len(run) > 1:
            pen.curve(run)
    return "".join(pen.parts) + ("z" if closed else "")


def blob(points: Points) -> str:
    """A closed soft path without corners."""
    n, pen = len(points), _Pen(points[0])
    for i in range(n):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points[i - 1], points[i], points[(i + 1) % n], points[(i + 2) % n]
        pen.cubic(x1 + (x2 - x0) / 6, y1 + (y2 - y0) / 6, x2 - (x3 - x1) / 6, y2 - (y3 - y1) / 6, x2, y2)
    return "".join(pen.parts) + "z"


def stroke(points: Points, width: float, *, begin: float = 0.0, end: float = 0.0) -> str:
    """One stroke of a pen that swells towards the middle: a thin filled shape. `begin`, `end`: share of it at the tips."""
    last = len(points) - 1
    one: list[Point] = []
    other: list[Point] = []
    for i, (x, y) in enumerate(points):
        (x0, y0), (x1, y1) = points[i - 1 if i else 0], points[i + 1 if i < last else last]
        length = hypot(x1 - x0, y1 - y0) or 1.0
        t = i / last
        half = width / 2 * max((4 * t * (1 - t)) ** 0.7, begin * (1 - t), end * t)
        nx, ny = -(y1 - y0) / length * half, (x1 - x0) / length * half
        one.append((x + nx, y + ny))
        other.append((x - nx, y - ny))
    pen = _Pen(one[0])
    if last == 2:
        _arc(pen, *one)
        pen.line(other[2])
        _arc(pen, *other[::-1])
    else:
        pen.curve(one)
        pen.line(other[-1])
        pen.curve(other[::-1])
    return "".join(pen.parts) + "z"


def _arc(pen: _Pen, a: Point, middle: Point, b: Point) -> None:
    """One cubic that passes through the middle point on its way."""
    dx, dy = (b[0] - a[0]) / 4, (b[1] - a[1]) / 4
    px = (8 * middle[0] - a[0] - b[0]) / 6
    py = (8 * middle[1] - a[1] - b[1]) / 6
    pen.cubic(px - dx, py - dy, px + dx, py + dy, *b)


def between(first: Point, second: Point, share: float) -> Point:
    return first[0] + (second[0] - first[0]) * share, first[1] + (second[1] - first[1]) * share


def moved(points: Iterable[Point], dx: float, dy: float) -> list[Point]:
    return [(x + dx, y + dy) for x, y in points]


def turned(points: Iterable[Point], degrees: float, around: Point = (0, 0)) -> list[Point]:
    c, s = cos(radians(degrees)), sin(radians(degrees))
    ax, ay = around
    return [(ax + (x - ax) * c - (y - ay) * s, ay + (x - ax) * s + (y - ay) * c) for x, y in points]


def smooth(knots: Sequence[Point], at: float) -> float:
    """The value at `at` on a soft line through knots (where, value), level beyond the ends."""
    if at <= knots[0][0]:
        return knots[0][1]
    for (x0, y0), (x1, y1) in itertools.pairwise(knots):
        if at <= x1:
            t = (at - x0) / (x1 - x0)
            return y0 + (y1 - y0) * t * t * (3 - 2 * t)
    return knots[-1][1]


def linear(knots: Sequence[Point], at: float) -> float:
    if at <= knots[0][0]:
        return knots[0][1]
    for (x0, y0), (x1, y1) in itertools.pairwise(knots):
        if at <= x1:
            return y0 + (y1 - y0) * (at - x0) / (x1 - x0)
    return knots[-1][1]
