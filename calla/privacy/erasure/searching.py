"""The search through everything that exists, owed since an erasure and made by a job after the receipt was given.

Every text, id and mark in every table of both databases, the queue among them, and every file in the home and wherever
else an app says that it keeps files (`registry.lies_in`). Looked for are the ids and marks of whoever was erased, and
any e-mail address at all: whether it is theirs is told by its mark, so that nobody has to remember the address. What
was found is written beside the number of the receipt, places and counts alone, and what was looked for is forgotten.

A table is read in pieces of so many pages, each with a question of its own: none takes longer in a larger shop.
"""

from __future__ import annotations

import logging
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

from django.db import connections, transaction
from psycopg.sql import SQL, Composed, Identifier, Literal

from calla.kernel import clock, jobs
from calla.privacy import index, registry
from calla.privacy.erasure import files
from calla.privacy.erasure.residues import DATABASES, LEFT_OVER, Found, Traces, became
from calla.privacy.known_limits import known
from calla.privacy.models import ResidueSearch

known(
    "The search after an erasure knows the ids and the e-mail address of whoever is gone, and not their name: it does "
    "not find what has the name alone, such as a text that somebody typed.",
    reviewed="2026-11-27",
)

PAGES = 1024  # of 8 kB
SEARCHES = 200  # made with one look at everything
SAID = (  # an id or a mark, or an address: each tried where a word begins, or a long text would take for ever
    r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12,44}"
    r"|(?<![a-z0-9._%+-])[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}"
)
COLUMNS = """SELECT kept.relname, pg_relation_size(kept.oid) / 8192, part.attname, kind.typname
    FROM pg_class AS kept JOIN pg_attribute AS part ON part.attrelid = kept.oid
    JOIN pg_type AS kind ON kind.oid = part.atttypid
    WHERE kept.relkind = 'r' AND kept.relnamespace = 'public'::regnamespace AND part.attnum > 0
    AND NOT part.attisdropped AND (kind.typcategory IN ('S', 'A') OR kind.typname IN ('uuid', 'bytea', 'json', 'jsonb'))
    ORDER BY 1, part.attnum"""
EXACT = {"uuid": SQL("{}::text"), "bytea": SQL("CASE WHEN octet_length({0}) IN (16, 32) THEN encode({0}, 'hex') END")}
HELD: LiteralString = "FROM {table} AS kept, LATERAL (VALUES {values}) AS held (place, said)"
BEING_IT = SQL("SELECT held.place, held.said " + HELD + " WHERE {piece} AND held.said = ANY(%(sought)s)")
SPEAKING_OF_IT = SQL(
    "SELECT held.place, one[1] " + HELD + ", LATERAL regexp_matches(lower(held.said), %(pattern)s, 'g') AS one"
    " WHERE {piece} AND (one[1] = ANY(%(sought)s) OR one[1] LIKE '%%@%%' AND one[1] NOT LIKE '%%.invalid')"
)
OWN = "privacy_residuesearch"

log = logging.getLogger(__name__)


class Sought:
    """All that is looked for, each to the searches that look for it."""

    def __init__(self, searches: Iterable[ResidueSearch]) -> None:
        self.by_spelling: dict[str, set[UUID]] = defaultdict(set)
        self.since = date.max
        self.last_letters: set[bytes] = set()
        self._contexts = {indexed.context for _, _, indexed in registry.indexes()}
        for one in searches:
            self.since = min(self.since, one.since)
            self.last_letters |= {str(one.last_letter).encode()} if one.last_letter else set()
            spelt = [form for id in one.ids for form in (str(id), id.hex)]
            for form in (*spelt, *one.marks):
                self.by_spelling[form].add(one.number)

    def searches(self, said: str) -> set[UUID]:
        """Those that look for this; an address is known by its mark."""
        if "@" not in said:
            return self.by_spelling.get(said, set())
        marks = (index.of_email(context, said).hex() for context in self._contexts)
        return set[UUID]().union(*(self.by_spelling.get(mark, ()) for mark in marks))


def owe(number: UUID, left: Traces, *, last_letter: UUID | None) -> None:
    """Note what is to be looked for, and leave the job. A `last_letter` tells them of the erasure, and is theirs."""
    if left:
        ids, marks = sorted(left.ids), sorted(left.marks)
        with transaction.atomic():
            ResidueSearch.objects.create(
                number=number, since=left.since, ids=ids, marks=marks, last_letter=last_letter
            )
            jobs.enqueue(search)


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search has found; `done_at` is empty while it is still owed."""

    number: UUID
    done_at: datetime | None
    found: tuple[Found, ...]

    @property
    def left_over(self) -> bool:
        return any(each.became == LEFT_OVER for each in self.found)


def searched(number: UUID) -> Searched | None:
    """The search of the erasure whose receipt has this number; none where nothing was to be looked for."""
    row = ResidueSearch.objects.filter(pk=number).first()
    return _searched(row) if row else None


def with_something_left() -> Iterator[Searched]:
    """The searches that found what should not be there, the newest first."""
    found = ResidueSearch.objects.filter(found__contains=[{"became": LEFT_OVER}]).order_by("-done_at")
    return map(_searched, found)


def _searched(row: ResidueSearch) -> Searched:
    return Searched(row.number, row.done_at, tuple(Found(**each) for each in row.found))


@jobs.job
def search() -> None:
    """Make all searches that are owed, with one look at everything."""
    while searches := list(ResidueSearch.objects.filter(done_at=None).order_by("asked_at")[:SEARCHES]):
        found: dict[UUID, Counter[tuple[str, str]]] = {one.number: Counter() for one in searches}
        sought = Sought(searches)
        for numbers, where, became_of_it in (*_in_databases(sought), *_in_files(sought)):
            for number in numbers:
                found[number][where, became_of_it] += 1
        for one in searches:
            _settle(one, [Found(where, count, what) for (where, what), count in sorted(found[one.number].items())])


def _settle(one: ResidueSearch, found: list[Found]) -> None:
    said = [{"where": each.where, "count": each.count, "became": each.became} for each in found]
    ResidueSearch.objects.filter(pk=one.pk).update(
        done_at=clock.now(), found=said, ids=[], marks=[], last_letter=None
    )
    if any(each.became == LEFT_OVER for each in found):
        log.error("Something of somebody who was erased is left over: see `calla subject searched`.")


def _in_databases(sought: Sought) -> Iterator[tuple[set[UUID], str, str]]:
    declared = {one.model._meta.db_table: one for one in registry.tables()}
    values: dict[str, Any] = {"sought": list(sought.by_spelling), "pattern": f"({SAID})"}
    for alias in DATABASES:
        with connections[alias].cursor() as cursor:
            cursor.execute(COLUMNS)
            for table, question in _questions(cursor.fetchall()):
                cursor.execute(question, values)
                for column, said in cursor.fetchall():
                    kind = LEFT_OVER if "@" in said else became(declared.get(table))
                    yield sought.searches(said), f"{table}.{column}", kind


def _questions(columns: Iterable[tuple[str, int, str, str]]) -> Iterator[tuple[str, Composed]]:
    """Two for each piece of a table: of what may be the thing itself, and of what may speak of it."""
    tables: dict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
    for table, size, column, kind in columns:
        if table != OWN:
            tables[table, size].append((column, kind))
    for (table, size), found in tables.items():
        exact = [_pair(column, EXACT[kind]) for column, kind in found if kind in EXACT]
        texts = [_pair(column, SQL("{}::text")) for column, kind in found if kind not in EXACT]
        for start in range(0, size, PAGES):
            for question, pairs in ((BEING_IT, exact), (SPEAKING_OF_IT, texts)):
                if pairs:
                    piece = _piece(start, last=start + PAGES >= size)
                    values = SQL(", ").join(pairs)
                    yield table, question.format(table=Identifier(table), values=values, piece=piece)


def _pair(column: str, form: SQL) -> Composed:
    return SQL("({}, {})").format(Literal(column), form.format(SQL("kept.{}").format(Identifier(column))))


def _piece(start: int, *, last: bool) -> Composed:
    """The last one has no end: a table may have grown since it was measured."""
    begins = SQL("kept.ctid >= {}::tid").format(Literal(f"({start},0)"))
    return begins if last else begins + SQL(" AND kept.ctid < {}::tid").format(Literal(f"({start + PAGES},0)"))


def _in_files(sought: Sought) -> Iterator[tuple[set[UUID], str, str]]:
    said = re.compile(SAID.encode(), re.IGNORECASE)
    for place, file, texts in files.saying(said, since=sought.since):
        numbers = set[UUID]().union(*(sought.searches(text.decode().lower()) for text in texts))
        if numbers and texts.isdisjoint(sought.last_letters):
            yield numbers, place.what, files.taken_away(place, file)
