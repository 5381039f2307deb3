from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from calla.customers.types import AccountDetails, Role
from calla.kernel import clock
from calla.privacy.sealed import AboutPerson, Sealed


class Accounts(BaseUserManager["Account"]):
    pass


class Account(AboutPerson, AbstractBaseUser):
    """A sign-in, of a customer or of staff. Who it is lies sealed in `details`.

    `alias` stands for the e-mail address wherever third-party code wants one: an HMAC, to which no mail can go.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    subject = models.OneToOneField("privacy.Subject", models.PROTECT)
    alias = models.CharField(max_length=80, unique=True)
    role = models.CharField(max_length=10, blank=True, choices=[(role.value, role.name.lower()) for role in Role])
    made_on = models.DateField(default=clock.today)
    closed_on = models.DateField(null=True)
    key = models.UUIDField()
    details = Sealed(AccountDetails)
    last_login = None  # we keep no such trace

    objects = Accounts()
    USERNAME_FIELD = EMAIL_FIELD = "alias"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.closed_on is None

    @property
    def is_staff(self) -> bool:
        return self.role != Role.CUSTOMER

    def life(self) -> dict[str, Any]:
        if self.closed_on is None:
            return {}
        return {"staff.left" if self.is_staff else "account.closed": self.closed_on}
