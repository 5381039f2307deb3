"""A till for tests: the real test provider as a process, what buyers do at it, and its notices handed on by the test.

The provider lives as long as the run. Its notices go to an inbox; a test hands them to the shop when and as often as it
likes. Only what happened since the test began is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from calla.demo.testpay import cards, process, wire
from calla.demo.testpay.process import RunningProvider
from calla.kernel import clock
from calla.orders.models import Order
from calla.payments import gateway, services
from calla.payments.models import Payment
from tests.demo.paying import Shop as Inbox

Signed = tuple[dict[str, str], bytes]


@dataclass
class Till:
    provider: RunningProvider
    inbox: Inbox
    began: Any = field(default_factory=clock.now)

    def start(self, order: Order) -> str:
        url = services.start(order.id)
        assert url, "nothing is left to pay"
        return url

    def pay(self, order: Order, card: str = cards.PAYS, *, agrees: bool = True) -> wire.Answer:
        """The buyer presses “Pay” and uses a card; nobody has come back and no notice was read yet."""
        return self.provider.pay(self.start(order), card, agrees=agrees)

    def there(self, *orders: Order) -> list[dict[str, Any]]:
        """The provider's payments of these orders, or all since this test began, by their last change."""
        ours = {str(pk) for pk in Payment.objects.filter(order__in=orders).values_list("pk", flat=True)}
        since = self.began.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return [
            p for p in self.provider.payments()
            if p["created_at"] >= since and (not orders or p["reference"] in ours)
        ]

    def the_payment(self, order: Order) -> dict[str, Any]:
        [one] = self.there(order)
        return one

    def charged(self, *orders: Order) -> int:
        """What the provider took and did not give back."""
        return sum(p["captured_minor"] - p["refunded_minor"] for p in self.there(*orders))

    def authorised(self, *orders: Order) -> int:
        return sum(p["authorised_minor"] for p in self.there(*orders) if p["status"] == "authorised")

    def notices(self) -> list[Signed]:
        """All that the provider wants to tell by now, oldest first; each call brings the new ones only."""
        self.provider.flush()
        new, self.inbox.notices[:] = list(self.inbox.notices), []
        mine = {p["id"] for p in self.there()}
        return [(headers, body) for headers, body in new if json.loads(body)["data"]["payment"]["id"] in mine]

    def deliver(self, notices: Iterable[Signed] | None = None, *, times: int = 1) -> list[bool]:
        """Hand notices to the shop; True for each that was new to it."""
        given = list(self.notices() if notices is None else notices)
        return [services.receive(headers, body) for _ in range(times) for headers, body in given]

    def reconcile(self) -> Any:
        return services.reconcile(self.began)

    def payment(self, order: Order, attempt: int = 1) -> Payment:
        return Payment.objects.get(order=order, attempt=attempt)


@pytest.fixture(scope="session")
def testpay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningProvider, Inbox]]:
    inbox = Inbox()
    with process.running(tmp_path_factory.mktemp("testpay") / "testpay", webhook_url=inbox.url) as provider:
        yield provider, inbox
    inbox.close()


@pytest.fixture
def other_side(testpay: tuple[RunningProvider, Inbox]) -> Iterator[RunningProvider]:
    """The test provider, well-behaved before and after each test; its notices wait to be asked for."""
    provider, inbox = testpay
    provider.control(webhooks="never", api_fail="none", api_latency_ms=0)
    provider.flush()
    inbox.notices.clear()
    yield provider
    provider.control(webhooks="never", api_fail="none", api_latency_ms=0)


@pytest.fixture
def till(other_side: RunningProvider, testpay: tuple[RunningProvider, Inbox], settings: Any) -> Iterator[Till]:
    """The shop under test pays at the test provider."""
    settings.EGRESS = {"orders.payment": other_side.url}
    settings.PAYMENT_KEY = other_side.key
    settings.WEBHOOK_SECRETS = [other_side.webhook_secret]
    gateway.provider.cache_clear()
    yield Till(other_side, testpay[1])
    gateway.provider.cache_clear()


@pytest.fixture
def no_jobs(db: None) -> Iterator[None]:
    """For tests that commit: the queue's tables are not the ones that are emptied after them."""
    _forget_jobs()
    yield
    _forget_jobs()


def _forget_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def state_of(order_id: UUID) -> str:
    return str(Order.objects.values_list("state", flat=True).get(pk=order_id))
