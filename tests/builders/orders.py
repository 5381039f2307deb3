from __future__ import annotations

from datetime import timedelta
from typing import Any

from calla.catalogue.models import Variant
from calla.customers.types import Address
from calla.kernel import clock, tokens
from calla.kernel.money import Money
from calla.orders import services
from calla.orders.models import Order
from calla.orders.types import DraftLine, DraftRequest
from tests.builders.shop import a_variant

ADA = {"name": "Ada Brennwald", "email": "ada@example.net"}
HOME = Address(country="DE", name="Ada Brennwald", lines=("Lindenweg 5",), city="Bremen", postcode="28195")


def a_line(variant: Variant, quantity: int = 1) -> DraftLine:
    return DraftLine(
        variant_id=variant.pk, quantity=quantity, price=Money(variant.price_minor, "EUR"),
        product_title=variant.product.title, product_handle=variant.product.handle, variant_title=variant.title,
        sku=variant.sku,
    )


def a_request(*lines: DraftLine, **changes: Any) -> DraftRequest:
    values: dict[str, Any] = {
        "cart_digest": tokens.digest(tokens.new_token()), "delivery": HOME, "billing": HOME,
        "lines": lines or (a_line(a_variant()),), "shipping": Money(490, "EUR"), "tax": Money(875, "EUR"),
        "shipping_method": "Parcel", "days": (2, 4), "held_until": clock.now() + timedelta(minutes=30), **ADA,
    }
    return DraftRequest(**values | changes)


def a_draft(*lines: DraftLine, **changes: Any) -> Order:
    return services.draft(a_request(*lines, **changes))


def a_placed_order(*lines: DraftLine, **changes: Any) -> Order:
    return services.place(a_draft(*lines, **changes).id)
