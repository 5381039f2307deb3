"""SQL written by hand names its own app's tables: a query is an import that nobody sees."""

import ast
import re
from collections.abc import Iterable

from tests.architecture.checks.relations import app_of
from tests.architecture.checks.tree import Finding, Source, rows

NAMES_A_TABLE = re.compile(r"""\b(?:FROM|INTO|JOIN|UPDATE|TABLE|ONLY|TRUNCATE|nextval\(')\s*"?([a-z]+)_\w+""")


def tables_of_others(sources: Iterable[Source]) -> list[Finding]:
    """Texts with SQL that name a table or a sequence of another app."""
    height = rows()
    return [
        Finding(source.file, node.lineno, f"{source.app} writes SQL about {owner}: ask its selectors or services")
        for source in sources if source.app in height
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for owner in sorted({app_of(label) for label in NAMES_A_TABLE.findall(node.value)} & set(height) - {source.app})
    ]
