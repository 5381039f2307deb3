"""One page as it is answered: its bytes as they are and compressed, once, with their headers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from calla.kernel import packing

Headers = list[tuple[str, str]]
OF_THE_BODY = frozenset({"content-type", "content-length"})
ENCODINGS = ("br", "gzip", "")
BESIDE = 8000  # bytes that a page takes beside its bodies


class Head(NamedTuple):
    """Status and headers, as WSGI takes them and as they go over the wire."""

    status: str
    headers: Headers
    wire: bytes

    @classmethod
    def of(cls, status: str, headers: Headers) -> Head:
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers), ""]
        return cls(status, headers, "\r\n".join(lines).encode("latin-1"))


@dataclass(frozen=True, slots=True)
class Form:
    """One encoding of a page: what to send, and what to say to those who have it already."""

    body: bytes
    etag: str
    whole: Head
    short: Head


@dataclass(frozen=True, slots=True)
class Page:
    """`stamp` stands for bytes and headers together. As the time of change of its files it makes nginx give them the
    same ETags as we do: nginx writes there the time of change and the length."""

    keys: frozenset[str]
    stamp: int
    forms: dict[str, Form]
    size: int
    is_html: bool

    @classmethod
    def of(cls, body: bytes, headers: Iterable[tuple[str, str]], keys: Iterable[str]) -> Page:
        said = [(name, value) for name, value in headers if name.lower() not in {"content-length", "vary", "etag"}]
        stamp = int.from_bytes(hashlib.sha256(_in_order(said).encode() + body).digest()[:4], "big") >> 1
        packed = packing.packed(body, packing.WHILE_WAITING)
        forms = {encoding: _form(stamp, encoding, packed[encoding], said) for encoding in ENCODINGS}
        kind = next((value for name, value in said if name.lower() == "content-type"), "")
        size = sum(map(len, packed.values())) + BESIDE
        return cls(frozenset(keys), stamp, forms, size, kind.startswith("text/html"))

    def form(self, accepted: str) -> Form:
        return self.forms[best(accepted)]


def _in_order(said: Headers) -> str:
    """The same in every process: the directives of a policy come in any order."""
    return repr(sorted((name.lower(), sorted(value.split("; "))) for name, value in said))


def _form(stamp: int, encoding: str, body: bytes, said: Headers) -> Form:
    etag = f'"{stamp:x}-{len(body):x}"'
    beside = [("ETag", etag), ("Vary", "Accept-Encoding")]
    encoded = [("Content-Encoding", encoding)] if encoding else []
    short = [(name, value) for name, value in said if name.lower() not in OF_THE_BODY]
    whole = [*said, *beside, *encoded, ("Content-Length", str(len(body)))]
    return Form(body, etag, Head.of("200 OK", whole), Head.of("304 Not Modified", [*short, *beside]))


@lru_cache(maxsize=256)
def best(accepted: str) -> str:
    """The encoding to answer with: the smallest that this Accept-Encoding takes."""
    parts = (part.replace(" ", "").lower().partition(";") for part in accepted.split(","))
    taken = {name for name, _, weight in parts if not weight.startswith("q=0") or weight.strip("q=0.")}
    return next(encoding for encoding in ENCODINGS if encoding in taken or not encoding)
