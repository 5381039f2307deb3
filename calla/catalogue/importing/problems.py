from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from calla.catalogue.services import Saved
from calla.kernel.errors import ShopError


class FileRefused(ShopError):
    """The file as a whole cannot be read; the message says what to do. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one line. An error keeps its product out; a note tells what was done otherwise."""

    line: int
    handle: str
    message: str
    is_error: bool = True


@dataclass(slots=True)
class Report:
    """What an import did, or in a dry run would do."""

    file: str
    format: str = ""
    dry_run: bool = False
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    new_variants: int = 0
    withdrawn_variants: int = 0
    collections: int = 0
    photos: int = 0
    photos_missing: int = 0
    media: str = ""
    stopped: str = ""
    columns_left_out: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.is_error]

    @property
    def ok(self) -> bool:
        return not self.stopped and not self.errors

    def count(self, saved: Saved, photos: int, photos_missing: int) -> None:
        self.created += saved.created
        self.changed += saved.changed
        self.unchanged += not (saved.created or saved.changed)
        self.new_variants += saved.new_variants
        self.withdrawn_variants += saved.withdrawn_variants
        self.photos += photos
        self.photos_missing += photos_missing

    def nothing_done(self) -> None:
        self.created = self.changed = self.unchanged = self.new_variants = self.withdrawn_variants = 0
        self.collections = self.photos = self.photos_missing = 0

    def as_data(self) -> dict[str, Any]:
        return asdict(self) | {"ok": self.ok}
