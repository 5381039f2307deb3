"""What a page that is being made shows, as those say who read it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class Seen:
    keys: set[str] = field(default_factory=set)
    declined: bool = False


_page: ContextVar[Seen | None] = ContextVar("page", default=None)


def saw(*keys: str) -> None:
    """The page being made shows what these keys stand for. Without one being made nothing happens."""
    if (page := _page.get()) is not None:
        page.keys.update(keys)


def making() -> bool:
    """Whether a page is being made to be kept. What was remembered for a moment is then to be read anew."""
    return _page.get() is not None


def decline() -> None:
    """The page being made is not worth keeping: its address asks for what is not there, and there are many such."""
    if (page := _page.get()) is not None:
        page.declined = True


@contextmanager
def watched() -> Iterator[Seen]:
    page = Seen()
    token = _page.set(page)
    try:
        yield page
    finally:
        _page.reset(token)
