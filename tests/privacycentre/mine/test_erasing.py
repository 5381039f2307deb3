"""Having everything erased through the pages: seen beforehand, meant, done, and told."""

from __future__ import annotations

import json
import re
from email import message_from_bytes
from email.policy import default
from uuid import uuid4

import pytest

from calla.orders.models import Order
from calla.orders.selectors import token_of
from calla.privacy import receipts
from calla.privacy.erasure import searching
from calla.privacy.models import Letter, Subject
from calla.privacycentre.mine import access
from tests.builders.orders import a_placed_order
from tests.builders.shop import policy_in_force, policy_text
from tests.privacy.test_retention import NO_TAX, ended
from tests.storefront.reading import Page

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("home")]
ADA = "ada@example.net"


@pytest.fixture
def order():
    return ended()


@pytest.fixture
def here():
    return f"/privacy/mine/{access.make(ADA)}/erasure"


def words(response) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", response.content.decode())


class TestThePreview:
    def test_has_three_columns_and_changes_nothing(self, order, here, visitor):
        response = visitor.get(here)
        said = words(response)
        for heading in ("Erased now", "Held by law", "Stays, and is nobody’s"):
            assert heading in said
        assert f"until 31 December {order.ended_on.year + 10}" in said and "AO §147" in said
        assert "no-store" in response["Cache-Control"] and not response.cookies
        assert Subject.objects.get(pk=order.subject_id).erased_on is None

    def test_shows_first_what_is_owed(self, here, visitor):
        a_placed_order()
        assert "1 order: still under way" in re.sub(r"\s+", " ", words(visitor.get(here)))

    def test_of_nobody_has_no_button(self, visitor):
        response = visitor.get(f"/privacy/mine/{access.make('nobody@example.net')}/erasure")
        assert "nothing to erase" in words(response) and 'name="sure"' not in response.content.decode()

    def test_is_nobody_elses(self, order, visitor):
        assert visitor.get("/privacy/mine/" + "A" * 80 + "/erasure").status_code == 404

    def test_is_not_there_without_its_sentence(self, order, here, visitor):
        policy_in_force(policy_text(("[R3]\n", '[R3]\nstate = "planned"\n')))
        assert visitor.get(here).status_code == 404 and visitor.post(here, {"sure": "yes"}).status_code == 404
        assert Subject.objects.get(pk=order.subject_id).erased_on is None


class TestTheYes:
    def test_without_the_box_nothing_is_erased(self, order, here, visitor):
        for typed in ({}, {"sure": "no"}):
            response = visitor.post(here, typed)
            assert response.status_code == 422 and "Tick the box first" in words(response)
        assert Subject.objects.get(pk=order.subject_id).erased_on is None

    def test_through_the_form_it_is_done_and_said(self, order, here, visitor):
        form = Page(visitor.get(here)).form("/erasure")
        response = visitor.post(here, form.fields | {"sure": "yes"})
        said = words(response)
        assert response.status_code == 200 and "It is erased" in said and "1 key destroyed" in said
        assert Subject.objects.get(pk=order.subject_id).erased_on
        assert "nothing to erase" in words(visitor.get(here))

    def test_the_page_of_the_order_opens_no_more(self, order, here, visitor):
        address = f"/orders/{token_of(order.pk)}"
        visitor.post(here, {"sure": "yes"})
        response = visitor.get(address)
        assert response.status_code == 404 and "no page of it opens any more" in words(response)

    def test_from_another_site_nobody_presses_it(self, order, here, visitor):
        assert visitor.post(here, {"sure": "yes"}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
        assert Subject.objects.get(pk=order.subject_id).erased_on is None

    def test_pressed_twice_it_says_that_nothing_was_left(self, order, here, visitor):
        policy_in_force(policy_text(*NO_TAX))
        assert "nothing at all is left that is yours" in re.sub(r"\s+", " ", words(visitor.post(here, {"sure": "yes"})))
        assert "Nothing was left to erase" in words(visitor.post(here, {"sure": "yes"}))
        assert not Order.objects.exists() and not Subject.objects.exists()


class TestTheLastLetter:
    def test_goes_before_the_address_does_and_nothing_of_it_is_kept(self, order, here, visitor, home):
        visitor.post(here, {"sure": "yes"})
        [letter] = (home / "mailbox").iterdir()
        said = message_from_bytes(letter.read_bytes(), policy=default)
        assert (said["To"], said["Subject"]) == (ADA, "What you asked us to erase")
        text = said.get_body(("plain",)).get_content().replace("\r\n", "\n")
        assert "\n\nErased now:\n- 1 order: " in text and "\n\nHeld by law, and locked away for that alone:\n- " in text
        assert not Letter.objects.exists()

    def test_a_mail_server_that_is_away_holds_nothing_up(self, order, here, visitor, settings):
        settings.MAIL_SERVER = {"host": "127.0.0.1", "port": 1}
        response = visitor.post(here, {"sure": "yes"})
        assert "No letter could be sent" in words(response)
        assert Subject.objects.get(pk=order.subject_id).erased_on and not Letter.objects.exists()


class TestTheSearchAfterwards:
    @pytest.fixture
    def link(self, order, here, visitor):
        policy_in_force(policy_text(*NO_TAX))
        return next(one for one in Page(visitor.post(here, {"sure": "yes"})).links() if "/privacy/erasure/" in one)

    def test_is_owed_until_it_is_made(self, link, visitor):
        response = visitor.get(link)
        assert "We are still looking" in words(response) and "no-store" in response["Cache-Control"]

    def test_tells_what_it_found_and_names_nobody(self, link, order, visitor):
        searching.search()
        said = words(visitor.get(link))
        assert "Nothing of you was left" in said and "privacy_ledgerentry.subject" in said
        assert str(order.subject_id) not in said and ADA not in said

    def test_says_so_when_something_was_left(self, link, order, visitor, home):
        (home / "export.csv").write_text(ADA, encoding="utf-8")
        searching.search()
        said = words(visitor.get(link))
        assert "Something was left" in said and "the home, at the top" in said

    def test_is_found_by_its_number_alone(self, link, visitor):
        assert visitor.get(f"/privacy/erasure/{uuid4()}").status_code == 404


class TestTheReceipt:
    def test_is_given_as_a_file_that_holds_and_names_nobody(self, order, here, visitor):
        page = Page(visitor.post(here, {"sure": "yes"}))
        form = page.form("/privacy/receipt")
        response = visitor.post(form.action, form.fields)
        assert response["Content-Disposition"].startswith("attachment")
        published = json.loads(visitor.get("/.well-known/privacy-policy.json").content)["receipts"]
        receipt = receipts.verify(response.content, published["key"])
        assert receipt["kind"] == "erasure" and receipt["keys_destroyed"] == 1
        assert receipt["held_by_law"][0]["until"] == f"{order.ended_on.year + 10}-12-31"
        for value in ("Ada", "Brennwald", ADA, "Bremen", str(order.pk), str(order.subject_id), order.number):
            assert value not in response.content.decode()

    def test_what_we_did_not_sign_is_not_given_out(self, visitor):
        assert visitor.post("/privacy/receipt", {"receipt": '{"kind": "erasure"}'}).status_code in {409, 422}

    def test_of_cookies_is_offered_after_the_answer_alone(self, visitor):
        assert "Keep the receipt" not in words(visitor.get("/privacy/choices"))
        visitor.post("/privacy/choices", {"cookie[]": "bag"})
        form = Page(visitor.get("/privacy/choices?saved")).form("/privacy/receipt")
        receipt = json.loads(visitor.post(form.action, form.fields).content)
        assert receipt["answers"] == {"bag": True, "cart": False} and "bag: " in receipt["wording"]["text"]
