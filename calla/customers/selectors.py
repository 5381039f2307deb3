"""Who has an account. Looked up by the HMAC of an address, never by the address itself."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from calla.customers.errors import NoSuchAccount
from calla.customers.models import Account
from calla.customers.types import Role, StaffView
from calla.privacy import index
from calla.privacy import services as privacy
from calla.privacy.errors import UsePaused
from calla.privacy.types import Actor

STAFF = "staff"  # the purpose under which a shop knows its own people


def alias_of(email: str) -> str:
    """What third-party code gets to see in place of the address."""
    return alias_for(index.of_email("account", email))


def alias_for(indexed: bytes) -> str:
    return f"{indexed.hex()}@a.invalid"


def by_email(email: str) -> Account | None:
    return Account.objects.filter(alias=alias_of(email)).first()


def account(account_id: UUID) -> Account:
    found = Account.objects.filter(pk=account_id).first()
    if found is None:
        raise NoSuchAccount
    return found


def own_email(account: Account) -> str:
    """The address of a member of staff, for a page that only they see."""
    email: str = account.details.open(STAFF).email
    return email


def roles(subjects: Iterable[UUID]) -> dict[UUID, str]:
    """What each of these people may do in the office. Opens nothing, and names nobody."""
    found = Account.objects.filter(subject_id__in=set(subjects)).values_list("subject_id", "role")
    return {subject: role for subject, role in found if role}


def staff(*, by: Actor) -> list[StaffView]:
    """Everybody who works here, for an owner: each is opened, and finds that in the ledger."""
    here = Account.objects.exclude(role=Role.CUSTOMER).filter(closed_on=None)
    rows = list(here.select_related("subject").order_by("made_on", "pk"))
    privacy.fetch_keys(row.key for row in rows)
    return [_view(row, by) for row in rows]


def _view(row: Account, by: Actor) -> StaffView:
    """Who has paused this use is a line without a name."""
    try:
        who = row.details.open(STAFF, by=by)
    except UsePaused:
        return StaffView(row.id, "", "paused by themselves", Role(row.role), row.made_on)
    return StaffView(row.id, who.name, who.email, Role(row.role), row.made_on)
