"""A shop that takes notices, and what a shop's server and its customers do at the test provider."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from calla.demo.testpay import wire
from calla.demo.testpay.process import RunningProvider

RETURN = "http://127.0.0.1:8000/orders/tok_en?step=paid&x=%20y"
CANCEL = "http://127.0.0.1:8000/checkout/tok"
_keys = count()


class Shop:
    """Takes notices as the shop does, and answers as it is told."""

    def __init__(self) -> None:
        self.notices: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                shop.notices.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(shop.status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/payments/notices/testpay"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def told(self) -> list[str]:
        return [json.loads(body)["type"] for _headers, body in self.notices]

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _body in self.notices]


def wanted(**changes: Any) -> dict[str, Any]:
    return {
        "amount_minor": 12_900, "currency": "EUR", "reference": "order-1", "description": "Order at Calladream",
        "return_url": RETURN, "cancel_url": CANCEL, "expires_at": "2049-01-01T00:00:00Z", **changes,
    }  # fmt: skip


def opened(provider: RunningProvider, key: str = "", **changes: Any) -> dict[str, Any]:
    """Under a key of its own unless one is named."""
    answer = provider.api("POST", "/v1/payments", wanted(**changes), key=key or f"opened-{next(_keys)}")
    assert answer.status == 201, answer.body
    return dict(json.loads(answer.body))


def authorised(provider: RunningProvider, key: str = "", **changes: Any) -> str:
    made = opened(provider, key, **changes)
    assert provider.pay(made["pay_url"]).status == 303
    return str(made["id"])


def act(provider: RunningProvider, payment_id: str, verb: str, key: str, **body: Any) -> wire.Answer:
    """`key` need only be new among those of this payment."""
    return provider.api("POST", f"/v1/payments/{payment_id}/{verb}", body, key=f"{payment_id}-{key}")


def state(provider: RunningProvider, payment_id: str) -> dict[str, Any]:
    return next(p for p in provider.payments() if p["id"] == payment_id)


def code(answer: wire.Answer) -> str:
    assert answer.headers["content-type"] == "application/problem+json; charset=utf-8"
    return str(json.loads(answer.body)["code"])


def eventually(holds: Callable[[], object], seconds: float = 8.0) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come to hold"
        time.sleep(0.02)
