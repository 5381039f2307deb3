"""The policy that the shop publishes, as far as an outsider can hold the shop to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from calla.audit.asking import Answer, CannotRun

ADDRESS = "/.well-known/privacy-policy.json"


@dataclass(frozen=True)
class Sentence:
    """One sentence: `meaning` explains each of its terms, `tables` are the lists it shows, `checks` what the shop says
    its own checks of it have found; None where the shop publishes no such thing."""

    id: str
    binds: bool
    text: str
    terms: Mapping[str, str]
    meaning: Mapping[str, str]
    claims: Mapping[str, str]
    tables: tuple[Mapping[str, Any], ...]
    checks: tuple[Mapping[str, Any], ...] | None

    def names(self, path: str) -> bool:
        return path in self.claims or any(fnmatchcase(term, path) for term in self.terms)


@dataclass(frozen=True)
class Published:
    shop: str
    version: str
    since: str
    digest: str
    sentences: tuple[Sentence, ...]

    def naming(self, paths: tuple[str, ...], *, planned: bool = False) -> list[str]:
        """The ids of the sentences that promise one of these paths or claims."""
        return [
            one.id for one in self.sentences if one.binds is not planned and any(one.names(path) for path in paths)
        ]

    @property
    def terms(self) -> dict[str, str]:
        """Everything in force, path by path."""
        return {path: value for one in self.sentences if one.binds for path, value in one.terms.items()}

    def listed(self, path: str) -> list[str]:
        """The words of a list, without the marks of what is optional."""
        said = self.terms.get(path, "")
        return [word.strip().removesuffix("?") for word in said.split(",") if word.strip() not in {"", "nothing"}]

    @property
    def cookies(self) -> dict[str, dict[str, str]]:
        """Each cookie's `kind`, `need` and `life` as they are promised."""
        found: dict[str, dict[str, str]] = {}
        for path, value in self.terms.items():
            family, _, rest = path.partition(".")
            name, _, said = rest.rpartition(".")
            if family == "cookie" and name:
                found.setdefault(name, {})[said] = value
        return found

    @property
    def optional(self) -> list[str]:
        return [name for name, said in self.cookies.items() if said.get("need") == "choice"]


def read(answer: Answer) -> Published:
    """Refuses what is no published policy: without it there is nothing to hold the shop to."""
    try:
        said = json.loads(answer.text if answer.status == 200 else "")
        return Published(
            said["shop"], str(said["version"]), str(said["since"]), said["digest"],
            tuple(_sentence(one) for one in said["sentences"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        raise CannotRun(f"{answer.asked} is not the policy of a Calla shop (status {answer.status})") from None


def _sentence(said: Mapping[str, Any]) -> Sentence:
    checks = said.get("checks")
    return Sentence(
        said["id"], said["binds"] and said["state"] == "in force", said["text"], said["terms"], said["meaning"],
        said["claims"], tuple(said["tables"]), None if checks is None else tuple(checks),
    )  # fmt: skip
