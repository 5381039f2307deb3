"""What the demo shop sells: whole, the same on every machine, and loaded once."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calla.catalogue import selectors, services
from calla.catalogue.models import Product, Stock, StockMovement, Variant
from calla.catalogue.types import Fact
from calla.demo import loading, stocking, wardrobe
from calla.privacy.types import SYSTEM
from calla.search import services as search
from calla.search.selectors import find
from calla.search.types import Query


@pytest.fixture
def loaded(db, home):
    selectors.forget()
    search.forget()
    loading.load(lambda line: None)
    yield home
    selectors.forget()


@pytest.mark.django_db(databases=["default", "keys"], transaction=False)
class TestLoading:
    def test_the_shop_is_furnished_with_drawings_that_lie_there(self, loaded):
        handles = [garment.handle for _, garment in wardrobe.garments()]
        assert sorted(Product.objects.values_list("handle", flat=True)) == sorted(handles)
        assert selectors.listing().total == len(handles) >= 120
        assert len(selectors.collections()) == len(wardrobe.lines()) and len(selectors.categories()) >= 10
        assert find(Query("dress")).total > 0
        for handle in handles:
            shown = selectors.product(handle)
            assert len(shown.pictures) >= 3
            for picture in shown.pictures:
                file = Path(settings.MEDIA_ROOT) / picture.url.removeprefix(settings.MEDIA_URL)
                assert picture.drawn and picture.alt and file.is_file()

        self._every_piece_on_the_shelf_has_come_by_a_movement()
        self._a_reduction_is_borne_out_by_the_records()

    def _every_piece_on_the_shelf_has_come_by_a_movement(self):
        on_hand = dict(Stock.objects.values_list("variant", "on_hand"))
        moved = dict.fromkeys(on_hand, 0)
        for variant, number in StockMovement.objects.values_list("variant", "on_hand"):
            moved[variant] += number
        assert moved == on_hand
        assert {0, 2} <= set(on_hand.values())  # some are sold out, some nearly

    def _a_reduction_is_borne_out_by_the_records(self):
        reduced = [garment for _, garment in wardrobe.garments() if garment.was]
        assert reduced
        for garment in reduced:
            variant = selectors.product(garment.handle).variants[0]
            assert variant.compare_at and variant.lowest
            assert variant.compare_at.minor == variant.lowest.minor == garment.was > variant.price.minor

    def test_again_it_changes_nothing_and_is_quick(self, loaded):
        variant = Variant.objects.filter(stock__on_hand__gt=0).earliest("pk")
        services.adjust(variant.pk, -1, "lost", by=SYSTEM)
        before = (selectors.generation(), Stock.objects.get(variant=variant).on_hand, StockMovement.objects.count())
        with CaptureQueriesContext(connection) as asked:
            loading.load(lambda line: None)
        assert len(asked) < 20
        after = (selectors.generation(), Stock.objects.get(variant=variant).on_hand, StockMovement.objects.count())
        assert after == before
        file = loaded / "staff.txt"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert loading.STAFF_EMAIL in file.read_text()


class TestDrafts:
    @pytest.mark.parametrize("draft", stocking.drafts(), ids=lambda draft: draft.handle)
    def test_each_tells_what_a_shopper_asks(self, draft):
        facts = dict(draft.facts)
        assert {Fact.MATERIAL, Fact.CARE, Fact.ORIGIN, Fact.RESPONSIBLE} <= set(facts)
        assert draft.description.count(".") >= 2
        assert all(variant.price_minor > 0 and variant.weight_grams > 0 for variant in draft.variants)
        assert all(variant.picture is not None for variant in draft.variants)

    def test_pictures_of_a_colour_are_told_from_those_of_another(self):
        """A page leaves out pictures whose words name a colour that was not chosen."""
        for line, garment in wardrobe.garments():
            words = set(garment.title.lower().split())
            assert not words & {colour.lower() for colour in garment.colours}, (line.handle, garment.handle)
