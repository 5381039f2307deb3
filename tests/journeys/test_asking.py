"""Somebody asks on a phone, reads the receipt, is answered from the office and reads it; another asks by letter."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.builders.enquiries import a_letter
from tests.journeys import office as at_work
from tests.journeys.buying import somebody
from tests.journeys.screen import PHONE, screen
from tests.journeys.scriptless import Visitor
from tests.support.live import LiveShop

pytestmark = pytest.mark.journey
QUESTION, ANSWER = "Is the linen coat lined?\n\nAda", "It is, with viscose.\n\nIris"


def _link(letter) -> str:
    text, html = at_work.bodies(letter)
    [link] = set(re.findall(r"http://\S+/contact/[\w-]+", text))
    assert f'href="{link}"' in html
    return link


def test_on_a_phone(browser: Browser, shop: LiveShop, office: Visitor) -> None:
    email = somebody()["email"]
    with screen(browser, shop, PHONE) as guest:
        guest.open("/")
        guest.follow(guest.page.locator("footer").get_by_role("link", name="Write to us"))
        assert guest.says("A person reads it and answers within 3 days.")
        guest.press("Send it")
        assert guest.says("Please check")
        guest.page.get_by_label("Your question").fill(QUESTION)
        guest.page.get_by_label("E-mail address").fill(email)
        guest.press("Send it")
        assert guest.heading() == "We have your question" and guest.says("Is the linen coat lined?")
        number, page = guest.page.locator("main .code").first.inner_text(), guest.page.url

        [receipt] = shop.wait_for_mail(to=email)
        assert number in receipt["Subject"] and _link(receipt) == page and "linen" not in at_work.bodies(receipt)[0]

        office.open("/office").follow("to answer").follow(number)
        assert "Is the linen coat lined?" in office.text and email in office.text
        office.press("Send the answer", answer="Please send us your password.")
        assert office.status == 422 and "asks for something private" in office.text
        office.press("Send the answer", answer=ANSWER)
        assert "Your answer is on its way." in office.text

        letter = shop.wait_for_mail(to=email, count=2)[-1]
        assert "It is, with viscose." in at_work.bodies(letter)[0]
        guest.open(_link(letter))
        assert guest.heading() == "Our answer" and guest.says("It is, with viscose.")
        guest.page.get_by_label("Write again").fill("Thank you!")
        guest.press("Send it")
        assert guest.says("Thank you!") and guest.heading() == "We have your message"
        assert not guest.context.cookies()


def test_by_letter(shop: LiveShop) -> None:
    email = somebody()["email"]
    folder = shop.home / "inbox"
    folder.mkdir(exist_ok=True)
    (folder / "letter.eml").write_bytes(bytes(a_letter("Is it lined?", From=f"Ada <{email}>")))
    [receipt] = shop.wait_for_mail(to=email, seconds=90)
    visitor = Visitor(shop.url, cookies=False).open(_link(receipt))
    assert "Is it lined?" in visitor.text and not (folder / "letter.eml").exists()
