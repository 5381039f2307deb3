"""A list of pieces as its page shows it: what it was narrowed by, what it can be narrowed by, and the ways through it.

Everything asked stands in the address: back, reload and a shared link show the same list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from calla.catalogue.selectors import shop
from calla.catalogue.types import Sort
from calla.kernel import pagestore
from calla.kernel.money import Money
from calla.privacy.card_numbers import masked
from calla.search.types import FacetValue, FacetView, Query, Relief, Result
from calla.storefront import shown
from calla.storefront.frame import Way

MOST_LETTERS = 100
MOST_FILTERS = 12
OWN = frozenset({"q", "sort", "page", "cart"})
# Open from the start; the others when something in them is chosen.
SHOWN_AT_ONCE = 8
OPEN = frozenset({"category", "colour", "size"})
RANGE = re.compile(r"(\d{1,13})-(\d{0,13})")


@dataclass(frozen=True, slots=True)
class List:
    """`address` is that of the list as it is before anything is asked."""

    address: str
    way: Way
    query: Query
    found: Result

    def link(
        self, *, filters: Mapping[str, frozenset[str]] | None = None, text: str | None = None, page: int = 1
    ) -> str:
        """The address of the same list, with other filters, another text, or at another page."""
        text = self.found.text if text is None else text
        asked = [("q", text)] if text else []
        for name, values in sorted((self.found.filters if filters is None else filters).items()):
            asked += [(name, value) for value in sorted(values)]
        asked += [("sort", self.query.sort.value)] if self.query.sort is not Sort.RECOMMENDED else []
        asked += [("page", str(page))] if page > 1 else []
        return self.way.to(self.address + (f"?{urlencode(asked)}" if asked else ""))

    def without(self, name: str, value: str = "") -> str:
        """The address of the same list without this filter, or without one value of it."""
        rest = self.found.filters[name] - {value} if value else frozenset()
        others = {other: values for other, values in self.found.filters.items() if other != name}
        return self.link(filters={**others, name: rest} if rest else others)


def query_of(request: HttpRequest, **rest: Any) -> Query:
    """What the address asks, cut down to a sensible size; what it cannot mean is left out."""
    names = [name for name in request.GET if name not in OWN and len(name) <= 60][:MOST_FILTERS]
    filters = {
        name: frozenset(value[:120].replace("\0", "") for value in request.GET.getlist(name)[:50] if value)
        for name in names
    }
    return Query(
        filters={name: values for name, values in filters.items() if values},
        sort=_sort_of(request),
        page=_number_of(request, "page"),
        **rest,
    )


def text_of(request: HttpRequest) -> str:
    return masked(request.GET.get("q", "").replace("\0", " ").strip())[:MOST_LETTERS]


def _sort_of(request: HttpRequest) -> Sort:
    asked = request.GET.get("sort", "")
    return Sort(asked) if asked in {sort.value for sort in Sort} else Sort.RECOMMENDED


def _number_of(request: HttpRequest, name: str) -> int:
    """A small whole number of the address, else 1: a mistyped page number is no reason for an error."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 6 else 1


def content(listed: List) -> dict[str, Any]:
    """What `listing_parts.html` places."""
    query, found = listed.query, listed.found
    if not found.complete or query.page != found.page:
        pagestore.decline()
    seen = min(found.page * query.size, found.total)
    return {
        "address": listed.address,
        "text": found.text,
        "count": shown.pieces(found.total),
        "show": f"Show {shown.pieces(found.total)}" if found.total else "Nothing fits",
        "seen": f"{seen} of {shown.pieces(found.total)}" if found.pages > 1 else "",
        "share": f"{seen * 100 / found.total:.1f}" if found.total else "0",
        "tiles": shown.tiles(found.hits, listed.way, eager=4 if found.page == 1 else 2),
        "hidden": _hidden(listed),
        "facets": [_facet(facet) for facet in found.facets if _helps(facet, found)],
        "chips": _chips(listed),
        "clear": listed.link(filters={}),
        "sorts": shown.sorts(query.sort),
        "pages": shown.pages(found.page, found.pages, lambda number: listed.link(page=number)),
        "numbers": _numbers(listed),
        "reliefs": [_relief(listed, one) for one in found.reliefs[:4]],
    }


def _hidden(listed: List) -> list[dict[str, str]]:
    asked = [("q", listed.found.text)] if listed.found.text else []
    asked += [("cart", listed.way.cart)] if listed.way.cart else []
    return [{"name": name, "value": value} for name, value in asked]


def _helps(facet: FacetView, found: Result) -> bool:
    """A facet with one value tells nothing apart; one that was used stays, to be taken back."""
    return facet.name in found.filters or len(facet.values) > 1


def _facet(facet: FacetView) -> dict[str, Any]:
    values = [_value(facet.name, value) for value in facet.values]
    chosen = [value["label"] for value in values if value["chosen"]]
    cut = SHOWN_AT_ONCE if len(values) > SHOWN_AT_ONCE + 3 and facet.name != "size" else len(values)
    return {
        "name": facet.name,
        "title": facet.title,
        "kind": {"size": "sizes", "colour": "colours"}.get(facet.name, "rows"),
        "open": bool(chosen) or facet.name in OPEN,
        "chosen": ", ".join(chosen),
        "first": values[:cut],
        "rest": values[cut:],
        "deep": any(value["chosen"] for value in values[cut:]),
    }


def _value(facet: str, value: FacetValue) -> dict[str, Any]:
    return {
        "value": value.value,
        "label": label(facet, value.value, value.label),
        "colour": value.swatch,
        "many": facet == "colour" and not value.swatch,
        "count": value.count,
        "chosen": value.chosen,
        "none": value.count == 0 and not value.chosen,
    }


def label(facet: str, value: str, known: str) -> str:
    """A price as a range of money, anything else by its own name."""
    span = RANGE.fullmatch(value) if facet == "price" else None
    if span is None:
        return known or value
    low, high = (_round_price(int(end)) if end else "" for end in span.groups())
    if not int(span[1]):
        return f"Under {high}" if high else "Any price"
    return f"{low} to {high}" if high else f"{low} and more"


def _round_price(minor: int) -> str:
    return re.sub(r"[.,]00(?!\d)", "", shown.price(Money(minor, shop().currency)))


def _labels(found: Result) -> dict[tuple[str, str], str]:
    return {
        (facet.name, value.value): label(facet.name, value.value, value.label)
        for facet in found.facets
        if facet.name in found.filters
        for value in facet.values
    }


def _chips(listed: List) -> list[dict[str, str]]:
    """Each chosen filter with the address of the list without it."""
    filters = listed.found.filters
    labels = _labels(listed.found) if filters else {}
    titles = {facet.name: facet.title for facet in listed.found.facets}
    return [
        {
            "title": titles.get(name, name.capitalize()),
            "label": labels.get((name, value)) or label(name, value, ""),
            "href": listed.without(name, value),
        }
        for name in sorted(filters)
        for value in sorted(filters[name])
    ]


def _relief(listed: List, relief: Relief) -> dict[str, str]:
    if relief.word:
        rest = " ".join(word for word in listed.found.text.split() if word.casefold() not in relief.word.split())
        left_out, href = f"“{relief.word}”", listed.link(text=rest)
    else:
        labels = _labels(listed.found)
        values = sorted(listed.found.filters[relief.name])
        left_out = ", ".join(labels.get((relief.name, value)) or label(relief.name, value, "") for value in values)
        href = listed.without(relief.name)
    return {"label": left_out, "count": shown.pieces(relief.total), "href": href}


def _numbers(listed: List) -> list[dict[str, Any]]:
    """The first and last page and those around this one; 0 stands for what is left out between."""
    here, all = listed.found.page, listed.found.pages
    near = sorted({1, all, *(number for number in range(here - 1, here + 2) if 1 <= number <= all)})
    found: list[int] = []
    for number in near:
        if found and number - found[-1] > 1:
            found.append(0)
        found.append(number)
    return [
        {"number": number, "here": number == here, "href": listed.link(page=number) if number else ""}
        for number in (found if all > 1 else [])
    ]
