"""The shop's letters: two open families, cut down to what names, prices and prose in Latin letters need.

They come from packages, are cut once, and lie in the folder of static files under a name that tells what they were cut
from. Their licence wants a cut font to go by a name of its own: pages call them Calla Serif and Calla Sans.
"""

from __future__ import annotations

import hashlib
import io
import logging
import secrets
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from django.conf import settings

RECIPE = 2
FONTS = {
    "calla/fonts/sans.woff2": ("font_hanken_grotesk", "HankenGrotesk-Regular.otf"),
    "calla/fonts/sans-strong.woff2": ("font_hanken_grotesk", "HankenGrotesk-SemiBold.otf"),
    "calla/fonts/serif.woff2": ("font_source_serif_pro", "SourceSerifPro-Regular.ttf"),
    "calla/fonts/serif-italic.woff2": ("font_source_serif_pro", "SourceSerifPro-It.ttf"),
}
SIGNS = "\u0218\u0219\u021a\u021b\u1e9e‐‑‒–—―‘’‚“”„†‡•…‰′″‹›⁄№™←↑→↓−≤≥✓×"
LETTERS = {*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x20A0, 0x20C1), *map(ord, SIGNS)}
FEATURES = ["ccmp", "kern", "liga", "lnum", "locl", "mark", "mkmk", "tnum"]
NAMES = [0, 13, 14]  # whose it is, under which licence, and where that stands


def all_cut() -> dict[str, bytes]:
    return {name: _kept(name, files(package) / "files" / file) for name, (package, file) in FONTS.items()}


def _kept(name: str, source: Traversable) -> bytes:
    whole = source.read_bytes()
    digest = hashlib.sha256(b"%d" % RECIPE + whole).hexdigest()[:12]
    place = Path(settings.STATIC_ROOT) / f"{name.removesuffix('.woff2')}.from-{digest}.woff2"
    if place.is_file():
        return place.read_bytes()
    made = cut(whole)
    _keep(place, made)
    return made


def cut(whole: bytes) -> bytes:
    from fontTools import subset  # large, and wanted once in the life of a shop
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells every table it prunes
    font = TTFont(io.BytesIO(whole), recalcTimestamp=False)  # the same bytes in every process, on every machine
    options = subset.Options(layout_features=FEATURES, name_IDs=NAMES, hinting=False, notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=LETTERS)
    cutter.subset(font)
    font.flavor = "woff2"
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


def _keep(place: Path, made: bytes) -> None:
    """For the next start; where nothing can be written, the next start cuts again."""
    draft = place.with_name(f".{place.name}.{secrets.token_hex(6)}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(made)
        draft.replace(place)
    except OSError:
        logging.getLogger(__name__).warning("The cut fonts cannot be kept in the folder of static files.")
