"""No letter asks for what the policy says none asks for, or links to anybody else: not in a template, not as sent."""

from __future__ import annotations

import email
import email.policy
import re
from pathlib import Path
from uuid import uuid4

import pytest

from calla.orders import services as order_services
from calla.orders import writing
from calla.payments.models import Payment
from calla.privacy import asking, elsewhere, letters, mail, places, versions
from calla.privacy.errors import LetterRefused
from calla.privacy.models import Letter
from calla.privacy.types import SYSTEM, Actor
from tests.builders import orders
from tests.builders.shop import a_variant
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
CALLA = Path(letters.__file__).parents[1]


def templates():
    return [*CALLA.glob("*/templates/*/letters/*.html"), *CALLA.glob("*/templates/*/letters/*.txt")]


def linted(text):
    asking.refuse_request(versions.current(), [text])


def test_no_template_asks_for_anything_private_or_links_to_anybody_else():
    assert len(templates()) > 10
    for template in templates():
        text = template.read_text(encoding="utf-8")
        linted(text)
        assert not elsewhere.link_in(text)
        led_to = re.findall(r"\b(?:href|src)\s*=\s*(.{10})", text)
        assert all(one.startswith('"{{ ') or one == '"mailto:{{' for one in led_to)


@pytest.mark.parametrize(
    "planted",
    ["Please send us your password.", "<p>Confirm your card\nnumber</p>", "<input name=q>", "Enter your tax number."],
)
def test_a_template_that_does_would_be_found(planted):
    template = templates()[0].read_text(encoding="utf-8").replace("</h1>", f"</h1>\n{planted}\n") + planted
    with pytest.raises(LetterRefused):
        linted(template)


def written():
    """One of each kind that the shop writes about orders and payments, by the deeds that owe it."""
    dress = a_variant(on_hand=9)
    order = orders.a_placed_order(orders.a_line(dress))
    order_services.write(order.id, "order_problem", "The hem came loose. May we send another?")
    order_services.recall(dress.product.handle, "Stop wearing it.", by=Actor("staff", uuid4()))
    writing.tell_corrected(order)
    order_services.pack(order.id, by=SYSTEM)
    order_services.ship(order.id, carrier="Kranich Parcel", tracking_number="PO-1", by=SYSTEM)
    other = orders.a_placed_order(email="eva@example.net")
    payment = Payment.objects.create(
        order=other, subject_id=other.subject_id, attempt=1, provider="testpay", currency="EUR", amount_minor=1,
        expires_at=other.held_until,
    )  # fmt: skip
    mail.send("payment_problem", subject=other.subject_id, about=payment.id)
    waiting = orders.a_draft(email="uma@example.net")
    asked = Payment.objects.create(
        order=waiting, subject_id=waiting.subject_id, attempt=1, provider="testpay", currency="EUR", amount_minor=1,
        expires_at=waiting.held_until,
    )  # fmt: skip
    mail.send("payment_possible", subject=waiting.subject_id, about=asked.id)
    order_services.cancel(other.id, "customer", by=SYSTEM)
    run_jobs()


def test_each_kind_as_it_is_sent_asks_for_nothing_private_links_to_us_alone_and_carries_its_code(home, settings):
    places.load_all()
    written()
    of_orders = ("calla.orders.", "calla.payments.")
    ours = {name for name, kind in letters.kinds.items() if kind.write.__module__.startswith(of_orders)}
    assert set(Letter.objects.filter(state="sent").values_list("kind", flat=True)) == ours
    files = list((home / "mailbox").glob("*.eml"))
    assert len(files) >= len(ours)
    for file in files:
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        for part in ("plain", "html"):
            text = message.get_body((part,)).get_content()
            linted(text)
            assert "The code of this letter" in text
            led_to = re.findall(r"""\b(?:href|src)=["']?([^"'>]*)|(\w+://[^\s<>"']*)""", text)
            assert led_to and all("".join(one).startswith(settings.PUBLIC_URL) for one in led_to)
