"""Faults made to be found."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from textwrap import dedent

from tests.architecture.checks.tree import ROOT, Finding, Source

HERE = "calla/orders/planted.py"


def plant(text: str, file: str = HERE) -> Source:
    """A file with this text that exists nowhere but in the check; its first line is line 1."""
    return Source(file, dedent(text).lstrip("\n"))


def lines(findings: Iterable[Finding]) -> list[int]:
    return [finding.line for finding in findings]


def none_of(findings: Iterable[Finding]) -> None:
    """The real tree is clean; else say where it is not."""
    told = "\n".join(map(str, findings))
    assert not told, f"\n{told}"


def copy_of_the_shop(folder: Path) -> Path:
    """The whole package with the table of its rows, to be spoilt."""
    shutil.copytree(ROOT / "calla", folder / "calla", ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def run_there(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    """Run a tool on that copy, which comes before the installed package."""
    own = {"DJANGO_SETTINGS_MODULE": "calla.config.settings", "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    environment = os.environ | own
    tool = Path(sys.executable).with_name(command[0])
    return subprocess.run(
        [str(tool), *command[1:]], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
