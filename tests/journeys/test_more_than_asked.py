"""Whoever sends a form more than it asks for has sent it nothing: every form that can be reached, found by looking."""

from __future__ import annotations

from contextlib import closing
from secrets import token_hex
from urllib.parse import urljoin, urlsplit

import pytest

from calla.audit.asking import Browser, Site
from calla.audit.html import Element
from calla.audit.look import Look
from tests.journeys.test_just_looking import holding
from tests.support.live import LiveShop

pytestmark = pytest.mark.journey
MORE = ("phone", "fax", "birthday", "company", "subject", "subject_id", "is_staff", "role", "state", "price_minor")


def _forms(look: Look) -> dict[tuple[str, str], Element]:
    """One of each kind: the forms of two products are the same."""
    found: dict[tuple[str, str], Element] = {}
    for page in look.shown:
        for form in page.page.all("form"):
            names = " ".join(sorted(one.own["name"] for one in form.controls()))
            if form.own.get("method", "").lower() == "post":
                found.setdefault((names, urljoin(page.url, form.own.get("action", ""))), form)
    kinds = {names: (names, action) for names, action in found}
    return {key: found[key] for key in kinds.values()}


def test_no_form_keeps_what_it_did_not_ask_for(shop: LiveShop) -> None:
    with closing(Site(shop.url)) as site:
        look = Look(site, 40)
        forms = _forms(look)
        assert len(forms) >= 5
        for (names, action), form in forms.items():
            canary = f"canary{token_hex(6)}"
            more = [(name, f"{canary}-{name}") for name in MORE if name not in names.split()]
            answer = Browser(site).post(action, [*form.sent(), *more])
            where = urlsplit(action).path
            assert answer.status < 500, where
            assert canary not in answer.text, where
            assert holding(shop, [canary]) == [], where
