"""Does a policy fit this program? Gathers what the apps really use, for the check to hold it against the sentences.

Nothing here is typed into a list: columns, letters and form fields are declared where they are, and cookies, purposes
and hosts are found in the code that names them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from calla.policy import Point, Policy, PolicyErrors, Problem, Program, enforcement_points, loads
from calla.policy.check import check
from calla.policy.uses import Use
from calla.privacy import cookies, egress, fields, letters, places, promises, registry, versions
from calla.privacy.registry import Pseudonymous
from calla.privacy.sealed import Sealed
from calla.privacy.types import Personal


def refuse_what_does_not_fit(source: str, *, name: str) -> None:
    """Raise PolicyErrors, with file and line, for a policy that this program would not keep."""
    policy = loads(source, versions.program(), name=name)
    if problems := [problem for problem in findings(policy) if not problem.warning]:
        raise PolicyErrors(problems)


def findings(policy: Policy) -> list[Problem]:
    """All that the check has to say about a policy; what is only a warning stops nothing."""
    return check(policy, policy.program, points(), uses=list(uses()))


def points() -> tuple[Point, ...]:
    """Every place in the apps that is marked as enforcing something."""
    places.load_all()
    return enforcement_points()


def uses() -> Iterator[Use]:
    """Everything the program does with personal data, each with the place where it does it."""
    places.load_all()
    program = versions.program()
    yield from _columns(program)
    yield from _form_fields(program)
    yield from _letters(program)
    yield from _cookies(program)
    yield from _purposes(program)
    yield from _hosts(program)
    yield from _places()


def _columns(program: Program) -> Iterator[Use]:
    for table in registry.tables():
        optional = _comes_with(table.purpose, program)
        for field in table.model._meta.concrete_fields:
            for category in sorted(_categories(field, table.columns.get(field.attname))):
                name, place = f"{table.model._meta.label}.{field.name}", places.attribute(table.model, field.name)
                yield Use("column", name, table.purpose, category, *place, optional)


def _categories(field: Any, meaning: Any) -> frozenset[str]:
    """What cannot be left out: a value of a class with defaults may lack those."""
    if isinstance(field, Sealed):
        kind: type[Personal] = field.kind
        return kind.categories() - kind.optional()
    return frozenset({meaning.category} if isinstance(meaning, Pseudonymous) else ())


def _form_fields(program: Program) -> Iterator[Use]:
    for one in fields.asked():
        name, moment = f"{one.form}.{one.name}", program.moments.get(one.serves)
        optional = one.optional or _comes_with(moment.purpose if moment else one.serves, program)
        yield Use("form_field", name, one.serves, one.category, one.file, one.line, optional)


def _letters(program: Program) -> Iterator[Use]:
    for kind in letters.kinds.values():
        code = kind.write.__code__
        optional = _comes_with(kind.purpose, program)
        yield Use("letter", kind.name, kind.purpose, "", code.co_filename, code.co_firstlineno, optional)


def _cookies(program: Program) -> Iterator[Use]:
    """Each that some code puts, and the session's. One that may be declined is dropped where nobody names it, and so is
    the answer about it."""
    session = places.setting("SESSION_COOKIE_NAME")
    for place in (*places.calls_of(cookies.put, 1), session):
        name = place.what.removeprefix(cookies.PREFIX)
        declared = program.cookies.get(name)
        optional = bool(declared and (declared.need == "choice" or declared.answers))
        yield Use("cookie", name, "", "", place.file, place.line, optional)


def _purposes(program: Program) -> Iterator[Use]:
    columns = {
        field.name for table in registry.tables() for field in table.model._meta.concrete_fields
        if isinstance(field, Sealed)
    }  # fmt: skip
    for place in places.openings(columns, program.purposes):
        optional = _comes_with(place.what.partition(".")[0], program)
        yield Use("purpose", place.what, "", "", place.file, place.line, optional)


def _comes_with(purpose: str, program: Program) -> bool:
    """Its menu entries and jobs are there only with its sentence, and so is whatever they lead to."""
    return any(feature.purpose == purpose for feature in program.features.values())


def _places() -> Iterator[Use]:
    """Where the sentences that are meant for that place are shown."""
    for place in places.calls_of(promises.promises_at, 0, in_gates=True):
        yield Use("place", place.what, "", "", place.file, place.line)


def _hosts(program: Program) -> Iterator[Use]:
    by_step = {host.step: host.name for host in program.hosts.values()}
    for place in places.calls_of(egress.call, 0):
        optional = _comes_with(place.what.partition(".")[0], program)
        yield Use("host", by_step.get(place.what, place.what), "", "", place.file, place.line, optional)
    for name in ("MAIL_SERVER", "INBOX_SERVER"):
        server = getattr(settings, name)
        if server and not egress.is_own(server["host"]):
            place = places.setting(name)
            yield Use("host", by_step["mail"], "", "", place.file, place.line)
