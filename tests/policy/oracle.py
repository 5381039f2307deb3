"""What a shop may do, worked out slowly from docs/reference/policy-file.md and from nothing else.

It shares no line with `calla.policy`: it reads the file with the standard library, keeps every version apart, and asks
each of them by itself. Something is allowed when every version since the person's last use allows it, and of every
limit each holds alone. Nothing is folded, ordered or remembered, so it cannot be wrong in the way a fold can.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

MEMBERS = {"EU": {"DE", "FR", "NL"}}
FOREVER, NEVER = date.max, date.min
NO_TERMS = {"heading", "rule", "fact", "note", "reserve", "claims", "state", "under", "shown"}


@dataclass(frozen=True)
class Somebody:
    used: int
    consents: Mapping[str, int] = field(default_factory=dict)
    objections: frozenset[str] = frozenset()
    paused: frozenset[str] = frozenset()
    country: str | None = None


class Version:
    """One file, as somebody in a country meets it: each path with the values that hold there, all of them at once."""

    def __init__(self, text: str) -> None:
        self.said: dict[str, list[tuple[str, Any]]] = {}
        for name, sentence in tomllib.loads(text).items():
            if name != "policy" and sentence.get("state") != "planned":
                for path, value in _leaves(sentence):
                    place, plain = path.split(".", 2)[1:] if path.startswith("in.") else ("", path)
                    self.said.setdefault(plain, []).append((place, value))

    def values(self, path: str, country: str | None) -> list[Any]:
        """Empty where nothing is said. A grant that is said for some places only is not said for an unknown one."""
        found = self.said.get(path, [])
        if country is None:
            grant = not path.startswith(("limit.", "transfer.notice", "rights."))
            return [] if grant and all(place for place, _ in found) else [value for _, value in found]
        for places in ({country}, {group for group, members in MEMBERS.items() if country in members}, {""}):
            if here := [value for place, value in found if place in places]:
                return here
        return []

    def fields(self, path: str, country: str | None) -> set[str] | None:
        lists = self.values(path, country)
        return set.intersection(*(set(one) for one in lists)) if lists else None


@lru_cache(4096)
def _read(text: str) -> Version:
    """A file says the same each time it is read; what it means together with others is worked out anew."""
    return Version(text)


def _leaves(table: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{before}{key}.")
        elif before or key not in NO_TERMS:
            yield f"{before}{key}", value


class Oracle:
    """All versions ever posted, the first one numbered 1. `owed` maps a use to the event that ends what is owed."""

    def __init__(self, texts: Iterable[str], owed: Mapping[str, str]) -> None:
        self.versions, self.owed = [_read(text) for text in texts], owed

    # --- which versions count ---

    def _since(self, number: int) -> list[Version]:
        return self.versions[number - 1 :]

    def _on_consent(self, person: Somebody, purpose: str) -> bool:
        """For this person the use rests on consent if any version since their last use says so."""
        return "consent" in self._bases(self._since(person.used), person, purpose)

    def _of_purpose(self, person: Somebody, purpose: str) -> list[Version]:
        """A use that rests on consent follows the version that was said yes to."""
        agreed = purpose in person.consents and self._on_consent(person, purpose)
        return self._since(person.consents[purpose] if agreed else person.used)

    def _bases(self, versions: Iterable[Version], person: Somebody, purpose: str) -> list[str]:
        return [basis for v in versions for basis in v.values(f"purpose.{purpose}.basis", person.country)]

    # --- what may be read ---

    def reads(self, person: Somebody, purpose: str, step: str | None = None) -> set[str] | None:
        """The fields, or None where it is refused."""
        granting, everybody = self._of_purpose(person, purpose), self._since(person.used)
        if not self.granted(person, purpose) or self._barred(person, purpose):
            return None
        allowed = [v.fields(f"purpose.{purpose}.reads", person.country) for v in granting]
        allowed += [v.fields(f"limit.{purpose}.reads", person.country) for v in granting]
        allowed += [v.fields("limit.all.reads", person.country) for v in everybody]
        if step:
            steps = [v.fields(f"purpose.{purpose}.steps.{step}", person.country) for v in granting]
            if None in steps:
                return None
            allowed += steps
        fields = set.intersection(*(one for one in allowed if one is not None))
        return fields - self._never_stored(person)

    def _never_stored(self, person: Somebody) -> set[str]:
        paths = {path for v in self._since(person.used) for path in v.said if path.startswith("limit.")}
        return {
            path.split(".")[1] for path in paths if path.endswith(".keep")
            for v in self._since(person.used) if "not at all" in v.values(path, person.country)
        }  # fmt: skip

    def _barred(self, person: Somebody, purpose: str) -> bool:
        bases = self._bases(self._of_purpose(person, purpose), person, purpose)
        if purpose in person.paused or ("consent" in bases and purpose not in person.consents):
            return True
        open_to = [v.values("rights.objection", person.country) for v in self._since(person.used)]
        strictest = "consent" if "consent" in bases else "opt_out" if "opt_out" in bases else ""
        may_object = strictest == "opt_out" or any(purpose in listed for lists in open_to for listed in lists)
        return purpose in person.objections and may_object

    def seen_by_others(self, person: Somebody, purpose: str, surface: str) -> set[str] | None:
        """Every version has to say that it is seen there, and may read it for the use it belongs to."""
        lists = [v.fields(f"visible.{surface}", person.country) for v in self._since(person.used)]
        fields = self.reads(person, purpose)
        if fields is None or None in lists:
            return None
        return set.intersection(fields, *(one for one in lists if one is not None))

    def told_by(self, person: Somebody, purpose: str, source: str) -> set[str] | None:
        """What somebody else may tell of them, named by every version for this use and no other."""
        everybody, fields = self._since(person.used), self.reads(person, purpose)
        lists = [v.fields(f"source.{source}.gives", person.country) for v in everybody]
        named = [v.values(f"source.{source}.purpose", person.country) for v in everybody]
        if fields is None or None in lists or any(one != [purpose] for one in named):
            return None
        return set.intersection(fields, *(one for one in lists if one is not None))

    # --- until when ---

    def until(self, person: Somebody, purpose: str, life: Mapping[str, date], category: str = "") -> date:
        """The first day on which it may be read no more; FOREVER while nothing has set one."""
        own, all_ = self._of_purpose(person, purpose), self._since(person.used)
        said = [(v, f"{head}.{purpose}.keep") for v in own for head in ("purpose", "limit")]
        said += [(v, f"limit.{scope}.keep") for v in all_ for scope in ("all", category) if scope]
        keeps = [keep for v, path in said for keep in v.values(path, person.country)]
        return min([*(due(keep, life) for keep in keeps), self._erased(person, purpose, life)])

    def _erased(self, person: Somebody, purpose: str, life: Mapping[str, date]) -> date:
        asked, ends = life.get("person.erased"), self.owed.get(purpose, "")
        if asked is None:
            return FOREVER
        bases = set(self._bases(self._of_purpose(person, purpose), person, purpose))
        if not ends or bases & {"consent", "opt_out"}:
            return asked
        return max(asked, life[ends]) if ends in life else FOREVER

    def granted(self, person: Somebody, purpose: str) -> bool:
        parts = [f"purpose.{purpose}.{part}" for part in ("basis", "reads", "keep")]
        return all(v.values(path, person.country) for v in self._of_purpose(person, purpose) for path in parts)

    def held(self, person: Somebody, hold: str, life: Mapping[str, date], today: date) -> set[str]:
        """What the law still holds today. Holds concern the shop: the current version's count, for everybody."""
        now = self.versions[-1]
        said = {part: now.values(f"hold.{hold}.{part}", person.country) for part in ("of", "reads", "keep", "law")}
        if not all(said.values()) or not self.granted(person, said["of"][0]):
            return set()
        ended = self.until(person, said["of"][0], life)
        last = min(due(keep, life) for keep in said["keep"])
        if today < ended or last < ended or today > last:
            return set()
        return set.intersection(*(set(one) for one in said["reads"]))

    def readable(self, person: Somebody, purpose: str, life: Mapping[str, date], today: date) -> set[str]:
        """What of a record the use may still be read for, whatever the person has said about the use itself."""
        fields = self._listed(person, purpose) if self.granted(person, purpose) else set[str]()
        return {name for name in fields if today < self.until(person, purpose, life, name)}

    def _listed(self, person: Somebody, purpose: str) -> set[str]:
        granting = self._of_purpose(person, purpose)
        lists = [v.fields(f"{head}.{purpose}.reads", person.country) for v in granting for head in ("purpose", "limit")]
        lists += [v.fields("limit.all.reads", person.country) for v in self._since(person.used)]
        return set.intersection(*(one for one in lists if one is not None)) - self._never_stored(person)

    # --- who else gets it ---

    def passed_on(
        self, person: Somebody, purpose: str, recipient: str, today: date, noticed: date | None, *, objected: bool
    ) -> set[str] | None:
        """Nothing leaves unless every version names the recipient, none forbids it, and each one's notice has run."""
        everybody, fields = self._since(person.used), self.reads(person, purpose)
        own = self._of_purpose(person, purpose)
        said = [*((v, "all") for v in everybody), *((v, purpose) for v in own)]
        limits = [limit for v, scope in said for limit in v.values(f"limit.{scope}.transfer", person.country)]
        lists = [v.fields(f"recipient.{recipient}.reads", person.country) for v in everybody]
        named = [v.values(f"recipient.{recipient}.purpose", person.country) for v in everybody]
        waits = [wait for v in everybody for wait in v.values("transfer.notice", person.country)]
        if fields is None or "never" in limits or None in lists or any(one != [purpose] for one in named):
            return None
        if objected or noticed is None or any(after(noticed, wait) > today for wait in waits):
            return None
        return set.intersection(fields, *(one for one in lists if one is not None))


# --- days -------------------------------------------------------------------------------------------------------------


def due(keep: str, life: Mapping[str, date]) -> date:
    """The earliest of the clauses whose event has come."""
    if keep == "not at all":
        return NEVER
    return min((_clause(part, life) for part in keep.split(", at the latest ")), default=FOREVER)


def _clause(text: str, life: Mapping[str, date]) -> date:
    if text.startswith("until "):
        return life.get(text.removeprefix("until "), FOREVER)
    span, _, rest = text.partition(" after ")
    event = rest.removeprefix("the end of the year of ")
    if event not in life:
        return FOREVER
    start = life[event] if event == rest else date(life[event].year, 12, 31)
    return after(start, span)


def after(day: date, span: str) -> date:
    """Months and years keep the day of the month, or take the last day there is: looked for day by day."""
    count, unit = int(span.split()[0]), span.split()[1].rstrip("s")
    if unit in {"day", "week"}:
        return day + timedelta(days=count * {"day": 1, "week": 7}[unit])
    months = day.year * 12 + day.month - 1 + count * {"month": 1, "year": 12}[unit]
    for day_of_month in range(day.day, 0, -1):
        try:
            return date(months // 12, months % 12 + 1, day_of_month)
        except ValueError:
            continue
    raise AssertionError
