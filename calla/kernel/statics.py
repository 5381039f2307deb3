"""The static files as they are sent: gathered from the apps, style sheets joined and squeezed, addresses hashed."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.apps import apps
from django.conf import settings

from calla.kernel import fonts
from calla.kernel.packing import ONCE_FOR_ALL, Effort, packed

TEXT = re.compile(r"text/|image/svg|application/(?:json|javascript|xml)")
NAMES = mimetypes.MimeTypes()
NAMES.add_type("text/javascript", ".js")
NAMES.add_type("font/woff2", ".woff2")
NAMES.add_type("image/avif", ".avif")
NAMES.add_type("image/webp", ".webp")
# Sheets that every page of the shop wants come as one.
JOINED = {"calla/shop.css": ("calla/tokens.css", "calla/fonts.css", "calla/base.css", "calla/components.css")}
ADDRESS = re.compile(r'url\("([\w./-]+)"\)')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True)
class Asset:
    """One file as it is answered; `br` and `gz` are empty where compressing gains nothing."""

    body: bytes
    kind: str
    digest: str
    br: bytes = b""
    gz: bytes = b""

    @classmethod
    def of(cls, name: str, body: bytes, effort: Effort = ONCE_FOR_ALL) -> Asset:
        kind = NAMES.guess_type(name)[0] or "application/octet-stream"
        digest = hashlib.sha256(body).hexdigest()[:12]
        if not TEXT.match(kind):
            return cls(body, kind, digest)
        small = packed(body, effort)
        return cls(body, f"{kind}; charset=utf-8", digest, small["br"], small["gzip"])


def collected() -> dict[str, Asset]:
    """Every static file of the shop, by its plain name."""
    found = dict(_files()) | fonts.all_cut()
    found |= {name: b"".join(found[part] for part in parts) for name, parts in JOINED.items()}
    return {name: Asset.of(name, _sheet(name, body, found) if name.endswith(".css") else body)
            for name, body in found.items()}  # fmt: skip


def hashed(name: str, asset: Asset) -> str:
    head, _, suffix = name.rpartition(".")
    return f"{head}.{asset.digest}.{suffix}"


def _files() -> Iterator[tuple[str, bytes]]:
    for config in apps.get_app_configs():
        folder = Path(config.path) / "static"
        for path in folder.rglob("*") if config.name.startswith("calla.") and folder.is_dir() else ():
            if path.is_file():
                yield path.relative_to(folder).as_posix(), path.read_bytes()


def _sheet(name: str, body: bytes, found: dict[str, bytes]) -> bytes:
    """A style sheet without comments and indents, its addresses beside it led to hashed names."""

    def address(match: re.Match[str]) -> str:
        other = (PurePosixPath(name).parent / match[1]).as_posix()
        return f'url("{settings.STATIC_URL}{hashed(other, Asset.of(other, found[other]))}")'

    lines = COMMENT.sub("", body.decode()).splitlines()
    return ADDRESS.sub(address, "\n".join(line.strip() for line in lines if line.strip())).encode()
