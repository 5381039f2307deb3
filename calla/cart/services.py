"""Changing a cart. Every change locks its row first, so that two tabs add up and none overwrites the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from calla.cart.errors import BadQuantity, CartClosed, NoSuchCart, NotEnough, NotSold
from calla.cart.models import Cart, CartLine, end_of_life
from calla.cart.states import MOVES, CartState
from calla.cart.types import MOST_PIECES
from calla.catalogue import selectors as catalogue
from calla.catalogue.types import VariantView
from calla.kernel import clock, tokens
from calla.kernel.transitions import move


def quantity_from(text: str, *, least: int = 1) -> int:
    """A number of pieces as somebody typed it. Raises BadQuantity with a message that says what to type."""
    if not re.fullmatch("[0-9]{1,3}", text.strip()) or not least <= int(text) <= MOST_PIECES:
        said = text.strip()[:20]
        raise BadQuantity(f"“{said}” is no number of pieces: type a whole number from {least} to {MOST_PIECES}.")
    return int(text)


def open_cart() -> tuple[Cart, str]:
    """A new, empty cart and the token that is its address. The database keeps only the token's digest."""
    token = tokens.new_token()
    return Cart.objects.create(token_digest=tokens.digest(token), currency=catalogue.shop().currency), token


@transaction.atomic
def open_with(variant_id: int, quantity: int = 1) -> str:
    """A new cart with this in it; its token. Raises NotSold, BadQuantity, NotEnough, and then there is none."""
    variant, pieces = _sold(variant_id), _checked(quantity)
    cart, token = open_cart()
    _put(cart, variant, pieces, None)
    return token


@transaction.atomic
def open_holding(pieces: Mapping[int, int], *, held_until: datetime) -> str:
    """A new cart with pieces that are set aside for a payment until then, at today's prices; its token."""
    cart, token = open_cart()
    cart.held_until = held_until
    cart.save(update_fields=["held_until"])
    CartLine.objects.bulk_create(
        CartLine(cart=cart, variant_id=variant.id, quantity=pieces[variant.id], price_seen_minor=variant.price.minor)
        for variant in catalogue.variants(pieces).values()
    )
    return token


@transaction.atomic
def add(token: str, variant_id: int, quantity: int = 1) -> CartLine:
    """Put pieces in beside those that are there. Raises NoSuchCart, CartClosed, NotSold, BadQuantity, NotEnough."""
    cart, variant = _open_for_change(token), _sold(variant_id)
    line = CartLine.objects.filter(cart=cart, variant_id=variant_id).first()
    wanted = (line.quantity if line else 0) + _checked(quantity)
    _touch(cart)
    return _put(cart, variant, wanted, line)


@transaction.atomic
def set_quantity(token: str, variant_id: int, quantity: int) -> CartLine:
    """Exactly so many pieces of what is in the cart. Raises like `add`; NotSold also when it is not in the cart."""
    cart, variant = _open_for_change(token), _sold(variant_id)
    line = CartLine.objects.filter(cart=cart, variant_id=variant_id).first()
    if line is None:
        raise NotSold
    _touch(cart)
    return _put(cart, variant, _checked(quantity), line)


@transaction.atomic
def remove(token: str, variant_id: int) -> int:
    """Take a piece out; how many of it there were. Removing what is not there is no error: a form may come twice."""
    cart = _open_for_change(token)
    line = CartLine.objects.filter(cart=cart, variant_id=variant_id).first()
    if line is None:
        return 0
    line.delete()
    _touch(cart)
    return line.quantity


@transaction.atomic
def begin_checkout(token: str, turn: int, *, held_until: datetime) -> None:
    """Somebody pressed “Pay”: until then the cart's own pieces may look sold out, because they are held for it.

    Raises CartClosed also when this turn of it was ordered at that moment and pieces were left for the next.
    """
    cart = _open_for_change(token)
    if cart.turn != turn:
        raise CartClosed
    _move(cart, CartState.CHECKING_OUT)
    cart.held_until = held_until
    cart.save(update_fields=["state", "held_until"])


@transaction.atomic
def convert(token_digest: bytes, turn: int, ordered: Mapping[int, int]) -> None:
    """This turn of the cart has become an order of `{variant id: quantity}`. What was put in beside it, while the bank
    was asked, stays, and the cart opens again with it.

    Called twice, or when the cart was cleared meanwhile, it changes nothing.
    """
    this = Cart.objects.select_for_update().filter(token_digest=token_digest, turn=turn)
    cart = this.exclude(state=CartState.CONVERTED).first()
    if cart is None:
        return
    if _leave(cart, ordered):
        _move(cart, CartState.OPEN)
        cart.turn += 1
    else:
        _move(cart, CartState.CONVERTED)
    cart.held_until = None
    cart.save(update_fields=["state", "turn", "held_until"])


def _leave(cart: Cart, ordered: Mapping[int, int]) -> bool:
    """Take what was ordered out of a cart that holds more; False for one that holds nothing else that is sold."""
    lines = list(cart.lines.all())
    rest = {line.variant_id: line.quantity - ordered.get(line.variant_id, 0) for line in lines}
    more = [variant_id for variant_id, quantity in rest.items() if quantity > 0]
    if not more or not any(variant.published for variant in catalogue.variants(more).values()):
        return False
    cart.lines.exclude(variant_id__in=more).delete()
    for line in lines:
        if 0 < rest[line.variant_id] < line.quantity:
            cart.lines.filter(pk=line.pk).update(quantity=rest[line.variant_id])
    return True


def clear_expired() -> int:
    """Delete the carts that nobody touched for the length of a cart's life; how many."""
    return Cart.objects.filter(expires_at__lte=clock.now()).delete()[1].get("cart.Cart", 0)


def _open_for_change(token: str) -> Cart:
    live = Q(token_digest=tokens.digest(token), expires_at__gt=clock.now())
    cart = Cart.objects.select_for_update().filter(live).first()
    if cart is None:
        raise NoSuchCart
    if cart.state == CartState.CONVERTED:
        raise CartClosed
    return cart


def _move(cart: Cart, new: CartState) -> None:
    cart.state = move("bag", MOVES, CartState(cart.state), new)


def _sold(variant_id: int) -> VariantView:
    variant = catalogue.variants([variant_id]).get(variant_id)
    if variant is None or not variant.published:
        raise NotSold
    return variant


def _checked(quantity: int) -> int:
    return quantity_from(str(quantity))


def _put(cart: Cart, variant: VariantView, quantity: int, line: CartLine | None) -> CartLine:
    """What is held for the cart's own payment looks sold out, so only more than before is compared with the stock."""
    if quantity > MOST_PIECES:
        raise BadQuantity(f"A bag takes up to {MOST_PIECES} of one piece.")
    before = line.quantity if line else 0
    if quantity > before and quantity > variant.available:
        raise NotEnough(variant.available)
    line = line or CartLine(cart=cart, variant_id=variant.id)
    line.quantity, line.price_seen_minor = quantity, variant.price.minor
    line.save()
    return line


def _touch(cart: Cart) -> None:
    """A change opens a cart that waits for the bank, and its life begins anew."""
    _move(cart, CartState.OPEN)
    cart.expires_at = end_of_life()
    cart.save(update_fields=["state", "expires_at"])
