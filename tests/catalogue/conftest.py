from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from calla.catalogue import selectors
from calla.catalogue.models import Product, Stock, StockMovement, Variant


@pytest.fixture(autouse=True)
def no_memory() -> None:
    """What this process remembers of the shop belongs to the test before."""
    selectors.forget()


@pytest.fixture
def a_variant() -> Callable[..., Variant]:
    """A product with one variant and `stock` pieces of it on the shelf."""

    def make(stock: int = 1, *, safety: int = 0, backorder: bool = False) -> Variant:
        count = Product.objects.count()
        product = Product.objects.create(handle=f"dress-{count}", title=f"Dress {count}")
        variant = Variant.objects.create(product=product, price_minor=4990)
        Stock.objects.create(variant=variant, on_hand=stock, safety=safety, backorder=backorder)
        if stock:
            StockMovement.objects.create(variant=variant, on_hand=stock, reason="received", actor="system")
        return variant

    return make


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run the calls at the same moment, each on a connection of its own; what one raises stands in its place."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=20)
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
