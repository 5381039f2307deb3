"""The demo's gallery: every drawing on one page a collection, for whoever looks, and in a demo's home alone."""

import pytest
from django.test import Client

from calla.catalogue import selectors, services
from calla.catalogue.types import OptionDraft, PictureDraft, ProductDraft, ValueDraft, VariantDraft
from calla.kernel.demo import MARK
from calla.privacy.types import SYSTEM
from tests.support.shop import shop

__all__ = ["shop"]

pytestmark = [pytest.mark.django_db(databases=["default", "keys"])]
FILES = ("a-front.svg", "a-back.svg", "b-front.svg")


@pytest.fixture
def hung(shop, home):
    """One dress in two colours in one collection, in a demo's home."""
    (home / MARK).touch()
    draft = ProductDraft(
        handle="a-dress", title="A dress",
        options=(OptionDraft("Colour", (ValueDraft("Moss", "#56663f"), ValueDraft("Ink", "#2b3346"))),),
        pictures=tuple(PictureDraft(file=f"demo/{name}", alt=name, width=900, height=1200) for name in FILES),
        variants=(VariantDraft(("Moss",), 100, picture=0), VariantDraft(("Ink",), 100, picture=2)),
    )  # fmt: skip
    services.save_product(draft, by=SYSTEM)
    services.save_collection("garden", "Garden", products=["a-dress"])
    yield home
    selectors.forget()


def test_it_shows_every_drawing_a_row_for_each_colour(hung):
    page = Client().get("/office/gallery")
    text = page.content.decode()
    assert page.status_code == 200 and all(f"demo/{name}" in text for name in FILES)
    assert text.count('class="drawings"') == 2
    assert "#56663f" in text and 'aria-current="page"' in text
    assert "style=" not in text and not page.cookies


def test_a_collection_there_is_not_is_missing(hung):
    assert Client().get("/office/gallery?collection=garden").status_code == 200
    assert Client().get("/office/gallery?collection=nothing").status_code == 404


def test_outside_a_demo_there_is_none(hung):
    (hung / MARK).unlink()
    assert Client().get("/office/gallery").status_code == 404
