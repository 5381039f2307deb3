"""People are found by an HMAC of their address, and by nothing a copy of the database could use."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from calla.orders.models import Order
from calla.privacy import index, roots
from calla.privacy.errors import KeysUnavailable
from tests.builders import orders

ADA = "ada@example.net"


@pytest.mark.parametrize("spelling", ["ADA@Example.NET", "  ada@example.net ", "ada@example.net\n", "Ada@example.net"])
def test_one_mailbox_is_found_however_it_is_spelt(spelling):
    assert index.of_email("order", spelling) == index.of_email("order", ADA)


def test_letters_made_of_two_signs_are_the_letter():
    assert index.of_email("order", "zoe\u0308@example.net") == index.of_email("order", "zoë@example.net")


@pytest.mark.parametrize("other", ["ada@example.com", "a.da@example.net", "ada+a@example.net", "adа@example.net", ""])
def test_another_mailbox_is_another(other):
    assert index.of_email("order", other) != index.of_email("order", ADA)


def test_two_uses_cannot_be_joined():
    values = {index.of_email(context, ADA) for context in ("order", "account", "cart", "newsletter")}
    assert len(values) == 4


def test_a_context_and_an_address_cannot_be_shifted_into_each_other():
    assert index.of_email("order", f"s{ADA}") != index.of_email("orders", ADA)


def test_with_another_key_it_is_another_value(monkeypatch):
    before = index.of_email("order", ADA)
    monkeypatch.setattr(index, "_key", lambda: b"another")
    assert index.of_email("order", ADA) != before


def test_its_key_is_a_file_that_only_the_shop_reads():
    index._key.cache_clear()
    index.of_email("order", ADA)
    assert stat.S_IMODE((roots.folder() / "index.key").stat().st_mode) == 0o600


@pytest.mark.parametrize("spoil", [Path.touch, Path.mkdir])
def test_a_key_that_is_empty_or_cannot_be_read_finds_nobody(tmp_path, monkeypatch, spoil):
    monkeypatch.setattr(roots, "folder", lambda: tmp_path)
    spoil(tmp_path / "index.key")
    index._key.cache_clear()
    with pytest.raises(KeysUnavailable) as refusal:
        index.of_email("order", ADA)
    assert refusal.value.why.startswith("index.key: ")


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.usefixtures("shop")
def test_a_row_holds_32_bytes_that_are_not_the_plain_hash_of_the_address():
    import hashlib

    order = orders.a_draft()
    assert Order.objects.get(email_index=index.of_email("order", ADA)).pk == order.pk
    assert len(bytes(order.email_index)) == 32
    assert bytes(order.email_index) not in {hashlib.sha256(text.encode()).digest() for text in (ADA, f"order\0{ADA}")}
