"""What leaves by HTTP: to the host set for its step, under an agreement of today, and never for longer than said."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import time_machine

from calla.privacy import egress, versions
from calla.privacy.errors import AgreementLapsed, Unreachable
from calla.privacy.models import LedgerEntry, Subject
from tests.builders.shop import policy_in_force, policy_text
from tests.support.outside import dripping, outside, saying

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
STEP = "orders.payment"
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"paid": 1}'


@pytest.fixture
def provider(settings):
    with outside(saying(OK)) as service:
        settings.EGRESS = {STEP: service.url}
        yield service


def test_an_answer_comes_back_whatever_its_status(settings):
    with outside(saying(b"HTTP/1.1 402 Payment Required\r\nContent-Length: 2\r\n\r\n{}")) as service:
        settings.EGRESS = {STEP: service.url}
        answer = egress.call(STEP, "POST", f"{service.url}/pay", json={"amount": 1}, headers={"Authorization": "key"})
    assert (answer.status, answer.json()) == (402, {})
    [heard] = service.heard
    assert heard.startswith(b"POST /pay HTTP/1.1\r\n") and heard.endswith(b'{"amount": 1}')
    assert b"Authorization: key" in heard and b"Content-Type: application/json" in heard


class TestWhereTo:
    @pytest.mark.parametrize("other", [
        "http://localhost:{port}", "http://127.0.0.1:1", "https://127.0.0.1:{port}", "http://127.0.0.1:{port}@evil.example",
        "http://evil.example", "//127.0.0.1:{port}", "file:///etc/passwd",
    ])  # fmt: skip
    def test_to_no_other_host_port_or_scheme(self, provider, other):
        with pytest.raises(AgreementLapsed):
            egress.call(STEP, "GET", other.format(port=provider.url.rpartition(":")[2]) + "/pay")
        assert not provider.heard

    @pytest.mark.parametrize("step", ["orders.carrier", "hosting", "orders", "orders.marketing", ""])
    def test_a_step_without_a_host_of_its_own_reaches_nobody(self, provider, step):
        with pytest.raises(AgreementLapsed):
            egress.call(step, "GET", provider.url)
        assert not provider.heard

    def test_outside_this_machine_only_over_tls(self, settings):
        settings.EGRESS = {STEP: "http://pay.example"}
        with pytest.raises(Unreachable, match="https"):
            egress.call(STEP, "GET", "http://pay.example/pay")

    def test_a_redirect_is_an_answer_and_is_not_followed(self, settings):
        with outside(saying(OK)) as elsewhere:
            moved = f"HTTP/1.1 307 Moved\r\nLocation: {elsewhere.url}/\r\nContent-Length: 0\r\n\r\n".encode()
            with outside(saying(moved)) as service:
                settings.EGRESS = {STEP: service.url}
                assert egress.call(STEP, "POST", service.url, json={}).status == 307
        assert not elsewhere.heard

    def test_a_proxy_named_in_the_environment_sees_nothing(self, provider, monkeypatch):
        with outside(saying(OK)) as proxy:
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
                monkeypatch.setenv(name, proxy.url)
            assert egress.call(STEP, "GET", provider.url).status == 200
        assert provider.heard and not proxy.heard


class TestTheAgreement:
    def refused_on(self, day, provider):
        with time_machine.travel(f"{day} 12:00 +0000"):
            versions.forget()
            with pytest.raises(AgreementLapsed):
                egress.call(STEP, "GET", provider.url)
        assert not provider.heard

    def test_the_day_after_it_nothing_is_sent(self, provider):
        self.refused_on(versions.current().rules().processors["pay"]["agreement.until"] + timedelta(days=1), provider)

    def test_the_day_before_it_nothing_is_sent(self, provider):
        begins = versions.current().rules().processors["pay"]["agreement.from"]
        versions.PolicyVersion.objects.update(effective_at="2020-01-01 00:00+00:00")
        self.refused_on(begins - timedelta(days=1), provider)

    def test_on_its_last_day_it_holds(self, provider):
        with time_machine.travel(f"{versions.current().rules().processors['pay']['agreement.until']} 23:59 +0000"):
            assert egress.call(STEP, "GET", provider.url).status == 200

    def test_without_one_nothing_is_sent(self, provider):
        lines = policy_text().splitlines(keepends=True)
        policy_in_force("".join(line for line in lines if not line.startswith("processor.pay.")))
        with pytest.raises(AgreementLapsed):
            egress.call(STEP, "GET", provider.url)
        assert not provider.heard

    def test_one_that_is_only_planned_opens_nothing(self, provider):
        policy_in_force(policy_text(("[S16]\n", '[S16]\nstate = "planned"\n')))
        with pytest.raises(AgreementLapsed):
            egress.call(STEP, "GET", provider.url)
        assert not provider.heard

    def test_what_is_handed_over_stands_in_the_ledger_with_its_helper(self):
        person = Subject.objects.create(version_used=1).id
        egress.disclose(STEP, subject=person)
        entry = LedgerEntry.objects.get(kind="disclosed")
        assert (entry.subject, entry.purpose, entry.recipient) == (person, STEP, "Test Pay")
        assert entry.what == "nothing personal (S5a, S16)"

    def test_nothing_is_noted_as_handed_over_without_one(self):
        with pytest.raises(AgreementLapsed):
            egress.disclose("orders.advertising", subject=Subject.objects.create(version_used=1).id)
        assert not LedgerEntry.objects.filter(kind="disclosed").exists()


class TestASlowService:
    LONG = b"HTTP/1.1 200 OK\r\nX-Pad: " + b"x" * 400 + b"\r\nContent-Length: 400\r\n\r\n" + b"y" * 400

    @pytest.mark.parametrize("speak", [
        dripping(LONG, 0.05),
        dripping(LONG[-400:], 0.05),
        lambda line: (line.sendall(TestASlowService.LONG[:-400]), dripping(b"y" * 400, 0.05)(line)),
        lambda line: time.sleep(2),
    ], ids=["head", "nonsense", "body", "silence"])  # fmt: skip
    def test_the_whole_call_is_over_in_time(self, settings, speak):
        with outside(speak) as service:
            settings.EGRESS = {STEP: service.url}
            began = time.monotonic()
            with pytest.raises(Unreachable):
                egress.call(STEP, "GET", service.url, timeout=0.5)
            assert time.monotonic() - began < 1.5

    def test_more_than_anybody_needs_to_say_is_cut_off(self, settings):
        flood = b"HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n" + b"x" * 20_000_000
        with outside(saying(flood)) as service:
            settings.EGRESS = {STEP: service.url}
            with pytest.raises(Unreachable):
                egress.call(STEP, "GET", service.url)

    @pytest.mark.parametrize("answer", [b"", b"HTTP/9 what\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"])
    def test_a_broken_answer_is_told_as_none(self, settings, answer):
        with outside(saying(answer)) as service:
            settings.EGRESS = {STEP: service.url}
            with pytest.raises(Unreachable):
                egress.call(STEP, "GET", service.url)

    def test_a_closed_door_is_told_without_its_address(self, settings):
        with outside(saying(OK)) as gone:
            settings.EGRESS = {STEP: gone.url}
        with pytest.raises(Unreachable) as refusal:
            egress.call(STEP, "GET", f"{gone.url}/pay/secret-token")
        assert "secret-token" not in str(refusal.value) and "127.0.0.1" not in str(refusal.value)
