"""How long `calla demo` takes to be ready, and how much there is of it: `python -m bench.starts`.

The reference of a start is the same interpreter importing Django and doing nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from bench import report
from calla.kernel import postgres
from calla.serving import free_port
from tests.architecture.checks import sizes
from tests.architecture.checks.tree import ROOT, Finding, Source

HOST = "127.0.0.1"
READY = "Ctrl-C stops everything"
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", re.MULTILINE)
LARGEST = 5
MILLION = 1e6


def main() -> None:
    started()
    installed()
    written()


def started() -> None:
    home = Path(tempfile.mkdtemp(prefix="calla-bench-")) / "home"
    try:
        reference = min(_import_django() for _ in range(5))
        took = [_start(home) for _ in range(3)]
    finally:
        postgres.remove(home)
        shutil.rmtree(home.parent)
    names = ("first start, an empty folder", "second start", "third start")
    rows = [(name, ready, ready / reference, ended) for name, (ready, ended) in zip(names, took, strict=True)]
    rows.append(("import django, setting nothing up", reference, 1.0, ""))
    note = "Until it says where everything is, packages being installed; stop: from Ctrl-C until nothing runs."
    report.table("calla demo", ["what", "s", "× import", "s to stop"], rows, note=note)


def _start(home: Path) -> tuple[float, float]:
    """Seconds until it is ready, and from Ctrl-C until it has gone."""
    began = time.perf_counter()
    with _demo(home) as process:
        assert process.stdout
        said = ""
        while READY not in said:
            line = process.stdout.readline()
            assert line, f"it ended before it was ready:\n{said}"
            said += line
        ready = time.perf_counter() - began
        began = time.perf_counter()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    return ready, time.perf_counter() - began


@contextmanager
def _demo(home: Path) -> Iterator[subprocess.Popen[str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CALLA_", "DJANGO_"))}
    command = [sys.executable, "-m", "calla.cli", "demo", "--home", str(home), "--port", str(free_port(HOST))]
    out = subprocess.PIPE
    process = subprocess.Popen(command, env=kept, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def _import_django() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import django.db.models, django.core.handlers.wsgi"], check=True)
    return time.perf_counter() - began


def installed() -> None:
    """Bytes of every file that belongs to a package of requirements.lock."""
    names = sorted(set(LOCKED.findall((ROOT / "requirements.lock").read_text(encoding="utf-8"))))
    found = {name: _bytes_of(name) for name in names}
    whole = sum(found.values())
    django = found["django"]
    largest = sorted(found, key=lambda name: -found[name])[:LARGEST]
    rows = [(name, found[name] / MILLION, found[name] / django) for name in largest]
    rows.append((f"the other {len(found) - LARGEST}", (whole - sum(found[name] for name in largest)) / MILLION, ""))
    rows.append((f"all {len(found)} packages", whole / MILLION, whole / django))
    rows.append(("Calla itself", sum(len(one.text.encode()) for one in _tracked(".py", under="calla")) / MILLION, ""))
    note = "Files as installed, compiled ones included; packages for tests left out. Calla: its Python files."
    report.table("Core environment", ["package", "MB", "× django"], rows, note=note)


def _bytes_of(name: str) -> int:
    try:
        files = distribution(name).files or []
    except PackageNotFoundError:  # for another system or Python
        return 0
    return sum(path.stat().st_size for file in files if (path := Path(str(file.locate()))).is_file())


def written() -> None:
    rows = []
    for place in ("calla", "tests", "bench"):
        lengths = sizes.measured(_tracked(".py", under=place))
        files, functions = lengths[sizes.FILES], lengths[sizes.FUNCTIONS]
        lines = sum(length for length, _ in files)
        rows.append((place, len(files), lines, *_spread(files), len(functions), *_spread(functions)))
    heads = ["folder", "files", "lines", "median", "p95", "most", "functions", "median", "p95", "most"]
    aim = f"Aim: p95 {sizes.FILES.usual} and {sizes.FUNCTIONS.usual}."
    note = f"Python files that are tracked, without migrations. {aim}"
    report.table("Lengths in lines, of files and of functions", heads, rows, note=note)


def _spread(lengths: list[tuple[int, Finding]]) -> tuple[int, int, int]:
    return sizes.percentile(lengths, 0.5), sizes.percentile(lengths), max(lengths)[0]


def _tracked(suffix: str, *, under: str) -> list[Source]:
    listed = subprocess.run(["git", "ls-files", "-z", under], cwd=ROOT, check=True, capture_output=True, text=True)
    names = [name for name in listed.stdout.split("\0") if name.endswith(suffix) and "/migrations/" not in name]
    return [Source(name, (ROOT / name).read_text(encoding="utf-8")) for name in names if (ROOT / name).exists()]


if __name__ == "__main__":
    main()
