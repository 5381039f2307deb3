"""`calla restore DIR --drill`: put a backup back for practice, beside the shop, and note what came of it.

A backup that nobody has ever restored is a hope. The shop stays open meanwhile: the backup goes into a database of its
own, which is dropped afterwards, and each table is counted against what it held when the backup was made.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from calla import backups, running, serving
from calla.config.environment import environment
from calla.kernel.postgres import Server
from calla.serving import Refused, tell


def drill(folder: str) -> None:
    """Raises Refused where the backup does not come back whole; noted it is in any case."""
    source = backups.intact(folder)
    wanted: Mapping[str, int] = backups.manifest(source).get("rows", {})
    if not wanted:
        raise Refused(f"{source} does not say how many rows it holds. Make a new one with `calla backup`.")
    with serving.database() as server:
        serving.set_up_django()
        from calla.privacy import backups as known

        try:
            with _somewhere_else(server) as url:
                backups.postgres(
                    "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--dbname",
                    str(conninfo_to_dict(url)["dbname"]), str(source / backups.DUMP), url=url,
                )  # fmt: skip
                with psycopg.connect(url, autocommit=True) as connection:
                    found = backups.count_rows(connection)
        except Refused:
            known.note(backups.made_at(source), rows=0, tables=0, differ=len(wanted))
            raise
        differ = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
        known.note(backups.made_at(source), rows=sum(found.values()), tables=len(found), differ=len(differ))
        running.close_connections()
    if differ:
        raise Refused(f"It came back, and these tables are not as they were: {', '.join(differ)}.")
    tell(f"{source.name} came back whole: {sum(found.values())} rows in {len(found)} tables. It is noted.")


@contextmanager
def _somewhere_else(server: Server | None) -> Iterator[str]:
    """A database of its own on the same server, for as long as this lasts."""
    maker, owner = server.keeper if server else environment.main_database, conninfo_to_dict(environment.main_database)
    name = f"calla_drill_{secrets.token_hex(4)}"
    with psycopg.connect(maker, autocommit=True) as connection:
        new, whose = sql.Identifier(name), sql.Identifier(str(owner["user"]))
        try:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(new, whose))
        except psycopg.errors.InsufficientPrivilege:
            raise Refused(f"{owner['user']} may make no database to practise in: ALTER ROLE {owner['user']} CREATEDB.")
        try:
            yield make_conninfo(environment.main_database, dbname=name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(new))
