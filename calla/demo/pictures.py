"""The demo's pictures: what is drawn of each garment, and under which name it lies in the media folder.

`python -m calla.demo.pictures FOLDER` draws them all; the loader runs that beside its own work, on the other core.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from calla.demo import dressing, illustrator, wardrobe
from calla.demo.illustrator import ACCESSORIES
from calla.demo.wardrobe import Garment, Line

DRAW = {
    "front": illustrator.front, "back": illustrator.back, "alone": illustrator.alone, "detail": illustrator.detail,
}  # fmt: skip
TOLD = {"front": "worn", "back": "from behind", "alone": "by itself", "detail": "from near"}
FIRST_COLOUR, OTHER_COLOURS = ("front", "back", "alone", "detail"), ("front", "back", "alone")
OF_ACCESSORIES = ("alone", "front", "detail")


@dataclass(frozen=True)
class Picture:
    line: Line
    garment: Garment
    colour: str
    view: str

    @property
    def file(self) -> str:
        colour = self.colour.lower().replace(" ", "-")
        return f"demo/{self.garment.handle}-{colour}-{self.view}.svg"

    @property
    def alt(self) -> str:
        return f"{self.garment.title} in {self.colour}, {TOLD[self.view]}"

    def draw(self) -> str:
        return DRAW[self.view](dressing.look(self.line, self.garment, self.colour))


def of(line: Line, garment: Garment) -> Iterator[Picture]:
    """All pictures of one garment, colour by colour."""
    for number, colour in enumerate(garment.colours):
        views = FIRST_COLOUR if number == 0 else OTHER_COLOURS
        for view in OF_ACCESSORIES if garment.shape.kind in ACCESSORIES else views:
            yield Picture(line, garment, colour, view)


def every() -> Iterator[Picture]:
    for line, garment in wardrobe.garments():
        yield from of(line, garment)


def cover_file(line: Line) -> str:
    return f"demo/cover-{line.handle}.svg"


def draw_all(folder: Path) -> int:
    """Write every picture that does not lie there as it is drawn today. Returns how many there are."""
    (folder / "demo").mkdir(parents=True, exist_ok=True)
    count = 0
    for count, picture in enumerate(every(), start=1):  # noqa: B007
        _write(folder / picture.file, picture.draw())
    for line in wardrobe.lines():
        _write(folder / cover_file(line), illustrator.rail(dressing.on_the_rail(line)))
    return count


def _write(file: Path, drawn: str) -> None:
    content = drawn.encode()
    if not file.exists() or file.read_bytes() != content:
        file.write_bytes(content)


@contextmanager
def being_drawn(folder: Path) -> Iterator[None]:
    """Draws in a process of its own; at the end of the block everything lies there."""
    with subprocess.Popen([sys.executable, "-m", __name__, str(folder)]) as painter:  # noqa: S603
        try:
            yield
        except BaseException:
            painter.kill()
            raise
        if painter.wait():
            raise RuntimeError(f"The demo's pictures could not be drawn into {folder}; the lines above say why.")


if __name__ == "__main__":
    draw_all(Path(sys.argv[1]))
