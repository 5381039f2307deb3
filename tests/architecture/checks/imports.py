"""Who may import whom, and through which door.

import-linter checks the rows by what Python imports. Here is what it cannot see: modules named in strings, which part
of an app is its front door, and what words and policy may rest on.
"""

import re
import sys
from collections.abc import Collection, Iterable

from tests.architecture.checks.tree import LIBRARIES, PAGES, Finding, Source, rows, top, wiring

DOOR = frozenset({"services", "selectors", "types", "errors"})
SIDE_DOORS = {
    "privacy": frozenset({
        "ages", "asking", "backups", "baseline", "card_numbers", "codes", "conformity", "cookies", "correcting",
        "egress", "elsewhere", "erasure", "fields", "inbox", "index", "known_limits", "letters", "logs", "mail",
        "probing", "promises", "proof", "receipts", "registry", "sealed", "versions",
    }),
    # How each country writes an address, what an e-mail address looks like: rules about text, no data.
    "customers": frozenset({"addressing", "reaching"}),
}
FOR_PAGES = frozenset({"forms"})  # a form belongs to its app, and only a page can show it
BENEATH_THE_POLICY = frozenset({*sys.stdlib_module_names, "babel"})


def against_the_rows(sources: Iterable[Source]) -> list[Finding]:
    """Imports and modules named in strings that point upward or sideways."""
    height = rows()
    return [
        use.finding(f"{source.app} may not know {top(use.name)}: it stands {_where(height, source.app, top(use.name))}")
        for source in sources if source.app in height
        for use in source.uses
        if use.how != "name" and top(use.name) in height and top(use.name) != source.app
        and height[top(use.name)] >= height[source.app]
    ]


def _where(height: dict[str, int], user: str, used: str) -> str:
    return "on the same row" if height[user] == height[used] else "on a higher row"


def behind_the_door(sources: Iterable[Source]) -> list[Finding]:
    """Imports of another app's inside. Kernel and policy are libraries; the wiring may go anywhere."""
    above = wiring()
    return [
        use.finding(f"{use.name} lies behind the front door of {top(use.name)}")
        for source in sources if source.app and source.app not in above
        for use in source.uses
        if use.how != "name" and top(use.name) not in {"", source.app, *LIBRARIES}
        and not at_the_door(use.name, DOOR | FOR_PAGES if source.app in PAGES else DOOR)
    ]


def at_the_door(name: str, doors: frozenset[str]) -> bool:
    """`calla.<app>.<part>`, and nothing with an underscore beyond it."""
    _calla, app, part, *rest = [*name.split("."), ""]
    return part in doors | SIDE_DOORS.get(app, set()) and not any(piece.startswith("_") for piece in rest)


def private_names(sources: Iterable[Source]) -> list[Finding]:
    """Names with an underscore, taken from another module of the shop."""
    return [
        use.finding(f"{use.name} is private to its module")
        for source in sources
        for use in source.uses
        if use.name.startswith("calla.") and any(re.match("_[^_]", part) for part in use.name.split("."))
    ]


def words_alone(sources: Iterable[Source]) -> list[Finding]:
    """A `words.py` says what an app can do, to a checker that runs without the shop: it imports calla.policy alone."""
    words = (source for source in sources if source.file.endswith("/words.py") and source.app != "policy")
    return _resting_on_more(words, sys.stdlib_module_names)


def policy_alone(sources: Iterable[Source]) -> list[Finding]:
    """The policy's rules rest on Python and on Babel's words for dates, so that an outsider can run them."""
    return _resting_on_more((source for source in sources if source.app == "policy"), BENEATH_THE_POLICY)


def _resting_on_more(sources: Iterable[Source], allowed: Collection[str]) -> list[Finding]:
    return [
        use.finding(f"{source.module} must do without {use.name}")
        for source in sources
        for use in source.uses
        if use.how != "name" and top(use.name) != "policy" and use.name.partition(".")[0] not in allowed
    ]
