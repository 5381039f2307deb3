"""Photographs made for a test: what cameras, telephones and people with bad intentions send."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms

PLACE, CAMERA, NOTE = b"Ponte Vecchio", b"Nosy Camera 7", b"shot-by-ada"
QUARTERS = {"red": (220, 30, 30), "green": (30, 180, 60), "blue": (40, 60, 210), "yellow": (230, 210, 40)}
# How the pixels of a picture lie in the file under each orientation, for it to come out upright.
LAID_DOWN = {
    1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}  # fmt: skip


def quarters(width: int = 400, height: int = 600) -> Image.Image:
    """Red and green above, blue and yellow below: no two ways of turning it look alike."""
    picture = Image.new("RGB", (width, height))
    for place, colour in enumerate(QUARTERS.values()):
        box = (place % 2 * width // 2, place // 2 * height // 2)
        picture.paste(colour, (*box, box[0] + width // 2, box[1] + height // 2))
    return picture


def corners(picture: Image.Image) -> list[str]:
    """The nearest colours of `QUARTERS` in its four corners, read like a page."""
    picture = picture.convert("RGB")
    width, height = picture.size
    spots = [(x, y) for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)]
    return [min(QUARTERS, key=lambda name: _distance(QUARTERS[name], picture.getpixel(spot))) for spot in spots]


def _distance(one: tuple[int, ...], other: Any) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def nosy(path: Path, *, orientation: int = 1, kind: str = "JPEG", size: tuple[int, int] = (400, 600)) -> Path:
    """A photo that tells where, when, with what and by whom it was taken, in every way that its kind knows."""
    picture = quarters(*size)
    if (turn := LAID_DOWN[orientation]) is not None:
        picture = picture.transpose(turn)
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, CAMERA.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (43.0, 46.0, 4.7), 27: PLACE})
    told: dict[str, Any] = {"exif": exif.tobytes(), "icc_profile": _profile()}
    if kind in ("JPEG", "WEBP", "AVIF"):
        told["xmp"] = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><who>%s</who></x:xmpmeta>' % NOTE
    if kind == "JPEG":
        told["comment"] = NOTE
    picture.save(path, kind, quality=95, **told)
    return path


def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def of_size(path: Path, width: int, height: int) -> Path:
    """A PNG that says it is that large, and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 9)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


def moving(path: Path, kind: str) -> Path:
    first, *others = [quarters(80, 80).rotate(90 * turn) for turn in range(3)]
    first.save(path, kind, save_all=True, append_images=others, duration=90)
    return path


def written(picture: Image.Image, kind: str, **options: Any) -> bytes:
    body = io.BytesIO()
    picture.save(body, kind, **options)
    return body.getvalue()
