"""A buyer at a real Chromium, who notices what a page must never do."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request

from tests.support.live import LiveShop

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation",
    e => console.error(`refused by the policy: ${e.effectiveDirective} ${e.blockedURI}`));
"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOCUS = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect();
    const ringed = it => {
        if (!it) return false;
        const style = getComputedStyle(it);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 || style.boxShadow !== "none";
    };
    return [ringed(one) || ringed(one.nextElementSibling), box.bottom > 0 && box.top < innerHeight];
}"""


class Screen:
    """One window with cookies of its own. `noticed` is whatever should not have happened in it."""

    def __init__(self, context: BrowserContext, shop: LiveShop) -> None:
        self.shop, self.context, self.page = shop, context, context.new_page()
        self.noticed: list[str] = []
        self.dialogs: list[str] = []
        self._watch(self.page)

    def _watch(self, page: Page) -> None:
        page.add_init_script(REPORT_VIOLATIONS)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.noticed.append(f"script: {error}"))
        page.on("request", self._request)
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def _console(self, message: ConsoleMessage) -> None:
        """A page that was answered with an error status is no slip of the page itself: tests look at those."""
        of_the_page = message.text.startswith("Failed to load resource") and message.location["url"] == self.page.url
        if message.type in {"error", "warning"} and not of_the_page:
            self.noticed.append(f"console: {message.text} {message.location['url']}")

    def _request(self, request: Request) -> None:
        ours = {urlsplit(self.shop.url).netloc, urlsplit(self.shop.provider_url).netloc}
        if not request.url.startswith("data:") and urlsplit(request.url).netloc not in ours:
            self.noticed.append(f"asked elsewhere: {request.url}")

    # --- doing ---

    def open(self, address: str) -> None:
        self.page.goto(address if address.startswith("http") else self.shop.url + address)
        self.look()

    def follow(self, link: Locator) -> None:
        link.click()
        self.look()

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button).first.click()
        self.look()

    def into_the_bag(self) -> None:
        """Add what is chosen, and go where it lies: the page says that it is there and stays."""
        self.page.get_by_role("button", name="Add to bag").click()
        self.follow(self.page.get_by_role("link", name="View bag"))
        self.page.wait_for_url(f"{self.shop.url}/cart*")
        self.look()

    def look(self) -> None:
        """The page as it stands: nothing sticks out, and no cookie but those that the policy names."""
        self.page.wait_for_load_state()
        if too_wide := self.page.evaluate(TOO_WIDE):
            self.noticed.append(f"{self.page.url} is {too_wide} px too wide")
        for name in {cookie.get("name", "") for cookie in self.context.cookies()} - declared_cookies(self.shop):
            self.noticed.append(f"the policy knows no cookie {name}")

    def autofill(self, person: Mapping[str, str], *, section: str = "shipping") -> None:
        """As a browser does: visible fields by their tokens."""
        for control in self.page.locator("input[autocomplete]:visible").all():
            tokens = (control.get_attribute("autocomplete") or "").split()
            if tokens[-1] in person and (len(tokens) == 1 or tokens[0] == section):
                control.fill(person[tokens[-1]])

    def pay(self, card: str) -> None:
        for token, typed in (("cc-number", card), ("cc-exp", "12/49"), ("cc-csc", "123")):
            self.page.locator(f"input[autocomplete={token}]").fill(typed)
        self.press("Pay ")

    # --- seeing ---

    def says(self, words: str) -> bool:
        return words in self.page.locator("main").inner_text()

    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def focus_is_seen(self) -> bool:
        return all(self.page.evaluate(FOCUS))


def declared_cookies(shop: LiveShop) -> set[str]:
    """By the policy's own file, not by the program."""
    policy = tomllib.loads((shop.home / "policy.toml").read_text(encoding="utf-8"))
    return set(_cookies(policy))


def _cookies(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        yield from part.get("cookie", {})
        for inner in part.values():
            yield from _cookies(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _cookies(inner)


@contextmanager
def screen(browser: Browser, shop: LiveShop, viewport: Mapping[str, int], **more: object) -> Iterator[Screen]:
    """Closes with the question whether anything was noticed that must not be."""
    context = browser.new_context(viewport=dict(viewport), **more)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    try:
        one = Screen(context, shop)
        yield one
        assert not one.noticed and not one.dialogs, [*one.noticed, *one.dialogs]
    finally:
        context.close()
