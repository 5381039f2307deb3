"""A product with all that belongs to it, made or changed in one step; saying the same again changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from calla.catalogue import html
from calla.catalogue.errors import NoSuchVariant, Refused
from calla.catalogue.models import (
    Category,
    Option,
    OptionValue,
    Picture,
    PriceChange,
    Product,
    Stock,
    StockMovement,
    Variant,
    VariantValue,
)
from calla.catalogue.services.checks import MOST_MINOR, check
from calla.catalogue.services.pictures import save_pictures
from calla.catalogue.services.shop import touch
from calla.catalogue.types import ProductDraft, VariantDraft
from calla.kernel import clock, pagestore
from calla.kernel.money import Money
from calla.privacy.types import Actor

Values = Mapping[tuple[str, str], OptionValue]


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of a draft: a product that was `created`, one that `changed`, or neither."""

    product_id: int
    created: bool
    changed: bool
    new_variants: int
    withdrawn_variants: int


@transaction.atomic
def save_product(draft: ProductDraft, *, by: Actor, reason: str = "received") -> Saved:
    """Make the product, or bring the one with this handle to what the draft says.

    Stock is set for new variants alone, with a movement of that reason; of the others it is known better here. Raises
    Refused, and changes nothing, for a draft that is no product.
    """
    check(draft)
    _check_skus(draft)
    product, created, altered = _product(draft)
    pictures, redrawn = save_pictures(product, draft.pictures)
    values, renamed = _options(product, draft)
    new, repriced = _variants(product, draft, pictures, values)
    _fill_stock(new, by, reason)
    withdrawn = _withdraw(product, draft)
    changed = not created and any((altered, redrawn, renamed, repriced, new, withdrawn))
    if created or changed:
        touch(product.pk)
    return Saved(product.pk, created, changed, len(new), withdrawn)


@transaction.atomic
def set_price(variant_id: int, price: Money, *, compare_at: Money | None = None) -> None:
    """The price from now on; what it was stays on record."""
    variant = Variant.objects.select_for_update().filter(pk=variant_id).first()
    if variant is None:
        raise NoSuchVariant
    if not 0 <= price.minor <= MOST_MINOR:
        raise Refused("A price is not negative and not more than ten million.")
    if compare_at is not None and compare_at <= price:
        raise Refused("The price is not lower than the one it is compared with. Leave that one out.")
    before = variant.price_minor
    if _assign(variant, price_minor=price.minor, compare_at_minor=compare_at.minor if compare_at else None):
        variant.save(update_fields=["price_minor", "compare_at_minor"])
        touch(variant.product_id, price_alone=True)
    if price.minor != before:
        PriceChange.objects.create(variant=variant, price_minor=price.minor)


def _check_skus(draft: ProductDraft) -> None:
    skus = [variant.sku for variant in draft.variants if variant.sku]
    if twice := {sku for sku in skus if skus.count(sku) > 1}:
        raise Refused(f"The SKU “{min(twice)}” stands at two variants. Each has its own, or none.")
    others = Variant.objects.filter(sku__in=skus).exclude(product__handle=draft.handle)
    if taken := others.values_list("sku", "product__handle").first():
        raise Refused(f"The SKU “{taken[0]}” belongs to “{taken[1]}” already. Each variant has its own, or none.")


def _product(draft: ProductDraft) -> tuple[Product, bool, bool]:
    category = Category.objects.filter(handle=draft.category).first() if draft.category else None
    if draft.category and category is None:
        raise Refused(f"There is no category “{draft.category}”. Make it first.")
    product = Product.objects.select_for_update().filter(handle=draft.handle).first() or Product(handle=draft.handle)
    created = product.pk is None
    place = product.category_id, product.published_at
    altered = _assign(
        product,
        title=draft.title.strip(),
        description=html.safe(draft.description),
        made_by=draft.made_by.strip(),
        category_id=category.pk if category else None,
        tags=list(draft.tags),
        facts=[[name.value, html.printable(text).strip()] for name, text in draft.facts],
        seo_title=draft.seo_title,
        seo_description=html.printable(draft.seo_description),
        published_at=(product.published_at or clock.now()) if draft.published else None,
    )
    if created or altered:
        product.save()
    if created or place != (product.category_id, product.published_at):
        places = {place[0], product.category_id} - {None}
        pagestore.touched("products", *(f"category:{pk}" for pk in places))
    return product, created, altered


def _options(product: Product, draft: ProductDraft) -> tuple[Values, bool]:
    """Options and values by name. Those the draft leaves out stay: a variant that is not offered may name them."""
    had = {option.name: option for option in product.options.prefetch_related("values")}
    values: dict[tuple[str, str], OptionValue] = {}
    options: list[Option] = []
    altered: list[OptionValue] = []
    for position, wanted in enumerate(draft.options):
        option = had.get(wanted.name) or Option(product=product, name=wanted.name)
        options += _if_other(option, position=position)
        known = {value.value: value for value in option.values.all()} if option.pk else {}
        for place, one in enumerate(wanted.values):
            value = known.get(one.value) or OptionValue(option=option, value=one.value)
            altered += _if_other(value, position=place, swatch=one.swatch)
            values[wanted.name, one.value] = value
    _save_all(options, ["position"])
    _save_all(altered, ["position", "swatch"])
    return values, bool(options or altered)


def _variants(
    product: Product, draft: ProductDraft, pictures: Sequence[Picture], values: Values
) -> tuple[list[tuple[Variant, VariantDraft]], bool]:
    """Save what is new or other than before; returns the new ones, and whether an old one changed."""
    had = {variant.title: variant for variant in product.variants.all()}
    new: list[tuple[Variant, VariantDraft]] = []
    old: list[Variant] = []
    priced: list[Variant] = []
    _free_skus(draft, had)
    for position, wanted in enumerate(draft.variants):
        variant = had.get(wanted.title) or Variant(product=product, title=wanted.title, price_minor=-1)
        before = variant.price_minor
        altered = _assign(variant, **_columns(wanted, position, pictures))
        if variant.pk is None:
            new.append((variant, wanted))
        elif altered:
            old.append(variant)
        if variant.price_minor != before:
            priced.append(variant)
    Variant.objects.bulk_create([variant for variant, _ in new])
    Variant.objects.bulk_update(old, _COLUMNS)
    PriceChange.objects.bulk_create(PriceChange(variant=each, price_minor=each.price_minor) for each in priced)
    VariantValue.objects.bulk_create(
        VariantValue(variant=variant, option_id=values[option.name, name].option_id, value=values[option.name, name])
        for variant, wanted in new
        for option, name in zip(draft.options, wanted.values, strict=True)
    )
    return new, bool(old)


_COLUMNS = [
    "sku", "barcode", "price_minor", "compare_at_minor", "weight_grams", "position", "picture", "offered",
]  # fmt: skip


def _columns(wanted: VariantDraft, position: int, pictures: Sequence[Picture]) -> dict[str, Any]:
    return {
        "sku": wanted.sku,
        "barcode": wanted.barcode,
        "price_minor": wanted.price_minor,
        "compare_at_minor": wanted.compare_at_minor,
        "weight_grams": wanted.weight_grams,
        "position": position,
        "picture_id": None if wanted.picture is None else pictures[wanted.picture].pk,
        "offered": True,
    }


def _free_skus(draft: ProductDraft, had: Mapping[str, Variant]) -> None:
    """SKUs that change places within a product would meet for a moment: those to be changed are emptied first."""
    wanted = {variant.title: variant.sku for variant in draft.variants}
    moved = [variant for title, variant in had.items() if variant.sku and wanted.get(title, "") != variant.sku]
    Variant.objects.filter(pk__in=[variant.pk for variant in moved]).update(sku="")


def _fill_stock(new: Sequence[tuple[Variant, VariantDraft]], by: Actor, reason: str) -> None:
    Stock.objects.bulk_create(
        Stock(variant=variant, on_hand=wanted.quantity, backorder=wanted.backorder) for variant, wanted in new
    )
    StockMovement.objects.bulk_create(
        StockMovement(variant=variant, on_hand=wanted.quantity, reason=reason, actor=by.kind, actor_subject=by.subject)
        for variant, wanted in new
        if wanted.quantity
    )


def _withdraw(product: Product, draft: ProductDraft) -> int:
    titles = [variant.title for variant in draft.variants]
    return product.variants.filter(offered=True).exclude(title__in=titles).update(offered=False)


def _if_other(row: models.Model, **values: Any) -> list[Any]:
    """The row, when it is new or was other than that."""
    return [row] if _assign(row, **values) or row.pk is None else []


def _save_all(rows: Sequence[models.Model], columns: Sequence[str]) -> None:
    if rows:
        manager = type(rows[0])._default_manager
        old = [row for row in rows if row.pk is not None]
        manager.bulk_create([row for row in rows if row.pk is None])
        manager.bulk_update(old, columns)


def _assign(row: models.Model, **values: Any) -> bool:
    """Set what differs; says whether anything did."""
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)
