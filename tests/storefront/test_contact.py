"""Asking the shop: by a form that asks what the policy collects, without account, cookie or script."""

from __future__ import annotations

import pytest
from django.test import Client

from calla.enquiries import services
from calla.enquiries.models import Enquiry, Message
from calla.kernel import limits, tokens
from calla.kernel.callers import caller
from calla.orders import selectors as orders
from calla.privacy import mail
from calla.privacy.errors import KeysUnavailable
from calla.privacy.models import Letter
from calla.privacy.types import Actor
from tests.builders.enquiries import asked
from tests.builders.orders import a_placed_order
from tests.builders.shop import policy_in_force, policy_text
from tests.storefront.reading import Page
from tests.storefront.test_naughty import OWN, is_harmless, naughty

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
TYPED = {"email": "ada@example.net", "message": "Is it lined?\n\nAda"}
NO_QUESTIONS = ('[S5b]\nunder = "S5"\n', '[S5b]\nunder = "S5"\nstate = "planned"\n')
COLLECTED = 'collect.enquiry = ["name?", "email", "message", "order_number?"]'
READS = 'purpose.enquiries.reads = ["name", "email", "message", "order_number"]'
CARD = "4242 4242 4242 4242"


@pytest.fixture(autouse=True)
def no_limit(settings):
    settings.ASKS_PER_MINUTE = 0


def form(visitor, address="/contact"):
    return Page(visitor.get(address)).form("/contact")


def send(visitor, **typed):
    found = form(visitor)
    return visitor.post(found.action, found.fields | TYPED | typed)


class TestTheForm:
    def test_it_has_the_fields_of_the_policy_and_says_how_soon_and_why(self, visitor):
        page = Page(visitor.get("/contact"))
        assert set(page.form("/contact").fields) == {"once", "shown_policy", "email", "name", "order_number"}
        assert page.with_id("message") and "answers within 3 days" in page.text
        assert "/privacy#S5b" in page.links() and f"mailto:{mail.own_address()}" in page.links()

    def test_another_policy_asks_for_less(self, visitor):
        policy_in_force(policy_text((COLLECTED, 'collect.enquiry = ["email", "message"]'),
                                    (READS, 'purpose.enquiries.reads = ["email", "message"]')))  # fmt: skip
        assert set(form(visitor, "/contact?order=C1001").fields) == {"once", "shown_policy", "email"}
        send(visitor, name="Ada", order_number="C1001")
        assert Enquiry.objects.get().details._plain()["name"] == ""

    def test_another_asks_for_a_name(self, visitor):
        policy_in_force(policy_text((COLLECTED, COLLECTED.replace("name?", "name"))))
        assert send(visitor).status_code == 422 and send(visitor, name="Ada").status_code == 303

    def test_a_web_address_is_no_name(self, visitor):
        answer = send(visitor, name="www.elsewhere.example")
        assert answer.status_code == 422 and "reads like a web address" in Page(answer).text
        assert not Enquiry.objects.exists()

    def test_it_keeps_the_order_number(self, visitor):
        assert form(visitor, "/contact?order=C1001").fields["order_number"] == "C1001"

    def test_the_page_of_an_order_leads_there_and_gives_nothing_else_away(self, visitor):
        order = a_placed_order()
        address = f"/orders/{orders.by_number_and_email(order.number, 'ada@example.net')}"
        [link] = [link for link in Page(visitor.get(address)).links() if link.startswith("/contact?")]
        assert link == f"/contact?order={order.number}"

    def test_nothing_is_stored_by_looking(self, visitor):
        visitor.get("/contact?order=C1")
        assert not Enquiry.objects.exists() and not visitor.cookies

    def test_two_questions_for_the_page(self, visitor, django_assert_max_num_queries):
        visitor.get("/contact")
        with django_assert_max_num_queries(3):
            visitor.get("/contact")


class TestSending:
    def test_it_leads_to_a_page_with_number_clock_and_conversation(self, visitor):
        answer = send(visitor, order_number="C1001")
        assert answer.status_code == 303 and answer["Location"].startswith("/contact/")
        response = visitor.get(answer["Location"])
        page, case = Page(response), Enquiry.objects.get()
        assert case.number in page.text and "Is it lined?" in page.text and "C1001" in page.text
        assert f"{case.due_at:%H:%M} UTC" in page.text and response["Cache-Control"] == "no-store"
        assert {"name": "robots", "content": "noindex"} in page.all("meta")
        assert not visitor.cookies

    def test_a_browser_without_cookies_and_without_a_word_of_where_it_comes_from(self):
        answer = send(Client())
        assert answer.status_code == 303 and Enquiry.objects.count() == 1

    def test_pressed_twice_it_is_one_case(self, visitor):
        found = form(visitor)
        ways = {visitor.post(found.action, found.fields | TYPED)["Location"] for _ in range(2)}
        assert len(ways) == 1 and Enquiry.objects.count() == Message.objects.count() == Letter.objects.count() == 1

    def test_unknown_fields_are_dropped(self, visitor):
        send(visitor, phone="+49 30 123456", number="x")
        assert b"123456" not in str(Enquiry.objects.get().details._plain()).encode()

    def test_what_is_missing_is_said_at_once_and_what_was_typed_stays(self, visitor):
        answer = send(visitor, email="not an address", message="", name="Ada <b>")
        page = Page(answer)
        assert answer.status_code == 422 and page.title.startswith("Error: ")
        assert {"#email", "#message"} <= set(page.links()) and page.with_id("name")["value"] == "Ada <b>"
        assert page.with_id("email")["value"] == "not an address" and not Enquiry.objects.exists()

    @pytest.mark.parametrize("field", ["message", "name", "order_number", "email"])
    def test_a_card_number_is_refused_and_shown_to_nobody(self, visitor, field):
        answer = send(visitor, **{field: f"it is {CARD}"})
        text = answer.content.decode()
        assert answer.status_code == 422 and "looks like a card number" in text and "4242 4242" not in text
        assert field != "message" or "it is •••• 4242" in text
        assert not Enquiry.objects.exists()

    def test_one_that_is_too_long_comes_back(self, visitor):
        answer = send(visitor, message="x" * 10_001)
        assert answer.status_code == 422 and "x" * 9_000 in answer.content.decode()

    def test_who_asks_too_often_waits_and_keeps_what_was_typed(self, visitor, settings):
        settings.ASKS_PER_MINUTE = 1
        first = send(visitor, message="")  # a form that is sent back tries nothing
        limits.wait((limits.Limit("asks", 1, 60), caller(first.wsgi_request)))
        answer = send(visitor)
        assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 60
        assert "Is it lined?" in answer.content.decode() and not Enquiry.objects.exists()

    def test_keys_that_do_not_answer_keep_the_form(self, visitor, monkeypatch):
        def away() -> None:
            raise KeysUnavailable

        monkeypatch.setattr(services.privacy, "new_key", away)
        answer = send(visitor)
        assert answer.status_code == 503 and "Is it lined?" in answer.content.decode()

    def test_a_form_of_another_site_changes_nothing(self, client):
        answer = client.post("/contact", TYPED, headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403 and not Enquiry.objects.exists()


class TestTheConversation:
    def reply(self, visitor, token, **typed):
        found = Page(visitor.get(f"/contact/{token}")).form("/messages")
        return visitor.post(found.action, found.fields | typed)

    def test_our_answer_stands_there_and_one_writes_again(self, visitor):
        token = asked()
        services.answer(Enquiry.objects.get().id, "On <b>Friday</b>.", after=1, by=Actor("staff"))
        assert "On <b>Friday</b>." in Page(visitor.get(f"/contact/{token}")).text
        assert self.reply(visitor, token, message="Thank you.").status_code == 303
        page = Page(visitor.get(f"/contact/{token}"))
        assert "Thank you." in page.text and Enquiry.objects.get().state == "open"

    def test_sent_twice_it_stands_there_once(self, visitor):
        token = asked()
        found = Page(visitor.get(f"/contact/{token}")).form("/messages")
        for _ in range(2):
            visitor.post(found.action, found.fields | {"message": "Thank you."})
        assert Message.objects.count() == 2

    @pytest.mark.parametrize("text", ["", "   ", CARD])
    def test_nothing_and_card_numbers_are_refused(self, visitor, text):
        answer = self.reply(visitor, asked(), message=text)
        assert answer.status_code == 422 and "4242 4242" not in answer.content.decode()
        assert Message.objects.count() == 1

    @pytest.mark.parametrize("way", ["", "/messages"])
    def test_a_stranger_finds_nothing(self, visitor, way):
        asked()
        wrong = f"/contact/{tokens.new_token()}{way}"
        answer = visitor.post(wrong, {"message": "x"}) if way else visitor.get(wrong)
        assert answer.status_code == 404 and Message.objects.count() == 1
        assert visitor.get(f"/contact/{Enquiry.objects.get().number}").status_code == 404

    def test_a_long_conversation_asks_no_more_than_a_short_one(self, visitor, django_assert_max_num_queries):
        token = asked()
        for number in range(1, 12):
            services.reply(token, f"and {number}", after=number)
        with django_assert_max_num_queries(6):
            visitor.get(f"/contact/{token}")


class TestWithoutTheSentence:
    @pytest.fixture(autouse=True)
    def no_questions(self, shop):
        policy_in_force(policy_text(NO_QUESTIONS))

    def test_the_page_says_how_else_and_has_no_form(self, visitor):
        page = Page(visitor.get("/contact"))
        assert not [one for one in page.forms if one.method == "post"]
        assert f"mailto:{mail.own_address()}" in page.links()
        assert visitor.post("/contact", TYPED).status_code == 200 and not Enquiry.objects.exists()

    def test_no_page_leads_there(self, visitor):
        for address in ("/", "/help", "/privacy"):
            assert not [link for link in Page(visitor.get(address)).links() if link.startswith("/contact")]

    def test_with_it_every_foot_does(self, visitor):
        policy_in_force()
        for address in ("/", "/help", "/privacy"):
            assert "/contact" in Page(visitor.get(address)).links()


class TestHelp:
    def test_it_answers_with_what_the_shop_itself_goes_by(self, visitor):
        text = Page(visitor.get("/help")).text
        for said in ("Parcel", "€4.90", "2 to 4 working days", "within 14 days", "Test Pay", "set aside for 30 minutes",
                     "answers within 3 days"):  # fmt: skip
            assert said in text, said

    def test_it_changes_with_the_policy(self, visitor):
        changes = ('contact.answer = "3 days"', 'contact.answer = "12 hours"'), ('"Test Pay"', '"Lily Pay"')
        policy_in_force(policy_text(*changes))
        text = Page(visitor.get("/help")).text
        assert "12 hours" in text and "Lily Pay" in text and "3 days" not in text

    def test_its_places_are_there(self, visitor):
        page = Page(visitor.get("/help"))
        for place in [link for link in page.links() if link.startswith("#") and link != "#content"]:
            assert page.with_id(place[1:])

    def test_four_questions(self, visitor, django_assert_max_num_queries):
        visitor.get("/help")
        with django_assert_max_num_queries(4):
            visitor.get("/help")


@pytest.mark.parametrize("whose", ["ours", "big"])
def test_naughty_strings_do_no_harm(visitor, whose):
    strings = OWN if whose == "ours" else naughty()[::10]
    for text in (text.encode("utf-8", "replace").decode() for text in strings):
        for typed in ({"message": text}, {"email": text}, {"name": text, "order_number": text, "once": text}):
            answer = visitor.post("/contact", TYPED | typed)
            page = is_harmless(answer)
            assert answer.status_code in {303, 422} and (answer.status_code == 303 or page.all("h1"))
        is_harmless(visitor.get("/contact", {"order": text}))
        token = visitor.post("/contact", TYPED | {"once": tokens.new_token()})["Location"]
        is_harmless(visitor.post(f"{token}/messages", {"message": text, "after": text}))
        is_harmless(visitor.get(token))
