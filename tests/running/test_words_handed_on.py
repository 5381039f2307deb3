"""`calla import-products` and `calla staff add` hand on all that the commands behind them take."""

from __future__ import annotations

import pytest
from django.core.management.base import BaseCommand

from calla import cli
from calla.backoffice.management.commands import add_staff
from calla.catalogue.management.commands import import_products
from calla.cli import work


def options(parser):
    return {word for action in parser._actions for word in action.option_strings}


def behind(command):
    return options(command.create_parser("calla", "x")) - options(BaseCommand().create_parser("calla", "x"))


def subparser(parser, name):
    return next(action.choices[name] for action in parser._actions if isinstance(action.choices, dict))


@pytest.fixture
def handed(monkeypatch):
    words = []
    monkeypatch.setattr(work, "_with_database", lambda *given: words.extend(given))
    return words


def test_no_option_of_the_commands_behind_is_missing():
    top = cli._parser()
    assert behind(import_products.Command()) <= options(subparser(top, "import-products"))
    assert behind(add_staff.Command()) <= options(subparser(subparser(top, "staff"), "add"))


def test_each_is_handed_on(handed):
    words = ["import-products", "x.csv", "--format", "shopify", "--media", "y", "--dry-run", "--strict", "--json"]
    given = cli._parser().parse_args(words)
    given.run(given)
    assert handed[0] == "import_products" and set(handed[1:]) == set(words[1:])


def test_none_is_handed_on_that_was_not_given(handed):
    given = cli._parser().parse_args(["import-products", "x.csv"])
    given.run(given)
    assert handed == ["import_products", "x.csv"]
