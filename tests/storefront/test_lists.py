"""Lists as they are answered: what they count, how they are narrowed, and what they say when nothing is left."""

from __future__ import annotations

import pytest
from django.test import Client

from calla.catalogue import services as catalogue
from calla.catalogue.models import Stock
from calla.search import services as search
from tests.builders.dresses import a_collection, a_dress
from tests.storefront.reading import Page

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
COLLECTION = "/collections/summer"


@pytest.fixture(autouse=True)
def three(shop: None) -> None:
    search.forget()
    summer = a_collection()
    a_dress(collection=summer)
    a_dress("ink-gown", title="Gown", colours=("Ink",), sizes=("M", "XL"), price=20000, collection=summer)
    a_dress("leaf-top", title="Top", colours=("Leaf",), sizes=("S",), price=3000, collection=summer)


def boxes(page: Page) -> dict[str, dict[str, str]]:
    found = [own for own in page.all("input") if own.get("type") == "checkbox"]
    return {f"{own['name'].removesuffix('[]')}={own['value']}": own for own in found}


@pytest.mark.parametrize("address", [COLLECTION, "/search"])
class TestBothKinds:
    def test_filters_within_one_add_and_between_two_narrow(self, visitor: Client, address: str) -> None:
        page = Page(visitor.get(f"{address}?colour=green&colour=blue&size=s"))
        assert "2 pieces" in page.text
        assert {"/products/linen-dress", "/products/leaf-top"} <= {link.split("?")[0] for link in page.links()}

    def test_what_would_leave_nothing_is_off_and_what_is_chosen_never(self, visitor: Client, address: str) -> None:
        found = boxes(Page(visitor.get(f"{address}?colour=green&size=xl")))
        assert "checked" in found["colour=green"] and "disabled" not in found["colour=green"]
        assert "checked" in found["size=xl"] and "disabled" not in found["size=xl"]
        assert "disabled" in boxes(Page(visitor.get(f"{address}?size=xl")))["colour=green"]

    def test_a_form_that_is_sent_leads_to_the_address_that_a_link_has(
        self, visitor: Client, address: str, django_assert_max_num_queries
    ) -> None:
        token = "t" * 43
        sent = f"q=&colour[]=green&colour[]=blue&size%5B%5D=s&sort=recommended&cart={token}"
        with django_assert_max_num_queries(1):  # for the policy in force
            answer = visitor.get(f"{address}?{sent}")
        assert answer.status_code == 303 and answer["Cache-Control"] == "no-store"
        assert answer["Location"] == f"{address}?colour=green&colour=blue&size=s&cart={token}"
        assert visitor.get(f"{address}?size[]=&sort=recommended")["Location"] == address

    def test_no_name_in_a_form_stands_twice_unless_it_says_so(self, visitor: Client, address: str) -> None:
        names = [own["name"] for own in Page(visitor.get(f"{address}?colour=green&sort=newest")).all("input")]
        assert names.count("colour[]") == 2
        assert all(name.endswith("[]") or names.count(name) == 1 for name in names)

    def test_each_chip_leads_to_the_list_without_it(self, visitor: Client, address: str) -> None:
        links = Page(visitor.get(f"{address}?colour=blue&size=m&sort=price-up")).links()
        for without in ("size=m&sort=price-up", "colour=blue&sort=price-up", "sort=price-up"):
            assert f"{address}?{without}" in links

    def test_nothing_left_says_what_to_leave_out(self, visitor: Client, address: str) -> None:
        page = Page(visitor.get(f"{address}?colour=green&size=xl"))
        assert "Nothing fits all of this" in page.text
        assert "without Green: 1 piece" in page.text and "without XL: 2 pieces" in page.text
        assert f"{address}?size=xl" in page.links()

    def test_a_colour_that_was_asked_for_is_the_one_shown(self, visitor: Client, address: str) -> None:
        page = Page(visitor.get(f"{address}?colour=blue"))
        assert any("Ink" in own["src"] for own in page.all("img"))
        assert any(link.startswith("/products/linen-dress?like=") for link in page.links())

    def test_sizes_count_what_is_in_stock(self, visitor: Client, address: str) -> None:
        assert "disabled" not in boxes(Page(visitor.get(address)))["size=xl"]
        Stock.objects.filter(variant__title="Ink / XL").update(on_hand=0)
        assert "disabled" in boxes(Page(visitor.get(address)))["size=xl"]

    @pytest.mark.parametrize("asked", ["", "?colour=green&size=s", "?sort=price-down&page=2", "?colour=green&size=xl"])
    def test_it_takes_few_questions(self, visitor, address, asked, django_assert_max_num_queries) -> None:
        visitor.get(address + asked)
        with django_assert_max_num_queries(4):
            visitor.get(address + asked)

    @pytest.mark.parametrize(
        "odd", ["size=%00", "price=x", "price=9-1", "colour=" + "x" * 999, "%F0%9F%99%82=1", "size"]
    )
    def test_odd_filters_are_harmless(self, visitor: Client, address: str, odd: str) -> None:
        assert visitor.get(f"{address}?{odd}").status_code == 200


class TestSearching:
    def test_colour_and_size_in_words_become_filters(self, visitor: Client) -> None:
        page = Page(visitor.get("/search?q=green+dress+size+S"))
        assert page.with_id("search")["value"] == "green dress size S"
        found = boxes(page)
        assert "checked" in found["colour=green"] and "checked" in found["size=s"]
        assert "/search?q=dress&size=s" in page.links() and "1 piece" in page.text

    def test_a_slip_is_put_right_and_said(self, visitor: Client) -> None:
        page = Page(visitor.get("/search?q=drezs"))
        assert "/products/linen-dress" in page.links() and "/search?q=dress" in page.links()

    def test_words_that_mean_the_same_find_each_other(self, visitor: Client) -> None:
        search.save_synonyms([("gown", "ball dress", "robe")])
        for asked in ("robe", "ball dress", "robes"):
            assert "/products/ink-gown" in Page(visitor.get("/search", {"q": asked})).links()

    def test_without_an_answer_there_are_other_ways(self, visitor: Client) -> None:
        page = Page(visitor.get("/search?q=zzzzqqq"))
        assert COLLECTION in page.links() and "We found nothing for “zzzzqqq”" in page.text


class TestSuggestions:
    def test_they_name_pieces_and_collections(self, visitor: Client) -> None:
        found = visitor.get("/search/suggestions?q=su").json()["suggestions"]
        assert [(one["title"], one["href"], one["note"]) for one in found] == [("Summer", COLLECTION, "Collection")]
        [piece] = visitor.get("/search/suggestions?q=go").json()["suggestions"]
        assert piece["href"] == "/products/ink-gown" and piece["note"] == "€200.00" and piece["picture"]

    @pytest.mark.parametrize("asked", ["", "g", "  ", "%00", "zz"])
    def test_there_may_be_none(self, visitor: Client, asked: str) -> None:
        assert visitor.get(f"/search/suggestions?q={asked}").json() == {"suggestions": []}

    def test_they_cost_few_questions(self, visitor, django_assert_max_num_queries) -> None:
        visitor.get("/search/suggestions?q=dr")
        with django_assert_max_num_queries(4):
            visitor.get("/search/suggestions?q=dr")


class TestWhatSearchEnginesMayKeep:
    HIDDEN = {"name": "robots", "content": "noindex"}

    @pytest.mark.parametrize("asked", ["", "?sort=newest", "?q=gown", "?q=Gown&sort=newest"])
    def test_what_the_catalogue_has_words_for(self, visitor: Client, asked: str) -> None:
        assert self.HIDDEN not in Page(visitor.get(f"/search{asked}")).all("meta")

    @pytest.mark.parametrize("asked", ["?q=snowplough", "?q=gown+at+elsewhere.example", "?q=gowm", "?colour=green"])
    def test_nobodys_own_words_and_no_narrowed_list(self, visitor: Client, asked: str) -> None:
        assert self.HIDDEN in Page(visitor.get(f"/search{asked}")).all("meta")

    def test_one_search_has_one_address(self, visitor: Client) -> None:
        page = Page(visitor.get("/search?q=+GOWN&sort=newest"))
        assert {"rel": "canonical", "href": "http://127.0.0.1:8000/search?q=gown"} in page.all("link")


def test_a_collection_with_nothing_in_it_leads_elsewhere(visitor: Client) -> None:
    catalogue.save_collection("winter", "Winter", products=[], position=1)
    page = Page(visitor.get("/collections/winter"))
    assert "There is nothing here at the moment" in page.text and "Look around instead" in page.text
    assert page.links().count("/collections/winter") < page.links().count(COLLECTION)
    assert "Look around instead" not in Page(visitor.get(f"{COLLECTION}?colour=green&size=xl")).text
