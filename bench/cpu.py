"""CPU seconds of whole process trees, those that have ended meanwhile included."""

from __future__ import annotations

from collections.abc import Mapping

import psutil


class Meter:
    """Of trees by name, each given by the process at its root."""

    def __init__(self, roots: Mapping[str, int]) -> None:
        self._roots = {name: psutil.Process(pid) for name, pid in roots.items()}

    def read(self) -> dict[str, float]:
        return {name: sum(map(_spent, [root, *root.children(recursive=True)])) for name, root in self._roots.items()}

    def since(self, before: Mapping[str, float]) -> dict[str, float]:
        return {name: now - before[name] for name, now in self.read().items()}


def _spent(process: psutil.Process) -> float:
    """User and system, its own and that of the children it has seen end."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)
