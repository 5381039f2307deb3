"""Strings that break other programs come back harmless from every form and every part of an address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from calla.cart import services as carts
from calla.orders.models import Order
from calla.privacy import mail
from calla.storefront.limits import Limit
from calla.storefront.views import orders as order_views
from tests.builders.dresses import a_collection, a_dress
from tests.storefront.reading import Page

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
DATA = Path(__file__).parents[3] / "shared" / "data"
OWN = [
    "", " ", "\0", "\x1b[31mred", "a\r\nBcc: all@example.net", "'", '"', "'; DROP TABLE cart_cart; --", "1 OR 1=1",
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' autofocus onfocus='alert(1)", "</textarea><b>",
    "javascript:alert(1)", "{{ 7*7 }}", "{% include 'x' %}", "${7*7}", "%s%n%d", "../../../etc/passwd",
    "//evil.example",
    "=1+1", "@SUM(A1)", "\u202egnp.exe", "\ufeff", "ﷺ" * 40, "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
    "👩‍❤️‍💋‍👩", "田中さんにあげて下さい",
    "NaN", "Infinity", "-0", "1e309", "9" * 400, "null", "undefined", "true", "\ud83d", "\\", "%00", "&lt;script&gt;",
    "x" * 5000,
]  # fmt: skip


def naughty() -> list[str]:
    """The big lists, where they lie beside the repository."""
    if not DATA.is_dir():
        pytest.skip("the big lists of naughty strings are not beside this repository")
    found: list[str] = json.loads((DATA / "naughty-strings" / "blns.json").read_text(encoding="utf-8"))
    for path in sorted((DATA / "hostile-inputs").glob("*.txt")):
        found += path.read_text(encoding="utf-8").splitlines()
    return found


@pytest.fixture(autouse=True)
def no_limit(monkeypatch) -> None:
    monkeypatch.setattr(order_views, "LOOKUPS", Limit("lookups", tries=0, seconds=600))


@pytest.fixture
def token(shop) -> str:
    token = carts.open_cart()[1]
    carts.add(token, a_dress(collection=a_collection())["Leaf M"].pk)
    return token


def is_harmless(response) -> Page | None:
    """An answer of the shop that holds nothing which runs; the page, if it is one."""
    assert response.status_code < 500, response.status_code
    if not response.get("Content-Type", "").startswith("text/html"):
        return None
    page = Page(response)
    for tag, own in page.elements:
        assert not [name for name in own if name.startswith("on") or name == "style"], (tag, own)
        assert tag not in {"iframe", "object", "embed", "base"}
        assert tag != "script" or own.get("src", "").startswith("/static/") or own.get("type") == "application/ld+json"
        if own.get("rel") == "canonical":  # names the page itself, whole; nothing follows it
            assert own["href"].startswith(f"{settings.PUBLIC_URL}/"), own
            continue
        if own.get("href") == f"mailto:{mail.own_address()}":
            continue
        for name in ("href", "src", "action", "formaction"):
            assert own.get(name, "/").startswith(("/", "#")) and not own.get(name, "").startswith("//"), (tag, own)
    return page


def sent(strings: list[str], names: list[str]) -> Iterator[dict[str, str]]:
    """Forms in which every field holds a string, and in the end every string was in a form."""
    left = iter(strings)
    while few := list(islice(left, len(names))):
        yield {name: text.encode("utf-8", "replace").decode() for name, text in zip(names, few, strict=False)}


def go_round(visitor: Client, token: str, strings: list[str], *, every: int = 1) -> int:
    """Through the checkout with all of the strings, through the small forms with every so-manieth; how many answers."""
    form = Page(visitor.get(f"/checkout/{token}")).form("/payment").fields
    seen = 0
    for post in sent(strings, [name for name in form if name != "billing_same"]):
        page = is_harmless(visitor.post(f"/checkout/{token}/payment", {**form, **post}))
        assert page is None or page.all("h1")
        is_harmless(visitor.post(f"/checkout/{token}/country", {**form, **post})) if seen % every == 0 else None
        seen += 1
    strings = strings[::every]
    for post in sent(strings, ["q", "colour", "sort", "page", "cart", "size"]):
        is_harmless(visitor.get("/search", post))
        seen += 1
    for post in sent(strings, ["product", "variant", "quantity", "cart", "like"]):
        is_harmless(visitor.post("/cart/lines", {"product": "linen-dress", **post}))
        is_harmless(visitor.post("/cart/lines", {**post, "product": "linen-dress", "variant": ""}))
        seen += 2
    for post in sent(strings, ["number", "email"]):
        is_harmless(visitor.post("/orders/lookup", post))
        seen += 1
    for post in sent(strings, ["variant", "like", "cart"]):
        is_harmless(visitor.get("/products/linen-dress", post))
        seen += 1
    for post in sent(strings, ["added", "removed", "cart"]):
        is_harmless(visitor.get(f"/cart/{token}", post))
        seen += 1
    return seen


@pytest.mark.parametrize(
    "planted", ["<img src=/x onerror=a()>", "<script>a()</script>", "<a href=javascript:a()>", "<iframe>"]
)
def test_harm_would_be_seen(planted):
    with pytest.raises(AssertionError):
        is_harmless(HttpResponse(f"<html><body><h1>x</h1>{planted}</body></html>"))


def test_our_own_list_does_no_harm(visitor, token):
    assert go_round(visitor, token, OWN * 4) > 100
    assert not Order.objects.exists()


def test_each_of_ours_does_no_harm_in_any_field_of_the_checkout(visitor, token):
    form = Page(visitor.get(f"/checkout/{token}")).form("/payment").fields
    for text in OWN:
        sendable = text.encode("utf-8", "replace").decode()
        is_harmless(visitor.post(f"/checkout/{token}/payment", dict.fromkeys(form, sendable)))
    assert not Order.objects.exists()


@pytest.mark.parametrize("text", OWN)
def test_it_is_no_address_either(visitor, text):
    a_dress()
    for address in ("/products/", "/collections/", "/cart/", "/checkout/", "/orders/", "/static/", "/media/", "/"):
        response = visitor.generic("GET", address + text.encode("utf-8", "replace").decode().replace("?", ""))
        is_harmless(response)


def test_the_big_lists_do_no_harm(visitor, token):
    assert go_round(visitor, token, naughty(), every=20) > 250
    assert not Order.objects.exists()
