"""What forms ask of people. Each form says so where it is read, and the check holds it against the policy.

    @asks("staff", {"email": "email", "role": NOT_PERSONAL})
    class StaffForm(forms.Form): ...

Silence is found too: a field of a Django form that nobody declared, and a personal input that only a template knows.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.forms import BaseForm

from calla.privacy import places
from calla.privacy.registry import NOT_PERSONAL

T = TypeVar("T", bound=Callable[..., Any])
INPUT = re.compile(r"<(?:input|select|textarea)\b[^>]*>", re.IGNORECASE)
NAME = re.compile(r"""\bname=["']([\w-]+)["']""")
PERSONAL = re.compile(
    r"""\btype=["'](?:email|tel|password)["']"""
    r"""|\bautocomplete=["'][^"']*(?:name|email|tel|address|postal|bday|sex|cc-|password|one-time|organization)"""
    r"""|\bname=["'][\w-]*(?:name|mail|phone|street|address|city|postcode|birth|password|message)[\w-]*["']""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Field:
    """`serves` is the moment at which it is asked, or the purpose that it is asked for."""

    form: str
    name: str
    serves: str
    category: str
    file: str
    line: int
    optional: bool = False


_asked: list[Field] = []


def asks(serves: str, fields: Mapping[str, str], *, optional: Collection[str] = ()) -> Callable[[T], T]:
    """Say which category each field of this form holds, or NOT_PERSONAL.

    An `optional` one is left out of the form wherever the policy does not collect it.
    """
    frame = sys._getframe(1)
    file, line = frame.f_code.co_filename, frame.f_lineno

    def mark(form: T) -> T:
        label = _label(form)
        _asked.extend(
            Field(label, name, serves, category, file, line, name in optional) for name, category in fields.items()
        )
        return form

    return mark


def asked() -> Iterator[Field]:
    """Every personal field; one that nobody declared has no category."""
    yield from (field for field in _asked if field.category != NOT_PERSONAL)
    yield from _undeclared_in_forms()
    yield from _undeclared_in_templates()


def _undeclared_in_forms() -> Iterator[Field]:
    known = {(field.form, field.name) for field in _asked}
    for form in _forms(BaseForm):
        inherited = {name for base in form.__bases__ for name in getattr(base, "base_fields", {})}
        for name in getattr(form, "base_fields", {}).keys() - inherited:
            if (_label(form), name) not in known:
                yield Field(_label(form), name, "", "", *places.attribute(form, name))


def _forms(base: Any) -> Iterator[Any]:
    for form in base.__subclasses__():
        if form.__module__.startswith("calla."):
            yield form
        yield from _forms(form)


def _undeclared_in_templates() -> Iterator[Field]:
    for config in places.own_apps():
        known = {field.name for field in _asked if field.form.startswith(f"{config.label}.")}
        for file in sorted(Path(config.path, "templates").rglob("*.html")):
            text = file.read_text(encoding="utf-8")
            for tag in INPUT.finditer(text):
                named = NAME.search(tag[0])
                if named and named[1] not in known and PERSONAL.search(tag[0]):
                    line = text.count("\n", 0, tag.start()) + 1
                    yield Field(f"{config.label}.{file.stem}", named[1], "", "", str(file), line)


def _label(form: Callable[..., Any]) -> str:
    return f"{form.__module__.split('.')[1]}.{form.__qualname__}"
