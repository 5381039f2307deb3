"""`reconcile_payments`: says whether the books and the provider agree, in words or as JSON, and by its exit code."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from calla.payments.management.commands import reconcile_payments
from calla.payments.models import Payment
from calla.payments.services.reconciling import reconcile
from tests.builders.orders import a_draft
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]


@pytest.fixture
def paid(till, monkeypatch):
    """The provider remembers other tests too: the command looks back to the beginning of this one only."""
    monkeypatch.setattr(reconcile_payments.services, "reconcile", lambda: reconcile(till.began))
    order = a_draft()
    till.pay(order)
    till.deliver()
    run_jobs()
    order.refresh_from_db()
    return order


def run(*words: str) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("reconcile_payments", *words, stdout=out)
    except SystemExit as ended:
        return out.getvalue(), int(ended.code or 0)
    return out.getvalue(), 0


def test_when_both_agree(paid):
    assert run() == ("The books and the payment service agree.\n", 0)
    said, code = run("--json")
    assert code == 0 and json.loads(said) == {
        "agree": True, "payments_without_order": [], "orders_without_payment": [], "amounts_differ": [],
    }


def test_an_order_without_its_payment_is_named(paid):
    Payment.objects.update(placed_at=None, state="expired", captured_minor=0)
    Payment.objects.update(reference="pay_of_somebody_else")
    said, code = run()
    assert code == 1 and f"not paid at the payment service: {paid.number}" in said
    assert "no order here knows it" in said


def test_a_cent_of_difference_shows(paid):
    Payment.objects.update(captured_minor=paid.total_minor - 1)
    Payment.objects.update(refunded_minor=1)
    said, code = run("--json")
    assert code == 1 and len(json.loads(said)["amounts_differ"]) == 1


def test_a_silent_provider_is_an_error_in_words(till, paid):
    till.provider.control(api_fail="500")
    with pytest.raises(CommandError, match="does not answer"):
        call_command("reconcile_payments")


def test_it_says_how_to_give_back_what_belongs_to_no_order_and_does_it(till, paid):
    reference = till.the_payment(paid)["id"]
    with pytest.raises(CommandError, match="belongs to an order"):
        call_command("reconcile_payments", "--pay-back", reference)
    Payment.objects.all().delete()
    assert "--pay-back" in run()[0]
    assert run("--pay-back", reference) == (f"€54.80 went back for {reference}.\n", 0)
    assert run()[0].count(reference) == 0 == till.charged(paid)
