"""The repository speaks of the product alone: of no machine it was written on, and of no place packages came from."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.architecture.checks.tree import ROOT, Finding, Source

TEXT = frozenset({
    "", ".cfg", ".conf", ".css", ".csv", ".html", ".ini", ".js", ".json", ".lock", ".md", ".py", ".sh", ".svg", ".toml",
    ".txt", ".xml", ".yaml", ".yml",
})  # fmt: skip
FOREIGN = {
    "where packages come from": re.compile(
        r"https?://[^\s\"'/]*(?:pypi|pythonhosted|npmjs|artifact|nexus|registry|mirror)[^\s\"'/]*"
        r"|--(?:extra-index-url|index-url|find-links|trusted-host)\b",
        re.IGNORECASE,
    ),
    "a path on somebody's machine": re.compile(
        r"(?<![\w./}>~-])(?:/(?:home|Users|root|work|workspace|builds)/\w|[A-Z]:\\Users\\)"
    ),
    "who or what typed it": re.compile(
        r"(?:co-authored[-]by|generated (?:by|with) (?:an? )?(?:ai|assistant|model))\b", re.IGNORECASE
    ),
}


def tracked(root: Path = ROOT) -> list[Source]:
    """Every text file that git knows or would take in; in a folder without history, every text file."""
    ask = ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(ask, capture_output=True, check=False)
    if listed.returncode:
        paths = [path for path in root.rglob("*") if not any(part.startswith(".venv") for part in path.parts)]
    else:
        paths = [root / name for name in listed.stdout.decode().split("\0") if name]
    return [
        Source(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8", errors="replace"))
        for path in sorted(paths) if path.suffix in TEXT and path.is_file()
    ]


def foreign_words(sources: Iterable[Source]) -> list[Finding]:
    return [
        Finding(source.file, source.line_of(found.start()), f"{found[0]!r} tells {what}")
        for source in sources
        for what, pattern in FOREIGN.items()
        for found in pattern.finditer(source.text)
    ]
