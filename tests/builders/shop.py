"""A shop ready to sell: its policy in force, its one row of settings, a way to send, and something to buy."""

from __future__ import annotations

import itertools
from decimal import Decimal
from pathlib import Path

from calla.catalogue import services as catalogue
from calla.catalogue.models import Product, Stock, Variant
from calla.checkout.models import ShippingMethod, TaxRate
from calla.kernel import clock
from calla.privacy import posting, versions
from calla.privacy.models import PolicyVersion

POLICY = Path(__file__).parents[2] / "calla" / "demo" / "policy.toml"
_numbers = itertools.count(1)


def post(text: str) -> PolicyVersion:
    """Post it by the plan of this moment, which nobody has looked at."""
    return posting.post(text, seen=posting.propose(text).digest)


def policy_in_force(text: str | None = None) -> None:
    """Calladream's own policy, or `text`, as the version in force from now."""
    versions.forget()
    version = post(text or POLICY.read_text(encoding="utf-8"))
    PolicyVersion.objects.filter(pk=version.pk).update(effective_at=version.posted_at)
    versions.forget()


def policy_text(*changes: tuple[str, str]) -> str:
    """Calladream's policy with each (old, new) replaced; an old text that is not there fails the test."""
    text = POLICY.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"the policy does not say {old!r}"
        text = text.replace(old, new)
    return text


def open_shop(currency: str = "EUR", country: str = "DE") -> None:
    catalogue.set_up_shop("Calladream", currency=currency, country=country)


def a_way_to_send(minor: int = 490) -> ShippingMethod:
    TaxRate.objects.get_or_create(country="DE", defaults={"rate": Decimal("0.19")})
    return ShippingMethod.objects.create(name="Parcel", price_minor=minor, days_min=2, days_max=4)


def a_variant(*, price: int = 4990, on_hand: int = 10, title: str = "Linen dress") -> Variant:
    number = next(_numbers)
    product = Product.objects.create(handle=f"thing-{number}", title=title, published_at=clock.now())
    variant = Variant.objects.create(product=product, sku=f"SKU-{number}", title="M", price_minor=price, position=1)
    Stock.objects.create(variant=variant, on_hand=on_hand)
    return variant
