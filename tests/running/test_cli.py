"""The `calla` command: what it answers before anything runs, and what it refuses."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from calla.cli import COMMANDS
from calla.kernel import postgres
from calla.kernel.postgres import places
from calla.kernel.postgres.server import processes_in

ROOT = Path(__file__).parents[2]


class Calla:
    """The command, in an environment with nothing set but a home."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "shop"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CALLA_", "DJANGO_"))}
        self.variables = kept | {"CALLA_HOME": str(self.home), "PYTHONPATH": str(ROOT)}

    def __call__(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "calla.cli", *words], env=self.variables | variables, cwd=self.folder,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip


@pytest.fixture
def calla(tmp_path: Path) -> Calla:
    """With a home that does not exist yet."""
    return Calla(tmp_path)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calla]:
    """With the home of a new shop."""
    calla = Calla(tmp_path_factory.mktemp("new"))
    made = calla("init", "shop")
    assert made.returncode == 0, made.stderr
    yield calla
    postgres.remove(calla.home)


class TestHelp:
    @pytest.mark.parametrize("name", [command.name for command in COMMANDS])
    def test_every_command_explains_itself(self, calla: Calla, name: str) -> None:
        answer = calla(name, "--help")
        assert answer.returncode == 0
        assert f"usage: calla {name}" in answer.stdout

    def test_it_answers_before_anything_heavy_is_loaded(self) -> None:
        code = "import sys; from calla import cli\ntry: cli.main(['--help'])\nexcept SystemExit: pass\n"
        code += "print([name for name in ('django', 'pydantic', 'psycopg') if name in sys.modules])"
        answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        assert answer.stdout.endswith("[]\n")

    def test_a_wrong_name_is_answered_with_the_nearest(self, calla: Calla) -> None:
        answer = calla("migrat")
        assert answer.returncode == 1
        assert "There is no command migrat. Did you mean migrate?" in answer.stderr

    def test_no_name_at_all_is_an_error(self, calla: Calla) -> None:
        assert calla().returncode == 2


class TestRefusing:
    @pytest.mark.parametrize("words", ["serve", "worker", "migrate", "showmigrations", "policy post FILE"])
    def test_without_a_shop_it_says_how_to_make_one(self, calla: Calla, tmp_path: Path, words: str) -> None:
        (tmp_path / "FILE").touch()
        answer = calla(*words.split())
        assert answer.returncode == 1
        assert "There is no shop in" in answer.stderr
        assert "calla init DIR" in answer.stderr
        assert "Traceback" not in answer.stderr
        assert not (tmp_path / "shop").exists()

    def test_wrong_settings_end_with_two(self, calla: Calla) -> None:
        answer = calla("serve", CALLA_WORKERS="many", CALLA_POLICY="x")
        assert answer.returncode == 2
        assert "CALLA_WORKERS" in answer.stderr
        assert "CALLA_POLICY: no such setting" in answer.stderr

    def test_a_busy_port_is_named(self, calla: Calla, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            for words in (["demo", "--port", str(port)], ["serve"]):
                answer = calla(*words, CALLA_LISTEN=f"127.0.0.1:{port}")
                assert answer.returncode == 1
                assert f"Port {port} on 127.0.0.1 is in use by another program" in answer.stderr
        assert not (tmp_path / "shop").exists()

    @pytest.mark.parametrize("port", ["0", "70000", "http"])
    def test_a_port_that_is_none_is_refused(self, calla: Calla, port: str) -> None:
        answer = calla("demo", "--port", port)
        assert answer.returncode == 2
        assert "is not a port" in answer.stderr

    def test_a_database_that_is_gone_is_told_in_one_line(self, calla: Calla) -> None:
        nowhere = "postgresql://calla@127.0.0.1:1/"
        answer = calla("migrate", CALLA_DATABASE_URL=nowhere + "calla", CALLA_KEYS_URL=nowhere + "keys")
        assert answer.returncode == 1
        assert answer.stderr.startswith("calla: The database does not answer.")
        assert len(answer.stderr.splitlines()) == 1

    def test_a_missing_policy_file_is_named(self, calla: Calla) -> None:
        answer = calla("policy", "check", "nowhere.toml")
        assert answer.returncode == 1
        assert "There is no policy file nowhere.toml" in answer.stderr


class TestTheHomeOfARealShop:
    def test_no_demo_moves_in(self, calla: Calla, tmp_path: Path) -> None:
        (tmp_path / "shop").mkdir()
        (tmp_path / "shop" / "products.csv").write_text("mine")
        for words in (["demo", "--port", "18765"], ["demo", "--port", "18765", "--reset"]):
            answer = calla(*words)
            assert answer.returncode == 1
            assert "is not the home of a demo shop" in answer.stderr
        assert [file.name for file in (tmp_path / "shop").iterdir()] == ["products.csv"]

    def test_no_demo_is_loaded_into_a_named_database(self, calla: Calla) -> None:
        url = "postgresql://calla@db.example/"
        answer = calla("demo", CALLA_DATABASE_URL=url + "calla", CALLA_KEYS_URL=url + "keys")
        assert answer.returncode == 1
        assert "Unset CALLA_DATABASE_URL" in answer.stderr

    def test_a_new_one_is_not_made_where_something_lies(self, calla: Calla, tmp_path: Path) -> None:
        (tmp_path / "taken").mkdir()
        (tmp_path / "taken" / "photo.jpg").touch()
        answer = calla("init", "taken")
        assert answer.returncode == 1
        assert "is not empty" in answer.stderr
        assert [file.name for file in (tmp_path / "taken").iterdir()] == ["photo.jpg"]


class TestANewShop:
    def test_the_doctor_finds_it_ready_but_for_the_provider_that_nobody_started(self, shop: Calla) -> None:
        examined = json.loads(shop("doctor", "--json").stdout)
        assert {one["name"]: one["ok"] for one in examined["checks"]} == {
            "python": True, "home": True, "database": True, "key database": True, "tables": True,
            "root keys": True, "secrets": True, "policy": True, "leftovers": True, "provider": False, "mail": True,
            "inbox": True, "jobs": True, "letters": True,
            "precautions": True, "agreements": True,
        }  # fmt: skip
        assert not examined["ok"]

    def test_retention_needs_a_day_and_a_policy_and_says_so(self, shop: Calla) -> None:
        for asked, says in ((["--at", "soon"], "soon is not a day"), (["--dry-run"], "no policy in force yet")):
            answer = shop("retention", "run", *asked)
            assert answer.returncode != 0 and says in answer.stderr and "Traceback" not in answer.stderr

    def test_it_does_not_open_without_a_policy_in_force(self, shop: Calla) -> None:
        answer = shop("serve", CALLA_LISTEN="127.0.0.1:18766")
        assert answer.returncode == 1
        assert "No policy is in force" in answer.stderr

    def test_it_is_closed_to_others(self, shop: Calla) -> None:
        for path in (shop.home, shop.home / "keys", shop.home / "postgres"):
            assert path.stat().st_mode & 0o777 == 0o700

    def test_the_doctor_sees_a_root_key_that_others_can_read(self, shop: Calla) -> None:
        key = next((shop.home / "keys").glob("root-*.key"))
        key.chmod(0o644)
        answer = shop("doctor")
        key.chmod(0o600)
        assert answer.returncode == 1
        assert f"chmod 600 {key}" in answer.stdout

    def test_the_doctor_wants_a_mail_server_where_others_can_buy(self, shop: Calla) -> None:
        answer = shop("doctor", CALLA_PUBLIC_URL="https://shop.example")
        assert answer.returncode == 1 and "Set CALLA_MAIL_URL" in answer.stdout

    def test_a_command_that_is_terminated_stops_its_database(self, shop: Calla) -> None:
        data = places.of(shop.home).data
        command = [sys.executable, "-m", "calla.cli", "worker"]
        with subprocess.Popen(command, env=shop.variables, stderr=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 30
            while len(processes_in(data)) < 8 and time.monotonic() < deadline:  # the worker is connected
                time.sleep(0.1)
            assert processes_in(data)
            process.terminate()
        assert not processes_in(data)
