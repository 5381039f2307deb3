from __future__ import annotations

from calla.cart import selectors, services


def is_ordered(token: str) -> None:
    """Everything in this cart becomes an order."""
    cart = selectors.cart(token)
    services.convert(cart.digest, cart.turn, {line.variant.id: line.quantity for line in cart.lines})
