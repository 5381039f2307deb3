"""Draws the demo's garments: the same garment in the same colour gives the same picture on every machine."""

from calla.demo.illustrator.cloth import Cloth
from calla.demo.illustrator.colour import lightness, mix
from calla.demo.illustrator.cut import ACCESSORIES, GARMENTS, Cut
from calla.demo.illustrator.scene import HEIGHT, WIDTH, Look, Model, Worn, alone, back, detail, front, rail

__all__ = [
    "ACCESSORIES", "GARMENTS", "HEIGHT", "WIDTH", "Cloth", "Cut", "Look", "Model", "Worn", "alone", "back", "detail",
    "front", "lightness", "mix", "rail",
]  # fmt: skip
