"""The office's forms, and how a form becomes plain values for a page."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa_forms
from django import forms

from calla.backoffice import attempts
from calla.customers import selectors as customers
from calla.customers.types import Role
from calla.policy import enforces
from calla.privacy import elsewhere
from calla.privacy.card_numbers import holds_card_number, masked
from calla.privacy.fields import asks
from calla.privacy.registry import NOT_PERSONAL

STAFF_ROLES = [role for role in Role if role is not Role.CUSTOMER]


LIKE_CARDS = frozenset({"tracking_number"})  # numbers of others that can look like one


class AliasField(forms.EmailField):
    """Takes an e-mail address and gives what stands for it: past this point nothing knows the address."""

    def clean(self, value: Any) -> str:
        return customers.alias_of(super().clean(value))


@asks("staff", {"login": "email", "password": "sign_in_secret"})
class LoginForm(account_forms.LoginForm):
    """`settings.ACCOUNT_FORMS["login"]`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email = AliasField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "username"}))
        self.fields: dict[str, forms.Field] = {"login": email, "password": self.fields["password"]}


@asks("staff", {"oldpassword": "sign_in_secret", "password1": "sign_in_secret"})
class PasswordForm(account_forms.ChangePasswordForm):
    """`settings.ACCOUNT_FORMS["change_password"]`. The new one is asked for once: password managers fill it in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        self.fields["oldpassword"].label = "Your password now"
        self.fields["password1"].label = "Your new password"


class Counted:
    """A code is tried so often and no more, and is good for one thing: allauth would take it again after its time."""

    def clean_code(self) -> str:
        account = self.user  # type: ignore[attr-defined]
        attempts.code(context.request, account)
        code: str = super().clean_code()  # type: ignore[misc]
        if attempts.is_used(account, code):
            raise get_adapter().validation_error("incorrect_code")
        attempts.code_was_right(context.request, account)
        return code


@asks("staff", {"code": "sign_in_secret"})
class CodeForm(Counted, mfa_forms.AuthenticateForm):
    """`settings.MFA_FORMS["authenticate"]`."""


@asks("staff", {"code": "sign_in_secret"})
class CodeAgainForm(Counted, mfa_forms.ReauthenticateForm):
    """`settings.MFA_FORMS["reauthenticate"]`."""


@asks("orders", {"carrier": NOT_PERSONAL, "tracking_number": "purchases"})
class ShipmentForm(forms.Form):
    carrier = forms.ChoiceField(label="Carrier")
    tracking_number = forms.CharField(max_length=60, label="Tracking number", required=False)

    def __init__(self, *args: Any, carriers: list[str], **kwargs: Any) -> None:
        """`carriers` are those under agreement; a single one is chosen already."""
        super().__init__(*args, **kwargs)
        offered = carriers if len(carriers) == 1 else ["", *carriers]
        self.fields["carrier"].choices = [(name, name or "Choose one") for name in offered]  # type: ignore[attr-defined]
        if not carriers:
            self.fields["carrier"].help_text = "No carrier's agreement is in force, so nothing can be sent."

    def clean_tracking_number(self) -> str:
        """The letter names it."""
        typed = str(self.cleaned_data["tracking_number"])
        if elsewhere.link_in(typed):
            raise forms.ValidationError("This is a web address, and a letter would link there. Type the number alone.")
        return typed


@asks("orders", {"delta": NOT_PERSONAL, "reason": NOT_PERSONAL})
class MovementForm(forms.Form):
    delta = forms.IntegerField(
        min_value=-1_000_000, max_value=1_000_000, label="Pieces more or less", help_text="Such as 12 or -3."
    )
    reason = forms.ChoiceField(label="Reason")

    def __init__(self, *args: Any, reasons: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [("", "Choose one"), *reasons]  # type: ignore[attr-defined]


@asks("orders", {"reason": NOT_PERSONAL, "sure": NOT_PERSONAL})
class CancellationForm(forms.Form):
    reason = forms.ChoiceField(label="Reason")
    sure = forms.BooleanField(label="Cancel this order and give the money back")

    def __init__(self, *args: Any, reasons: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [("", "Choose one"), *reasons]  # type: ignore[attr-defined]


class CardFree(forms.Form):
    """A card number in any field is refused, and taken out before the form is shown again."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        typed = {name: str(self.data.get(self.add_prefix(name), "")) for name in self.fields}
        if found := [name for name, text in typed.items() if holds_card_number(text)]:
            self.data = {**self.data, **{self.add_prefix(name): masked(typed[name]) for name in found}}
            for name in found:
                self.add_error(name, "This looks like a card number. It is taken out: nothing here may hold one.")
        return cleaned


@asks("staff", {"email": "email", "name": "name", "role": NOT_PERSONAL})
class StaffForm(CardFree):
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    name = forms.CharField(max_length=100, label="Name", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(label="Role", choices=[(role.value, role.name.capitalize()) for role in STAFF_ROLES])


@asks("enquiry", {"answer": "message", "after": NOT_PERSONAL})
class AnswerForm(CardFree):
    """`after`: how many messages stood on the page, so that the same answer sent twice is one."""

    answer = forms.CharField(max_length=20_000, label="Your answer", widget=forms.Textarea(attrs={"rows": 8}))
    after = forms.IntegerField(min_value=0, max_value=99_999, widget=forms.HiddenInput)


@enforces("card_numbers_refused", "collect.letter")
@asks("letter", {"reason": NOT_PERSONAL, "text": "letter_text"})
class LetterForm(CardFree):
    reason = forms.ChoiceField(label="Reason", help_text="The customer sees it. The policy knows no other.")
    text = forms.CharField(
        max_length=4000, label="What you write", widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Greeting and signature included. No HTML, no link but to our own pages. Never ask for a password, a "
        "card or an identity number.",
    )  # fmt: skip

    def __init__(self, *args: Any, reasons: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [("", "Choose one"), *reasons]  # type: ignore[attr-defined]


@enforces("card_numbers_refused")
@asks("contact", {"product": NOT_PERSONAL, "text": NOT_PERSONAL})
class RecallForm(CardFree):
    product = forms.CharField(
        max_length=255, label="Product", help_text="The end of its address in the shop, such as linen-dress."
    )
    text = forms.CharField(
        max_length=4000, label="What everybody reads who bought it", widget=forms.Textarea(attrs={"rows": 10}),
        help_text="What is wrong, what to do with it, how the money comes back. No HTML.",
    )  # fmt: skip


@asks("contact", {"people": NOT_PERSONAL, "sure": NOT_PERSONAL})
class RecallConfirmation(RecallForm):
    people = forms.IntegerField(widget=forms.HiddenInput)
    sure = forms.BooleanField(label="Write to all of them")


def as_data(form: forms.BaseForm) -> list[dict[str, Any]]:
    """One plain dict a field, for the macro in `backoffice/form.html`."""
    return [_field(form[name]) for name in form.fields]


def errors_of(form: forms.BaseForm) -> list[dict[str, str]]:
    """What the summary on top of the page says: each message, and the field it leads to."""
    return [
        {"message": masked(f"{form[name].label}: {message}"), "field": form[name].id_for_label}
        if name in form.fields else {"message": str(message), "field": ""}
        for name, messages in form.errors.items() for message in messages
    ]  # fmt: skip


def _field(bound: forms.BoundField) -> dict[str, Any]:
    widget = bound.field.widget
    kind = "textarea" if isinstance(widget, forms.Textarea) else getattr(widget, "input_type", "text")
    secret = isinstance(widget, forms.PasswordInput)
    value = "" if secret else bound.value()
    return {
        "name": bound.html_name, "id": bound.id_for_label, "label": str(bound.label), "type": kind,
        "value": _shown_again(bound.name, value), "required": bound.field.required,
        "autocomplete": widget.attrs.get("autocomplete", "off"), "inputmode": _keys(bound.field),
        "help": _help(bound), "errors": [masked(str(error)) for error in bound.errors],
        "rows": widget.attrs.get("rows", 0),
        "choices": [{"value": str(v), "label": str(label)} for v, label in getattr(bound.field, "choices", ())],
    }


def _shown_again(name: str, value: Any) -> str:
    text = "" if value is None else str(value)
    return text if name in LIKE_CARDS else masked(text)


def _keys(field: forms.Field) -> str:
    """Codes and numbers bring up the digits on a phone; a minus needs the full keyboard."""
    return "numeric" if field.widget.attrs.get("autocomplete") == "one-time-code" else ""


def _help(bound: forms.BoundField) -> str:
    """allauth's own helps are pieces of HTML: what they say, our pages say themselves."""
    return "" if isinstance(bound.field, account_forms.PasswordField) else str(bound.help_text)
