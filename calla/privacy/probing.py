"""Probes: the shop tries by itself what an outsider could try, and looks what becomes of it.

Apps put theirs in `probes`, a file or a folder; they are found at start like `personal_data.py`:

    @probe("letters.never_ask")
    def a_letter_that_asks_for_a_password_is_not_sent() -> None:
        \"\"\"We write a letter that asks for a password, and see that it is refused.\"\"\"
        with refused(LetterRefused, otherwise="a letter that asks for a password would have left"):
            ...

A probe names the paths and claims it proves, never sentence ids. It may do what it likes to the database: whatever it
did is rolled back, and the keys it made are destroyed. It touches nothing outside, and takes well under a second.
`visitor()` is a browser that asks the shop's own pages, in this process and in the same transaction.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.db import transaction

from calla.privacy import keys, reading

if TYPE_CHECKING:
    from django.test import Client


class Broken(Exception):
    """A promise does not hold. The message is published: it says what was seen, and holds no value of a person."""


@dataclass(frozen=True, slots=True)
class Probe:
    """`says` is the first paragraph of its docstring, for people."""

    name: str
    says: str
    proves: tuple[str, ...]
    run: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one probe saw; `said` is empty where all is well."""

    probe: Probe
    ok: bool
    said: str = ""


_probes: dict[str, Probe] = {}


def probe(*proves: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a probe of these paths and claims, as they stand in `@enforces`."""

    def mark(function: Callable[[], None]) -> Callable[[], None]:
        name = f"{function.__module__.split('.')[1]}.{function.__name__}"
        says = " ".join((inspect.getdoc(function) or "").partition("\n\n")[0].split())
        if name in _probes or not says or not proves:
            raise ValueError(f"The probe {name} needs a name of its own, a docstring, and what it proves.")
        _probes[name] = Probe(name, says, proves, function)
        return function

    return mark


def probes() -> tuple[Probe, ...]:
    """Those of every app that has any."""
    for config in apps.get_app_configs():
        if config.name.startswith("calla.") and find_spec(f"{config.name}.probes"):
            import_module(f"{config.name}.probes")
    return tuple(_probes[name] for name in sorted(_probes))


def expect(holds: object, otherwise: str) -> None:
    """Raise Broken with these words where something does not hold."""
    if not holds:
        raise Broken(otherwise)


@contextmanager
def refused(*errors: type[Exception], otherwise: str) -> Iterator[None]:
    """Expect one of these errors; where none comes, the promise is broken."""
    try:
        yield
    except errors:
        return
    raise Broken(otherwise)


def counted() -> Counter[tuple[str, str]]:
    """How often this probe has opened something, by purpose and kind of row."""
    return reading.counted_aside()


def visitor(**headers: str) -> Client:
    """Somebody who has never been here, with cookies of their own; `headers` as in `sec_gpc="1"`."""
    from django.test import Client  # loads much that a web process never needs

    own = urlsplit(settings.PUBLIC_URL)
    sent = {"sec-fetch-site": "same-origin"} | {name.replace("_", "-"): value for name, value in headers.items()}
    at = {"SERVER_NAME": own.hostname or "", "SERVER_PORT": str(own.port or 443), "wsgi.url_scheme": own.scheme}
    client = Client(raise_request_exception=False, headers=sent)
    client.defaults |= at
    return client


def run(one: Probe) -> Finding:
    """Whatever goes wrong in a probe counts as a promise that could not be shown to hold."""
    try:
        with _leaving_nothing():
            one.run()
    except Broken as broken:
        return Finding(one, ok=False, said=str(broken))
    except Exception as error:
        return Finding(one, ok=False, said=f"the probe itself ended with {type(error).__name__}")
    return Finding(one, ok=True)


@contextmanager
def _leaving_nothing() -> Iterator[None]:
    with keys.made_for_a_moment(), reading.uncounted(), transaction.atomic():
        yield
        transaction.set_rollback(True)
