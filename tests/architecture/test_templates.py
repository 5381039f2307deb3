"""Templates and code below the pages name no page and build on nothing above."""

import pytest

from tests.architecture.checks import templates
from tests.architecture.checks.tree import Source, shop, sources
from tests.architecture.planting import lines, none_of, plant

LETTER = "calla/orders/templates/orders/letters/planted.html"
PAGE = "calla/backoffice/templates/backoffice/planted.html"


def every_template() -> list[Source]:
    found = [source for source in sources(".html", ".txt", ".xml") if "/templates/" in source.file]
    assert len(found) > 8
    return found


@pytest.mark.parametrize("tag", [
    '{% extends "storefront/base.html" %}',
    "{%- include 'checkout/total.html' -%}",
    '{% include ["orders/letters/lines.html", "backoffice/lines.html"] %}',
    '{% from "cart/macros.html" import price %}',
    '{% import "payments/macros.html" as macros %}',
])
def test_a_template_builds_on_lower_rows_alone(tag: str) -> None:
    assert lines(templates.borrowed_from_above([plant(f"<p>\n{tag}\n</p>", LETTER)])) == [2]


def test_lower_rows_may_be_built_on() -> None:
    below = '{% extends "privacy/letters/base.html" %}{% include "orders/letters/lines.html" %}'
    none_of(templates.borrowed_from_above([plant(below, LETTER)]))


def test_page_apps_are_strangers_in_templates_too() -> None:
    assert lines(templates.borrowed_from_above([plant('{% extends "storefront/base.html" %}', PAGE)])) == [1]


@pytest.mark.parametrize("link", [
    '<a href="/orders/1">',
    "<form action='/checkout'>",
    '<button formaction="/cart">',
    '<a hx-get="/cart">',
    '<a href="{{ shop_url }}/privacy">',
    "{% url 'order' number %}",
])
def test_a_template_below_the_pages_writes_no_address(link: str) -> None:
    assert lines(templates.paths_in_templates([plant(f"\n<p>\n{link}", LETTER)])) == [2]
    none_of(templates.paths_in_templates([plant(link, PAGE)]))


def test_addresses_that_were_handed_over_are_fine() -> None:
    handed = '<a href="{{ order_url }}">{{ number }}</a> <img src="/static/calla/mark.svg"> 3/4 {{ a }}/{{ b }}'
    none_of(templates.paths_in_templates([plant(handed, LETTER)]))


@pytest.mark.parametrize("code", [
    'redirect_to = "/orders/lookup"',
    "from django.urls import reverse",
    "from django.shortcuts import redirect",
    'link("/privacy")',
])
def test_code_below_the_pages_names_no_page(code: str) -> None:
    assert lines(templates.paths_in_code([plant(f"x = 1\n{code}")])) == [2]
    none_of(templates.paths_in_code([plant(code, "calla/storefront/planted.py")]))


def test_a_template_lies_in_its_own_folder() -> None:
    theirs = plant("", "calla/orders/templates/checkout/total.html")
    account = "templates/account/login.html"
    assert lines(templates.in_a_strangers_folder([theirs, plant("", f"calla/orders/{account}")])) == [1, 1]
    none_of(templates.in_a_strangers_folder([plant("", f"calla/backoffice/{account}"), plant("", LETTER)]))


def test_no_template_builds_on_a_higher_row() -> None:
    none_of(templates.borrowed_from_above(every_template()))


def test_no_template_stands_in_for_a_strangers() -> None:
    none_of(templates.in_a_strangers_folder(every_template()))


def test_nothing_below_the_pages_names_a_page() -> None:
    none_of(templates.paths_in_templates(every_template()))
    none_of(templates.paths_in_code(shop()))
