"""What a demo shop starts with. Every step leaves alone what is there already."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from calla.backoffice import services as backoffice
from calla.catalogue import selectors as catalogue_selectors
from calla.catalogue import services as catalogue
from calla.catalogue.types import OptionDraft, PictureDraft, ProductDraft, ValueDraft, VariantDraft
from calla.checkout import services as checkout
from calla.demo import illustrator
from calla.kernel.files import write_private
from calla.privacy import versions
from calla.privacy.models import PolicyVersion
from calla.privacy.types import SYSTEM

HERE = Path(__file__).parent
STAFF_EMAIL = "owner@calladream.example"
STAFF_PASSWORD = "calla-lily-opens-the-shop-7"  # noqa: S105  (a demo's, on loopback, printed at every start)
STAFF_TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STOCK_PATTERN = (8, 14, 12, 6, 0, 9, 3, 11)  # some sizes are low, some sold out, as in life


def load(tell: Callable[[str], object]) -> None:
    _policy()
    if not catalogue_selectors.generation():  # once: what the owner changes afterwards is theirs
        tell(f"{_wardrobe()} garments are in the shop.")
    _staff()


@transaction.atomic
def _wardrobe() -> int:
    wardrobe = tomllib.loads((HERE / "wardrobe.toml").read_text(encoding="utf-8"))
    catalogue.set_up_shop("Calladream", currency="EUR", country="DE")
    _ways_to_send(wardrobe)
    for position, category in enumerate(wardrobe["category"]):
        catalogue.save_category(category["handle"], category["title"], position=position)
    for draft in garments(wardrobe):
        catalogue.save_product(draft, by=SYSTEM)
    for position, collection in enumerate(wardrobe["collection"]):
        catalogue.save_collection(
            collection["handle"], collection["title"], description=collection["description"],
            products=collection["products"], position=position,
        )
    return len(wardrobe["garment"])


def garments(wardrobe: dict[str, Any]) -> Iterator[ProductDraft]:
    for number, garment in enumerate(wardrobe["garment"]):
        colours = {name: wardrobe["palette"][name] for name in garment["colours"]}
        pictures = tuple(_picture(garment, name, swatch) for name, swatch in colours.items())
        yield ProductDraft(
            handle=garment["handle"],
            title=garment["title"],
            description=garment["text"],
            made_by="Calladream",
            category=garment["category"],
            tags=("women",),
            options=(
                OptionDraft("Colour", tuple(ValueDraft(name, swatch) for name, swatch in colours.items())),
                OptionDraft("Size", tuple(ValueDraft(size) for size in garment["sizes"])),
            ),
            pictures=pictures,
            variants=tuple(_variants(garment, colours, number)),
        )


def _variants(garment: dict[str, Any], colours: dict[str, str], number: int) -> Iterator[VariantDraft]:
    for colour_number, colour in enumerate(colours):
        for size_number, size in enumerate(garment["sizes"]):
            yield VariantDraft(
                values=(colour, size),
                price_minor=garment["price"],
                compare_at_minor=None,
                sku=f"{garment['handle']}-{colour}-{size}".upper().replace(" ", "-"),
                weight_grams=garment["grams"],
                quantity=STOCK_PATTERN[(number + 3 * colour_number + size_number) % len(STOCK_PATTERN)],
                picture=colour_number,
            )


def _picture(garment: dict[str, Any], colour: str, swatch: str) -> PictureDraft:
    """The drawing of one garment in one colour, written when it is not there yet or was drawn otherwise."""
    drawn = illustrator.draw(garment["shape"], swatch, print_name=garment.get("print", ""), seed=garment["handle"])
    name = f"demo/{garment['handle']}-{colour.replace(' ', '-')}.svg"
    file = Path(settings.MEDIA_ROOT) / name
    if not file.exists() or file.read_text(encoding="utf-8") != drawn:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(drawn, encoding="utf-8")
    return PictureDraft(
        file=name, alt=f"{garment['title']} in {colour}", width=illustrator.WIDTH, height=illustrator.HEIGHT
    )


def _ways_to_send(wardrobe: dict[str, Any]) -> None:
    for country, rate in wardrobe["tax"].items():
        checkout.set_tax_rate(country, Decimal(str(rate)))
    for position, way in enumerate(wardrobe["shipping"]):
        checkout.save_shipping_method(position=position, **way)


def _policy() -> None:
    """A shop that was never posted a policy gets the one in its home."""
    if not PolicyVersion.objects.exists():
        file = Path(settings.CALLA_HOME) / "policy.toml"
        versions.post((file if file.exists() else HERE / "policy.toml").read_text(encoding="utf-8"), name=str(file))


@cache
def _staff_lines() -> str:
    return (
        f"Sign in with {STAFF_EMAIL} and the password {STAFF_PASSWORD}\n"
        f"Second step: add the key {STAFF_TOTP} to an authenticator app,\n"
        "or ask for a code with: calla demo_code\n"
    )


def _staff() -> None:
    backoffice.add_staff(STAFF_EMAIL, "owner", name="Cala Odermatt", password=STAFF_PASSWORD, totp_secret=STAFF_TOTP)
    write_private(Path(settings.CALLA_HOME) / "staff.txt", _staff_lines())
