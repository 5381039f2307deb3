"""What changes accounts."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from calla.customers.errors import AccountExists, BadEmail, LastOwner, NoSuchAccount, PasswordRefused
from calla.customers.models import Account
from calla.customers.passwords import AsThePolicySays
from calla.customers.selectors import alias_of
from calla.customers.types import AccountDetails, Role
from calla.kernel import clock
from calla.policy import enforces
from calla.privacy import services as privacy


@enforces("collect.staff")
def register_staff(email: str, role: Role, *, name: str = "", password: str) -> Account:
    """A new member of staff. Raises BadEmail, PasswordRefused, AccountExists."""
    check_email(email)
    check_password(password)
    alias = alias_of(email)
    if Account.objects.filter(alias=alias).exists():
        raise AccountExists
    key = privacy.new_key()
    try:
        with transaction.atomic():
            account = Account(subject=privacy.new_subject(), alias=alias, role=role, key=key)
            account.details.seal(AccountDetails(name=name.strip(), email=email.strip()))
            account.set_password(password)
            account.save(force_insert=True)
    except IntegrityError:
        raise AccountExists from None
    return account


def change_password(account: Account, password: str, *, except_token: str | None = None) -> None:
    """A new password ends every session but the one it was changed in. Raises PasswordRefused."""
    check_password(password)
    with transaction.atomic():
        account.set_password(password)
        account.save(update_fields=["password"])
        privacy.end_sessions(account.subject_id, except_token=except_token)


def close(account_id: UUID) -> None:
    """Nobody signs in with it any more, from this moment on. Raises NoSuchAccount, LastOwner."""
    with transaction.atomic():
        owners = list(Account.objects.select_for_update().filter(role=Role.OWNER, closed_on=None))
        account = Account.objects.select_for_update().filter(pk=account_id, closed_on=None).first()
        if account is None:
            raise NoSuchAccount
        if owners == [account]:
            raise LastOwner
        account.closed_on = clock.today()
        account.save(update_fields=["closed_on"])
        privacy.end_sessions(account.subject_id)


def password_rule() -> str:
    """What the policy asks of a password, in words for the form."""
    return AsThePolicySays().get_help_text()


def check_email(email: str) -> None:
    try:
        validate_email(email.strip())
    except ValidationError:
        raise BadEmail from None


def check_password(password: str) -> None:
    """Raises PasswordRefused with every reason at once."""
    try:
        validate_password(password)
    except ValidationError as refused:
        raise PasswordRefused(refused.messages) from None
