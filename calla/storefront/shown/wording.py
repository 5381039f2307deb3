"""Prices, days and numbers as the shop says them."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from urllib.parse import quote

from django.conf import settings

from calla.catalogue.selectors import shop
from calla.catalogue.types import VariantView
from calla.kernel.money import Money
from calla.privacy import versions

FEW = 3
EU = frozenset(
    ("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
     "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK")
)  # fmt: skip


def price(money: Money) -> str:
    return money.format(shop().locale)


def day(moment: date, *, year: bool = True) -> str:
    return f"{moment:%-d %B}{f' {moment.year}' if year else ''}"


def days(first: date, last: date) -> str:
    """A range of days, the month said once where it is the same."""
    if first == last:
        return day(last, year=False)
    return f"{first.day if first.month == last.month else day(first, year=False)} to {day(last, year=False)}"


def working_days(least: int, most: int) -> str:
    days = str(least) if least == most else f"{least} to {most}"
    return f"{days} working day{'' if days == '1' else 's'}"


def was(compare_at: Money | None, lowest: Money | None) -> dict[str, str]:
    """The price before, and the lowest of the 30 days before the reduction, where there is one."""
    return {"was": price(compare_at) if compare_at else "", "lowest": price(lowest) if lowest else ""}


def pieces(number: int) -> str:
    return "1 piece" if number == 1 else f"{number} pieces"


def stock_note(variant: VariantView) -> str:
    """Truthful, and never a countdown."""
    if not variant.buyable:
        return "Sold out"
    if variant.backorder:
        return "Made for you after you order"
    return f"Only {variant.available} left" if variant.available <= FEW else "In stock"


def plain(html: str, *, letters: int = 300) -> str:
    blocks = re.sub(r"</?(?:a|b|code|em|i|s|small|span|strong|sub|sup|u)\b[^>]*>", "", html)
    text = " ".join(unescape(re.sub(r"<[^>]*>", " ", blocks)).split())
    return text if len(text) <= letters else text[: letters - 1].rsplit(" ", 1)[0] + "…"


def returns() -> str:
    """What the policy gives, or else the law to everybody who buys from a shop in the Union; a shop elsewhere promises
    nothing here. The postage back is the buyer's, who must be told before (Directive 2011/83/EU, articles 6(6), 14(1)).
    """
    period = versions.current().get("withdrawal.period") or ("14 days" if shop().country in EU else "")
    return f"You can send it back within {period} of its arrival; you pay the postage back" if period else ""


def category(handle: str) -> str:
    """The address of all that is of one kind."""
    return f"/search?category={quote(handle)}"


def absolute(address: str) -> str:
    return f"{settings.PUBLIC_URL}{address}"
