"""The shop's own addresses, as its contract names them."""

from django.urls import path, register_converter

from calla.kernel import tokens
from calla.storefront.views import (
    cancelling,
    cart,
    catalogue,
    checkout,
    components,
    contact,
    help,
    listing,
    orders,
    returned,
    search,
    service,
)


class Token:
    """The 43 characters of an unguessable address; anything else is no such page."""

    regex = tokens.TOKEN.pattern

    def to_python(self, value: str) -> str:
        return value

    to_url = to_python


class Handle(Token):
    """A name in an address, as a merchant or an import gave it; no database takes a NUL."""

    regex = r"[^/\0]{1,255}"


register_converter(Token, "token")
register_converter(Handle, "handle")

urlpatterns = [
    path("", catalogue.home),
    path("collections", catalogue.collections),
    path("collections/<handle:handle>", listing.collection),
    path("products/<handle:handle>", catalogue.product),
    path("search", search.search),
    path("search/suggestions", search.suggestions),
    path("cart", cart.remembered),
    path("cart/lines", cart.add),
    path("cart/<token:token>", cart.at_address),
    path("cart/<token:token>/lines/<int:variant_id>", cart.line),
    path("checkout/<token:token>", checkout.form),
    path("checkout/<token:token>/country", checkout.country),
    path("checkout/<token:token>/payment", checkout.payment),
    path("orders/lookup", orders.lookup),
    path("orders/<uuid:payment_id>/returned", returned.returned),
    path("orders/<uuid:payment_id>/payment", returned.payment),
    path("orders/<token:token>", orders.order),
    path("orders/<token:token>/payment", orders.payment),
    path("orders/<token:token>/bag", orders.pieces),
    path("orders/<token:token>/cancellation", cancelling.cancellation),
    path("help", help.answers),
    path("contact", contact.contact),
    path("contact/<token:token>", contact.case),
    path("contact/<token:token>/messages", contact.messages),
    path("office/components", components.components),
    path("readyz", service.ready),
    path("robots.txt", service.robots),
    path("sitemap.xml", service.sitemap),
]
