"""Whatever breaks, the visitor reads what happened and what to do; nothing private is shown."""

from __future__ import annotations

import logging
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connections
from django.test import Client, RequestFactory

from calla.config import wsgi
from calla.orders import selectors
from calla.payments.models import ProviderNotice
from calla.privacy import keys, roots, versions
from calla.storefront import outages
from calla.storefront.views import catalogue
from tests.builders.orders import a_draft
from tests.builders.shop import a_variant
from tests.storefront.reading import Page

T = "T" * 43
pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]


@pytest.fixture
def seeing() -> Client:
    """A visitor who sees the page, where a test would see the exception."""
    return Client(raise_request_exception=False, headers={"sec-fetch-site": "same-origin"})


def refuse(*args, **kwargs):
    raise OperationalError("connection refused: secret-host")


@pytest.fixture
def no_database(monkeypatch):
    """Every question to a database fails, as when its server is gone."""
    for alias in connections:
        monkeypatch.setattr(connections[alias], "cursor", refuse)


class TestPages:
    def test_a_page_that_is_none_helps_on(self, seeing):
        response = seeing.get("/no/such/page")
        page = Page(response)
        assert response.status_code == 404 and "There is no such page" in page.text and "/" in page.links()

    def test_it_leads_on_like_every_other_page(self, seeing):
        found = Page(seeing.get("/no/such/page"))
        assert "/orders/lookup" in found.links() and "/help" in found.links()

    def test_what_is_gone_is_told_by_its_own_words(self, seeing):
        page = Page(seeing.get("/products/none"))
        assert "We could not find this" in page.text and "We do not have this product" in page.text
        assert page.title.startswith("We could not find this")

    def test_what_nobody_foresaw_shows_nothing_of_it(self, seeing, monkeypatch, caplog):
        monkeypatch.setattr(catalogue.catalogue, "collections", lambda: 1 / 0)
        response = seeing.get("/collections")
        assert response.status_code == 500 and "Something broke on our side" in Page(response).text
        assert b"ZeroDivision" not in response.content and b"Traceback" not in response.content
        assert [record for record in caplog.records if record.levelno == logging.ERROR]

    def test_a_foreign_host_is_refused(self, seeing):
        assert seeing.get("/", headers={"host": "evil.example"}).status_code == 400

    def test_every_outage_carries_the_security_headers(self, seeing):
        for response in (seeing.get("/none"), seeing.get("/", headers={"host": "evil.example"})):
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]


class TestTheAddressOfAForm:
    """Opened like a page, as by Enter in the address bar over a form that came back with an error."""

    @pytest.mark.parametrize(
        ("address", "page"),
        [
            (f"/checkout/{T}/payment", f"/checkout/{T}"),
            (f"/cart/{T}/lines/3", f"/cart/{T}"),
            (f"/contact/{T}/messages", f"/contact/{T}"),
            ("/cart/lines", "/cart"),
            ("/office/logout", "/office"),
        ],
    )
    def test_it_leads_to_the_page_of_the_form(self, seeing, address, page):
        response = seeing.get(address)
        shown = Page(response)
        assert response.status_code == 405 and "POST" in response.headers["Allow"]
        assert "There is nothing to see here" in shown.text and page in shown.links()

    def test_it_keeps_the_bag_of_a_browser_without_cookies(self, seeing):
        assert f"/cart?cart={T}" in Page(seeing.get(f"/cart/lines?cart={T}")).links()

    def test_where_no_page_is_above_it_the_shop_is_left(self, seeing):
        shown = Page(seeing.get(f"/orders/{uuid4()}/payment"))
        assert "Back to its page" not in shown.text and "/" in shown.links()


class TestSentFromElsewhere:
    @pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}])
    def test_a_change_is_refused_on_a_page_that_says_what_to_do(self, headers):
        response = Client().post("/cart/lines", {"variant": "1"}, headers=headers)
        page = Page(response)
        assert response.status_code == 403 and page.title.startswith("This was not sent from our pages")
        assert "so we changed nothing" in page.text and "reload that page" in page.text

    def test_a_page_for_somebody_else_says_that_instead(self, seeing):
        response = outages.forbidden(RequestFactory().get("/"), PermissionDenied("inner words"))
        assert "This is not open to you" in Page(response).text and b"inner words" not in response.content


class TestSoonAgain:
    def test_who_only_looks_tries_the_same_address_again(self, seeing, no_database):
        assert "/search?q=x" in Page(seeing.get("/search?q=x")).links()

    def test_who_sent_something_is_told_how_it_is_sent_once_more(self, seeing, no_database):
        page = Page(seeing.post("/cart/lines", {"variant": "1"}))
        assert "your browser sends what you typed once more" in page.text and "/cart/lines" not in page.links()


class TestTheLastResort:
    """What is not caught here the web server would print, with the texts of all its causes."""

    @pytest.fixture
    def answer(self, monkeypatch, caplog):
        def broken(*args, **kwargs):
            raise LookupError("Brennwald")

        monkeypatch.setattr(outages, "render", broken)
        started = []
        environ = RequestFactory().get("/no/such/page").environ
        body = b"".join(outages.last_resort(WSGIHandler())(environ, lambda *answer: started.append(answer)))
        logged = [record.getMessage() for record in caplog.records if record.name == "calla.storefront"]
        return started[0][0], dict(started[0][1]), body.decode(), logged

    def test_an_error_page_that_fails_is_answered_all_the_same(self, answer):
        status, headers, body, _ = answer
        assert status.startswith("500 ") and "Something broke on our side" in body
        assert headers["Cache-Control"] == "no-store" and headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")

    def test_it_tells_the_log_where_and_nobody_what(self, answer):
        _, _, body, logged = answer
        assert logged[-1].startswith("nothing could be shown: LookupError at ")
        assert "Brennwald" not in body + "".join(logged)

    def test_the_web_server_calls_the_shop_through_it(self):
        assert wsgi.application.__module__ == outages.__name__


class TestWithoutADatabase:
    @pytest.mark.parametrize("address", ["/", "/products/x", "/search?q=x", f"/cart/{'T' * 43}", f"/orders/{'T' * 43}"])
    def test_every_page_says_so_and_when_to_come_back(self, seeing, no_database, address):
        response = seeing.get(address)
        assert response.status_code == 503 and response["Retry-After"] == "30"
        assert "Nothing is lost" in Page(response).text and b"secret-host" not in response.content

    def test_it_says_so_too_when_not_even_the_policy_can_be_read(self, seeing, no_database):
        versions.forget()
        response = seeing.get("/")
        assert response.status_code == 503 and "Nothing is lost" in Page(response).text

    def test_the_process_is_alive_but_not_ready(self, seeing, no_database):
        assert seeing.get("/healthz").status_code == 200
        response = seeing.get("/readyz")
        assert response.status_code == 503 and b"secret-host" not in response.content

    def test_static_files_still_come(self, seeing, no_database):
        versions.forget()
        assert seeing.get("/static/calla/base.css").status_code == 200


def test_without_its_keys_an_order_stays_shut(seeing, monkeypatch):
    token = selectors.token_of(a_draft().pk)
    keys.forget_opened()
    monkeypatch.setattr(connections["keys"], "cursor", refuse)
    response = seeing.get(f"/orders/{token}")
    assert response.status_code == 503 and "keys that open personal data" in Page(response).text
    assert "Ada" not in Page(response).text


class TestMachines:
    def test_ready_means_both_databases_answer(self, visitor):
        assert visitor.get("/readyz").content == b"ready\n"

    def test_a_shop_that_cannot_open_its_keys_is_not_ready(self, visitor, monkeypatch, tmp_path):
        monkeypatch.setattr(roots, "folder", lambda: tmp_path)
        roots.forget()
        response = visitor.get("/readyz")
        roots.forget()
        assert response.status_code == 503 and b"keys" in response.content

    def test_robots_keep_out_of_what_is_private(self, visitor):
        text = visitor.get("/robots.txt").content.decode()
        for address in ("/cart", "/checkout", "/orders", "/office"):
            assert f"Disallow: {address}\n" in text
        assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text

    def test_the_site_map_lists_what_is_published(self, visitor):
        variant = a_variant()
        response = visitor.get("/sitemap.xml")
        assert response["Content-Type"].startswith("application/xml")
        assert f"/products/{variant.product.handle}".encode() in response.content

    def test_what_ends_in_a_slash_is_led_to_the_page_that_is_meant(self, visitor):
        variant = a_variant()
        address = f"/products/{variant.product.handle}"
        response = visitor.get(f"{address}/?like={variant.pk}")
        assert response.status_code == 301 and response["Location"] == f"{address}?like={variant.pk}"
        assert response["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("address", ["/nothing/", "/%2Felsewhere.example/", "/%2F/elsewhere.example//"])
    def test_a_slash_leads_nowhere_else(self, visitor, address):
        assert visitor.get(address).status_code == 404

    def test_only_looking_is_led_on(self, visitor):
        assert visitor.post("/orders/lookup/", {}).status_code == 404

    def test_a_forged_notice_is_refused(self):
        response = Client().post("/payments/notices/testpay", b"{}", content_type="application/json")
        assert response.status_code == 400 and not ProviderNotice.objects.exists()
