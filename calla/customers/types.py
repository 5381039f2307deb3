"""Addresses and accounts: what they hold, and that they never show themselves by accident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from calla.privacy.types import Personal, personal


@dataclass(frozen=True, repr=False)
class Address:
    """Where something goes, as it was written. `region` is the code of a known state or province, else what was typed.

    A plain dataclass, so that it can lie inside a sealed value; `Address.load` makes it again from JSON.
    """

    country: str
    name: str = ""
    lines: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postcode: str = ""
    district: str = ""
    company: str = ""
    sorting: str = ""

    @classmethod
    def load(cls, plain: Mapping[str, Any]) -> Address:
        return cls(**{**plain, "lines": tuple(plain.get("lines", ()))})

    def __repr__(self) -> str:
        return "<Address: personal>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)


@dataclass(frozen=True, slots=True)
class AddressField:
    """One field of a country's address form, in the place that country gives it.

    `required` fields cannot be left empty; `expected` ones are asked for once more and may then stay empty. `choices`
    are code and name.
    """

    name: str
    label: str
    required: bool
    expected: bool
    autocomplete: str
    choices: tuple[tuple[str, str], ...] = ()
    example: str = ""
    inputmode: str = ""


@dataclass(frozen=True, slots=True)
class AddressCheck:
    """What is wrong with an address, and what is merely unusual: field name to a message fit to show."""

    problems: Mapping[str, str]
    warnings: Mapping[str, str]


class Role(StrEnum):
    """What an account may do in the back office; each may do what those before it may."""

    CUSTOMER = ""
    STAFF = "staff"
    MANAGER = "manager"
    OWNER = "owner"

    def covers(self, other: Role) -> bool:
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)


class AccountDetails(Personal):
    name: str = personal("name", default="")
    email: str = personal("email")


@dataclass(frozen=True, repr=False)
class StaffView:
    """A member of staff, opened for an owner's page."""

    id: UUID
    name: str
    email: str
    role: Role
    since: date
