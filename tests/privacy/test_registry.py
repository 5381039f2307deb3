"""Every column is declared, in the words that fit it; silence stops the start."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from calla.orders.types import OrderDetails
from calla.privacy import registry
from calla.privacy.errors import NotDeclared
from calla.privacy.registry import NOT_PERSONAL, Ending, Pseudonymous, declare, nothing_personal
from calla.privacy.sealed import AboutPerson, Sealed

ALL_OF_IT = {"name", "email", "delivery_address", "phone"}
WHEN = {"purpose": "orders", "ends": Ending()}


@pytest.fixture(autouse=True)
def kept(monkeypatch):
    """What a test declares is forgotten again."""
    monkeypatch.setattr(registry, "_tables", dict(registry._tables))


@pytest.fixture
def wish():
    with isolate_apps("calla.orders"):

        class Wish(AboutPerson):
            key = models.UUIDField()
            details = Sealed(OrderDetails)
            size = models.CharField(max_length=10)

            class Meta:
                app_label = "orders"

    return Wish


class TestDeclaring:
    def test_a_table_whose_every_column_is_said_is_known(self, wish):
        declare(wish, {"details": ALL_OF_IT, "size": Pseudonymous("purchases", "goes with the row")}, **WHEN)
        assert next(table for table in registry.tables() if table.model is wish).purpose == "orders"

    def test_a_column_left_out_is_refused_by_name(self, wish):
        with pytest.raises(NotDeclared, match=r"orders\.Wish\.size"):
            declare(wish, {"details": ALL_OF_IT})

    def test_a_column_that_does_not_exist_is_refused(self, wish):
        with pytest.raises(NotDeclared, match="colour"):
            declare(wish, {"details": ALL_OF_IT, "size": NOT_PERSONAL, "colour": NOT_PERSONAL})

    @pytest.mark.parametrize("categories", [ALL_OF_IT - {"phone"}, ALL_OF_IT | {"birthday"}, set()])
    def test_categories_other_than_what_is_sealed_are_refused(self, wish, categories):
        with pytest.raises(NotDeclared, match="seals"):
            declare(wish, {"details": categories, "size": NOT_PERSONAL})

    @pytest.mark.parametrize("meaning", [NOT_PERSONAL, Pseudonymous("name", "why")])
    def test_a_sealed_column_cannot_be_called_anything_else(self, wish, meaning):
        with pytest.raises(NotDeclared, match="details"):
            declare(wish, {"details": meaning, "size": NOT_PERSONAL})

    def test_a_plain_column_cannot_be_declared_by_categories(self, wish):
        with pytest.raises(NotDeclared, match="size"):
            declare(wish, {"details": ALL_OF_IT, "size": {"name"}})

    def test_a_column_about_a_person_needs_a_row_that_names_one(self):
        with isolate_apps("calla.orders"):

            class Loose(models.Model):
                size = models.CharField(max_length=10)

                class Meta:
                    app_label = "orders"

        with pytest.raises(NotDeclared, match="names no subject"):
            declare(Loose, {"size": Pseudonymous("purchases", "why")})

    def test_a_row_about_a_person_is_never_nothing_personal(self, wish):
        with pytest.raises(NotDeclared, match="one by one"):
            nothing_personal(wish)

    @pytest.mark.parametrize("said", [{}, {"purpose": "orders"}, {"ends": Ending()}])
    def test_rows_about_people_without_purpose_or_end_are_refused(self, wish, said):
        with pytest.raises(NotDeclared, match="how they end"):
            declare(wish, {"details": ALL_OF_IT, "size": NOT_PERSONAL}, **said)

    def test_what_was_refused_is_not_known(self, wish):
        with pytest.raises(NotDeclared):
            declare(wish, {"details": ALL_OF_IT})
        assert all(table.model is not wish for table in registry.tables())


class TestTheStart:
    def test_a_table_that_nobody_declares_stops_it(self, monkeypatch):
        monkeypatch.delitem(registry._tables, "orders.OrderLine")
        with pytest.raises(NotDeclared, match=r"orders\.OrderLine"):
            registry.collect()

    def test_it_is_asked_at_every_start(self):
        silent = (
            "from importlib import util; found = util.find_spec\n"
            "util.find_spec = lambda name, *more: None if name == 'calla.cart.personal_data' else found(name, *more)\n"
            "import django; django.setup()"
        )
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "calla.config.settings"}
        start = [sys.executable, "-c", silent]
        ended = subprocess.run(start, env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 1 and "No personal_data.py declares cart.Cart, cart.CartLine." in ended.stderr

    def test_every_table_of_ours_is_declared(self):
        ours = {
            model._meta.label for config in apps.get_app_configs() if config.name.startswith("calla.")
            for model in config.get_models(include_auto_created=True)
        }  # fmt: skip
        assert ours <= {table.model._meta.label for table in registry.tables()}

    def test_every_row_about_a_person_names_them(self):
        for table in registry.tables():
            if issubclass(table.model, AboutPerson):
                assert not table.model._meta.get_field("subject").null
