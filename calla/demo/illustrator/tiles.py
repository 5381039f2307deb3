# ruff: noqa: E501  (points and paths read better unbroken)
"""One repeat of a pattern."""

from __future__ import annotations

from dataclasses import dataclass

from calla.demo.illustrator.geometry import number


@dataclass(frozen=True)
class Tile:
    width: float
    height: float
    content: str
    turn: float = 0.0

    def element(self, name: str, scale: float) -> str:
        """The pattern, and twice again turned as it lies on the left and the right sleeve."""
        size = "" if scale == 1 else f" scale({number(scale)})"
        turns = "".join(
            f'<pattern id="{name}{side}" href="#{name}" patternTransform="rotate({number(self.turn + degrees)}){size}"/>'
            for side, degrees in (("L", 14), ("R", -14))
        )
        own = f' patternTransform="rotate({number(self.turn)}){size}"' if self.turn or size else ""
        return (
            f'<pattern id="{name}" width="{number(self.width)}" height="{number(self.height)}" '
            f'patternUnits="userSpaceOnUse"{own}>{self.content}</pattern>{turns}'
        )
