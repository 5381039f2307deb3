"""Letters from the office: what is typed is scanned, and a recall shows its number before it writes."""

from __future__ import annotations

import pytest

from calla.customers.types import Role
from calla.orders.models import Note, Recall
from calla.privacy.models import Letter
from tests.builders.orders import a_line, a_placed_order
from tests.builders.shop import a_variant, policy_in_force, policy_text
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
PLANNED = ('[S8]\nunder = "S5"\n', '[S8]\nunder = "S5"\nstate = "planned"\n')


def text_of(response):
    return response.content.decode()


class TestALetter:
    def test_it_is_owed_and_the_order_shows_it_with_its_reason(self, at_work):
        order, iris = a_placed_order(), at_work()
        response = iris.post(f"/office/orders/{order.id}/letter", {"reason": "order_problem", "text": "It is late."})
        assert response.status_code == 302
        page = text_of(iris.get(f"/office/orders/{order.id}"))
        assert "Letter about an order, because of a problem with your order" in page

    @pytest.mark.parametrize("typed", ["Please send your password.", "Tell us your bank details.", "Confirm your PIN"])
    def test_one_that_asks_for_something_private_stays_typed_with_the_reason(self, at_work, typed):
        order = a_placed_order()
        response = at_work().post(f"/office/orders/{order.id}/letter", {"reason": "order_problem", "text": typed})
        page = text_of(response)
        assert response.status_code == 422 and "asks for something private" in page and typed in page
        assert not Note.objects.exists()

    def test_one_that_links_to_somebody_else_stays_typed_with_what_to_do(self, at_work):
        order, typed = a_placed_order(), "It is at www.kranich.example/track."
        response = at_work().post(f"/office/orders/{order.id}/letter", {"reason": "order_problem", "text": typed})
        page = text_of(response)
        assert response.status_code == 422 and "would be a link" in page and typed in page
        assert not Note.objects.exists()

    def test_a_card_number_is_taken_out_and_refused(self, at_work):
        order = a_placed_order()
        sent = {"reason": "order_problem", "text": "Your card 4242 4242 4242 4242 was charged."}
        response = at_work().post(f"/office/orders/{order.id}/letter", sent)
        page = text_of(response)
        assert response.status_code == 422 and "4242 4242" not in page and "•••• 4242" in page
        assert not Note.objects.exists()

    def test_a_reason_of_ones_own_is_none(self, at_work):
        order = a_placed_order()
        response = at_work().post(f"/office/orders/{order.id}/letter", {"reason": "summer_sale", "text": "Hello!"})
        assert response.status_code == 422 and not Note.objects.exists()

    def test_without_its_sentence_there_is_no_such_page(self, at_work):
        order, boss = a_placed_order(), at_work(Role.MANAGER)
        policy_in_force(policy_text(PLANNED))
        assert boss.get(f"/office/orders/{order.id}/letter").status_code == 404
        assert boss.get("/office/recalls").status_code == 404
        page = text_of(boss.get(f"/office/orders/{order.id}"))
        assert "Write to the customer" not in page and "Recalls" not in page


class TestARecall:
    @pytest.fixture
    def typed(self):
        dress = a_variant(on_hand=50)
        for n in range(3):
            a_placed_order(a_line(dress), email=f"b{n}@example.net")
        return {"product": dress.product.handle, "text": "Stop wearing it."}

    def test_first_the_number_is_shown_and_nothing_is_written(self, at_work, typed):
        page = text_of(at_work(Role.MANAGER).post("/office/recalls/new", typed))
        assert "Write 3 letters" in page and "Stop wearing it." in page
        assert not Recall.objects.exists() and not Letter.objects.filter(kind="recall").exists()

    def test_confirmed_it_begins_and_its_progress_is_shown(self, at_work, typed):
        boss = at_work(Role.MANAGER)
        assert boss.post("/office/recalls/new", typed | {"people": 3, "sure": "on"}).status_code == 302
        run_jobs()
        assert Letter.objects.filter(kind="recall", state="sent").count() == 3
        assert "Linen dress" in text_of(boss.get("/office/recalls"))

    @pytest.mark.parametrize("sent", [{"people": 3}, {"people": 2, "sure": "on"}, {"people": "x", "sure": "on"}])
    def test_unconfirmed_or_for_another_number_nothing_begins(self, at_work, typed, sent):
        response = at_work(Role.MANAGER).post("/office/recalls/new", typed | sent)
        assert "Write 3 letters" in text_of(response) and not Recall.objects.exists()

    def test_what_nobody_bought_is_told(self, at_work):
        response = at_work(Role.MANAGER).post("/office/recalls/new", {"product": "no-such", "text": "Stop."})
        assert response.status_code == 422 and "Nobody we know of" in text_of(response)

    @pytest.mark.parametrize("text", ["Please send us your card number.", "See elsewhere.com."])
    def test_a_text_that_no_letter_may_say_begins_nothing(self, at_work, typed, text):
        sent = typed | {"text": text, "people": 3, "sure": "on"}
        response = at_work(Role.MANAGER).post("/office/recalls/new", sent)
        assert response.status_code == 422 and text in text_of(response) and not Recall.objects.exists()

    def test_staff_without_the_role_begin_none(self, at_work, typed):
        assert at_work().post("/office/recalls/new", typed | {"people": 3, "sure": "on"}).status_code == 403
        assert not Recall.objects.exists()
