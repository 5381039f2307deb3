"""Imports point down the rows: the contracts of import-linter, and what it cannot see."""

import re
import shutil
from pathlib import Path

import pytest

from tests.architecture.checks import imports
from tests.architecture.checks.tree import ROOT, rows, shop
from tests.architecture.planting import HERE, copy_of_the_shop, none_of, plant, run_there

FAULTS = {
    "calla/catalogue/planted.py": "from calla.orders import types",
    "calla/orders/planted.py": "from calla.cart import types",
    "calla/kernel/planted.py": "import calla.privacy.types",
    "calla/privacy/planted.py": "def late():\n    from calla.customers import types",
    "calla/insight/planted.py": "import typing\nif typing.TYPE_CHECKING:\n    from calla.storefront import outages",
    "calla/payments/planted.py": "from calla.config import settings",
    "calla/storefront/planted.py": "from calla.demo import start",
    "calla/backoffice/planted.py": "from calla.storefront import outages",
    "calla/audit/planted.py": "from django.db import models\nfrom calla.kernel import clock",
    "calla/api/planted.py": "from calla.audit import look",
    "calla/policy/planted.py": "from django.db import models\nfrom calla.kernel import clock",
}
FOUND = {
    "calla.catalogue.planted -> calla.orders.types (l.1)",
    "calla.orders.planted -> calla.cart.types (l.1)",
    "calla.kernel.planted -> calla.privacy.types (l.1)",
    "calla.privacy.planted -> calla.customers.types (l.2)",
    "calla.insight.planted -> calla.storefront.outages (l.3)",
    "calla.payments.planted -> calla.config.settings (l.1)",
    "calla.storefront.planted -> calla.demo.start (l.1)",
    "calla.backoffice.planted -> calla.storefront.outages (l.1)",
    "calla.audit.planted -> django (l.1)",
    "calla.audit.planted -> calla.kernel.clock (l.2)",
    "calla.api.planted -> calla.audit.look (l.1)",
    "calla.policy.planted -> django (l.1)",
    "calla.policy.planted -> calla.kernel.clock (l.2)",
}


def test_each_planted_import_breaks_its_contract_and_no_other(tmp_path: Path) -> None:
    copy_of_the_shop(tmp_path)
    clean = run_there(tmp_path, "lint-imports", "--no-cache")
    assert clean.returncode == 0, clean.stdout
    for file, text in FAULTS.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    spoilt = run_there(tmp_path, "lint-imports", "--no-cache")
    assert spoilt.returncode == 1
    assert set(re.findall(r"calla\.\w+\.planted -> \S+ \(l\.\d+\)", spoilt.stdout)) == FOUND
    assert "Contracts: 0 kept, 4 broken." in spoilt.stdout


def test_an_app_without_a_row_is_refused(tmp_path: Path) -> None:
    copy_of_the_shop(tmp_path)
    shutil.copytree(tmp_path / "calla" / "promotions", tmp_path / "calla" / "gossip")
    spoilt = run_there(tmp_path, "lint-imports", "--no-cache")
    assert spoilt.returncode == 1 and "gossip" in spoilt.stdout


def test_the_rows_are_those_of_the_design() -> None:
    height = rows()
    assert height["kernel"] == 0 and height["kernel"] < height["policy"] < height["privacy"] < height["catalogue"]
    assert height["catalogue"] == height["customers"] and height["orders"] == height["cart"] < height["payments"]
    assert height["checkout"] == height["returns"] < height["newsletter"] < height["insight"] < height["storefront"]
    assert height["storefront"] == height["backoffice"] == height["privacycentre"] == height["api"] < height["config"]
    folders = {path.name for path in (ROOT / "calla").iterdir() if (path / "__init__.py").is_file()}
    assert folders <= set(height)


@pytest.mark.parametrize("upward", [
    'import_module("calla.checkout.services")',
    'apps.get_model("payments", "Payment")',
    'apps.get_model("payments.Payment")',
    'import_string("calla.cart.services.convert")',
    "from ..checkout import services",
])
def test_a_module_named_in_text_counts_as_imported(upward: str) -> None:
    found = imports.against_the_rows([plant(f"\nx = 1\n{upward}\n")])
    assert [(finding.file, finding.line) for finding in found] == [(HERE, 2)]


def test_nothing_in_the_tree_points_upward_or_sideways() -> None:
    assert len(shop()) > 200  # the reader found the tree
    none_of(imports.against_the_rows(shop()))


@pytest.mark.parametrize("more", ["from calla.kernel import clock", "import django", "from calla.orders import types"])
def test_words_rest_on_the_policy_alone(more: str) -> None:
    source = plant(f"from calla.policy import program\n{more}\n", "calla/orders/words.py")
    assert [finding.line for finding in imports.words_alone([source])] == [2]
    none_of(imports.words_alone(shop()))


@pytest.mark.parametrize("more", ["from calla.kernel import clock", "import django", "from psycopg import sql"])
def test_the_policy_rests_on_python_alone(more: str) -> None:
    source = plant(f"import tomllib\n{more}\nfrom calla.policy import terms\n", "calla/policy/planted.py")
    assert [finding.line for finding in imports.policy_alone([source])] == [2]
    none_of(imports.policy_alone(shop()))
