"""What search needs to know of products: read by revision, so that whoever keeps an index follows the changes."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from calla.catalogue.html import plain
from calla.catalogue.models import CollectionItem, Product, Variant, VariantValue
from calla.catalogue.types import Document, DocumentVariant, ValueView


def documents(*, after: int, most: int) -> tuple[tuple[Document, ...], int]:
    """The products changed after that generation, oldest change first: at least `most` if there are as many, and never
    half of one change; with them the generation up to which these are all. Drafts come too, to be taken out."""
    changed = Product.objects.filter(revision__gt=after).order_by("revision", "pk")
    until = changed.values_list("revision", flat=True)[most - 1 : most].first()
    if until is not None:
        changed = changed.filter(revision__lte=until)
    own = Variant.objects.filter(product_id=OuterRef("pk"), offered=True).order_by("position", "pk")
    chosen = VariantValue.objects.filter(variant_id=OuterRef("pk")).order_by("option__position")
    value = JSONObject(option="option__name", value="value__value", swatch="value__swatch", position="value__position")
    variants = own.annotate(named=ArraySubquery(chosen.values(data=value)))
    bought = JSONObject(id="pk", sku="sku", price="price_minor", values="named")
    places = CollectionItem.objects.filter(product_id=OuterRef("pk"), collection__published=True)
    rows = changed.annotate(
        bought=ArraySubquery(variants.values(data=bought)),
        places=ArraySubquery(places.values(data=JSONObject(handle="collection__handle", position="position"))),
    ).values(
        "id", "handle", "title", "description", "made_by", "tags", "facts", "published_at", "created_at",
        "revision", "bought", "places",
        "category__handle", "category__title", "category__parent__handle", "category__parent__title",
        "category__parent__parent__handle", "category__parent__parent__title",
    )  # fmt: skip
    found = list(rows)
    return tuple(map(_document, found)), max((row["revision"] for row in found), default=after)


ABOVE = ("category__", "category__parent__", "category__parent__parent__")


def _document(row: Any) -> Document:
    categories = [(row[f"{up}handle"], row[f"{up}title"]) for up in ABOVE if row[f"{up}handle"]]
    return Document(
        id=row["id"],
        handle=row["handle"],
        title=row["title"],
        text=plain(row["description"]),
        made_by=row["made_by"],
        tags=tuple(row["tags"]),
        facts=dict(row["facts"]),
        categories=tuple(reversed(categories)),
        collections={place["handle"]: place["position"] for place in row["places"]},
        variants=tuple(
            DocumentVariant(one["id"], one["sku"], one["price"], tuple(ValueView(**value) for value in one["values"]))
            for one in row["bought"]
        ),
        published_at=row["published_at"],
        created_at=row["created_at"],
    )
