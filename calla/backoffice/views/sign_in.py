"""allauth's views with our pages around them. What they show are plain values; its own templates are never used."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from calla.backoffice import attempts, second_factor
from calla.backoffice.pages import page, person, private, staff
from calla.customers.services import password_rule
from calla.privacy import promises
from calla.privacy import services as privacy
from calla.privacy.fields import asks


class Ours:
    """Renders an allauth view as one of our pages."""

    request: HttpRequest
    template = "backoffice/form_page.html"
    title = button = intro = ""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        shown = {
            "intro": self.intro, "button": self.button, "links": [], "next": context.get("redirect_field_value") or "",
            **self.content(context),
        }
        return page(self.request, self.template, self.title, form=context.get("form"), **shown)

    def content(self, context: dict[str, Any]) -> dict[str, Any]:
        return {}


class Login(Ours, account.LoginView):
    title, button = "Sign in to the office", "Sign in"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seconds = attempts.form(request)
        response: HttpResponse = too_many(request, seconds) if seconds else super().post(request, *args, **kwargs)
        return response


@asks("staff", {"code": "sign_in_secret"})
class Authenticate(Ours, mfa.AuthenticateView):
    title, button = "Your code", "Go on"
    intro = "Type the six digits that your authenticator app shows now, or one of your recovery codes."


@asks("staff", {"password": "sign_in_secret"})
class Reauthenticate(Ours, account.ReauthenticateView):
    title, button = "Your password, once more", "Go on"
    intro = "What comes next changes how this account is protected."

    def content(self, context: dict[str, Any]) -> dict[str, Any]:
        others = context["reauthentication_alternatives"]
        return {"links": [{"href": other["url"], "label": "Use a code instead"} for other in others]}


@asks("staff", {"code": "sign_in_secret"})
class ReauthenticateByCode(Ours, mfa.ReauthenticateView):
    title, button = "A code, once more", "Go on"
    intro = Reauthenticate.intro

    def content(self, context: dict[str, Any]) -> dict[str, Any]:
        others = context["reauthentication_alternatives"]
        return {"links": [{"href": other["url"], "label": "Use your password instead"} for other in others]}


class Logout(account.LogoutView):
    """Only ever a POST: no link and no picture signs anybody out."""

    http_method_names = ["post"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return private(response)


@method_decorator(staff(), name="dispatch")
class Password(Ours, account.PasswordChangeView):
    title, button = "Change your password", "Change it"
    template = "backoffice/password.html"

    def content(self, context: dict[str, Any]) -> dict[str, Any]:
        return {"rule": password_rule(), "advice": promises.promises_at("password_change")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seconds = attempts.own_password(request)
        response: HttpResponse = too_many(request, seconds) if seconds else super().post(request, *args, **kwargs)
        return response

    def get_default_success_url(self) -> str:
        messages.success(self.request, "Your password is changed. Everywhere else you are signed out.")
        return reverse("mfa_index")


@asks("staff", {"code": "sign_in_secret"})
class SetUp(Ours, totp.ActivateTOTPView):
    title, button = "Set up your second factor", "Check the code and go on"
    template = "backoffice/set_up.html"

    def content(self, context: dict[str, Any]) -> dict[str, Any]:
        secret = context["form"].secret
        grouped = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
        return {"secret": grouped, "totp_url": context["totp_url"]}

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        attempts.is_used(self.request.user, form.cleaned_data["code"])
        second_factor.note_passed(self.request)
        return response


def picture(request: HttpRequest) -> HttpResponse:
    """The QR code of the secret that is being set up in this session, and in no other."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not request.user.is_authenticated or not secret or second_factor.is_set_up(request.user):
        raise Http404
    address = second_factor.SecondFactor().build_totp_url(request.user, secret)
    return private(HttpResponse(second_factor.picture(address), content_type="image/svg+xml"))


@method_decorator(staff(), name="dispatch")
class Remove(Ours, totp.DeactivateTOTPView):
    title, button = "Change your authenticator app", "Remove the old one and set up the new one"
    intro = "The app you use now stops working for this account, and you set up another at once."
    success_url = "/office/second-factor/set-up"


@method_decorator(staff(), name="dispatch")
class Codes(Ours, recovery.ViewRecoveryCodesView):
    title = "Your recovery codes"
    template = "backoffice/recovery_codes.html"

    def content(self, context: dict[str, Any]) -> dict[str, Any]:
        return {"codes": list(context["unused_codes"]), "total": context["total_count"]}


@method_decorator(staff(), name="dispatch")
class NewCodes(Ours, recovery.GenerateRecoveryCodesView):
    title, button = "New recovery codes", "Make new codes"
    intro = "The codes you have now stop working."


@staff()
def security(request: HttpRequest) -> HttpResponse:
    """Where a member of staff sees and ends sign-ins, and changes password and codes."""
    mine = privacy.sessions_of(person(request), token=request.session.session_key)
    sessions = [{"since": one.since.isoformat(), "used_on": one.used_on.isoformat(), "here": one.here} for one in mine]
    advice = promises.promises_at("security_page")
    return page(request, "backoffice/security.html", "Security", sessions=sessions, advice=advice)


@require_POST
@staff()
def other_sessions(request: HttpRequest) -> HttpResponse:
    ended = privacy.end_sessions(person(request), except_token=request.session.session_key)
    messages.success(request, "You are signed in here alone." if ended else "You were signed in nowhere else.")
    return redirect("mfa_index")


def too_many(request: HttpRequest, seconds: int = 60) -> HttpResponse:
    """Also where allauth would look for it, by the name of `handler429` beside the addresses."""
    response = page(request, "backoffice/refused.html", "Too many attempts. Please wait a few minutes.", status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
