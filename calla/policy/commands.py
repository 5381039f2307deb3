"""What `calla policy` does: each command writes to a stream and returns an exit code."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from calla.policy.check import check as check_against
from calla.policy.compare import compare
from calla.policy.enforcing import Point
from calla.policy.errors import PolicyErrors, Problem
from calla.policy.loading import load
from calla.policy.model import Policy
from calla.policy.plan import plan as plan_for
from calla.policy.program import Program
from calla.policy.telling import as_data_of, told
from calla.policy.translation import load_translations
from calla.policy.uses import Use
from calla.policy.view import Line, as_data, view

FINE, WRONG = 0, 1


def check(
    path: Path | str,
    program: Program,
    out: TextIO,
    *,
    points: Iterable[Point] = (),
    uses: Iterable[Use] = (),
    strict: bool = False,
    today: date | None = None,
    as_json: bool = False,
) -> int:
    """Everything wrong with a policy, its translations and its fit to the program. Warnings alone are fine."""
    try:
        policy = load(path, program)
    except PolicyErrors as errors:
        return _told(list(errors.problems), None, out, as_json=as_json)
    problems = check_against(policy, program, points, uses, strict=strict, today=today)
    for translation in load_translations(path, policy).values():
        problems += [Problem(p.file, p.line, p.column, p.message, warning=True) for p in translation.problems]
        if translation.missing:
            message = f"in “{translation.language}” these stay in “{policy.language}”: {', '.join(translation.missing)}"
            problems.append(Problem(str(path), 1, 1, message, warning=True))
    return _told(problems, policy, out, as_json=as_json)


def _told(problems: list[Problem], policy: Policy | None, out: TextIO, *, as_json: bool) -> int:
    errors = [problem for problem in problems if not problem.warning]
    counted = {"errors": len(errors), "warnings": len(problems) - len(errors)}
    if policy:
        planned = sum(sentence.planned for sentence in policy.sentences.values())
        counted |= {"in_force": len(policy.sentences) - planned, "planned": planned}
    if as_json:
        _json({"ok": not errors, **counted, "problems": [asdict(problem) for problem in problems]}, out)
    else:
        out.writelines(f"{problem}\n" for problem in problems)
        out.write(", ".join(f"{count} {what.replace('_', ' ')}" for what, count in counted.items()) + "\n")
    return WRONG if errors else FINE


def show(path: Path | str, program: Program, out: TextIO, *, language: str = "", as_json: bool = False) -> int:
    """The policy read aloud: each sentence, what it makes the program do, and what it claims."""
    try:
        policy = load(path, program)
    except PolicyErrors as errors:
        return _told(list(errors.problems), None, out, as_json=as_json)
    translations = load_translations(path, policy)
    if language and language != policy.language and language not in translations:
        out.write(
            f"there is no translation “{language}”: {Path(path).stem}.{language}.toml does not lie beside {path}\n"
        )
        return WRONG
    if as_json:
        _json(as_data(policy, translations=translations.values()), out)
        return FINE
    for section in view(policy, language, translation=translations.get(language)):
        out.write(f"\n{section.heading}\n{'=' * len(section.heading)}\n")
        for line in section.lines:
            _read_out(line, "    " if line.under else "", out)
    return FINE


def _read_out(line: Line, indent: str, out: TextIO) -> None:
    out.write(f"\n{indent}{line.id}  {line.text}\n{indent}    ({line.kind}, {line.state})\n")
    for table in line.tables:
        out.writelines(f"{indent}    | {' | '.join(row)}\n" for row in (table.head, *table.rows))
    out.writelines(f"{indent}    - {meaning}\n" for _, meaning in (*line.glosses, *line.claims))
    if line.owner:
        out.write(f"{indent}    kept by {line.owner}, next review {line.review}\n")


def diff(old: Path | str, new: Path | str, program: Program, out: TextIO, *, as_json: bool = False) -> int:
    """What posting `new` in the place of `old` would change. Exit code 0 whatever the difference is."""
    try:
        before, after = load(old, program, posted=True), load(new, program)
    except PolicyErrors as errors:
        return _told(list(errors.problems), None, out, as_json=as_json)
    changes, planned = compare(before, after), plan_for(before, after, program)
    if as_json:
        _json({"changes": [as_data_of(change) for change in changes], "plan": asdict(planned)}, out)
    else:
        out.writelines(f"{line}\n" for line in told(changes, planned))
    return FINE


def _json(data: Any, out: TextIO) -> None:
    json.dump(data, out, ensure_ascii=False, indent=2)
    out.write("\n")
