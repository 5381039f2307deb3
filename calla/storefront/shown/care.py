"""How a garment wants to be treated: the words of each code, and the picture that stands beside them."""

from __future__ import annotations

CARE = {
    "wash-30": ("wash", "Machine wash at 30 °C", "30"),
    "wash-30-gentle": ("wash", "Machine wash at 30 °C, gentle", "30"),
    "wash-40": ("wash", "Machine wash at 40 °C", "40"),
    "hand-wash": ("hand", "Wash by hand", ""),
    "no-wash": ("wash-not", "Do not wash", ""),
    "no-bleach": ("bleach-not", "Do not bleach", ""),
    "no-tumble": ("tumble-not", "Do not tumble dry", ""),
    "tumble-low": ("tumble", "Tumble dry at low heat", "•"),
    "dry-flat": ("flat", "Dry flat", ""),
    "dry-line": ("line", "Dry on the line", ""),
    "iron-low": ("iron", "Iron at low heat", "•"),
    "iron-medium": ("iron", "Iron at medium heat", "••"),
    "iron-high": ("iron", "Iron at high heat", "•••"),
    "no-iron": ("iron-not", "Do not iron", ""),
    "dry-clean": ("clean", "Dry clean", "P"),
    "no-dry-clean": ("clean-not", "Do not dry clean", ""),
}
SHAPES = {
    "wash": "M2 8l3 12h14l3-12M2 8c2 2 3.300 2 5 0s3.300-2 5 0 3.300 2 5 0 3.300-2 5 0",
    "hand": "M2 8l3 12h14l3-12M2 8h4M18 8h4M9 13V4.500a1.200 1.200 0 0 1 2.400 0V9m0 0c2.600 0 5 .6 5 3v3",
    "bleach": "M12 4 22 20H2z",
    "tumble": "M3 4h18v16H3zM12 5.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13z",
    "flat": "M3 4h18v16H3zM7 12h10",
    "line": "M3 4h18v16H3zM3 4c5 6 13 6 18 0",
    "iron": "M2 19h20l-2.500-11H8M2 19c0-4 3-6.500 7-6.500h11.400",
    "clean": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
}
CROSS = "M3 3l18 18M21 3 3 21"


def instructions(text: str) -> list[dict[str, str]]:
    """Picture and words for each code; empty where the text is no list of codes."""
    codes = text.split()
    return [_shown(code) for code in codes] if codes and all(code in CARE for code in codes) else []


def _shown(code: str) -> dict[str, str]:
    shape, words, inside = CARE[code]
    name = shape.removesuffix("-not")
    return {"shape": SHAPES[name] + (CROSS if name != shape else ""), "words": words, "inside": inside}
