"""What pictures are taken and what is made of them. What a file is, is told by how it begins, not by its name."""

from __future__ import annotations

from calla.catalogue.errors import PictureRefused

MOST_BYTES = 30 * 1024 * 1024
MOST_PIXELS = 60_000_000
LEAST_SIDE = 50
HEAD = 64  # bytes that tell the kind

SUFFIXES = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}
# What is made of a photo, the best first, as pages offer it; with the suffix of the files.
RENDITIONS = {"avif": "avif", "webp": "webp", "jpeg": "jpg"}
STARTS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
OTHERS = {
    b"GIF8": "a GIF",
    b"BM": "a BMP",
    b"II*\0": "a TIFF",
    b"MM\0*": "a TIFF",
    b"8BPS": "a Photoshop file",
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a packed file",
    b"<": "SVG or HTML, which could carry a program",
}
SAVE_AS = "Save it as JPEG and try again."


def kind_of(head: bytes) -> str:
    """A key of SUFFIXES. Raises PictureRefused for what is no picture, or none the shop takes."""
    if not head:
        raise PictureRefused("The file is empty. Copy it again.")
    for start, kind in STARTS.items():
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    told = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for start, name in OTHERS.items():
        if told.startswith(start):
            raise PictureRefused(f"This is {name}; the shop takes JPEG, PNG, WebP and AVIF. {SAVE_AS}")
    raise PictureRefused(f"This is no picture that the shop can read: it takes JPEG, PNG, WebP and AVIF. {SAVE_AS}")


def _by_brand(head: bytes) -> str:
    brands = {head[place : place + 4] for place in range(8, min(int.from_bytes(head[:4], "big"), HEAD), 4)}
    if b"avis" in brands:
        raise PictureRefused(f"This is a moving picture. Choose one frame of it. {SAVE_AS}")
    if b"avif" in brands:
        return "AVIF"
    if brands & HEIC:
        raise PictureRefused(f"This is a HEIC photo, as telephones make them; browsers do not show it. {SAVE_AS}")
    raise PictureRefused(f"This is a film, not a picture. Choose one frame of it. {SAVE_AS}")
