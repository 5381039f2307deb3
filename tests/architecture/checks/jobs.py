"""What is handed to the queue: ids and words of closed lists, by their very names."""

import ast
import re
from collections.abc import Iterable

from tests.architecture.checks.tree import Finding, Source, dotted, imported

ENQUEUE = "calla.kernel.jobs.enqueue"
ID = re.compile(r"(?:\w+_)?(?:id|pk)")
MEMBER = re.compile(r"[A-Z][A-Z0-9_]*")


def more_than_ids(sources: Iterable[Source]) -> list[Finding]:
    """Arguments of `jobs.enqueue` that are neither named as an id nor a member of an enumeration."""
    return [
        Finding(source.file, argument.lineno, f"a job takes ids and enumerations, not {ast.unparse(argument)}")
        for source in sources
        for call in _enqueued(source)
        for argument in call.args[1:]
        if not _is_id(argument)
    ]


def enqueued(sources: Iterable[Source]) -> int:
    return sum(len(_enqueued(source)) for source in sources)


def _enqueued(source: Source) -> list[ast.Call]:
    names = imported(source)
    return [
        node for node in ast.walk(source.tree) if isinstance(node, ast.Call) and dotted(node.func, names) == ENQUEUE
    ]


def _is_id(argument: ast.expr) -> bool:
    match argument:
        case ast.Name(id=name):
            return ID.fullmatch(name) is not None
        case ast.Attribute(attr=name):
            return bool(ID.fullmatch(name) or MEMBER.fullmatch(name))
    return False
