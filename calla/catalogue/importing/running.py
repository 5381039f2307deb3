from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from django.db import transaction

from calla.catalogue import selectors, services
from calla.catalogue.importing import magento, shelves, shopify
from calla.catalogue.importing.cells import Progress, Row, opened
from calla.catalogue.importing.photos import Photos
from calla.catalogue.importing.problems import FileRefused, Report
from calla.catalogue.importing.reading import Found, Reader, Reading, Shelf
from calla.catalogue.pictures.darkroom import darkroom
from calla.kernel.errors import ShopError
from calla.privacy.types import SYSTEM, Actor


class Format(Protocol):
    """A module that knows one kind of file."""

    NAME: str
    USED: frozenset[str]

    def missing(self, columns: Sequence[str]) -> list[str]:
        """The columns without which this is no such file."""

    def reader(self, file: Path, photos: Photos) -> Reader:
        """How this one is read, with what lies beside it."""


FORMATS: dict[str, Format] = {shopify.NAME: shopify, magento.NAME: magento}


@dataclass(slots=True)
class _Import:
    """One import while it runs: what it has seen of the file so far."""

    reader: Reader
    used: frozenset[str]
    report: Report
    by: Actor
    first_lines: dict[str, int] = field(default_factory=dict)
    skus: dict[str, str] = field(default_factory=dict)
    categories: set[str] = field(default_factory=set)
    collections: dict[Shelf, list[str]] = field(default_factory=dict)


class _TakenBack(Exception):
    """Ends a transaction of a dry run, or of a strict run that met an error."""


def run(
    path: Path, *, format: str = "auto", media: Path | None = None, dry_run: bool = False, strict: bool = False,
    by: Actor = SYSTEM, progress: Progress = lambda _: None,
) -> Report:  # fmt: skip
    """Import the file. A product that is wrong is left out and told; with `strict` it stops all, and nothing is kept.

    `media` is the folder of its photos, by default the one of that name beside it. A dry run does the whole work and
    takes it back. Raises FileRefused for what is no such file at all.
    """
    report = Report(path.name, dry_run=dry_run)
    with opened(path, progress) as (columns, rows), darkroom() as room:
        known = _format(format, columns, path)
        report.format = known.NAME
        report.columns_left_out = [column for column in columns if column and column not in known.USED]
        photos = Photos(media or path.parent / "media", room, try_only=dry_run)
        report.media = str(photos.folder)
        reader = known.reader(path, photos)
        try:
            with transaction.atomic() if strict else nullcontext():
                _import_all(_Import(reader, known.USED, report, by), rows, strict)
        except _TakenBack:
            report.stopped = "Because of this error nothing was imported. Correct it, or import without --strict."
            report.nothing_done()
    return report


def _format(format: str, columns: Sequence[str], path: Path) -> Format:
    wanted = list(FORMATS) if format == "auto" else [format]
    lacking = {name: FORMATS[name].missing(columns) for name in wanted}
    for name, missing in lacking.items():
        if not missing:
            return FORMATS[name]
    name, missing = min(lacking.items(), key=lambda one: len(one[1]))
    raise FileRefused(
        f"Line 1 of {path.name} names no column {_quoted(missing)}, which a {name.title()} product file has. "
        "Export the products again with all columns, or add it."
    )


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _import_all(running: _Import, rows: Iterator[Row], strict: bool) -> None:
    currency = selectors.shop().currency
    for handle, group in running.reader.products(rows):
        reading = Reading(handle, currency)
        _import_one(running, group, reading)
        running.report.problems += reading.problems
        if reading.failed:
            running.report.failed += 1
            if strict:
                raise _TakenBack
    for shelf, handles in running.collections.items():
        running.report.collections += shelves.fill(shelf, handles, try_only=running.report.dry_run)


def _import_one(running: _Import, group: Sequence[Row], reading: Reading) -> None:
    line, handle = group[0].line, reading.handle
    if handle in running.first_lines:
        before = running.first_lines[handle]
        reading.error(line, f"Rows of this product stand at line {before} already. Put them all together.")
        return
    if handle:
        running.first_lines[handle] = line
    found = running.reader.read(group, reading, running.used)
    if found is None:
        return
    variants = found.product.variants
    if taken := next((v.sku for v in variants if v.sku and running.skus.get(v.sku, handle) != handle), ""):
        other = running.skus[taken]
        reading.error(line, f"The SKU “{taken}” stands at “{other}” too. Each variant has its own.")
        return
    try:
        saved = _save(running, found)
    except ShopError as error:
        reading.error(line, str(error))
        return
    running.skus |= {variant.sku: handle for variant in variants if variant.sku}
    for shelf in found.collections:
        running.collections.setdefault(shelf, []).append(handle)
    running.report.count(saved, found.photos, found.photos_missing)


def _save(running: _Import, found: Found) -> services.Saved:
    dry_run = running.report.dry_run
    try:
        with transaction.atomic():
            new = [shelf for shelf in found.categories if shelf.handle not in running.categories]
            if new:
                shelves.make_categories(found.categories)
            own = found.categories[-1].handle if found.categories else ""
            saved = services.save_product(replace(found.product, category=own), by=running.by, reason="import")
            if dry_run:
                raise _TakenBack
            running.categories |= {shelf.handle for shelf in new}
    except _TakenBack:
        pass
    return saved
