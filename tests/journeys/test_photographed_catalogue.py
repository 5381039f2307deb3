"""A merchant comes from Magento with products, variants and photos: imported, made fit for pages, looked at, bought."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.buying import buyer, check_out, is_placed, pay, somebody
from tests.journeys.screen import PHONE, screen
from tests.support.live import ROOT, LiveShop

FILE = ROOT.parent / "shared" / "data" / "catalogue-magento" / "products-women.csv"
pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not FILE.exists(), reason="the sample catalogue is not on this machine"),
]
HANDLE, TITLE, SKU = "hera-pullover-hoodie", "Hera Pullover Hoodie", "WH02-M-Orange"
WITHOUT_PHOTO, LONG = "mona-pullover-hoodlie", "olivia-1-4-zip-light-jacket"
SHOWN = """img => new Promise(done => {
    const told = () => done([img.currentSrc, img.naturalWidth]);
    img.loading = "eager";
    if (img.complete) told(); else { img.onload = told; img.onerror = told; }
})"""


@pytest.fixture(scope="module")
def imported(shop: LiveShop) -> None:
    said = shop.calla("import-products", str(FILE), "--json")
    assert said.returncode == 0, said.stdout + said.stderr
    report = json.loads(said.stdout)
    assert (report["format"], report["created"], report["new_variants"], report["photos"]) == ("magento", 75, 937, 16)


@pytest.fixture(scope="module")
def made(shop: LiveShop, imported: None) -> None:
    def all_are_made() -> bool:
        with shop.database() as connection:
            rows = connection.execute("SELECT waiting, refused FROM catalogue_picture WHERE original <> ''").fetchall()
        return len(rows) == 16 and all(row == (False, "") for row in rows)

    shop.until(all_are_made, "the worker makes the photos", seconds=240)


def test_the_browser_may_choose_among_formats_and_sizes(shop: LiveShop, made: None) -> None:
    visitor = buyer(shop).open(f"/products/{HANDLE}")
    picture = next(one for one in visitor.page.all("picture") if TITLE in one.first("img").own["alt"])
    sources = {one.own["type"]: one.own["srcset"].split(", ") for one in picture.all("source")}
    assert list(sources)[:2] == ["image/avif", "image/webp"]
    for kind, choices in sources.items():
        for choice in choices:
            address, width = choice.split()
            answer = visitor.client.get(address)
            assert (answer.status_code, answer.headers["content-type"]) == (200, kind) and width.endswith("w")
            assert "immutable" in answer.headers["cache-control"] and b"Exif" not in answer.content
    fallback = visitor.client.get(picture.first("img").own["src"])
    assert fallback.headers["content-type"] == "image/jpeg" and fallback.content[:3] == b"\xff\xd8\xff"


def test_it_takes_the_smallest_that_will_do(browser: Browser, shop: LiveShop, made: None) -> None:
    with screen(browser, shop, PHONE) as guest:
        guest.open(f"/products/{HANDLE}")
        address, width = guest.page.locator("main picture img").first.evaluate(SHOWN)
        assert address.endswith(".avif") and 320 <= width <= 640
        guest.open("/collections/yoga-new")
        for image in guest.page.locator("main img").all():
            assert image.evaluate(SHOWN)[1] > 0, "a picture that does not come"


def test_long_names_and_missing_photos_leave_the_page_whole(browser: Browser, shop: LiveShop, made: None) -> None:
    for viewport in (PHONE, {"width": 320, "height": 640}):
        with screen(browser, shop, viewport) as guest:
            for address in (f"/products/{WITHOUT_PHOTO}", f"/products/{LONG}", "/collections/women-sale"):
                guest.open(address)


def test_originals_are_not_to_be_had(shop: LiveShop, made: None) -> None:
    names = [path.name for path in (Path(shop.home) / "originals").iterdir()]
    assert len(names) == 16
    with shop.client() as client:
        for name in names:
            assert client.get(f"/media/{name}").status_code == client.get(f"/media/originals/{name}").status_code == 404


def test_one_colour_and_size_is_bought(shop: LiveShop, made: None) -> None:
    with shop.database() as connection:
        [(variant,)] = connection.execute("SELECT id FROM catalogue_variant WHERE sku = %s", [SKU]).fetchall()
    visitor, ada = buyer(shop), somebody()
    visitor.open(f"/products/{HANDLE}?variant={variant}")
    visitor.press("Add to bag", variant=str(variant), quantity="2")
    pay(check_out(visitor, ada))
    assert is_placed(visitor) and TITLE in visitor.text and "Orange" in visitor.text
    shop.wait_for_mail(to=ada["email"])
    with shop.database() as connection:
        stock = connection.execute(
            "SELECT on_hand, allocated FROM catalogue_stock WHERE variant_id = %s", [variant]
        ).fetchall()
    assert stock == [(100, 2)]


def test_the_file_again_changes_nothing(shop: LiveShop, made: None) -> None:
    folder = Path(shop.home) / "media" / "pictures"
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    report = json.loads(shop.calla("import-products", str(FILE), "--json").stdout)
    assert (report["created"], report["changed"], report["unchanged"]) == (0, 0, 75)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
