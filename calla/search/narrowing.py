"""Which products meet a question's filters, and how many each further choice would leave."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from calla.search.cards import CATEGORY, COLOUR, MATERIAL, PRICE, SIZE
from calla.search.index import Facet, Index, Value
from calla.search.types import FacetValue, FacetView

RANGE = re.compile(r"(\d{1,13})-(\d{0,13})")
LETTER_SIZES = {size: rank for rank, size in enumerate(("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"))}
NUMBER = re.compile(r"\d+")
ORDER = (CATEGORY, SIZE, COLOUR, PRICE, MATERIAL)
STEPS = (10, 15, 20, 25, 30, 40, 50, 60, 75, 80)  # of each power of ten, where a band of prices may end
MOST_BANDS = 5


class Narrowed:
    """A scope and the filters on it. `but` leaves one facet out: by that its own values are counted."""

    def __init__(self, index: Index, scope: int, filters: Mapping[str, frozenset[str]]) -> None:
        self.index, self.scope, self.filters = index, scope, filters
        self._own: dict[str, int] = {}
        self._layers: dict[str, list[int]] = {}
        for name, wanted in filters.items():
            facet = index.facets.get(name)
            values = _values(facet, wanted)
            if name == PRICE:
                self._own[name] = _any(priced(index, text) for text in wanted)
            elif facet is not None and facet.by_variant:
                self._layers[name] = _layers(values, len(index.layers))
            else:
                self._own[name] = _any(value.whole for value in values)

    def found(self, but: str = "") -> int:
        """The products that meet all filters but this one; a variant chosen by its own values must be in stock."""
        layers = self.layers(but)
        return self.of_products(but) if layers is None else _any(layers)

    def of_products(self, but: str = "") -> int:
        met = self.scope
        for name, own in self._own.items():
            if name != but:
                met &= own
        return met

    def layers(self, but: str = "") -> list[int] | None:
        """What meets the filters, layer by layer; None when no filter asks for a variant."""
        chosen = [layers for name, layers in self._layers.items() if name != but]
        if not chosen:
            return None
        met = self.of_products(but)
        found = [met & layer.stock for layer in self.index.layers]
        for layers in chosen:
            found = [one & other for one, other in zip(found, layers, strict=True)]
        return found

    def facets(self) -> tuple[FacetView, ...]:
        """Every value in the scope; each counts with all filters but those of its own facet."""
        narrowed = {name: self._basis(name) for name in {"", *self.filters}}
        found = []
        for name in sorted(self.index.facets, key=_rank):
            facet = self.index.facets[name]
            layers, met = narrowed.get(name, narrowed[""])
            chosen = self.filters.get(name, frozenset())
            values = [
                FacetValue(key, value.label, value.swatch, count, key in chosen)
                for key, value in facet.values.items()
                if (count := self._count(facet, value, layers, met)) or key in chosen or value.whole & self.scope
            ]
            if values:
                values.sort(key=lambda one, facet=facet: _place(one.value, facet.values[one.value].place))  # type: ignore[misc]
                found.append(FacetView(name, facet.title, tuple(values)))
        found += self._bands(narrowed.get(PRICE, narrowed[""]))
        return tuple(sorted(found, key=lambda one: _rank(one.name)))

    def _basis(self, but: str) -> tuple[list[int] | None, int]:
        layers = self.layers(but)
        return layers, self.of_products(but) if layers is None else _any(layers)

    def _count(self, facet: Facet, value: Value, layers: list[int] | None, met: int) -> int:
        if facet.by_variant and layers is not None:
            return _any(one & own for one, own in zip(layers, value.layers, strict=False)).bit_count()
        return ((self.index.buyable(value) if facet.by_variant else value.whole) & met).bit_count()

    def _bands(self, basis: tuple[list[int] | None, int]) -> list[FacetView]:
        chosen = self.filters.get(PRICE, frozenset())
        texts = [*bands(self.index), *(text for text in chosen if RANGE.fullmatch(text))]
        values = [
            FacetValue(text, "", "", (held & basis[1]).bit_count(), text in chosen)
            for text in sorted(dict.fromkeys(texts), key=lambda text: int(text.split("-")[0]))
            if (held := priced(self.index, text)) & self.scope or text in chosen
        ]
        return [FacetView(PRICE, "Price", tuple(values))] if values else []


def priced(index: Index, text: str) -> int:
    """The products within `"5000-10000"`, in minor units and without its end; kept until a product changes."""
    found = RANGE.fullmatch(text)
    if not found:
        return 0
    key = (len(index), text)
    if key not in index.bands:
        if len(index.bands) > 100:
            index.bands.clear()
        index.bands[key] = index.within(int(found[1]), int(found[2]) if found[2] else None)
    return index.bands[key]


def bands(index: Index) -> list[str]:
    """Bands that hold about as many each, ending at round prices."""
    prices = index.by_price
    if not prices:
        return []
    ends = sorted({_round(index.prices[prices[len(prices) * n // MOST_BANDS]]) for n in range(1, MOST_BANDS)} - {0})
    starts = [0, *ends]
    return [f"{start}-{end}" for start, end in zip(starts, [*map(str, ends), ""], strict=True)]


def _round(price: int) -> int:
    """The nearest round price."""
    power = int(10 ** max(len(str(price)) - 2, 0))
    steps: list[int] = [step * power for step in (*STEPS, 100)]
    return min(steps, key=lambda step: abs(step - price))


def _values(facet: Facet | None, wanted: Iterable[str]) -> list[Value]:
    return [facet.values[value] for value in wanted if value in facet.values] if facet else []


def _layers(values: Iterable[Value], depth: int) -> list[int]:
    found = [0] * depth
    for value in values:
        for place, own in enumerate(value.layers):
            found[place] |= own
    return found


def _any(sets: Iterable[int]) -> int:
    found = 0
    for one in sets:
        found |= one
    return found


def _rank(name: str) -> tuple[int, str]:
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


def _place(value: str, position: int) -> tuple[int, int, str]:
    """Sizes by size, numbers by number, the rest as it was placed and then by name."""
    if value in LETTER_SIZES:
        return 0, LETTER_SIZES[value], value
    if number := NUMBER.match(value):
        return 1, int(number[0][:9]), value
    return 2, position, value
