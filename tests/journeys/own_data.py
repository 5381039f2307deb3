"""The way to one's own data: asked for on a page, come by mail."""

from __future__ import annotations

import re

from tests.journeys import office as at_work
from tests.journeys.screen import Screen
from tests.support.live import LiveShop


def link_to(one: Screen, email: str) -> str:
    """Ask for it at this screen, and read the letter."""
    one.open("/privacy/mine")
    one.page.get_by_label("Your e-mail address").fill(email)
    one.press("Send me the link")
    assert one.says("a letter is on its way")
    return mailed(one.shop, email)


def mailed(shop: LiveShop, email: str) -> str:
    """The link in the letter that comes after the confirmation of an order."""
    letter = shop.wait_for_mail(to=email, count=2)[-1]
    [link] = set(re.findall(r"http://\S+/privacy/mine/[\w-]+", at_work.bodies(letter)[0]))
    return link
