"""Child processes as one tree: together they come, together they go."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

TREE = """
import sys
from calla.kernel.processes import Child, ChildEnded, run_together
said = iter([False, False, True])
def announce():
    if next(said):
        print("ready", flush=True)
        return True
    return False
try:
    run_together([Child(name, [sys.executable, "-c", code]) for name, code in zip(sys.argv[1::2], sys.argv[2::2])],
                 announce=announce)
except ChildEnded as ended:
    sys.exit(str(ended))
print("stopped in order", flush=True)
"""
SLEEPER = "import os, time; open({!r}, 'w').write(str(os.getpid())); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER
PARENT = (
    "import os, subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', {inner!r}]); "
    "open({mine!r}, 'w').write(str(os.getpid())); time.sleep(600)"
)

# As a web server forks its processes: they inherit its answer to SIGTERM, and have none of their own while they load.
FORKING = """
import multiprocessing, os, signal, time
from calla.kernel.processes import die_with_parent
def load():
    open({child!r}, "w").write(str(os.getpid()))
    parent = multiprocessing.parent_process().pid
    while {late!r} and os.getppid() == parent:
        time.sleep(0.01)
    die_with_parent(parent)
    open({asked!r}, "w").write("1")
    time.sleep(600)
signal.signal(signal.SIGTERM, lambda number, frame: None)
multiprocessing.get_context("fork").Process(target=load).start()
time.sleep(600)
"""


class Tree:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.words: list[str] = []
        self.process: subprocess.Popen[str] | None = None

    def add(self, name: str, code: str = SLEEPER) -> None:
        self.words += [name, code.format(str(self.folder / name))]

    def grow(self) -> "subprocess.Popen[str]":
        self.process = subprocess.Popen(
            [sys.executable, "-c", TREE, *self.words], cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        for name in self.words[::2]:
            assert eventually(lambda name=name: self.pid(name) > 0)
        return self.process

    def pid(self, name: str) -> int:
        file = self.folder / name
        return int(file.read_text() or 0) if file.exists() else 0

    def lives(self, name: str) -> bool:
        status = Path(f"/proc/{self.pid(name)}/status")
        return status.exists() and "State:\tZ" not in status.read_text()


def eventually(holds: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    one = Tree(tmp_path)
    yield one
    if one.process and one.process.poll() is None:
        one.process.kill()
        one.process.communicate()
    for file in tmp_path.iterdir():
        assert not one.lives(file.name), f"{file.name} was left running"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_in_order(tree: Tree, how: signal.Signals) -> None:
    tree.add("first")
    tree.add("second")
    process = tree.grow()
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    process.send_signal(how)
    said, complained = process.communicate(timeout=10)
    assert (process.returncode, said, complained) == (0, "stopped in order\n", "")
    assert not tree.lives("first")
    assert not tree.lives("second")


def test_when_one_ends_all_end_and_it_is_named(tree: Tree) -> None:
    tree.add("steady")
    tree.add("short-lived", SLEEPER.replace("time.sleep(600)", "time.sleep(1); raise SystemExit(7)"))
    process = tree.grow()
    _, complained = process.communicate(timeout=10)
    assert process.returncode == 1
    assert "The short-lived ended with exit code 7" in complained
    assert not tree.lives("steady")


def test_when_one_is_killed_the_signal_is_named(tree: Tree) -> None:
    tree.add("steady")
    tree.add("victim")
    process = tree.grow()
    os.kill(tree.pid("victim"), signal.SIGKILL)
    assert "The victim was ended by SIGKILL" in process.communicate(timeout=10)[1]
    assert not tree.lives("steady")


def test_all_follow_a_killed_parent(tree: Tree) -> None:
    tree.add("first")
    tree.add("second")
    tree.grow().kill()
    assert eventually(lambda: not tree.lives("first") and not tree.lives("second"))


@pytest.mark.parametrize("late", [False, True], ids=["killed while it loads", "killed before it asked"])
def test_a_forked_process_follows_a_killed_parent(tmp_path: Path, late: bool) -> None:
    child, asked = tmp_path / "child", tmp_path / "asked"
    code = FORKING.format(child=str(child), asked=str(asked), late=late)
    tree = Tree(tmp_path)
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, start_new_session=True) as parent:
        assert eventually(lambda: tree.pid("child") > 0 and (late or asked.exists()))
        parent.kill()
    try:
        assert eventually(lambda: not tree.lives("child"), seconds=3)
    finally:
        with suppress(ProcessLookupError):
            os.kill(tree.pid("child"), signal.SIGKILL)


def test_a_second_signal_does_not_wait_for_the_stubborn(tree: Tree) -> None:
    tree.add("stubborn", STUBBORN)
    process = tree.grow()
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=5)
    assert not tree.lives("stubborn")


def test_grandchildren_of_a_killed_child_go_too(tree: Tree) -> None:
    """A web server that is killed cannot stop its own workers."""
    inner = SLEEPER.format(str(tree.folder / "grandchild"))
    tree.words += ["parent", PARENT.format(inner=inner, mine=str(tree.folder / "parent"))]
    process = tree.grow()
    assert eventually(lambda: tree.pid("grandchild") > 0)
    os.kill(tree.pid("parent"), signal.SIGKILL)
    process.communicate(timeout=10)
    assert eventually(lambda: not tree.lives("grandchild"))
