"""What is stored was made for nobody, so it can be given to anybody; and what is not for everybody is not stored."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

import pytest

from calla.kernel import clock
from calla.kernel.pagestore import addresses
from calla.kernel.pagestore.layer import PageStore
from calla.kernel.pagestore.memory import Memory
from calla.kernel.seen import decline, saw

HTML = ("Content-Type", "text/html; charset=utf-8")


class Shop:
    """A program behind the store; `answer` may be changed, `asked` is all that it was told."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status = "200 OK"
        self.headers = [HTML]
        self.says: Callable[[], object] = lambda: saw("thing:1")

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        self.asked.append(dict(environ))
        self.says()
        start_response(self.status, list(self.headers))
        return [b"page ", str(len(self.asked)).encode()]


class Visit:
    def __init__(self, store: PageStore, path: str = "/", query: str = "", method: str = "GET", **more: str) -> None:
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "localhost:8000",
            "REMOTE_ADDR": "203.0.113.9", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(b"said"),
            "SERVER_NAME": "x", "SERVER_PORT": "1", **more,
        }  # fmt: skip
        at_hand = store.at_hand(dict(environ)) if isinstance(store, PageStore) else None
        self.body = b"".join(store(environ, self._start))
        self.was_at_hand = at_hand is not None
        if at_hand:
            lines = [f"HTTP/1.1 {self.status}", *(f"{name}: {value}" for name, value in self.headers.items()), ""]
            assert at_hand == ("\r\n".join(lines).encode(), self.body)

    def _start(self, status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], None]:
        self.status, self.headers = status, dict(headers)
        return lambda data: None


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setattr(addresses, "_exact", {})
    monkeypatch.setattr(addresses, "_below", {})
    addresses.declare("/")
    addresses.declare("/things/{}", size="[0-9]+")
    return Shop()


@pytest.fixture
def store(shop: Shop) -> PageStore:
    memory = Memory(10**6)
    memory.empty()
    memory.good_until = time.monotonic() + 100
    return PageStore(shop, memory, lambda: "1", lambda: "1")


def test_a_page_is_made_once(store: PageStore, shop: Shop) -> None:
    first, second = Visit(store), Visit(store)
    assert first.body == second.body == b"page 1" and first.headers == second.headers and len(shop.asked) == 1
    assert second.was_at_hand and not first.was_at_hand


def test_it_is_made_for_nobody(store: PageStore, shop: Shop) -> None:
    told = {
        "HTTP_COOKIE": "cart=abc; bag=3", "HTTP_USER_AGENT": "x", "HTTP_ACCEPT_LANGUAGE": "de", "HTTP_SEC_GPC": "1",
        "HTTP_X_FORWARDED_FOR": "203.0.113.1", "HTTP_REFERER": "x", "HTTP_AUTHORIZATION": "x", "REMOTE_PORT": "7",
        "REQUEST_URI": "/things/x?size=1&utm_source=me",
    }  # fmt: skip
    visit = Visit(store, "/things/x", "utm_source=me&size=1", "HEAD", **told)
    (asked,) = shop.asked
    assert asked.pop("wsgi.input").read() == b""
    assert visit.status == "200 OK" and visit.body == b"" and visit.headers["Content-Length"] == "6"
    assert asked == {
        "REQUEST_METHOD": "GET", "PATH_INFO": "/things/x", "QUERY_STRING": "size=1", "HTTP_HOST": "127.0.0.1:8000",
        "REMOTE_ADDR": "", "wsgi.url_scheme": "http", "SERVER_NAME": "x", "SERVER_PORT": "1",
    }  # fmt: skip


def test_shoppers_get_what_everybody_gets(store: PageStore, shop: Shop) -> None:
    lone = Visit(store)
    assert Visit(store, HTTP_COOKIE="cart=abc; bag=3; choices=none").body == lone.body and len(shop.asked) == 1


@pytest.mark.parametrize("other", [
    {"method": "POST"}, {"query": "cart=abc"}, {"query": "colour=red"}, {"path": "/cart"}, {"path": "/things"},
    {"CONTENT_LENGTH": "9"}, {"HTTP_TRANSFER_ENCODING": "chunked"},
    {"HTTP_COOKIE": "a=b; session=xyz"}, {"HTTP_HOST": "elsewhere.example"}, {"HTTP_HOST": ""},
])  # fmt: skip
def test_what_is_not_for_everybody_goes_to_the_shop_as_it_is(store: PageStore, shop: Shop, other: Any) -> None:
    for _ in range(2):
        assert not Visit(store, **{"HTTP_USER_AGENT": "x", **other}).was_at_hand
    assert len(shop.asked) == 2 and len(store.memory) == 0
    assert all(asked["REMOTE_ADDR"] and asked["HTTP_USER_AGENT"] for asked in shop.asked)


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oh", "503 Later", "301 There", "206 Part", "422 No"])
def test_only_whole_pages_are_stored(store: PageStore, shop: Shop, status: str) -> None:
    shop.status = status
    assert Visit(store).status == status and Visit(store).body == b"page 2"


@pytest.mark.parametrize("header", [
    ("Set-Cookie", "a=b"), ("set-cookie", "a=b"), ("Cache-Control", "no-store"), ("Cache-Control", "private, x"),
    ("Vary", "Cookie"), ("Vary", "Accept-Language"),
])  # fmt: skip
def test_an_answer_that_says_it_is_for_one_is_not_stored(store: PageStore, shop: Shop, header: tuple[str, str]) -> None:
    shop.headers = [HTML, header]
    visits = Visit(store), Visit(store)
    assert [visit.body for visit in visits] == [b"page 1", b"page 2"] and visits[0].headers[header[0]] == header[1]


@pytest.mark.parametrize("kind", ["image/png", "application/octet-stream", ""])
def test_only_text_is_stored(store: PageStore, shop: Shop, kind: str) -> None:
    shop.headers = [("Content-Type", kind)]
    assert Visit(store).body != Visit(store).body


@pytest.mark.parametrize("says", [lambda: None, lambda: (saw("a"), decline())])
def test_a_page_that_does_not_say_what_it_shows_is_not_stored(store: PageStore, shop: Shop, says) -> None:
    shop.says = says
    assert Visit(store).body != Visit(store).body


def test_a_change_while_it_is_made_keeps_it_out(store: PageStore, shop: Shop) -> None:
    shop.says = lambda: (saw("thing:1"), store.memory.touch(["thing:1"]))
    assert Visit(store).body == b"page 1"
    shop.says = lambda: saw("thing:1")
    assert [Visit(store).body for _ in range(2)] == [b"page 2"] * 2


def test_while_nobody_tells_of_changes_the_shop_answers_itself(store: PageStore, shop: Shop) -> None:
    Visit(store)
    store.memory.good_until = time.monotonic() - 0.001
    again = Visit(store, HTTP_USER_AGENT="x")
    assert again.body == b"page 2" and shop.asked[-1]["HTTP_USER_AGENT"] == "x" and not again.was_at_hand


def test_another_version_has_pages_of_its_own(store: PageStore, shop: Shop) -> None:
    Visit(store)
    store.variant = store.known = lambda: "2"
    assert Visit(store).body == b"page 2"
    store.variant, store.known = iter(["2", "3", "3", "3"]).__next__, lambda: None
    shop.status = "200 OK"
    assert Visit(store, "/things/new").body == b"page 3"  # the version changed while it was made
    assert Visit(store, "/things/new").body == b"page 4"


def test_when_it_is_unknown_which_version_the_shop_answers_itself(store: PageStore, shop: Shop) -> None:
    def unknown() -> str:
        raise OSError

    store.variant, store.known = unknown, lambda: None
    assert Visit(store).body == b"page 1" and Visit(store).body == b"page 2"


def test_what_would_have_to_be_asked_is_not_at_hand(store: PageStore, shop: Shop) -> None:
    Visit(store)
    store.known = lambda: None
    again = Visit(store)
    assert again.body == b"page 1" and not again.was_at_hand


def test_whoever_has_it_gets_no_body(store: PageStore, shop: Shop) -> None:
    etag = Visit(store, HTTP_ACCEPT_ENCODING="br").headers["ETag"]
    for given in (etag, f'"other", W/{etag}'):
        again = Visit(store, HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=given)
        assert again.status == "304 Not Modified" and again.body == b"" and again.headers["Vary"] == "Accept-Encoding"
    assert Visit(store, HTTP_IF_NONE_MATCH=etag).status == "200 OK"  # it has another form of it
    store.memory.touch(["thing:1"])
    assert Visit(store, HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=etag).status == "200 OK"


def test_a_shop_with_https_stores_for_https_alone(store: PageStore, shop: Shop, settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.TRUSTED_PROXIES = ()
    store = PageStore(shop, store.memory, store.variant, store.known)
    Visit(store, HTTP_X_FORWARDED_PROTO="https")
    assert shop.asked[-1]["REMOTE_ADDR"] == "203.0.113.9"  # nobody trusts that proxy
    import ipaddress

    settings.TRUSTED_PROXIES = (ipaddress.ip_network("203.0.113.0/24"),)
    assert Visit(store, HTTP_X_FORWARDED_PROTO="https").body == Visit(store, HTTP_X_FORWARDED_PROTO="https").body
    assert Visit(store).body != Visit(store).body


def test_what_depends_on_the_day_says_so(store: PageStore, shop: Shop) -> None:
    shop.says = clock.today
    Visit(store)
    store.memory.touch([clock.DAY])
    assert Visit(store).body == b"page 2"
