"""The security baseline: each precaution with a check. While one is missing the shop does not start.

    @precaution("tls", "Pages are reached over https alone.")
    def _tls(settings: Settings) -> str:
        return "" if ... else "what is missing, and how to mend it"

Each is given the settings it looks at, so that a probe can show it weak ones. Those about settings are Django's system
checks as well, so that every command says what is missing. Those that must ask the database are `deep`: the start asks
them, `calla doctor` does, and the page that lists all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import LazySettings, UserSettingsHolder, settings
from django.core.checks import CheckMessage, Error, register

from calla.policy import enforces

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
Settings = LazySettings | UserSettingsHolder
Check = Callable[[Settings], str]


@dataclass(frozen=True, slots=True)
class Precaution:
    """`missing` tells the merchant, not the public, what is not as it should be and what to do; or it is empty.
    `test` says how somebody outside can try it, where they can."""

    name: str
    says: str
    missing: Check
    deep: bool
    test: str


@dataclass(frozen=True, slots=True)
class Examined:
    precaution: Precaution
    missing: str


_precautions: dict[str, Precaution] = {}


def precaution(name: str, says: str, *, deep: bool = False, test: str = "") -> Callable[[Check], Check]:
    def mark(check: Check) -> Check:
        if name in _precautions:
            raise ValueError(f"The precaution {name!r} is there twice.")
        _precautions[name] = Precaution(name, says, check, deep, test)
        return check

    return mark


def precautions() -> tuple[Precaution, ...]:
    return tuple(_precautions[name] for name in sorted(_precautions))


def examined(*, deep: bool) -> list[Examined]:
    return [examine(one) for one in precautions() if deep or not one.deep]


def examine(one: Precaution, told: Settings = settings) -> Examined:
    """A check that cannot be made counts as a precaution that is missing."""
    try:
        return Examined(one, one.missing(told))
    except Exception as error:
        return Examined(one, f"this could not be checked ({type(error).__name__})")


@enforces("baseline_or_no_start")
def missing(found: Iterable[Examined] | None = None) -> list[str]:
    """What keeps the shop from starting, one line each."""
    every = examined(deep=True) if found is None else found
    return [f"{one.precaution.name}: {one.missing}" for one in every if one.missing]


@enforces("baseline_or_no_start")
@register
def every_command_asks(found: Iterable[Examined] | None = None, **options: Any) -> list[CheckMessage]:
    every = examined(deep=False) if found is None else found
    return [
        Error(one.missing, hint=one.precaution.says, id=f"calla.{one.precaution.name}") for one in every if one.missing
    ]


def is_public(told: Settings = settings) -> bool:
    """Can anybody but this machine reach the shop?"""
    return told.PUBLIC_HOST not in LOOPBACK
