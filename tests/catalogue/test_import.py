"""Shopify's product file: as Shopify writes it, and as people spoil it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from calla.catalogue import importing, selectors, services
from calla.catalogue.models import Category, PriceChange, Product, Stock, StockMovement, Variant
from calla.privacy.types import SYSTEM

pytestmark = pytest.mark.django_db

COLUMNS = [
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name", "Option1 Value",
    "Option2 Name", "Option2 Value", "Variant SKU", "Variant Grams", "Variant Inventory Qty",
    "Variant Inventory Policy", "Variant Price", "Variant Compare At Price", "Image Src", "Image Position",
    "Image Alt Text", "Variant Image", "Gift Card", "Status",
]
SCARF = {
    "Handle": "silk-scarf", "Title": "Silk Scarf", "Option1 Name": "Title", "Option1 Value": "Default Title",
    "Variant Price": "39.90", "Variant Inventory Qty": "4",
}
BELT = {**SCARF, "Handle": "belt", "Title": "Belt"}


def shirt(colour: str, size: str, **rest: str) -> dict[str, str]:
    first = {"Title": "Shirt", "Type": "Tops & Shirts", "Option1 Name": "Color", "Option2 Name": "Size"}
    row = {"Handle": "shirt", "Option1 Value": colour, "Option2 Value": size, "Variant Price": "59"}
    return (first if (colour, size) == ("Ink", "S") else {}) | row | rest


@pytest.fixture
def a_file(tmp_path):
    def write(*rows: dict[str, str], columns=COLUMNS, delimiter: str = ",", encoding: str = "utf-8") -> Path:
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, delimiter=delimiter, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
        path = tmp_path / "products.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        return path

    return write


def told(report: importing.Report) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in report.errors]


class TestAFileAsItIs:
    ROWS = (
        shirt("Ink", "S", **{"Tags": "linen, summer", "Vendor": "Mill", "Body (HTML)": "<p>Cool.</p>",
                             "Image Src": "https://x.example/front.jpg", "Image Position": "1",
                             "Variant Image": "https://x.example/i.jpg"}),
        shirt("Ink", "M", **{"Variant Inventory Qty": "3", "Variant Inventory Policy": "continue"}),
        shirt("Rose", "S", **{"Variant Grams": "180"}),
        {"Handle": "shirt", "Image Src": "https://x.example/back.jpg", "Image Position": "2"},
        SCARF,
    )

    def test_rows_that_share_a_handle_are_one_product(self, a_file):
        report = importing.run(a_file(*self.ROWS))
        assert (report.created, report.new_variants, report.failed, report.problems) == (2, 4, 0, [])
        shown = selectors.product("shirt")
        assert [variant.title for variant in shown.variants] == ["Ink / S", "Ink / M", "Rose / S"]
        assert [option.name for option in shown.options] == ["Colour", "Size"]
        assert (shown.tags, shown.made_by, shown.category.handle) == (("linen", "summer"), "Mill", "tops-shirts")

    def test_default_title_means_no_options(self, a_file):
        importing.run(a_file(SCARF))
        shown = selectors.product("silk-scarf")
        assert shown.options == () and [variant.title for variant in shown.variants] == [""]
        assert (shown.variants[0].price.minor, shown.variants[0].available) == (3990, 4)

    def test_stock_comes_with_its_movement(self, a_file):
        importing.run(a_file(*self.ROWS))
        movements = StockMovement.objects.values_list("variant__title", "on_hand", "reason", "actor")
        assert sorted(movements) == [("", 4, "import", "system"), ("Ink / M", 3, "import", "system")]
        assert Stock.objects.get(variant__title="Ink / M").backorder

    def test_addresses_of_pictures_are_noted_in_order_and_a_placeholder_is_shown(self, a_file):
        importing.run(a_file(*self.ROWS))
        product = Product.objects.get(handle="shirt")
        noted = list(product.pictures.order_by("position").values_list("source", "file"))
        assert [source[18:] for source, _ in noted] == ["front.jpg", "i.jpg", "back.jpg"]
        assert {file for _, file in noted} == {""}
        assert not selectors.product("shirt").pictures[0].drawn

    def test_the_same_file_again_makes_no_doubles_and_does_not_fill_the_shelf(self, a_file):
        path = a_file(*self.ROWS)
        importing.run(path)
        services.adjust(Variant.objects.get(title="").pk, -1, "lost", by=SYSTEM)
        generation = selectors.generation()
        report = importing.run(path)
        assert (report.created, report.changed, report.unchanged, report.new_variants) == (0, 0, 2, 0)
        assert (Product.objects.count(), Variant.objects.count(), PriceChange.objects.count()) == (2, 4, 4)
        assert Stock.objects.get(variant__title="").on_hand == 3
        assert selectors.generation() == generation

    def test_a_dry_run_tells_the_same_and_changes_nothing(self, a_file):
        path = a_file(*self.ROWS)
        tried = importing.run(path, dry_run=True)
        assert (Product.objects.count(), Category.objects.count(), selectors.generation()) == (0, 0, 0)
        done = importing.run(path)
        assert {**tried.as_data(), "dry_run": False} == done.as_data()

    def test_drafts_of_the_old_shop_stay_drafts(self, a_file):
        importing.run(a_file({**SCARF, "Status": "draft"}, {**BELT, "Published": "FALSE"}))
        assert Product.objects.filter(published_at=None).count() == 2

    @pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8"), ("\t", "utf-8"), (",", "utf-8-sig")])
    def test_semicolons_tabs_and_byte_order_marks_are_read(self, a_file, delimiter, encoding):
        path = a_file({**SCARF, "Title": "Schal für Zoë, grün"}, delimiter=delimiter, encoding=encoding)
        report = importing.run(path)
        assert report.ok and Product.objects.get().title == "Schal für Zoë, grün"

    def test_the_columns_that_are_not_taken_over_are_named(self, a_file):
        report = importing.run(a_file({**SCARF, "Metafield": "x"}, columns=[*COLUMNS, "Metafield"]))
        assert report.columns_left_out == ["Metafield"]

    def test_a_reduction_from_elsewhere_is_kept_but_not_claimed(self, a_file):
        report = importing.run(a_file({**SCARF, "Variant Compare At Price": "59"}))
        assert report.ok and "proves it" in report.problems[0].message
        assert Variant.objects.get().compare_at_minor == 5900
        assert selectors.product("silk-scarf").variants[0].compare_at is None

    def test_what_is_left_out_of_descriptions_is_noted(self, a_file):
        report = importing.run(a_file({**SCARF, "Body (HTML)": "Soft <img src=https://x.example/p.gif>"}))
        assert report.ok and "left out" in report.problems[0].message
        assert selectors.product("silk-scarf").description == "<p>Soft</p>"


class TestWhatIsWrongStaysOnItsLine:
    @pytest.mark.parametrize(("wrong", "says"), [
        ({"Title": ""}, "title is missing"),
        ({"Handle": "Silk Scarf"}, "no handle"),
        ({"Variant Price": ""}, "“Variant Price” is empty"),
        ({"Variant Price": "49,90"}, "Write it like 49.90"),
        ({"Variant Price": "free"}, "not an amount"),
        ({"Variant Price": "-1"}, "not negative"),
        ({"Variant Price": "1000000000"}, "not more than ten million"),
        ({"Variant Price": "1e400"}, "not an amount"),
        ({"Variant Price": "NaN"}, "not an amount"),
        ({"Variant Price": "9.999"}, "more decimals"),
        ({"Variant Price": "=1+1"}, "like a formula"),
        ({"Title": "=HYPERLINK(\"https://x.example\")"}, "like a formula"),
        ({"Title": "@SUM(A1)"}, "like a formula"),
        ({"Title": "-2+3+cmd|' /C calc'!A0"}, "like a formula"),
        ({"Title": "bell\x07"}, "cannot be printed"),
        ({"Body (HTML)": "zero\x00"}, "cannot be printed"),
        ({"Title": "x" * 300}, "longer than 255"),
        ({"Variant Inventory Qty": "many"}, "whole number"),
        ({"Variant Inventory Qty": "1.5"}, "whole number"),
        ({"Variant Inventory Qty": "99999999999"}, "whole number"),
        ({"Variant Grams": "heavy"}, "whole number"),
        ({"Variant Inventory Policy": "maybe"}, "deny, continue"),
        ({"Published": "perhaps"}, "Write one of"),
        ({"Gift Card": "true"}, "Gift cards are not sold"),
        ({"Option2 Name": "Size"}, "“Option2 Value” is empty"),
    ])
    def test_it_is_told_and_the_others_are_imported(self, a_file, wrong, says):
        report = importing.run(a_file(BELT, {**SCARF, **wrong}, {**BELT, "Handle": "hat"}))
        assert [line for line, _ in told(report)] == [3]
        assert says in told(report)[0][1]
        assert (report.created, report.failed) == (2, 1)
        assert sorted(Product.objects.values_list("handle", flat=True)) == ["belt", "hat"]

    def test_all_errors_of_a_product_are_told_at_once(self, a_file):
        rows = shirt("Ink", "S", **{"Variant Price": "x"}), shirt("Ink", "M", **{"Variant Grams": "y"})
        report = importing.run(a_file(*rows))
        assert [line for line, _ in told(report)] == [2, 3]

    def test_one_wrong_row_keeps_the_whole_product_out(self, a_file):
        importing.run(a_file(shirt("Ink", "S"), shirt("Ink", "M", **{"Variant Price": "x"})))
        assert not Product.objects.exists()

    def test_the_line_counts_lines_within_cells(self, a_file):
        report = importing.run(a_file({**BELT, "Body (HTML)": "one\ntwo\nthree"}, {**SCARF, "Variant Price": "x"}))
        assert [line for line, _ in told(report)] == [5]

    def test_a_choice_that_is_there_twice(self, a_file):
        report = importing.run(a_file(shirt("Ink", "S"), shirt("Ink", "S", Title="")))
        assert told(report) == [(3, "This row is “Ink / S”, like line 2. Keep one of the two.")]

    def test_a_product_whose_rows_are_torn_apart(self, a_file):
        report = importing.run(a_file(shirt("Ink", "S"), BELT, shirt("Ink", "M")))
        assert told(report) == [(4, "Rows of this product stand at line 2 already. Put them all together.")]

    def test_a_sku_of_two_products(self, a_file):
        for dry_run in (True, False):
            report = importing.run(a_file({**SCARF, "Variant SKU": "A"}, {**BELT, "Variant SKU": "A"}), dry_run=dry_run)
            assert told(report) == [(3, "The SKU “A” stands at “silk-scarf” too. Each variant has its own.")]

    def test_a_row_without_a_handle(self, a_file):
        report = importing.run(a_file(SCARF, {**BELT, "Handle": ""}))
        assert told(report) == [(3, "The handle is missing. Give every row the handle of its product.")]

    def test_bytes_that_are_not_utf_8(self, a_file):
        path = a_file(BELT, {**SCARF, "Title": "Sch\u00e4l"}, {**BELT, "Handle": "hat"}, encoding="latin-1")
        report = importing.run(path)
        assert [line for line, _ in told(report)] == [3]
        assert "0xe4" in told(report)[0][1] and report.created == 2
        json.dumps(report.as_data(), ensure_ascii=False).encode()

    def test_a_quotation_mark_that_is_not_closed(self, a_file):
        path = a_file(BELT, SCARF)
        path.write_bytes(path.read_bytes() + b'hat,"Hat,,,\n')
        report = importing.run(path)
        assert told(report)[0][0] == 4 and "not closed" in told(report)[0][1]
        assert list(Product.objects.values_list("handle", flat=True)) == ["belt"]

    def test_a_row_with_too_many_cells(self, a_file):
        path = a_file(BELT)
        path.write_bytes(path.read_bytes() + b"hat" + b",x" * 40 + b"\n")
        report = importing.run(path)
        assert told(report)[0][0] == 3 and "41 cells for 23 columns" in told(report)[0][1]

    def test_a_handle_that_never_ends(self, a_file):
        rows = [{**SCARF, "Option1 Name": "Size", "Option1 Value": str(n)} for n in range(2100)]
        report = importing.run(a_file(*rows))
        assert told(report) == [(2002, "One product has more than 2000 rows. Look at its handle.")]

    def test_strict_stops_at_the_first_and_keeps_nothing(self, a_file):
        report = importing.run(a_file(BELT, {**SCARF, "Variant Price": "x"}, {**BELT, "Handle": "hat"}), strict=True)
        assert (report.created, len(report.errors), report.ok) == (0, 1, False)
        assert report.stopped and not Product.objects.exists()


class TestFilesThatAreNone:
    @pytest.mark.parametrize(("content", "says"), [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"PK\x03\x04rest", "a spreadsheet"),
        ("Handle,Title".encode("utf-16"), "UTF-16"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"Handle,Title\nx,y\n", "“Variant Price”"),
        (b"a,b,c\n1,2,3\n", "“Handle”, “Title”, “Variant Price”"),
        (b"Handle,Handle,Title,Variant Price\n", "twice"),
    ])
    def test_they_are_refused_with_a_way_out(self, tmp_path, content, says):
        path = tmp_path / "products.csv"
        path.write_bytes(content)
        with pytest.raises(importing.FileRefused, match=says):
            importing.run(path)

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(importing.FileRefused, match="No such file"):
            importing.run(tmp_path / "nothing.csv")

    def test_a_folder(self, tmp_path):
        with pytest.raises(importing.FileRefused, match="directory"):
            importing.run(tmp_path)


class TestTheCommand:
    def test_it_reports_as_json_and_ends_well(self, a_file, capsys):
        call_command("import_products", str(a_file(SCARF)), "--json")
        report = json.loads(capsys.readouterr().out)
        assert (report["created"], report["ok"], report["format"]) == (1, True, "shopify")

    def test_it_ends_with_1_when_something_was_wrong(self, a_file, capsys):
        with pytest.raises(SystemExit) as end:
            call_command("import_products", str(a_file({**SCARF, "Variant Price": "x"})))
        assert end.value.code == 1
        assert "line 2, silk-scarf: error:" in capsys.readouterr().out

    def test_it_says_why_a_file_is_refused(self, tmp_path):
        with pytest.raises(CommandError, match="No such file"):
            call_command("import_products", str(tmp_path / "nothing.csv"))
