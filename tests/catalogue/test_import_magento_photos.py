"""The photos of Magento's product file, and its real catalogue."""

from __future__ import annotations

import csv
import html
import json
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calla.catalogue import importing, selectors
from calla.catalogue.models import (
    Collection,
    Picture,
    Product,
    Variant,
)
from calla.catalogue.pictures import store
from tests.catalogue.magento import SHOWN, TEE, a_file, child, counts, folders, parent
from tests.catalogue.photographs import nosy
from tests.support import jobs

__all__ = ["a_file", "folders"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders")]
REAL = Path(__file__).parents[3] / "shared" / "data" / "catalogue-magento" / "products-women.csv"


class TestPhotos:
    @pytest.fixture
    def media(self, tmp_path) -> Path:
        (tmp_path / "media" / "r").mkdir(parents=True)
        return tmp_path / "media"

    ROWS = (
        child("RT-S-Red", base_image="/r/red.jpg"), child("RT-S-Blue", base_image="/r/blue.jpg"),
        parent(variants="sku=RT-S-Red,size=S,color=Red|sku=RT-S-Blue,size=S,color=Blue", base_image="/r/blue.jpg",
               additional_images="/r/back.jpg,no_selection"),
    )  # fmt: skip

    def test_they_are_taken_in_and_shown_with_the_colour_they_show(self, a_file, media):
        for name in ("red", "blue", "back"):
            nosy(media / "r" / f"{name}.jpg", size=(60 + len(name), 90))
        report = importing.run(a_file(*self.ROWS))
        assert (report.photos, report.photos_missing, report.problems) == (3, 0, [])
        jobs.run_jobs()
        shown = selectors.product("run-tee")
        assert [view.alt for view in shown.pictures] == ["Run Tee in Blue", "Run Tee, another view", "Run Tee in Red"]
        assert [(one.title, one.picture.alt) for one in shown.variants] == [
            ("Blue / S", "Run Tee in Blue"), ("Red / S", "Run Tee in Red"),
        ]  # fmt: skip
        assert all(view.renditions for view in shown.pictures)

    def test_missing_ones_are_told_and_come_in_later(self, a_file, media):
        nosy(media / "r" / "red.jpg")
        report = importing.run(a_file(*self.ROWS))
        assert report.ok and (report.photos, report.photos_missing) == (1, 2)
        assert "2 of its 3 photos are not in the folder" in report.problems[0].message
        jobs.run_jobs()
        assert len(selectors.product("run-tee").pictures) == 1
        nosy(media / "r" / "blue.jpg", size=(70, 90))
        again = importing.run(a_file(*self.ROWS))
        assert (again.changed, again.photos, again.photos_missing) == (1, 2, 1)
        jobs.run_jobs()
        assert [view.alt for view in selectors.product("run-tee").pictures] == ["Run Tee in Blue", "Run Tee in Red"]
        assert importing.run(a_file(*self.ROWS)).unchanged == 1

    def test_one_that_is_none_is_told_at_its_line_and_left_out(self, a_file, media):
        (media / "r" / "red.jpg").write_bytes(b"<svg/>")
        nosy(media / "r" / "blue.jpg")
        (media / "r" / "back.jpg").write_bytes((media / "r" / "blue.jpg").read_bytes()[:2000])
        report = importing.run(a_file(*self.ROWS))
        assert report.ok and report.photos == 1
        assert [(one.line, one.message[:33]) for one in report.problems] == [
            (4, "The photo /r/back.jpg is left out"), (2, "The photo /r/red.jpg is left out."),
        ]  # fmt: skip
        jobs.run_jobs()
        assert len(selectors.product("run-tee").pictures) == 1

    @pytest.mark.parametrize("name", ["/../secret.jpg", "../secret.jpg", "/r/link.jpg", "r/\0.jpg", "/" + "x" * 400])
    def test_none_is_taken_from_elsewhere(self, a_file, media, tmp_path, name):
        nosy(tmp_path / "secret.jpg")
        (media / "r" / "link.jpg").symlink_to(tmp_path / "secret.jpg")
        importing.run(a_file(child("SOCK", name="Sock", visibility=SHOWN, base_image=name)))
        assert list(store.originals().iterdir()) == []

    def test_an_address_is_noted_and_not_fetched(self, a_file, media):
        importing.run(a_file(child("SOCK", name="Sock", visibility=SHOWN, base_image="https://x.example/a.jpg")))
        assert Picture.objects.get().source == "https://x.example/a.jpg" and jobs.queued() == []

    def test_a_dry_run_reads_them_and_keeps_none(self, a_file, media):
        nosy(media / "r" / "red.jpg")
        tried = importing.run(a_file(*self.ROWS), dry_run=True)
        assert list(store.originals().iterdir()) == [] and jobs.queued() == [] and counts() == [0] * 8
        assert {**tried.as_data(), "dry_run": False} == importing.run(a_file(*self.ROWS)).as_data()

    def test_they_may_lie_elsewhere(self, a_file, tmp_path, capsys):
        nosy(tmp_path / "red.jpg")
        with pytest.raises(CommandError, match="no folder"):
            call_command("import_products", str(a_file(*TEE)), media=tmp_path / "nothing")
        row = child("SOCK", name="Sock", visibility=SHOWN, base_image="red.jpg")
        call_command("import_products", str(a_file(row)), "--media", str(tmp_path), "--json")
        assert json.loads(capsys.readouterr().out)["photos"] == 1


@pytest.mark.skipif(not REAL.exists(), reason="the sample catalogue is not on this machine")
class TestTheRealCatalogue:
    @pytest.fixture
    def rows(self) -> list[dict[str, str]]:
        with REAL.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def test_all_of_it_is_there_and_a_second_time_changes_nothing(self, rows):
        with CaptureQueriesContext(connection) as asked:
            report = importing.run(REAL)
        assert report.ok and report.format == "magento"
        assert (report.created, report.new_variants, report.failed) == (75, 937, 0)
        assert (report.photos, report.photos_missing) == (16, 333)
        before, generation = counts(), selectors.generation()
        with CaptureQueriesContext(connection) as asked_again:
            again = importing.run(REAL)
        assert (again.created, again.changed, again.unchanged) == (0, 0, 75)
        assert (again.new_variants, again.collections) == (0, 0)
        assert counts() == before and selectors.generation() == generation
        print(f"statements a product: {len(asked) / 75:.1f} when new, {len(asked_again) / 75:.1f} when known")
        assert len(asked) < 75 * 45 and len(asked_again) < 75 * 16
        self.every_row_is_a_variant_at_its_price(rows)
        self.every_product_says_what_it_is(rows)

    def every_row_is_a_variant_at_its_price(self, rows) -> None:
        wanted = {row["sku"]: (row["price"], row["qty"]) for row in rows if row["product_type"] == "simple"}
        found = Variant.objects.values_list("sku", "price_minor", "stock__on_hand", "title")
        assert len(found) == len(wanted) == 937
        for sku, minor, on_hand, title in found:
            price, quantity = wanted[sku]
            assert minor == round(float(price) * 100) and on_hand == int(quantity)
            assert set(title.split(" / ")) == set(sku.split("-", 1)[1].split("-")) or title.count(" / ") == 1

    def every_product_says_what_it_is(self, rows) -> None:
        configurable = [row for row in rows if row["product_type"] == "configurable"]
        titles = Counter(html.unescape(row["name"]).strip() for row in configurable)
        assert Counter(Product.objects.values_list("title", flat=True)) == titles
        assert not Product.objects.filter(title__contains="&").exclude(title__contains=" & ").exists()
        assert not Product.objects.filter(description__contains="•").exists()
        assert not Product.objects.filter(category=None).exists()
        tree = {category.path for category in selectors.categories()}
        assert ("women", "tops-women", "hoodies-and-sweatshirts-women") in tree and len(tree) == 9
        assert Collection.objects.count() == 7

    def test_its_photos_come_out_in_every_format(self):
        importing.run(REAL)
        waiting = Picture.objects.filter(waiting=True)
        assert set(waiting.values_list("width", "height")) == {(1274, 1580), (1080, 1340)}
        waiting.filter(pk__in=waiting.order_by("pk").values("pk")[3:]).update(waiting=False)
        jobs.run_jobs(rounds=30)
        assert Picture.objects.exclude(renditions={}).count() == 3 and not Picture.objects.exclude(refused="").exists()
        assert {format for format, _, _ in selectors.product("hera-pullover-hoodie").pictures[0].renditions} == {
            "avif", "webp", "jpeg",
        }  # fmt: skip
