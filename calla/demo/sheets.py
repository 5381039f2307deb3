"""Contact sheets: all drawings of a collection from one side, on one page, to compare them as one hand's work."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from html import escape
from pathlib import Path

from calla.demo import pictures, wardrobe
from calla.demo.pictures import Picture
from calla.demo.wardrobe import Line

ABREAST, TILE_WIDTH, CAPTION = 6, 320, 26
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
  body {{ margin: 0; background: #fff; font: 13px/{caption}px sans-serif; color: #333; }}
  main {{ display: grid; grid-template-columns: repeat({abreast}, {width}px); }}
  figure {{ margin: 0; }}
  img {{ display: block; width: {width}px; height: {height}px; }}
  figcaption {{ padding: 0 8px; }}
</style>
<main>
{figures}
</main></html>
"""
FIGURE = '<figure><img src="{file}" alt=""><figcaption>{name}</figcaption></figure>'


def write(folder: Path) -> Iterator[Path]:
    """Draw everything into the folder, then one page for each collection and view; yields what it wrote."""
    pictures.draw_all(folder)
    for line in wardrobe.lines():
        shown = [picture for garment in line.garments for picture in pictures.of(line, garment)]
        for view in pictures.DRAW:
            some = [picture for picture in shown if picture.view == view]
            if not some:
                continue
            sheet = folder / f"{line.handle}-{view}.html"
            sheet.write_text(_page(line, view, some), encoding="utf-8")
            yield sheet
            if photo := _photographed(sheet, len(some)):
                yield photo


def _page(line: Line, view: str, some: list[Picture]) -> str:
    figures = "\n".join(
        FIGURE.format(file=escape(picture.file), name=escape(f"{picture.garment.title} in {picture.colour}"))
        for picture in some
    )
    return PAGE.format(
        title=escape(f"{line.title}, {pictures.TOLD[view]}"), figures=figures, abreast=ABREAST, width=TILE_WIDTH,
        height=TILE_WIDTH * 4 // 3, caption=CAPTION,
    )  # fmt: skip


def _photographed(sheet: Path, count: int) -> Path | None:
    """The page as PNG, where there is a Chromium to take it."""
    browser = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if browser is None:
        return None
    photo = sheet.with_suffix(".png")
    size = ABREAST * TILE_WIDTH, -(-count // ABREAST) * (TILE_WIDTH * 4 // 3 + CAPTION)
    command = [
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--screenshot={photo}",
        f"--window-size={size[0]},{size[1]}", sheet.absolute().as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)  # noqa: S603
    return photo if done.returncode == 0 and photo.exists() else None
