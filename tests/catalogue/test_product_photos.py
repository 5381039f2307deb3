"""From a photo on disk to what a page shows of it: kept in private, made by the worker, told when it cannot be."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client

from calla.catalogue import selectors, services
from calla.catalogue.errors import PictureRefused
from calla.catalogue.models import Picture
from calla.catalogue.pictures import store
from calla.catalogue.pictures.darkroom import darkroom
from calla.catalogue.services import pictures as making
from calla.catalogue.types import PictureDraft
from calla.kernel import turns
from tests.catalogue.builders import a_draft, one_of, save
from tests.catalogue.conftest import at_once
from tests.catalogue.photographs import nosy
from tests.support import jobs
from tests.support.waiting import until

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(home: Path, settings) -> Path:
    settings.CALLA_HOME, settings.MEDIA_ROOT = home, home / "media"
    return home


@pytest.fixture
def a_photo(tmp_path):
    def keep(name: str = "photo", **rest) -> PictureDraft:
        with darkroom() as room:
            return services.keep_photo(nosy(tmp_path / name, **rest), room)

    return keep


def media() -> list[Path]:
    return sorted(path for path in Path(store.settings.MEDIA_ROOT).rglob("*") if path.is_file())


def shown():
    return selectors.product("scarf").pictures[0]


class TestBeingMade:
    def test_until_the_worker_came_by_the_place_is_kept_free(self, a_photo):
        save(replace(one_of(), pictures=(a_photo(orientation=6),)))
        assert not shown().drawn and media() == []
        assert [name for name, _ in jobs.queued()] == ["catalogue.services.pictures.make_renditions"]

    def test_then_pages_have_every_format_to_choose_from(self, a_photo):
        save(replace(one_of(), pictures=(replace(a_photo(orientation=6, size=(700, 900)), alt="A scarf"),)))
        before = selectors.generation()
        jobs.run_jobs()
        view = shown()
        assert (view.alt, view.width, view.height, view.drawn) == ("A scarf", 700, 900, True)
        assert [(one.format, one.width) for one in view.renditions] == [
            (name, width) for name in ("avif", "webp", "jpeg") for width in (320, 700)
        ]
        assert view.url == view.renditions[-1].address
        assert selectors.generation() > before
        tile, variant = selectors.listing().tiles[0], selectors.product("scarf").variants[0]
        assert tile.picture.renditions == variant.picture.renditions == view.renditions

    def test_each_is_served_for_good_and_the_original_is_not(self, a_photo, settings):
        draft = a_photo()
        save(replace(one_of(), pictures=(draft,)))
        jobs.run_jobs()
        types = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}
        for one in shown().renditions:
            answer = Client().get(one.address)
            assert (answer.status_code, answer["Content-Type"]) == (200, types[one.format])
            assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
            assert Client().get(one.address, headers={"if-none-match": answer["ETag"]}).status_code == 304
        original = store.original(draft.original)
        assert original.exists() and original.stat().st_mode & 0o077 == 0
        assert original.parent.stat().st_mode & 0o077 == 0
        assert not original.is_relative_to(settings.MEDIA_ROOT)
        for way in (f"originals/{original.name}", f"../originals/{original.name}", original.name):
            assert Client().get(f"/media/{way}").status_code == 404

    def test_the_same_photo_of_two_products_is_made_once(self, a_photo, monkeypatch):
        draft, made = a_photo(), []
        develop = making._develop
        monkeypatch.setattr(making, "_develop", lambda *given: made.append(given) or develop(*given))
        save(*(replace(one_of(handle), pictures=(draft,)) for handle in ("scarf", "shawl")))
        jobs.run_jobs()
        assert len(made) == 1
        assert selectors.product("shawl").pictures[0].renditions == shown().renditions != ()

    def test_the_job_may_run_twice(self, a_photo):
        save(replace(one_of(), pictures=(a_photo(),)))
        jobs.run_jobs()
        had, generation = [(path, path.stat().st_mtime_ns) for path in media()], selectors.generation()
        services.make_renditions()
        assert [(path, path.stat().st_mtime_ns) for path in media()] == had
        assert selectors.generation() == generation

    def test_after_a_while_it_goes_on_in_another_job_so_that_a_worker_can_stop(self, a_photo, monkeypatch):
        drafts = tuple(a_photo(f"photo{number}", size=(60 + number, 80)) for number in range(3))
        save(replace(one_of(), pictures=drafts))
        monkeypatch.setattr(making, "BATCH_SECONDS", 0)
        assert Picture.objects.filter(waiting=True).count() == 3
        services.make_renditions()
        assert Picture.objects.filter(waiting=True).count() == 3 and len(jobs.queued()) == 2
        monkeypatch.undo()
        jobs.run_jobs()
        assert not Picture.objects.filter(waiting=True).exists()

    def test_saying_the_same_again_changes_nothing(self, a_photo):
        draft = replace(one_of(), pictures=(a_photo(),))
        save(draft)
        jobs.run_jobs()
        [again] = save(draft)
        assert not again.changed and jobs.queued() == [] and shown().drawn

    def test_another_photo_in_its_place_is_shown_once_it_is_made(self, a_photo):
        first, second = a_photo(), a_photo("other", size=(500, 500))
        save(replace(one_of(), pictures=(replace(first, source="/a.jpg"),)))
        jobs.run_jobs()
        before = shown().url
        [saved] = save(replace(one_of(), pictures=(replace(second, source="/a.jpg"),)))
        assert saved.changed and shown().url == before
        jobs.run_jobs()
        assert shown().url != before and (shown().width, shown().height) == (500, 500)

    def test_a_photo_that_is_exchanged_while_it_is_made_does_not_come_back(self, a_photo, monkeypatch):
        first, second = a_photo(), a_photo("other", size=(500, 500))
        save(replace(one_of(), pictures=(replace(first, source="/a.jpg"),)))
        develop = making._develop

        def slowly(*given):
            monkeypatch.setattr(making, "_develop", develop)
            save(replace(one_of(), pictures=(replace(second, source="/a.jpg"),)))
            return develop(*given)

        monkeypatch.setattr(making, "_develop", slowly)
        jobs.run_jobs()
        assert [one.width for one in shown().renditions if one.format == "avif"] == [320, 500]

    def test_a_photo_that_is_no_longer_at_hand_stays(self, a_photo):
        save(replace(one_of(), pictures=(replace(a_photo(), source="/a.jpg"),)))
        jobs.run_jobs()
        [saved] = save(replace(one_of(), pictures=(PictureDraft(source="/a.jpg"),)))
        assert not saved.changed and shown().drawn

    def test_drawings_of_the_shop_are_left_alone(self):
        save(replace(one_of(), pictures=(PictureDraft(file="demo/scarf.svg", width=900, height=1200),)))
        assert jobs.queued() == [] and (shown().url, shown().renditions) == ("/media/demo/scarf.svg", ())


class TestNotBeingMade:
    def test_nothing_is_kept_of_a_file_that_is_no_photo(self, tmp_path):
        (tmp_path / "photo.jpg").write_bytes(b"<svg/>")
        with darkroom() as room, pytest.raises(PictureRefused):
            services.keep_photo(tmp_path / "photo.jpg", room)
        with darkroom() as room, pytest.raises(PictureRefused, match="cannot be read"):
            services.keep_photo(tmp_path / "nothing.jpg", room)
        assert list(store.originals().iterdir()) == []

    def test_an_original_that_went_bad_leaves_the_place_free_and_says_why(self, a_photo):
        draft = a_photo()
        save(replace(one_of(), pictures=(draft,)))
        whole = store.original(draft.original).read_bytes()
        store.original(draft.original).write_bytes(whole[: len(whole) // 2])
        jobs.run_jobs()
        assert not shown().drawn and media() == []
        assert "cut off" in Picture.objects.get().refused and not Picture.objects.get().waiting

    def test_an_original_that_went_away(self, a_photo):
        draft = a_photo()
        save(replace(one_of(), pictures=(draft,)))
        store.original(draft.original).unlink()
        jobs.run_jobs()
        assert "no longer there" in Picture.objects.get().refused

    def test_one_bad_photo_does_not_keep_the_others_waiting(self, a_photo):
        bad, good = a_photo(), a_photo("good", size=(300, 300))
        save(replace(one_of(), pictures=(bad, good)))
        store.original(bad.original).unlink()
        jobs.run_jobs()
        assert [view.width for view in selectors.product("scarf").pictures] == [300]


@pytest.mark.django_db(transaction=True)
def test_one_worker_at_a_time_makes_photos(a_photo):
    save(replace(one_of(), pictures=(a_photo(),)))
    with turns.nobody_else("pictures") as ours:
        assert ours
        at_once([services.make_renditions])
        assert Picture.objects.get().waiting
    services.make_renditions()
    assert not Picture.objects.get().waiting


@pytest.mark.django_db(transaction=True)
def test_a_turn_ends_with_the_connection_that_had_it():
    turn = turns.nobody_else("a photo")

    def take_and_fall() -> None:
        assert turn.__enter__()
        connections["default"].close()

    def is_free() -> bool:
        with turns.nobody_else("a photo") as ours:
            return ours

    at_once([take_and_fall])
    until(is_free)  # the server ends what a closed connection held in its own time


class TestSweeping:
    def test_files_that_nothing_names_go_after_a_day(self, a_photo):
        save(replace(one_of(), pictures=(a_photo(),)))
        a_photo("never-saved", size=(90, 90))
        jobs.run_jobs()
        used = media()
        store.publish({"90.jpg": b"x"})
        (store.originals() / "making-killed").mkdir()
        assert services.sweep_pictures() == 0
        _grow_old(*store.originals().iterdir(), *media())
        assert services.sweep_pictures() == 3
        assert media() == used and len(list(store.originals().iterdir())) == 1
        assert Client().get(shown().url).status_code == 200

    def test_other_media_stay(self, settings):
        drawing = Path(settings.MEDIA_ROOT) / "demo" / "scarf.svg"
        drawing.parent.mkdir(parents=True)
        drawing.write_text("<svg/>")
        _grow_old(drawing)
        assert services.sweep_pictures() == 0 and drawing.exists()


def _grow_old(*paths: Path) -> None:
    for path in paths:
        os.utime(path, (time.time() - 90_000,) * 2)


def test_pages_ask_no_more_for_a_product_with_many_photos(a_photo, django_assert_num_queries):
    save(a_draft("plain"), a_draft("rich", pictures=tuple(a_photo(str(n), size=(60 + n, 70)) for n in range(6))))
    jobs.run_jobs()
    selectors.shop()
    counts = []
    for handle in ("plain", "rich"):
        with django_assert_num_queries(2, exact=False) as asked:
            selectors.product(handle)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert len(selectors.product("rich").pictures) == 6
