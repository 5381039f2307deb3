"""Tones of skin, hair and lips that belong together."""

from __future__ import annotations

from dataclasses import dataclass

from calla.demo.illustrator.colour import mix


@dataclass(frozen=True)
class Tone:
    skin: str
    lips: str
    hair: str
    light: str = "#fff1dc"
    deep: str = "#5a1f1a"

    @property
    def shade(self) -> str:
        return mix(self.skin, self.deep, 0.2)

    @property
    def contour(self) -> str:
        return mix(self.skin, self.deep, 0.52)

    @property
    def ink(self) -> str:
        return mix(self.hair, "#1a0f0c", 0.5)


TONES = (
    Tone("#f3d9c4", "#c0585a", "#8a4a2b"),
    Tone("#efcdb0", "#b84f4c", "#c79a5b"),
    Tone("#dfb08a", "#a8453f", "#2e211c"),
    Tone("#c48f64", "#93382f", "#241a17"),
    Tone("#96613f", "#7d2a2c", "#1c1413"),
    Tone("#6b432e", "#7c2b33", "#15100f"),
)
