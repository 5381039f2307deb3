"""`calla subject`: for whoever answers a request that came by another way."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from calla.customers.types import Role
from calla.privacy.models import LedgerEntry
from tests.builders import orders
from tests.support.people import somebody

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def said(capsys, *words: str) -> str:
    call_command("subject", *words)
    return capsys.readouterr().out


def test_find_prints_ids_and_kinds_and_nothing_personal(capsys):
    bought = orders.a_placed_order().subject_id
    works = somebody(Role.STAFF, email="ada@example.net", name="Ada Brennwald").subject_id
    lines = said(capsys, "find", "ADA@example.net").splitlines()
    assert sorted(lines) == sorted([f"{bought}  1 orders.order", f"{works}  1 customers.account"])


def test_whoever_was_looked_up_finds_that_in_their_ledger(capsys):
    subject = orders.a_placed_order().subject_id
    said(capsys, "find", "ada@example.net")
    said(capsys, "export", str(subject), "--json")
    lines = LedgerEntry.objects.filter(subject=subject, kind="opened").order_by("pk").values_list("actor", "what")
    assert list(lines) == [("operator", "looked up by the address"), ("operator", "a copy of everything")]


def test_export_is_what_the_person_gets_themselves(capsys):
    order = orders.a_placed_order()
    for who in ("ada@example.net", str(order.subject_id)):
        data = json.loads(said(capsys, "export", who, "--json"))
        assert data["things"][0]["title"] == f"Order {order.number}"
    text = said(capsys, "export", "ada@example.net")
    assert "Your name: Ada Brennwald" in text and "Lindenweg 5, 28195 Bremen" in text


@pytest.mark.parametrize("who", ["nobody@example.net", "805d8a44-5c1d-474e-a4a7-a1ec9f928a40", "no address"])
@pytest.mark.parametrize("action", ["find", "export"])
def test_whoever_is_not_known_is_no_success(action, who):
    with pytest.raises(CommandError, match="Nothing is held"):
        call_command("subject", action, who)
