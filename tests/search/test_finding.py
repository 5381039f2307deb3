from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from calla.catalogue import selectors as catalogue
from calla.catalogue import services as shop
from calla.catalogue.models import Product, Stock
from calla.catalogue.types import Sort
from calla.kernel import clock
from calla.kernel.money import Money
from calla.search import following, services
from calla.search.models import Card
from calla.search.selectors import find, suggest
from calla.search.types import Query
from tests.catalogue.builders import a_draft, one_of, save

pytestmark = pytest.mark.django_db


def handles(text: str = "", **rest) -> list[str]:
    services.forget()
    return [tile.handle for tile in find(Query(text, **rest)).hits]


def facet(name: str, **rest) -> dict[str, int]:
    services.forget()
    found = {facet.name: facet for facet in find(Query(**rest)).facets}
    return {value.label: value.count for value in found[name].values} if name in found else {}


@pytest.fixture
def a_shop():
    shop.save_category("clothes", "Clothes")
    shop.save_category("dresses", "Dresses", parent="clothes")
    shop.save_category("scarves", "Scarves")
    save(
        a_draft("linen-dress", price=12900, category="dresses", description="Cool <b>flax</b> for hot days."),
        a_draft("evening-gown", price=39900, category="dresses", colours=("Ink",), sizes=("38", "40"), tags=("Gala",)),
        replace(one_of("blouse", price=7900, sku="BL-01"), title="Blouse Größenwahn"),
        replace(one_of("scarf", price=2900), category="scarves", description="Goes with every linen dress."),
    )
    shop.save_collection("summer", "Summer Linen", products=["scarf", "linen-dress"])


class TestWords:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("linen dress", ["linen-dress", "scarf"]),
            ("DRESSES", ["linen-dress", "evening-gown", "scarf"]),
            ("flax", ["linen-dress"]),
            ("grossenwahn", ["blouse"]),
            ("GRÖẞENWAHN", ["blouse"]),
            ("even", ["evening-gown"]),
            ("gala", ["evening-gown"]),
            ("ink 40", ["evening-gown"]),
            ("a dress for the gala", ["evening-gown"]),
            ("trousers", []),
            ("dress trousers", []),
        ],
    )
    def test_they_are_found_wherever_they_stand_the_title_first(self, a_shop, text, found):
        assert handles(text) == found

    def test_an_exact_title_and_an_exact_sku_go_first(self, a_shop):
        save(one_of("scarf-clip"), replace(one_of("bl-01-case", price=500), title="Case for BL-01"))
        assert handles("scarf")[0] == "scarf"
        assert handles("bl-01")[0] == "blouse"

    @pytest.mark.parametrize("typed", ["bluose", "bloouse", "bluse", "blousé", "vlouse"])
    def test_one_slip_in_a_long_word_still_finds_it(self, a_shop, typed):
        result = find(Query(typed))
        assert [tile.handle for tile in result.hits] == ["blouse"]
        assert result.corrected == ("" if typed == "blousé" else "blouse")

    def test_short_words_and_two_slips_are_taken_as_they_are(self, a_shop):
        assert handles("gwon") == [] and handles("bluoze") == []

    @pytest.mark.parametrize("odd", ["%", "_", "'", "\\", "\x00", "a" * 5000, "𝕏", "-- ;", "()", "🙂", "\ud800"])
    def test_odd_input_is_harmless(self, a_shop, odd):
        assert handles(f"linen{odd} {odd}") in ([], ["linen-dress", "scarf"])
        assert handles(category=odd) == [] == handles(collection=odd)
        assert handles(filters={"size": frozenset({odd})}) == [] == handles(filters={"price": frozenset({odd})})
        assert len(handles(filters={odd: frozenset({odd})})) == 4
        assert isinstance(suggest(f"li{odd}"), tuple)

    def test_numbers_beyond_reason_are_harmless(self, a_shop):
        assert handles(filters={"price": frozenset({f"{10**40}-"})}) == []
        assert len(handles(filters={"price": frozenset({"0-9999999999999"})}, page=10**30)) == 4

    def test_many_words_cost_no_more_than_a_few(self, a_shop, django_assert_max_num_queries):
        find(Query())
        with django_assert_max_num_queries(2):
            find(Query(" ".join(f"slip{n}" for n in range(60)), filters={f"f{n}": frozenset({"x"}) for n in range(60)}))


class TestFilters:
    def test_values_of_one_are_alternatives_and_filters_add_up(self, a_shop):
        assert handles(filters={"colour": frozenset({"blue", "pink"})}) == ["linen-dress", "evening-gown"]
        assert handles(filters={"colour": frozenset({"pink"}), "size": frozenset({"38"})}) == ["linen-dress"]
        assert handles(filters={"colour": frozenset({"pink"}), "size": frozenset({"40"})}) == []

    def test_both_must_be_met_by_one_variant_that_is_there(self, a_shop):
        gone = next(v for v in catalogue.product("linen-dress").variants if v.title == "Rose / 38")
        shop.allocate(uuid4(), {gone.id: 2})
        assert handles(filters={"colour": frozenset({"pink"}), "size": frozenset({"38"})}) == []

    def test_counts_are_those_of_the_list_with_the_other_filters(self, a_shop):
        assert facet("colour") == {"Blue": 2, "Pink": 1}
        assert facet("size") == {"36": 1, "38": 2, "40": 1}
        assert facet("colour", filters={"size": frozenset({"40"})}) == {"Blue": 1, "Pink": 0}
        assert facet("size", filters={"size": frozenset({"40"})}) == {"36": 1, "38": 2, "40": 1}
        assert facet("category") == {"Clothes": 2, "Dresses": 2, "Scarves": 1}

    def test_a_count_is_what_choosing_it_would_show(self, a_shop):
        ink, small, dresses = frozenset({"blue"}), frozenset({"36"}), frozenset({"dresses"})
        for chosen in ({}, {"colour": ink}, {"size": small}, {"category": dresses}, {"colour": ink, "size": small}):
            services.forget()
            for one in find(Query(filters=chosen)).facets:
                for value in one.values:
                    alone = chosen | {one.name: frozenset({value.value})}
                    assert find(Query(filters=alone)).total == value.count, (chosen, one.name, value)

    def test_sizes_count_only_what_can_be_bought_now(self, a_shop):
        for variant in catalogue.product("evening-gown").variants:
            if variant.title.endswith("40"):
                shop.hold(uuid4(), {variant.id: 2}, clock.now() + timedelta(minutes=9))
        assert facet("size")["40"] == 0

    def test_sizes_stand_in_their_order(self):
        save(a_draft(sizes=("XL", "S", "M", "XS")), a_draft("belt", sizes=("110", "90", "100")))
        assert list(facet("size")) == ["XS", "S", "M", "XL", "90", "100", "110"]

    def test_prices(self, a_shop):
        between, least = frozenset({"5000-12900"}), frozenset({"0-5000", "12900-"})
        assert handles(filters={"price": between}) == ["blouse"]
        assert handles(filters={"price": least}, sort=Sort.PRICE_UP) == ["scarf", "linen-dress", "evening-gown"]
        assert facet("colour", filters={"price": frozenset({"0-13000"})}) == {"Blue": 1, "Pink": 1}

    def test_bands_of_prices_end_at_round_ones_and_hold_everything(self, a_shop):
        [prices] = [one for one in find(Query()).facets if one.name == "price"]
        assert [(one.value, one.count) for one in prices.values] == [
            ("0-3000", 1),
            ("3000-8000", 1),
            ("8000-15000", 1),
            ("15000-40000", 1),
        ]

    def test_a_filter_nobody_knows_finds_nothing(self, a_shop):
        assert handles(filters={"size": frozenset({"999"})}) == []

    def test_what_no_product_is_filtered_by_is_no_filter(self, a_shop):
        result = find(Query(filters={"utm": frozenset({"mail"}), "size": frozenset({"40"})}))
        assert result.total == 1 and result.filters == {"size": {"40"}}

    def test_a_list_with_nothing_in_it_says_what_to_leave_out(self, a_shop):
        asked = {"colour": frozenset({"pink"}), "size": frozenset({"40"})}
        found = find(Query(filters=asked)).reliefs
        assert {(one.name, one.total) for one in found} == {("colour", 1), ("size", 1)}
        for one in found:
            assert find(Query(filters={name: asked[name] for name in asked if name != one.name})).total == one.total
        assert [(one.word, one.total) for one in find(Query("linen gown")).reliefs] == [("gown", 2), ("linen", 1)]


class TestPagesAndOrder:
    def test_of_a_category_and_those_below(self, a_shop):
        assert handles(category="clothes") == ["linen-dress", "evening-gown"]
        assert facet("size", category="scarves") == {}

    def test_of_a_collection_in_the_order_of_the_merchant(self, a_shop):
        assert handles(collection="summer") == ["scarf", "linen-dress"]

    def test_of_everything_what_leads_a_collection_leads_and_then_the_newest(self, a_shop):
        assert handles() == ["scarf", "linen-dress", "blouse", "evening-gown"]
        shop.save_collection("evening", "Evening", products=["evening-gown"])
        assert handles() == ["scarf", "evening-gown", "linen-dress", "blouse"]

    def test_sorts(self, a_shop):
        assert handles(sort=Sort.PRICE_UP) == ["scarf", "blouse", "linen-dress", "evening-gown"]
        assert handles(sort=Sort.PRICE_DOWN)[0] == "evening-gown"
        assert handles(sort=Sort.NEWEST)[0] == "scarf"

    def test_a_page_beyond_the_last_is_the_last(self, a_shop):
        result = find(Query(page=9, size=3))
        assert (result.page, result.pages, result.total, len(result.hits)) == (2, 2, 4, 1)
        assert find(Query("nothing", page=9)).page == 1


class TestFollowingTheCatalogue:
    def test_a_change_is_found_and_what_is_gone_is_not(self, a_shop):
        assert handles("gown") == ["evening-gown"]
        save(replace(a_draft("evening-gown", category="dresses"), title="Evening Robe"))
        assert handles("gown") == [] and handles("robe") == ["evening-gown"]
        save(replace(a_draft("evening-gown"), published=False))
        assert handles("robe") == []
        assert not Card.objects.exclude(entry="").filter(product__handle="evening-gown").exists()

    def test_a_price_a_category_and_a_collection_are_changes_too(self, a_shop):
        handles()
        shop.save_collection("summer", "Summer", products=["blouse"])
        shop.save_category("scarves", "Shawls")
        assert handles(collection="summer") == ["blouse"] and handles("shawls") == ["scarf"]

    def test_what_is_published_later_appears_by_the_clock(self, a_shop):
        Product.objects.filter(handle="scarf").update(published_at=clock.now() + timedelta(days=1))
        shop.touch(Product.objects.get(handle="scarf").pk)
        assert "scarf" not in handles()

    def test_a_change_is_seen_by_the_very_next_question(self, a_shop):
        find(Query())
        variant = next(v for v in catalogue.product("blouse").variants)
        shop.set_price(variant.id, Money(100, "EUR"))
        assert next(t for t in find(Query("blouse")).hits).price.minor == 100
        assert find(Query(sort=Sort.PRICE_UP)).hits[0].handle == "blouse"

    def test_stock_is_seen_by_the_very_next_question(self, a_shop):
        def left() -> dict[str, int]:
            [sizes] = [one for one in find(Query(filters={"size": frozenset({"40"})})).facets if one.name == "size"]
            return {value.label: value.count for value in sizes.values}

        assert left()["40"] == 1
        variant = next(v for v in catalogue.product("evening-gown").variants if v.title.endswith("40"))
        order = uuid4()
        shop.hold(order, {variant.id: 2}, clock.now() + timedelta(minutes=9))
        assert left()["40"] == 0
        shop.release(order)
        assert left()["40"] == 1

    def test_a_piece_that_is_sold_out_says_so(self, a_shop):
        assert all(tile.available for tile in find(Query()).hits)
        Stock.objects.filter(variant__product__handle="scarf").update(on_hand=0)
        assert [tile.handle for tile in find(Query()).hits if not tile.available] == ["scarf"]

    def test_nothing_is_done_twice(self, a_shop, django_assert_num_queries):
        services.refresh()
        with django_assert_num_queries(2):
            services.refresh()

    def test_a_large_change_is_followed_in_parts(self, monkeypatch):
        monkeypatch.setattr(following, "BATCH", 2)
        monkeypatch.setattr(following, "MOST_BATCHES", 1)
        save(*[one_of(f"scarf-{n}") for n in range(5)])
        assert (found := find(Query())).total == 2 and not found.complete
        services.refresh()
        assert (found := find(Query())).total == 5 and found.complete

    def test_one_change_of_many_products_is_never_cut(self, monkeypatch):
        save(*[one_of(f"scarf-{n}") for n in range(5)])
        services.refresh()
        Card.objects.all().delete()
        shop.touch(*Product.objects.values_list("pk", flat=True))
        monkeypatch.setattr(following, "BATCH", 2)
        assert find(Query()).total == 5

    def test_an_index_with_many_changes_behind_it_counts_as_one_made_anew(self, a_shop):
        for price in range(100, 140):
            shop.set_price(catalogue.product("scarf").variants[0].id, Money(price, "EUR"))
            followed = find(Query("scarf"))
        services.forget()
        assert find(Query("scarf")) == followed


class TestItsCost:
    @pytest.mark.parametrize("count", [1, 12])
    def test_is_the_same_for_one_product_and_for_many(self, count, django_assert_num_queries):
        save(*[a_draft(f"dress-{n}") for n in range(count)])
        find(Query())
        with django_assert_num_queries(2):  # has anything changed, and the tiles
            assert find(Query(filters={"colour": frozenset({"blue"})})).total == count


class TestSuggestions:
    def test_categories_collections_and_products(self, a_shop):
        found = [(one.kind, one.title) for one in suggest("lin")]
        assert found == [("collection", "Summer Linen"), ("product", "Linen Dress")]
        assert [one.title for one in suggest("dre")] == ["Dresses", "Linen Dress"]

    def test_a_plural_is_followed_letter_by_letter(self, a_shop):
        for typed in ("dress", "dresse", "dresses"):
            assert [one.title for one in suggest(typed)] == ["Dresses", "Linen Dress"]

    def test_nothing_before_the_second_letter(self, a_shop):
        assert suggest("d") == () and suggest("  ") == ()

    def test_no_more_than_asked_for(self):
        save(*[one_of(f"scarf-{n}") for n in range(9)])
        assert len(suggest("sca", most=4)) == 4


def test_what_people_ask_for_is_kept_nowhere(a_shop):
    handles("canaryword")
    assert not Card.objects.filter(entry__contains="canary").exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)
