"""A merchant brings the products of another shop along: imported as they are, bought, sent."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys import office as at_work
from tests.journeys.buying import add, buyer, check_out, is_placed, pay, somebody
from tests.journeys.screen import PHONE, screen
from tests.journeys.scriptless import Visitor
from tests.support.live import ROOT, LiveShop

FILE = ROOT.parent / "shared" / "data" / "catalogue-shopify" / "apparel.csv"
pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not FILE.exists(), reason="the sample catalogue is not on this machine"),
]
HANDLE, TITLE = "classic-varsity-top", "Classic Varsity Top"


@pytest.fixture(scope="module")
def imported(shop: LiveShop) -> None:
    said = shop.calla("import-products", str(FILE))
    assert said.returncode == 0, said.stdout + said.stderr


def _handles(file: Path) -> set[str]:
    with file.open(encoding="utf-8-sig", newline="") as rows:
        return {row["Handle"] for row in csv.DictReader(rows)}


def _counts(shop: LiveShop) -> list[tuple[object, ...]]:
    tables = ("product", "variant", "option", "optionvalue", "picture", "stockmovement", "pricechange")
    with shop.database() as connection:
        return [connection.execute(f"SELECT count(*) FROM catalogue_{table}").fetchall()[0] for table in tables]


def test_every_product_of_the_file_has_its_page(shop: LiveShop, imported: None) -> None:
    visitor = buyer(shop)
    for handle in _handles(FILE):
        visitor.open(f"/products/{handle}")
        assert visitor.status == 200 and visitor.page.first("h1").text


def test_a_second_import_makes_no_second_product(shop: LiveShop, imported: None) -> None:
    before = _counts(shop)
    said = shop.calla("import-products", str(FILE), "--json")
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)
    assert _counts(shop) == before


def test_a_dry_run_changes_nothing(shop: LiveShop) -> None:
    before = _counts(shop)
    said = shop.calla("import-products", str(FILE.with_name("jewelery.csv")), "--dry-run")
    assert said.returncode == 0, said.stderr
    assert _counts(shop) == before


def test_one_is_found_bought_sent_and_written_about(shop: LiveShop, imported: None, office: Visitor) -> None:
    visitor, ada = buyer(shop), somebody()
    visitor.press("Search", q="varsity").follow(TITLE)
    assert visitor.path == f"/products/{HANDLE}"
    pay(check_out(add(visitor), ada))
    assert is_placed(visitor) and TITLE in visitor.text
    number = visitor.page.first("strong").text
    at_work.send_parcel(office, number, carrier="Kranich Parcel", tracking="LP 20 20")
    ordered, shipped = shop.wait_for_mail(to=ada["email"], count=2)
    for letter in (ordered, shipped):
        text, html = at_work.bodies(letter)
        assert number in str(letter["Subject"]) and TITLE in text and TITLE in html
    assert all("LP 20 20" in body for body in at_work.bodies(shipped))


def test_its_page_fetches_nothing_from_where_it_came(browser: Browser, shop: LiveShop, imported: None) -> None:
    with screen(browser, shop, PHONE) as guest:
        guest.open(f"/products/{HANDLE}")
        guest.open("/search?q=varsity")
        assert guest.says(TITLE)
