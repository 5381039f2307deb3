"""How much room the protection takes: a shop's databases beside a plain twin's: `python -m bench.sizes [--orders N]`.

The twin has the same tables and rows. What is sealed in the shop it stores as plain JSON, without the column of the
key; it has no database of keys and no ledger. Both are packed by the server and then measured with their indexes.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from bench import filling, report, shop

NOT_OF_A_TWIN = {"privacy_ledgerentry", "privacy_doomedkey", "privacy_openingcount", "privacy_residuesearch"}
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
SIZE = "SELECT coalesce(sum(pg_total_relation_size((%s || '.' || quote_ident(tablename))::regclass)), 0) FROM pg_tables"
NOTE = """\
{orders:,} orders, each of a person of its own, with what an ordinary one has: a line, a parcel, a payment, two letters,
{events} lines of its history, {ledger} of the ledger and two keys. {each:,.0f} bytes an order in the twin."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, default=300_000)
    count = arguments.parse_args().orders
    with shop.database():
        from calla.privacy.models import LedgerEntry
        from tests.privacy.test_retention import ended

        like = ended()
        filling.fill(like, count)
        with filling.unhurried("default") as main_one, filling.unhurried("keys") as keys:
            tables = [table for (table,) in main_one.execute(TABLES).fetchall()]
            _twin(main_one, tables, like)
            for connection in (main_one, keys):
                connection.execute("VACUUM (FULL)")
            sizes = _sizes(main_one)
            own, twin, stored = sizes["public"], sizes["twin"], sum(_sizes(keys).values())
            ledger = _size(main_one, "public.privacy_ledgerentry")
        events, entries = like.events.count(), LedgerEntry.objects.filter(subject=like.subject_id).count()
    rows = [
        ("the twin", twin / 2**20, 1.0), ("the shop's database", own / 2**20, own / twin),
        ("of which the ledger", ledger / 2**20, ledger / twin), ("the database of keys", stored / 2**20, stored / twin),
        ("both", (own + stored) / 2**20, (own + stored) / twin),
    ]  # fmt: skip
    note = NOTE.format(orders=count, events=events, ledger=entries, each=twin / count)
    report.table(f"Room for {count:,} orders", ["what", "MB", "× twin"], rows, note=note)


def _twin(connection: Any, tables: list[str], like: Any) -> None:
    """Each table once more, with what is sealed in plain words."""
    plain = {
        row._meta.db_table: json.dumps(row.details.open("orders").plain(), ensure_ascii=False, separators=(",", ":"))
        for row in (like, like.accounting)
    }
    connection.execute("CREATE SCHEMA twin")
    for table in tables:
        if table not in NOT_OF_A_TWIN:
            connection.execute(f"CREATE TABLE twin.{table} (LIKE public.{table} INCLUDING ALL)")
            connection.execute(f"INSERT INTO twin.{table} OVERRIDING SYSTEM VALUE SELECT * FROM public.{table}")
    for table, said in plain.items():
        connection.execute(f"ALTER TABLE twin.{table} DROP COLUMN key")
        connection.execute(f"UPDATE twin.{table} SET details = %s", [said.encode()])


def _sizes(connection: Any) -> dict[str, int]:
    schemas = [name for (name,) in connection.execute("SELECT DISTINCT schemaname FROM pg_tables").fetchall()]
    return {
        name: int(connection.execute(f"{SIZE} WHERE schemaname = %s", [name, name]).fetchone()[0])
        for name in schemas if name in {"public", "twin"}
    }  # fmt: skip


def _size(connection: Any, table: str) -> int:
    return int(connection.execute("SELECT pg_total_relation_size(%s::regclass)", [table]).fetchone()[0])


if __name__ == "__main__":
    main()
