"""Marks in the code: what enforces which path or claim of a policy."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Enforcer = TypeVar("Enforcer", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the code that enforces a path (or a family, `collect.*`) or a claim."""

    path: str
    module: str
    qualname: str
    file: str
    line: int


_points: list[Point] = []


def enforces(*paths: str) -> Callable[[Enforcer], Enforcer]:
    """Marks the function or class that enforces these paths and claims, and changes nothing about it.

    The check reads the marks, so that no list of them is ever typed by hand. Paths are the program's words; ids of
    sentences are the merchant's and stand nowhere in code.
    """
    frame = sys._getframe(1)
    file, line = frame.f_code.co_filename, frame.f_lineno

    def mark(target: Enforcer) -> Enforcer:
        _points.extend(Point(path, target.__module__, target.__qualname__, file, line) for path in paths)
        return target

    return mark


def enforcement_points() -> tuple[Point, ...]:
    return tuple(_points)
