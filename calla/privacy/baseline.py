"""The security baseline: each precaution with a check. While one is missing the shop does not start.

    @precaution("tls", "Pages are reached over https alone.")
    def _tls() -> str:
        return "" if ... else "what is missing, and how to mend it"

Those about settings are Django's system checks as well, so that every command says what is missing. Those that must ask
the database are `deep`: the start asks them, `calla doctor` does, and the page that lists all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from calla.policy import enforces

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
Check = Callable[[], str]


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
    """A check that cannot be made counts as a precaution that is missing."""
    return [examine(one) for one in precautions() if deep or not one.deep]


def examine(one: Precaution) -> Examined:
    try:
        return Examined(one, one.missing())
    except Exception as error:
        return Examined(one, f"this could not be checked ({type(error).__name__})")


@enforces("baseline_or_no_start")
def missing() -> list[str]:
    """What keeps the shop from starting, one line each."""
    return [f"{one.precaution.name}: {one.missing}" for one in examined(deep=True) if one.missing]


@enforces("baseline_or_no_start")
@register
def every_command_asks(**options: Any) -> list[CheckMessage]:
    return [
        Error(one.missing, hint=one.precaution.says, id=f"calla.{one.precaution.name}")
        for one in examined(deep=False) if one.missing
    ]  # fmt: skip


def is_public() -> bool:
    """Can anybody but this machine reach the shop?"""
    return settings.PUBLIC_HOST not in LOOPBACK
