"""Who is believed: pages of the shop for changes, and trusted proxies for what they say of a visitor."""

from __future__ import annotations

import ipaddress

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from calla.kernel import http


@pytest.fixture
def seen():
    return []


@pytest.fixture
def ask(seen):
    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse("ok")

    return answer


class TestForwarding:
    def test_a_stranger_cannot_say_that_the_connection_is_encrypted(self, ask, seen):
        http.ForwardedByTrusted(ask)(RequestFactory().get("/", headers={"x-forwarded-proto": "https"}))
        assert "HTTP_X_FORWARDED_PROTO" not in seen[0].META

    def test_a_trusted_proxy_can(self, ask, seen, settings):
        settings.TRUSTED_PROXIES = (ipaddress.ip_network("127.0.0.0/8"),)
        http.ForwardedByTrusted(ask)(RequestFactory().get("/", headers={"x-forwarded-proto": "https"}))
        assert seen[0].META["HTTP_X_FORWARDED_PROTO"] == "https"


class TestChanges:
    @pytest.mark.parametrize(
        "headers",
        [{"sec-fetch-site": "same-origin"}, {"origin": "OWN"}, {}],
        ids=["the browser says so", "the origin is ours", "no cookies, no authority"],
    )
    def test_from_a_page_of_the_shop_they_pass(self, ask, seen, settings, headers):
        sent = {name: settings.PUBLIC_URL if value == "OWN" else value for name, value in headers.items()}
        assert http.SameOriginPosts(ask)(RequestFactory().post("/", headers=sent)).status_code == 200

    @pytest.mark.parametrize(
        "headers",
        [
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"sec-fetch-site": "none"},
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"cookie": "session=abc"},
        ],
    )
    def test_from_anywhere_else_nothing_happens(self, ask, seen, headers):
        with pytest.raises(http.FromElsewhere):
            http.SameOriginPosts(ask)(RequestFactory().post("/", headers=headers))
        assert not seen

    @pytest.mark.parametrize("method", ["get", "head", "options"])
    def test_looking_needs_no_proof(self, ask, method):
        request = getattr(RequestFactory(), method)("/", headers={"sec-fetch-site": "cross-site"})
        assert http.SameOriginPosts(ask)(request).status_code == 200
