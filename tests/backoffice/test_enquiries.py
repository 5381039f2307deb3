"""Questions in the office: seen without anybody's name, opened once, answered in words that ask for nothing private."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest

from calla.enquiries import services
from calla.enquiries.models import Enquiry, Message
from calla.kernel import clock
from calla.privacy.models import LedgerEntry, Letter
from tests.backoffice.test_naughty import posted
from tests.builders.enquiries import a_case
from tests.builders.orders import a_placed_order
from tests.builders.shop import policy_in_force, policy_text
from tests.storefront.reading import Page
from tests.storefront.test_naughty import OWN, is_harmless, naughty

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
NO_QUESTIONS = ('[S5b]\nunder = "S5"\n', '[S5b]\nunder = "S5"\nstate = "planned"\n')


def text_of(answer):
    return unescape(answer.content.decode())


def address(case, way=""):
    return f"/office/enquiries/{case.id}{way}"


class TestTheList:
    def test_it_names_nobody_and_opens_nothing(self, at_work):
        case = a_case(name="Ada Brennwald", order_number="C1001")
        page = text_of(at_work().get("/office/enquiries"))
        assert case.number in page and "Brennwald" not in page and "example.net" not in page and "coat" not in page
        assert not LedgerEntry.objects.filter(kind="opened", purpose="enquiries").exists()

    def test_what_is_overdue_is_marked_there_and_on_the_front_page(self, at_work):
        client, case = at_work(), a_case()
        assert "overdue" not in Page(client.get("/office")).text and "1 to answer" in Page(client.get("/office")).text
        Enquiry.objects.update(due_at=clock.now() - timedelta(minutes=1))
        assert "1 overdue" in Page(client.get("/office")).text
        assert case.number in text_of(client.get("/office/enquiries?state=overdue"))
        assert ", overdue" in text_of(client.get("/office/enquiries"))

    @pytest.mark.parametrize("cases", [1, 12])
    def test_it_costs_the_same_for_one_and_for_twelve(self, at_work, cases, django_assert_max_num_queries):
        client = at_work()
        for _ in range(cases):
            a_case()
        client.get("/office/enquiries")
        with django_assert_max_num_queries(6):
            client.get("/office/enquiries")

    def test_without_the_sentence_it_is_not_in_the_menu(self, at_work):
        client = at_work()
        assert "/office/enquiries" in Page(client.get("/office")).links()
        policy_in_force(policy_text(NO_QUESTIONS))
        page = Page(client.get("/office"))
        assert "/office/enquiries" not in page.links() and "to answer" not in page.text


class TestOneCase:
    def test_to_open_it_is_one_entry_that_its_person_can_read(self, at_work):
        client, case = at_work(), a_case(name="Ada Brennwald")
        page = text_of(client.get(address(case)))
        assert "Ada Brennwald" in page and "When does my coat arrive?" in page
        [opened] = LedgerEntry.objects.filter(kind="opened", purpose="enquiries")
        assert (opened.subject, opened.actor_subject) == (case.subject_id, client.account.subject_id)

    def test_the_order_they_name_is_led_to_and_whose_it_is_said(self, at_work):
        client, order = at_work(), a_placed_order()
        own = text_of(client.get(address(a_case(order_number=order.number))))
        assert f"/office/orders/{order.id}" in own.replace("&#x2f;", "/") and "Made from this e-mail address" in own
        other = text_of(client.get(address(a_case(order_number=order.number, email="eve@example.org"))))
        assert "tell them nothing about it" in other
        assert "There is no order of that number" in text_of(client.get(address(a_case(order_number="C9"))))

    def test_an_answer_goes_out_once(self, at_work):
        client, case = at_work(), a_case()
        form = Page(client.get(address(case))).form("/answers").fields
        for _ in range(2):
            assert client.post(address(case, "/answers"), form | {"answer": "On Friday."}).status_code == 302
        case.refresh_from_db()
        assert case.state == "answered" and Letter.objects.filter(kind="answer").count() == 1
        assert Message.objects.get(author="staff").actor_subject == client.account.subject_id

    @pytest.mark.parametrize(("said", "why", "shown"), [
        ("Please send us your password.", "asks for something private", "Please send us your password."),
        ("Please tell us your card number.", "asks for something private", "Please tell us your card number."),
        ("See www.elsewhere.example/sale", "would be a link", ">\nSee www.elsewhere.example/sale</textarea>"),
        ("Your card 4242 4242 4242 4242 was charged.", "looks like a card number", "Your card •••• 4242 was charged."),
    ])  # fmt: skip
    def test_one_that_must_not_leave_comes_back_with_the_reason(self, at_work, said, why, shown):
        client, case = at_work(), a_case()
        answer = client.post(address(case, "/answers"), {"answer": said, "after": 1})
        assert answer.status_code == 422 and why in text_of(answer) and shown in text_of(answer)
        assert not Message.objects.filter(author="staff").exists() and not Letter.objects.filter(kind="answer").exists()

    def test_an_empty_one_is_not_sent(self, at_work):
        case = a_case(name="Ada Brennwald")
        empty = at_work().post(address(case, "/answers"), {"answer": " ", "after": 1})
        assert empty.status_code == 422 and "Our letter begins with “Dear Ada Brennwald,”" in text_of(empty)

    def test_it_is_closed_once(self, at_work):
        client, case = at_work(), a_case()
        assert client.post(address(case, "/closure")).status_code == 302
        case.refresh_from_db()
        assert case.state == "closed" and case.closed_on
        again = client.post(address(case, "/closure"), follow=True)
        assert "cannot become closed" in text_of(again)
        assert "Close it" not in text_of(client.get(address(case)))

    def test_what_was_closed_meanwhile_can_still_be_answered(self, at_work):
        client, case = at_work(), a_case()
        services.close(case.id)
        assert client.post(address(case, "/answers"), {"answer": "On Friday.", "after": 1}).status_code == 302
        case.refresh_from_db()
        assert (case.state, case.closed_on) == ("answered", None)


@pytest.mark.parametrize("whose", ["ours", "big"])
def test_naughty_answers_do_no_harm(at_work, whose):
    client, case = at_work(), a_case()
    for number, text in enumerate(OWN if whose == "ours" else naughty()[::40]):
        sendable = text.encode("utf-8", "replace").decode()
        posted(client, address(case, "/answers"), answer=sendable, after=str(number))
        posted(client, address(case, "/answers"), answer="On Friday.", after=sendable)
        is_harmless(client.get(address(case)))
