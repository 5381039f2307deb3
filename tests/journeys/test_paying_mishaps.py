"""What goes wrong while paying, and how it still ends in one order, or in none and nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Browser

from tests.journeys.buying import (
    ASKS_AGAIN,
    DECLINED,
    PAYS,
    add,
    buyer,
    check_out,
    checkout_form,
    choose,
    is_placed,
    pay,
    somebody,
)  # fmt: skip
from tests.journeys.judge import payments_there, provider
from tests.journeys.screen import PHONE, Screen, screen
from tests.journeys.scriptless import Visitor, autofilled
from tests.support.live import LiveShop

pytestmark = pytest.mark.journey
THANKS = "Thank you, your order is placed"


@contextmanager
def orders_made(shop: LiveShop, wanted: int) -> Iterator[None]:
    """Exactly so many orders come of it, drafts included."""
    before = _orders(shop)
    yield
    assert _orders(shop) - before == wanted


def _orders(shop: LiveShop) -> int:
    with shop.database() as connection:
        return int(str(connection.execute("SELECT count(*) FROM orders_order").fetchone()[0]))  # type: ignore[index]


def _at_the_checkout(guest: Screen) -> None:
    page = guest.page
    guest.open("/collections/town-and-train")
    guest.follow(page.locator("li.tile:not(:has-text('Sold out')) a").first)
    page.locator("label.size:has(input:enabled)").first.click()
    guest.into_the_bag()
    guest.follow(page.get_by_role("link", name="Check out"))


class TestTheCard:
    def test_a_declined_card_then_change_something_then_a_second_step(self, shop: LiveShop) -> None:
        visitor, ada = buyer(shop), somebody()
        choose(visitor)
        with orders_made(shop, 1):
            pay(check_out(visitor, ada), DECLINED)
            assert visitor.status == 402 and "declined and nothing was charged" in visitor.text
            visitor.follow("Go back without paying")
            assert "Not paid yet" in visitor.text and "Nothing has been charged" in visitor.text
            visitor.follow("Change something")
            kept = dict(checkout_form(visitor).sent())
            assert kept.items() >= autofilled(checkout_form(visitor), ada).items()
            pay(visitor.press("Order with obligation to pay"), ASKS_AGAIN)
            visitor.press("No, stop this payment")
            assert "not confirmed and nothing was charged" in visitor.text
            pay(visitor, ASKS_AGAIN).press("Yes, it is me")
        assert is_placed(visitor) and ada["name"] in visitor.text

    def test_without_cookies_too_it_is_paid_or_changed_after_all(self, shop: LiveShop) -> None:
        visitor, ada = buyer(shop, cookies=False), somebody()
        product = choose(visitor)
        with orders_made(shop, 1):
            pay_page = check_out(visitor, ada).url
            visitor.follow("Go back without paying")
            assert "Not paid yet" in visitor.text and ada["name"] not in visitor.text
            assert visitor.press("Pay now").url == pay_page
            visitor.follow("Go back without paying").press("Show the whole order", email=ada["email"])
            assert product in visitor.text and ada["name"] in visitor.text
            visitor.press("Change something")
            assert dict(checkout_form(visitor).sent())["delivery_name"] == ada["name"] and product in visitor.text
            pay(visitor.press("Order with obligation to pay", delivery_city="Hamburg", delivery_postcode="20095"))
            assert is_placed(visitor.press("Show the whole order", email=ada["email"])) and "HAMBURG" in visitor.text

    def test_pay_now_opens_the_payment_again(self, shop: LiveShop) -> None:
        visitor = buyer(shop)
        choose(visitor)
        with orders_made(shop, 1):
            pay_page = check_out(visitor, somebody()).url
            visitor.follow("Go back without paying").press("Pay now")
            assert visitor.url == pay_page
            assert is_placed(pay(visitor))


class TestTheBrowser:
    def test_a_double_click_reload_and_back_make_one_order(self, browser: Browser, shop: LiveShop) -> None:
        with orders_made(shop, 1), screen(browser, shop, PHONE) as guest:
            _at_the_checkout(guest)
            guest.autofill(ada := somebody())
            checkout = guest.page.url
            guest.page.get_by_role("button", name="Order with obligation to pay").dblclick()
            guest.page.wait_for_url(f"{shop.provider_url}/**")
            guest.page.reload()
            guest.page.go_back()
            assert guest.page.url == checkout
            guest.autofill(ada)
            guest.press("Order with obligation to pay")
            guest.pay(PAYS)
            assert guest.heading() == THANKS
            guest.page.reload()
            assert guest.heading() == THANKS
            guest.page.go_back()
            guest.look()
            guest.follow(guest.page.get_by_role("link", name="Back to the shop"))
            assert guest.heading() == THANKS

    def test_the_other_tab_is_told_that_it_is_ordered(self, browser: Browser, shop: LiveShop) -> None:
        with orders_made(shop, 1), screen(browser, shop, PHONE) as guest:
            _at_the_checkout(guest)
            guest.autofill(ada := somebody())
            first, second = guest.page, guest.context.new_page()
            second.goto(first.url)
            second.fill("#delivery_name", ada["name"])
            guest.press("Order with obligation to pay")
            guest.pay(PAYS)
            order_page = guest.page.url
            guest.page = second
            guest.autofill(ada)
            guest.press("Order with obligation to pay")
            assert second.url == order_page and guest.heading() == THANKS
            guest.open("/cart")
            assert guest.says("nothing in your bag") or guest.says("empty")


class TestTheNotice:
    @pytest.mark.parametrize("notice", ["late", "never", "twice", "now"])
    def test_the_return_places_the_order_whenever_the_notice_comes(self, shop: LiveShop, notice: str) -> None:
        visitor, ada = buyer(shop), somebody()
        choose(visitor)
        with orders_made(shop, 1):
            assert is_placed(pay(check_out(visitor, ada), notice=notice))
        provider(shop, "POST", "/control/flush", now=True) if notice == "late" else None
        assert len(shop.wait_for_mail(to=ada["email"])) == 1

    def test_another_browser_without_cookies_finishes_the_order(self, shop: LiveShop) -> None:
        visitor, ada = buyer(shop), somebody()
        choose(visitor)
        another = Visitor(shop.url, cookies=False)
        another.open(_pay_and_close_the_window(check_out(visitor, ada), notice="never"))
        assert is_placed(another) and ada["name"] not in another.text
        assert is_placed(another.press("Show the whole order", email=ada["email"])) and ada["name"] in another.text

    def test_the_notice_alone_is_enough(self, shop: LiveShop) -> None:
        visitor, ada = buyer(shop), somebody()
        choose(visitor)
        back = _pay_and_close_the_window(check_out(visitor, ada), notice="now")
        assert shop.wait_for_mail(to=ada["email"])
        assert is_placed(Visitor(shop.url, cookies=False).open(back))

    def test_with_neither_notice_nor_return_it_is_found_by_asking(self, shop: LiveShop) -> None:
        visitor, ada = buyer(shop), somebody()
        choose(visitor)
        back = _pay_and_close_the_window(check_out(visitor, ada), notice="never")
        asked = shop.calla("reconcile_payments")
        assert asked.returncode == 0, asked.stdout + asked.stderr
        assert len(shop.wait_for_mail(to=ada["email"])) == 1
        assert is_placed(Visitor(shop.url, cookies=False).open(back))

    def test_a_forged_return_pays_nothing(self, shop: LiveShop) -> None:
        visitor = buyer(shop)
        choose(visitor)
        pay_page = check_out(visitor, somebody()).url
        [payment] = [one for one in payments_there(shop) if one["pay_url"] == pay_page]
        visitor.open(payment["return_url"] + "?status=paid")
        assert "Not paid yet" in visitor.text


def _pay_and_close_the_window(visitor: Visitor, *, notice: str) -> str:
    """The card is accepted, and the browser never follows where it is sent: to this address."""
    card = {"number": PAYS, "expiry": "12/49", "csc": "123"}
    _, address, fields = visitor.prepared("Pay ", **card, notice=notice)
    answer = httpx.post(address, data=dict(fields), timeout=30)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_what_was_ordered_can_be_bought_again(shop: LiveShop) -> None:
    """The bag that became an order is done; the next piece begins a new one."""
    visitor = buyer(shop)
    choose(visitor)
    with orders_made(shop, 2):
        assert is_placed(pay(check_out(visitor, somebody())))
        visitor.follow(visitor.page.first("main").first("li").first("a").text)
        add(visitor)
        assert "1 piece" in visitor.text
        assert is_placed(pay(check_out(visitor, somebody())))
