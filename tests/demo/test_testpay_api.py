"""The test provider as the shop's server meets it: guards, keys, faults."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from calla.demo.testpay import wire
from tests.demo.paying import act, authorised, code, opened, state, wanted


class TestApi:
    @pytest.mark.parametrize("authorization", ["", "Bearer wrong", "Basic abc", "Bearer \xe9"])
    def test_it_wants_the_key(self, shared, authorization):
        answer = wire.request("GET", f"{shared.url}/v1/payments", headers={"Authorization": authorization})
        assert (answer.status, code(answer)) == (401, "unauthorised")
        assert wire.request("POST", f"{shared.url}/control", body=b'{"api_fail":"500"}').status == 401
        assert shared.control()["api_fail"] == "none"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("amount_minor", 0), ("amount_minor", -1), ("amount_minor", 1.5), ("amount_minor", True),
            ("amount_minor", "100"), ("amount_minor", 10**12), ("currency", "eur"), ("currency", None),
            ("reference", ""), ("reference", "a\nb"), ("description", "x" * 501), ("description", "\ud800"),
            ("return_url", "javascript:alert(1)"), ("return_url", "http://a.example; script-src *"),
            ("return_url", "http://a@b.example/"), ("cancel_url", "http://a.example/\r\nX: y"),
            ("return_url", "http://a.example:99999/"), ("return_url", "//a.example"),
            ("expires_at", "2020-01-01T00:00:00Z"), ("expires_at", "2049-01-01"), ("expires_at", 5),
            ("customer", "Ada"), ("unknown", 1),
        ],
    )  # fmt: skip
    def test_a_field_that_cannot_be_used_is_named(self, shared, field, value):
        before = shared.payments()
        answer = shared.api("POST", "/v1/payments", wanted(**{field: value}), key="k")
        assert (answer.status, code(answer)) == (400, "invalid")
        assert list(json.loads(answer.body)["errors"]) == [field]
        assert shared.payments() == before

    @pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"null", b"[" * 60_000])
    def test_a_body_that_is_no_object_is_refused(self, shared, body):
        before = shared.payments()
        headers = {"Authorization": f"Bearer {shared.key}", "Idempotency-Key": "k"}
        answer = wire.request("POST", f"{shared.url}/v1/payments", body=body, headers=headers)
        assert answer.status == 400 and shared.payments() == before

    def test_too_long_a_body_is_refused(self, shared):
        headers = {"Authorization": f"Bearer {shared.key}"}
        answer = wire.request("POST", f"{shared.url}/v1/payments", body=b" " * 70_000, headers=headers)
        assert answer.status == 413

    @pytest.mark.parametrize("key", [None, "", "a b", "x" * 256])
    def test_a_post_wants_an_idempotency_key(self, shared, key):
        before = shared.payments()
        answer = shared.api("POST", "/v1/payments", wanted(), key=key)
        assert answer.status == 400 and shared.payments() == before

    def test_capture_takes_no_more_than_was_authorised_and_only_once(self, shared):
        payment_id = authorised(shared)
        assert code(act(shared, payment_id, "capture", "c1", amount_minor=12_901)) == "too_much"
        assert act(shared, payment_id, "capture", "c2", amount_minor=12_000).status == 200
        assert code(act(shared, payment_id, "capture", "c3", amount_minor=1)) == "illegal_move"
        assert state(shared, payment_id)["captured_minor"] == 12_000

    def test_refunds_together_give_back_no_more_than_was_taken(self, shared):
        payment_id = authorised(shared)
        act(shared, payment_id, "capture", "c", amount_minor=10_000)
        with ThreadPoolExecutor(5) as pool:
            answers = pool.map(lambda n: act(shared, payment_id, "refund", f"r{n}", amount_minor=3_000), range(5))
            assert sorted(a.status for a in answers) == [200, 200, 200, 409, 409]
        after = state(shared, payment_id)
        assert (after["status"], after["refunded_minor"]) == ("partially_refunded", 9_000)
        assert act(shared, payment_id, "refund", "rest", amount_minor=1_000).status == 200
        assert state(shared, payment_id)["status"] == "refunded"

    @pytest.mark.parametrize(
        ("so_far", "refused"),
        [
            ([], ["capture", "void", "refund"]),
            (["expire"], ["capture", "void", "refund", "expire"]),
            (["pay"], ["refund", "expire"]),
            (["pay", "void"], ["capture", "void", "refund", "expire"]),
            (["pay", "capture"], ["capture", "void", "expire"]),
            (["pay", "capture", "refund"], ["capture", "void", "refund", "expire"]),
        ],
    )
    def test_moves_that_lead_nowhere_are_refused_and_change_nothing(self, shared, so_far, refused):
        made = opened(shared)
        amounts = {"capture": {"amount_minor": 12_900}, "refund": {"amount_minor": 12_900}}
        for verb in so_far:
            done = (
                shared.pay(made["pay_url"])
                if verb == "pay"
                else act(shared, made["id"], verb, verb, **amounts.get(verb, {}))
            )
            assert done.status in (200, 303)
        before = state(shared, made["id"])
        for verb in refused:
            assert code(act(shared, made["id"], verb, f"again-{verb}", **amounts.get(verb, {}))) == "illegal_move"
        assert state(shared, made["id"]) == before

    def test_the_list_pages_through_what_changed(self, provider):
        ids = [opened(provider, f"k{n}", reference=f"o{n}")["id"] for n in range(103)]
        first = json.loads(provider.api("GET", "/v1/payments").body)
        second = json.loads(provider.api("GET", f"/v1/payments?cursor={first['next_cursor']}").body)
        assert [p["id"] for p in first["payments"] + second["payments"]] == ids and second["next_cursor"] is None
        since = datetime.now(UTC).isoformat().replace("+", "%2B")
        provider.pay(first["payments"][0]["pay_url"])
        changed = json.loads(provider.api("GET", f"/v1/payments?since={since}").body)["payments"]
        assert [p["id"] for p in changed] == [ids[0]]

    @pytest.mark.parametrize("query", ["since=yesterday", "since=2026-01-01T00:00:00", "cursor=x"])
    def test_a_list_asked_for_wrongly_is_refused(self, shared, query):
        assert shared.api("GET", f"/v1/payments?{query}").status == 400


class TestIdempotency:
    def test_the_same_request_again_gets_the_same_answer_and_one_payment(self, provider):
        first = provider.api("POST", "/v1/payments", wanted(), key="k").body
        provider.pay(json.loads(first)["pay_url"])
        assert provider.api("POST", "/v1/payments", wanted(), key="k").body == first
        assert len(provider.payments()) == 1

    def test_another_request_under_the_key_is_refused(self, provider):
        payment_id = authorised(provider, "k")
        assert code(provider.api("POST", "/v1/payments", wanted(amount_minor=1), key="k")) == "key_reused"
        assert code(provider.api("POST", f"/v1/payments/{payment_id}/void", {}, key="k")) == "key_reused"
        assert [p["status"] for p in provider.payments()] == ["authorised"]

    def test_twenty_at_once_make_one_payment_and_one_refund(self, provider):
        with ThreadPoolExecutor(20) as pool:
            made = list(pool.map(lambda _: provider.api("POST", "/v1/payments", wanted(), key="k").body, range(20)))
        assert len(set(made)) == 1 and len(provider.payments()) == 1
        payment = json.loads(made[0])
        provider.pay(payment["pay_url"])
        act(provider, payment["id"], "capture", "c", amount_minor=12_900)
        with ThreadPoolExecutor(20) as pool:
            list(pool.map(lambda _: act(provider, payment["id"], "refund", "r", amount_minor=1_000), range(20)))
        assert state(provider, payment["id"])["refunded_minor"] == 1_000

    def test_a_refusal_binds_no_key(self, shared):
        made = opened(shared)
        assert act(shared, made["id"], "capture", "c", amount_minor=12_900).status == 409
        shared.pay(made["pay_url"])
        assert act(shared, made["id"], "capture", "c", amount_minor=12_900).status == 200


class TestFaults:
    def test_a_lost_answer_did_its_work_once(self, provider):
        payment_id = authorised(provider)
        provider.control(api_fail="lose_answer")
        with pytest.raises(OSError):
            act(provider, payment_id, "capture", "c", amount_minor=12_900)
        assert state(provider, payment_id)["captured_minor"] == 12_900
        provider.control(api_fail="none")
        assert act(provider, payment_id, "capture", "c", amount_minor=12_900).status == 200
        assert state(provider, payment_id)["captured_minor"] == 12_900

    @pytest.mark.parametrize(("fault", "status"), [("500", 500), ("429", 429)])
    def test_a_failing_api_does_nothing_and_the_page_still_stands(self, provider, fault, status):
        made = opened(provider)
        provider.control(api_fail=fault)
        assert provider.api("POST", "/v1/payments", wanted(), key="other").status == status
        assert len(provider.payments()) == 1 and provider.pay(made["pay_url"]).status == 303

    def test_a_hanging_api_holds_nobody_but_its_caller(self, provider):
        provider.control(api_fail="hang")
        headers = {"Authorization": f"Bearer {provider.key}"}
        with pytest.raises(TimeoutError):
            wire.request("GET", f"{provider.url}/v1/payments", headers=headers, timeout=0.3)
        assert provider.payments() == []

    def test_latency_is_waited_out(self, provider):
        provider.control(api_latency_ms=300)
        began = time.monotonic()
        assert provider.api("GET", "/v1/payments").status == 200
        assert time.monotonic() - began >= 0.3

    @pytest.mark.parametrize(
        "modes", [{"webhooks": "sometimes"}, {"delay_ms": -1}, {"delay_ms": True}, {"api_fail": 500}, {"speed": 1}]
    )
    def test_an_unknown_switch_moves_none(self, shared, modes):
        answer = shared.api("POST", "/control", {"api_latency_ms": 5, **modes})
        assert answer.status == 400 and list(json.loads(answer.body)["errors"]) == list(modes)
        assert shared.control()["api_latency_ms"] == 0
