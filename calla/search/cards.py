"""How a product becomes a card: what the index has to know of it, and its tile as lists show it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from calla.catalogue.types import Document, DocumentVariant, Fact
from calla.search import colours
from calla.search.folding import fold, words

CATEGORY, COLOUR, MATERIAL, PRICE, SIZE = "category", "colour", "material", "price", "size"
TITLES = {CATEGORY: "Category", COLOUR: "Colour", MATERIAL: "Material"}
SIZES = frozenset({"grosse", "size", "sizes"})
TAGGED = re.compile(r"([^\W\d_][\w -]{1,40}):\s*(\S.{0,80})")
LINING = re.compile(r"[;.]|\blin(?:ing|ed)\b|\btrim\b", re.IGNORECASE)
# What cloth is made of, as a filter names it, by the words that stand on labels; a little elastane is left out.
FIBRES = {
    "Cashmere": "cashmere", "Cotton": "cotton", "Hemp": "hemp", "Leather": "leather", "Linen": "linen",
    "Lyocell": "lyocell tencel", "Mohair": "mohair", "Polyamide": "polyamide nylon", "Polyester": "polyester",
    "Silk": "silk", "Viscose": "viscose rayon", "Wool": "wool merino",
}  # fmt: skip
NAMED = {name: fibre for fibre, names in FIBRES.items() for name in names.split()}
Value = list[Any]  # title of the facet, label, swatch, place among its values, and the value where the label is not it


def entry(document: Document) -> str:
    """Short names, since all the cards of a shop are read when a process begins."""
    assert document.published_at is not None
    facets: list[Value] = []
    bought = [[variant.id, *_placed(_values(variant), facets)] for variant in document.variants]
    return _packed({
        "handle": document.handle,
        "title": document.title,
        "published": document.published_at.timestamp(),
        "created": document.created_at.timestamp(),
        "price": min(variant.price_minor for variant in document.variants),
        "skus": [fold(variant.sku) for variant in document.variants if variant.sku],
        "in": dict(document.collections),
        "own": list(_own(document)),
        "facets": facets,
        "variants": bought,
        "words": [" ".join(found) for found in _words(document)],
    })  # fmt: skip


def tile(data: Mapping[str, Any]) -> str:
    """The tile as the catalogue gave it; each colour with its family, and shown by it where it has no swatch."""
    swatches = []
    for one in data["swatches"]:
        family = _family(one["option"], one["value"], one["swatch"])
        swatches.append({**one, "family": fold(family), "swatch": one["swatch"] or colours.FAMILIES.get(family, "")})
    return _packed({**data, "swatches": swatches})


def name_of(title: str) -> str:
    """What stands in the address for an option: the same for all the ways to write colour and size."""
    plain = "-".join(fold(title).split())[:60]
    return COLOUR if plain in colours.OPTIONS else SIZE if plain in SIZES else plain


def _packed(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _placed(values: Iterator[Value], among: list[Value]) -> Iterator[int]:
    for value in values:
        if value not in among:
            among.append(value)
        yield among.index(value)


def _values(variant: DocumentVariant) -> Iterator[Value]:
    for one in variant.values:
        if family := _family(one.option, one.value, one.swatch):
            yield [TITLES[COLOUR], family, colours.FAMILIES[family], colours.PLACES[family]]
        else:
            yield [one.option, one.value, one.swatch, one.position]


def _family(option: str, value: str, swatch: str) -> str:
    return colours.family(value, swatch) if name_of(option) == COLOUR else ""


def _own(document: Document) -> Iterator[Value]:
    """What all variants have in common: the categories, what the cloth is made of, tags such as `fit:relaxed`."""
    for depth, (handle, title) in enumerate(document.categories):
        yield [TITLES[CATEGORY], title, "", depth, handle]
    outer = LINING.split(document.facts.get(Fact.MATERIAL, ""))[0]
    for fibre in dict.fromkeys(NAMED[word] for word in words(outer) if word in NAMED):
        yield [TITLES[MATERIAL], fibre, "", 0]
    for tag in document.tags:
        if (found := TAGGED.fullmatch(tag)) and name_of(found[1]) not in TITLES:
            yield [found[1].strip().capitalize(), found[2].strip().capitalize(), "", 0]


def _words(document: Document) -> tuple[list[str], list[str], list[str]]:
    """The words of the title, those near to it, and the others, each where it counts most."""
    near = [document.made_by, *document.tags, *(title for _, title in document.categories)]
    near += [variant.sku for variant in document.variants]
    for variant in document.variants:
        for value in variant.values:
            near += [value.option, value.value, _family(value.option, value.value, value.swatch)]
    near.append(document.facts.get(Fact.MATERIAL, ""))
    first = words(document.title)
    second = [word for word in words(" ".join(dict.fromkeys(near))) if word not in first]
    told = f"{document.text} {document.facts.get(Fact.FIT, '')} {document.facts.get(Fact.ORIGIN, '')}"
    known = {*first, *second}
    return first, second, [word for word in words(told) if word not in known]
