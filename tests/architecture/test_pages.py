"""Pages, views and addresses live in storefront, privacycentre, backoffice and api alone."""

import pytest
from django.contrib.staticfiles.views import serve
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver, include, path
from django.views import View

from tests.architecture.checks.pages import addresses_elsewhere, pages_elsewhere
from tests.architecture.checks.tree import shop
from tests.architecture.planting import lines, none_of, plant


def order_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


class OrderPage(View):
    pass


@pytest.mark.parametrize("module", ["calla.orders.services", "calla.privacy.cookies", "allauth.account.views"])
def test_an_address_answered_elsewhere_is_found(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_page, "__module__", module)
    monkeypatch.setattr(OrderPage, "__module__", module)
    found = addresses_elsewhere([path("orders", order_page), path("deep/", include([path("o", OrderPage.as_view())]))])
    assert [finding.message.split("'")[1] for finding in found] == ["orders", "deep/o"]


def test_page_apps_and_files_in_development_are_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_page, "__module__", "calla.storefront.views.orders")
    none_of(addresses_elsewhere([path("orders", order_page), path("static", serve)]))


def test_every_address_is_answered_by_a_page_app() -> None:
    patterns = get_resolver().url_patterns
    assert patterns
    none_of(addresses_elsewhere(patterns))


@pytest.mark.parametrize("code", [
    "from django.urls import path",
    "from django.shortcuts import render",
    "from django.views.decorators.http import require_POST",
    "from django.http import JsonResponse",
])
def test_what_only_pages_need_is_found_below_them(code: str) -> None:
    assert lines(pages_elsewhere([plant(f"x = 1\n{code}")])) == [2]
    none_of(pages_elsewhere([plant(code, "calla/api/planted.py")]))


@pytest.mark.parametrize("file", ["calla/orders/views.py", "calla/orders/urls.py", "calla/payments/views/notices.py"])
def test_a_file_of_views_is_found_below_the_pages(file: str) -> None:
    assert lines(pages_elsewhere([plant("", file)])) == [1]


def test_no_app_below_the_pages_makes_pages() -> None:
    none_of(pages_elsewhere(shop()))
