"""What the pages promise, tried by somebody who visits them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

from django.db import connections

from calla.catalogue import selectors as catalogue
from calla.checkout import forms
from calla.customers.types import Address
from calla.enquiries import selectors as enquiries
from calla.kernel import clock, links, tokens
from calla.kernel.money import Money
from calla.orders import services as orders
from calla.orders.types import DraftLine, DraftRequest
from calla.privacy import mail, versions
from calla.privacy import services as privacy
from calla.privacy.logs import Redacting
from calla.privacy.probing import expect, probe, visitor

AGENT = "canary-agent/1"
NOBODY_AT_ALL = "probe@calla.invalid"
HOME = Address(country="DE", name="A Probe", lines=("Probenweg 1",), city="Bremen", postcode="28195")
NOBODY = {"email": "nobody at nowhere", "delivery_name": "A Probe", "delivery_country": "DE"}
DOORS = ("/", "/collections", "/cart", "/orders/lookup", "/a-page-that-is-not-there")
WRITES = re.compile(r"\s*(?:WITH\b.*?\)\s*)?(?:INSERT|UPDATE|DELETE|MERGE|COPY|TRUNCATE)\b", re.DOTALL)
INSTALLING = re.compile(rb'href="[^"]+\.(?:apk|bat|deb|dmg|exe|jar|msi|pkg|rpm|scr|sh)"')
SAFE = re.compile(r"text/(?:html|plain|xml)|application/(?:json|xml)")
MORE = ("fax", "birthday", "company", "phone")


@probe("policy_linked_everywhere")
def each_page_leads_to_the_policy() -> None:
    """We open pages, a missing one and the order form among them, and look for the link to the policy."""
    here = f'href="{links.path("policy")}["?#]'.replace("/", "(?:/|&#x2f;)")
    for address in (*DOORS, *_checkout()):
        page = visitor().get(address).content.decode()
        expect(re.search(here, page), f"{_kind(address)} does not lead to the policy")


@probe("visits_leave_no_trace", "collect.visit")
def looking_around_is_written_down_nowhere() -> None:
    """Somebody looks around, and we watch what goes to the databases, into the log and into their browser."""
    with _watched() as (written, log):
        for address in DOORS:
            answer = visitor(user_agent=AGENT).get(address)
            expect(not answer.cookies, f"looking at {address} brought a cookie")
    expect(not written, "looking around wrote something to a database")
    expect(AGENT not in "".join(log) and "127.0.0.1" not in "".join(log), "the log tells who looked around")


@probe("unsent_forms_leave_nothing")
def an_order_form_that_is_not_sent_leaves_nothing() -> None:
    """Somebody fills in the order form with a mistake and leaves, and we watch what is written down."""
    for address in _checkout():
        with _watched() as (written, log):
            answer = visitor().post(f"{address}/payment", NOBODY)
        expect(answer.status_code == 422 and not answer.cookies, "a form with a mistake was taken")
        expect(not written, "a form that was not sent wrote something to a database")
        expect(NOBODY["delivery_name"] not in "".join(log), "the log tells what was typed")


@probe("collect.order")
def the_order_form_takes_what_is_collected_and_no_more() -> None:
    """We send the order form more than it asks for, and see that it takes none of it."""
    rules = versions.current().rules()
    sent = {name: "1" for name in MORE if name not in rules.collects("order")}
    taken = forms.read({**sent, "email": "probe@example.org"}, rules).values
    expect(taken.keys().isdisjoint(sent), "the order form took more than the policy says")


@probe("buy_without_cookies")
def the_bag_and_the_order_form_work_without_cookies() -> None:
    """Somebody whose browser keeps no cookie fills a bag, goes to the order form and makes a mistake in it."""
    for address in _checkout():
        bag = visitor().get(address.replace("/checkout/", "/cart/"))
        expect(bag.status_code == 200 and address in bag.content.decode().replace("&#x2f;", "/"), "the bag was lost")
        expect(visitor().get(address).status_code == 200, "the order form needs a cookie")
        expect(visitor().post(f"{address}/payment", NOBODY).status_code == 422, "a mistake in the form needs a cookie")


@probe("visible.order_link")
def the_address_of_an_order_shows_what_the_policy_lets_others_see() -> None:
    """We order something, open its secret address as anybody could, and look for what may be seen and for the rest."""
    for piece in _pieces():
        order = orders.draft(_an_order(piece))
        page = visitor().get(links.path("order", token=privacy.secret_link(order.key, "order"))).content.decode()
        visible = versions.current().rules(HOME.country).get("visible.order_link", frozenset())
        for category, value in {"email": NOBODY_AT_ALL, "delivery_address": HOME.lines[0]}.items():
            as_said = (value in page) == (category in visible)
            expect(as_said, f"the address of an order shows {category} against its sentence")


def _an_order(piece: int) -> DraftRequest:
    known, nothing = catalogue.variants([piece])[piece], Money(0, catalogue.shop().currency)
    line = DraftLine(
        variant_id=piece, quantity=1, price=known.price, product_title=known.product_title,
        product_handle=known.product_handle, variant_title=known.title, sku=known.sku,
    )  # fmt: skip
    return DraftRequest(
        cart_digest=tokens.digest(tokens.new_token()), name=HOME.name, email=NOBODY_AT_ALL, delivery=HOME, billing=HOME,
        lines=(line,), shipping=nothing, tax=nothing, shipping_method="", days=(1, 1),
        held_until=clock.now() + timedelta(minutes=1),
    )  # fmt: skip


@probe("no_downloads")
def no_page_hands_out_anything_to_install() -> None:
    """We open pages and look whether one is a download, or leads to something to install."""
    for address in (*DOORS, *_checkout(), links.path("policy")):
        answer = visitor().get(address)
        expect(SAFE.match(answer.headers["Content-Type"]), f"{_kind(address)} is no page")
        expect("Content-Disposition" not in answer.headers, f"{_kind(address)} is a download")
        expect(not INSTALLING.search(answer.content), f"{_kind(address)} leads to something to install")


def _checkout() -> list[str]:
    """The address of an order form with one piece in its bag; none in a shop that has nothing to sell just now."""
    bags = [visitor().post("/cart/lines", {"variant": piece}).headers.get("Location", "") for piece in _pieces()]
    return ["/checkout/" + bag.partition("?")[0].rpartition("/")[2] for bag in bags]


def _pieces() -> list[int]:
    """One that can be bought, if there is any."""
    stock, _ = catalogue.find_stock(rows=20)
    free = catalogue.available([one.variant.id for one in stock])
    return [variant for variant, number in free.items() if number > 0][:1]


def _kind(address: str) -> str:
    """Without the secret that an address may hold."""
    return "the order form" if address.startswith("/checkout/") else address


@contextmanager
def _watched() -> Iterator[tuple[list[str], list[str]]]:
    """What is written to the databases meanwhile, and the lines of the log."""
    written, handler = [], _Listening()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(str(sql)):
            written.append(str(sql))
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(note))
        logging.getLogger().addHandler(handler)
        stack.callback(logging.getLogger().removeHandler, handler)
        yield written, handler.lines


class _Listening(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(Redacting())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@probe("contact_without_account", "contact.mail")
def anybody_can_ask_without_account_and_cookie() -> None:
    """Somebody who keeps no cookie and has no account asks us something, and reads the receipt on its page."""
    if not enquiries.takes_questions():
        return
    somebody, address = visitor(), links.path("contact")
    form = somebody.get(address)
    expect(form.status_code == 200 and mail.own_address() in form.content.decode(), "the contact page is not there")
    asked = {"email": "probe@example.org", "message": "Is the linen coat lined?", "name": "A Probe"}
    answer = somebody.post(address, asked)
    expect(answer.status_code == 303, "a question without account and cookie was not taken")
    expect(not (form.cookies or answer.cookies), "asking something left a cookie")
    shown = somebody.get(answer.headers["Location"])
    expect(asked["message"] in shown.content.decode(), "the page of a question does not show it")


@probe("collect.lookup")
def an_order_is_looked_up_by_what_the_policy_says() -> None:
    """We look an order up that does not exist, and see that we are asked for what the policy says, and told no."""
    address = links.path("lookup")
    asked, told = visitor().get(address), visitor().post(address, {"number": "C0", "email": "probe@example.org"})
    expect(asked.status_code == 200 and b'name="email"' in asked.content, "the look-up does not ask for an address")
    expect(told.status_code == 422, "an order that does not exist was found")
