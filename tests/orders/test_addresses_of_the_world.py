"""Real addresses of many countries, on real people's names: from the form into the order and onto the label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from calla.checkout import forms
from calla.customers.addressing import clean, countries, form_fields, label_lines
from calla.orders import selectors
from calla.privacy import versions
from tests.builders.orders import a_draft

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
CASES = Path(__file__).parents[3] / "shared" / "data" / "addresses" / "opencage-testcases"
PEOPLE = (
    "Ada Brennwald", "Siobhán O’Neill", "Nguyễn Thị Minh Khai", "محمد بن سلمان", "山田 太郎", "Ζωή Παπαδοπούλου",
    "Мария Ивановна", "Björk Guðmundsdóttir", "Jean-Luc d'Arc", "X Æ A-12", "Madonna", "Null", "김 철수", "אבי כהן",
)  # fmt: skip
PLACES = ("city", "town", "village", "hamlet", "municipality", "county", "state", "country")


def cases() -> Iterator[dict[str, str]]:
    """What somebody would type who lives at each address of the collection."""
    people = cycle(PEOPLE)
    for path in sorted(CASES.glob("*.yaml")):
        for parts in re.findall(r"^components:\s*\n((?:[ \t]+.*\n)+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            said = dict(re.findall(r"^\s+(\w+): *[\"']?(.*?)[\"']? *$", parts, re.MULTILINE))
            yield _typed(said, next(people))


def _typed(said: dict[str, str], name: str) -> dict[str, str]:
    street = f"{said.get('road', said.get('suburb', 'Main Street'))} {said.get('house_number', '')}"
    country = said.get("country_code", "").upper()
    return {
        "delivery_name": name, "delivery_line1": street, "delivery_country": country, "delivery_fields_for": country,
        "delivery_city": next((said[place] for place in PLACES if place in said), "Town"),
        "delivery_region": said.get("state", ""), "delivery_postcode": said.get("postcode", ""),
        "delivery_district": said.get("city_district", ""), "email": "ada@example.net", "billing_same": "on",
        "delivery_as_written": "on",
    }  # fmt: skip


def test_each_of_them_arrives_as_it_was_typed():
    if not CASES.is_dir():
        pytest.skip("the collection of addresses is not beside this repository")
    rules, gone_through = versions.current().rules(), set()
    for typed in cases():
        if typed["delivery_country"] not in dict(countries()):
            continue
        filled = forms.read(typed, rules)
        assert forms.examine(filled, rules).problems == {}, typed
        order = a_draft(name=filled.delivery.name, delivery=filled.delivery, billing=filled.delivery)
        kept = selectors.by_token(selectors.token_of(order.id))
        label = "\n".join(label_lines(kept.delivery, sent_from="DE")).casefold()
        asked = {f"delivery_{field.name}" for field in form_fields(kept.delivery.country)} - {"delivery_region"}
        missing = [key for key in asked & typed.keys() if squeezed(typed[key]) not in squeezed(label)]
        assert not missing and kept.name == clean(typed["delivery_name"]), (missing, typed, label)
        gone_through.add(kept.delivery.country)
    assert len(gone_through) > 100


def squeezed(text: str) -> str:
    """Without what only spelling changes: blanks, dots and dashes of postcodes, capitals of towns."""
    return re.sub(r"[\s.\-]", "", clean(text)).casefold()
