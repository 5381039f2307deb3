"""`calla backup` and `calla restore`.

A backup holds the shop's database, its pictures and its policy. It holds no key: neither the root keys, which are files
of their own, nor the database of the wrapped ones. So a backup opens nothing by itself, and what was erased since it
was made has no key any more. See docs/how-to/backup.md.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from calla import running, serving
from calla.config.environment import environment
from calla.kernel.files import private_folder, write_private
from calla.kernel.postgres import PostgresRefused, programs
from calla.serving import Refused, tell

NAME, DUMP, MANIFEST = "calla-%Y%m%dT%H%M%SZ", "shop.dump", "manifest.json"
VARIABLES = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
}  # fmt: skip
LEAP = 10_000
"""How far the numbers of orders jump: those given out since the backup are on parcels and invoices, and not here."""


def backup(folder: str) -> Path:
    """A new backup in this folder, complete or not there at all; those that have had their time are removed."""
    target = private_folder(Path(folder).expanduser().absolute())
    now = datetime.now(UTC)
    made = target / f"{now:{NAME}}"
    draft = made.with_suffix(".unfinished")
    with serving.database():
        shutil.rmtree(draft, ignore_errors=True)
        private_folder(draft)
        with _held_still() as (snapshot, rows):
            postgres(
                "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
                f"--file={draft / DUMP}",
            )  # fmt: skip
        (draft / DUMP).chmod(0o600)
        _copy_files(draft)
        said = {"made_at": now.isoformat(), "rows": rows, "files": _digests(draft)}
        write_private(draft / MANIFEST, json.dumps(said, indent=2) + "\n")
        draft.rename(made)
        serving.set_up_django()
        gone = forget_old(target)
        running.close_connections()
    tell(f"The shop as it is now lies in {made}.", *(f"{one.name} has had its time, and is gone." for one in gone))
    return made


@contextmanager
def _held_still() -> Iterator[tuple[str, dict[str, int]]]:
    """One state of the database while others go on writing: its name, and how many rows each table has in it."""
    with psycopg.connect(environment.main_database) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        yield snapshot, count_rows(connection)


def count_rows(connection: psycopg.Connection[Any]) -> dict[str, int]:
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    counted = {}
    for (name,) in connection.execute(tables).fetchall():
        (rows,) = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone() or (0,)
        counted[str(name)] = int(rows)
    return counted


def forget_old(folder: Path) -> list[Path]:
    """Remove the backups older than the policy in force lets them become."""
    from calla.privacy import backups

    old = [one for one in _whole(folder) if backups.is_over(made_at(one).date())]
    for one in old:
        shutil.rmtree(one)
    return old


def restore(folder: str, *, yes: bool) -> None:
    """The shop as it was. Whoever was erased since is erased again before it may serve anybody."""
    source = intact(folder)
    serving.refuse_busy_port(environment.listen, "stop the shop and its worker first")
    with serving.database():
        _refuse_what_is_not_meant(yes=yes)
        numbers = _numbers()
        postgres(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction",
            "--exit-on-error", "--dbname", str(conninfo_to_dict(environment.main_database)["dbname"]),
            str(source / DUMP),
        )  # fmt: skip
        _leap(numbers)
        _put_back_files(source)
        running.migrate(["--verbosity", "0"])
        finish(since=made_at(source))


def finish(since: datetime | None = None) -> None:
    """Erase again whoever came back, then lay the books beside those of the payment service."""
    serving.load_whole_program()
    from calla.privacy import erasure

    tell(f"{erasure.replay()} people who had been erased were erased again.")
    if since:
        tell(*_since(since))
    running.close_connections()
    tell("Now start the shop: calla serve, and beside it calla worker.")


def _since(since: datetime) -> Iterator[str]:
    """What the payment service knows of the time that was lost here."""
    from calla.payments import services as payments
    from calla.payments.errors import ProviderDown, ProviderRefused

    try:
        found = payments.compare(since)
    except (ProviderDown, ProviderRefused):
        yield "The payment service does not answer. Later, run: calla reconcile_payments"
        return
    for reference in found.payments_without_order:
        yield f"Paid since {since:%Y-%m-%d %H:%M} UTC, and its order is lost here: {reference}"
    for number in found.orders_without_payment:
        yield f"Placed here, but not paid at the payment service: {number}"
    for reference in found.amounts_differ:
        yield f"The amounts differ between here and the payment service: {reference}"
    if found:
        yield "The books and the payment service agree."


def postgres(program: str, *arguments: str, url: str = "") -> None:
    """One of PostgreSQL's own programs, on the shop's database or that of `url`; no command line holds its password."""
    parts = conninfo_to_dict(url or environment.main_database)
    variables = {VARIABLES[name]: str(value) for name, value in parts.items() if name in VARIABLES}
    done = subprocess.run(  # noqa: S603  a program of PostgreSQL
        [_found(program), *arguments], env={"PATH": os.defpath, "LC_ALL": "C", **variables},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Refused(f"{program} failed. It says: {_said(done.stderr)}")


def _said(lines: str) -> str:
    """Its errors quote values of rows in further lines; the first names the reason."""
    return next((line for line in lines.splitlines() if line.strip()), "nothing")


def _found(program: str) -> str:
    """The oldest that knows the server: an older one refuses, a newer one may say what the server does not know."""
    with psycopg.connect(environment.main_database, autocommit=True) as connection:
        server = connection.info.server_version // 10_000
    found = {_major(path): path for path in _candidates(program)}
    fitting = [version for version in found if version >= server]
    if not fitting:
        raise Refused(f"{program} of PostgreSQL {server} is not installed. Install PostgreSQL's client programs.")
    return found[min(fitting)]


def _candidates(program: str) -> Iterator[str]:
    with suppress(PostgresRefused):
        yield str(programs.installed() / "bin" / program)
    if own := shutil.which(program):
        yield own


def _major(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)  # noqa: S603  as above
    return int(said.stdout.split()[2].split(".")[0])


# --- files ------------------------------------------------------------------------------------------------------------


def _copy_files(draft: Path) -> None:
    if environment.policy_file.exists():
        shutil.copyfile(environment.policy_file, draft / "policy.toml")
    if (media := environment.home / "media").is_dir():
        shutil.copytree(media, draft / "media")


def _put_back_files(source: Path) -> None:
    """Pictures that are missing; a policy file only where there is none, since that in force is in the database."""
    if not environment.policy_file.exists() and (source / "policy.toml").exists():
        shutil.copyfile(source / "policy.toml", environment.policy_file)
    for file in _files(source / "media"):
        target = environment.home / "media" / file.relative_to(source / "media")
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []


def _digests(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): _digest(file) for file in _files(folder) if file.name != MANIFEST}


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _whole(folder: Path) -> list[Path]:
    return sorted(one.parent for one in folder.glob(f"calla-*/{MANIFEST}"))


def manifest(backup: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
    return said


def made_at(backup: Path) -> datetime:
    return datetime.fromisoformat(manifest(backup)["made_at"])


def intact(folder: str) -> Path:
    """The backup in this folder, which is as it was made; refused where it is none, or was changed."""
    source = Path(folder).expanduser().absolute()
    if not (source / MANIFEST).is_file():
        raise Refused(f"{source} is no backup: name the folder that `calla backup` printed.")
    if changed := sorted(set(manifest(source)["files"].items()) ^ set(_digests(source).items())):
        raise Refused(f"{source} is not as it was made: look at {changed[0][0]}. Nothing was restored.")
    return source


def _refuse_what_is_not_meant(*, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise Refused("Nothing was restored. What is in the database now will be gone: say --yes if that is meant.")
    if input("What is in the database now will be gone. Type yes: ").strip() != "yes":
        raise Refused("Nothing was restored.")


# --- numbers that were given out --------------------------------------------------------------------------------------


def _numbers() -> dict[str, int]:
    """How far the database had counted that is about to be replaced; nothing where it is lost."""
    with psycopg.connect(environment.main_database, autocommit=True) as connection:
        return _counted(connection)


def _counted(connection: psycopg.Connection[Any]) -> dict[str, int]:
    series = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND data_type = %s::regtype"
    found = connection.execute(series, ["bigint"])
    return {str(name): int(last or 0) for name, last in found.fetchall()}


def _leap(before: Mapping[str, int]) -> None:
    """No number is given out twice, though nobody here knows which ones were."""
    with psycopg.connect(environment.main_database, autocommit=True) as connection:
        for name, last in _counted(connection).items():
            quoted = sql.Identifier(name).as_string(connection)
            connection.execute("SELECT setval(%s, %s)", [quoted, max(last, before.get(name, 0)) + LEAP])
