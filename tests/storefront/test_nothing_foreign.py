"""What the merchant types may hold anything: on the pages nothing of it loads, runs, frames or leads elsewhere."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.db import models

from calla.catalogue import services
from calla.catalogue.models import Category, Collection, Option, OptionValue, Picture, Product, ShopRow, Variant
from calla.catalogue.types import Fact, OptionDraft, PictureDraft, ProductDraft, ValueDraft, VariantDraft
from calla.privacy.types import SYSTEM
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
SHORT = '"><img src=//evil.example/x>'
PLANT = (
    '<p>Soft.</p><img src="https://evil.example/x.png"><iframe src="https://evil.example/"></iframe>'
    '<a href="https://evil.example/">there</a><script src="https://evil.example/x.js"></script>'
    '<video src="//evil.example/v"></video><object data="//evil.example/o"></object><form action="//evil.example">'
    '<style>@import "//evil.example/x.css"</style><svg><image href="//evil.example/i"/></svg></script>'
)
HANDED = ("src", "srcset", "href", "xlink:href", "data", "action", "formaction", "poster", "background", "ping")
# Columns that no page shows as text, or that hold words of closed lists.
NO_TEXT = {
    "Product.handle", "Collection.handle", "Category.handle", "Variant.sku", "Variant.barcode", "OptionValue.swatch",
    "Picture.file", "Picture.original", "Picture.refused", "Picture.source", "ShopRow.currency", "ShopRow.country",
    "ShopRow.locale", "Variant.title",
}  # fmt: skip


class Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.foreign: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag in {"iframe", "frame", "object", "embed", "video", "audio", "applet"}:
            self.foreign.append(tag)
        self.foreign += [f"{tag} {name}" for name in HANDED if urlsplit(said.get(name) or "").netloc == "evil.example"]
        self.scripts += tag == "script" and "src" not in said and said.get("type") != "application/ld+json"

    handle_startendtag = handle_starttag


@pytest.fixture
def planted():
    services.set_up_shop(f"Calla {SHORT}", currency="EUR", country="DE")
    services.save_category("dresses", f"Dresses {SHORT}")
    services.save_product(
        ProductDraft(
            handle="planted", title=f"Dress {SHORT}", description=PLANT, made_by=f"Atelier {SHORT}", category="dresses",
            tags=(f"tag {SHORT}",), seo_title=f"Seo {SHORT}", seo_description=PLANT,
            facts=tuple((fact, f"Fact {SHORT}") for fact in Fact),
            options=(OptionDraft(f"Colour {SHORT}", (ValueDraft(f"Leaf {SHORT}", "#3d6b4f"),)),),
            pictures=(PictureDraft(file="a.svg", alt=f"Alt {SHORT}", width=3, height=4),),
            variants=(VariantDraft(values=(f"Leaf {SHORT}",), price_minor=900, quantity=3),),
        ),
        by=SYSTEM,
    )  # fmt: skip
    services.save_collection("planted", f"Summer {SHORT}", description=PLANT, products=["planted"])
    run_jobs()


def test_each_column_of_text_is_planted_or_shows_none(planted):
    for model in (Product, Collection, Category, Option, OptionValue, Picture, Variant, ShopRow):
        for column in model._meta.concrete_fields:
            if isinstance(column, models.CharField | models.TextField) and not column.choices:
                name = f"{model.__name__}.{column.name}"
                held = [str(value) for value in model.objects.values_list(column.name, flat=True)]
                cleaned = name in {"Product.description", "Collection.description"}
                assert name in NO_TEXT or any("Soft." in text if cleaned else "evil" in text for text in held), name


PAGES = ["/", "/collections", "/collections/planted", "/products/planted", "/search?q=dress"]


@pytest.mark.parametrize("address", [*PAGES, "/search?q=%22%3E%3Cimg%20src%3D//evil.example/x%3E"])
def test_no_page_lets_it_through(visitor, planted, address):
    response = visitor.get(address)
    reading = Reading()
    reading.feed(response.content.decode())
    assert response.status_code == 200 and not reading.foreign and not reading.scripts


def test_a_text_that_is_not_cleaned_would_be_seen(visitor, planted):
    """Mutation: what is stored past the cleaner shows up, so the test above looks where it matters."""
    Collection.objects.filter(handle="planted").update(description=PLANT)
    reading = Reading()
    reading.feed(visitor.get("/collections/planted").content.decode())
    assert {"iframe", "img src", "a href"} <= set(reading.foreign)
