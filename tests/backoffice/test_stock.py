"""Stock in the office: changed by movements with a reason, refused when it does not fit, never overwritten."""

import pytest

from calla.catalogue.models import Stock, StockMovement
from calla.customers.types import Role
from tests.builders.orders import a_line, a_placed_order
from tests.builders.shop import a_variant

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]


def change(client, variant, delta, reason="received"):
    return client.post(f"/office/stock/{variant.pk}/movements", {"delta": delta, "reason": reason})


def on_hand(variant):
    return Stock.objects.get(variant=variant).on_hand


class TestFinding:
    def test_by_name_or_sku_in_any_case(self, at_work):
        client, dress, coat = at_work(), a_variant(title="Linen dress"), a_variant(title="Wool coat")
        for text in ("linen", "DRESS linen", dress.sku.lower()):
            page = client.get("/office/stock", {"q": text}).content.decode()
            assert dress.sku in page and coat.sku not in page

    @pytest.mark.parametrize("text", ["%", "_", "' OR 1=1 --", "<script>", "\0", "x" * 9000, "{{7*7}}", "\u202e"])
    def test_no_search_breaks_it(self, at_work, text):
        a_variant()
        answer = at_work().get("/office/stock", {"q": text})
        assert answer.status_code == 200 and b"<script" not in answer.content

    def test_a_shop_without_goods_says_how_to_get_some(self, at_work):
        assert "import-products" in at_work().get("/office/stock").content.decode()

    @pytest.mark.parametrize("number", ["1", "999999999999999999999999"])
    def test_what_is_not_there_is_not_there(self, at_work, number):
        client = at_work(Role.MANAGER)
        assert client.get(f"/office/stock/{number}").status_code == 404
        answer = client.post(f"/office/stock/{number}/movements", {"delta": "1", "reason": "found"})
        assert answer.status_code == 404


class TestChanging:
    def test_a_change_is_a_movement_with_who_and_why(self, at_work):
        client, variant = at_work(Role.MANAGER), a_variant(on_hand=10)
        assert change(client, variant, "-3", "damaged").status_code == 302
        assert on_hand(variant) == 7
        movement = StockMovement.objects.get()
        assert (movement.on_hand, movement.reason, movement.actor) == (-3, "damaged", "staff")
        assert movement.actor_subject == client.account.subject_id
        page = client.get(f"/office/stock/{variant.pk}").content.decode()
        assert "damaged" in page and "-3" in page and "you" in page

    @pytest.mark.parametrize(("delta", "reason"), [
        ("0", "received"), ("1.5", "received"), ("NaN", "received"), ("", "received"), ("10000000000", "received"),
        ("5", ""), ("5", "theft"), ("5", "shipped"), ("-11", "lost"),
    ])  # fmt: skip
    def test_what_does_not_fit_changes_nothing(self, at_work, delta, reason):
        client, variant = at_work(Role.MANAGER), a_variant(on_hand=10)
        answer = change(client, variant, delta, reason)
        assert answer.status_code == 422 and b"<title>Error" in answer.content
        assert on_hand(variant) == 10 and not StockMovement.objects.exists()

    def test_what_is_promised_to_orders_cannot_be_taken_away(self, at_work):
        client, variant = at_work(Role.MANAGER), a_variant(on_hand=10)
        a_placed_order(a_line(variant, 8))
        assert change(client, variant, "-3", "lost").status_code == 422
        assert on_hand(variant) == 10

    def test_staff_may_look_but_not_change(self, at_work):
        client, variant = at_work(), a_variant(on_hand=10)
        assert b"Change the stock" not in client.get(f"/office/stock/{variant.pk}").content
        assert change(client, variant, "5").status_code == 403
        assert on_hand(variant) == 10
