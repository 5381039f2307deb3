"""Every column is declared, and silence stops the start."""

from pathlib import Path

import pytest
from django.db import models
from django.test.utils import isolate_apps

from calla.orders.models import Order
from calla.privacy import registry
from calla.privacy.errors import NotDeclared
from calla.privacy.registry import NOT_PERSONAL, Declared, Pseudonymous, declare, nothing_personal
from calla.privacy.sealed import AboutPerson
from tests.architecture.checks.columns import plain_columns_that_sound_personal
from tests.architecture.planting import copy_of_the_shop, none_of, run_there

START = ("python", "-c", "import django; django.setup()")
COLUMN = "    gift_wish = models.TextField(default='')\n"
TABLE = "\n\nclass Planted(models.Model):\n    wish = models.TextField()\n"


def with_a_column(text: str, table: str) -> str:
    """The models' text with one more column in that table."""
    before, head, after = text.partition(f"class {table}(")
    line, _, rest = after.partition("\n")
    assert head
    return f"{before}{head}{line}\n{COLUMN}{rest}"


def test_the_shop_does_not_start_with_a_column_or_table_that_nobody_declared(tmp_path: Path) -> None:
    copy_of_the_shop(tmp_path)
    file = tmp_path / "calla" / "orders" / "models.py"
    clean = file.read_text(encoding="utf-8")
    starts = run_there(tmp_path, *START)
    assert starts.returncode == 0, starts.stderr
    for spoilt, named in ((with_a_column(clean, "Order"), "orders.Order.gift_wish"), (clean + TABLE, "orders.Planted")):
        file.write_text(spoilt, encoding="utf-8")
        starts = run_there(tmp_path, *START)
        assert starts.returncode != 0
        assert f"NotDeclared: {named} is not declared" in starts.stderr or f"declares {named}." in starts.stderr


def test_the_registry_knows_every_table_of_the_shop() -> None:
    registry.collect()
    known = {table.model for table in registry.tables()}
    assert Order in known and len(known) > 20


@isolate_apps("calla.orders")
def test_what_is_declared_is_what_the_table_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_tables", {})

    class Wish(AboutPerson):
        text = models.TextField()

        class Meta:
            app_label = "orders"

    with pytest.raises(NotDeclared, match=r"orders\.Wish\.text is not declared"):
        declare(Wish, {})
    with pytest.raises(NotDeclared, match="has no column colour"):
        declare(Wish, {"text": NOT_PERSONAL, "colour": NOT_PERSONAL})
    with pytest.raises(NotDeclared, match="sealed columns, and only they"):
        declare(Wish, {"text": {"name"}})
    with pytest.raises(NotDeclared, match="declare its columns one by one"):
        nothing_personal(Wish)
    assert registry.tables() == ()


@isolate_apps("calla.orders")
def test_a_plain_column_that_sounds_personal_is_found_in_a_table_declared_as_harmless() -> None:
    class Parcel(models.Model):
        weight = models.IntegerField()
        email = models.TextField()
        ship_to_postcode = models.TextField()
        ip = models.GenericIPAddressField()
        titled = models.TextField()

        class Meta:
            app_label = "orders"

    harmless = Declared(Parcel, "", {})
    found = plain_columns_that_sound_personal([harmless])
    names = [finding.message.split(" ")[0] for finding in found]
    assert names == ["Parcel.email", "Parcel.ship_to_postcode", "Parcel.ip"]
    assert found[1].line == found[0].line + 1
    thought_about = dict.fromkeys(("email", "ship_to_postcode", "ip"), Pseudonymous("email", "somebody gave a reason"))
    assert plain_columns_that_sound_personal([Declared(Parcel, "", thought_about)]) == []


def test_no_plain_column_of_the_shop_sounds_personal() -> None:
    none_of(plain_columns_that_sound_personal(registry.tables()))
