"""What is sent of a page: packed once, with an ETag that changes with it and the headers it was made with."""

from __future__ import annotations

import gzip

import brotli
import pytest

from calla.kernel.pagestore.page import Page, best

HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "9"), ("X-Frame-Options", "DENY")]
BODY = b"<p>one</p>" * 50


@pytest.mark.parametrize(("accepted", "encoding"), [
    ("", ""), ("gzip", "gzip"), ("br", "br"), ("gzip, deflate, br, zstd", "br"), ("BR", "br"), ("br;q=0, gzip", "gzip"),
    ("br;q=0.000,gzip;q=0", ""), ("br;q=0.5", "br"), ("br ; q=0.1 , gzip", "br"), ("identity", ""), ("brr", ""),
    ("*", ""),
])  # fmt: skip
def test_the_smallest_that_is_taken_is_sent(accepted: str, encoding: str) -> None:
    assert best(accepted) == encoding


@pytest.mark.parametrize(("accepted", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress), ("", bytes)])
def test_every_form_is_the_same_page(accepted: str, unpack) -> None:
    form = Page.of(BODY, HEADERS, ["thing"]).form(accepted)
    said = dict(form.whole.headers)
    assert unpack(form.body) == BODY
    assert said["Content-Length"] == str(len(form.body)) and said["Vary"] == "Accept-Encoding"
    assert said["X-Frame-Options"] == "DENY" and said["ETag"] == form.etag
    assert said.get("Content-Encoding", "") == ({"br": "br", "gzip": "gzip"}.get(accepted, ""))
    assert len([name for name, _ in form.whole.headers if name == "Content-Length"]) == 1


def test_forms_and_pages_have_etags_of_their_own() -> None:
    pages = [Page.of(BODY, HEADERS, ["x"]), Page.of(BODY[::-1], HEADERS, ["x"]), Page.of(BODY, HEADERS[:2], ["x"])]
    etags = {form.etag for page in pages for form in page.forms.values()}
    assert len(etags) == 9


def test_another_process_gives_the_same_etag() -> None:
    policies = ("default-src 'self'; base-uri 'none'", "base-uri 'none'; default-src 'self'")
    one, two = (Page.of(BODY, [*HEADERS, ("Content-Security-Policy", said)], ["x"]) for said in policies)
    assert one.stamp == two.stamp


def test_whoever_has_it_is_told_so_without_a_body() -> None:
    short = dict(Page.of(BODY, HEADERS, ["x"]).form("br").short.headers)
    assert {"ETag", "Vary", "X-Frame-Options"} <= set(short)
    assert not {"Content-Type", "Content-Length", "Content-Encoding"} & set(short)
