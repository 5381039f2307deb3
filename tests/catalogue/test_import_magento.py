"""Magento's product file: configurable products, their variants, and the files beside it."""

from __future__ import annotations

import pytest

from calla.catalogue import importing, selectors, services
from calla.catalogue.models import (
    Category,
    Collection,
    Product,
    Stock,
    Variant,
)
from calla.catalogue.types import Fact
from tests.catalogue.magento import HIDDEN, SHOWN, TEE, a_file, child, counts, folders, parent, told

__all__ = ["a_file", "folders"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders")]


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
