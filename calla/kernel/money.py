"""Money: whole minor units with a currency. Never a float, never a bare number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision


class CurrencyMismatch(TypeError):
    """Two amounts of different currencies met in one sum."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """`minor` whole minor units (cents for EUR, yen for JPY) of ISO 4217 `currency`."""

    minor: int
    currency: str

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add up")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __mul__(self, quantity: int) -> Money:
        return Money(self.minor * quantity, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Share by weight so that the shares add up; what is left over goes one unit each to the first that weigh."""
        shares = [self.minor * weight // sum(weights) for weight in weights]
        left = self.minor - sum(shares)
        for i in [i for i, weight in enumerate(weights) if weight][:left]:
            shares[i] += 1
        return [Money(share, self.currency) for share in shares]

    def included_tax(self, rate: Decimal) -> Money:
        """The tax contained in this gross amount at `rate` (0.19 for 19 %), rounded half up to the minor unit."""
        tax = Decimal(self.minor) * rate / (1 + rate)
        return Money(int(tax.quantize(Decimal(1), ROUND_HALF_UP)), self.currency)

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))

    def format(self, locale: str = "en") -> str:
        return _formatted(self, locale)

    def as_data(self) -> dict[str, int | str]:
        return {"amount_minor": self.minor, "currency": self.currency}


@lru_cache(maxsize=8192)
def _formatted(amount: Money, locale: str) -> str:
    """A page of a list shows dozens of prices, most of them seen before."""
    return format_currency(amount.decimal, amount.currency, locale=locale)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum; of nothing, zero of `currency`."""
    result = Money(0, currency)
    for amount in amounts:
        result = result + amount
    return result


def parse(text: str, currency: str) -> Money:
    """`"49.90"` as Money; more decimals than the currency has are refused.

    Raises ValueError, with a message fit to show, for what is no amount.
    """
    try:
        exact = Decimal(text.strip()).scaleb(get_currency_precision(currency))
    except ArithmeticError:
        raise ValueError(f"“{text}” is not an amount. Write it like 49.90.") from None
    if not exact.is_finite() or abs(exact) > 10**12:
        raise ValueError(f"“{text}” is not an amount a price can have.")
    if exact != exact.to_integral_value():
        raise ValueError(f"“{text}” has more decimals than {currency} knows.")
    return Money(int(exact), currency)
