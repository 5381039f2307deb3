"""The rows of a Magento file, put together: a product, and the rows of its variants wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from calla.catalogue.importing.cells import Row
from calla.catalogue.importing.magento.cells import variations
from calla.catalogue.importing.reading import handle_of

LONGEST = 160  # of a handle made for a name; a SKU may follow
HIDDEN = "Not Visible Individually"


@dataclass(slots=True)
class Pool:
    """What cannot be told yet: variants that nobody has named, and products whose variants are still to come."""

    lines: dict[str, int] = field(default_factory=dict)
    handles: set[str] = field(default_factory=set)
    variants: dict[str, Row] = field(default_factory=dict)
    parents: dict[str, Row] = field(default_factory=dict)
    still_to_come: dict[str, set[str]] = field(default_factory=dict)
    parent_of: dict[str, str] = field(default_factory=dict)

    def put(self, row: Row) -> Row | None:
        """The product that is complete with this row."""
        sku = row["sku"]
        if row["product_type"] == "configurable":
            named = [one.get("sku", "") for one in variations(row["configurable_variations"])]
            self.parents[sku] = row
            self.still_to_come[sku] = {one for one in named if one not in self.variants}
            self.parent_of |= dict.fromkeys(named, sku)
            return None if self.still_to_come[sku] else row
        self.variants[sku] = row
        parent = self.parent_of.get(sku, "")
        missing = self.still_to_come.get(parent, set())
        missing.discard(sku)
        return self.parents[parent] if parent and not missing else None

    def take(self, parent: Row) -> tuple[str, list[Row]]:
        del self.parents[parent["sku"]]
        named = [one.get("sku", "") for one in variations(parent["configurable_variations"])]
        found = [self.variants.pop(sku) for sku in dict.fromkeys(named) if sku in self.variants]
        return self.handle(parent), [parent, *found]

    def handle(self, row: Row) -> str:
        """Two products of one name are told apart by their SKUs."""
        handle = row["url_key"] or handle_of(row["name"])[:LONGEST].strip("-")
        if handle in self.handles:
            handle = f"{handle}-{handle_of(row['sku'])}"
        self.handles.add(handle)
        return handle


def products(rows: Iterator[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Each as soon as all of it was read; what is left in the end comes by itself, to be told what it lacks."""
    pool = Pool()
    for row in rows:
        sku = row["sku"]
        if row.broken or not sku or row["store_view_code"]:
            yield "", [row]
        elif sku in pool.lines:
            yield "", [replace(row, broken=f"The SKU “{sku}” stands at line {pool.lines[sku]} already. Keep one.")]
        elif row["product_type"] != "configurable" and row["visibility"] != HIDDEN:
            pool.lines[sku] = row.line
            yield pool.handle(row), [row]
        else:
            pool.lines[sku] = row.line
            if complete := pool.put(_slim(row)):
                yield pool.take(complete)
    for parent in list(pool.parents.values()):
        yield pool.take(parent)
    for variant in pool.variants.values():
        yield "", [variant]


def _slim(row: Row) -> Row:
    return Row(row.line, {column: cell for column, cell in row.cells.items() if cell})
