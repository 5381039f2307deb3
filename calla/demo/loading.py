"""What a demo shop starts with. Every step leaves alone what is there already."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from calla.backoffice import services as backoffice
from calla.catalogue import selectors as catalogue_selectors
from calla.catalogue import services as catalogue
from calla.checkout import services as checkout
from calla.customers import published
from calla.demo import pictures, stocking, wardrobe
from calla.kernel.files import write_private
from calla.privacy import posting
from calla.privacy.models import PolicyVersion
from calla.privacy.types import SYSTEM
from calla.search import services as search

HERE = Path(__file__).parent
STAFF_EMAIL, STAFF_PASSWORD = published.EMAIL, published.PASSWORD  # on loopback alone, printed at every start
STAFF_TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def load(tell: Callable[[str], object]) -> None:
    _policy()
    if not catalogue_selectors.generation():  # once: what the owner changes afterwards is theirs
        tell(f"{_wardrobe()} garments are in the shop.")
    _staff()


@transaction.atomic
def _wardrobe() -> int:
    told = wardrobe.shop()
    catalogue.set_up_shop("Calladream", currency="EUR", country="DE")
    _ways_to_send(told)
    with pictures.being_drawn(Path(settings.MEDIA_ROOT)):
        for position, category in enumerate(told["category"]):
            guide = stocking.size_guide(category["sizes"])
            catalogue.save_category(category["handle"], category["title"], position=position, size_guide=guide)
        drafts = list(stocking.drafts())
        for draft in drafts:
            for step in stocking.prices(draft):
                catalogue.save_product(step, by=SYSTEM)
        for position, line in enumerate(wardrobe.lines()):
            catalogue.save_collection(
                line.handle, line.title, description=line.description, position=position, cover=stocking.cover(line),
                products=[garment.handle for garment in line.garments],
            )  # fmt: skip
    search.save_synonyms(told["synonyms"])
    search.refresh()
    return len(drafts)


def _ways_to_send(told: dict[str, Any]) -> None:
    for country, rate in told["tax"].items():
        checkout.set_tax_rate(country, Decimal(str(rate)))
    for position, way in enumerate(told["shipping"]):
        checkout.save_shipping_method(position=position, **way)


def _policy() -> None:
    """A shop that was never posted a policy gets the one in its home."""
    if not PolicyVersion.objects.exists():
        file = Path(settings.CALLA_HOME) / "policy.toml"
        source = (file if file.exists() else HERE / "policy.toml").read_text(encoding="utf-8")
        posting.post(source, seen=posting.propose(source).digest, name=str(file))


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
