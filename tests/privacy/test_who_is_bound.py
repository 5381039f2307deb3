"""What binds a person is decided for each: what counts as using the shop, and the examples P1 to P13 on real rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine

from calla.kernel import clock
from calla.orders import jobs as order_jobs
from calla.orders import selectors as order_selectors
from calla.orders import services as orders
from calla.orders.models import Fulfilment, Order
from calla.orders.states import CancelReason
from calla.policy import Person, Transfer, decide, keep_until
from calla.policy.versions import NO_USES, USES
from calla.privacy import asking, mail, reading, retention, services, versions
from calla.privacy.errors import LetterRefused, NotGranted
from calla.privacy.models import Subject
from calla.privacy.types import SYSTEM, Actor
from tests.builders.orders import a_draft, a_placed_order, a_request
from tests.builders.shop import policy_in_force, policy_text
from tests.support.jobs import run_jobs
from tests.support.people import sign_in, somebody

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
KEPT = "24 months after order.ended"
STAFF = Actor("staff")
NEWSLETTER = tuple(
    (f'{head}state = "planned"\n', head)
    for head in ('[S5c]\nunder = "S5"\n', '[S20]\nheading = "The newsletter"\n')
)


def kept(text: str) -> str:
    return policy_text((KEPT, text))


def used(subject_id) -> int:
    return Subject.objects.get(pk=subject_id).version_used


def bound(order: Order):
    return services.bound_by(Order.objects.select_related("subject").get(pk=order.pk))


def came_back(order: Order) -> None:
    services.used_the_shop(order.subject_id)


# --- what counts as using the shop ------------------------------------------------------------------------------------


def sign_in_to_the_office(visitor):
    account = somebody(email="iris@office.example")
    policy_in_force(kept("36 months after order.ended"))
    sign_in("iris@office.example")
    return account.subject_id


def with_order(act: Callable[[Order], object], *, draft: bool = False):
    def run(visitor):
        order = a_draft() if draft else a_placed_order()
        policy_in_force(kept("36 months after order.ended"))
        act(order)
        return order.subject_id

    return run


def look(visitor):
    order = a_placed_order()
    policy_in_force(kept("36 months after order.ended"))
    for address in ("/", "/privacy", "/privacy/history", f"/orders/{order_selectors.token_of(order.id)}"):
        assert visitor.get(address).status_code == 200
    return order.subject_id


def answer_about_cookies(visitor):
    order = a_placed_order()
    policy_in_force(kept("36 months after order.ended"))
    assert visitor.post("/privacy/choices", {"all": "no"}).status_code == 302
    return order.subject_id


def send_again(order: Order) -> None:
    same = a_request(cart_digest=bytes(order.cart_digest))
    assert orders.draft(same).pk == order.pk


def read_by_staff(order: Order) -> None:
    Order.objects.select_related("subject").get(pk=order.pk).details.open("orders", by=STAFF)


ACTS = {
    "sign_in": [sign_in_to_the_office],
    "order": [with_order(lambda order: orders.place(order.id), draft=True)],
    "send_form": [with_order(send_again, draft=True)],
    "look": [look],
    "open_mail": [with_order(lambda order: run_jobs())],
    "staff_act": [
        with_order(lambda order: orders.pack(order.id, by=STAFF)),
        with_order(lambda order: orders.hold_back(order.id, by=STAFF)),
        with_order(read_by_staff),
    ],
    "withdraw": [with_order(lambda order: orders.cancel(order.id, CancelReason.CUSTOMER, by=Actor("customer")))],
    "exercise_right": [answer_about_cookies, with_order(lambda order: retention.run())],
}


@pytest.mark.parametrize(("kind", "act"), [(kind, act) for kind, acts in ACTS.items() for act in acts])
def test_only_a_use_moves_somebody_to_the_version_in_force(visitor, kind, act):
    assert used(act(visitor)) == (2 if kind in USES else 1)


def test_every_act_that_the_policy_tells_apart_is_tried():
    assert ACTS.keys() == USES | NO_USES


# --- the worked examples ----------------------------------------------------------------------------------------------


class TestWhatBindsThem:
    """An order that ended on 31 January 2026, whose buyer came under version 1."""

    @pytest.fixture
    def order(self):
        order = a_placed_order()
        Order.objects.filter(pk=order.pk).update(ended_on=date(2026, 1, 31), placed_at="2024-06-10T10:00Z")
        return order

    def until(self, order: Order) -> date:
        """The first day on which reading is refused, as the shop itself answers."""
        due = keep_until(bound(order), "orders", {"order.ended": date(2026, 1, 31)})
        row = Order.objects.select_related("subject").get(pk=order.pk)
        with time_machine.travel(f"{due - timedelta(days=1)}T12:00:00+00:00"):
            assert row.details.open("orders.carrier").name
        with time_machine.travel(f"{due}T12:00:00+00:00"), pytest.raises(NotGranted):
            row.details.open("orders.carrier")
        return due

    @pytest.mark.parametrize(("example", "later", "uses", "expected"), [
        ("P1", [12], None, date(2027, 1, 31)),
        ("P2", [36], None, date(2028, 1, 31)),
        ("P3", [36], 2, date(2029, 1, 31)),
        ("P4", [12, 36], None, date(2027, 1, 31)),
        ("P5, used the second", [12, 36], 2, date(2027, 1, 31)),
        ("P5, used the third", [12, 36], 3, date(2029, 1, 31)),
    ])  # fmt: skip
    def test_P1_to_P5_how_long(self, order, example, later, uses, expected):
        for number, months in enumerate(later, 2):
            policy_in_force(kept(f"{months} months after order.ended"))
            if uses == number:
                came_back(order)
        assert self.until(order) == expected

    PARTNER = (
        'recipient.partner.name = "Partner"\nrecipient.partner.purpose = "orders"\n'
        'recipient.partner.reads = ["email"]\n'
    )

    def passed_on(self, order: Order, noticed: date | None) -> bool:
        row = Order.objects.select_related("subject").get(pk=order.pk)
        action = Transfer("orders", "partner", date(2026, 6, 1), noticed)
        return bool(decide(bound(order), reading.person_of(row), action))

    def with_partner(self, transfer: str = '"after_notice"') -> str:
        return policy_text(
            ("nothing leaves at all.", "nothing does. {recipient.partner.name} gets {recipient.partner.reads}."),
            ('limit.all.transfer = "after_notice"\n', f"limit.all.transfer = {transfer}\n{self.PARTNER}"),
        )

    def test_P6_dropping_never_frees_only_who_came_back(self):
        policy_in_force(self.with_partner('"never"'))
        order = a_placed_order()
        policy_in_force(self.with_partner())
        assert not self.passed_on(order, date(2026, 1, 1))
        came_back(order)
        assert self.passed_on(order, date(2026, 1, 1))

    def test_P7_a_new_recipient_needs_use_and_notice(self, order):
        policy_in_force(self.with_partner())
        assert not self.passed_on(order, date(2026, 1, 1))
        came_back(order)
        assert not self.passed_on(order, None) and not self.passed_on(order, date(2026, 5, 3))
        assert self.passed_on(order, date(2026, 5, 2))

    def test_P9_the_password_is_the_shops(self, order):
        policy_in_force(policy_text(("password.length = 8", "password.length = 10")))
        assert bound(order).value("password.length") == versions.current().value("password.length") == 10

    def test_P10_a_consent_follows_what_it_said_yes_to(self):
        """Nothing stores consents yet: the person is told to the shop's own versions as it would read them."""
        def news(cadence):
            return policy_text(*NEWSLETTER, ('newsletter.at_most = "weekly"', f'newsletter.at_most = "{cadence}"'))

        policy_in_force(news("weekly"))
        policy_in_force(news("daily"))
        said = [Person(used=3, consents={"newsletter": version}) for version in (2, 3)]
        assert [versions.binding(one).rules(None).value("newsletter.at_most") for one in said] == ["weekly", "daily"]

    def test_P11_unlike_ends_both_hold(self, order):
        Order.objects.filter(pk=order.pk).update(placed_at="2026-01-10T10:00Z")
        policy_in_force(kept("24 months after order.placed"))
        came_back(order)
        policy_in_force(kept("18 months after order.ended"))
        life = {"order.placed": date(2026, 1, 10), "order.ended": date(2027, 11, 30)}
        assert keep_until(bound(order), "orders", life) == date(2028, 1, 10)
        came_back(order)
        assert keep_until(bound(order), "orders", life) == date(2029, 5, 30)

    def test_P12_erasure_and_mail_are_no_use(self, order):
        policy_in_force(kept("36 months after order.ended"))
        run_jobs()
        assert self.until(order) == date(2028, 1, 31)

    def test_P13_what_becomes_opt_out_writes_to_nobody_who_never_said_yes(self):
        policy_in_force(policy_text(*NEWSLETTER))
        away = services.new_subject()
        policy_in_force(policy_text(*NEWSLETTER, ('newsletter.basis = "consent"', 'newsletter.basis = "opt_out"')))
        with pytest.raises(LetterRefused):
            mail.decided("newsletter_issue", away)


class TestWhatElseFollowsThePerson:
    WITHDRAWAL = ('[R10]\nstate = "planned"\n', "[R10]\n")

    def test_P8_a_promised_time_is_as_long_as_when_it_was_promised(self):
        """Here the time to send back: fourteen days when it was ordered, seven for those who order now."""
        policy_in_force(policy_text(self.WITHDRAWAL))
        order = a_placed_order()
        orders.pack(order.id, by=SYSTEM)
        orders.ship(order.id, carrier="Kranich Parcel", tracking_number="K1", by=SYSTEM)
        orders.deliver(order.id, by=SYSTEM)
        Fulfilment.objects.filter(order=order).update(delivered_at=clock.now() - timedelta(days=10))
        policy_in_force(policy_text(self.WITHDRAWAL, ('withdrawal.period = "14 days"', 'withdrawal.period = "7 days"')))
        order_jobs.complete_delivered()
        assert Order.objects.get(pk=order.pk).state == "placed"
        came_back(order)
        order_jobs.complete_delivered()
        assert Order.objects.get(pk=order.pk).state == "completed"

    def test_a_letter_asks_for_nothing_that_was_once_promised_not_to_be_asked_for(self):
        order = a_placed_order()
        policy_in_force(policy_text((', "identity", "other_private"]', "]")))
        asking.refuse_request(versions.current(), ["Please enter your passport number."])
        with pytest.raises(LetterRefused):
            asking.refuse_request(bound(order), ["Please enter your passport number."])
