"""The policy in force.

Versions are rows; every process switches by the clock, and a request keeps the one it began with.
"""

from __future__ import annotations

import pkgutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import calla
from calla.kernel import clock
from calla.policy import Person, Policy, Program, Rules, enforces, load_words, loads
from calla.policy.versions import Versions
from calla.privacy.errors import PolicyMissing
from calla.privacy.models import PolicyVersion

LOOK_AGAIN_SECONDS = 1.0
KNOWN_SECONDS = 1.5
AHEAD = timedelta(seconds=3)
_pinned: ContextVar[Loaded | None] = ContextVar("pinned", default=None)
_lock = threading.Lock()
_loaded: tuple[Loaded, ...] = ()
_looked_at = -1e9


@dataclass(frozen=True)
class Loaded:
    """One version as this process holds it, with all that came before it for the fold."""

    number: int
    effective_at: datetime
    policy: Policy
    history: Versions


def program() -> Program:
    """All that the parts of Calla declare to the policy, also those whose sentences are planned only."""
    parts = (f"calla.{part.name}" for part in pkgutil.iter_modules(calla.__path__) if part.ispkg)
    return load_words(sorted(part for part in parts if part != "calla.policy"))


def current() -> Policy:
    return in_force().policy


def number() -> int:
    return in_force().number


@enforces("date_of_version")
def in_force() -> Loaded:
    """The version pinned for this request, else the one in force now."""
    return _pinned.get() or _by_the_clock()


def all_posted() -> list[PolicyVersion]:
    """Every version that is or was in force, newest first, without the texts."""
    posted = PolicyVersion.objects.filter(effective_at__lte=clock.now())
    return list(posted.defer("source").order_by("-number"))


def posted(number: int) -> Loaded | None:
    """The version of that number, if it is or was in force."""
    in_force()
    return next((one for one in _loaded if one.number == number and one.effective_at <= clock.now()), None)


def held() -> tuple[Loaded, ...]:
    """Every version there is, oldest first, also one that is posted and not yet in force."""
    _look()
    return _loaded


@enforces("stricter_of_all_versions", "changes.looser")
def binding(person: Person) -> Policy | Rules:
    """What binds this person: the strictest of every version since they last used the shop."""
    loaded = in_force()
    if person.used == loaded.number and not person.consents:
        return loaded.policy
    return loaded.history.binding(person)


@enforces("page_and_program_switch_together")
def of_form(shown: str, country: str | None) -> Rules:
    """What judges a form that was given out under the version `shown`, as the form itself says.

    The stricter of that version, the one in force now and all between: so nothing is missed that was not asked for
    there, and nothing is taken that may not be asked for here.
    """
    return binding(Person(used=given_out(shown).number, country=country)).rules(country)


def given_out(shown: str) -> Loaded:
    """The version that a form names as its own; the one in force where it names none that ever was."""
    named = posted(int(shown)) if shown.isascii() and shown.isdecimal() and len(shown) < 10 else None
    return named or in_force()


@enforces("page_and_program_switch_together")
@contextmanager
def pinned() -> Iterator[Loaded]:
    """Hold one version for the length of a request or a job: page and enforcement never mix two. Within one that holds
    a version already it is that version."""
    loaded = in_force()
    token = _pinned.set(loaded)
    try:
        yield loaded
    finally:
        _pinned.reset(token)


@contextmanager
def supposing(policy: Policy) -> Iterator[None]:
    """Go by another policy, in this thread alone: for probes, which try what the one in force rules out."""
    token = _pinned.set(replace(in_force(), policy=policy, history=Versions([policy])))
    try:
        yield
    finally:
        _pinned.reset(token)


def number_at(moment: datetime) -> int:
    """The version in force at a moment not far from now: every process holds a version before that is in force."""
    return _at(moment).number


def number_known() -> int | None:
    """The version in force now, without asking the database; None where this process has not looked for a while. What
    it holds may be as old as that: a version is posted earlier still before it is in force."""
    if time.monotonic() - _looked_at > KNOWN_SECONDS:
        return None
    return _in_force_at(clock.now()).number


def _by_the_clock() -> Loaded:
    return _at(clock.now())


def _at(moment: datetime) -> Loaded:
    if time.monotonic() - _looked_at > LOOK_AGAIN_SECONDS:
        _look()
    return _in_force_at(moment)


def _in_force_at(moment: datetime) -> Loaded:
    for loaded in reversed(_loaded):
        if loaded.effective_at <= moment:
            return loaded
    raise PolicyMissing


def _look() -> None:
    global _loaded, _looked_at
    with _lock:
        known = _loaded[-1].number if _loaded else 0
        rows = list(PolicyVersion.objects.filter(number__gt=known).order_by("number"))
        if rows:
            _loaded = _with(_loaded, rows)
        _looked_at = time.monotonic()


def _with(loaded: tuple[Loaded, ...], rows: list[PolicyVersion]) -> tuple[Loaded, ...]:
    words = program()
    for row in rows:
        policy = loads(row.source, words, name=f"version {row.number}", posted=True)
        history = Versions([*(one.policy for one in loaded), policy])
        loaded = (*loaded, Loaded(row.number, row.effective_at, policy, history))
    return loaded


def forget() -> None:
    """Drop what this process holds, so that the next question looks into the database."""
    global _loaded, _looked_at
    _loaded, _looked_at = (), -1e9
