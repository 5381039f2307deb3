"""Magento's product file: configurable products, their variants, the files beside it, and its photos."""

from __future__ import annotations

import csv
import html
import json
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calla.catalogue import importing, selectors, services
from calla.catalogue.models import (
    Category,
    Collection,
    CollectionItem,
    Picture,
    PriceChange,
    Product,
    Stock,
    StockMovement,
    Variant,
)
from calla.catalogue.pictures import store
from calla.catalogue.types import Fact
from tests.catalogue.photographs import nosy
from tests.support import jobs

pytestmark = pytest.mark.django_db

REAL = Path(__file__).parents[3] / "shared" / "data" / "catalogue-magento" / "products-women.csv"
COLUMNS = [
    "sku", "store_view_code", "product_type", "categories", "name", "description", "short_description",
    "product_online", "visibility", "price", "special_price", "special_price_from_date", "special_price_to_date",
    "url_key", "meta_title", "meta_description", "base_image", "base_image_label", "additional_images",
    "additional_attributes", "qty", "is_in_stock", "allow_backorders", "use_config_backorders", "weight",
    "configurable_variations",
]  # fmt: skip
ROOT = "Default Category"
SHOWN, HIDDEN = "Catalog, Search", "Not Visible Individually"


def parent(name: str = "Run Tee", *, sku: str = "RT", variants: str = "", **rest: str) -> dict[str, str]:
    usual = {
        "sku": sku, "product_type": "configurable", "name": name, "price": "29", "visibility": SHOWN,
        "product_online": "1", "categories": f"{ROOT}/Women/Tops/Tees,{ROOT}/Collections/Summer,{ROOT}",
        "configurable_variations": variants or f"sku={sku}-S-Red,size=S,color=Red|sku={sku}-M-Red,size=M,color=Red",
    }  # fmt: skip
    return usual | rest


def child(sku: str, **rest: str) -> dict[str, str]:
    usual = {"sku": sku, "product_type": "simple", "name": sku, "price": "29.0000", "visibility": HIDDEN, "qty": "7"}
    return usual | {"product_online": "1", "is_in_stock": "1"} | rest


TEE = child("RT-S-Red"), child("RT-M-Red"), parent()


@pytest.fixture(autouse=True)
def folders(home: Path, settings) -> None:
    settings.CALLA_HOME, settings.MEDIA_ROOT = home, home / "media"


@pytest.fixture
def a_file(tmp_path):
    def write(*rows: dict[str, str], name: str = "products.csv", columns: list[str] | None = None) -> Path:
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns or COLUMNS, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return tmp_path / name

    return write


def told(report: importing.Report) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in report.errors]


def counts() -> list[int]:
    return [each.objects.count() for each in (
        Product, Variant, Category, Collection, CollectionItem, Picture, PriceChange, StockMovement,
    )]  # fmt: skip


class TestAProductWithItsVariants:
    def test_the_rows_its_variations_name_are_its_variants(self, a_file):
        report = importing.run(a_file(*TEE))
        assert (report.format, report.created, report.new_variants, report.problems) == ("magento", 1, 2, [])
        shown = selectors.product("run-tee")
        assert [option.name for option in shown.options] == ["Colour", "Size"]
        assert [(one.title, one.sku, one.price.minor, one.available) for one in shown.variants] == [
            ("Red / S", "RT-S-Red", 2900, 7), ("Red / M", "RT-M-Red", 2900, 7),
        ]  # fmt: skip
        assert shown.options[0].values[0].swatch.startswith("#")

    @pytest.mark.parametrize("order", [(2, 0, 1), (0, 2, 1), (1, 0, 2)])
    def test_rows_may_stand_in_any_order(self, a_file, order):
        report = importing.run(a_file(child("ZZ", visibility=SHOWN, name="Sock"), *(TEE[place] for place in order)))
        assert report.ok and (report.created, report.new_variants) == (2, 3)
        assert [one.title for one in selectors.product("run-tee").variants] == ["Red / S", "Red / M"]

    def test_a_simple_product_that_is_shown_is_one_without_options(self, a_file):
        importing.run(a_file(child("SOCK", name="Warm Sock", visibility=SHOWN, url_key="the-sock")))
        shown = selectors.product("the-sock")
        assert (shown.title, shown.options, shown.variants[0].sku) == ("Warm Sock", (), "SOCK")

    def test_two_of_one_name_are_told_apart(self, a_file):
        rows = [child(sku, name="Sock", visibility=SHOWN) for sku in ("A1", "A2")]
        for _ in range(2):
            assert importing.run(a_file(*rows)).ok
        assert sorted(Product.objects.values_list("handle", flat=True)) == ["sock", "sock-a2"]

    def test_entities_and_bullets_of_the_old_shop_are_set_properly(self, a_file):
        importing.run(a_file(*TEE[:2], parent("Ever&trade; Tee", description=(
            "Soft &amp; light.<br /> <br /> &bull; Red.<br /> &bull; Dries fast.<br />Wash it <b>cold</b>.<br>Iron it."
        ))))  # fmt: skip
        shown = selectors.product("ever-trade-tee")
        assert shown.title == "Ever™ Tee"
        assert shown.description.replace("\n", "") == (
            "<p>Soft &amp; light.</p><ul><li>Red.</li><li>Dries fast.</li></ul><p>Wash it <b>cold</b>.<br>Iron it.</p>"
        )

    def test_programs_in_its_description_are_left_out(self, a_file):
        report = importing.run(a_file(*TEE[:2], parent(description="Soft<script>alert(1)</script><img src=x>")))
        assert report.ok and "left out" in report.problems[0].message
        assert selectors.product("run-tee").description == "<p>Soft</p>"

    def test_variants_that_were_switched_off_are_left_out(self, a_file):
        importing.run(a_file(TEE[0], child("RT-M-Red", product_online="2"), TEE[2]))
        assert [one.title for one in selectors.product("run-tee").variants] == ["Red / S"]

    @pytest.mark.parametrize("rest", [{"product_online": "2"}, {"visibility": HIDDEN}])
    def test_a_product_that_was_not_shown_is_a_draft(self, a_file, rest):
        assert importing.run(a_file(*TEE[:2], parent(**rest))).ok
        assert Product.objects.get().published_at is None

    @pytest.mark.parametrize(("rest", "price", "before"), [
        ({"special_price": "19"}, 1900, 2900),
        ({"special_price": "19", "special_price_from_date": "2020-01-01"}, 1900, 2900),
        ({"special_price": "19", "special_price_to_date": "1/31/20"}, 2900, None),
        ({"special_price": "39"}, 2900, None),
    ])  # fmt: skip
    def test_a_special_price_counts_while_it_lasts(self, a_file, rest, price, before):
        importing.run(a_file(child("RT-S-Red", **rest), *TEE[1:]))
        variant = Variant.objects.get(sku="RT-S-Red")
        assert (variant.price_minor, variant.compare_at_minor) == (price, before)

    def test_stock_and_backorders(self, a_file):
        rows = (
            child("RT-S-Red", qty="3.0000", is_in_stock="0"),
            child("RT-M-Red", qty="-2", allow_backorders="1", use_config_backorders="0"),
        )
        report = importing.run(a_file(*rows, TEE[2]))
        assert "below zero" in report.problems[0].message
        stock = Stock.objects.order_by("variant__position").values_list("on_hand", "backorder")
        assert list(stock) == [(0, False), (0, True)]


class TestTheFilesBesideIt:
    ATTRIBUTES = ("attribute_code", "frontend_label", "frontend_input", "option")
    CATEGORIES = ("name", "url_key", "path")

    @pytest.fixture(autouse=True)
    def beside(self, a_file):
        a_file(
            {"attribute_code": "size", "frontend_label": "Size\nSize", "frontend_input": "select",
             "option": "XS\nS\nM\nL"},
            {"attribute_code": "style_general", "frontend_label": "Style", "frontend_input": "multiselect"},
            {"attribute_code": "material", "frontend_label": "Material", "frontend_input": "multiselect"},
            {"attribute_code": "new", "frontend_label": "New", "frontend_input": "boolean"},
            name="attributes-shop.csv", columns=[*self.ATTRIBUTES],
        )  # fmt: skip
        a_file(
            {"name": "Women", "url_key": "women"}, {"name": "Tops", "url_key": "tops-women", "path": "Women"},
            {"name": "Tees", "url_key": "tees-women", "path": "Women/Tops"},
            {"name": "Summer", "url_key": "in-summer", "path": "Collections"},
            name="categories-shop.csv", columns=[*self.CATEGORIES],
        )  # fmt: skip

    def test_they_say_what_categories_are_called(self, a_file):
        report = importing.run(a_file(*TEE))
        assert selectors.product("run-tee").category.path == ("women", "tops-women", "tees-women")
        assert report.collections == 1 and selectors.collection("in-summer").title == "Summer"
        assert [one.handle for one in selectors.listing(collection="in-summer").tiles] == ["run-tee"]

    def test_they_say_in_which_order_sizes_come(self, a_file):
        named = "|".join(f"sku=RT-{size},size={size},color=Red" for size in ("L", "one", "XS", "M"))
        importing.run(a_file(*(child(f"RT-{size}") for size in ("L", "one", "XS", "M")), parent(variants=named)))
        assert [one.title for one in selectors.product("run-tee").variants] == [
            "Red / XS", "Red / M", "Red / L", "Red / one",
        ]  # fmt: skip

    def test_they_say_which_attributes_are_words(self, a_file):
        told = "has_options=1,style_general=Tee|Crop, short,material=Wool|Linen&reg;,new=Yes,unknown=7"
        importing.run(a_file(*TEE[:2], parent(additional_attributes=told)))
        shown = selectors.product("run-tee")
        assert shown.tags == ("Tee", "Crop, short")
        assert shown.facts == ((Fact.MATERIAL, "Wool, Linen®"),)

    def test_without_them_names_are_made(self, a_file, tmp_path):
        for path in tmp_path.glob("*-shop.csv"):
            path.unlink()
        importing.run(a_file(*TEE))
        assert selectors.product("run-tee").category.path == ("women", "tops-women", "tees-tops-women")
        assert Collection.objects.get().handle == "summer-collections"

    def test_what_the_shop_has_already_is_left_as_it_is(self, a_file):
        services.save_category("women", "For her")
        importing.run(a_file(child("SOCK", name="Sock", visibility=SHOWN)))
        services.save_collection("in-summer", "Hot days", products=["sock"])
        importing.run(a_file(*TEE))
        assert Category.objects.get(handle="women").title == "For her"
        assert selectors.collection("in-summer").title == "Hot days"
        assert [one.handle for one in selectors.listing(collection="in-summer").tiles] == ["sock", "run-tee"]


class TestPhotos:
    @pytest.fixture
    def media(self, tmp_path) -> Path:
        (tmp_path / "media" / "r").mkdir(parents=True)
        return tmp_path / "media"

    ROWS = (
        child("RT-S-Red", base_image="/r/red.jpg"), child("RT-S-Blue", base_image="/r/blue.jpg"),
        parent(variants="sku=RT-S-Red,size=S,color=Red|sku=RT-S-Blue,size=S,color=Blue", base_image="/r/blue.jpg",
               additional_images="/r/back.jpg,no_selection"),
    )  # fmt: skip

    def test_they_are_taken_in_and_shown_with_the_colour_they_show(self, a_file, media):
        for name in ("red", "blue", "back"):
            nosy(media / "r" / f"{name}.jpg", size=(60 + len(name), 90))
        report = importing.run(a_file(*self.ROWS))
        assert (report.photos, report.photos_missing, report.problems) == (3, 0, [])
        jobs.run_jobs()
        shown = selectors.product("run-tee")
        assert [view.alt for view in shown.pictures] == ["Run Tee in Blue", "Run Tee, another view", "Run Tee in Red"]
        assert [(one.title, one.picture.alt) for one in shown.variants] == [
            ("Blue / S", "Run Tee in Blue"), ("Red / S", "Run Tee in Red"),
        ]  # fmt: skip
        assert all(view.renditions for view in shown.pictures)

    def test_missing_ones_are_told_and_come_in_later(self, a_file, media):
        nosy(media / "r" / "red.jpg")
        report = importing.run(a_file(*self.ROWS))
        assert report.ok and (report.photos, report.photos_missing) == (1, 2)
        assert "2 of its 3 photos are not in the folder" in report.problems[0].message
        jobs.run_jobs()
        assert len(selectors.product("run-tee").pictures) == 1
        nosy(media / "r" / "blue.jpg", size=(70, 90))
        again = importing.run(a_file(*self.ROWS))
        assert (again.changed, again.photos, again.photos_missing) == (1, 2, 1)
        jobs.run_jobs()
        assert [view.alt for view in selectors.product("run-tee").pictures] == ["Run Tee in Blue", "Run Tee in Red"]
        assert importing.run(a_file(*self.ROWS)).unchanged == 1

    def test_one_that_is_none_is_told_at_its_line_and_left_out(self, a_file, media):
        (media / "r" / "red.jpg").write_bytes(b"<svg/>")
        nosy(media / "r" / "blue.jpg")
        (media / "r" / "back.jpg").write_bytes((media / "r" / "blue.jpg").read_bytes()[:2000])
        report = importing.run(a_file(*self.ROWS))
        assert report.ok and report.photos == 1
        assert [(one.line, one.message[:33]) for one in report.problems] == [
            (4, "The photo /r/back.jpg is left out"), (2, "The photo /r/red.jpg is left out."),
        ]  # fmt: skip
        jobs.run_jobs()
        assert len(selectors.product("run-tee").pictures) == 1

    @pytest.mark.parametrize("name", ["/../secret.jpg", "../secret.jpg", "/r/link.jpg", "r/\0.jpg", "/" + "x" * 400])
    def test_none_is_taken_from_elsewhere(self, a_file, media, tmp_path, name):
        nosy(tmp_path / "secret.jpg")
        (media / "r" / "link.jpg").symlink_to(tmp_path / "secret.jpg")
        importing.run(a_file(child("SOCK", name="Sock", visibility=SHOWN, base_image=name)))
        assert list(store.originals().iterdir()) == []

    def test_an_address_is_noted_and_not_fetched(self, a_file, media):
        importing.run(a_file(child("SOCK", name="Sock", visibility=SHOWN, base_image="https://x.example/a.jpg")))
        assert Picture.objects.get().source == "https://x.example/a.jpg" and jobs.queued() == []

    def test_a_dry_run_reads_them_and_keeps_none(self, a_file, media):
        nosy(media / "r" / "red.jpg")
        tried = importing.run(a_file(*self.ROWS), dry_run=True)
        assert list(store.originals().iterdir()) == [] and jobs.queued() == [] and counts() == [0] * 8
        assert {**tried.as_data(), "dry_run": False} == importing.run(a_file(*self.ROWS)).as_data()

    def test_they_may_lie_elsewhere(self, a_file, tmp_path, capsys):
        nosy(tmp_path / "red.jpg")
        with pytest.raises(CommandError, match="no folder"):
            call_command("import_products", str(a_file(*TEE)), media=tmp_path / "nothing")
        row = child("SOCK", name="Sock", visibility=SHOWN, base_image="red.jpg")
        call_command("import_products", str(a_file(row)), "--media", str(tmp_path), "--json")
        assert json.loads(capsys.readouterr().out)["photos"] == 1


class TestWhatIsWrongStaysOnItsLine:
    @pytest.mark.parametrize(("rows", "line", "says"), [
        ([child("A", name="Sock")], 3, "no configurable product names"),
        ([parent(sku="P")], 3, "names 2 variants that have no row, the first “P-S-Red”"),
        ([parent(sku="P", configurable_variations=" ")], 3, "is empty"),
        ([child("A", name="", visibility=SHOWN)], 3, "name is missing"),
        ([child("", name="Sock", visibility=SHOWN)], 3, "SKU is missing"),
        ([child("Z", name="Sock", visibility=SHOWN)], 3, "stands at line 2 already"),
        ([child("A", product_type="bundle", visibility=SHOWN)], 3, "none of the type “bundle”"),
        ([child("A", name="Sock", visibility=SHOWN, price="cheap")], 3, "not an amount"),
        ([child("A", name="Sock", visibility=SHOWN, price="")], 3, "“price” is empty"),
        ([child("A", name="Sock", visibility=SHOWN, qty="many")], 3, "whole number"),
        ([child("A", name="Sock", visibility=SHOWN, product_online="maybe")], 3, "Write one of"),
        ([child("A", name="=1+1", visibility=SHOWN)], 3, "like a formula"),
        ([child("A", name="bell\x07", visibility=SHOWN)], 3, "cannot be printed"),
        ([child("A", name="x" * 300, visibility=SHOWN)], 3, "longer than 255"),
        ([child("A", name="Sock", visibility=SHOWN, special_price="1", special_price_to_date="soon")], 3,
         "a date like"),
        ([child("P-S"), child("P-M"), parent(sku="P", variants="sku=P-S,size=S,color=Red|sku=P-M,color=Red")], 4,
         "which Size this variant is"),
        ([child("P-S"), child("P-M"), parent(sku="P", variants="sku=P-S,size=S|sku=P-M,size=S")], 5, "there twice"),
    ])  # fmt: skip
    def test_it_is_told_and_the_others_are_imported(self, a_file, rows, line, says):
        around = child("Z", name="First", visibility=SHOWN), child("Y", name="Last", visibility=SHOWN)
        report = importing.run(a_file(around[0], *rows, around[1]))
        assert [told_at for told_at, _ in told(report)] == [line] and says in told(report)[0][1]
        assert (report.created, report.failed) == (2, 1)
        assert set(Product.objects.values_list("title", flat=True)) == {"First", "Last"}

    def test_words_for_another_store_view_are_noted(self, a_file):
        report = importing.run(a_file(*TEE, {**parent("T-Shirt"), "store_view_code": "de"}))
        assert report.ok and (report.created, report.failed) == (1, 0)
        assert "store view “de”" in report.problems[0].message

    def test_a_file_of_neither_kind(self, a_file):
        with pytest.raises(importing.FileRefused, match="names no column"):
            importing.run(a_file({"sku": "A"}, columns=["sku", "colour"]))

    def test_strictly_all_or_nothing(self, a_file):
        report = importing.run(a_file(*TEE, child("A", price="x", visibility=SHOWN)), strict=True)
        assert report.stopped and counts() == [0] * 8 and report.created == report.collections == 0


@pytest.mark.skipif(not REAL.exists(), reason="the sample catalogue is not on this machine")
class TestTheRealCatalogue:
    @pytest.fixture
    def rows(self) -> list[dict[str, str]]:
        with REAL.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def test_all_of_it_is_there_and_a_second_time_changes_nothing(self, rows):
        with CaptureQueriesContext(connection) as asked:
            report = importing.run(REAL)
        assert report.ok and report.format == "magento"
        assert (report.created, report.new_variants, report.failed) == (75, 937, 0)
        assert (report.photos, report.photos_missing) == (16, 333)
        before, generation = counts(), selectors.generation()
        with CaptureQueriesContext(connection) as asked_again:
            again = importing.run(REAL)
        assert (again.created, again.changed, again.unchanged) == (0, 0, 75)
        assert (again.new_variants, again.collections) == (0, 0)
        assert counts() == before and selectors.generation() == generation
        print(f"statements a product: {len(asked) / 75:.1f} when new, {len(asked_again) / 75:.1f} when known")
        assert len(asked) < 75 * 45 and len(asked_again) < 75 * 16
        self.every_row_is_a_variant_at_its_price(rows)
        self.every_product_says_what_it_is(rows)

    def every_row_is_a_variant_at_its_price(self, rows) -> None:
        wanted = {row["sku"]: (row["price"], row["qty"]) for row in rows if row["product_type"] == "simple"}
        found = Variant.objects.values_list("sku", "price_minor", "stock__on_hand", "title")
        assert len(found) == len(wanted) == 937
        for sku, minor, on_hand, title in found:
            price, quantity = wanted[sku]
            assert minor == round(float(price) * 100) and on_hand == int(quantity)
            assert set(title.split(" / ")) == set(sku.split("-", 1)[1].split("-")) or title.count(" / ") == 1

    def every_product_says_what_it_is(self, rows) -> None:
        configurable = [row for row in rows if row["product_type"] == "configurable"]
        titles = Counter(html.unescape(row["name"]).strip() for row in configurable)
        assert Counter(Product.objects.values_list("title", flat=True)) == titles
        assert not Product.objects.filter(title__contains="&").exclude(title__contains=" & ").exists()
        assert not Product.objects.filter(description__contains="•").exists()
        assert not Product.objects.filter(category=None).exists()
        tree = {category.path for category in selectors.categories()}
        assert ("women", "tops-women", "hoodies-and-sweatshirts-women") in tree and len(tree) == 9
        assert Collection.objects.count() == 7

    def test_its_photos_come_out_in_every_format(self):
        importing.run(REAL)
        waiting = Picture.objects.filter(waiting=True)
        assert set(waiting.values_list("width", "height")) == {(1274, 1580), (1080, 1340)}
        waiting.filter(pk__in=waiting.order_by("pk").values("pk")[3:]).update(waiting=False)
        jobs.run_jobs(rounds=30)
        assert Picture.objects.exclude(renditions={}).count() == 3 and not Picture.objects.exclude(refused="").exists()
        assert {format for format, _, _ in selectors.product("hera-pullover-hoodie").pictures[0].renditions} == {
            "avif", "webp", "jpeg",
        }  # fmt: skip
