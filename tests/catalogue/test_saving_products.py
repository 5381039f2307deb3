from __future__ import annotations

from dataclasses import replace

import pytest

from calla.catalogue import selectors, services
from calla.catalogue.errors import NoSuchProduct, Refused
from calla.catalogue.models import PriceChange, Product, Stock, StockMovement, Variant
from calla.catalogue.types import OptionDraft, PictureDraft, ValueDraft, VariantDraft
from calla.kernel.money import Money
from calla.privacy.types import SYSTEM
from tests.catalogue.builders import a_draft, one_of, save

pytestmark = pytest.mark.django_db


def test_the_same_draft_again_changes_nothing():
    first, again = save(a_draft(), a_draft())
    assert (first.created, first.new_variants) == (True, 4)
    assert (again.created, again.changed, again.new_variants) == (False, False, 0)
    assert selectors.generation() == 1
    assert Variant.objects.count() == 4 and StockMovement.objects.count() == 4 and PriceChange.objects.count() == 4


def test_stock_of_a_known_variant_is_left_as_it_was_counted():
    save(a_draft(stock=5))
    variant = Variant.objects.earliest("pk")
    services.adjust(variant.pk, -3, "lost", by=SYSTEM)
    save(a_draft(stock=5, colours=("Ink", "Rose", "Moss")))
    assert Stock.objects.get(variant=variant).on_hand == 2
    assert Variant.objects.count() == 6


def test_a_variant_left_out_is_withdrawn_and_comes_back_with_its_stock():
    save(a_draft())
    [saved] = save(a_draft(sizes=("36",)))
    assert saved.withdrawn_variants == 2 and saved.changed
    shown = selectors.product("linen-dress")
    assert [variant.title for variant in shown.variants] == ["Ink / 36", "Rose / 36"]
    assert [value.value for value in shown.options[1].values] == ["36"]
    gone = Variant.objects.get(title="Ink / 38")
    assert not selectors.variants([gone.pk])[gone.pk].buyable
    save(a_draft())
    assert selectors.variants([gone.pk])[gone.pk].available == 2


def test_a_new_price_is_added_to_the_record():
    save(one_of(price=2900), one_of(price=1900))
    assert list(PriceChange.objects.order_by("pk").values_list("price_minor", flat=True)) == [2900, 1900]


def test_skus_may_change_places_within_a_product():
    two = a_draft(colours=("Ink",))
    with_skus = [replace(variant, sku=sku) for variant, sku in zip(two.variants, "AB", strict=True)]
    swapped = [replace(variant, sku=sku) for variant, sku in zip(two.variants, "BA", strict=True)]
    save(replace(two, variants=tuple(with_skus)), replace(two, variants=tuple(swapped)))
    assert dict(Variant.objects.values_list("title", "sku")) == {"Ink / 36": "B", "Ink / 38": "A"}


def test_pictures_follow_the_draft():
    save(replace(one_of(), pictures=(PictureDraft(file="a.svg"), PictureDraft(source="https://elsewhere.example/b.jpg"))))
    save(replace(one_of(), pictures=(PictureDraft(file="c.svg", alt="From behind"), PictureDraft(file="a.svg"))))
    assert [picture.url for picture in selectors.product("scarf").pictures] == ["/media/c.svg", "/media/a.svg"]


def test_an_address_elsewhere_is_noted_and_never_shown():
    save(replace(one_of(), pictures=(PictureDraft(source="https://elsewhere.example/b.jpg"),)))
    shown = selectors.product("scarf")
    assert "elsewhere" not in repr(shown)
    assert [picture.drawn for picture in shown.pictures] == [False]


def test_a_draft_that_is_not_published_is_not_there():
    save(replace(one_of(), published=False))
    with pytest.raises(NoSuchProduct):
        selectors.product("scarf")
    assert selectors.listing().total == 0


@pytest.mark.parametrize(("wrong", "says"), [
    ({"handle": "Not A Handle"}, "no handle"),
    ({"handle": "a/b"}, "no handle"),
    ({"title": "  "}, "title is missing"),
    ({"title": "x" * 256}, "longer than 255"),
    ({"title": "zero\x00byte"}, "cannot be printed"),
    ({"variants": ()}, "nothing to buy"),
    ({"variants": (VariantDraft(("Ink",), 100),)}, "one value for each"),
    ({"variants": (VariantDraft(("Ink", "99"), 100),)}, "has not"),
    ({"variants": (VariantDraft(("Ink", "36"), 100), VariantDraft(("Ink", "36"), 100))}, "there twice"),
    ({"variants": (VariantDraft(("Ink", "36"), -1),)}, "out of bounds"),
    ({"variants": (VariantDraft(("Ink", "36"), 10**11),)}, "out of bounds"),
    ({"variants": (VariantDraft(("Ink", "36"), 100, compare_at_minor=100),)}, "not lower"),
    ({"variants": (VariantDraft(("Ink", "36"), 100, quantity=10**7),)}, "whole numbers"),
    ({"variants": (VariantDraft(("Ink", "36"), 1, sku="A"), VariantDraft(("Ink", "38"), 1, sku="A"))}, "two variants"),
    ({"category": "nowhere"}, "no category"),
    ({"options": (OptionDraft("Colour", (ValueDraft("Ink", "url(x)"),)),)}, "no colour of a swatch"),
])
def test_what_is_no_product_is_refused_and_nothing_is_kept(wrong, says):
    with pytest.raises(Refused, match=says):
        save(replace(a_draft(), **wrong))
    assert not Product.objects.exists()


def test_a_sku_of_another_product_is_refused():
    save(one_of(sku="A-1"))
    with pytest.raises(Refused, match="belongs to “scarf”"):
        save(one_of("shawl", sku="A-1"))


class TestDescriptions:
    @pytest.mark.parametrize("hostile", [
        "<script>alert(1)</script>", "<iframe src=//x.example></iframe>", "<img src=//x.example/p.gif>",
        "<a href=https://x.example>look</a>", "<p onclick=alert(1)>x</p>", "<video src=//x.example>",
        "<p style='background:url(//x.example)'>x</p>", "<link rel=stylesheet href=//x.example>",
        "<svg onload=alert(1)>", "<form action=//x.example>",
        "<object data=//x.example>", "<style>@import '//x.example'</style>", "<math><mtext></p><img src=//x.example>",
    ])
    def test_nothing_foreign_survives(self, hostile):
        save(replace(one_of(), description=f"<p>Soft.</p>{hostile}"))
        kept = selectors.product("scarf").description
        assert kept.startswith("<p>Soft.</p>")
        for word in ("x.example", "alert", "<script", "<img", "<a", "style", "onclick", "<svg"):
            assert word not in kept

    def test_paragraphs_lists_and_emphasis_stay(self):
        html = "<p>Soft <strong>linen</strong>.</p><ul><li>Washable</li></ul>"
        save(replace(one_of(), description=html))
        assert selectors.product("scarf").description == html

    def test_plain_text_becomes_paragraphs(self):
        save(replace(one_of(), description="Soft & light.\n\nFor < 30 degrees."))
        assert selectors.product("scarf").description == "<p>Soft &amp; light.</p>\n<p>For &lt; 30 degrees.</p>"


class TestPrices:
    def test_setting_one_records_it(self):
        save(one_of(price=2900))
        variant = Variant.objects.get()
        services.set_price(variant.pk, Money(2400, "EUR"), compare_at=Money(2900, "EUR"))
        shown = selectors.variants([variant.pk])[variant.pk]
        assert (shown.price.minor, shown.compare_at, shown.lowest) == (2400, Money(2900, "EUR"), Money(2900, "EUR"))

    def test_one_that_is_not_lower_is_refused(self):
        save(one_of(price=2900))
        with pytest.raises(Refused):
            services.set_price(Variant.objects.get().pk, Money(2900, "EUR"), compare_at=Money(2900, "EUR"))
        assert PriceChange.objects.count() == 1
