"""What is told of a product beside its description: facts, the size guide of its kind, and what goes with it."""

from __future__ import annotations

import pytest

from calla.catalogue import selectors, services
from calla.catalogue.errors import Refused
from calla.catalogue.types import Fact, PictureDraft, ProductDraft, SizeGuide, VariantDraft
from calla.privacy.types import SYSTEM
from tests.builders.dresses import a_dress

pytestmark = pytest.mark.django_db
GUIDE = SizeGuide(("Bust", "Waist"), (("36", (84, 68)), ("38", (88, 72.5))), (("Bust", "Around the fullest part."),))


def saved(handle: str = "slip", *, facts: tuple[tuple[Fact, str], ...] = (), category: str = "") -> services.Saved:
    draft = ProductDraft(handle, handle.title(), (VariantDraft((), 4900),), facts=facts, category=category)
    return services.save_product(draft, by=SYSTEM)


class TestFacts:
    def test_they_keep_their_order(self):
        facts = ((Fact.ORIGIN, "Sewn in Portugal"), (Fact.MATERIAL, "100 % silk"))
        saved(facts=facts)
        assert selectors.product("slip").facts == facts

    def test_saying_the_same_again_changes_nothing(self):
        facts = ((Fact.CARE, "hand-wash no-bleach"),)
        saved(facts=facts)
        assert not saved(facts=facts).changed and saved(facts=()).changed

    @pytest.mark.parametrize("facts", [((Fact.FIT, "a"), (Fact.FIT, "b")), ((Fact.FIT, "x" * 601),)])
    def test_what_is_told_twice_or_at_length_is_refused(self, facts):
        with pytest.raises(Refused):
            saved(facts=facts)


class TestSizeGuides:
    def test_a_kind_of_thing_has_that_of_the_kind_above_unless_its_own(self):
        services.save_category("dresses", "Dresses", size_guide=GUIDE)
        services.save_category("slips", "Slips", parent="dresses")
        saved(category="slips")
        assert selectors.product("slip").size_guide == GUIDE
        own = SizeGuide(("Bust",), (("S", (86,)),))
        services.save_category("slips", "Slips", parent="dresses", size_guide=own)
        assert selectors.product("slip").size_guide == own
        services.save_category("slips", "Slips", parent="dresses")
        assert selectors.product("slip").size_guide == own

    def test_a_size_without_all_its_numbers_is_refused(self):
        with pytest.raises(Refused):
            services.save_category("dresses", "Dresses", size_guide=SizeGuide(("Bust", "Waist"), (("36", (84,)),)))
        assert selectors.categories() == ()


def test_what_goes_with_it_are_its_neighbours_and_others_of_its_kind():
    services.save_category("slips", "Slips")
    for handle in ("first", "second", "third"):
        saved(handle, category="slips")
    a_dress()
    services.save_collection("summer", "Summer", products=["third", "linen-dress", "second"])
    related = selectors.tiles(selectors.product("third").related)
    assert [tile.handle for tile in related] == ["linen-dress", "second", "first"]


def test_a_collection_is_announced_with_its_cover_where_it_has_one():
    services.save_collection(
        "summer", "Summer", products=[], cover=PictureDraft("a.svg", alt="Two figures", width=2400)
    )
    services.save_collection("winter", "Winter", products=[], position=1)
    summer, winter = selectors.collections()
    assert summer.cover and (summer.cover.url, summer.cover.alt) == ("/media/a.svg", "Two figures")
    assert winter.cover is None and selectors.collection("summer").cover == summer.cover
