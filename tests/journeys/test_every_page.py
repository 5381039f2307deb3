"""What holds on every page there is, at a phone's width, at a desk's, and at 320 px, which is 400 % zoom on a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.screen import DESKTOP, PHONE, Screen, screen
from tests.journeys.tour import tour
from tests.support.live import LiveShop

pytestmark = pytest.mark.journey
ZOOMED = {"width": 320, "height": 640}
WATCH_SHIFTS = """
window.shifted = [];
new PerformanceObserver(list => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) {
        const moved = shift.sources.map(it => it.node?.nodeName + "." + (it.node?.className ?? ""));
        window.shifted.push([shift.value, ...moved]);
    }
}).observe({type: "layout-shift", buffered: true});
"""
SLIPS = """() => {
    const slips = [], count = what => document.querySelectorAll(what).length;
    if (count("h1") !== 1) slips.push(`${count("h1")} first headings`);
    if (count("main") !== 1) slips.push(`${count("main")} mains`);
    if (!document.documentElement.lang) slips.push("no language");
    if (!document.title.includes("Calladream")) slips.push(`title "${document.title}"`);
    const mute = [...document.querySelectorAll("th")].filter(it => !it.textContent.trim());
    if (mute.length) slips.push("a head of a table without a word");
    const places = [...document.querySelectorAll("nav, aside, section")].map(
        it => [it.localName, it.getAttribute("aria-label") ?? it.getAttribute("aria-labelledby")]);
    const same = places.filter(([, name]) => name).map(String).filter((it, at, all) => all.indexOf(it) !== at);
    if (same.length) slips.push(`places of the same name: ${same}`);
    if (count("[style]")) slips.push("style attributes");
    if (count("img:not([alt])")) slips.push("a picture without a text");
    if (count("img:not([width]), img:not([height])")) slips.push("a picture without a size");
    const ids = [...document.querySelectorAll("[id]")].map(it => it.id);
    const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
    if (twice.length) slips.push(`ids twice: ${twice}`);
    const shifted = window.shifted.reduce((sum, [value]) => sum + value, 0);
    if (shifted >= 0.002) slips.push(`layout shifted: ${JSON.stringify(window.shifted)}`);
    return slips;
}"""


def _slips(one: Screen, name: str) -> list[str]:
    one.page.wait_for_load_state("networkidle")
    return [f"{name}: {slip}" for slip in one.page.evaluate(SLIPS)]


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP, ZOOMED], ids=lambda viewport: str(viewport["width"]))
def test_every_page_stands_still_and_is_whole(browser: Browser, shop: LiveShop, viewport: dict[str, int]) -> None:
    with screen(browser, shop, viewport) as one:
        one.page.add_init_script(WATCH_SHIFTS)
        seen, slips = set(), []
        for name in tour(one):
            seen.add(name)
            if one.page.url.startswith(shop.url):
                slips += _slips(one, name)
        assert not slips, "\n".join(slips)
        assert len(seen) > 20
