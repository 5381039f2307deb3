"""Static files and media, answered by the shop itself: ahead of policy, session and database.

Static files lie in memory, compressed once, under names with their digest in them; such a name never means anything
else, so browsers keep it for good. In front of a proxy the same files can be served from disk.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from calla.kernel import statics
from calla.kernel.packing import WHILE_WAITING
from calla.kernel.statics import NAMES, Asset, hashed

FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, no-cache"
MEDIA_FOR = "public, max-age=3600"
MEDIA_TYPES = {".svg", ".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif"}
# A picture opened as a page can do nothing.
MEDIA_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
KEPT_AT_MOST = 256 * 1024
# Such a name is that of its content, so it never means another picture.
NAMED_BY_CONTENT = re.compile(r"(?:.*/)?([0-9a-f]{32}-\d+\.\w+)")


class HashedStorage(StaticFilesStorage):
    """So that `static("calla/shop.css")` gives the name with the digest in it."""

    def url(self, name: str | None) -> str:
        found = _static()
        asset = found.get(name or "")
        return f"{settings.STATIC_URL}{hashed(name or '', asset)}" if asset else super().url(name)


@lru_cache(maxsize=1)
def _static() -> dict[str, Asset]:
    return statics.collected()


@lru_cache(maxsize=1)
def _by_hashed_name() -> dict[str, Asset]:
    return {hashed(name, asset): asset for name, asset in _static().items()}


def prepare() -> None:
    """Gather and pack the static files now, so that the first page does not wait for it."""
    _by_hashed_name()


def write(folder: Path) -> None:
    """Lay the static files there under their names for good, with compressed ones beside them, for a web server in
    front. Those of earlier releases stay: a page that somebody has open may still ask for them."""
    for name, asset in _by_hashed_name().items():
        path = folder / name
        if path.exists():
            continue
        for above in reversed([each for each in path.parents if each.is_relative_to(folder)]):
            above.mkdir(exist_ok=True)
            above.chmod(0o755)
        for body, suffix in ((asset.br, ".br"), (asset.gz, ".gz"), (asset.body, "")):
            if body:
                draft = folder / f".draft-{os.getpid()}"
                draft.write_bytes(body)
                draft.chmod(0o644)
                draft.replace(f"{path}{suffix}")


class Assets:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        for address, answer in ((settings.STATIC_URL, _answer_static), (settings.MEDIA_URL, _answer_media)):
            if request.path_info.startswith(address):
                if request.method not in {"GET", "HEAD"}:
                    return HttpResponseNotAllowed(["GET", "HEAD"])
                return answer(request, request.path_info.removeprefix(address))
        return self.get_response(request)


def _answer_static(request: HttpRequest, name: str) -> HttpResponse:
    if settings.DEBUG:
        _static.cache_clear()
        _by_hashed_name.cache_clear()
    if asset := _by_hashed_name().get(name):
        return _answer(request, asset, FOR_GOOD)
    if asset := _static().get(name):
        return _answer(request, asset, ASK_AGAIN)
    return _missing()


def _answer_media(request: HttpRequest, name: str) -> HttpResponseBase:
    path = _picture_file(name)
    if path is None:
        return _missing()
    stat = path.stat()
    response: HttpResponseBase
    if named := NAMED_BY_CONTENT.fullmatch(name):
        response = _answer_for_good(request, path, f'"{named[1]}"')
    elif stat.st_size > KEPT_AT_MOST:
        response = FileResponse(path.open("rb"), content_type=NAMES.guess_type(path.name)[0])
        response.headers["Cache-Control"] = MEDIA_FOR
    else:
        response = _answer(request, _picture(str(path), stat.st_mtime_ns), MEDIA_FOR)
    response.headers["Content-Security-Policy"] = MEDIA_POLICY
    return response


def _answer_for_good(request: HttpRequest, path: Path, etag: str) -> HttpResponseBase:
    """Photos are not kept in memory: the system does that, and compressing gains nothing."""
    known = etag in request.headers.get("If-None-Match", "")
    kind = NAMES.guess_type(path.name)[0]
    response = HttpResponse(status=304) if known else FileResponse(path.open("rb"), content_type=kind)
    response.headers["Cache-Control"], response.headers["ETag"] = FOR_GOOD, etag
    return response


def _picture_file(name: str) -> Path | None:
    folder = Path(settings.MEDIA_ROOT).resolve()
    try:
        path = (folder / name).resolve()
        found = path.is_relative_to(folder) and path.suffix.lower() in MEDIA_TYPES and path.is_file()
    except (OSError, ValueError):  # no file system takes a name so long, or with a NUL in it
        return None
    return path if found else None


@lru_cache(maxsize=512)
def _picture(path: str, changed: int) -> Asset:
    return Asset.of(path, Path(path).read_bytes(), WHILE_WAITING)


def _answer(request: HttpRequest, asset: Asset, cached: str) -> HttpResponse:
    accepted = {part.partition(";")[0].strip() for part in request.headers.get("Accept-Encoding", "").split(",")}
    encoding = next((name for name, body in (("br", asset.br), ("gzip", asset.gz)) if body and name in accepted), "")
    etag = f'"{asset.digest}{encoding and "-" + encoding}"'
    if etag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse({"br": asset.br, "gzip": asset.gz}.get(encoding, asset.body), content_type=asset.kind)
        response.headers["Content-Length"] = str(len(response.content))
        if encoding:
            response.headers["Content-Encoding"] = encoding
    for header, value in (("Cache-Control", cached), ("ETag", etag), ("Vary", "Accept-Encoding")):
        response.headers[header] = value
    return response


def _missing() -> HttpResponse:
    return HttpResponse("There is no such file.\n", status=404, content_type="text/plain; charset=utf-8")
