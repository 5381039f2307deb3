"""The one way a benchmark speaks: a table, and the conditions it was made under."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]], *, note: str = "") -> None:
    shown = Table(*heads, title=title, title_justify="left")
    for row in rows:
        shown.add_row(*(f"{cell:,.3f}" if isinstance(cell, float) else str(cell) for cell in row))
    console = Console(width=110)
    console.print(shown)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    console.print(f"{python}, {os.cpu_count()} cores, {time.ctime()}")
    if note:
        console.print(note)


def best_of(work: Callable[[], object], *, rounds: int = 7, times: int = 2000) -> float:
    """Microseconds for one call: the best of some rounds, since other work on the machine only ever adds."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        for _ in range(times):
            work()
        found.append((time.perf_counter() - began) / times * 1e6)
    return min(found)
