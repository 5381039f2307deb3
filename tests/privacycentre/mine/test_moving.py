"""Another e-mail address: confirmed at the new one, told to the old one, and then the one for everything."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes, policy
from html import unescape

import pytest

from calla.customers.types import Role
from calla.enquiries import selectors as enquiries
from calla.enquiries.models import Enquiry
from calla.kernel import clock
from calla.orders import selectors, services
from calla.orders.models import Order
from calla.privacy import carrying, index
from calla.privacy import services as privacy
from calla.privacy.errors import Unreachable
from calla.privacy.models import LedgerEntry, Letter
from calla.privacycentre.mine import access, moving
from tests.builders.enquiries import a_case
from tests.builders.orders import ADA, a_draft, a_placed_order
from tests.support.jobs import run_jobs
from tests.support.people import forget_tries, somebody

pytestmark = [pytest.mark.django_db(databases=["default", "keys"])]
OLD, NEW = ADA["email"], "Ada@New.example"


@pytest.fixture
def order() -> Order:
    return a_placed_order()


def ask(visitor, new: str = NEW, old: str = OLD):
    return visitor.post(f"/privacy/mine/{access.make(old)}/address", {"email": new})


def letters(home, kind: str):
    files = sorted((home / "mailbox").glob(f"*-{kind}-*.eml")) if (home / "mailbox").exists() else []
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def link(home) -> str:
    text = letters(home, "new_address")[-1].get_body(("plain",)).get_content()
    return re.search(r"/privacy/address/\S+", text)[0]


def words(response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def emails() -> set[str]:
    return {selectors.for_letter(one).details.email for one in Order.objects.values_list("pk", flat=True)}


class TestAsking:
    def test_changes_nothing_and_stores_nothing_of_the_new_one(self, visitor, home, order):
        assert ask(visitor)["Location"].endswith("/address?sent")
        [letter] = letters(home, "new_address")
        assert letter["To"] == NEW and OLD not in letter.as_string()
        assert emails() == {OLD} and privacy.people_at(NEW) == ()
        assert "corrected" not in LedgerEntry.objects.values_list("kind", flat=True)

    @pytest.mark.parametrize(
        ("new", "said"),
        [("nowhere", "write it like"), ("", "please fill this in"), (" ADA@example.net ", "have already"),
         ("4242424242424242@example.net", "looks like a card number")],
    )  # fmt: skip
    def test_what_cannot_be_one_comes_back_as_it_was_typed(self, visitor, home, order, new, said):
        response = ask(visitor, new)
        assert response.status_code == 422 and said in words(response)
        assert "4242424242424242" not in response.content.decode() and letters(home, "new_address") == []

    def test_a_mail_server_that_is_away_is_told_and_nothing_is_owed(self, visitor, home, order, monkeypatch):
        monkeypatch.setattr(carrying, "deliver", _away)
        response = ask(visitor)
        assert response.status_code == 503 and "does not answer just now" in words(response)
        assert NEW in response.content.decode() and not Letter.objects.filter(kind="new_address").exists()

    def test_one_that_no_mail_server_takes_is_told(self, visitor, home, order, monkeypatch):
        monkeypatch.setattr(carrying, "deliver", _refused)
        response = ask(visitor)
        assert response.status_code == 422 and "takes no letters for this address" in words(response)

    def test_nobody_fills_a_mailbox(self, visitor, home, order):
        answers = [ask(visitor, f"eve{one}@example.net").status_code for one in range(5)]
        assert answers == [303, 303, 303, 429, 429]

    def test_there_is_no_way_where_nothing_can_move(self, visitor, home):
        somebody(Role.STAFF, email="iris@office.example")
        assert ask(visitor, NEW, "iris@office.example").status_code == 404
        a_draft(email="bea@example.net")
        assert ask(visitor, NEW, "bea@example.net").status_code == 404


class TestTheLink:
    def test_moves_everything_and_tells_the_old_address(self, visitor, home, order):
        case, second = a_case(email=OLD), a_placed_order()
        run_jobs()
        ask(visitor)
        there = link(home)
        assert visitor.get(there).status_code == 200 and emails() == {OLD}  # a mail program looked
        answer = visitor.post(there, {"email": " Ada@Example.net"})
        assert answer.status_code == 303 and answer["Location"].endswith("?moved")
        assert emails() == {NEW} and enquiries.for_letter(case.id).email == NEW
        assert privacy.people_at(OLD) == () and set(privacy.people_at(NEW)) == {
            order.subject_id, second.subject_id, Enquiry.objects.get().subject_id,
        }  # fmt: skip
        [told] = letters(home, "address_moved")
        assert told["To"] == OLD and NEW not in told.as_string()
        assert "write to you at the address" in words(visitor.get(answer["Location"]))
        assert selectors.by_number_and_email(order.number, NEW)

    def test_later_letters_go_to_the_new_one(self, visitor, home, order):
        ask(visitor)
        visitor.post(link(home), {"email": OLD})
        services.pack(order.id, by=privacy.Actor("staff"))
        services.ship(order.id, carrier="Kranich Parcel", tracking_number="K1", by=privacy.Actor("staff"))
        run_jobs()
        assert [one["To"] for one in letters(home, "order_shipped")] == [NEW]

    def test_is_of_no_use_to_a_stranger_whose_address_was_mistyped(self, visitor, home, order):
        ask(visitor)
        for guess in ("eve@example.net", NEW, ""):
            assert visitor.post(link(home), {"email": guess}).status_code == 422
        assert emails() == {OLD} and letters(home, "address_moved") == []
        answers = [visitor.post(link(home), {"email": f"g{one}@example.net"}).status_code for one in range(3)]
        assert answers[-1] == 429

    def test_works_once_and_ends_with_its_time(self, visitor, home, order, monkeypatch):
        ask(visitor)
        there = link(home)
        later = clock.now() + timedelta(minutes=61)
        with monkeypatch.context() as patch:
            patch.setattr(clock, "now", lambda: later)
            assert visitor.post(there, {"email": OLD}).status_code == 404
        visitor.post(there, {"email": OLD})
        forget_tries()
        assert visitor.post(there, {"email": OLD}).status_code == 404
        assert visitor.get(f"/privacy/address/{access.make(OLD)}").status_code == 404  # a link of another kind
        assert visitor.get(f"/privacy/mine/{there.rsplit('/', 1)[1]}").status_code == 404

    def test_nothing_moves_where_the_old_one_cannot_be_told_just_now(self, visitor, home, order, monkeypatch):
        ask(visitor)
        monkeypatch.setattr(carrying, "deliver", _away)
        assert visitor.post(link(home), {"email": OLD}).status_code == 503
        assert emails() == {OLD} and not Letter.objects.filter(kind="address_moved").exists()

    def test_an_old_one_that_is_dead_holds_nothing_up(self, visitor, home, order, monkeypatch):
        ask(visitor)
        monkeypatch.setattr(carrying, "deliver", _refused)
        assert visitor.post(link(home), {"email": OLD}).status_code == 303
        assert emails() == {NEW}

    def test_what_one_signs_in_by_stays(self, visitor, home, order):
        account = somebody(Role.STAFF, email=OLD)
        ask(visitor)
        visitor.post(link(home), {"email": OLD})
        account.refresh_from_db()
        assert account.details.open("staff").email == OLD and emails() == {NEW}


def test_a_letter_to_a_new_address_is_never_written_without_who_asked(order):
    from calla.privacycentre import letters as written

    assert moving.asked.get() is None and written.new_address(order.id) is None
    assert index.normal(NEW) != NEW


def _away(*given) -> None:
    raise Unreachable("away")


def _refused(message, letter) -> None:
    raise carrying.NotSent(Letter.Reason.UNDELIVERABLE)
