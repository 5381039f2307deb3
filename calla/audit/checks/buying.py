"""What only a real order shows. It is begun with `--buy` alone, goes as far as the payment page, and pays nothing."""

from __future__ import annotations

from urllib.parse import unquote_plus, urlsplit

from calla.audit.asking import Answer, NoAnswer
from calla.audit.checking import Broken, Unclear, check, expect_none
from calla.audit.look import Look
from calla.audit.visit import Visit, order_form

POSTCODES = ("28195", "SW1A 1AA", "1010", "10001")


@check("purpose.orders.steps.payment", "no_way_out_but_one", buys=True)
def payment_page_learns_nothing(look: Look) -> str:
    """The way to the payment page carries nothing of who orders, and no secret address of the shop."""
    visit = look.visiting()
    place = unquote_plus(_ordered(visit))
    secrets = {**visit.canary.values, "mark": visit.canary.mark, "bag": visit.bag.path.rpartition("/")[2]}
    told = [name for name, value in secrets.items() if len(value) > 8 and value in place]
    expect_none(told, f"told to {urlsplit(place).hostname}")
    return f"{urlsplit(place).netloc} gets a number and nothing else"


@check("buy_without_cookies", buys=True)
def ordering_without_cookies(look: Look) -> str:
    """A browser that keeps no cookie can order, and comes as far as the payment page."""
    with_them = _ordered(look.visiting())
    visit = look.visiting(keeps_cookies=False)
    try:
        place = _ordered(visit)
    except (NoAnswer, Unclear) as lost:
        raise Broken(f"with cookies it leads to {urlsplit(with_them).netloc}; without, {lost}") from None
    return f"from a product to {urlsplit(place).netloc}, without a cookie"


def _ordered(visit: Visit) -> str:
    """Where the browser is sent to pay, after an order that nobody will pay."""
    email = visit.canary.values["email"]
    for postcode in POSTCODES:
        answer = visit.send(email=email, **{"postal-code": postcode})
        if answer.redirects:
            return answer.redirects
        if answer.status not in {409, 422}:
            break
    raise Unclear(f"the order form answers {answer.status}: {_errors(answer)}")


def _errors(answer: Answer) -> str:
    form = order_form(answer)
    wrong = [one.own["name"] for one in form.controls() if one.own.get("aria-invalid") == "true"] if form else []
    return ", ".join(wrong) or "it names no field"
