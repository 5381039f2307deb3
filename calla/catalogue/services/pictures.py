"""Photos of products: taken in, made fit for pages by the worker, and cleared away when nothing names them."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from calla.catalogue import html
from calla.catalogue.errors import PictureRefused
from calla.catalogue.models import Picture, Product
from calla.catalogue.pictures import store
from calla.catalogue.pictures.darkroom import Darkroom, darkroom
from calla.catalogue.pictures.kinds import RENDITIONS
from calla.catalogue.services.shop import touch
from calla.catalogue.types import PictureDraft
from calla.kernel import jobs, turns

# A worker that is told to stop waits for the job at hand.
BATCH_SECONDS = 8.0
UNUSED_FOR = timedelta(days=1)
PLAIN_WIDTH = 960  # of the one file for whoever can take no choice
_COLUMNS = (
    "file", "original", "waiting", "renditions", "refused", "source", "alt", "position", "width", "height",
)  # fmt: skip


def keep_photo(path: Path, room: Darkroom, *, try_only: bool = False) -> PictureDraft:
    """Take a photo into the shop's own keeping, once all of it was read. Raises PictureRefused; then nothing is kept.

    It is shown once a product is saved with it and the worker has made its renditions.
    """
    name, content = store.read(path)
    width, height = room.look(path)
    if not try_only:
        store.keep(name, content)
    return PictureDraft(original=name, width=width, height=height)


def save_pictures(product: Product, drafts: Sequence[PictureDraft]) -> tuple[list[Picture], bool]:
    """The pictures in the order of the drafts, known by where they come from; others of this product go."""
    had = {_came_from(picture): picture for picture in product.pictures.all()}
    pictures, altered = [], []
    for position, draft in enumerate(drafts):
        picture = had.pop(_came_from(draft), None) or Picture(product=product)
        values = _values(draft, picture) | {"position": position}
        if picture.pk is None or any(getattr(picture, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(picture, name, value)
            altered.append(picture)
        pictures.append(picture)
    old = [picture for picture in altered if picture.pk is not None]
    Picture.objects.bulk_create([picture for picture in altered if picture.pk is None])
    Picture.objects.bulk_update(old, _COLUMNS)
    if had:
        Picture.objects.filter(pk__in=[gone.pk for gone in had.values()]).delete()
    if any(picture.waiting for picture in altered):
        jobs.enqueue(make_renditions)
    return pictures, bool(altered or had)


def _came_from(picture: Picture | PictureDraft) -> str:
    return picture.source or picture.original or picture.file


def _values(draft: PictureDraft, picture: Picture) -> dict[str, Any]:
    values: dict[str, Any] = {"source": draft.source, "alt": html.printable(draft.alt)[:512]}
    if draft.file:
        values |= {"file": draft.file, "original": "", "renditions": {}, "waiting": False}
    if draft.original and draft.original != picture.original:  # until it is made, the one before is shown
        values |= {"original": draft.original, "waiting": True, "refused": ""}
    if draft.file or draft.original:
        values |= {"width": draft.width, "height": draft.height}
    return values


@jobs.job
def make_renditions() -> None:
    """Make what is waiting, one photo at a time in the whole shop: a thousand of them must not keep letters waiting.

    Goes on in a job of its own after a while, so that a worker can stop in between.
    """
    ends = time.monotonic() + BATCH_SECONDS
    with turns.nobody_else("pictures") as ours, darkroom() as room:
        while ours and (waiting := Picture.objects.filter(waiting=True).order_by("pk").first()):
            if time.monotonic() > ends:
                jobs.enqueue(make_renditions)
                return
            _finish(waiting, _made(waiting, room))


def _made(picture: Picture, room: Darkroom) -> dict[str, Any]:
    twin = Picture.objects.filter(original=picture.original, waiting=False).exclude(renditions={}).first()
    if twin:
        return {"file": twin.file, "renditions": twin.renditions}
    try:
        return _develop(store.original(picture.original), room)
    except PictureRefused as refused:
        return {"file": "", "renditions": {}, "refused": str(refused)[:255]}


def _develop(original: Path, room: Darkroom) -> dict[str, Any]:
    if not original.is_file():
        raise PictureRefused("The original of this picture is no longer there. Send it again.")
    with tempfile.TemporaryDirectory(dir=store.originals(), prefix="making-") as folder:
        widths = room.make(original, Path(folder))
        stem = store.publish({path.name: path.read_bytes() for path in Path(folder).iterdir()})
    plain = max((width for width in widths if width <= PLAIN_WIDTH), default=widths[0])
    return {"file": f"{stem}-{plain}.{RENDITIONS['jpeg']}", "renditions": {"stem": stem, "widths": list(widths)}}


@transaction.atomic
def _finish(picture: Picture, values: Mapping[str, Any]) -> None:
    """Unless the shop was given another photo for it meanwhile."""
    same = Picture.objects.filter(pk=picture.pk, original=picture.original)
    if same.update(waiting=False, **values):
        touch(picture.product_id)


def sweep_pictures() -> int:
    """Remove files that no picture names any more. Returns how many."""
    originals = set(Picture.objects.exclude(original="").values_list("original", flat=True))
    stems = set(Picture.objects.exclude(renditions={}).values_list("renditions__stem", flat=True))
    return store.sweep(originals, stems, older_than=UNUSED_FOR.total_seconds())
