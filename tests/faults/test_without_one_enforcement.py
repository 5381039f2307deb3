"""Each place in the code that enforces something is taken out in turn, and a probe must notice.

The list of places is read from the code (`@enforces`). A place is taken out by giving its function the code of one that
does nothing, so that everybody who holds the function finds it empty; a function that hands on what it was given also
has its work left out. Places whose sentences are planned only are not in force and cannot be missed.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from functools import reduce
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

import calla
from calla.policy import Point, loads
from calla.privacy import conformity, known_limits, probing, versions
from tests.builders.shop import POLICY, a_variant

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
POLICY_TEXT = Path(POLICY).read_text(encoding="utf-8")


def _in_force() -> set[str]:
    policy = loads(POLICY_TEXT, versions.program(), name="policy.toml")
    return {*policy.rules().terms, *policy.claims}


def _places() -> Iterator[tuple[str, tuple[str, ...]]]:
    """`module:qualname` of each marked function or class, with what it enforces that is in force."""
    said, places = _in_force(), dict[str, list[Point]]()
    for point in conformity.points():
        if point.module.startswith("calla.") and any(fnmatchcase(path, point.path) for path in said):
            places.setdefault(f"{point.module}:{point.qualname}", []).append(point)
    for place, points in sorted(places.items()):
        yield place, tuple(point.path for point in points)


def _functions(place: str) -> list[FunctionType]:
    """The marked function itself under whatever decorators, or what a marked class does when it is called or used."""
    module, _, name = place.partition(":")
    found = reduce(getattr, name.split("."), sys.modules[module])
    if inspect.isclass(found):
        methods = {one: made for one, made in vars(found).items() if isinstance(made, FunctionType)}
        return [made for one, made in methods.items() if one == "__call__" or not one.startswith("_")]
    return [inspect.unwrap(found)]


def _codes(function: FunctionType) -> Iterator[CodeType]:
    if function.__name__ == "__call__":
        yield _stub(function, lambda self, request: self.get_response(request))
        return
    yield _stub(function, NOTHING.get(_answers(function), lambda *given, **named: None))
    names = list(inspect.signature(function).parameters)
    if names and function.__annotations__.get(names[0]) == function.__annotations__.get("return") is not None:
        yield _stub(function, lambda given, *more, **named: given)


def _answers(function: FunctionType) -> str:
    return str(function.__annotations__.get("return", "")).partition("[")[0]


def _nothing_yielded(*given: Any, **named: Any) -> Iterator[None]:
    yield from ()


def _empty_answer(*given: Any, **named: Any) -> Any:
    from django.http import HttpResponse  # its code runs with the names of another module

    return HttpResponse()


NOTHING: dict[str, Callable[..., Any]] = {
    "list": lambda *given, **named: [], "dict": lambda *given, **named: {}, "str": lambda *given, **named: "",
    "frozenset": lambda *given, **named: frozenset(), "bool": lambda *given, **named: False,
    "Iterator": _nothing_yielded, "HttpResponse": _empty_answer,
}  # fmt: skip


def _stub(function: FunctionType, like: Callable[..., Any]) -> CodeType:
    return like.__code__.replace(co_freevars=function.__code__.co_freevars)


PLACES = list(_places())


@pytest.fixture(autouse=True)
def something_to_buy(shop: None) -> None:
    a_variant()


@pytest.mark.parametrize(("place", "paths"), PLACES, ids=[place.removeprefix("calla.") for place, _ in PLACES])
def test_a_probe_notices_that_it_is_gone(place: str, paths: tuple[str, ...]) -> None:
    covering = [
        one for one in probing.probes()
        if any(fnmatchcase(proved, path) or fnmatchcase(path, proved) for proved in one.proves for path in paths)
    ]  # fmt: skip
    assert covering, f"no probe proves {', '.join(paths)}"
    assert all(probing.run(one).ok for one in covering)
    unseen = [
        function.__qualname__
        for function in _functions(place)
        for code in _codes(function)
        if not _noticed(function, code, covering)
    ]
    assert not unseen, f"nobody notices that {unseen} does nothing"


def _noticed(function: FunctionType, code: CodeType, covering: list[probing.Probe]) -> bool:
    whole = function.__code__
    function.__code__ = code
    known_limits.listed.cache_clear()
    try:
        return any(not probing.run(one).ok for one in covering)
    finally:
        function.__code__ = whole
        known_limits.listed.cache_clear()


def test_the_places_are_those_of_the_whole_program() -> None:
    """What stands outside of the apps is loaded by its command alone, and would be missed here."""
    assert [file.name for file in Path(calla.__file__).parent.glob("*.py") if "@enforces" in file.read_text()] == []
    assert len(PLACES) > 50 and {place.split(".")[1] for place, _ in PLACES} > {"privacy", "orders", "storefront"}
