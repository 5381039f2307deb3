"""What may be asked of a policy, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple, NoReturn, TypeAlias

Ids: TypeAlias = tuple[str, ...]  # of sentences, as they stand in the file
NOTHING: frozenset[str] = frozenset()


class NotAllowed(Exception):
    """The policy refuses; `because` names the sentences, `why` is fit for a log."""

    def __init__(self, why: str, because: Ids) -> None:
        self.why, self.because = why, because
        super().__init__(f"{why} {list(because)}" if because else why)


@dataclass(frozen=True, slots=True)
class Allowed:
    fields: frozenset[str]
    because: Ids

    def __bool__(self) -> Literal[True]:
        return True

    def or_refuse(self) -> Allowed:
        return self


@dataclass(frozen=True, slots=True)
class Refused:
    because: Ids
    why: str

    def __bool__(self) -> Literal[False]:
        return False

    def or_refuse(self) -> NoReturn:
        raise NotAllowed(self.why, self.because)


Decision: TypeAlias = Allowed | Refused


@dataclass(frozen=True, slots=True)
class Person:
    """What the policy needs to know of somebody, and no more.

    `used`: the version they last used the shop under, None for a stranger. `consents`: purpose to the version said yes
    to. `objections` and `paused`: purposes. `cookies`: those said yes to. `gpc`: the browser sends the privacy signal.
    """

    used: int | None = None
    consents: Mapping[str, int] = field(default_factory=dict)
    objections: frozenset[str] = NOTHING
    paused: frozenset[str] = NOTHING
    cookies: frozenset[str] = NOTHING
    country: str | None = None
    gpc: bool = False


ANYBODY = Person()


class Read(NamedTuple):
    purpose: str
    step: str | None = None


class Collect(NamedTuple):
    moment: str
    category: str | None = None


class SetCookie(NamedTuple):
    name: str


class Write(NamedTuple):
    """Send a letter. Letters of the purpose `contact` need a reason, and some reasons bear a crowd."""

    letter: str
    reason: str | None = None
    people: int = 1


class Process(NamedTuple):
    """Hand a step (`orders.carrier`) or a service (`hosting`) to whoever has an agreement for it on that day."""

    step: str
    today: date


class Transfer(NamedTuple):
    purpose: str
    recipient: str
    today: date
    noticed: date | None = None
    objected: bool = False


class Receive(NamedTuple):
    """Take something about a person from somebody else, for a purpose."""

    purpose: str
    source: str


class Show(NamedTuple):
    """Let others see something of a person, at a surface."""

    surface: str


class Release(NamedTuple):
    purpose: str
    ground: str
    signatures: int


class Sell(NamedTuple):
    purpose: str


class Keep(NamedTuple):
    """Is what belongs to these events still to be kept for the purpose, or for a hold's name?"""

    purpose: str
    events: Mapping[str, date]
    today: date


Action: TypeAlias = Read | Collect | SetCookie | Write | Process | Transfer | Receive | Show | Release | Sell | Keep
