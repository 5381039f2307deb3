from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from calla.catalogue import selectors, services
from calla.catalogue.errors import NoSuchCollection, NoSuchProduct, Refused
from calla.catalogue.models import Product
from calla.catalogue.types import PictureDraft, Sort
from calla.kernel import clock
from tests.catalogue.builders import a_draft, one_of, save

pytestmark = pytest.mark.django_db


class TestTheCostOfReading:
    """The same for one row and for many."""

    @pytest.mark.parametrize("size", [1, 5])
    def test_a_product_takes_two_questions(self, size, django_assert_num_queries):
        save(a_draft(colours=("Ink", "Rose", "Moss")[:size], sizes=tuple(str(30 + n) for n in range(size))))
        selectors.shop()
        with django_assert_num_queries(2):
            selectors.product("linen-dress")

    @pytest.mark.parametrize("count", [1, 12])
    def test_a_page_of_a_list_takes_two(self, count, django_assert_num_queries):
        save(*[a_draft(f"dress-{n}") for n in range(count)])
        selectors.shop()
        with django_assert_num_queries(2):
            assert selectors.listing().total == count

    @pytest.mark.parametrize("count", [1, 12])
    def test_the_lines_of_a_cart_take_one(self, count, django_assert_num_queries):
        saved = save(*[a_draft(f"dress-{n}") for n in range(count)])
        ids = list(Product.objects.filter(pk__in=[one.product_id for one in saved]).values_list("variants", flat=True))
        selectors.shop()
        with django_assert_num_queries(1):
            assert len(selectors.variants(ids)) == 4 * count


class TestAProduct:
    def test_it_shows_all_in_its_order(self):
        services.save_category("clothes", "Clothes")
        services.save_category("dresses", "Dresses", parent="clothes")
        pictures = (PictureDraft(file="front.svg"), PictureDraft(file="rose.svg"))
        draft = a_draft(colours=("Rose", "Ink"), category="dresses", pictures=pictures, made_by="Calladream")
        variants = tuple(replace(v, picture=1 if "Rose" in v.values else None) for v in draft.variants)
        save(replace(draft, variants=variants))
        shown = selectors.product("linen-dress")
        assert shown.category.path == ("clothes", "dresses")
        assert [(o.name, [v.value for v in o.values]) for o in shown.options] == [
            ("Colour", ["Rose", "Ink"]), ("Size", ["36", "38"])]
        assert shown.options[0].values[0].swatch == "#c98b8b"
        assert [v.picture.url for v in shown.variants] == ["/media/rose.svg"] * 2 + ["/media/front.svg"] * 2
        assert shown.variant(shown.variants[3].id).title == "Ink / 38"

    def test_without_a_choice_the_first_that_can_be_bought_is_shown(self):
        save(a_draft(stock=1))
        first, second, *_ = selectors.product("linen-dress").variants
        services.allocate(uuid4(), {first.id: 1})
        assert selectors.product("linen-dress").variant(None).id == second.id

    @pytest.mark.parametrize("handle", ["nothing", "", "nul\0byte", "'; --", "%"])
    def test_an_unknown_one_is_missing(self, handle):
        with pytest.raises(NoSuchProduct):
            selectors.product(handle)


class TestAList:
    def shop(self):
        services.save_category("clothes", "Clothes")
        services.save_category("dresses", "Dresses", parent="clothes")
        dear = a_draft("dear-dress", price=30000, category="dresses")
        cheap = a_draft("cheap-dress", price=5000, category="dresses")
        odd = replace(one_of(price=9000), variants=(replace(one_of().variants[0], price_minor=9000),))
        save(dear, cheap, odd)
        services.save_collection("summer", "Summer", products=["scarf", "dear-dress"])

    def handles(self, **how):
        return [tile.handle for tile in selectors.listing(**how).tiles]

    def test_sorts(self):
        self.shop()
        assert self.handles(sort=Sort.PRICE_UP) == ["cheap-dress", "scarf", "dear-dress"]
        assert self.handles(sort=Sort.PRICE_DOWN) == ["dear-dress", "scarf", "cheap-dress"]
        assert self.handles(sort=Sort.NEWEST) == ["scarf", "cheap-dress", "dear-dress"]

    def test_a_collection_keeps_the_order_of_the_merchant(self):
        self.shop()
        assert self.handles(collection="summer") == ["scarf", "dear-dress"]
        assert self.handles(collection="summer", sort=Sort.PRICE_DOWN) == ["dear-dress", "scarf"]

    def test_a_category_includes_those_below(self):
        self.shop()
        assert self.handles(category="clothes", sort=Sort.PRICE_UP) == ["cheap-dress", "dear-dress"]

    def test_pages_end_where_the_list_ends(self):
        self.shop()
        listing = selectors.listing(page=99, size=2)
        assert (listing.page, listing.pages, listing.total, len(listing.tiles)) == (2, 2, 3, 1)
        assert selectors.listing(page=-3).page == 1
        assert selectors.listing(page=10**30, size=2).page == 2
        assert selectors.listing(collection="nul\0byte", page=7).pages == 1

    def test_a_tile_is_one_product_with_its_colours(self):
        save(a_draft(colours=("Rose", "Ink")))
        [tile] = selectors.listing().tiles
        assert [(swatch.value, swatch.swatch) for swatch in tile.swatches] == [("Rose", "#c98b8b"), ("Ink", "#1d2433")]
        assert tile.available and not tile.from_price

    def test_a_tile_says_that_others_cost_more(self):
        draft = a_draft(sizes=("36",))
        save(replace(draft, variants=(draft.variants[0], replace(draft.variants[1], price_minor=20000))))
        [tile] = selectors.listing().tiles
        assert (tile.price.minor, tile.from_price) == (12900, True)

    def test_what_is_sold_out_or_held_is_not_available(self):
        save(one_of(stock=1))
        [variant] = selectors.product("scarf").variants
        services.hold(uuid4(), {variant.id: 1}, clock.now() + timedelta(minutes=20))
        assert not selectors.listing().tiles[0].available

    @pytest.mark.parametrize("handle", ["summer", "nul\0byte"])
    def test_an_unknown_collection_is_missing(self, handle):
        with pytest.raises(NoSuchCollection):
            selectors.collection(handle)


class TestCategories:
    def test_they_come_as_a_tree(self):
        services.save_category("b", "B", position=2)
        services.save_category("a", "A", position=1)
        services.save_category("a-1", "A1", parent="a")
        assert [category.path for category in selectors.categories()] == [("a",), ("a", "a-1"), ("b",)]

    def test_a_circle_and_a_fourth_level_are_refused(self):
        services.save_category("a", "A")
        services.save_category("b", "B", parent="a")
        services.save_category("c", "C", parent="b")
        with pytest.raises(Refused):
            services.save_category("a", "A", parent="c")
        with pytest.raises(Refused):
            services.save_category("d", "D", parent="c")


class TestTheShop:
    def test_it_is_what_was_set_up(self):
        services.set_up_shop("Atelier", currency="CHF", country="CH", locale="de")
        assert selectors.shop().currency == "CHF"

    def test_its_currency_stays_once_there_are_prices(self):
        services.set_up_shop("Atelier", currency="CHF", country="CH")
        save(one_of())
        with pytest.raises(Refused, match="prices are in CHF"):
            services.set_up_shop("Atelier", currency="EUR", country="CH")

    @pytest.mark.parametrize("wrong", [{"currency": "EURO"}, {"country": "Germany"}, {"locale": "klingon"}])
    def test_nonsense_is_refused(self, wrong):
        with pytest.raises(Refused):
            services.set_up_shop("Atelier", **({"currency": "EUR", "country": "DE"} | wrong))
