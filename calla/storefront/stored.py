"""The pages that are the same for everybody, with what their addresses may ask.

Lists narrowed by filters are not among them: there are more of them than anybody could keep.
"""

from __future__ import annotations

from calla.catalogue.types import Sort
from calla.kernel import pagestore

NUMBER = "[1-9][0-9]{0,17}"
PAGE = "[1-9][0-9]{0,3}"


def declare() -> None:
    pagestore.declare("/")
    pagestore.declare("/collections")
    pagestore.declare("/collections/{}", sort="|".join(sort.value for sort in Sort), page=PAGE)
    pagestore.declare("/products/{}", variant=NUMBER, like=NUMBER)
