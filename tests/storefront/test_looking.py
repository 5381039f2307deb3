"""Whoever only looks gets no cookie, is stored nowhere, and sees the page that everybody sees."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace

import pytest
from django.test import Client

from calla.catalogue import selectors
from calla.catalogue.models import Category, Collection, CollectionItem, Product, Stock
from calla.catalogue.types import PictureView, Rendition
from calla.privacy.models import Session, Subject
from calla.search import services as search
from calla.storefront import shown
from tests.builders.dresses import a_collection, a_dress
from tests.builders.shop import a_variant
from tests.storefront.reading import Page

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
PAGES = [
    "/",
    "/collections",
    "/collections/summer",
    "/products/linen-dress",
    "/search?q=linen",
    "/orders/lookup",
    "/cart",
]


@pytest.fixture(autouse=True)
def dress(shop):
    return a_dress(collection=a_collection())


class TestEveryPage:
    @pytest.mark.parametrize("address", PAGES)
    def test_it_is_the_same_for_everybody_and_sets_no_cookie(self, address):
        plain = Client().get(address)
        other = Client(
            headers={
                "accept-language": "de",
                "user-agent": "x",
                "cookie": "bag=7; choices=cart",
                "x-forwarded-for": "9.9.9.9",
            }
        ).get(address)
        assert plain.status_code == 200
        assert plain.content == other.content
        for response in (plain, other):
            assert not response.cookies and "Cookie" not in response.get("Vary", "")
        assert not Session.objects.exists() and not Subject.objects.exists()

    @pytest.mark.parametrize("address", [*PAGES, "/no-such-page"])
    def test_it_leads_to_the_policy_and_fetches_nothing_from_elsewhere(self, visitor, address):
        page = Page(visitor.get(address))
        assert "/privacy" in page.links()
        named = [
            own.get("src") or own.get("href")
            for tag in ("script", "link", "img", "iframe")
            for own in page.all(tag)
            if own.get("rel") != "canonical"  # names the page itself, and is not fetched
        ]
        fetched = [address for address in named if address]
        assert fetched and all(one.startswith("/") and not one.startswith("//") for one in fetched)

    @pytest.mark.parametrize("address", [*PAGES, "/no-such-page"])
    def test_it_holds_no_inline_script_or_style(self, visitor, address):
        page = Page(visitor.get(address))
        assert not [own for own in page.all("script") if "src" not in own and own.get("type") != "application/ld+json"]
        assert not page.all("style")
        assert not [own for _, own in page.elements if "style" in own or any(name.startswith("on") for name in own)]

    @pytest.mark.parametrize("address", [*PAGES, "/no-such-page"])
    def test_its_outline_and_labels_are_right(self, visitor, address):
        page = Page(visitor.get(address))
        assert len(page.all("h1")) == len(page.all("main")) == 1
        assert page.title.strip() and page.all("html")[0]["lang"] == "en"
        identities = [own["id"] for _, own in page.elements if "id" in own]
        assert len(identities) == len(set(identities))
        labelled = {own.get("for") for own in page.all("label")}
        loose = [
            own
            for own in page.all("input") + page.all("select")
            if own.get("type") not in {"hidden", "radio", "checkbox"}
        ]
        assert all(own["id"] in labelled for own in loose)
        assert all("alt" in own and own["width"] and own["height"] for own in page.all("img"))

    @pytest.mark.parametrize("address", [*PAGES, "/no-such-page"])
    def test_it_carries_the_security_headers(self, visitor, address):
        headers = visitor.get(address).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Content-Type"] == "text/html; charset=utf-8"

    @pytest.mark.parametrize("address", PAGES)
    def test_it_is_only_read(self, visitor, address):
        if address not in {"/orders/lookup"}:
            assert visitor.post(address).status_code == 405


class TestTheProductPage:
    def test_it_shows_price_sizes_and_colours(self, visitor, dress):
        Stock.objects.filter(variant=dress["Leaf L"]).update(on_hand=0)
        page = Page(visitor.get("/products/linen-dress"))
        assert "€89.00" in page.text and "Washed linen" in page.text
        radios = {own["data-size"]: own for own in page.all("input") if own.get("type") == "radio"}
        assert list(radios) == ["S", "M", "L"]
        assert "disabled" in radios["L"] and not [own for own in radios.values() if "checked" in own]
        assert [own["href"] for own in page.all("a") if "data-sizes" in own] == [
            f"/products/linen-dress?like={dress[name].pk}" for name in ("Leaf S", "Ink S")
        ]

    def test_another_colour_keeps_the_chosen_size(self, visitor, dress):
        page = Page(visitor.get(f"/products/linen-dress?variant={dress['Leaf M'].pk}"))
        assert [own["value"] for own in page.all("input") if "checked" in own] == [str(dress["Leaf M"].pk)]
        assert f"/products/linen-dress?variant={dress['Ink M'].pk}" in page.links()

    def test_where_some_that_go_with_it_are_gone_others_are_shown(self, visitor):
        summer = Collection.objects.get()
        for number in range(6):
            a_dress(f"dress-{number}", collection=summer)
        CollectionItem.objects.filter(collection=summer).exclude(product__handle="linen-dress").update(position=9)

        def related() -> list[str]:
            found = [link for link in Page(visitor.get("/products/linen-dress")).links() if "/products/dress-" in link]
            return sorted({link.partition("?")[0].rpartition("/")[2] for link in found})

        first = related()
        assert len(first) == 4
        Product.objects.filter(handle__in=first[:2]).update(published_at=None)
        assert len(related()) == 4 and not set(related()) & set(first[:2])

    def test_few_left_is_said_when_it_is_so(self, visitor, dress):
        address = f"/products/linen-dress?variant={dress['Leaf M'].pk}"
        assert "Only" not in Page(visitor.get(address)).text
        Stock.objects.filter(variant=dress["Leaf M"]).update(on_hand=2)
        assert "Only 2 left" in Page(visitor.get(address)).text

    def test_a_dearer_size_shows_its_price_before_it_is_chosen(self, visitor, dress):
        type(dress["Leaf L"]).objects.filter(pk=dress["Leaf L"].pk).update(price_minor=9900)
        assert "from €89.00" in Page(visitor.get("/products/linen-dress")).text
        dearer = Page(visitor.get(f"/products/linen-dress?variant={dress['Leaf L'].pk}")).text
        assert "from" not in dearer.split("Tax is included")[0] and dearer.count("€99.00") == 2

    @pytest.mark.parametrize("variant", ["", "x", "-1", "0", "9" * 40, "1; DROP TABLE", "٣"])
    def test_a_variant_that_is_none_is_ignored(self, visitor, variant):
        assert visitor.get("/products/linen-dress", {"variant": variant}).status_code == 200

    def test_its_data_for_search_engines_says_what_the_page_says(self, visitor, dress):
        response = visitor.get("/products/linen-dress")
        (data,) = _for_search_engines(response)
        assert (data["name"], data["offers"]["price"], data["offers"]["priceCurrency"]) == (
            "Linen dress",
            "89.00",
            "EUR",
        )
        assert data["offers"]["availability"].endswith("/InStock") and data["description"] == "Washed linen."
        Stock.objects.update(on_hand=0)
        response = visitor.get("/products/linen-dress")
        assert b"schema.org/OutOfStock" in response.content and "Sold out" in Page(response).text

    def test_they_are_told_the_way_to_it_as_well(self, visitor, dress):
        Product.objects.update(category=Category.objects.create(handle="day dresses", title="Day dresses"))
        response = visitor.get("/products/linen-dress")
        _product, way = _for_search_engines(response)
        kind, here = way["itemListElement"]
        assert (way["@type"], kind["position"], here["position"]) == ("BreadcrumbList", 1, 2)
        assert (kind["name"], here["name"]) == ("Day dresses", "Linen dress")
        assert kind["item"].removeprefix("http://127.0.0.1:8000") in Page(response).links()
        assert visitor.get(kind["item"]).status_code == 200

    def test_a_piece_that_is_sold_out_promises_no_day_and_asks_for_no_number(self, visitor, dress):
        page = Page(visitor.get("/products/linen-dress"))
        assert "if you order today" in page.text and page.with_id("quantity")
        Stock.objects.update(on_hand=0)
        page = Page(visitor.get("/products/linen-dress"))
        assert "None of it is left at the moment" in page.text and "if you order today" not in page.text
        assert "quantity" not in page.form("/cart/lines").fields and "Add to bag" not in page.text

    def test_a_hostile_title_does_not_leave_its_place(self, visitor, dress):
        Product.objects.update(title="</script><img src=x onerror=alert(1)>{{ 7*7 }}")
        response = visitor.get("/products/linen-dress")
        assert b"<img src=x" not in response.content and b"49" not in response.content.split(b"<h1>")[1][:200]

    def test_what_is_not_published_is_not_there(self, visitor):
        Product.objects.update(published_at=None)
        for handle in ("linen-dress", "nothing", "%00", "a/b"):
            assert visitor.get(f"/products/{handle}").status_code == 404


class TestLists:
    def test_a_collection_counts_sorts_and_turns_pages(self, visitor):
        for number in range(30):
            a_dress(f"dress-{number}", colours=("Ink",), sizes=("S",), price=1000 + number, collection=_summer())
        page = Page(visitor.get("/collections/summer?sort=price-up"))
        assert "24 of 31 pieces" in page.text
        assert page.links().index("/products/dress-0") < page.links().index("/products/dress-1")
        assert "/collections/summer?sort=price-up&page=2" in page.links()
        assert "/products/linen-dress" in Page(visitor.get("/collections/summer?sort=price-up&page=2")).links()

    @pytest.mark.parametrize(
        "asked", ["page=0", "page=-1", "page=x", "page=99999", "page=" + "9" * 50, "sort=x", "sort="]
    )
    def test_a_mistyped_address_still_shows_the_list(self, visitor, asked):
        assert "1 piece" in Page(visitor.get(f"/collections/summer?{asked}")).text

    def test_what_is_found_travels_packed(self, visitor):
        search.forget()
        packed = visitor.get("/search?q=linen", headers={"accept-encoding": "gzip"})
        assert packed["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == visitor.get("/search?q=linen").content

    def test_searching_finds_narrows_and_says_what_to_do_when_there_is_nothing(self, visitor):
        search.forget()
        found = Page(visitor.get("/search?q=linen"))
        assert "/products/linen-dress" in found.links() and found.with_id("search")["value"] == "linen"
        assert "We found nothing" in Page(visitor.get("/search?q=zzzzqqq")).text

    def test_a_list_without_anything_in_it_is_a_page_too(self, visitor):
        Product.objects.all().update(published_at=None)
        for address in PAGES[:3]:
            assert visitor.get(address).status_code == 200


def _for_search_engines(response):
    return json.loads(re.search(rb'ld\+json">(.*?)</script>', response.content, re.S)[1])


def _summer() -> Collection:
    return Collection.objects.get(handle="summer")


@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize(("address", "most"), [("/", 4), ("/collections/summer", 4), ("/products/linen-dress", 4)])
def test_a_page_takes_few_questions_however_much_it_shows(address, most, rows, visitor, django_assert_max_num_queries):
    for number in range(rows):
        a_dress(f"more-{number}", collection=_summer())
    a_variant()
    visitor.get(address)
    with django_assert_max_num_queries(most):
        visitor.get(address)


class TestCarryingABag:
    TOKEN = "T" * 43

    @pytest.mark.parametrize(
        "address", ["/", "/collections", "/collections/summer", "/products/linen-dress", "/search"]
    )
    def test_without_cookies_every_link_keeps_it(self, visitor, address):
        response = visitor.get(address, {"cart": self.TOKEN})
        page = Page(response)
        kept = [
            link for link in page.links() if link.startswith(("/collections", "/products", "/search")) or link == "/"
        ]
        assert all(f"cart={self.TOKEN}" in link for link in kept)
        assert f"/cart/{self.TOKEN}" in page.links()
        assert response.headers["Cache-Control"] == "no-store"
        assert {"name": "robots", "content": "noindex"} in page.all("meta")
        assert all(form.fields.get("cart") == self.TOKEN for form in page.forms)

    @pytest.mark.parametrize("token", ["x", "T" * 42, "T" * 44, '"><script>', "../" * 10])
    def test_what_is_no_address_of_a_bag_is_not_carried(self, visitor, token):
        assert "cart=" not in " ".join(Page(visitor.get("/", {"cart": token})).links())


class TestWhatIsShared:
    def test_a_photo_in_a_form_that_everybody_reads(self):
        view = selectors.product("linen-dress")
        sizes = [(form, width) for form in ("avif", "jpeg") for width in (400, 1600)]
        made = tuple(Rendition(form, width, f"/media/{width}.{form}") for form, width in sizes)
        photo = PictureView("/media/400.jpeg", "", 1600, 2000, renditions=made)
        pictured = replace(view, pictures=(photo,))
        assert shown.to_share(pictured, view.variants[0]) == "http://127.0.0.1:8000/media/1600.jpeg"
        assert '/media/1600.jpeg"' in shown.structured(pictured, view.variants[0])

    def test_a_drawing_is_not(self):
        view = selectors.product("linen-dress")
        drawn = replace(view, pictures=(PictureView("/media/dress.svg", "", 900, 1200),))
        assert shown.to_share(drawn, view.variants[0]) == "" == shown.to_share(view, view.variants[0])
