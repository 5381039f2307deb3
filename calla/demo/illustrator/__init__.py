"""Draws the demo's garments: the same garment in the same colour gives the same picture on every machine."""

from calla.demo.illustrator.drawing import HEIGHT, WIDTH, draw

__all__ = ["HEIGHT", "WIDTH", "draw"]
