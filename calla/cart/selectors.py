"""Reading a cart: by its secret token only."""

from __future__ import annotations

from collections.abc import Mapping

from calla.cart.errors import NoSuchCart
from calla.cart.models import Cart, CartLine
from calla.cart.states import CartState
from calla.cart.types import CartLineView, CartView
from calla.catalogue import selectors as catalogue
from calla.catalogue.types import VariantView
from calla.kernel import clock, tokens
from calla.kernel.money import Money


def cart(token: str) -> CartView:
    """The cart at today's prices and stock, in two questions to the database. Raises NoSuchCart."""
    if not tokens.TOKEN.fullmatch(token):
        raise NoSuchCart
    digest, now = tokens.digest(token), clock.now()
    lines = list(
        CartLine.objects.filter(cart__token_digest=digest, cart__expires_at__gt=now)
        .select_related("cart").order_by("added_at", "pk")
    )  # fmt: skip
    row = lines[0].cart if lines else Cart.objects.filter(token_digest=digest, expires_at__gt=now).first()
    if row is None:
        raise NoSuchCart
    if row.state == CartState.CONVERTED:
        lines = []  # they are in the order now
    variants = catalogue.variants([line.variant_id for line in lines]) if lines else {}
    held = row.held_until is not None and row.held_until > now
    sold = {variant_id: variant for variant_id, variant in variants.items() if variant.published}
    views = tuple(_line(line, sold, held) for line in lines if line.variant_id in sold)
    return CartView(digest, row.turn, row.state, row.currency, views, len(lines) - len(views), row.expires_at)


def _line(line: CartLine, variants: Mapping[int, VariantView], held: bool) -> CartLineView:
    variant = variants[line.variant_id]
    seen = Money(line.price_seen_minor, variant.price.currency)
    short = line.quantity > variant.available and not held
    return CartLineView(variant, line.quantity, seen if seen != variant.price else None, short)
