"""What the owner of an account may correct by the link to their own data. What one signs in by is not among it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from calla.customers.errors import NoSuchAccount
from calla.customers.models import Account
from calla.policy import enforces
from calla.privacy.errors import CorrectionRefused
from calla.privacy.types import CORRECTION, Corrections, Offer

AS_LONG_AS_KEPT = "as long as you have the account"
SIGNS_IN = "You sign in by it, so a link by mail must not move it. Ask an owner of the shop for a new account."


def offers(account: Account) -> Iterator[Offer]:
    details = {name: value for name, _category, value in account.details.open(CORRECTION).opened() if value}
    if "name" in details:
        yield Offer("name", "name", "Name", details["name"], AS_LONG_AS_KEPT)
    if "email" in details:
        yield Offer("email", "email", "E-mail address", details["email"], shut=SIGNS_IN)


@enforces("own_data_can_be_corrected")
@transaction.atomic
def correct(account_id: UUID, name: str, value: str) -> None:
    """Raises NoSuchAccount, CorrectionRefused."""
    account = Account.objects.select_for_update(of=("self",)).select_related("subject").filter(pk=account_id).first()
    if account is None:
        raise NoSuchAccount
    if name != "name":
        raise CorrectionRefused(SIGNS_IN)
    account.details.change(name=value)
    account.save(update_fields=["details"])


CORRECTIONS = Corrections(offers, correct)
