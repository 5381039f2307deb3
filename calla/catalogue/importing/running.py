from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from django.db import transaction

from calla.catalogue import selectors, services
from calla.catalogue.importing import shopify
from calla.catalogue.importing.cells import Progress, Row, opened
from calla.catalogue.importing.problems import FileRefused, Problem, Report
from calla.catalogue.models import Category
from calla.catalogue.types import ProductDraft
from calla.kernel.errors import ShopError
from calla.privacy.types import SYSTEM, Actor


class Format(Protocol):
    """A module that knows one kind of file."""

    NAME: str
    USED: frozenset[str]

    def missing(self, columns: Sequence[str]) -> list[str]:
        """The columns without which this is no such file."""

    def products(self, rows: Iterator[Row]) -> Iterator[tuple[str, list[Row]]]:
        """The rows of one product after the other, with its handle."""

    def draft(self, handle: str, rows: Sequence[Row], currency: str) -> tuple[ProductDraft | None, list[Problem]]:
        """What they describe, or None and why not; its category is the title of one."""


FORMATS: dict[str, Format] = {shopify.NAME: shopify}


@dataclass(slots=True)
class _Import:
    """One import while it runs: what it has seen of the file so far."""

    reader: Format
    report: Report
    by: Actor
    first_lines: dict[str, int] = field(default_factory=dict)
    skus: dict[str, str] = field(default_factory=dict)


class _TakenBack(Exception):
    """Ends a transaction of a dry run, or of a strict run that met an error."""


def run(
    path: Path, *, format: str = "auto", dry_run: bool = False, strict: bool = False, by: Actor = SYSTEM,
    progress: Progress = lambda _: None,
) -> Report:  # fmt: skip
    """Import the file. A product that is wrong is left out and told; with `strict` it stops all, and nothing is kept.

    A dry run does the whole work and takes it back. Raises FileRefused for what is no such file at all.
    """
    report = Report(path.name, dry_run=dry_run)
    with opened(path, progress) as (columns, rows):
        reader = _reader(format, columns, path)
        report.format = reader.NAME
        report.columns_left_out = [column for column in columns if column and column not in reader.USED]
        try:
            with transaction.atomic() if strict else nullcontext():
                _import_all(_Import(reader, report, by), rows, strict)
        except _TakenBack:
            report.stopped = "Because of this error nothing was imported. Correct it, or import without --strict."
            report.nothing_done()
    return report


def _reader(format: str, columns: Sequence[str], path: Path) -> Format:
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
        problems = _import_one(running, handle, group, currency)
        running.report.problems += problems
        if any(problem.is_error for problem in problems):
            running.report.failed += 1
            if strict:
                raise _TakenBack


def _import_one(running: _Import, handle: str, group: Sequence[Row], currency: str) -> list[Problem]:
    line = group[0].line
    if handle in running.first_lines:
        before = running.first_lines[handle]
        return [Problem(line, handle, f"Rows of this product stand at line {before} already. Put them all together.")]
    if handle:
        running.first_lines[handle] = line
    draft, problems = running.reader.draft(handle, group, currency)
    if draft is None:
        return problems
    if taken := next((v.sku for v in draft.variants if v.sku and running.skus.get(v.sku, handle) != handle), ""):
        other = running.skus[taken]
        return [
            *problems,
            Problem(line, handle, f"The SKU “{taken}” stands at “{other}” too. Each variant has its own."),
        ]
    try:
        saved = _save(draft, running.by, dry_run=running.report.dry_run)
    except ShopError as error:
        return [*problems, Problem(line, handle, str(error))]
    running.skus |= {variant.sku: handle for variant in draft.variants if variant.sku}
    running.report.count(saved)
    return problems


def _save(draft: ProductDraft, by: Actor, *, dry_run: bool) -> services.Saved:
    try:
        with transaction.atomic():
            saved = services.save_product(_with_category(draft), by=by, reason="import")
            if dry_run:
                raise _TakenBack
    except _TakenBack:
        pass
    return saved


def _with_category(draft: ProductDraft) -> ProductDraft:
    """The file names categories by title; the first product of one makes it."""
    handle = shopify.handle_of(draft.category)
    if handle and not Category.objects.filter(handle=handle).exists():
        services.save_category(handle, draft.category)
    return replace(draft, category=handle)
