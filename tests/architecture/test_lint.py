"""Ruff refuses the same while somebody types; each refusal is seen to fire."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.checks.tree import ROOT


def refused(text: str, file: str = "calla/orders/planted.py") -> list[tuple[str, int]]:
    """Rule and line of everything ruff says about such a file at that place."""
    ruff = Path(sys.executable).with_name("ruff")
    said = subprocess.run(
        [str(ruff), "check", "--no-cache", "--output-format", "json", "--stdin-filename", file, "-"],
        input=text, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return [(row["code"], row["location"]["row"]) for row in json.loads(said.stdout)]


def banned() -> list[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return list(tomllib.load(file)["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"])


def test_every_banned_name_is_refused_and_only_at_the_gates_let_through() -> None:
    names = banned()
    assert {"django.core.mail", "smtplib", "httpx", "urllib.request", "django.contrib.admin"} <= set(names)
    text = "".join(f"import {name}\n" for name in names) + "".join(
        f"from {name.rpartition('.')[0]} import {name.rpartition('.')[2]}\n" for name in names if "." in name
    )
    expected = set(range(1, text.count("\n") + 1))
    assert {line for rule, line in refused(text) if rule == "TID251"} == expected
    for gate in ("calla/privacy/carrying.py", "calla/privacy/egress.py", "calla/privacy/keystore/apps.py"):
        assert "TID251" not in {rule for rule, _line in refused(text, gate)}


@pytest.mark.parametrize(("rule", "text"), [
    ("T201", "print(1)\n"),
    ("G004", "import logging\n\nlogging.getLogger(__name__).info(f'{logging}')\n"),
    ("G001", "import logging\n\nlogging.info('{}'.format(logging))\n"),
    ("G003", "import logging\n\nlogging.info('a' + logging.BASIC_FORMAT)\n"),
    ("PGH003", "x: int = 'a'  # type: ignore\n"),
    ("PGH004", "x = 1  # noqa\n"),
    ("DTZ005", "import datetime\n\nx = datetime.datetime.now()\n"),
    ("S608", "def f(cursor, name):\n    cursor.execute(f'SELECT 1 FROM {name}')\n"),
])
def test_house_habits_are_refused(rule: str, text: str) -> None:
    assert rule in {code for code, _line in refused(text)}


def test_a_clean_file_passes() -> None:
    assert refused('from calla.privacy import egress, mail\n\n__all__ = ["egress", "mail"]\n') == []
