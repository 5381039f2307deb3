"""A purchase leaves nothing of the buyer in clear: in no table, file, log, queue or memory of the shop."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from secrets import token_hex

import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from calla.customers.types import Address
from calla.demo.testpay import cards
from calla.kernel.tokens import new_token
from calla.orders import selectors, services
from calla.orders.models import Order, OrderLine
from calla.payments import services as payments
from calla.privacy import index, reading
from calla.privacy.logs import Redacting
from calla.privacy.types import Actor
from tests.builders import orders
from tests.builders.shop import a_variant, policy_in_force, policy_text
from tests.storefront.reading import Page
from tests.support import traces
from tests.support.jobs import run_jobs
from tests.support.mail_server import mail_server
from tests.support.paying import other_side, testpay, till  # noqa: F401
from tests.support.worker import mail_url, work_off

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.usefixtures("shop"),
]
WITH_TELEPHONE = policy_text(
    ('collect.order = ["name", "email", "billing_address", "delivery_address", "purchases"]',
     'collect.order = ["name", "email", "billing_address", "delivery_address", "purchases", "phone?"]'),
    ('purpose.orders.reads = ["name", "email", "billing_address", "delivery_address", "purchases"]',
     'purpose.orders.reads = ["name", "email", "billing_address", "delivery_address", "purchases", "phone"]'),
)  # fmt: skip


class Canary:
    """A buyer whose every value is found nowhere else in the world."""

    def __init__(self) -> None:
        mark = token_hex(5)
        self.name, self.street, self.city = f"Wren Zaunkönig {mark}", f"Nestgasse-{mark} 7", f"Vogelheim-{mark}"
        self.email, self.phone = f"wren-{mark}@nest.example", f"+49 421 {int(mark, 16)}"

    @property
    def values(self) -> list[str]:
        return [self.name, self.street, self.city, self.email, self.phone]

    @property
    def typed(self) -> dict[str, str]:
        """Into the form of the checkout."""
        return {
            "delivery_name": self.name, "delivery_line1": self.street, "delivery_city": self.city,
            "delivery_postcode": "28195", "email": self.email,
        }  # fmt: skip

    def buys(self) -> Order:
        home = Address(country="DE", name=self.name, lines=(self.street,), city=self.city, postcode="28195")
        return orders.a_placed_order(name=self.name, email=self.email, phone=self.phone, delivery=home, billing=home)


@pytest.fixture
def canary():
    return Canary()


@pytest.fixture
def log():
    """What every logger of this process writes through the shop's gate, however little it is worth."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Redacting())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield out.getvalue
    root.removeHandler(handler)
    root.setLevel(level)


def found_in_the_shop(home: Path, looked_for: dict[bytes, str]) -> list[str]:
    return [
        *traces.in_databases(looked_for), *traces.on_disk(looked_for), *traces.in_files(home, looked_for),
        *traces.in_memory(looked_for),
    ]  # fmt: skip


def test_a_purchase_leaves_nothing_in_clear(canary, home, log, settings):
    policy_in_force(WITH_TELEPHONE)
    staff = Actor("staff", orders.a_draft().subject_id)
    with mail_server() as post_office:
        settings.MAIL_SERVER = post_office.settings
        order = canary.buys()
        services.pack(order.id, by=staff)
        services.ship(order.id, carrier="Kranich Parcel", tracking_number="KP-1", by=staff)
        worked = work_off(CALLA_MAIL_URL=mail_url(), CALLA_LOG_LEVEL="debug")
        letters = post_office.letters()
    detail = selectors.detail(order.id, by=staff)
    assert (detail.name, detail.phone, detail.delivery.city) == (canary.name, canary.phone, canary.city)
    assert [letter["To"] for letter in letters] == [canary.email] * 2, worked.stderr
    assert any(canary.street in letter.get_body(("plain",)).get_content() for letter in letters)
    assert Order.objects.get(email_index=index.of_email("order", canary.email)) == order
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere WHERE name = %s", [canary.name])
    reading.flush()

    looked_for = traces.spellings(canary.values)
    assert found_in_the_shop(home, looked_for) == []
    assert traces.within((worked.stdout + worked.stderr + log()).encode(), looked_for) == []
    assert str(detail) and canary.name not in repr(detail) + str(order) + repr(order.details)


def test_the_payment_service_learns_neither_the_buyer_nor_any_secret_address(canary, home, log, visitor, till):  # noqa: F811
    """Bought through the pages, declined once, changed, paid, captured and paid back."""
    visitor.post("/cart/lines", {"variant": a_variant().pk})
    bag = visitor.cookies["cart"].value
    form = Page(visitor.get(f"/checkout/{bag}")).form("/payment")
    pay_page = visitor.post(form.action, form.fields | canary.typed)["Location"]
    till.provider.pay(pay_page, cards.DECLINED)
    [there] = till.there()
    back = "/" + there["return_url"].split("/", 3)[3]
    order_page = visitor.get(back)["Location"]
    [change] = [link for link in Page(visitor.get(order_page)).links() if link.startswith("/checkout/")]
    form = Page(visitor.get(change)).form("/payment")
    till.provider.pay(visitor.post(form.action, form.fields)["Location"])
    visitor.get(back)
    assert canary.name in visitor.get(order_page).content.decode()
    order = Order.objects.get()
    run_jobs()
    payments.cancel(order.id, "customer", by=Actor("staff"))
    run_jobs()
    assert (till.charged(order), till.the_payment(order)["status"]) == (0, "refunded")

    secrets = [bag, order_page.rpartition("/")[2]]
    assert str(till.payment(order).id) in (till.provider.data / "journal.jsonl").read_text()
    looked_for = traces.spellings([*canary.values, *secrets])
    assert list(traces.in_files(till.provider.folder, looked_for)) == []
    addresses = {form: how for form, how in traces.spellings(secrets).items() if how != "as a plain digest"}
    found = [*traces.in_databases(addresses), *traces.on_disk(addresses)]  # the memory is the test's own browser's too
    assert found == [] and traces.within(log().encode(), addresses) == []
    assert {path.split("/")[0] for path in traces.in_files(home, addresses)} <= {"mailbox"}


class TestTheSearch:
    """What found nothing above finds what is there."""

    def test_a_plain_column(self, canary):
        order = orders.a_placed_order()
        OrderLine.objects.filter(order=order).update(product_title=f"for {canary.name}!")
        looked_for = traces.spellings([canary.name])
        assert "default: orders_orderline in clear" in list(traces.in_databases(looked_for))
        found = list(traces.on_disk(looked_for))  # each look begins with a checkpoint, which may take the log away
        assert any(path.startswith("data/base/") for path in found)
        assert any(path.startswith("data/pg_wal/") for path in found)

    def test_bytes_that_are_not_sealed(self, canary):
        order = orders.a_placed_order()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE orders_order SET details = %s WHERE id = %s", [canary.email.encode(), order.id])
        assert "default: orders_order in clear" in list(traces.in_databases(traces.spellings([canary.email])))

    def test_a_digest_that_anybody_can_make(self, canary):
        import hashlib

        order = orders.a_placed_order()
        Order.objects.filter(pk=order.pk).update(email_index=hashlib.sha256(canary.email.encode()).digest())
        found = list(traces.in_databases(traces.spellings([canary.email])))
        assert found == ["default: orders_order as a plain digest"]

    def test_the_queue(self, canary):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_jobs (task_name, queue_name, args) VALUES ('x', 'x', to_jsonb(%s::text))",
                [canary.street],
            )
        found = list(traces.in_databases(traces.spellings(canary.values)))
        assert found == ["default: procrastinate_jobs in clear"]

    def test_the_database_of_the_keys(self, canary):
        from calla.privacy.keystore.models import DataKey

        orders.a_placed_order()
        DataKey.objects.filter(pk=DataKey.objects.first().pk).update(wrapped=canary.name.encode())
        assert list(traces.in_databases(traces.spellings([canary.name]))) == ["keys: keystore_datakey in clear"]

    def test_a_file_of_the_home(self, canary, home):
        (home / "debug.txt").write_text(f"order of {canary.email}", encoding="utf-8")
        assert list(traces.in_files(home, traces.spellings(canary.values))) == ["debug.txt in clear"]

    @pytest.mark.parametrize("hold", [
        lambda name: name, lambda name: {"a": [(1, {name})]}, lambda name: (OrderLine(product_title=name),),
    ], ids=["text", "containers", "a row"])  # fmt: skip
    def test_something_a_module_remembers(self, canary, monkeypatch, hold):
        monkeypatch.setattr(reading, "_remembered", hold(canary.name), raising=False)
        assert "memory of calla.privacy.reading in clear" in list(traces.in_memory(traces.spellings([canary.name])))

    def test_a_log_line(self, canary, log):
        logging.getLogger("calla").warning(f"sent to {canary.name}")  # noqa: G004
        assert traces.within(log().encode(), traces.spellings([canary.name])) == ["in clear"]


def test_the_mailbox_of_the_demo_is_the_one_place_where_letters_lie(canary, home):
    assert settings.MAIL_SERVER is None
    canary.buys()
    work_off()
    looked_for = traces.spellings(canary.values)
    assert {path.split("/")[0] for path in traces.in_files(home, looked_for)} == {"mailbox"}
    assert new_token() not in str(list((home / "mailbox").iterdir()))
