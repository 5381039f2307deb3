"""Child processes as one tree: they come together, go together, and never outlive whoever started them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO

GRACE_SECONDS = 15
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Child:
    """A program to run. Its output goes where ours goes, as it is."""

    name: str
    command: Sequence[str]
    variables: Mapping[str, str] | None = None  # in addition to ours


class ChildEnded(Exception):
    """One of the tree ended by itself, and the others were stopped; the message is fit to show."""


def follow_into_death(with_signal: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: the child gets this signal when the thread that started it ends, however it ends."""
    parent = os.getpid()
    ask = _death_signal()

    def in_the_child() -> None:
        ask(with_signal)
        if os.getppid() != parent:  # it died before we had asked
            os._exit(1)

    return in_the_child


def die_with_parent(parent: int | None = None) -> None:
    """The same, for a process that others start: it asks for itself. One that was forked names its parent, for the
    parent may have gone before it asked, and answers no signal in the parent's way until it has a way of its own."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _death_signal()(signal.SIGTERM)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def _death_signal() -> Callable[[signal.Signals], None]:
    if not sys.platform.startswith("linux"):
        return lambda with_signal: None
    library, set_death_signal = ctypes.CDLL(None), 1  # loaded here: nothing may be loaded between fork and exec
    return lambda with_signal: library.prctl(set_death_signal, int(with_signal), 0, 0, 0)


def start(child: Child, *, output: IO[bytes] | None = None) -> "subprocess.Popen[bytes]":
    """Run it in a session of its own, so that Ctrl-C in the terminal reaches us alone and we stop all in order."""
    return subprocess.Popen(  # noqa: S603  our own commands
        list(child.command), env={**os.environ, **(child.variables or {})}, stdin=subprocess.DEVNULL,
        stdout=output, stderr=output, start_new_session=True, preexec_fn=follow_into_death(signal.SIGTERM),
    )  # fmt: skip


def run_together(
    children: Sequence[Child],
    *,
    watched: "Mapping[str, subprocess.Popen[bytes]] | None" = None,
    announce: Callable[[], bool] | None = None,
) -> None:
    """Run the children until SIGINT, SIGTERM or SIGHUP, then stop them, the last one first.

    `announce` is called again and again until it says yes: it looks whether all is ready and tells who waits.
    Raises ChildEnded when one of them, or a process that is only watched, ends before that.
    """
    running: dict[str, subprocess.Popen[bytes]] = {}
    with _signals_noted() as asked_to_stop:
        try:
            for child in children:
                running[child.name] = start(child)
            while not asked_to_stop():
                _refuse_ended(running | dict(watched or {}))
                if announce and announce():
                    announce = None
                time.sleep(LOOK_SECONDS)
        finally:
            stop_all(list(reversed(running.values())), hurry=lambda: asked_to_stop(times=2))


def _refuse_ended(processes: "Mapping[str, subprocess.Popen[bytes]]") -> None:
    for name, process in processes.items():
        if (code := process.poll()) is not None:
            how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
            raise ChildEnded(f"The {name} {how}; its last lines above say why. Everything else was stopped.")


@contextmanager
def _signals_noted() -> Iterator[Callable[..., bool]]:
    seen: list[int] = []
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [(one, signal.signal(one, lambda number, frame: seen.append(number))) for one in wanted]
    try:
        yield lambda times=1: len(seen) >= times
    finally:
        for one, handler in before:
            signal.signal(one, handler)


def stop_all(processes: "Sequence[subprocess.Popen[bytes]]", *, hurry: Callable[[], bool] = lambda: False) -> None:
    """Ask all, wait, then kill what is left, whole groups: a killed server must not leave its workers behind."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    while any(process.poll() is None for process in processes) and time.monotonic() < deadline and not hurry():
        time.sleep(LOOK_SECONDS / 2)
    for process in processes:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
