"""Does a policy fit this program? Gathers what the apps really use, for the check to hold it against the sentences."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module

from django.apps import apps

from calla.policy import Point, Policy, PolicyErrors, Problem, enforcement_points, loads
from calla.policy.check import Use, check
from calla.privacy import letters, registry, versions
from calla.privacy.sealed import Sealed

NO_MARKS = {"migrations", "management", "demo"}


def refuse_what_does_not_fit(source: str, *, name: str) -> None:
    """Raise PolicyErrors, with file and line, for a policy that this program would not keep."""
    policy = loads(source, versions.program(), name=name)
    if problems := [problem for problem in findings(policy) if not problem.warning]:
        raise PolicyErrors(problems)


def findings(policy: Policy) -> list[Problem]:
    """All that the check has to say about a policy; what is only a warning stops nothing."""
    return check(policy, policy.program, points(), uses=list(uses()))


def points() -> tuple[Point, ...]:
    """Every place in the apps that is marked as enforcing something. Marks are made at import, so all is imported."""
    for config in apps.get_app_configs():
        if config.name.startswith("calla."):
            for module in pkgutil.walk_packages([config.path], f"{config.name}."):
                if not NO_MARKS & set(module.name.split(".")):
                    import_module(module.name)
    return enforcement_points()


def uses() -> Iterator[Use]:
    """Every sealed column and every letter that exists, with the place where it is declared."""
    for table in registry.tables():
        file, line = inspect.getsourcefile(table.model) or "", inspect.getsourcelines(table.model)[1]
        for field in table.model._meta.concrete_fields:
            if isinstance(field, Sealed):
                for category in sorted(field.kind.categories() - field.kind.optional()):
                    yield Use("column", f"{table.model._meta.label}.{field.name}", table.purpose, category, file, line)
    for kind in letters.kinds.values():
        code = kind.write.__code__
        yield Use("letter", kind.name, kind.purpose, "", code.co_filename, code.co_firstlineno)
