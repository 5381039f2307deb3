"""Colours to show beside their names: files say “Navy”, and never what that looks like."""

from __future__ import annotations

# fmt: off
COLOURS = {
    "amber": "#d99a1c", "apricot": "#f0b48c", "aqua": "#7fc8c4", "beige": "#d9c7a7", "black": "#1b1b1d",
    "blue": "#2f5d9e", "blush": "#e8c1bb", "bordeaux": "#5b1f2e", "bronze": "#8c6a3f", "brown": "#6b4a34",
    "burgundy": "#6d1f33", "camel": "#b98d5c", "charcoal": "#3f4347", "chocolate": "#4a3124", "cobalt": "#1f4aa8",
    "copper": "#a8643e", "coral": "#e8765c", "cream": "#f3ead7", "crimson": "#a31f34", "ecru": "#e6dcc6",
    "emerald": "#17694f", "forest": "#2c4a35", "fuchsia": "#c2287d", "gold": "#b8923c", "gray": "#85888c",
    "green": "#3d7a4b", "grey": "#85888c", "indigo": "#2f3470", "ink": "#1d2433", "ivory": "#f4efe2",
    "khaki": "#9a8c62", "lavender": "#b3a4d3", "lemon": "#f0dc6a", "lilac": "#c3aed6", "lime": "#a8c545",
    "magenta": "#b5246e", "maroon": "#5e1e28", "mauve": "#a78599", "mint": "#b4dcc6", "moss": "#67703f",
    "mustard": "#c9992d", "natural": "#e4d8c0", "navy": "#1f2c4d", "nude": "#dfc0a8", "ochre": "#b9802f",
    "off white": "#f2eee4", "olive": "#6a6b3c", "orange": "#dd7429", "peach": "#f2bd9b", "petrol": "#1f5561",
    "pink": "#e3a0b4", "plum": "#59304f", "purple": "#6a4590", "raspberry": "#a82850", "red": "#b3262e",
    "rose": "#d19a9c", "royal blue": "#2c4fb0", "ruby": "#8e1f3b", "rust": "#9c4a28", "sage": "#9aa88b",
    "salmon": "#e8987f", "sand": "#d6c4a0", "scarlet": "#bf2a24", "silver": "#b9bcc0", "sky": "#a9cbe4",
    "sky blue": "#a9cbe4", "slate": "#5a6672", "stone": "#bcb3a3", "tan": "#c19a6b", "taupe": "#8b7d70",
    "teal": "#1f6f72", "terracotta": "#b8613f", "turquoise": "#3aa6a6", "violet": "#6f4a9e", "white": "#fbfaf7",
    "wine": "#5f2233", "yellow": "#e5c23f",
}
# fmt: on


def swatch(option: str, value: str) -> str:
    """#rrggbb for a colour that is well known, and nothing for what could be anything."""
    return COLOURS.get(" ".join(value.casefold().replace("-", " ").split()), "") if option == "Colour" else ""
