"""Where in the code something is used, read from the sources of the apps themselves.

A list typed by hand would miss the use that somebody adds tomorrow. What is passed must be a text or a constant, so
that it can be told by reading; anything else comes back as it is written, and no policy covers that.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings

NOT_THE_SHOP = {"migrations", "management", "demo", "probes"}  # a probe tries what must not be
SETTINGS = str(settings.SETTINGS_MODULE)
GATES = ("calla.privacy.",)  # what they pass on was given to them, and is found where it was


@dataclass(frozen=True, slots=True)
class Place:
    """`what` was passed there: its value where it can be told, else as it is written."""

    what: str
    file: str
    line: int


def own_apps() -> Iterator[AppConfig]:
    return (config for config in apps.get_app_configs() if config.name.startswith("calla."))


@cache
def load_all() -> None:
    """Import every module of every app: marks and registers are filled by importing."""
    for config in own_apps():
        for module in pkgutil.walk_packages([config.path], f"{config.name}."):
            if not NOT_THE_SHOP & set(module.name.split(".")):
                importlib.import_module(module.name)


def calls_of(function: Callable[..., Any], argument: int, *, in_gates: bool = False) -> Iterator[Place]:
    """Every call of `function`, under whatever name it was imported, with what is passed as that argument."""
    for module, call in _calls(function.__name__, in_gates=in_gates):
        if len(call.args) > argument and _value(module, call.func) is function:
            yield _place(module, call, call.args[argument])


def openings(columns: Collection[str], purposes: Collection[str]) -> Iterator[Place]:
    """Every `row.<column>.open(purpose)`, and every `something.open(purpose)` that names a purpose."""
    for module, call in _calls("open"):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "open" and call.args:
            opened, found = call.func.value, _place(module, call, call.args[0])
            sealed = isinstance(opened, ast.Attribute) and opened.attr in columns
            if sealed or found.what.partition(".")[0] in purposes:
                yield found


def setting(name: str) -> Place:
    """Where a setting is given its value."""
    module = sys.modules[SETTINGS]
    lines = (node.lineno for node in _parsed(str(module.__file__)).body if name in _names(node))
    return Place(str(getattr(settings, name)), inspect.getsourcefile(module) or "", next(lines, 1))


def attribute(owner: type, name: str) -> tuple[str, int]:
    """File and line of a name given in the body of a class, or of the class itself where it only inherits it."""
    file = inspect.getsourcefile(owner) or ""
    stated = _classes(file)[owner.__name__]
    return file, next((node.lineno for node in stated.body if name in _names(node)), stated.lineno)


def _names(node: ast.stmt) -> list[str]:
    """What an assignment gives a value to, annotated or not."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _calls(word: str, *, in_gates: bool = False) -> Iterator[tuple[ModuleType, ast.Call]]:
    """Every call in the files that hold the word at all: under whatever name, it was imported by its own."""
    for name, module in sorted(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if _is_shop(name, in_gates=in_gates) and file and word in _text(file):
            yield from ((module, call) for call in _calls_in(file))


def _is_shop(name: str, *, in_gates: bool) -> bool:
    parts = name.split(".")
    return parts[0] == "calla" and not NOT_THE_SHOP & set(parts) and (in_gates or not name.startswith(GATES))


@cache
def _calls_in(file: str) -> tuple[ast.Call, ...]:
    return tuple(node for node in ast.walk(_parsed(file)) if isinstance(node, ast.Call))


@cache
def _parsed(file: str) -> ast.Module:
    return ast.parse(_text(file), file)


@cache
def _text(file: str) -> str:
    return Path(file).read_text(encoding="utf-8")


@cache
def _classes(file: str) -> dict[str, ast.ClassDef]:
    return {node.name: node for node in ast.walk(_parsed(file)) if isinstance(node, ast.ClassDef)}


def _place(module: ModuleType, call: ast.Call, passed: ast.expr) -> Place:
    value = _value(module, passed)
    return Place(value if isinstance(value, str) else ast.unparse(passed), str(module.__file__), call.lineno)


def _value(module: ModuleType, node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return getattr(module, name, None)
        case ast.Attribute(value=owner, attr=name):
            return getattr(_value(module, owner), name, None)
    return None
