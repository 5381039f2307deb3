"""The web server between real sockets: what is at hand comes at once and in turn, and nobody holds a thread by being
slow."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from calla.kernel.webserver import program, protocol
from tests.kernel.webserver.conftest import HOST, LARGE, THREADS, Line, Shop
from tests.support.waiting import until


class TestAtHand:
    def test_it_is_answered_without_the_program_and_again_on_the_same_line(self, line: Line, shop: Shop) -> None:
        for method in ("GET", "HEAD", "GET"):
            line.get("/ready?size=m", "Cookie: bag=1", "X-Other: 1", method=method)
            status, headers, body = line.answer(method)
            assert (status, body) == (200, b"" if method == "HEAD" else b"ready")
            assert headers["content-type"] == "text/plain" and headers["date"].endswith("GMT")
        assert not shop.asked
        assert shop.quick[0] == {
            "REQUEST_METHOD": "GET", "PATH_INFO": "/ready", "QUERY_STRING": "size=m", "HTTP_HOST": "shop.example",
            "HTTP_COOKIE": "bag=1", "REMOTE_ADDR": HOST, "wsgi.url_scheme": "http",
        }  # fmt: skip

    def test_it_waits_for_its_turn(self, line: Line, shop: Shop) -> None:
        shop.may_go.clear()
        line.get("/slow")
        line.get("/ready")
        until(lambda: len(shop.asked) == 1)
        shop.may_go.set()
        assert [line.answer()[2] for _ in range(2)] == [b"made /slow", b"made /ready"]

    @pytest.mark.parametrize("asked", [
        "POST /ready HTTP/1.1\nHost: x\nContent-Length: 0\n\n", "GET /ready HTTP/1.1\nHost: x\nContent-Length: 0\n\n",
        "GET /ready HTTP/1.0\nHost: x\n\n", "GET /ready HTTP/1.1\nHost: x\nConnection: close\n\n",
        "GET /read%79 HTTP/1.1\nHost: x\n\n", "GET http://x/ready HTTP/1.1\nHost: x\n\n",
        "OPTIONS /ready HTTP/1.1\nHost: x\n\n",
    ])  # fmt: skip
    def test_all_else_goes_to_the_program(self, line: Line, shop: Shop, asked: str) -> None:
        line.send(asked)
        assert line.answer()[2] == b"made /ready" and not shop.quick and "/read%79" not in shop.offered

    @pytest.mark.parametrize("path", ["/ready", "/page"])
    def test_who_offers_another_protocol_is_answered_in_this_one(self, line: Line, path: str) -> None:
        for _ in range(2):
            line.get(path, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAA")
            assert line.answer()[0] == 200

    def test_what_fails_goes_to_the_program(self, line: Line) -> None:
        line.get("/broken")
        assert line.answer()[2] == b"made /broken"

    def test_whoever_asks_on_and_on_and_does_not_read_is_not_read_either(self, line: Line, shop: Shop) -> None:
        request, sent = b"GET /ready HTTP/1.1\r\nHost: x\r\n\r\n" * 1000, 0
        line.socket.settimeout(2)
        with pytest.raises((TimeoutError, ConnectionError)):
            while sent < 10**9:
                sent += line.socket.send(request)
        heard = len(shop.quick) + len(shop.asked)
        time.sleep(0.2)
        assert len(shop.quick) + len(shop.asked) == heard


class TestProgram:
    def test_it_is_told_what_was_asked(self, line: Line, shop: Shop) -> None:
        line.get("/caf%C3%A9?q=%20a", "Cookie: a=1", "Cookie: b=2", "X-A: 1", "X-A: 2", "X_B: no", "Content-Type: x/y")
        assert line.answer()[0] == 200
        (asked,) = shop.asked
        assert asked["PATH_INFO"].encode("latin-1").decode() == "/café" and asked["QUERY_STRING"] == "q=%20a"
        assert asked["HTTP_COOKIE"] == "a=1; b=2" and asked["HTTP_X_A"] == "1,2" and asked["CONTENT_TYPE"] == "x/y"
        assert "HTTP_X_B" not in asked and "CONTENT_LENGTH" not in asked and asked["REMOTE_ADDR"] == HOST
        assert asked["SERVER_PROTOCOL"] == "HTTP/1.1" and asked["wsgi.url_scheme"] == "http"

    @pytest.mark.parametrize("size", [0, 3, 3 * program.MOST_IN_MEMORY])
    def test_it_gets_the_whole_body(self, line: Line, shop: Shop, size: int) -> None:
        line.get("/form", f"Content-Length: {size}", method="POST")
        line.send("x" * size)
        assert line.answer()[0] == 200
        assert shop.asked[0]["wsgi.input"] == b"x" * size and shop.asked[0]["CONTENT_LENGTH"] == str(size)

    def test_also_one_that_comes_in_chunks(self, line: Line, shop: Shop) -> None:
        line.get("/form", "Transfer-Encoding: chunked", method="POST")
        line.send("3\nabc\n2\nde\n0\n\n")
        assert line.answer()[0] == 200
        assert shop.asked[0]["wsgi.input"] == b"abcde" and shop.asked[0]["CONTENT_LENGTH"] == "5"
        assert "HTTP_TRANSFER_ENCODING" not in shop.asked[0]

    def test_its_answer_is_read_whole_and_closed(self, line: Line, shop: Shop) -> None:
        line.get("/picture")
        assert line.answer()[2] == bytes(LARGE) and shop.pieces.is_closed

    def test_a_sender_who_waits_to_be_asked_is_asked(self, line: Line, shop: Shop) -> None:
        line.get("/form", "Content-Length: 2", "Expect: 100-continue", method="POST")
        assert line.file.readline() == b"HTTP/1.1 100 Continue\r\n" and line.file.readline() == b"\r\n"
        line.send("ab")
        assert line.answer()[0] == 200 and shop.asked[0]["wsgi.input"] == b"ab"

    def test_slow_senders_hold_no_thread(self, dial: Callable[[], Line], shop: Shop) -> None:
        for _ in range(4 * THREADS):
            dial().get("/form", "Content-Length: 5", method="POST")
        other = dial()
        other.get("/page")
        assert other.answer()[2] == b"made /page" and len(shop.asked) == 1

    def test_half_a_form_of_somebody_who_left_is_not_taken(self, dial: Callable[[], Line], shop: Shop) -> None:
        left, other = dial(), dial()
        left.get("/form", "Content-Length: 5", method="POST")
        left.send("ab")
        left.file.close()
        left.socket.close()
        time.sleep(0.1)
        other.get("/page")
        assert other.answer()[0] == 200 and [asked["PATH_INFO"] for asked in shop.asked] == ["/page"]


class TestRefusals:
    @pytest.mark.parametrize("header", ["Content-Length: 11", "Transfer-Encoding: chunked"])
    def test_too_large_a_body(self, line: Line, shop: Shop, monkeypatch: pytest.MonkeyPatch, header: str) -> None:
        monkeypatch.setattr(program, "MOST_BODY", 10)
        line.get("/form", header, method="POST")
        if "chunked" in header:
            line.send("b\nabcdefghijk\n0\n\n")
        status, headers, body = line.answer()
        assert status == 413 and headers["connection"] == "close" and b"Nothing was changed" in body and not shop.asked
        assert line.is_closed()

    def test_a_body_that_does_not_come(self, line: Line, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(program, "SILENCE_SECONDS", 0.1)
        line.get("/form", "Content-Length: 5", method="POST")
        line.send("ab")
        assert line.answer()[0] == 408 and line.is_closed() and not shop.asked

    @pytest.mark.parametrize("before", [None, "/ready", "/page"])
    @pytest.mark.parametrize("begun", ["", "GET /ready HTTP/1.1\nHos"])
    def test_a_request_that_does_not_come(self, dial, monkeypatch: pytest.MonkeyPatch, before: str, begun: str) -> None:
        monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.1)
        line = dial()
        if before:
            line.get(before)
            assert line.answer()[0] == 200
        line.send(begun)
        assert line.is_closed()

    @pytest.mark.parametrize("path", ["/ready", "/page"])
    def test_one_that_comes_in_pieces_is_no_reason(self, dial, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
        monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.5)
        monkeypatch.setattr(protocol, "MOST_HEAD", 100)
        line = dial()
        for _ in range(5):
            line.send(f"GET {path} HTTP/1.1\nHost: sh")
            time.sleep(0.15)
            line.send("op.example\nX-A: 1\n\n")
            assert line.answer()[0] == 200

    @pytest.mark.parametrize("then", ["/slow", None])
    def test_a_line_that_is_in_use_is_not_one(self, line: Line, shop: Shop, then: str | None) -> None:
        """All come in one piece, or the last one just before the time of those before it is over."""
        shop.may_go.clear()
        head = "GET {} HTTP/1.1\nHost: x\n\n"
        line.send(head.format("/ready") * 2 + (head.format(then) if then else ""))
        assert [line.answer()[2] for _ in range(2)] == [b"ready"] * 2
        if not then:
            time.sleep(0.7)
            line.send(head.format("/slow"))
        time.sleep(1.5)
        shop.may_go.set()
        assert line.answer()[2] == b"made /slow"

    def test_one_who_asks_for_much_before_the_first_answer(self, line: Line, shop: Shop) -> None:
        shop.may_go.clear()
        line.send("GET /slow HTTP/1.1\nHost: x\n\n" * 1000)
        assert line.is_closed() and len(shop.asked) <= 1

    @pytest.mark.parametrize("path", ["/list", "/picture"])
    def test_one_who_does_not_read(self, line: Line, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
        monkeypatch.setattr(protocol, "READING_SECONDS", 0.2)
        line.get(path)
        time.sleep(1)
        with suppress(ConnectionResetError):
            assert len(line.file.read()) < LARGE

    @pytest.mark.parametrize("path", ["/list", "/picture"])
    def test_one_who_reads_slowly_is_no_reason(self, line: Line, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
        monkeypatch.setattr(protocol, "READING_SECONDS", 0.4)
        line.get(path)
        read = 0
        while read < LARGE:
            read += len(line.file.read(min(2**20, LARGE - read)))
            time.sleep(0.05)

    @pytest.mark.parametrize("path", ["/ready", "/page"])
    def test_a_line_with_nothing_more_on_it(self, line: Line, path: str) -> None:
        line.get(path)
        assert line.answer()[0] == 200 and line.is_closed()

    def test_headers_without_end(self, line: Line) -> None:
        line.send("GET /ready HTTP/1.1\n")
        with pytest.raises(ConnectionError):
            for number in range(100_000):
                line.send(f"X-{number}: {'x' * 1000}\n")

    def test_what_is_no_http(self, line: Line, shop: Shop) -> None:
        line.send("what?\n\n")
        assert line.answer()[0] == 400 and line.is_closed() and not shop.asked

    def test_two_ways_to_tell_the_length(self, line: Line, shop: Shop) -> None:
        line.send("POST /form HTTP/1.1\nHost: x\nContent-Length: 5\nTransfer-Encoding: chunked\n\n0\n\n")
        assert line.answer()[0] == 400 and line.is_closed() and not shop.asked

    def test_more_than_can_be_answered(
        self, dial: Callable[[], Line], shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(program, "MOST_WAITING", THREADS)
        shop.may_go.clear()
        for _ in range(THREADS):
            dial().get("/slow")
        until(lambda: len(shop.asked) == THREADS)
        line = dial()
        line.get("/page")
        status, headers, body = line.answer()
        assert status == 503 and headers["retry-after"] == "5" and b"try again" in body
        line = dial()
        line.get("/ready")
        assert line.answer()[2] == b"ready"
