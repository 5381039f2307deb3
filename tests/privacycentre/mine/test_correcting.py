"""People correct what is held about them by themselves: what is theirs, as long as it can count, and nothing else."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calla.customers.types import Role
from calla.enquiries import selectors as enquiries
from calla.enquiries.models import Enquiry, Message
from calla.orders import correcting, selectors, services
from calla.orders.models import Order
from calla.privacy import correcting as engine
from calla.privacy import index, mail
from calla.privacy.errors import CorrectionRefused, NotGranted
from calla.privacy.models import LedgerEntry, Letter
from calla.privacy.types import SYSTEM, Actor
from calla.privacycentre.mine import access
from tests.builders.enquiries import a_case
from tests.builders.orders import ADA, HOME, a_placed_order
from tests.builders.shop import policy_in_force, policy_text
from tests.storefront.reading import Page
from tests.support.jobs import run_jobs
from tests.support.people import somebody

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("home")]
TO = {"delivery_name": "Ada Quellmann", "delivery_line1": "Am Deich 7", "delivery_line2": "", "delivery_city": "Bremen",
      "delivery_postcode": "28199", "delivery_country": "DE"}  # fmt: skip
BILL = {name.replace("delivery", "billing"): text for name, text in TO.items()}
BY = Actor("staff")


@pytest.fixture
def order() -> Order:
    return a_placed_order()


def mine(part: str = "", email: str = ADA["email"]) -> str:
    return f"/privacy/mine/{access.make(email)}/corrections{part}"


def of(order: Order, name: str = "delivery_address") -> str:
    return mine(f"/{order.id}/{name}")


def opened(order: Order):
    return selectors.by_token(selectors.token_of(order.id))


def words(response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def send(order: Order, *, until: str) -> None:
    services.pack(order.id, by=BY)
    if until != "packed":
        services.ship(order.id, carrier="Kranich Parcel", tracking_number="K1", by=BY)
    if until == "delivered":
        services.deliver(order.id, by=BY)


class TestAnAddress:
    def test_is_corrected_on_label_slip_and_letters_under_the_same_key(self, visitor, order):
        key = order.key
        response = visitor.post(of(order), TO)
        assert response.status_code == 303 and response["Location"].endswith(f"/corrections?done#thing-{order.id}")
        found = opened(order)
        assert (found.name, found.delivery.lines, found.delivery.postcode) == (
            "Ada Quellmann", ("Am Deich 7",), "28199",
        )  # fmt: skip
        order.refresh_from_db()
        assert order.key == key
        label = order.details.open("orders.carrier")
        assert label.delivery_address.name == "Ada Quellmann"

    def test_changes_the_bill_that_goes_there_too(self, visitor, order):
        assert "the bill goes to the same address" in words(visitor.get(of(order)))
        visitor.post(of(order), TO)
        books = Order.objects.get(pk=order.id).accounting.details.open("orders")
        assert (books.name, books.billing_address.city, books.purchases) == (
            "Ada Quellmann", "Bremen", ["1 × Linen dress M"],
        )  # fmt: skip
        assert books.billing_address.postcode == "28199"

    def test_is_told_to_whoever_bought_it_without_being_quoted(self, visitor, order, home):
        visitor.post(of(order), TO)
        run_jobs()
        [file] = (home / "mailbox").glob("*order_corrected*")
        letter = message_from_bytes(file.read_bytes(), policy=default)
        assert letter["To"] == ADA["email"] and order.number in letter["Subject"]
        for part in ("plain", "html"):
            said = " ".join(letter.get_body((part,)).get_content().split())
            assert "until the parcel is packed" in said and opened(order).token in said
            assert "because of a correction made to your order" in said
            assert "Am Deich" not in said and "Quellmann" not in said
        assert mail.written_to(order.subject_id)[0].reason == "order_changed"

    def test_is_told_each_time_it_changes_and_not_otherwise(self, visitor, order):
        for street in ("Am Deich 7", "Am Deich 7", "Am Deich 9"):
            visitor.post(of(order), TO | {"delivery_line1": street})
        assert Letter.objects.filter(kind="order_corrected").count() == 2

    def test_is_corrected_all_the_same_where_no_sentence_names_that_reason(self, visitor):
        policy_in_force(policy_text(('"order_changed", ', "")))
        order = a_placed_order()
        assert visitor.post(of(order), TO).status_code == 303 and opened(order).name == "Ada Quellmann"
        assert not Letter.objects.filter(kind="order_corrected").exists()

    def test_of_a_bill_that_goes_elsewhere_stays_its_own(self, visitor):
        order = a_placed_order(billing=HOME.__class__(**{**HOME.__dict__, "city": "Achim"}))
        visitor.post(of(order), TO)
        assert opened(order).billing.city == "Achim"
        visitor.post(of(order, "billing_address"), BILL | {"billing_country": "AT", "billing_postcode": "1010"})
        assert (opened(order).billing.country, opened(order).delivery.postcode) == ("AT", "28199")

    def test_keeps_what_nobody_may_read_here_as_it_was(self, visitor):
        asked = '"email", "billing_address", "delivery_address", "purchases"]'
        asks = (asked, asked.replace('"email"', '"email", "phone"'))
        rights = ('"letter_text",\n]', '"letter_text", "phone",\n]')
        policy_in_force(policy_text(asks, rights))
        order = a_placed_order(phone="+49 421 1234")
        assert "phone" not in [name for name, *_ in order.details.open("rights.correction").opened()]
        visitor.post(of(order), TO)
        assert opened(order).phone == "+49 421 1234"

    @pytest.mark.parametrize("wrong", ["delivery_name", "delivery_line1", "delivery_city"])
    def test_is_checked_as_at_the_checkout_and_what_was_typed_stays(self, visitor, order, wrong):
        response = visitor.post(of(order), TO | {wrong: ""})
        assert response.status_code == 422 and "please fill this in" in words(response)
        form = Page(response).form(f"/{order.id}/delivery_address").fields
        assert {name: form[name] for name in TO if name not in {wrong, "delivery_country"}} == {
            name: text for name, text in TO.items() if name not in {wrong, "delivery_country"}
        }
        assert opened(order).delivery == HOME

    def test_that_looks_unusual_is_asked_about_once(self, visitor, order):
        unusual = TO | {"delivery_postcode": "1"}
        response = visitor.post(of(order), unusual)
        assert response.status_code == 422 and "unusual for Germany" in words(response)
        assert visitor.post(of(order), unusual | {"delivery_as_written": "on"}).status_code == 303

    def test_stays_in_its_country_whatever_is_sent(self, visitor, order):
        visitor.post(of(order), TO | {"delivery_country": "BR"})
        assert opened(order).delivery.country == "DE"
        with pytest.raises(CorrectionRefused, match="Another country"):
            correcting.correct(order.id, "delivery_address", HOME.__class__("AT", "A", ("B 1",), "Wien", "", "1010"))

    def test_of_a_bill_shows_the_fields_of_its_country_first(self, visitor, order):
        page = visitor.post(of(order, "billing_address") + "/country", BILL | {"billing_country": "US"})
        assert page.status_code == 200 and "ZIP code" in words(page) and opened(order).billing is None

    @pytest.mark.parametrize(
        "text", ["<script>alert(1)</script>", "'; DROP TABLE orders_order; --", "{{ 7*7 }}", "\u202eevil", "\x00"],
    )  # fmt: skip
    def test_of_hostile_letters_does_no_harm(self, visitor, order, text):
        visitor.post(of(order), TO | {"delivery_line2": text})
        page = visitor.get(mine()).content.decode()
        assert "<script>alert" not in page and "\u202e" not in page and ("7*7" in page) is ("7*7" in text)
        assert Order.objects.filter(pk=order.id).exists()


class TestTooLate:
    @pytest.mark.parametrize(
        ("until", "said"),
        [("packed", "we can hold it back"), ("shipped", "Ask the carrier"), ("delivered", "The parcel has arrived")],
    )
    def test_it_says_why_and_what_to_do_and_changes_nothing(self, visitor, order, until, said):
        send(order, until=until)
        assert said in words(visitor.get(mine())) and said in words(visitor.get(of(order)))
        assert 'name="delivery_line1"' not in visitor.get(of(order)).content.decode()
        refused = visitor.post(of(order), TO)
        assert refused.status_code == 409 and said in words(refused)
        assert opened(order).delivery == HOME and "order:correct" not in [one.kind for one in opened(order).events]
        assert not LedgerEntry.objects.filter(kind="corrected").exists()

    def test_the_bill_stays_as_the_law_wants_it(self, visitor, order):
        send(order, until="packed")
        refused = visitor.post(of(order, "billing_address"), BILL)
        assert refused.status_code == 409 and "AO §147" in words(refused)
        assert opened(order).billing is None

    def test_what_came_back_is_addressed_anew_but_the_bill_stays(self, visitor, order):
        send(order, until="shipped")
        services.come_back(order.id, by=BY)
        assert visitor.post(of(order), TO).status_code == 303
        assert opened(order).delivery.lines == ("Am Deich 7",)
        books = Order.objects.get(pk=order.id).accounting.details.open("orders")
        assert (books.billing_address, books.name) == (HOME, "Ada Brennwald")
        assert "Was given it before: Kranich Parcel, on" in words(visitor.get(mine()))

    def test_a_cancelled_order_and_one_being_paid(self, visitor, order):
        services.cancel(order.id, "customer", by=SYSTEM)
        assert "nothing of it will be sent" in words(visitor.get(of(order)))
        assert visitor.post(of(order), TO).status_code == 409


class TestWhose:
    def test_another_persons_things_cannot_be_corrected(self, visitor, order):
        other = a_placed_order(email="bea@example.net")
        for path in (f"/{order.id}/delivery_address", f"/{order.id}/email"):
            assert visitor.get(mine(path, "bea@example.net")).status_code == 404
            assert visitor.post(mine(path, "bea@example.net"), TO).status_code == 404
        assert opened(order).delivery == HOME
        assert str(order.id) not in visitor.get(mine(email="bea@example.net")).content.decode()
        assert str(other.id) in visitor.get(mine(email="bea@example.net")).content.decode()

    def test_a_made_up_link_opens_nothing(self, visitor, order):
        assert visitor.post(f"/privacy/mine/{'A' * 90}/corrections/{order.id}/delivery_address", TO).status_code == 404

    def test_there_is_no_way_without_the_sentence(self, visitor, order):
        policy_in_force(policy_text(("[R4]\n", '[R4]\nstate = "planned"\n')))
        assert visitor.get(mine()).status_code == 404 and visitor.post(of(order), TO).status_code == 404
        assert "corrections" not in visitor.get(f"/privacy/mine/{access.make(ADA['email'])}").content.decode()
        assert opened(order).delivery == HOME

    def test_a_value_that_the_sentence_does_not_name_is_not_offered(self, visitor, order):
        named = 'steps.correction = ["name", "email", "billing_address", "delivery_address"'
        step = (named, named.replace(', "delivery_address"', ""))
        policy_in_force(policy_text(step))
        assert visitor.post(of(order), TO).status_code == 404
        assert visitor.post(of(order, "billing_address"), BILL).status_code == 303

    def test_it_is_no_use_of_the_shop(self, visitor, order):
        used = order.subject.version_used
        policy_in_force(policy_text(("24 months after order.ended", "25 months after order.ended")))
        visitor.post(of(order), TO)
        assert Order.objects.get(pk=order.id).subject.version_used == used


class TestWhatIsLeftOfIt:
    def test_the_ledger_the_page_and_the_order_say_so(self, visitor, order):
        visitor.post(of(order), TO)
        [line] = LedgerEntry.objects.filter(kind="corrected")
        assert (line.subject, line.actor, line.purpose) == (order.subject_id, "customer", "rights.correction")
        assert line.what == f"orders.order {order.id} delivery_address"
        assert "Quellmann" not in line.what
        page = words(visitor.get(f"/privacy/mine/{access.make(ADA['email'])}"))
        assert f"you corrected something Order {order.number}: your delivery address" in page
        assert [event.label for event in opened(order).events][-1] == "Corrected"

    def test_erasure_still_erases_it(self, visitor, order):
        visitor.post(of(order), TO)
        services.cancel(order.id, "customer", by=SYSTEM)
        visitor.post(f"/privacy/mine/{access.make(ADA['email'])}/erasure", {"sure": "yes"})
        order = Order.objects.get(pk=order.id)
        assert bytes(order.__dict__["details"]) == b""
        with pytest.raises(NotGranted):
            order.details.open("orders")
        assert visitor.get(mine(f"/{order.id}/delivery_address")).status_code == 404


class TestAQuestion:
    @pytest.fixture
    def case(self, order) -> Enquiry:
        return a_case(email=ADA["email"], name="Ada Brenwald", message="Is the coat lined?")

    def test_what_was_written_stays_with_the_correction_beside_it(self, visitor, case):
        for _ in range(2):  # sent twice, it is there once
            assert visitor.post(mine(f"/{case.id}/message"), {"message": "I meant the cape."}).status_code == 303
        found = enquiries.for_letter(case.id)
        assert [one.text for one in found.messages] == [
            "Is the coat lined?", "Correction of what I wrote before:\n\nI meant the cape.",
        ]  # fmt: skip
        assert found.state == "open" and Message.objects.filter(enquiry=case, key=case.key).count() == 2

    def test_a_name_is_replaced(self, visitor, case):
        assert visitor.post(mine(f"/{case.id}/name"), {"name": "Ada Brennwald"}).status_code == 303
        assert enquiries.for_letter(case.id).name == "Ada Brennwald"

    @pytest.mark.parametrize("text", ["", "  ", "x" * 10_001])
    def test_what_cannot_be_taken_comes_back(self, visitor, case, text):
        response = visitor.post(mine(f"/{case.id}/message"), {"message": text})
        assert response.status_code == 422 and Message.objects.filter(enquiry=case).count() == 1


class TestStaff:
    def test_correct_their_name_but_not_what_they_sign_in_by(self, visitor):
        account = somebody(Role.STAFF, email="iris@office.example")
        path = mine(f"/{account.id}/name", "iris@office.example")
        assert visitor.post(path, {"name": "Iris Kelch"}).status_code == 303
        account.refresh_from_db()
        assert account.details.open("staff").name == "Iris Kelch"
        page = words(visitor.get(mine(email="iris@office.example")))
        assert "You sign in by it" in page and "Change it" not in page
        with pytest.raises(CorrectionRefused):
            engine.move([account.subject_id], "eve@example.net") or engine.correct(
                [account.subject_id], account.id, "email", "eve@example.net"
            )


@pytest.mark.parametrize("form", ["address", "line", "message"])
def test_a_card_number_is_refused_and_shown_to_nobody(visitor, order, form):
    case = a_case(email=ADA["email"], name="Ada Brenwald")
    card = "4242 4242 4242 4242"
    where, typed = {
        "address": (of(order), TO | {"delivery_line2": card}),
        "line": (mine(f"/{case.id}/name"), {"name": card}),
        "message": (mine(f"/{case.id}/message"), {"message": card}),
    }[form]
    response = visitor.post(where, typed)
    assert response.status_code == 422 and "4242 4242" not in response.content.decode()


@pytest.mark.parametrize("form", ["address", "line"])
def test_a_web_address_becomes_no_name_or_street(visitor, order, form):
    case = a_case(email=ADA["email"], name="Ada Brenwald")
    where, typed = {
        "address": (of(order), TO | {"delivery_line2": "elsewhere.com"}),
        "line": (mine(f"/{case.id}/name"), {"name": "elsewhere.com"}),
    }[form]
    response = visitor.post(where, typed)
    assert response.status_code == 422 and "reads like a web address" in response.content.decode()


def test_the_page_costs_the_same_for_one_order_and_for_five(visitor, order):
    visitor.get(mine())

    def questions() -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            assert visitor.get(mine()).status_code == 200
        by_the_clock = ("privacy_policyversion", "privacy_openingcount")
        return [one["sql"] for one in asked.captured_queries if not any(name in one["sql"] for name in by_the_clock)]

    of_one = questions()
    for _ in range(4):
        a_placed_order()
    assert len(questions()) == len(of_one)


def test_an_e_mail_address_does_not_change_without_its_link(visitor, order):
    assert visitor.post(of(order, "email"), {"email": "eve@example.net"})["Location"].endswith("/address")
    with pytest.raises(CorrectionRefused):
        engine.correct([order.subject_id], order.id, "email", "eve@example.net")
    assert bytes(Order.objects.get(pk=order.id).email_index) == index.of_email("order", ADA["email"])
