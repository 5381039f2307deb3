"""How an answer is made small: with the most effort when it is made once for all, with little while somebody waits."""

import gzip
from dataclasses import dataclass

import brotli


@dataclass(frozen=True)
class Effort:
    """Quality of brotli (0 to 11) and of gzip (1 to 9)."""

    brotli: int
    gzip: int


ONCE_FOR_ALL = Effort(11, 9)
# A drawing of 40 kB takes 1.3 ms so, and 139 ms with the most effort, which makes it an eighth smaller: a crawler that
# asked for a thousand of them kept every thread packing, and the shop closed, for 20 s at a time.
WHILE_WAITING = Effort(5, 6)


def packed(body: bytes, effort: Effort) -> dict[str, bytes]:
    """By the name of the encoding; under "" it is as it was."""
    return {
        "br": brotli.compress(body, quality=effort.brotli),
        "gzip": gzip.compress(body, effort.gzip, mtime=0),
        "": body,
    }
