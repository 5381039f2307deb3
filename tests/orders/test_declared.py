"""What is told of a person in two tables is declared alike in both."""

from __future__ import annotations

from calla.privacy import registry
from calla.privacy.registry import Pseudonymous


def test_the_country_that_a_person_orders_to_is_pseudonymous_wherever_it_is_kept():
    kept = {
        table.model._meta.label: table.columns["country"]
        for table in registry.tables() if "country" in table.columns
    }  # fmt: skip
    assert set(kept) >= {"orders.Order", "privacy.Subject"}
    told = {label: meaning.category for label, meaning in kept.items() if isinstance(meaning, Pseudonymous)}
    assert told == dict.fromkeys(kept, "delivery_address")
