"""Reading the provider's notices: nothing follows from bytes that it did not sign just now."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import time_machine
from django.http.request import HttpHeaders

from calla.demo.testpay import process
from calla.payments.errors import NoticeRefused
from calla.payments.providers import testpay
from calla.payments.types import Notice, NoticeKind

OLD = "whsec_" + base64.b64encode(b"an old secret of enough bytes, surely").decode()
NEW = "a new secret without the prefix, of enough bytes"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BODY = json.dumps({"type": "payment.captured", "timestamp": "t", "data": {"payment": {"id": "pay_1"}}}).encode()


def key_of(secret: str) -> bytes:
    return base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()


def signed(body: bytes = BODY, *, secret: str = OLD, at: datetime = NOW, notice_id: str = "msg_1") -> dict[str, str]:
    sent_at = str(int(at.timestamp()))
    mac = hmac.new(key_of(secret), f"{notice_id}.{sent_at}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": notice_id,
        "webhook-timestamp": sent_at,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def read(headers: dict[str, str], body: bytes = BODY, *, known: tuple[str, ...] = (OLD,)) -> Notice:
    with time_machine.travel(NOW, tick=False):
        return testpay.TestPay("http://127.0.0.1:1", "key", known).read_notice(headers, body)


class TestAccepted:
    def test_a_signed_notice_is_read(self):
        assert read(signed()) == Notice("msg_1", NoticeKind.CAPTURED, "pay_1")

    def test_header_names_may_come_in_any_case(self):
        assert read({name.title(): value for name, value in signed().items()}).id == "msg_1"
        environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in signed().items()}
        assert read(HttpHeaders(environ)).id == "msg_1"

    def test_two_secrets_are_valid_while_one_gives_way_to_the_other(self):
        assert read(signed(secret=OLD), known=(OLD, NEW)) == read(signed(secret=NEW), known=(OLD, NEW))
        with pytest.raises(NoticeRefused):
            read(signed(secret=OLD), known=(NEW,))

    def test_one_right_signature_among_several_is_enough(self):
        headers = signed()
        headers["webhook-signature"] = (
            f"v1a,AAAA v1,{base64.b64encode(b'x' * 32).decode()} {headers['webhook-signature']}"
        )
        assert read(headers).id == "msg_1"

    @pytest.mark.parametrize("minutes", [-4.9, 0, 4.9])
    def test_clocks_may_differ_by_some_minutes(self, minutes):
        assert read(signed(at=NOW + timedelta(minutes=minutes))).id == "msg_1"

    @pytest.mark.parametrize("body", [{"type": "payout.sent"}, {"type": "payment.blessed", "data": []}])
    def test_a_kind_the_shop_does_not_know_is_no_error(self, body):
        raw = json.dumps(body).encode()
        assert read(signed(raw), raw) == Notice("msg_1", NoticeKind.OTHER, None)


class TestRefused:
    @pytest.mark.parametrize(
        "body",
        [BODY.replace(b"pay_1", b"pay_2"), BODY.replace(b"captured", b"refunded"), BODY + b" ", b"", BODY[:-1]],
    )
    def test_changed_bytes(self, body):
        with pytest.raises(NoticeRefused, match="cannot be accepted"):
            read(signed(), body)

    @pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
    @pytest.mark.parametrize("value", [None, "", " ", "x", "v1,", "v1,AAAA", "v1,é", "1" * 400, "-1", "٣", "1e9", "²"])
    def test_a_header_missing_or_changed(self, name, value):
        headers = {**signed(), name: value} if value is not None else {k: v for k, v in signed().items() if k != name}
        with pytest.raises(NoticeRefused):
            read(headers)

    @pytest.mark.parametrize("minutes", [-5.1, 5.1, -60 * 24])
    def test_old_ones_and_those_from_the_future(self, minutes):
        with pytest.raises(NoticeRefused) as refused:
            read(signed(at=NOW + timedelta(minutes=minutes)))
        assert refused.value.why == "too old, or from the future"

    def test_an_old_signature_under_a_new_time(self):
        headers = signed(at=NOW - timedelta(hours=1))
        with pytest.raises(NoticeRefused):
            read({**headers, "webhook-timestamp": str(int(NOW.timestamp()))})

    def test_a_strangers_secret(self):
        with pytest.raises(NoticeRefused) as refused:
            read(signed(secret="whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()))
        assert refused.value.why == "wrong signature"

    def test_no_secret_known_is_no_open_door(self):
        with pytest.raises(NoticeRefused):
            read(signed(secret="whsec_"), known=())

    @pytest.mark.parametrize(
        "body",
        [b"{", b"\xff", b"[]", b"null", b"{}", b'{"type": []}', b'{"type": "payment.captured"}',
         b'{"type": "payment.captured", "data": {"payment": null}}'],
    )  # fmt: skip
    def test_signed_nonsense(self, body):
        with pytest.raises(NoticeRefused) as refused:
            read(signed(body), body)
        assert refused.value.why == "signed, but no notice"


def test_what_the_test_provider_really_sends_is_understood(tmp_path):
    """Each side wrote its signatures by itself; here they meet."""
    came: list[tuple[dict[str, str], bytes]] = []

    class Shop(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append((dict(self.headers.items()), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Shop) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}/notices"
        with process.running(tmp_path / "testpay", webhook_url=url) as provider:
            wanted = {
                "amount_minor": 1, "currency": "EUR", "reference": "r", "description": "d", "return_url": url,
                "cancel_url": url, "expires_at": "2049-01-01T00:00:00Z",
            }  # fmt: skip
            made = json.loads(provider.api("POST", "/v1/payments", wanted, key="k").body)
            provider.api("POST", f"/v1/payments/{made['id']}/expire", {}, key="e")
            thread.join(10)
            shop = testpay.TestPay(provider.url, provider.key, [provider.webhook_secret])
            [(headers, body)] = came
            assert shop.read_notice(headers, body) == Notice(headers["webhook-id"], NoticeKind.EXPIRED, made["id"])
