"""What the demo shop sells: whole, the same on every machine, and loaded once."""

from __future__ import annotations

import stat
import time
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings

from calla.catalogue import selectors, services
from calla.catalogue.models import Product, Stock, StockMovement, Variant
from calla.demo import illustrator, loading
from calla.demo.illustrator.shapes import SHAPES
from calla.privacy.types import SYSTEM
from calla.search import services as search
from calla.search.selectors import find
from calla.search.types import Query

WARDROBE = tomllib.loads((loading.HERE / "wardrobe.toml").read_text(encoding="utf-8"))
MOST_BYTES = 40_000


@pytest.fixture
def loaded(db, home):
    selectors.forget()
    search.forget()
    loading.load(lambda line: None)
    yield home
    selectors.forget()


@pytest.mark.django_db(databases=["default", "keys"], transaction=False)
class TestLoading:
    def test_the_shop_is_furnished(self, loaded):
        assert Product.objects.count() == len(WARDROBE["garment"]) >= 20
        assert len(selectors.collections()) >= 3 and len(selectors.categories()) >= 5
        assert selectors.listing().total == Product.objects.count()
        assert find(Query("dress")).total > 0

    def test_every_piece_on_the_shelf_has_come_by_a_movement(self, loaded):
        for stock in Stock.objects.all():
            moved = StockMovement.objects.filter(variant=stock.variant_id).values_list("on_hand", flat=True)
            assert sum(moved) == stock.on_hand

    def test_every_product_shows_drawings_that_lie_there(self, loaded):
        for handle in Product.objects.values_list("handle", flat=True):
            shown = selectors.product(handle)
            assert len(shown.pictures) >= len(shown.options[0].values)
            for picture in shown.pictures:
                file = Path(settings.MEDIA_ROOT) / picture.url.removeprefix(settings.MEDIA_URL)
                assert picture.drawn and picture.alt and file.is_file()

    def test_again_it_changes_nothing_and_is_quick(self, loaded):
        variant = Variant.objects.filter(stock__on_hand__gt=0).earliest("pk")
        services.adjust(variant.pk, -1, "lost", by=SYSTEM)
        before = (selectors.generation(), Stock.objects.get(variant=variant).on_hand, StockMovement.objects.count())
        began = time.perf_counter()
        loading.load(lambda line: None)
        assert time.perf_counter() - began < 3
        after = (selectors.generation(), Stock.objects.get(variant=variant).on_hand, StockMovement.objects.count())
        assert after == before

    def test_the_login_of_the_demo_is_for_its_owner_alone(self, loaded):
        file = loaded / "staff.txt"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert loading.STAFF_EMAIL in file.read_text()


class TestDrawings:
    @pytest.mark.parametrize("shape", sorted(SHAPES))
    def test_one_is_small_whole_and_asks_for_nothing_from_elsewhere(self, shape):
        drawn = illustrator.draw(shape, "#5b3350", seed="a-dress")
        root = ElementTree.fromstring(drawn)
        assert len(drawn.encode()) < MOST_BYTES
        assert root.get("viewBox") == f"0 0 {illustrator.WIDTH} {illustrator.HEIGHT}"
        assert "href" not in drawn and "<script" not in drawn and "style=" not in drawn
        assert drawn.count("http") == 1  # the name of the language itself

    def test_the_same_garment_is_drawn_the_same(self):
        def drawn(colour: str) -> str:
            return illustrator.draw("wrap dress", colour, print_name="dots", seed="a-dress")

        assert drawn("#a9552f") == drawn("#a9552f") != drawn("#2b3346")


class TestTheWardrobe:
    @pytest.mark.parametrize("garment", WARDROBE["garment"], ids=lambda garment: garment["handle"])
    def test_each_garment_is_of_what_there_is(self, garment):
        assert garment["shape"] in SHAPES
        assert set(garment["colours"]) <= set(WARDROBE["palette"])
        assert garment["category"] in {category["handle"] for category in WARDROBE["category"]}
        assert garment["price"] > 0 and garment["text"].startswith("<p>")

    def test_collections_are_of_garments_there_are(self):
        handles = {garment["handle"] for garment in WARDROBE["garment"]}
        assert all(set(collection["products"]) <= handles for collection in WARDROBE["collection"])
