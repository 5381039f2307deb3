"""What scripts, styles and pages may do in somebody's browser: keep nothing there, and ask nobody else."""

import re
from collections.abc import Iterable

from tests.architecture.checks.tree import Finding, Source

KEEPS = re.compile(r"\b(?:localStorage|sessionStorage|indexedDB)\b|\bdocument\.cookie\s*=(?!=)|\bcookieStore\.set\b")
ASKS_OTHERS = re.compile(
    r"""(?:\b(?:src|srcset|poster|data)\s*=\s*["']?|url\(\s*["']?|@import\s+["']?|\bfetch\(\s*["'`]|\bimport\(?\s*["'])(?:https?:)?//"""
    r"""|<link\b[^>]*\bhref\s*=\s*["']?(?:https?:)?//""",
    re.IGNORECASE,
)
RULES = {
    KEEPS: "a page keeps nothing in the browser; what it must remember is a cookie, through the gate",
    ASKS_OTHERS: "a page asks nobody but the shop",
}


def unfaithful_pages(sources: Iterable[Source]) -> list[Finding]:
    return [
        Finding(source.file, source.line_of(found.start()), says)
        for source in sources
        for pattern, says in RULES.items()
        for found in pattern.finditer(source.text)
    ]
