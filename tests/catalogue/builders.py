"""Drafts that name the case alone."""

from __future__ import annotations

from typing import Any

from calla.catalogue import services
from calla.catalogue.types import OptionDraft, ProductDraft, ValueDraft, VariantDraft
from calla.privacy.types import SYSTEM

COLOURS = {"Ink": "#1d2433", "Rose": "#c98b8b", "Moss": "#556b4a"}


def a_draft(handle: str = "linen-dress", *, colours: tuple[str, ...] = ("Ink", "Rose"),
            sizes: tuple[str, ...] = ("36", "38"), price: int = 12900, stock: int = 2, **rest: Any) -> ProductDraft:
    options = (
        OptionDraft("Colour", tuple(ValueDraft(colour, COLOURS.get(colour, "")) for colour in colours)),
        OptionDraft("Size", tuple(ValueDraft(size) for size in sizes)),
    )
    variants = tuple(
        VariantDraft((colour, size), price, quantity=stock) for colour in colours for size in sizes
    )
    values = {"title": handle.replace("-", " ").title(), "options": options, "variants": variants} | rest
    return ProductDraft(handle=handle, **values)


def one_of(handle: str = "scarf", *, price: int = 2900, stock: int = 1, **rest: Any) -> ProductDraft:
    """A product without options."""
    return ProductDraft(handle, handle.title(), (VariantDraft((), price, quantity=stock, **rest),))


def save(*drafts: ProductDraft) -> list[services.Saved]:
    return [services.save_product(draft, by=SYSTEM) for draft in drafts]
