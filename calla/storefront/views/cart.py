"""The bag: a page at a secret address. Every change is a POST that ends in a redirect."""

from __future__ import annotations

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from calla.cart import selectors, services
from calla.cart.errors import BadQuantity, CartClosed, NoSuchCart, NotEnough, NotSold
from calla.cart.types import MOST_PIECES, CartView
from calla.catalogue import selectors as catalogue
from calla.kernel.limits import TooMany
from calla.storefront import bag, limits, shown
from calla.storefront.frame import page
from calla.storefront.redirects import see_other
from calla.storefront.views.catalogue import product_page

CHOOSE = "Choose one of these first."
LARGEST_ID = 2**63 - 1


@require_safe
def remembered(request: HttpRequest) -> HttpResponse:
    """The bag that the cookie names. A cookie whose bag is gone or ordered is of no use, and is taken back."""
    token = bag.remembered(request)
    try:
        cart = selectors.cart(token)
    except NoSuchCart:
        cart = None
    if cart is not None and cart.state != "converted":
        return _page(request, token, cart)
    response = page(request, "cart_empty", "Your bag", private=True, ordered=False, shop_on="/collections")
    if token:
        bag.forget(response)
    return response


@require_safe
def at_address(request: HttpRequest, token: str) -> HttpResponse:
    cart = selectors.cart(token)
    if cart.state == "converted":
        return page(request, "cart_empty", "Your bag", private=True, ordered=True, shop_on="/collections")
    return _page(request, token, cart)


def _page(
    request: HttpRequest, token: str, cart: CartView, *, error: str = "", at: int = 0, typed: str = ""
) -> HttpResponse:
    way = bag.way(request, token)
    ready = bool(cart.lines) and not any(line.short for line in cart.lines)
    return page(
        request,
        "cart",
        "Your bag",
        way=way,
        private=True,
        status=422 if error else 200,
        token=token,
        lines=shown.lines(cart.lines, way),
        gone=cart.gone,
        subtotal=shown.price(cart.subtotal),
        count=cart.count,
        most=MOST_PIECES,
        notice=_notice(request, cart),
        undo=_undo(request),
        error=error,
        error_at=at,
        typed=typed,
        checkout=f"/checkout/{token}" if ready else "",
        shop_on=way.to("/collections"),
        kept_until=shown.day(cart.expires_at),
        without_cookie=bool(way.cart),
    )


def _notice(request: HttpRequest, cart: CartView) -> str:
    added = request.GET.get("added", "")
    line = next((line for line in cart.lines if str(line.variant.id) == added), None)
    if line is not None:
        return f"In your bag now: {_name(line.variant.product_title, line.variant.title)}."
    return "Taken out of your bag." if _undo(request) else ""


def _name(title: str, variant: str) -> str:
    return f"{title}, {variant}" if variant else title


def _undo(request: HttpRequest) -> dict[str, str]:
    """What was just taken out, for a button that puts it back; the address says it, so nothing has to remember."""
    variant, _, quantity = request.GET.get("removed", "").partition(".")
    digits = all(part.isascii() and part.isdecimal() and len(part) < 19 for part in (variant, quantity))
    return {"variant": variant, "quantity": quantity} if digits else {}


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    variant_id, quantity = _id(request.POST.get("variant", "")), request.POST.get("quantity", "1")
    if not variant_id:
        return _refused(request, CHOOSE)
    try:
        pieces = services.quantity_from(quantity)
        token = _put(request, variant_id, pieces)
    except (BadQuantity, NotEnough, NotSold) as error:
        return _refused(request, str(error))
    except TooMany as error:
        return limits.slowed(_refused(request, str(error)), error)
    return _done(request, token, f"added={variant_id}")


def _put(request: HttpRequest, variant_id: int, pieces: int) -> str:
    """Into the bag named, or into a new one when there is none, or it was cleared or ordered; whose token it is."""
    if token := bag.named(request):
        with suppress(NoSuchCart, CartClosed):
            services.add(token, variant_id, pieces)
            return token
    limits.new_bag(request)
    return services.open_with(variant_id, pieces)


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    """The product's page again, with the reason at the place where it is put right."""
    variant_id, typed = _id(request.POST.get("variant", "")), request.POST.get("quantity", "1")[:20]
    view = catalogue.product(request.POST.get("product", "").replace("\0", "")[:255])
    shown_id = variant_id or _id(request.POST.get("like", ""))
    way = bag.way(request, bag.named(request))
    return product_page(request, view, variant_id=shown_id, picked=bool(variant_id), error=why, quantity=typed, way=way)


@require_POST
def line(request: HttpRequest, token: str, variant_id: int) -> HttpResponse:
    """Another quantity of one piece; nought takes it out."""
    typed = request.POST.get("quantity", "")
    try:
        if quantity := services.quantity_from(typed, least=0):
            services.set_quantity(token, variant_id, quantity)
            return _done(request, token)
        removed = services.remove(token, min(variant_id, LARGEST_ID))
    except (BadQuantity, NotEnough, NotSold) as error:
        return _page(request, token, selectors.cart(token), error=str(error), at=variant_id, typed=typed[:20])
    return _done(request, token, f"removed={variant_id}.{removed}" if removed else "")


def _done(request: HttpRequest, token: str, said: str = "") -> HttpResponse:
    """Back to the bag. Its address carries the token as long as the cookie has not come back."""
    way = bag.way(request, token)
    response = see_other(f"{way.bag}{said and '?' + said}")
    bag.remember(response, token, selectors.cart(token).count)
    return response


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
