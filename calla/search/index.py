"""All that can be found, in the memory of one process.

Every product has a number, and for each value of each facet there is a set of numbers. A variant counts in the layer of
its place among the variants of its product, so that colour and size must be met by the same one. A product that changed
gets a new number and the old one is no longer `live`; when too many are not, the index is better made anew.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left, insort
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

from calla.search import bits, cards
from calla.search.bits import Order
from calla.search.folding import fold
from calla.search.vocabulary import Vocabulary

UNPLACED = 10**9


@dataclass(slots=True)
class Value:
    """`layers` has a set for each layer; values of the product itself have the `whole` alone."""

    label: str
    swatch: str
    place: int
    whole: int = 0
    layers: list[int] = field(default_factory=list)
    buyable: int | None = None  # kept until stock or a product changes


@dataclass(slots=True)
class Facet:
    title: str
    by_variant: bool
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True)
class Layer:
    """The variants that come at this place: their ids by the number of their product, and which can be bought."""

    variants: array[int] = field(default_factory=lambda: array("q"))
    stock: int = 0


class Index:
    def __init__(self) -> None:
        self.live = 0
        self.ids, self.prices, self.created = array("q"), array("q"), array("d")
        self.numbers: dict[int, int] = {}
        self.layers: list[Layer] = []
        self.facets: dict[str, Facet] = {}
        self.collections: dict[str, dict[int, int]] = {}
        self.collected: dict[str, int] = {}
        self._in_order: dict[str, list[int]] = {}
        self.titles: dict[str, list[int]] = {}
        self.skus: dict[str, int] = {}
        self.vocabulary = Vocabulary()
        self.by_price: list[int] = []
        self.by_age: list[int] = []
        self.by_favour: list[int] = []
        self.favour = array("q")
        self.coming: list[tuple[float, int]] = []
        self.bands: dict[tuple[int, str], int] = {}  # kept by whoever narrows
        self._waiting: dict[tuple[str, str], dict[int, list[int]]] | None = None
        self._known: dict[tuple[Any, ...], tuple[str, str]] = {}

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def worn(self) -> bool:
        return len(self.ids) > 1000 + 2 * len(self.numbers)

    def fill(self, found: Iterable[tuple[int, str]], sold_out: Container[int]) -> None:
        """Take many at once; cheaper than one by one."""
        self._waiting = {}
        for product, entry in found:
            self.put(product, entry, sold_out)
        self._settle()

    def put(self, product: int, entry: str, sold_out: Container[int]) -> None:
        """Know the product as its card tells it; without an entry it is gone."""
        self.drop(product)
        if not entry:
            return
        told, number = json.loads(entry), len(self.ids)
        self.numbers[product] = number
        self.ids.append(product)
        self.prices.append(told["price"])
        self.created.append(told["created"])
        self.favour.append(min(told["in"].values(), default=UNPLACED))
        heappush(self.coming, (told["published"], number))
        self._place(number, told)
        for value in told["own"]:
            self._note(number, self._value(value, by_variant=False), ())
        self._take_variants(number, told, sold_out)
        self.vocabulary.add(number, [found.split() for found in told["words"]])

    def drop(self, product: int) -> None:
        number = self.numbers.pop(product, None)
        if number is not None:
            self.live &= ~(1 << number)
            for order, key in self._orders_of(number):
                del order[bisect_left(order, key(number), key=key)]
            for places in self.collections.values():
                places.pop(number, None)

    def wake(self, now: float) -> None:
        """What was to be published by now is live."""
        due = []
        while self.coming and self.coming[0][0] <= now:
            due.append(heappop(self.coming)[1])
        current = [number for number in due if self.numbers.get(self.ids[number]) == number]
        if current:
            self.live |= bits.of(current, len(self))

    def turn(self, product: int, variant: int, buyable: bool) -> None:
        """The variant can be bought again, or no longer."""
        number = self.numbers.get(product, len(self))
        for layer in self.layers:
            if number < len(layer.variants) and layer.variants[number] == variant:
                was = layer.stock >> number & 1
                if was != buyable:
                    layer.stock ^= 1 << number
                    self.forget_stock()
                return

    def forget_stock(self) -> None:
        for facet in self.facets.values():
            for value in facet.values.values():
                value.buyable = None

    def buyable(self, value: Value) -> int:
        """Who has it in stock; of values of the product itself, who has it."""
        if value.buyable is None:
            value.buyable = 0 if value.layers else value.whole
            for layer, own in zip(self.layers, value.layers, strict=False):
                value.buyable |= layer.stock & own
        return value.buyable

    def in_stock(self, number: int) -> bool:
        return any(layer.stock >> number & 1 for layer in self.layers)

    def price_key(self, number: int) -> tuple[int, int]:
        return self.prices[number], -self.ids[number]

    def age_key(self, number: int) -> tuple[float, int]:
        return -self.created[number], -self.ids[number]

    def priced(self, *, back: bool = False) -> Order:
        return Order(self.by_price, self.price_key, len(self), back)

    def favoured(self) -> Order:
        """What stands first in a collection comes first, so that a list of everything is a mixture; then the newest."""
        return Order(self.by_favour, self.favour_key, len(self))

    def favour_key(self, number: int) -> tuple[int, float, int]:
        return self.favour[number], *self.age_key(number)

    def aged(self) -> Order:
        """The newest first."""
        return Order(self.by_age, self.age_key, len(self))

    def placed(self, handle: str) -> Order:
        """A collection in the merchant's order."""
        key = self._place_key(handle)
        if handle not in self._in_order:
            self._in_order[handle] = sorted(self.collections.get(handle, ()), key=key)
        return Order(self._in_order[handle], key, len(self))

    def _place_key(self, handle: str) -> Callable[[int], tuple[int, int]]:
        places = self.collections.get(handle, {})
        return lambda number: (places[number], -self.ids[number])

    def within(self, low: int, high: int | None) -> int:
        """The set of those that cost at least `low` and less than `high`."""
        start = bisect_left(self.by_price, low, key=self.prices.__getitem__)
        end = len(self.by_price) if high is None else bisect_left(self.by_price, high, key=self.prices.__getitem__)
        return bits.of(self.by_price[start:end], len(self))

    def _orders(self) -> tuple[tuple[list[int], Callable[[int], Any]], ...]:
        return (self.by_price, self.price_key), (self.by_age, self.age_key), (self.by_favour, self.favour_key)

    def _orders_of(self, number: int) -> Iterator[tuple[list[int], Callable[[int], Any]]]:
        yield from self._orders()
        for handle, order in self._in_order.items():
            if number in self.collections.get(handle, ()):
                yield order, self._place_key(handle)

    def _place(self, number: int, told: dict[str, Any]) -> None:
        self.titles.setdefault(fold(told["title"]).strip(), []).append(number)
        self.skus.update(dict.fromkeys(told["skus"], number))
        for handle, position in told["in"].items():
            self.collections.setdefault(handle, {})[number] = position
            if self._waiting is None:
                self.collected[handle] = self.collected.get(handle, 0) | 1 << number
        if self._waiting is None:
            for order, key in self._orders_of(number):
                insort(order, number, key=key)

    def _take_variants(self, number: int, told: dict[str, Any], sold_out: Container[int]) -> None:
        names = [self._value(value, by_variant=True) for value in told["facets"]]
        at: dict[tuple[str, str], list[int]] = {}
        for place, (variant, *facets) in enumerate(told["variants"]):
            if place == len(self.layers):
                self.layers.append(Layer())
            layer = self.layers[place]
            layer.variants.extend([0] * (number - len(layer.variants)))
            layer.variants.append(variant)
            if variant not in sold_out:
                self._stock(place, number)
            for facet in facets:
                at.setdefault(names[facet], []).append(place)
        for name, places in at.items():
            self._note(number, name, places)

    def _value(self, told: list[Any], *, by_variant: bool) -> tuple[str, str]:
        """Facet and value by what stands in the address for them."""
        title, label, swatch, place, *other = told
        key = (title, label, by_variant)
        if key not in self._known:
            name, value = cards.name_of(title), other[0] if other else fold(label)[:300]
            if name in self.facets and self.facets[name].by_variant != by_variant:
                name = f"{name}-too"  # an option of one product, and a fact of another
            known = self.facets.setdefault(name, Facet(cards.TITLES.get(name, title), by_variant))
            known.values.setdefault(value, Value(label, swatch, place))
            self._known[key] = (name, value)
        return self._known[key]

    def _stock(self, place: int, number: int) -> None:
        if self._waiting is None:
            self.layers[place].stock |= 1 << number
        else:
            self._waiting.setdefault(("", ""), {}).setdefault(place, []).append(number)

    def _note(self, number: int, name: tuple[str, str], places: Iterable[int]) -> None:
        if self._waiting is not None:
            waiting = self._waiting.setdefault(name, {})
            waiting.setdefault(-1, []).append(number)
            for place in places:
                waiting.setdefault(place, []).append(number)
            return
        value = self.facets[name[0]].values[name[1]]
        value.whole |= 1 << number
        for place in places:
            value.layers.extend([0] * (place + 1 - len(value.layers)))
            value.layers[place] |= 1 << number
        value.buyable = None

    def _settle(self) -> None:
        """Make the sets of all that was taken at once."""
        assert self._waiting is not None
        size = len(self)
        for place, numbers in self._waiting.pop(("", ""), {}).items():
            self.layers[place].stock |= bits.of(numbers, size)
        for (name, value), places in self._waiting.items():
            known = self.facets[name].values[value]
            known.whole |= bits.of(places.pop(-1), size)
            known.layers.extend([0] * (max(places, default=-1) + 1 - len(known.layers)))
            for place, numbers in places.items():
                known.layers[place] |= bits.of(numbers, size)
            known.buyable = None
        self._waiting = None
        self.collected = {handle: bits.of(numbers, size) for handle, numbers in self.collections.items()}
        for order, key in self._orders():
            order[:] = sorted(range(size), key=key)
