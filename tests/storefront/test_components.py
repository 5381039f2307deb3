"""The page that shows every component: in a demo's home, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from calla.kernel.demo import MARK
from tests.storefront.reading import Page

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]


def test_a_real_shop_has_no_such_page(visitor, settings, tmp_path: Path) -> None:
    settings.CALLA_HOME = tmp_path
    assert visitor.get("/office/components").status_code == 404


def test_the_demo_shows_them_all(visitor, settings, tmp_path: Path) -> None:
    settings.CALLA_HOME = tmp_path
    (tmp_path / MARK).touch()
    page = Page(visitor.get("/office/components"))
    assert len(page.all("h1")) == 1 and "Disclosure and dialog" in page.text
    assert page.with_id("sample_email")["aria-describedby"] == "sample_email-hint"
    assert page.with_id("sample_postcode")["aria-describedby"] == "sample_postcode-error"
    assert {"name": "robots", "content": "noindex"} in page.all("meta")
