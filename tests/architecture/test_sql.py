"""SQL written by hand stays with its own app's tables."""

import pytest

from tests.architecture.checks.sql import tables_of_others
from tests.architecture.checks.tree import shop
from tests.architecture.planting import lines, none_of, plant


@pytest.mark.parametrize("query", [
    "SELECT id FROM catalogue_variant",
    "SELECT 1 FROM orders_order o JOIN payments_payment p ON p.order_id = o.id",
    'INSERT INTO "cart_cart" VALUES (1)',
    "UPDATE keystore_root SET state = 1",
    "SELECT nextval('payments_number')",
])
def test_a_query_about_anothers_table_is_found(query: str) -> None:
    assert lines(tables_of_others([plant(f"x = 1\ncursor.execute({query!r}, [1])")])) == [2]


def test_queries_about_ones_own_tables_are_fine() -> None:
    own = plant("cursor.execute('SELECT nextval(%s) FROM orders_order JOIN orders_orderline', ['orders_number'])")
    keys = plant("cursor.execute('SELECT 1 FROM keystore_root')", "calla/privacy/keys.py")
    none_of(tables_of_others([own, keys]))


def test_no_query_of_the_shop_reaches_into_another_app() -> None:
    none_of(tables_of_others(shop()))
