"""The darkroom's inside: a process of its own that opens what strangers made. It reads orders from stdin, one a line.

Nothing of the original's metadata reaches what is made: the pixels are copied into new pictures first. Orientation is
applied before, and colours are turned into sRGB, which is what browsers take a picture without a profile for.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms

from calla.catalogue.errors import PictureRefused
from calla.catalogue.pictures.kinds import HEAD, LEAST_SIDE, MOST_BYTES, MOST_PIXELS, RENDITIONS, SAVE_AS, kind_of
from calla.kernel import processes

MOST_MEMORY = 2 * 1024**3
MOST_SECONDS = 90  # of work for one picture, however busy the machine is otherwise
NICE = 10  # whoever waits for a page comes first
WIDTHS = (320, 640, 960, 1440, 2048)
TALLEST = 4096
NEAR = 1.2  # a step so close below the picture's own width is left out
SAVED: dict[str, dict[str, Any]] = {
    "avif": {"quality": 52, "speed": 7},
    "webp": {"quality": 78, "method": 4},
    "jpeg": {"quality": 80, "optimize": True, "progressive": True},
}
ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LYING = frozenset({5, 6, 7, 8})
BROKEN = f"The picture is broken or cut off. Copy it again, or open it in a picture program. {SAVE_AS}"
Answer = dict[str, Any]


def look(path: Path) -> Answer:
    """Its size as it will be shown. The whole picture is read, so that a broken one is found now and not later."""
    picture = _opened(path)
    orientation = _orientation(picture)
    size = picture.size
    picture.draft("L", (LEAST_SIDE, LEAST_SIDE))
    picture.load()
    width, height = reversed(size) if orientation in LYING else size
    return {"width": width, "height": height}


def make(path: Path, folder: Path) -> Answer:
    """Write every width in every format into the folder, as `<width>.<suffix>`."""
    picture = _pixels(_opened(path))
    width, height = picture.size
    widths = list(_widths(min(width, TALLEST * width // height or 1)))
    for step in reversed(widths):
        picture = _no_wider(picture, step)
        for name, options in SAVED.items():
            picture.save(folder / f"{step}.{RENDITIONS[name]}", name.upper(), **options)
    return {"widths": widths}


def _opened(path: Path) -> Image.Image:
    """The picture with nothing of it unpacked yet; what is too much is refused by what the file says of itself."""
    if path.stat().st_size > MOST_BYTES:
        raise PictureRefused(f"The file is larger than {MOST_BYTES // 1024**2} MB. Save the picture smaller.")
    with path.open("rb") as file:
        kind = kind_of(file.read(HEAD))
    picture = Image.open(path, formats=(kind,))
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise PictureRefused(
            f"The picture has {width} × {height} pixels; more than {MOST_PIXELS // 10**6} million are not taken. "
            "Save it smaller."
        )
    if min(width, height) < LEAST_SIDE:
        raise PictureRefused(f"The picture has {width} × {height} pixels, too few to show. Send a larger one.")
    # A JPEG of several pictures is a photo with a preview beside it, as cameras and telephones make them.
    if getattr(picture, "n_frames", 1) > 1 and picture.format != "MPO":
        raise PictureRefused(f"This is a moving picture. Choose one frame of it. {SAVE_AS}")
    return picture


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # what is wrong with the metadata is no fault of the picture
        return 1


def _pixels(picture: Image.Image) -> Image.Image:
    """The picture upright, in sRGB, on white where it was transparent, and without a word beside it."""
    turn, profile = UPRIGHT.get(_orientation(picture)), picture.info.get("icc_profile")
    picture.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))
    transparent = picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info
    if picture.mode.startswith("I"):
        picture = picture.point(lambda value: value * (1 / 256)).convert("L")
    elif transparent or picture.mode in ("P", "PA", "1"):
        picture = picture.convert("RGBA" if transparent else "RGB")
    picture = _in_srgb(picture, profile)
    clean = Image.new("RGB", picture.size, "white")
    clean.paste(picture, mask=picture.getchannel("A") if transparent else None)
    return clean.transpose(turn) if turn is not None else clean


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile:
        try:
            own, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(picture, own, srgb, outputMode=mode) or picture
        except (ImageCms.PyCMSError, OSError, ValueError):  # a profile that does not fit: as if there were none
            pass
    return picture.convert(mode)


def _widths(own: int) -> Iterator[int]:
    """The steps below its own width, and that; nothing is ever made wider than it was."""
    widest = min(own, WIDTHS[-1])
    yield from (width for width in WIDTHS if width * NEAR <= widest)
    yield widest


def _no_wider(picture: Image.Image, width: int) -> Image.Image:
    height = max(round(picture.height * width / picture.width), 1)
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


DO: dict[str, Callable[..., Answer]] = {"look": look, "make": make}


def _answer(what: str, *paths: str) -> Answer:
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + MOST_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))  # beyond it the system ends us
    try:
        return DO[what](*map(Path, paths))
    except PictureRefused as refused:
        return {"refused": str(refused)}
    except Exception:  # decoders raise whatever comes to their minds
        return {"refused": BROKEN}


def main() -> None:
    processes.die_with_parent()
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    Image.MAX_IMAGE_PIXELS = None  # ours is asked before a pixel is unpacked
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(*json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
