"""How long files and functions are. A thing that no longer fits the eye is split where its meanings part."""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.architecture.checks.tree import Finding, Source


@dataclass(frozen=True)
class Limit:
    what: str
    usual: int  # for 95 of 100
    ever: int


FILES = Limit("files", usual=330, ever=500)
FUNCTIONS = Limit("functions", usual=45, ever=80)
SHARE = 0.95


def functions(sources: Iterable[Source]) -> list[tuple[int, Finding]]:
    """Each function's length, and where it begins."""
    return [
        (node.end_lineno - node.lineno + 1, Finding(source.file, node.lineno, node.name))
        for source in sources if source.file.endswith(".py")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    ]


def measured(sources: Iterable[Source]) -> dict[Limit, list[tuple[int, Finding]]]:
    sources = list(sources)
    return {
        FILES: [(source.text.count("\n"), Finding(source.file, 1, source.file)) for source in sources],
        FUNCTIONS: functions(sources),
    }


def too_long(sources: Iterable[Source]) -> list[Finding]:
    return [finding for limit, sizes in measured(sources).items() for finding in _beyond(limit, sizes)]


def _beyond(limit: Limit, sizes: Sequence[tuple[int, Finding]]) -> list[Finding]:
    """What is longer than anything may be; and all that is unusual, when too much is."""
    unusual = [pair for pair in sizes if pair[0] > limit.usual]
    too_many = len(unusual) > len(sizes) * (1 - SHARE)
    return [
        Finding(at.file, at.line, f"{at.message} has {lines} lines; {limit.usual} are usual, {limit.ever} the end")
        for lines, at in sorted(unusual, reverse=True) if too_many or lines > limit.ever
    ]


def percentile(sizes: Iterable[tuple[int, Finding]], share: float = SHARE) -> int:
    lengths = sorted(lines for lines, _at in sizes)
    return lengths[min(len(lengths) - 1, int(len(lengths) * share))] if lengths else 0
