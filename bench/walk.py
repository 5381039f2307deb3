"""The walk through a shop that the counts are taken on: two orders, one settled by the buyer's return and one by the
provider's notice, and one of them packed and sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from django.conf import settings

from bench.counting import CountedJobs, CountingShop, Statements
from calla.demo.loading import STAFF_EMAIL, STAFF_PASSWORD, STAFF_TOTP
from calla.demo.testpay import process
from calla.demo.testpay.process import RunningProvider
from calla.payments import gateway
from tests.demo.paying import Shop as Inbox
from tests.demo.paying import eventually
from tests.journeys.buying import check_out, choose, is_placed, pay, somebody
from tests.journeys.office import code_for
from tests.journeys.scriptless import Visitor
from tests.support.jobs import run_jobs

NOTICES = "/payments/notices/testpay"
Step = tuple[str, Statements]


class AtHand(Visitor):
    """A browser without scripts whose shop is in this process; the payment page it reaches over HTTP."""

    def __init__(self, application: CountingShop) -> None:
        super().__init__(settings.PUBLIC_URL)
        here = {settings.PUBLIC_URL: httpx.WSGITransport(application)}
        self.client = httpx.Client(base_url=settings.PUBLIC_URL, mounts=here, follow_redirects=True, timeout=60)


class Walk:
    def __init__(self, provider: RunningProvider, inbox: Inbox) -> None:
        self.provider, self.inbox = provider, inbox
        self.application, self.jobs = CountingShop(), CountedJobs()
        self.visitor = AtHand(self.application)
        self.office = AtHand(self.application)
        self.number = self.email = ""

    def settled_by_return(self) -> Iterator[Step]:
        self.email = self._to_the_payment_page()
        yield "add to bag, a new one", self.application.last("POST", "/cart/lines")
        yield "“Pay”: draft, hold, payment opened", self.application.last("POST", "/payment")
        pay(self.visitor)
        assert is_placed(self.visitor), self.visitor.text
        self.number = self.visitor.page.first("strong").text
        yield "return from the bank: led to the order", self.application.last("GET", "/returned")
        yield "return to the order: settled, placed, shown", self.application.last("GET", "/orders/")
        run_jobs()
        yield "job: capture", self.jobs.done["capture"]
        yield "job: letter of confirmation", self.jobs.done["post"]

    def settled_by_notice(self) -> Iterator[Step]:
        self._to_the_payment_page()
        self.inbox.notices.clear()
        self.provider.pay(self.visitor.url)
        eventually(lambda: self.inbox.notices)
        headers, body = self.inbox.notices[0]
        AtHand(self.application).client.post(NOTICES, content=body, headers=headers).raise_for_status()
        yield "notice taken in", self.application.last("POST", NOTICES)
        run_jobs()
        yield "job: notice followed: settled, placed", self.jobs.done["follow"]

    def sent(self) -> Iterator[Step]:
        self.office.open("/office")
        self.office.press("Sign in", login=STAFF_EMAIL, password=STAFF_PASSWORD)
        yield "office: sign in, password", self.application.last("POST", "/office/login")
        self.office.press("Go on", code=code_for(STAFF_TOTP))
        self.office.open("/office/orders").follow(self.number)
        self.office.press("It is packed")
        yield "office: pack", self.application.last("POST", "/packing")
        self.office.press("It is sent", carrier="Landpost", tracking_number="LP 4711")
        yield "office: ship", self.application.last("POST", "/shipment")
        run_jobs()
        yield "job: letter of dispatch", self.jobs.done["post"]

    def looked_up(self) -> Iterator[Step]:
        for how, email in (("right", self.email), ("wrong", somebody()["email"])):
            AtHand(self.application).open("/orders/lookup").press("Find it", number=self.number, email=email)
            yield f"look-up, {how} pair", self.application.last("POST", "/orders/lookup")

    def time_of(self, who: Visitor, address: str) -> float:
        """Seconds within the shop for one look at a page."""
        who.open(address)
        return self.application.took

    def _to_the_payment_page(self) -> str:
        """Under which e-mail address."""
        self.visitor, person = AtHand(self.application).open("/"), somebody()
        choose(self.visitor)
        check_out(self.visitor, person)
        return person["email"]

    def addresses(self) -> list[tuple[str, Visitor, str]]:
        """Every page with somebody who may see it; bag and order have three lines, so that a question a line shows."""
        buyer, number = self._of_three()
        order = buyer.path
        opened = self.office.open("/office/orders").follow(number).path
        full = self._with_three()
        bag, token = full.path, full.follow("Check out").path.rpartition("/")[2]
        garments = buyer.open("/collections/garden-path").page.first("main").first("ul")
        return [
            ("home", buyer, "/"),
            ("collections", buyer, "/collections"),
            ("collection", buyer, "/collections/garden-path"),
            ("product", buyer, garments.first("a").own["href"]),
            ("search", buyer, "/search?q=dress"),
            ("cart", full, bag),
            ("checkout", full, f"/checkout/{token}"),
            ("order", buyer, order),
            ("look-up", buyer, "/orders/lookup"),
            ("policy", buyer, "/privacy"),
            ("office: orders", self.office, "/office/orders"),
            ("office: one order", self.office, opened),
        ]

    def _with_three(self) -> Visitor:
        visitor = AtHand(self.application).open("/")
        for tile in range(3):
            choose(visitor, tile=tile)
        return visitor

    def _of_three(self) -> tuple[Visitor, str]:
        """Somebody who has just ordered three things, and the order's number."""
        buyer = self._with_three()
        pay(check_out(buyer, somebody()))
        run_jobs()
        return buyer, buyer.page.first("strong").text


@contextmanager
def begun(home: Path) -> Iterator[Walk]:
    """Needs a demo shop set up in this process."""
    inbox = Inbox()
    try:
        with process.running(home / "testpay", webhook_url=inbox.url) as provider:
            settings.EGRESS = {"orders.payment": provider.url}
            settings.PAYMENT_KEY, settings.WEBHOOK_SECRETS = provider.key, [provider.webhook_secret]
            gateway.provider.cache_clear()
            yield Walk(provider, inbox)
    finally:
        inbox.close()
