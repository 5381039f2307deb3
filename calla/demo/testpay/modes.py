"""How the provider misbehaves on request."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

NOTICES = ("now", "late", "twice", "never", "reversed")
API_FAULTS = ("none", "500", "429", "hang", "lose_answer")
MS = range(600_001)


class ModeRefused(Exception):
    """A switch is unknown or cannot stand so; one sentence for each in `errors`."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


@dataclass(frozen=True)
class Modes:
    """`delay_ms` is how long a late notice waits, and how long it must be quiet before reversed ones leave."""

    webhooks: str = "now"
    delay_ms: int = 15_000
    api_latency_ms: int = 0
    api_fail: str = "none"
    dispute_after_ms: int = 5_000

    def changed(self, asked: Mapping[str, Any]) -> "Modes":
        """Raises ModeRefused, and then none of the switches has moved."""
        if errors := {name: why for name, value in asked.items() if (why := _problem(name, value))}:
            raise ModeRefused(errors)
        return replace(self, **asked)

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


_ALLOWED: dict[str, tuple[str, ...] | range] = {
    "webhooks": NOTICES,
    "delay_ms": MS,
    "api_latency_ms": MS,
    "api_fail": API_FAULTS,
    "dispute_after_ms": MS,
}


def _problem(name: str, value: Any) -> str:
    allowed = _ALLOWED.get(name)
    if allowed is None:
        return "There is no such switch."
    if isinstance(allowed, range):
        return "" if type(value) is int and value in allowed else f"Whole milliseconds up to {allowed[-1]}."
    return "" if isinstance(value, str) and value in allowed else f"One of {', '.join(allowed)}."
