"""What allauth gets to know of us: aliases for e-mail addresses, and an HMAC for where a request comes from."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

from calla.backoffice import attempts, second_factor
from calla.customers import services as customers
from calla.kernel import clock
from calla.kernel.callers import caller
from calla.privacy import services as privacy
from calla.privacy.errors import LetterRefused


class Adapter(DefaultAccountAdapter):
    """`settings.ACCOUNT_ADAPTER`. Signs in staff; nobody signs up here."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """After signing in one goes on within the office, and nowhere else."""
        return url.startswith("/office") and super().is_safe_url(url)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say what happened in their own words; allauth's would greet an alias."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """allauth writes to aliases, which reach nobody. A letter to staff is one of privacy.mail, or there is none."""
        raise LetterRefused(f"The policy knows no letter “{template_prefix}”.")

    def get_client_ip(self, request: HttpRequest) -> str:
        return caller(request)

    def get_http_user_agent(self, request: HttpRequest) -> str:
        return ""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """To a closed account, or one that is not staff's, the right password is answered like a wrong one."""
        account = super().authenticate(request, **credentials)
        if not account or not account.is_active or not account.is_staff:
            return None
        attempts.password_was_right(request, credentials.get("email", ""))
        return account

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        privacy.used_the_shop(user.subject_id)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        attempts.password(request, credentials.get("email", ""))

    def reauthenticate(self, user: Any, password: str) -> bool:
        found = self.authenticate(self.request, email=user.alias, password=password)
        return found is not None and found.pk == user.pk

    def set_password(self, user: Any, password: str) -> None:
        customers.change_password(user, password, except_token=self.request.session.session_key)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has just signed in for the first time need not repeat the password to set up the second factor."""
        if app == "allauth.mfa" and not second_factor.is_set_up(self.request.user) and self._just_signed_in():
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def _just_signed_in(self) -> bool:
        records = get_authentication_records(self.request, self.request.user)
        return bool(records) and clock.now().timestamp() - records[-1]["at"] < REAUTHENTICATION_TIMEOUT
