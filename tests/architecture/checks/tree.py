"""The tree as the checks read it: its rows, its files, the names they use, and what a check found in them."""

import ast
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
PAGES = frozenset({"storefront", "privacycentre", "backoffice", "api"})
LIBRARIES = frozenset({"kernel", "policy"})


class Finding(NamedTuple):
    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Source:
    """One file by its path in the repository; a planted one exists only here."""

    file: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.file)

    @cached_property
    def uses(self) -> "tuple[Use, ...]":
        return tuple(_uses(self))

    @property
    def module(self) -> str:
        return ".".join(PurePosixPath(self.file).with_suffix("").parts).removesuffix(".__init__")

    @property
    def app(self) -> str:
        """The folder or module directly below `calla`; empty for what is not part of the shop."""
        return top(self.module)

    def within(self, *places: str) -> bool:
        """Whether this is one of those files, or lies in one of those folders (which end in a slash)."""
        return any(self.file == place or (place.endswith("/") and self.file.startswith(place)) for place in places)

    def line_of(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1


class Use(NamedTuple):
    """A dotted name that a source imports or reaches into; `how` is import, string (a module named in text) or name."""

    source: Source
    line: int
    name: str
    how: str

    def finding(self, message: str) -> Finding:
        return Finding(self.source.file, self.line, message)


def top(dotted: str) -> str:
    parts = dotted.split(".")
    return parts[1] if parts[0] == "calla" and len(parts) > 1 else ""


@cache
def sources(*suffixes: str, under: Sequence[str] = ("calla",)) -> tuple[Source, ...]:
    """The files as they lie there, also those nobody added yet, but for migrations, which are history."""
    paths = sorted(path for folder in under for path in (ROOT / folder).rglob("*") if path.suffix in suffixes)
    return tuple(
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in paths if "migrations" not in path.parts
    )


def shop() -> tuple[Source, ...]:
    """Every Python file of the shop."""
    return sources(".py")


@cache
def rows() -> dict[str, int]:
    """App -> its row, 0 the lowest; read from the contract that import-linter checks, so that there is one table."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers: list[str] = next(contract["layers"] for contract in contracts if contract["id"] == "rows")
    return {name.strip(): height for height, row in enumerate(reversed(layers)) for name in row.split("|")}


def wiring() -> set[str]:
    """What puts the parts together and sells nothing: all that stands above the pages."""
    height = rows()
    return {name for name in height if height[name] > height["storefront"]}


def _uses(source: Source) -> Iterator[Use]:
    """Every import, every module named in a string that will be imported, and every dotted name through an import."""
    names = imported(source)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (Use(source, node.lineno, name, "import") for _local, name in _bound(source, node))
        elif isinstance(node, ast.Attribute) and (name := dotted(node, names)):
            yield Use(source, node.lineno, name, "name")
        elif isinstance(node, ast.Call):
            yield from (Use(source, node.lineno, name, "string") for name in _named_in_text(node))


def imported(source: Source) -> dict[str, str]:
    """Local name -> the dotted name it stands for."""
    return {
        local: local if name.startswith(f"{local}.") else name
        for node in ast.walk(source.tree) if isinstance(node, ast.Import | ast.ImportFrom)
        for local, name in _bound(source, node)
    }


def _bound(source: Source, node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """What the statement binds, and to what; `import a.b` binds `a` and imports `a.b`."""
    if isinstance(node, ast.Import):
        yield from ((alias.asname or alias.name.partition(".")[0], alias.name) for alias in node.names)
    else:
        base = _absolute(source, node)
        yield from ((alias.asname or alias.name, f"{base}.{alias.name}") for alias in node.names)


def dotted(node: ast.expr, names: dict[str, str]) -> str:
    """`socket.create_connection` for what is reached through an import, whatever that was called; else empty."""
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute) and (base := dotted(node.value, names)):
        return f"{base}.{node.attr}"
    return ""


def _absolute(source: Source, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = source.module.split(".")
    keep = len(package) - node.level + source.file.endswith("/__init__.py")
    return ".".join([*package[:keep], *([node.module] if node.module else [])])


def _named_in_text(call: ast.Call) -> Iterator[str]:
    """`import_module("calla.x.y")` and `get_model("app", "Model")`: imports that an import checker cannot see."""
    function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if function in {"import_module", "import_string", "__import__", "find_spec"} and texts:
        yield texts[0]
    if function == "get_model" and texts:
        label, _, model = ".".join(texts).partition(".")
        yield f"calla.{'privacy.' if label == 'keystore' else ''}{label}.models.{model}"
