"""What an order costs and where it can go. Every figure is the server's own."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from calla.cart.types import CartView
from calla.catalogue.selectors import shop
from calla.checkout.errors import NotDelivered
from calla.checkout.models import ShippingMethod, TaxRate
from calla.checkout.types import Quote, ShippingOption, Way
from calla.customers.addressing import countries
from calla.kernel.money import Money
from calla.kernel.pagestore import Remembered


def delivery_countries() -> tuple[tuple[str, str], ...]:
    """Code and name of every country that some active method serves, by name."""
    served = list(ShippingMethod.objects.filter(active=True).values_list("countries", flat=True))
    if any(not codes for codes in served):
        return countries()
    wanted = {code for codes in served for code in codes}
    return tuple(pair for pair in countries() if pair[0] in wanted)


def cheapest(country: str) -> ShippingOption | None:
    """The least that sending one piece there costs, for a page that knows no cart. None: nothing goes there."""
    return _cheapest.get(f"{country} {shop().currency}")


def _read_cheapest(where: str) -> ShippingOption | None:
    country, currency = where.split()
    return min(_options(Money(0, currency), country), key=lambda option: option.price.minor, default=None)


_cheapest = Remembered("delivery", _read_cheapest)


def ways() -> tuple[Way, ...]:
    """Every way of delivery there is, as an order below any threshold pays for it; the first on offer first."""
    currency = shop().currency
    return tuple(
        Way(
            method.name, Money(method.price_minor, currency),
            None if method.free_from_minor is None else Money(method.free_from_minor, currency),
            method.days_min, method.days_max, tuple(method.countries),
        )
        for method in ShippingMethod.objects.filter(active=True).order_by("position", "pk")
    )  # fmt: skip


def quote(cart: CartView, country: str, method_id: int | None = None) -> Quote:
    """The whole cost of sending this cart there. Without a method, by the first on offer. Raises NotDelivered."""
    options = _options(cart.subtotal, country)
    chosen = next((option for option in options if method_id in (None, option.id)), None)
    if chosen is None:
        raise NotDelivered
    total = cart.subtotal + chosen.price
    rate = TaxRate.objects.filter(country=country).values_list("rate", flat=True).first()
    tax = total.included_tax(rate or Decimal(0))
    return Quote(cart.turn, country, cart.lines, chosen, options, cart.subtotal, chosen.price, tax, total)


def _options(subtotal: Money, country: str) -> tuple[ShippingOption, ...]:
    active = ShippingMethod.objects.filter(active=True).order_by("position", "pk")
    return tuple(_option(method, subtotal) for method in _serving(active, country))


def _serving(methods: Iterable[ShippingMethod], country: str) -> Iterable[ShippingMethod]:
    return (method for method in methods if not method.countries or country in method.countries)


def _option(method: ShippingMethod, subtotal: Money) -> ShippingOption:
    free = method.free_from_minor is not None and subtotal.minor >= method.free_from_minor
    price = Money(0 if free else method.price_minor, subtotal.currency)
    return ShippingOption(method.pk, method.name, price, method.days_min, method.days_max)
