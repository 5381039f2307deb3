"""The photos that lie beside a product file, taken into the shop's own keeping."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from calla.catalogue import services
from calla.catalogue.errors import PictureRefused
from calla.catalogue.pictures.darkroom import Darkroom
from calla.catalogue.types import PictureDraft


@dataclass(slots=True)
class Photos:
    """`folder` is where the file's names of photos begin. With `try_only` all are read and none is kept."""

    folder: Path
    room: Darkroom
    try_only: bool
    _seen: dict[str, PictureDraft | str] = field(default_factory=dict)

    def take(self, name: str) -> PictureDraft | None:
        """None for one that is not there. Raises PictureRefused, as often as the same name is asked for."""
        if name not in self._seen:
            self._seen[name] = self._take(name)
        seen = self._seen[name]
        if isinstance(seen, str):
            raise PictureRefused(seen)
        return seen if seen.original else None

    def _take(self, name: str) -> PictureDraft | str:
        path = self._inside(name)
        if path is None:
            return PictureDraft(source=name)
        try:
            return replace(services.keep_photo(path, self.room, try_only=self.try_only), source=name)
        except PictureRefused as refused:
            return str(refused)

    def _inside(self, name: str) -> Path | None:
        """The file of that name, if it lies in the folder: neither “..” nor a link leads out of it."""
        folder = self.folder.resolve()
        try:
            path = (folder / name.lstrip("/")).resolve()
            return path if path.is_relative_to(folder) and path.is_file() else None
        except (OSError, ValueError):  # no file system takes such a name
            return None
