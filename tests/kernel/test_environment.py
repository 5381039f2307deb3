"""Settings: read once, typed, and nonsense refused with a line that says what to do."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from calla.config import reference
from calla.config.environment import EnvironmentRefused, read

ROOT = Path(__file__).parents[2]


def problems(**variables: str) -> list[str]:
    with pytest.raises(EnvironmentRefused) as refused:
        read({f"CALLA_{name}": value for name, value in variables.items()})
    return refused.value.problems


class TestReading:
    def test_nothing_set_gives_a_shop_on_this_machine(self, tmp_path: Path) -> None:
        shop = read({"CALLA_HOME": str(tmp_path / "none")})
        assert shop.public_url == "http://127.0.0.1:8000"
        assert shop.database_url is None
        assert not (tmp_path / "none").exists()

    def test_a_home_is_given_as_a_whole_path(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.chdir(tmp_path)
        assert read({"CALLA_HOME": "shop"}).home == tmp_path / "shop"

    def test_other_programs_variables_do_not_matter(self) -> None:
        assert read({"CALLADREAM": "x", "PATH": "y"}).workers == 2

    def test_an_empty_variable_counts_as_not_set(self) -> None:
        assert read({"CALLA_WORKERS": ""}).workers == 2

    def test_proxies_are_addresses_and_networks_with_commas_between(self) -> None:
        shop = read({"CALLA_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8,::1"})
        assert [str(network) for network in shop.trusted_proxies] == ["127.0.0.1/32", "10.0.0.0/8", "::1/128"]

    def test_a_slash_at_the_end_of_an_address_is_dropped(self) -> None:
        assert read({"CALLA_PUBLIC_URL": "https://shop.example/"}).public_url == "https://shop.example"


class TestRefusing:
    def test_a_misspelt_name_is_answered_with_the_nearest(self) -> None:
        assert problems(PUBLIC_URI="https://x.example") == [
            "CALLA_PUBLIC_URI: no such setting; did you mean CALLA_PUBLIC_URL?"
        ]

    def test_every_problem_is_named_at_once(self) -> None:
        found = problems(WORKERS="many", LISTEN="here", NONSENSE="1")
        assert [line.split(":")[0] for line in found] == ["CALLA_NONSENSE", "CALLA_LISTEN", "CALLA_WORKERS"]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("PUBLIC_URL", "shop.example"),
            ("PUBLIC_URL", "http://shop.example"),
            ("PUBLIC_URL", "https://shop.example/fashion"),
            ("PUBLIC_URL", "https://shop.example:99999"),
            ("DATABASE_URL", "sqlite:///shop.db"),
            ("LISTEN", "0.0.0.0:0"),
            ("MAIL_URL", "imap://mail.example"),
            ("TRUSTED_PROXIES", "10.0.0.0/99"),
            ("WORKERS", "0"),
            ("LOG_LEVEL", "loud"),
        ],
    )
    def test_nonsense_is_refused_by_name(self, name: str, value: str) -> None:
        assert any(f"CALLA_{name}" in line for line in problems(**{name: value}))

    def test_debug_is_refused_where_others_can_see_it(self) -> None:
        assert "CALLA_DEBUG" in problems(DEBUG="1", PUBLIC_URL="https://shop.example")[0]
        assert read({"CALLA_DEBUG": "1"}).debug

    def test_the_keys_cannot_lie_in_the_database_they_lock(self) -> None:
        url = "postgresql://u@db.example/calla"
        assert "CALLA_KEYS_URL" in problems(DATABASE_URL=url, KEYS_URL=url)[0]

    def test_one_database_without_the_other_is_refused(self) -> None:
        assert "name both" in problems(DATABASE_URL="postgresql://u@db.example/calla")[0]

    def test_a_real_provider_needs_its_secrets(self) -> None:
        assert "CALLA_PAYMENT_KEY" in problems(PAYMENT_URL="https://pay.example")[0]

    def test_no_value_is_repeated_in_an_error(self) -> None:
        found = problems(DATABASE_URL="mysql://root:hunter2@db.example/calla", MAIL_URL="pop://me:hunter2@mail.example")
        assert found
        assert "hunter2" not in " ".join(found)


class TestSecrets:
    def test_a_secret_may_come_from_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "key").write_text("from a file\n")
        assert read({"CALLA_SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == "from a file"

    def test_a_file_that_cannot_be_read_is_named(self, tmp_path: Path) -> None:
        assert "CALLA_SECRET_KEY_FILE: cannot read" in problems(SECRET_KEY_FILE=str(tmp_path / "none"))[0]

    def test_value_and_file_together_are_refused(self) -> None:
        assert "keep one of the two" in problems(SECRET_KEY="a", SECRET_KEY_FILE="/dev/null")[0]

    def test_a_folder_that_is_no_home_gets_nothing(self, tmp_path: Path) -> None:
        assert read({"CALLA_HOME": str(tmp_path)}).secret_key
        assert list(tmp_path.iterdir()) == []

    def test_a_home_gets_its_secrets_once_and_closed(self, tmp_path: Path) -> None:
        (tmp_path / "policy.toml").touch()
        first, second = (read({"CALLA_HOME": str(tmp_path)}) for _ in range(2))
        assert first.secret_key == second.secret_key
        assert len({first.secret_key, first.payment_key, first.webhook_secret}) == 3
        for name in ("secret_key", "payment_key", "webhook_secret"):
            assert stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600

    @pytest.mark.parametrize("spoil", [Path.touch, Path.mkdir])
    def test_a_secret_that_is_empty_or_cannot_be_read_is_named(self, tmp_path: Path, spoil) -> None:
        (tmp_path / "policy.toml").touch()
        (tmp_path / "keys").mkdir()
        spoil(tmp_path / "keys" / "secret_key")
        assert str(tmp_path / "keys" / "secret_key") in problems(HOME=str(tmp_path))[0]

    def test_secrets_do_not_show(self, tmp_path: Path) -> None:
        shop = read({"CALLA_HOME": str(tmp_path), "CALLA_MAIL_URL": "smtp://me:hunter2@mail.example"})
        assert shop.secret_key not in repr(shop)
        assert "hunter2" not in repr(shop)


def test_a_program_ends_with_two_and_a_list_instead_of_a_traceback(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "from calla.config.environment import environment; environment.home"],
        env={"PATH": os.defpath, "CALLA_WORKERS": "many", "CALLA_HOM": "x"},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert "CALLA_WORKERS: " in ended.stderr
    assert "did you mean CALLA_HOME?" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_reference_tells_of_every_setting() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    assert reference.table() in page, "Run: python -m calla.config.reference"
