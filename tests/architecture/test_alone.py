"""The repository speaks of the product alone."""

import subprocess
from pathlib import Path

import pytest

from tests.architecture.checks.alone import foreign_words, tracked
from tests.architecture.planting import lines, none_of, plant

HOST = "registry.a.example"


@pytest.mark.parametrize("said", [
    f"see https://{HOST}/simple",
    "pip install --index" + "-url x",
    "--find" + "-links .",
    "open('" + "/home" + "/ada/calla')",
    "cd " + "/work" + "/main",
    "C:" + "\\Users\\ada",
    "Co-Authored" + "-By: somebody",
])
def test_foreign_words_are_found(said: str) -> None:
    assert lines(foreign_words([plant(f"x\n{said}\n", "docs/planted.md")])) == [2]


@pytest.mark.parametrize("said", [
    "https://shop.example/home/now", "calla/work/x", "~/work/x", "the registry", "{{ url }}/home/x", "/var/lib/calla",
])
def test_what_sounds_alike_is_fine(said: str) -> None:
    none_of(foreign_words([plant(said, "docs/planted.md")]))


def test_new_files_are_read_before_they_are_committed(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("left-out.md\n", encoding="utf-8")
    for name in ("new.md", "left-out.md", "picture.png"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [source.file for source in tracked(tmp_path)] == [".gitignore", "new.md"]


def test_no_file_speaks_of_anything_else() -> None:
    files = tracked()
    assert {"pyproject.toml", "Makefile", "requirements.lock"} <= {source.file for source in files}
    none_of(foreign_words(files))
