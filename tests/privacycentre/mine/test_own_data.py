"""Behind the link stands all that is held about somebody, and nothing of anybody else."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from html import unescape
from secrets import token_hex

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calla.customers.types import Address, Role
from calla.enquiries import services as enquiries
from calla.kernel import clock
from calla.orders import selectors as order_selectors
from calla.orders import services as order_services
from calla.privacy import mail
from calla.privacy.models import LedgerEntry
from calla.privacy.types import Actor
from calla.privacycentre.mine import access, copies
from tests.builders import orders
from tests.builders.enquiries import ADA, a_case
from tests.builders.payments import a_taken_payment
from tests.builders.shop import a_variant, policy_in_force, policy_text
from tests.support.jobs import run_jobs
from tests.support.people import somebody

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
FORMS = ["html", "json", "csv"]
ABOUT_PEOPLE = r'FROM "(?:orders|customers|privacy_(?:subject|letter|ledger|session))'


def an_address(mark: str) -> Address:
    lines = (f"Nestgasse {mark}b",)
    return Address(country="DE", name=f"Wren {mark}a", lines=lines, city=f"Heim {mark}c", postcode="28195")


class Buyer:
    """Somebody whose every value stands nowhere else in the world; each order spells the one address its own way."""

    def __init__(self, number_of_orders: int = 1) -> None:
        self.box = f"wren{token_hex(6)}@nest.example"
        self.canaries: list[str] = []
        self.orders = [self._buys() for _ in range(number_of_orders)]

    def _buys(self):
        delivery, billing, name = (token_hex(8) for _ in range(3))
        email = "".join(c.upper() if ord(token_hex(1)[0]) % 2 else c for c in self.box)
        while email in self.canaries:
            email = "".join(c.upper() if ord(token_hex(1)[0]) % 2 else c for c in self.box)
        order = orders.a_placed_order(
            name=f"Zaun {name}", email=email, delivery=an_address(delivery), billing=an_address(billing)
        )
        self.canaries += [name, email, *(f"{mark}{part}" for mark in (delivery, billing) for part in "abc")]
        return order

    @property
    def link(self) -> str:
        return f"/privacy/mine/{access.make(self.box)}"


def page(visitor, buyer) -> str:
    response = visitor.get(buyer.link)
    assert response.status_code == 200
    return unescape(response.content.decode())


def copy(visitor, buyer, form) -> str:
    response = visitor.get(f"{buyer.link}/copy.{form}")
    assert response.status_code == 200 and "attachment" in response["Content-Disposition"]
    return unescape(response.content.decode())


class TestCompleteness:
    @pytest.mark.parametrize("form", FORMS)
    def test_each_canary_stands_in_a_copy_exactly_once(self, visitor, form):
        buyer = Buyer(3)
        began = time.monotonic()
        text = copy(visitor, buyer, form)
        assert time.monotonic() - began < 5
        assert {canary: text.count(canary) for canary in buyer.canaries} == dict.fromkeys(buyer.canaries, 1)

    def test_the_page_shows_them_too(self, visitor):
        buyer = Buyer(2)
        html = page(visitor, buyer)
        assert [canary for canary in buyer.canaries if canary not in html] == []

    def test_an_account_is_there_as_an_order_is_without_its_password(self, visitor):
        account = somebody(Role.STAFF, email="iris@office.example")
        data = json.loads(visitor.get(f"/privacy/mine/{access.make('iris@office.example')}/copy.json").content)
        [sign_in] = [thing for thing in data["things"] if thing["kind"] == "customers.account"]
        said = {value["label"]: value for value in sign_in["values"]}
        assert said["Your name"]["value"] == "Iris Calyx" and said["Your password"]["value"] is None
        assert account.password not in json.dumps(data) and account.alias not in json.dumps(data)

    def test_json_says_why_and_until_when(self, visitor):
        buyer = Buyer()
        data = json.loads(copy(visitor, buyer, "json"))
        [order] = [thing for thing in data["things"] if thing["kind"] == "orders.order"]
        assert order["because"] == ["S5a"] and data["sentences"]["S5a"].startswith("Your orders")
        assert order["until"] is None and order["said"] == "until 24 months after the order's end"
        address = next(one for one in order["values"] if one["category"] == "delivery_address")
        assert address["value"]["postcode"] == "28195"
        assert order["by_law"][0]["law"].startswith("AO") and order["by_law"][0]["until"] is None

    def test_once_it_has_ended_there_is_a_day(self, visitor):
        buyer = Buyer()
        order = buyer.orders[0]
        order.ended_on = clock.today()
        order.save()
        data = json.loads(copy(visitor, buyer, "json"))
        [shown] = [thing for thing in data["things"] if thing["kind"] == "orders.order"]
        assert shown["until"] == str(clock.today().replace(year=clock.today().year + 2))
        assert shown["by_law"][0]["until"] == f"{clock.today().year + 10}-12-31"

    def test_a_day_and_a_sentence_are_links_on_the_page(self, visitor):
        html = page(visitor, Buyer())
        assert re.search(r'href="[^"]*/privacy#S5a">S5a</a>', html) and "24 months after the order's end" in html


class TestWhoSawIt:
    def test_staff_who_opened_it_stand_there_by_their_role(self, visitor):
        buyer = Buyer()
        owner = somebody(Role.OWNER, name="Iris Calyx")
        order_selectors.detail(buyer.orders[0].id, by=Actor("staff", owner.subject_id))
        html = page(visitor, buyer)
        assert "a member of staff (owner)" in html and f"Order {buyer.orders[0].number}" in html
        assert "Iris Calyx" not in html

    def test_looking_at_ones_own_is_no_reading_by_a_person(self, visitor):
        buyer = Buyer()
        for _ in range(2):
            assert "Nobody so far." in page(visitor, buyer)
        assert not LedgerEntry.objects.filter(kind="opened").exists()

    def test_whoever_received_it_stands_there_with_what_it_was(self, visitor):
        buyer = Buyer()
        order = buyer.orders[0]
        staff = Actor("staff", somebody().subject_id)
        order_services.pack(order.id, by=staff)
        order_services.ship(order.id, carrier="Kranich Parcel", tracking_number="KP-1", by=staff)
        html = page(visitor, buyer)
        assert "Kranich Parcel" in html and "your delivery address, your name" in html

    def test_letters_stand_there_with_their_reason(self, visitor):
        buyer = Buyer()
        run_jobs()
        html = page(visitor, buyer)
        assert "confirmation of the order" in html


class TestWhatItIsCalled:
    """Each value stands under words that are true of it."""

    def values(self, visitor, email) -> list[tuple[str, str, str]]:
        rows = csv.reader(io.StringIO(visitor.get(f"/privacy/mine/{access.make(email)}/copy.csv").content.decode()))
        return [(part, label, value) for _about, part, _category, label, value, *_ in rows]

    def test_what_we_wrote_is_not_called_their_message(self, visitor):
        case = a_case(message="When does it arrive?")
        enquiries.answer(case.id, "Tomorrow.", after=1, by=Actor("staff", somebody().subject_id))
        values = self.values(visitor, ADA)
        assert ("What you wrote", "Text", "When does it arrive?") in values
        assert ("What we wrote", "Text", "Tomorrow.") in values

    def test_a_conversation_stands_in_the_order_in_which_it_went(self, visitor):
        case, staff = a_case(message="said 0"), Actor("staff", somebody().subject_id)
        for after in range(1, 7):
            enquiries.answer(case.id, f"said {after}", after=after, by=staff)
        said = [text for _, label, text in self.values(visitor, ADA) if label == "Text"]
        assert said == [f"said {n}" for n in range(7)]

    def test_a_payment_is_not_ordered(self, visitor):
        a_taken_payment(orders.a_placed_order(email=(buyer := "wren@nest.example")))
        labels = {label for part, label, _ in self.values(visitor, buyer) if part == "Payment"}
        assert "Order placed with it on" in labels and "Ordered on" not in labels

    def test_a_recall_says_what_it_was_about_and_what_we_wrote(self, visitor):
        dress = a_variant(on_hand=5)
        orders.a_placed_order(orders.a_line(dress), email=(buyer := "wren@nest.example"))
        order_services.recall(dress.product.handle, "Stop wearing it.", by=Actor("staff", somebody().subject_id))
        run_jobs()
        [(title, label, _)] = [one for one in self.values(visitor, buyer) if "Stop wearing" in one[2]]
        assert (title, label) == (f"A letter about {mail.named('recall')}", "What we wrote")


class TestStrangers:
    @settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(one=st.integers(1, 3), other=st.integers(1, 3))
    def test_of_two_people_neither_sees_the_other(self, visitor, one, other):
        ada, brian = Buyer(one), Buyer(other)
        for mine, theirs in ((ada, brian), (brian, ada)):
            for text in (page(visitor, mine), *(copy(visitor, mine, form) for form in FORMS)):
                assert [canary for canary in theirs.canaries if canary in text] == []
                assert all(canary in text for canary in mine.canaries)

    def test_a_made_up_link_opens_nothing_and_offers_a_new_one(self, visitor):
        Buyer()
        for tail in ("", "/copy.json", "/copy.csv", "/copy.html"):
            response = visitor.get(f"/privacy/mine/{'A' * 90}{tail}")
            assert response.status_code == 404 and "Send me a new link" in response.content.decode()

    @pytest.mark.parametrize("tail", ["", "/copy.json", "/copy.csv", "/copy.html"])
    def test_no_cache_keeps_it(self, visitor, tail):
        response = visitor.get(Buyer().link + tail)
        assert response["Cache-Control"] == "no-store" and not response.cookies
        assert "noindex" in response.get("X-Robots-Tag", "") + response.content.decode()

    def test_whoever_is_forgotten_is_told_that_there_is_nothing(self, visitor):
        link = f"/privacy/mine/{access.make('nobody@example.net')}"
        assert "no row of ours carries your address" in visitor.get(link).content.decode()


class TestCopies:
    def test_a_table_program_finds_nothing_to_work_out(self, visitor):
        for sign in copies.FORMULA:
            orders.a_placed_order(name=f"{sign}HYPERLINK(1)")
        text = visitor.get(f"/privacy/mine/{access.make('ada@example.net')}/copy.csv").content.decode()
        cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
        assert sum("HYPERLINK" in cell for cell in cells) >= len(copies.FORMULA)
        assert [cell for cell in cells if cell.startswith(copies.FORMULA)] == []

    def test_one_row_a_value(self, visitor):
        buyer = Buyer()
        rows = list(csv.DictReader(io.StringIO(visitor.get(f"{buyer.link}/copy.csv").content.decode(), newline="")))
        data = json.loads(copy(visitor, buyer, "json"))
        held = [value for thing in data["things"] for part in (thing, *thing["parts"]) for value in part["values"]]
        assert len(rows) == len(held) and list(rows[0]) == list(copies.HEADS)

    def test_the_page_to_keep_asks_nobody(self, visitor):
        text = copy(visitor, Buyer(), "html")
        assert not re.search(r"<(?:script|link|img|iframe)\b", text) and "<style>" in text

    def test_the_forms_are_those_of_the_policy(self, visitor):
        policy_in_force(policy_text(('rights.copy_as = ["html", "json", "csv"]', 'rights.copy_as = ["json"]')))
        buyer = Buyer()
        assert "copy.csv" not in page(visitor, buyer)
        assert visitor.get(f"{buyer.link}/copy.csv").status_code == 404
        assert visitor.get(f"{buyer.link}/copy.xml").status_code == 404
        assert visitor.get(f"{buyer.link}/copy.json").status_code == 200


def test_three_orders_cost_the_questions_of_one(visitor):
    def asked(buyer) -> int:
        """About people: what the shop looks at once a second is not counted."""
        with CaptureQueriesContext(connection) as questions:
            visitor.get(buyer.link)
        return sum(bool(re.search(ABOUT_PEOPLE, question["sql"])) for question in questions)

    assert 5 < asked(Buyer(1)) == asked(Buyer(3)) <= 20
