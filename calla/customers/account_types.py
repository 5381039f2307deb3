from __future__ import annotations

from enum import StrEnum

from calla.privacy.types import Personal, personal


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
