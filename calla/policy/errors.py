"""What is wrong with a policy, said so that whoever wrote it can put it right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right. `warning` is worth a look and stops nothing."""

    file: str
    line: int
    column: int
    message: str
    warning: bool = False

    def __str__(self) -> str:
        level = "warning: " if self.warning else ""
        return f"{self.file}:{self.line}:{self.column}: {level}{self.message}"


class PolicyErrors(Exception):
    """The policy cannot be used; `problems` says everything at once, so that it is mended in one round."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.file, p.line, p.column)))
        super().__init__("\n".join(map(str, self.problems)))


class BadValue(ValueError):
    """A value that its term cannot take; the message says what it takes."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint to hang on a message: the nearest known word, or the few there are."""
    words = sorted(known)
    if close := get_close_matches(word, words, n=1, cutoff=0.6):
        return f"did you mean “{close[0]}”?"
    if not words:
        return "none is known here"
    return "known are " + ", ".join(words) if len(words) <= 12 else f"{len(words)} are known, none like it"
