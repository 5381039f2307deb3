"""The photos of one product: its own first, then those that show its variants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from calla.catalogue.errors import PictureRefused
from calla.catalogue.importing.cells import Row
from calla.catalogue.importing.photos import Photos
from calla.catalogue.importing.reading import Reading
from calla.catalogue.types import PictureDraft

NONE = {"", "no_selection"}
MOST_NAMED = 3


@dataclass(slots=True)
class Gallery:
    pictures: list[PictureDraft] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    taken: int = 0


def gallery(photos: Photos, title: str, rows: Sequence[Row], colours: Mapping[str, str], reading: Reading) -> Gallery:
    """`colours` are those of the variants, by SKU. A photo that is not there, or is none, is told and left out."""
    made = Gallery()
    shown = {row["base_image"]: colours[row["sku"]] for row in reversed(rows) if colours.get(row["sku"])}
    for row in rows:
        for name, alt in _named(row, title, shown):
            if name not in made.places:
                made.places[name] = len(made.pictures)
                made.pictures.append(replace(_picture(photos, made, name, row, reading), alt=alt))
    if made.missing:
        named = ", ".join(made.missing[:MOST_NAMED]) + (" …" if len(made.missing) > MOST_NAMED else "")
        reading.note(
            rows[0].line,
            f"{len(made.missing)} of its {len(made.pictures)} photos are not in the folder of photos: {named}",
        )
    return made


def _named(row: Row, title: str, shown: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The names of the photos with what they show, for those who do not see them."""
    base = row["base_image"]
    if base not in NONE:
        colour = shown.get(base, "")
        yield base, row["base_image_label"] or (f"{title} in {colour}" if colour else title)
    labels = row["additional_image_labels"].split(",")
    for place, name in enumerate(part.strip() for part in row["additional_images"].split(",")):
        if name not in NONE:
            yield name, (labels[place].strip() if place < len(labels) else "") or f"{title}, another view"


def _picture(photos: Photos, made: Gallery, name: str, row: Row, reading: Reading) -> PictureDraft:
    try:
        photo = photos.take(name)
    except PictureRefused as refused:
        reading.note(row.line, f"The photo {name} is left out. {refused}")
        return PictureDraft(source=name)
    if photo is None:
        made.missing.append(name)
    made.taken += photo is not None
    return photo or PictureDraft(source=name)
