"""Foreign keys point down the rows, whether they name a class or a string."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models
from django.db.models.base import ModelBase
from django.test.utils import isolate_apps

from tests.architecture.checks.relations import relations_up_or_sideways, where
from tests.architecture.planting import none_of


def table(app: str, **columns: object) -> Any:
    """A table of that app, known to the isolated registry alone."""
    meta = type("Meta", (), {"app_label": app})
    return ModelBase("Planted", (models.Model,), {"__module__": __name__, "Meta": meta, **columns})


@isolate_apps("calla.catalogue", "calla.orders", "calla.payments")
def test_a_key_named_in_a_string_is_found_at_its_line() -> None:
    class Upward(models.Model):
        title = models.TextField()
        order = models.ForeignKey("orders.Order", models.CASCADE)

        class Meta:
            app_label = "catalogue"

    (found,) = relations_up_or_sideways([Upward])
    assert found.file == "tests/architecture/test_relations.py" and found.line == where(Upward)[1] + 2
    assert "ForeignKey from catalogue to orders.Order" in found.message


@pytest.mark.parametrize("kind", [models.ForeignKey, models.OneToOneField])
@pytest.mark.parametrize(("app", "target", "found"), [
    ("catalogue", "orders.Order", 1),
    ("orders", "cart.Cart", 1),  # on the same row
    ("catalogue", "customers.Account", 1),
    ("privacy", "customers.Account", 1),
    ("orders", "orders.Order", 0),
    ("orders", "catalogue.Variant", 0),
    ("payments", "orders.Order", 0),
    ("customers", "privacy.Subject", 0),
])
@isolate_apps("calla.catalogue", "calla.orders", "calla.payments")
def test_keys_follow_the_rows(kind: type[Any], app: str, target: str, found: int) -> None:
    spoilt = table(app, other=kind(target, models.PROTECT))
    assert len(relations_up_or_sideways([spoilt])) == found


@isolate_apps("calla.catalogue", "calla.orders")
def test_many_to_many_and_inherited_tables_are_keys_too() -> None:
    class Order(models.Model):
        class Meta:
            app_label = "orders"

    class Special(Order):
        class Meta:
            app_label = "catalogue"

    many = table("catalogue", orders=models.ManyToManyField("orders.Order"))
    assert [finding.message.split(":")[0] for finding in relations_up_or_sideways([many, Special])] == [
        "Planted.orders", "Special.order_ptr",
    ]  # fmt: skip


@isolate_apps("calla.orders")
def test_a_key_to_any_table_is_refused() -> None:
    columns = {"kind": models.IntegerField(), "row": models.IntegerField(), "thing": GenericForeignKey("kind", "row")}
    loose = table("orders", **columns)
    assert len(relations_up_or_sideways([loose])) == 1


def test_every_key_of_the_shop_points_down() -> None:
    ours = [config for config in apps.get_app_configs() if config.name.startswith("calla.")]
    tables = [model for config in ours for model in config.get_models(include_auto_created=True)]
    assert len(tables) > 20
    none_of(relations_up_or_sideways(tables))
