"""From a file to a policy, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from calla.policy import consistency, history
from calla.policy.errors import BadValue, PolicyErrors, Problem, nearest
from calla.policy.model import KINDS, Policy, Sentence
from calla.policy.program import Program
from calla.policy.schema import look_up
from calla.policy.source import Source, read
from calla.policy.terms import PARSE

FORMAT = 1
HEAD = {"format", "shop", "language"}
OWN_KEYS = {"heading", "under", "state", "claims", "shown", "owner", "review", *KINDS}


def load(path: Path | str, program: Program, *, posted: bool = False) -> Policy:
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyErrors([Problem(str(path), 1, 1, f"the policy cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise PolicyErrors([Problem(str(path), line, 1, "the policy is not UTF-8 text: save it as UTF-8")]) from None
    return loads(text, program, name=str(path), posted=posted)


def loads(text: str, program: Program, name: str = "policy.toml", *, posted: bool = False) -> Policy:
    """The policy in this text. Raises PolicyErrors with everything that is wrong.

    One that was `posted` once passed then: words that this release has lost are no error, see `history`.
    """
    source = read(text, name)
    problems = list(_head_problems(source))
    sentences: dict[str, Sentence] = {}
    broken: set[str] = set()
    for table, content in source.tables.items():
        if table != "policy" and isinstance(content, dict):
            known = len(problems)
            sentences[table] = _sentence(table, content, source, program, problems, posted=posted)
            if len(problems) > known:
                broken.add(table)
    head = source.tables.get("policy")
    said = head if isinstance(head, dict) else {}
    policy = Policy(str(said.get("shop", "")), str(said.get("language", "en")), sentences, program, source)
    problems += () if posted else consistency.problems(policy, broken)
    if problems:
        raise PolicyErrors(problems)
    return policy


def _head_problems(source: Source) -> Iterator[Problem]:
    for key, content in source.tables.items():
        if not isinstance(content, dict):
            yield source.problem(f"“{key}” stands above the first [sentence]: begin with [policy]", "", key)
    head = source.tables.get("policy")
    if not isinstance(head, dict):
        yield source.problem("the file begins with [policy] and its format, shop and language")
        return
    for key in sorted(head.keys() - HEAD):
        yield source.problem(f"[policy] has no “{key}”: {nearest(key, HEAD)}", "policy", key)
    if head.get("format") != FORMAT:
        yield source.problem(f"this program reads format = {FORMAT}", "policy", "format")
    for key in ("shop", "language"):
        if not isinstance(head.get(key), str):
            yield source.problem(f'[policy] needs {key} = "…"', "policy", key)


def _sentence(
    name: str, content: Mapping[str, Any], source: Source, program: Program, problems: list[Problem], *, posted: bool
) -> Sentence:
    """The sentence as far as it can be read; what cannot is added to the problems, or kept as lost."""
    kind, text = _kind_and_text(name, content, source, problems)
    terms, lost = _terms(name, content, source, program, problems, posted=posted)
    words = {key: _own(name, key, content, source, problems) for key in ("heading", "under", "state", "owner")}
    lists = {
        key: _own_list(name, key, content, known, source, problems, posted=posted)
        for key, known in (("claims", program.claims), ("shown", program.places))
    }
    if words["state"] not in {"", "planned"}:
        problems.append(
            source.problem("state is “planned”, or is left out when the sentence is in force", name, "state")
        )
    review = content.get("review")
    if review is not None and (not isinstance(review, date) or isinstance(review, datetime)):
        problems.append(
            source.problem("review is the day of the next review, such as 2027-06-30, without quotes", name, "review")
        )
    return Sentence(
        name, kind, text, words["heading"], words["under"], words["state"] == "planned",
        terms, lists["claims"], lists["shown"], words["owner"], review, lost,
    )  # fmt: skip


def _terms(
    name: str, content: Mapping[str, Any], source: Source, program: Program, problems: list[Problem], *, posted: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Path to value, and what cannot be read as it was written."""
    terms: dict[str, Any] = {}
    lost: dict[str, Any] = {}
    for path, raw in _flat({key: value for key, value in content.items() if key not in OWN_KEYS}):
        try:
            term = look_up(path, program).term
            terms[path] = PARSE[term.kind](raw, term, program)
        except BadValue as error:
            if not posted:
                problems.append(source.problem(f"{path}: {error}", name, path))
            elif (left := history.known_part(path, raw, program)) is not None:
                terms[path] = left
            lost[path] = raw
    return terms, lost


def _kind_and_text(name: str, content: Mapping[str, Any], source: Source, problems: list[Problem]) -> tuple[Any, str]:
    kinds = [key for key in KINDS if key in content]
    if len(kinds) != 1:
        said = f"this sentence is {' and '.join(kinds)} at once" if kinds else "this sentence has no text"
        problems.append(source.problem(f"{said}: give it one of {', '.join(KINDS)}", name, kinds[-1] if kinds else ""))
    kind = kinds[0] if kinds else "note"
    text = content.get(kind, "")
    if not isinstance(text, str) or (kinds and not text.strip()):
        problems.append(source.problem(f"{kind} takes the sentence itself, in quotes", name, kind))
    return kind, " ".join(str(text).split())


def _own(name: str, key: str, content: Mapping[str, Any], source: Source, problems: list[Problem]) -> str:
    value = content.get(key, "")
    if not isinstance(value, str):
        problems.append(source.problem(f"{key} takes a text in quotes", name, key))
    return str(value)


def _own_list(
    name: str,
    key: str,
    content: Mapping[str, Any],
    known: Mapping[str, object],
    source: Source,
    problems: list[Problem],
    *,
    posted: bool,
) -> tuple[str, ...]:
    value = content.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        problems.append(source.problem(f"{key} takes a list of words", name, key))
        return ()
    if posted:
        return tuple(word for word in value if word in known)
    for word in value:
        if word not in known:
            problem = f"{key}: the program knows no “{word}”: {nearest(word, known)}"
            problems.append(source.problem(problem, name, key, near=f'"{word}"'))
    return tuple(value)


def _flat(content: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", Decimal(str(value)) if isinstance(value, float) else value
