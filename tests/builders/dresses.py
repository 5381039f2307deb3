"""Garments with colours and sizes."""

from __future__ import annotations

from calla.catalogue import services as catalogue
from calla.catalogue.models import (
    Collection,
    CollectionItem,
    Option,
    OptionValue,
    Picture,
    Product,
    Stock,
    Variant,
    VariantValue,
)
from calla.kernel import clock

COLOURS = {"Leaf": "#3d6b4f", "Ink": "#26304a"}


def a_dress(
    handle: str = "linen-dress",
    *,
    title: str = "Linen dress",
    colours: tuple[str, ...] = ("Leaf", "Ink"),
    sizes: tuple[str, ...] = ("S", "M", "L"),
    on_hand: int = 9,
    price: int = 8900,
    collection: Collection | None = None,
) -> dict[str, Variant]:
    """A dress in every colour and size, by “colour size”; with a picture for each colour."""
    product = Product.objects.create(
        handle=handle,
        title=title,
        made_by="Atelier",
        description="<p>Washed <b>linen</b>.</p>",
        published_at=clock.now(),
    )
    if collection:
        CollectionItem.objects.create(collection=collection, product=product)
    options = [
        Option.objects.create(product=product, name=name, position=n) for n, name in enumerate(("Colour", "Size"))
    ]
    made = {}
    for colour_place, colour in enumerate(colours):
        shade = OptionValue.objects.create(
            option=options[0], value=colour, swatch=COLOURS.get(colour, ""), position=colour_place
        )
        picture = Picture.objects.create(product=product, file=f"{handle}-{colour}.svg", alt=f"{title} in {colour}")
        for size_place, size in enumerate(sizes):
            measure, _ = OptionValue.objects.get_or_create(
                option=options[1], value=size, defaults={"position": size_place}
            )
            variant = Variant.objects.create(
                product=product,
                title=f"{colour} / {size}",
                price_minor=price,
                picture=picture,
                position=colour_place * 100 + size_place,
            )
            for option, value in zip(options, (shade, measure), strict=True):
                VariantValue.objects.create(variant=variant, option=option, value=value)
            Stock.objects.create(variant=variant, on_hand=on_hand)
            made[f"{colour} {size}"] = variant
    catalogue.touch(product.pk)
    return made


def a_collection(handle: str = "summer", title: str = "Summer") -> Collection:
    return Collection.objects.create(handle=handle, title=title, description="<p>Long days.</p>")
