"""The hosted page of the test provider, and what its cards come to."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from calla.demo.testpay import cards, process, wire
from tests.demo.paying import CANCEL, RETURN, act, code, eventually, opened, state


class TestCards:
    def test_the_good_card_is_authorised_and_leads_back_to_the_very_address_given(self, shared):
        made = opened(shared)
        answer = shared.pay(made["pay_url"], "4242 4242 4242 4242")
        assert (answer.status, answer.headers["location"]) == (303, RETURN)
        after = state(shared, made["id"])
        assert (after["status"], after["authorised_minor"], after["captured_minor"]) == ("authorised", 12_900, 0)
        assert [(a["last4"], a["outcome"]) for a in after["attempts"]] == [("4242", "authorised")]

    def test_a_declined_card_charges_nothing_and_another_may_be_tried(self, provider, shop):
        made = opened(provider)
        declined = provider.pay(made["pay_url"], cards.DECLINED)
        assert declined.status == 402
        assert b"was declined" in declined.body and CANCEL.encode() in declined.body
        after = state(provider, made["id"])
        assert (after["status"], after["authorised_minor"]) == ("open", 0)
        assert provider.pay(made["pay_url"]).status == 303
        assert [a["outcome"] for a in state(provider, made["id"])["attempts"]] == ["declined", "authorised"]
        eventually(lambda: shop.told() == ["payment.failed", "payment.authorised"])

    def test_the_second_step_authorises_only_once_confirmed(self, shared):
        made = opened(shared)
        first = process.submit(made["pay_url"], {"number": cards.ASKS_AGAIN, "expiry": "1249", "csc": "123"})
        assert (first.status, first.headers["location"]) == (303, f"/pay/{made['id']}/confirm")
        assert state(shared, made["id"])["status"] == "open"
        assert b"Confirm this payment" in wire.request("GET", made["pay_url"] + "/confirm").body
        done = process.submit(made["pay_url"] + "/confirm", {"decision": "confirm"})
        assert (done.status, done.headers["location"]) == (303, RETURN)
        assert state(shared, made["id"])["status"] == "authorised"

    def test_the_second_step_can_fail(self, provider, shop):
        made = opened(provider)
        answer = provider.pay(made["pay_url"], cards.ASKS_AGAIN, agrees=False)
        assert answer.status == 402 and b"was not confirmed" in answer.body
        after = state(provider, made["id"])
        assert (after["status"], after["attempts"][0]["outcome"]) == ("open", "not_confirmed")
        eventually(lambda: shop.told() == ["payment.failed"])

    def test_the_second_step_cannot_be_jumped_to(self, shared):
        made = opened(shared)
        answer = process.submit(made["pay_url"] + "/confirm", {"decision": "confirm"})
        assert answer.status == 409 and state(shared, made["id"])["status"] == "open"
        assert wire.request("GET", made["pay_url"] + "/confirm").headers["location"] == f"/pay/{made['id']}"

    def test_the_disputed_card_is_charged_and_then_charged_back(self, provider, shop):
        provider.control(dispute_after_ms=300)
        made = opened(provider)
        provider.pay(made["pay_url"], cards.DISPUTED)
        act(provider, made["id"], "capture", "c", amount_minor=12_900)
        assert state(provider, made["id"])["status"] == "captured"
        eventually(lambda: state(provider, made["id"])["status"] == "disputed")
        eventually(lambda: shop.told() == ["payment.authorised", "payment.captured", "payment.disputed"])
        assert code(act(provider, made["id"], "refund", "r", amount_minor=1)) == "illegal_move"

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"number": "4242424242424241"}, "number"),
            ({"number": "4111111111111111"}, "number"),
            ({"number": ""}, "number"),
            ({"number": "42424242٤٢٤٢4242"}, "number"),
            ({"expiry": "01/20"}, "expiry"),
            ({"expiry": "13/49"}, "expiry"),
            ({"expiry": ""}, "expiry"),
            ({"csc": "12"}, "csc"),
            ({"csc": "12a"}, "csc"),
        ],
    )
    def test_a_slip_is_told_at_its_field_and_nothing_is_tried(self, shared, typed, field):
        made = opened(shared)
        right = {"number": cards.PAYS, "expiry": "04/49", "csc": "123"}
        answer = process.submit(made["pay_url"], {**right, **typed})
        page = answer.body.decode()
        assert answer.status == 422
        assert page.count('aria-invalid="true"') == 1 and f'id="{field}-error"' in page and f'href="#{field}"' in page
        assert state(shared, made["id"])["attempts"] == []

    @pytest.mark.parametrize("expiry", ["4/49", "04/49", "04 / 2049", "0449", "04-49"])
    def test_the_ways_a_date_is_typed_or_filled_in_are_understood(self, shared, expiry):
        made = opened(shared)
        assert process.submit(made["pay_url"], {"number": cards.PAYS, "expiry": expiry, "csc": "1234"}).status == 303


class TestHostedPage:
    def test_it_can_be_filled_in_by_the_browser_and_names_what_is_paid(self, shared):
        made = opened(shared, description="2 × dress <script>")
        page = wire.request("GET", made["pay_url"]).body.decode()
        for name, token in [("number", "cc-number"), ("expiry", "cc-exp"), ("csc", "cc-csc")]:
            assert f'<label for="{name}">' in page and f'autocomplete="{token}"' in page
        assert "129.00\u00a0EUR" in page and "2 × dress &lt;script&gt;" in page

    def test_it_needs_neither_script_nor_cookie_and_its_policy_lets_the_form_lead_back(self, shared):
        page = wire.request("GET", opened(shared)["pay_url"])
        assert "set-cookie" not in page.headers and b"<script" not in page.body and b"style=" not in page.body
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert policy.endswith("form-action 'self' http://127.0.0.1:8000")

    @pytest.mark.parametrize(
        ("currency", "minor", "shown"),
        [("JPY", 500, "500\u00a0JPY"), ("EUR", 5, "0.05\u00a0EUR"), ("KWD", 1234, "1.234")],
    )
    def test_it_shows_the_amount_as_the_currency_is_written(self, shared, currency, minor, shown):
        made = opened(shared, currency=currency, amount_minor=minor)
        assert shown in wire.request("GET", made["pay_url"]).body.decode()

    def test_a_paid_payment_is_not_paid_twice_and_shows_the_way_back(self, shared):
        made = opened(shared)
        shared.pay(made["pay_url"])
        again = shared.pay(made["pay_url"])
        assert again.status == 409 and b"This payment is made" in again.body
        assert RETURN.replace("&", "&amp;").encode() in wire.request("GET", made["pay_url"]).body
        assert len(state(shared, made["id"])["attempts"]) == 1

    def test_twenty_clicks_at_once_pay_once(self, shared):
        made = opened(shared)
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda _: shared.pay(made["pay_url"]).status, range(20)))
        assert sorted(answers) == [303] + [409] * 19
        assert len(state(shared, made["id"])["attempts"]) == 1

    def test_an_expired_payment_says_so_and_takes_no_card(self, provider, shop):
        soon = (datetime.now(UTC) + timedelta(seconds=0.4)).isoformat()
        made = opened(provider, expires_at=soon)
        eventually(lambda: shop.told() == ["payment.expired"])
        answer = provider.pay(made["pay_url"])
        assert answer.status == 409 and b"The time to pay is over" in answer.body
        assert state(provider, made["id"])["authorised_minor"] == 0

    def test_an_unknown_address_is_told_kindly(self, shared):
        assert wire.request("GET", f"{shared.url}/pay/pay_unknown").status == 404
        assert wire.request("GET", f"{shared.url}/elsewhere").status == 404
        assert wire.request("DELETE", opened(shared)["pay_url"]).status == 405


class TestCardNumbers:
    def test_no_number_and_nothing_of_the_customer_is_kept(self, provider):
        canary = {"email": "canary.k7@example.org", "name": "Canary Kestrel"}
        made = opened(provider, customer=canary)
        numbers = [*cards.MEANING, "4242424242424241", "5555555555554444"]
        for number in reversed(numbers):
            provider.pay(made["pay_url"], number)
            provider.pay(made["pay_url"], " ".join(number[i : i + 4] for i in range(0, 16, 4)))
        wire.request("GET", f"{provider.url}/pay/{cards.PAYS}?number={cards.PAYS}")
        assert state(provider, made["id"])["customer_fields"] == ["email", "name"]
        provider.kill()
        kept = b"".join(f.read_bytes() for f in provider.folder.rglob("*") if f.is_file())
        assert made["id"].encode() in kept
        for word in [*numbers, *(n[:12] for n in numbers), "4242 4242", *canary.values()]:
            assert word.encode() not in kept

    def test_the_security_code_is_not_shown_again(self, shared):
        answer = process.submit(opened(shared)["pay_url"], {"number": "1", "expiry": "", "csc": "987"})
        assert b"987" not in answer.body
