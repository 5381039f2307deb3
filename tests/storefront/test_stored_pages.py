"""Every page that may be stored: the same for everybody, kept, and gone when it would be another."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection

from calla.catalogue import selectors, services
from calla.catalogue.models import Collection, Product, Stock, Variant
from calla.catalogue.types import PictureDraft, ProductDraft, VariantDraft
from calla.checkout import services as checkout
from calla.config.stored import known_variant, variant_at
from calla.kernel import clock
from calla.kernel.money import Money
from calla.kernel.pagestore import addresses
from calla.kernel.pagestore.layer import PageStore
from calla.kernel.pagestore.memory import Memory, follow
from calla.privacy.types import SYSTEM
from calla.search import services as search
from tests.kernel.pagestore.test_layer import Visit

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
ADDRESSES = {
    "/": [""],
    "/collections": [""],
    "/collections/{}": ["", "page=2", "sort=price-up"],
    "/products/{}": ["", "variant", "like"],
    "/privacy": [""],
    "/privacy/proof": [""],
    "/privacy/security": [""],
    "/privacy/history": [""],
    "/privacy/history/{}": [""],
}
VISITORS: list[dict[str, str]] = [
    {},
    {"HTTP_COOKIE": f"cart={'a' * 43}; bag=3"},
    {"HTTP_COOKIE": "choices=cart.bag; known=x", "HTTP_SEC_GPC": "1", "HTTP_DNT": "1"},
    {"HTTP_ACCEPT_LANGUAGE": "de", "HTTP_USER_AGENT": "x", "HTTP_REFERER": "https://a.example"},
    {"HTTP_HX_REQUEST": "true", "HTTP_X_REQUESTED_WITH": "XMLHttpRequest", "HTTP_SAVE_DATA": "on"},
    {"REMOTE_ADDR": "203.0.113.77", "HTTP_X_FORWARDED_FOR": "198.51.100.3", "HTTP_HOST": "localhost"},
]


def save(handle: str, category: str, **more: Any) -> int:
    sizes = [VariantDraft((), 8900, quantity=more.pop("quantity", 9))]
    draft = ProductDraft(handle, handle.title(), tuple(sizes), category=category, **more)
    return services.save_product(draft, by=SYSTEM).product_id


@pytest.fixture(autouse=True)
def filled(shop: None) -> None:
    for category in ("dresses", "coats"):
        services.save_category(category, category.title())
    for number in range(30):
        save(f"dress-{number}", "dresses" if number % 2 else "coats")
    services.save_collection("summer", "Summer", products=[f"dress-{number}" for number in range(26)])
    services.save_collection("winter", "Winter", products=["dress-28", "dress-29"], position=1)
    selectors.forget()
    search.refresh()


@pytest.fixture
def store() -> Iterator[PageStore]:
    memory = Memory(10**8)
    memory.empty()
    memory.good_until = time.monotonic() + 1000
    follow(memory)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # the test's own connection, with its open transaction
    yield PageStore(WSGIHandler(), memory, lambda: variant_at(clock.now()), known_variant)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    follow(None)


def pages() -> Iterator[tuple[str, str]]:
    """Path and query of every page that may be stored, of the shop as it is."""
    filled = {
        "/collections/{}": Collection.objects.order_by("pk").values_list("handle", flat=True),
        "/products/{}": Product.objects.order_by("pk").values_list("handle", flat=True)[:6],
        "/privacy/history/{}": ["1"],
    }
    for address, queries in ADDRESSES.items():
        for handle in filled.get(address, [""]):
            for query in queries:
                one = Variant.objects.filter(product__handle=handle).values_list("pk", flat=True).first()
                if query == "page=2" and handle != "summer":
                    continue  # the other has one page
                yield address.format(handle), f"{query}={one}" if query in {"variant", "like"} else query


def test_every_declared_address_is_looked_at_here() -> None:
    assert set(ADDRESSES) == set(addresses.declared())


def test_each_is_stored_and_the_same_for_everybody(store: PageStore) -> None:
    for path, query in pages():
        plain = Visit(store.shop, path, query)  # type: ignore[arg-type]
        assert plain.status == "200 OK", (path, query, plain.status)
        for visitor in VISITORS:
            alone, stored = Visit(store.shop, path, query, **visitor), Visit(store, path, query, **visitor)  # type: ignore[arg-type]
            assert alone.body == plain.body, f"{path}?{query} is another page for {visitor}"
            assert stored.body == plain.body and "Set-Cookie" not in {**alone.headers, **stored.headers}
        assert any(name[1].partition("?")[::2] == (path, query) for name in store.memory._pages), f"{path}?{query}"


def keys_and_bodies(store: PageStore) -> dict[tuple[str, str], tuple[frozenset[str], bytes]]:
    """Every page as it would be made now, with what it says that it shows."""
    store.memory.empty()
    found = {}
    for path, query in pages():
        visit = Visit(store, path, query)
        name = next((name for name in store.memory._pages if name[1] == (f"{path}?{query}" if query else path)), None)
        if name is not None:
            page = store.memory._pages[name]
            found[path, query] = page.keys, visit.body
    return found


def touched() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_touched RETURNING keys, due_at")
        return {key for keys, due in cursor.fetchall() for key in keys if due is None}


def first() -> Variant:
    return Variant.objects.get(product__handle="dress-0")


def take(pieces: int) -> None:
    services.adjust(first().pk, -pieces, "lost", by=SYSTEM)


CHANGES: dict[str, Callable[[], object]] = {
    "a price": lambda: services.set_price(first().pk, Money(4900, "EUR")),
    "a reduction": lambda: services.set_price(first().pk, Money(4900, "EUR"), compare_at=Money(8900, "EUR")),
    "a name": lambda: save("dress-0", "coats", description="Other words"),
    "another category": lambda: save("dress-0", "dresses"),
    "a picture": lambda: save("dress-0", "coats", pictures=(PictureDraft(file="x.svg", width=9, height=12),)),
    "a draft again": lambda: save("dress-0", "coats", published=False),
    "a draft again, on the front page": lambda: save("dress-29", "dresses", published=False),
    "a new product": lambda: save("dress-new", "coats"),
    "fewer left": lambda: take(7),
    "none left": lambda: take(9),
    "a hold": lambda: services.hold(uuid4(), {first().pk: 9}, clock.now()),
    "a collection": lambda: services.save_collection("summer", "High summer", products=["dress-0", "dress-1"]),
    "an order in a collection": lambda: services.save_collection(
        "summer", "Summer", products=[f"dress-{number}" for number in reversed(range(26))]
    ),
    "more in a collection": lambda: services.add_to_collection("winter", "Winter", products=["dress-0"]),
    "a new collection": lambda: services.save_collection("spring", "Spring", products=["dress-0"], position=2),
    "a category": lambda: services.save_category("coats", "Coats and more"),
    "a shop": lambda: services.set_up_shop("Calladream", currency="EUR", country="DE", locale="de"),
    "delivery": lambda: checkout.save_shipping_method("Parcel", price_minor=390, days_min=1, days_max=2),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_touches_every_page_that_it_makes_another(store: PageStore, change: str) -> None:
    before = keys_and_bodies(store)
    touched()
    CHANGES[change]()
    told = touched()
    selectors.forget()
    after = keys_and_bodies(store)
    changed = {page for page in before if page in after and before[page][1] != after[page][1]}
    gone = set(before) - set(after)
    assert changed | gone, "nothing changed: this change shows nowhere, and proves nothing"
    assert not {page for page in changed | gone if not before[page][0] & told}


@pytest.mark.parametrize(("change", "stay"), [
    ("a price", ["/", "/collections", "/collections/winter", "/products/dress-1", "/privacy", "/privacy/proof"]),
    ("none left", ["/", "/collections/winter", "/products/dress-1", "/collections"]),
    ("fewer left", ["/", "/collections/winter", "/collections/summer", "/products/dress-1", "/collections"]),
    ("a new product", ["/collections/winter", "/collections/summer", "/products/dress-1", "/privacy"]),
    ("an order in a collection", ["/privacy", "/collections/winter"]),
    ("delivery", ["/", "/collections", "/collections/summer"]),
])  # fmt: skip
def test_a_page_that_does_not_show_it_stays(store: PageStore, change: str, stay: list[str]) -> None:
    before = keys_and_bodies(store)
    touched()
    CHANGES[change]()
    told = touched()
    assert not {path: before[path, ""][0] & told for path in stay if before[path, ""][0] & told}


def test_a_number_that_is_not_shown_touches_nothing(store: PageStore) -> None:
    touched()
    Stock.objects.filter(variant=first()).update(on_hand=5000)
    assert touched() == set()


def test_the_shop_is_not_remembered_beyond_a_change(store: PageStore) -> None:
    """What a process remembers for a second must not get into a page that is kept for good."""
    Visit(store, "/products/dress-0")
    services.set_up_shop("Calladream", currency="EUR", country="DE", locale="de")
    selectors.shop()
    store.memory.touch(touched())
    assert "89,00" in Visit(store, "/products/dress-0").body.decode()


@pytest.mark.parametrize(("path", "query"), [
    ("/collections/summer", "page=99"), ("/products/dress-0", "variant=999999999"),
    ("/products/dress-0", "like=77777777"), ("/collections/none", ""), ("/products/none", ""),
    ("/privacy/history/7", ""), ("/privacy/history/x", ""),
])  # fmt: skip
def test_an_address_of_nothing_fills_no_memory(store: PageStore, path: str, query: str) -> None:
    Visit(store, path, query)
    assert len(store.memory) == 0


def test_a_policy_page_belongs_to_its_version(store: PageStore) -> None:
    Visit(store, "/privacy")
    assert {name[0] for name in store.memory._pages} == {variant_at(clock.now())} == {"1-en"}
    assert Decimal(len(store.memory)) == 1
