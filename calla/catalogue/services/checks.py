"""What makes a product: checked before anything is written, with messages that say what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from calla.catalogue.errors import Refused
from calla.catalogue.html import UNPRINTABLE
from calla.catalogue.services.shop import is_handle
from calla.catalogue.types import ProductDraft, VariantDraft

MOST_MINOR = 10**9  # ten million in a currency with cents: more is a slip of the hand
MOST_PIECES = 10**6
SWATCH = re.compile(r"#[0-9a-f]{6}|")
LENGTHS = {
    "title": 255,
    "made_by": 120,
    "seo_title": 255,
    "sku": 80,
    "barcode": 80,
    "value": 120,
    "option": 60,
    "tag": 255,
    "fact": 600,
}


def check(draft: ProductDraft) -> None:
    """Raises Refused with the first thing that is wrong."""
    for problem in problems(draft):
        raise Refused(problem)


def problems(draft: ProductDraft) -> Iterator[str]:
    if not is_handle(draft.handle):
        yield f"“{draft.handle[:80]}” is no handle. Use lower-case letters and digits with hyphens between them."
    if not draft.title.strip():
        yield "The title is missing."
    if not draft.variants:
        yield "There is nothing to buy: a product needs at least one variant."
    for name, text in _texts(draft):
        if len(text) > LENGTHS[name]:
            yield f"The {name.replace('_', ' ')} “{text[:40]}…” is longer than {LENGTHS[name]} characters."
        if UNPRINTABLE.search(text):
            yield f"The {name.replace('_', ' ')} holds characters that cannot be printed. Type it anew."
    for option in draft.options:
        for value in option.values:
            if not SWATCH.fullmatch(value.swatch):
                yield f"“{value.swatch}” is no colour of a swatch. Write it like #1f3b2d."
    told = [name for name, _ in draft.facts]
    if twice := {name for name in told if told.count(name) > 1}:
        yield f"The fact “{min(twice)}” is told twice. Put both into one."
    titles: set[str] = set()
    for variant in draft.variants:
        yield from _variant_problems(draft, variant, titles)
        titles.add(variant.title)


def _texts(draft: ProductDraft) -> Iterator[tuple[str, str]]:
    yield from (("title", draft.title), ("made_by", draft.made_by), ("seo_title", draft.seo_title))
    yield from (("tag", tag) for tag in draft.tags)
    yield from (("fact", text) for _, text in draft.facts)
    for option in draft.options:
        yield "option", option.name
        yield from (("value", value.value) for value in option.values)
    for variant in draft.variants:
        yield from (("sku", variant.sku), ("barcode", variant.barcode))


def _variant_problems(draft: ProductDraft, variant: VariantDraft, titles: set[str]) -> Iterator[str]:
    name = f"“{variant.title}”" if variant.title else "the variant"
    if len(variant.values) != len(draft.options):
        yield f"{name} must name one value for each of {len(draft.options)} options."
    for option, value in zip(draft.options, variant.values, strict=False):
        if value not in {known.value for known in option.values}:
            yield f"{name} names a {option.name} that the product has not."
    if variant.title in titles:
        yield f"{name} is there twice. Each choice of options is one variant."
    if not 0 <= variant.price_minor <= MOST_MINOR:
        yield f"The price of {name} is out of bounds: it is not negative and not more than ten million."
    if variant.compare_at_minor is not None and not variant.price_minor < variant.compare_at_minor <= MOST_MINOR:
        yield f"The price of {name} is not lower than the one it is compared with. Leave that one out."
    if not 0 <= variant.quantity <= MOST_PIECES or not 0 <= variant.weight_grams <= MOST_PIECES:
        yield f"Quantity and weight of {name} are whole numbers from 0 to a million."
