"""The one gate for logs: no address, agent, token, value or exception text of a person reaches a log line."""

from __future__ import annotations

import logging
import re
import traceback
from typing import Any

from calla.policy import enforces

SECRET = re.compile("|".join((
    r"[A-Za-z0-9_-]{43,}",  # the secret part of an address
    r"[^\s@/]+@[^\s@/]+\.[^\s@/]+",
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b",
    r"\b[0-9A-Fa-f]{1,4}(?:::?[0-9A-Fa-f]{1,4}){3,7}\b|[0-9A-Fa-f:]*::[0-9A-Fa-f:]+",
    r"\b\d{12,19}\b",
)))  # fmt: skip


@enforces("visits_leave_no_trace")
class Redacting(logging.Formatter):
    """Keeps where and what kind; drops what could be somebody's. Control characters cannot forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        said = SECRET.sub("[redacted]", _sentence(record))
        line = f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S%z')} {record.levelname.lower()} {record.name}: {said}"
        if record.args:
            line += " " + " ".join(_shown(argument) for argument in _each(record.args))
        if record.exc_info and record.exc_info[0]:
            line += " | " + told(record.exc_info[1])
        return "".join(character if character.isprintable() else " " for character in line)


class Told(str):
    """What `told` makes: the one kind of text that a log line shows as it is."""


def told(error: BaseException | None) -> Told:
    """An exception as its type and the places it came through: never its message, which may quote a value."""
    if error is None:
        return Told("unknown error")
    frames = reversed(traceback.extract_tb(error.__traceback__)[-6:])
    places = " < ".join(f"{f.filename.rpartition('/')[2]}:{f.lineno}" for f in frames)
    return Told(f"{type(error).__name__} at {places}")


def _sentence(record: logging.LogRecord) -> str:
    """The message as it was written in the code. One that is the exception's own text is none: see `told`."""
    if record.args:
        return str(record.msg)
    said = record.getMessage()
    error = record.exc_info[1] if record.exc_info else None
    return "" if error is not None and said == str(error) else said


def _each(arguments: Any) -> Any:
    return arguments.values() if isinstance(arguments, dict) else arguments


def _shown(argument: Any) -> str:
    """Numbers and words of closed lists only; a text or an object is its kind."""
    if isinstance(argument, Told):
        return argument
    if isinstance(argument, bool | int | float):
        return SECRET.sub("[redacted]", str(argument))
    if isinstance(argument, BaseException):
        return type(argument).__name__
    return f"<{type(argument).__name__}>"
