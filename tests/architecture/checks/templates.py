"""Templates and addresses follow the rows: what lies low names no page, and borrows nothing from above."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from tests.architecture.checks.tree import PAGES, Finding, Source, rows

BORROWING = re.compile(r"{%-?\s*(?:extends|include|import|from)\s([^%]*)%}")
QUOTED = re.compile(r"""["']([^"']+)["']""")
NAMED_PAGE = re.compile(r"{%-?\s*url\s")
WRITTEN_PATH = re.compile(
    r"""\b(?:href|action|formaction|hx-(?:get|post|put|patch|delete)|src)\s*=\s*["']?(/(?!static/|media/)[^"'\s>]*)"""
    r"""|}}(/[a-z][^"'\s<]*)"""
)
PAGE_PATH = re.compile(
    r"/(?:collections|products|search|cart|checkout|orders|returns|withdraw|account|contact|newsletter|contests|privacy|from-us"
    r"|office|api|feeds)(?:[/?].*)?"
)
OUTSIDE = frozenset({"audit"})  # asks any shop at its public addresses, as anybody would
ADDRESS_MAKERS = ("django.urls", "django.shortcuts.redirect", "django.shortcuts.resolve_url")


def borrowed_from_above(sources: Iterable[Source]) -> list[Finding]:
    """Templates that extend, include or import one of a higher row, or of a stranger on their own."""
    height = rows()
    return [
        Finding(source.file, line, f"{source.app} may not build on {name}")
        for source in sources if source.app in height
        for line, name in _borrowings(source)
        if (owner := name.partition("/")[0]) in height and owner != source.app and height[owner] >= height[source.app]
    ]


def _borrowings(source: Source) -> Iterator[tuple[int, str]]:
    for tag in BORROWING.finditer(source.text):
        for name in QUOTED.findall(tag[1]):
            yield source.line_of(tag.start()), name


def in_a_strangers_folder(sources: Iterable[Source]) -> list[Finding]:
    """A template lies in the folder that is called like its app, or it would stand in for somebody else's.

    Page apps may stand in for those of third parties.
    """
    height = rows()
    return [
        Finding(source.file, 1, f"this template belongs to {folder}, not to {source.app}")
        for source in sources if (folder := _folder(source))
        if folder != source.app and (folder in height or source.app not in PAGES)
    ]


def _folder(source: Source) -> str:
    parts = PurePosixPath(source.file).parts
    return parts[parts.index("templates") + 1] if "templates" in parts else ""


def paths_in_templates(sources: Iterable[Source]) -> list[Finding]:
    """Addresses that a template below the pages writes out or asks for by a view's name."""
    says = "names a page, and pages are above: hand the address over, from links.absolute"
    return [
        Finding(source.file, source.line_of(found.start()), f"{found[0].strip()} {says}")
        for source in sources if source.app not in PAGES
        for pattern in (WRITTEN_PATH, NAMED_PAGE)
        for found in pattern.finditer(source.text)
    ]


def paths_in_code(sources: Iterable[Source]) -> list[Finding]:
    """Paths of pages, written out or reversed from a view's name, in code below the pages."""
    height = rows()
    inside = [source for source in sources if source.app in height and source.app not in OUTSIDE]
    below = [source for source in inside if height[source.app] < height["storefront"]]
    written = [
        Finding(source.file, node.lineno, f"{source.app} names the page {node.value}: ask kernel.links for it")
        for source in below
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and PAGE_PATH.fullmatch(node.value)
    ]
    made = [
        use.finding(f"{source.app} names a page by {use.name}: ask kernel.links for it")
        for source in below
        for use in source.uses
        if use.how == "import" and use.name.startswith(ADDRESS_MAKERS)
    ]
    return written + made
