"""The embedded server: what it gives, what it keeps, and to whom it opens."""

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from calla.kernel.postgres import PostgresRefused, embedded, places, remove, server


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Path]:
    """A home for a server of its own."""
    yield tmp_path / "shop"
    remove(tmp_path / "shop")


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        answer = connection.execute(question)
        row = answer.fetchone() if answer.description else None
        return row[0] if row else None


class TestAServer:
    def test_it_has_two_databases_with_owners_who_cannot_enter_the_other(self, shop: Path) -> None:
        with embedded(shop, durable=False) as urls:
            assert ask(urls.main, "SELECT current_database() || current_user") == "callacalla"
            assert ask(urls.keys, "SELECT current_database() || current_user") == "calla_keyscalla_keys"
            with pytest.raises(psycopg.OperationalError, match="permission denied"):
                ask(urls.main.removesuffix("calla") + "calla_keys", "SELECT 1")
            assert ask(urls.main, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False

    def test_it_keeps_its_data_between_starts(self, shop: Path) -> None:
        with embedded(shop, durable=False) as urls:
            ask(urls.main, "CREATE TABLE kept AS SELECT 42 AS number")
        with embedded(shop, durable=False) as urls:
            assert ask(urls.main, "SELECT number FROM kept") == 42

    def test_it_stops_with_its_starter(self, shop: Path) -> None:
        with embedded(shop, durable=False) as urls:
            assert server.processes_in(places.of(shop).data)
        assert not server.processes_in(places.of(shop).data)
        with pytest.raises(psycopg.OperationalError):
            ask(urls.main, "SELECT 1")

    def test_whoever_comes_later_joins_and_does_not_stop_it(self, shop: Path) -> None:
        with embedded(shop, durable=False) as first:
            with embedded(shop) as second:
                assert second.main == first.main
                assert second.process is None
            assert ask(first.main, "SELECT 1") == 1

    def test_it_writes_through_to_the_disk(self, shop: Path) -> None:
        with embedded(shop) as urls:
            for name in ("fsync", "full_page_writes", "synchronous_commit"):
                assert ask(urls.main, f"SHOW {name}") == "on"


class TestClosedDoors:
    def test_it_asks_for_the_password_even_on_its_socket(self, shop: Path) -> None:
        with embedded(shop, durable=False) as urls:
            name, _, rest = urls.main.removeprefix("postgresql://").partition(":")
            wrong = f"postgresql://{name}:wrong@{rest.partition('@')[2]}"
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                ask(wrong, "SELECT 1")
            kept = ask(urls.keeper, "SELECT rolpassword FROM pg_authid WHERE rolname = 'calla'")
            assert str(kept).startswith("SCRAM-SHA-256$")

    def test_it_listens_on_a_closed_socket_alone(self, shop: Path) -> None:
        with embedded(shop, durable=False) as urls:
            assert ask(urls.main, "SHOW listen_addresses") == ""
            folder = places.of(shop).socket
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            assert (folder / ".s.PGSQL.5432").is_socket()

    def test_what_the_home_keeps_is_closed(self, shop: Path) -> None:
        with embedded(shop, durable=False):
            place = places.of(shop)
            assert stat.S_IMODE((shop / "postgres" / "access.json").stat().st_mode) == 0o600
            assert stat.S_IMODE((shop / "postgres").stat().st_mode) == 0o700
            assert stat.S_IMODE(place.data.stat().st_mode) == 0o700
            assert stat.S_IMODE(place.log.stat().st_mode) == 0o600
            assert not (place.base / "first-password").exists()

    def test_a_home_too_deep_for_a_socket_gets_a_closed_folder_elsewhere(self, tmp_path: Path) -> None:
        deep = tmp_path / ("a" * 60) / ("B" * 60)
        try:
            with embedded(deep, durable=False) as urls:
                assert ask(urls.main, "SELECT 1") == 1
            place = places.Place(deep, deep / "postgres", places.of(deep).programs, None, places.of(deep).access)
            assert len(os.fsencode(place.socket / ".s.PGSQL.5432")) <= 107
        finally:
            remove(deep)

    def test_no_value_reaches_the_log(self, shop: Path) -> None:
        statements = (
            "SELECT 'canary-1'::int",
            "INSERT INTO people VALUES ('canary-2'), ('canary-2')",
            "DO $$ BEGIN RAISE WARNING 'canary-3'; RAISE EXCEPTION 'canary-4'; END $$",
            "SELECT pg_sleep(1) /* canary-5 */",
            "canary-6",
        )
        with embedded(shop, durable=False) as urls:
            ask(urls.main, "CREATE TABLE people (name text PRIMARY KEY)")
            for statement in statements:
                with pytest.raises(psycopg.Error):
                    ask(urls.main, f"SET statement_timeout = 200; {statement}")
            with psycopg.connect(urls.main) as connection, pytest.raises(psycopg.Error):
                connection.execute("SELECT %s::text::int", ["canary-7"])
        log = places.of(shop).log.read_text()
        assert "ready to accept connections" in log
        assert "canary" not in log


class TestRefusing:
    def test_data_of_another_version_are_left_alone(self, shop: Path) -> None:
        with embedded(shop, durable=False):
            pass
        marker = places.of(shop).data / "PG_VERSION"
        marker.write_text("12\n")
        with pytest.raises(PostgresRefused, match="written by PostgreSQL 12"), embedded(shop):
            pass
        assert marker.read_text() == "12\n"

    def test_a_damaged_access_file_says_so(self, shop: Path) -> None:
        (shop / "postgres").mkdir(parents=True)
        (shop / "postgres" / "access.json").write_text("{")
        with pytest.raises(PostgresRefused, match="damaged"), embedded(shop):
            pass
        (shop / "postgres" / "access.json").unlink()

    def test_a_wrong_password_says_so(self, shop: Path) -> None:
        with embedded(shop, durable=False):
            pass
        file = shop / "postgres" / "access.json"
        right = file.read_text()
        file.write_text(json.dumps(json.loads(right) | {"keeper": "wrong"}))
        with pytest.raises(PostgresRefused, match="does not know the password"), embedded(shop):
            pass
        assert not server.processes_in(places.of(shop).data)
        file.write_text(right)
        with embedded(shop, durable=False) as urls:
            assert ask(urls.main, "SELECT 1") == 1

    def test_nothing_is_removed_while_it_runs(self, shop: Path) -> None:
        with embedded(shop, durable=False) as urls:
            with pytest.raises(PostgresRefused, match="is running"):
                remove(shop)
            assert ask(urls.main, "SELECT 1") == 1
