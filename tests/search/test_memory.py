"""The index against a plain walk through all products: whatever is filtered, changed or sold out, both say the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calla.catalogue.types import Sort
from calla.search.memory import Memory
from calla.search.types import Query

COLOURS, SIZES, CLOTHS = ("Blue", "Red", "Green"), ("36", "38", "40"), ("Linen", "Silk")
WORDS = ("linen", "silken", "dress", "gown")


@dataclass(frozen=True)
class Piece:
    """`variants` are colour, size and whether it can be bought; `cloth` belongs to the piece as a whole; `place` is its
    place in a collection."""

    id: int
    price: int
    words: tuple[str, ...]
    cloth: str
    variants: tuple[tuple[str, str, bool], ...]
    place: int | None = None

    def entry(self) -> str:
        facets = [["Colour", one, "", 0] for one in COLOURS] + [["Size", one, "", 0] for one in SIZES]
        variants = [
            [10 * self.id + place, COLOURS.index(colour), len(COLOURS) + SIZES.index(size)]
            for place, (colour, size, _) in enumerate(self.variants)
        ]
        told: dict[str, Any] = {
            "handle": f"piece-{self.id}", "title": " ".join(self.words), "published": 0.0, "created": float(self.id),
            "price": self.price, "skus": [f"sku-{self.id}"], "in": {} if self.place is None else {"all": self.place},
            "own": [["Material", self.cloth, "", 0]],
            "facets": facets, "variants": variants, "words": [" ".join(self.words), "", ""],
        }  # fmt: skip
        return json.dumps(told)

    @property
    def gone(self) -> set[int]:
        return {10 * self.id + place for place, (*_, there) in enumerate(self.variants) if not there}

    def meets(self, filters: Mapping[str, frozenset[str]]) -> bool:
        if "material" in filters and self.cloth.lower() not in filters["material"]:
            return False
        if "price" in filters and not any(_within(self.price, band) for band in filters["price"]):
            return False
        if not {"colour", "size"} & filters.keys():
            return True
        return any(
            there
            and colour.lower() in filters.get("colour", {colour.lower()})
            and size in filters.get("size", {size})
            for colour, size, there in self.variants
        )


def _within(price: int, band: str) -> bool:
    low, high = band.split("-")
    return int(low) <= price and (not high or price < int(high))


def pieces(number: int) -> st.SearchStrategy[Piece]:
    variant = st.tuples(st.sampled_from(COLOURS), st.sampled_from(SIZES), st.booleans())
    return st.builds(
        Piece,
        id=st.just(number),
        price=st.integers(1, 9).map(lambda tens: 1000 * tens),
        place=st.none() | st.integers(1, 9),
        words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True).map(tuple),
        cloth=st.sampled_from(CLOTHS),
        variants=st.lists(variant, min_size=1, max_size=4, unique_by=lambda one: one[:2]).map(tuple),
    )


shops = st.integers(1, 8).flatmap(lambda count: st.tuples(*(pieces(number) for number in range(1, count + 1))))
changes = st.lists(st.integers(1, 8).flatmap(pieces), max_size=4)
filters = st.fixed_dictionaries(
    {},
    optional={
        "colour": st.frozensets(st.sampled_from(["blue", "red", "green", "odd"]), min_size=1, max_size=2),
        "size": st.frozensets(st.sampled_from(SIZES), min_size=1, max_size=2),
        "material": st.frozensets(st.sampled_from(["linen", "silk"]), min_size=1, max_size=2),
        "price": st.frozensets(st.sampled_from(["0-3000", "3000-6000", "6000-"]), min_size=1, max_size=2),
    },
)


def walked(memory: Memory, shop: Mapping[int, Piece], asked: Mapping[str, frozenset[str]]) -> None:
    """Everything the index says of these filters, said again one by one."""
    hits = memory.find(Query(filters=asked, size=100, sort=Sort.PRICE_UP))
    met = [one for one in shop.values() if one.meets(asked)]
    assert list(hits.products) == [one.id for one in sorted(met, key=lambda one: (one.price, -one.id))]
    assert hits.total == len(met)
    in_pages(memory, met, asked)
    for one in met:
        assert hits.products[one.id] == any(there for *_, there in one.variants)
    for facet in hits.facets:
        others = {name: values for name, values in asked.items() if name != facet.name}
        for value in facet.values:
            alone = {**others, facet.name: frozenset({value.value})}
            assert value.count == sum(one.meets(alone) for one in shop.values()), (facet.name, value)
    for relief in hits.reliefs:
        rest = {name: values for name, values in asked.items() if name != relief.name}
        assert relief.total == sum(one.meets(rest) for one in shop.values())


def in_pages(memory: Memory, met: list[Piece], asked: Mapping[str, frozenset[str]]) -> None:
    """The same list page by page, from either end, and in a merchant's order."""
    dear = [one.id for one in sorted(met, key=lambda one: (-one.price, one.id))]
    placed = sorted((one.place, -one.id) for one in met if one.place is not None)
    by_place = [-number for _, number in placed]
    for query, meant in (
        (Query(filters=asked, sort=Sort.PRICE_DOWN, size=3), dear),
        (Query(filters=asked, collection="all", size=3), by_place),
    ):
        pages = [memory.find(replace(query, page=page)).products for page in range(1, -(-len(meant) // 3) + 1)]
        assert [one for page in pages for one in page] == meant


@settings(max_examples=150)
@given(shops, filters)
def test_counts_pages_and_reliefs_are_exact(shop: tuple[Piece, ...], asked: dict[str, frozenset[str]]) -> None:
    memory = Memory()
    memory.begin([(one.id, one.entry()) for one in shop], {gone for one in shop for gone in one.gone})
    walked(memory, {one.id: one for one in shop}, asked)


@settings(max_examples=150)
@given(shops, changes, filters, st.data())
def test_they_stay_exact_through_changes_sales_and_departures(
    shop: tuple[Piece, ...], changed: list[Piece], asked: dict[str, frozenset[str]], data: st.DataObject
) -> None:
    memory, now = Memory(), {one.id: one for one in shop}
    memory.begin([(one.id, one.entry()) for one in shop], {gone for one in shop for gone in one.gone})
    for one in changed:
        memory.take([(one.id, one.entry())], one.gone)
        now[one.id] = one
        memory.find(Query(filters=asked, collection=data.draw(st.sampled_from(["", "all"]))))
    sold = data.draw(st.sampled_from(sorted(now)))
    memory.turn({(sold, 10 * sold + place): False for place in range(len(now[sold].variants))})
    now[sold] = Piece(**{**_fields(now[sold]), "variants": tuple((*v[:2], False) for v in now[sold].variants)})
    gone = data.draw(st.sampled_from(sorted(now)))
    memory.take([(gone, "")], set())
    del now[gone]
    walked(memory, now, asked)


def _fields(one: Piece) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("id", "price", "place", "words", "cloth", "variants")}


@given(shops)
def test_one_slip_finds_what_the_right_word_finds(shop: tuple[Piece, ...]) -> None:
    memory = Memory()
    memory.begin([(one.id, one.entry()) for one in shop], set())
    for word in ("linen", "silken", "dress"):
        found = memory.find(Query(word, size=100)).products
        for at in range(len(word)):
            slip = word[:at] + "z" + word[at + 1 :]
            hits = memory.find(Query(slip, size=100))
            assert hits.products == found and hits.corrected == (word if found else "")


def test_pages_of_a_long_list_hold_each_piece_once_whatever_the_order() -> None:
    memory = Memory()
    shop = [Piece(n, 100 * (n % 37), ("dress",), "Silk", (("Blue", "36", True),)) for n in range(1, 5001)]
    memory.begin([(one.id, one.entry()) for one in shop], set())
    for sort in Sort:
        pages = [list(memory.find(Query(sort=sort, page=page, size=999)).products) for page in range(1, 7)]
        seen = [one for page in pages for one in page]
        assert len(seen) == 5000 == len(set(seen))
        few = list(memory.find(Query(sort=sort, size=24, filters={"price": frozenset({"0-3600"})})).products)
        assert few == [one for one in seen if 100 * (one % 37) < 3600][:24]


class Unwalked(list[int]):
    """An order that may not be walked from either end."""

    def __iter__(self) -> NoReturn:
        raise AssertionError("walked")

    __reversed__ = __iter__


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("asked_before", [True, False])
def test_a_page_far_into_a_whole_list_is_a_piece_of_its_order(sort: Sort, asked_before: bool) -> None:
    shop = [Piece(n, 1000, ("linen",), "Silk", (("Red", "38", True),), place=n % 7) for n in range(1, 91)]
    memory, query = Memory(), Query(collection="all", sort=sort, page=3)
    memory.begin([(one.id, one.entry()) for one in shop], set())
    if asked_before:
        memory.find(query)
    memory.take([(50, ""), (60, shop[59].entry())], set())
    index = memory.index
    index.by_price, index.by_age = Unwalked(index.by_price), Unwalked(index.by_age)
    index._in_order["all"] = Unwalked(index.placed("all").numbers)
    hits = memory.find(query)
    assert hits.total == 89 and len(hits.products) == 24
