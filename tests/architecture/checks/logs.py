"""What is logged is a constant sentence; values are arguments, which the log's gate reduces to their kind."""

import ast
from collections.abc import Iterable, Iterator

from tests.architecture.checks.tree import Finding, Source

LEVELS = frozenset({"debug", "info", "warning", "warn", "error", "critical", "exception", "log"})


def careless_logging(sources: Iterable[Source]) -> list[Finding]:
    return [
        Finding(source.file, call.lineno, what)
        for source in sources
        for call in _calls(source.tree)
        for what in _carelessness(call, _caught(source.tree))
    ]


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    loggers = {"logging", "log", "logger", "LOG", "LOGGER", "_log", "_logger"} | _assigned(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS and (
            _root(node.func.value) in loggers or _asks_for_a_logger(node.func.value)
        ):
            yield node


def _assigned(tree: ast.Module) -> set[str]:
    """Names, and attributes of self, that hold what getLogger gave."""
    return {
        _root(target) for node in ast.walk(tree) if isinstance(node, ast.Assign) and _asks_for_a_logger(node.value)
        for target in node.targets
    }


def _root(node: ast.expr) -> str:
    """The last name of `logger` or `self.logger`."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _asks_for_a_logger(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _root(node.func) == "getLogger"


def _caught(tree: ast.Module) -> set[str]:
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}


def _carelessness(call: ast.Call, caught: set[str]) -> Iterator[str]:
    assert isinstance(call.func, ast.Attribute)
    said = call.args[1:] if call.func.attr == "log" else call.args
    if call.func.attr == "exception" or any(keyword.arg in {"exc_info", "stack_info"} for keyword in call.keywords):
        yield "an exception's text may quote a person: log its type"
    if said and not (isinstance(said[0], ast.Constant) and isinstance(said[0].value, str)):
        yield "what is logged is a constant sentence; values are its arguments"
    elif any(_shows(argument, caught) for argument in said[1:]):
        yield "an exception's text may quote a person: log type(error).__name__"


def _shows(argument: ast.expr, caught: set[str]) -> bool:
    """The exception itself or a text made of it; `type(error)` and `error.code` are fine."""
    if isinstance(argument, ast.Name):
        return argument.id in caught
    if isinstance(argument, ast.Call) and _root(argument.func) in {"str", "repr", "format"}:
        return any(_shows(inner, caught) for inner in argument.args)
    if isinstance(argument, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) and _shows(part.value, caught) for part in argument.values)
    return isinstance(argument, ast.Attribute) and argument.attr == "args" and _root(argument.value) in caught
