"""Pictures of every page, to look at: `make looks`, or `python -m tests.looks --to FOLDER`.

Three widths, light and dark, each from a visit of its own through a shop that runs as in earnest. WebP files, named
`page-width-scheme`. A page is shown from its top to at most `DEEPEST` px.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from bench import shop as fresh
from calla.serving import set_up_django
from tests.journeys.screen import Screen, screen
from tests.support import chromium
from tests.support.live import LiveShop

WIDTHS = {390: 844, 820: 1180, 1440: 900}
SCHEMES = ("light", "dark")
DEEPEST = 2400
QUALITY = 62
LIE_WHERE_YOU_BELONG = """() => {
    for (const one of document.querySelectorAll("main *"))
        if (getComputedStyle(one).position === "sticky") one.style.position = "static";
}"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--to", type=Path, default=Path("docs/looks"), help="folder for the pictures")
    arguments.add_argument("--widths", type=int, nargs="*", default=list(WIDTHS), help="window widths in px")
    arguments.add_argument("--schemes", nargs="*", default=list(SCHEMES), choices=SCHEMES)
    given = arguments.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    with fresh.live() as (shop, _database), chromium.browser() as browser:
        set_up_django()
        for scheme in given.schemes:
            for width in given.widths:
                _visit(browser, shop, width, scheme, given.to)


def _visit(browser: Browser, shop: LiveShop, width: int, scheme: str, folder: Path) -> None:
    from tests.journeys.tour import tour  # reads settings, which the shop under test gives

    viewport = {"width": width, "height": WIDTHS.get(width, 900)}
    with screen(browser, shop, viewport, color_scheme=scheme, reduced_motion="reduce") as one:
        for name in tour(one):
            _take(one, folder / f"{name}-{width}-{scheme}.webp")


def _take(one: Screen, file: Path) -> None:
    """Pictures below the fold are loaded only when they come near, so the page is gone through once. What follows the
    window would lie across the middle of a page that is taken whole."""
    page = one.page
    page.wait_for_load_state("networkidle")
    height = min(int(page.evaluate("document.documentElement.scrollHeight")), DEEPEST)
    for top in range(0, height, 600):
        page.evaluate("top => scrollTo(0, top)", top)
        page.wait_for_timeout(40)
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(LIE_WHERE_YOU_BELONG)
    page.wait_for_load_state("networkidle")
    size = page.viewport_size or {"width": 1440, "height": 900}
    clip = {"x": 0, "y": 0, "width": size["width"], "height": max(height, size["height"])}
    taken = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
    Image.open(io.BytesIO(taken)).convert("RGB").save(file, quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
