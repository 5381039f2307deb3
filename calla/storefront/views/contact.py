"""Asking the shop something: without account, cookie or script. Where no sentence allows it, there is no form."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calla.enquiries import forms, selectors, services
from calla.enquiries.forms import Filled
from calla.enquiries.types import EnquiryView, MessageView
from calla.kernel import links
from calla.kernel.errors import Missing, ShopError, Unavailable
from calla.kernel.frame import Way
from calla.kernel.limits import TooMany
from calla.policy import Rules, enforces
from calla.privacy import mail, versions
from calla.storefront import between, limits, shown
from calla.storefront.frame import page
from calla.storefront.redirects import see_other

NOT_ASKED = "Our policy changed while you were here. What you wrote is still here; please look once more, then send it."
SAID = {
    "open": ("We have your question", "We have written to you that it arrived."),
    "answered": ("Our answer", "It went to you by mail as well. If it leaves something open, write again below."),
    "closed": ("Closed", "You can still write here; then somebody looks at it again."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@enforces("contact_without_account")
def contact(request: HttpRequest) -> HttpResponse:
    rules = versions.current().rules()
    if not selectors.takes_questions():
        return page(request, "contact_elsewhere", "Contact", mail=mail.own_address())
    if request.method != "POST":
        return _form(request, rules, forms.blank(rules, request.GET.get("order", "")))
    sent = between.sent(request)
    if not forms.fields(sent.rules):
        return _form(request, rules, forms.read(request.POST, rules), notice=NOT_ASKED, status=409)
    filled = forms.read(request.POST, sent.rules)
    if in_vain := sent.in_vain(forms.fields, "send it"):
        return _form(request, rules, filled, notice=in_vain, status=409)
    if filled.problems:
        return _form(request, rules, filled, status=422)
    try:
        limits.ask(request)
        token = services.ask(filled.asked)
    except ShopError as error:
        return _kept(_form(request, rules, filled, notice=str(error), status=409), error)
    return see_other(Way.of(request).to(links.path("enquiry", token=token)))


def _form(request: HttpRequest, rules: Rules, filled: Filled, *, notice: str = "", status: int = 200) -> HttpResponse:
    way = Way.of(request)
    return page(
        request, "contact", "Contact", way=way, status=status, private=status != 200,
        action=way.to(links.path("contact")), fields=forms.shown(filled, rules), age=forms.age_field(filled, rules),
        errors=filled.errors, notice=notice,
        once=filled["once"], shown_policy=versions.number(), answer=selectors.answer_time(), mail=mail.own_address(),
        help=way.to(links.path("help")), why=_why(rules),
    )  # fmt: skip


@require_safe
def case(request: HttpRequest, token: str) -> HttpResponse:
    """The case at its secret address: what was written, and where one writes again."""
    return _case(request, selectors.by_token(token), Filled())


@require_POST
def messages(request: HttpRequest, token: str) -> HttpResponse:
    filled = forms.read_reply(request.POST)
    if filled.problems:
        return _case(request, selectors.by_token(token), filled, status=422)
    try:
        limits.ask(request)
        services.reply(token, filled["message"], after=forms.after(request.POST))
    except Missing:
        raise
    except ShopError as error:
        found = selectors.by_token(token)
        return _kept(_case(request, found, filled, notice=str(error), status=409), error)
    return see_other(Way.of(request).to(links.path("enquiry", token=token)))


def _case(
    request: HttpRequest, found: EnquiryView, filled: Filled, *, notice: str = "", status: int = 200
) -> HttpResponse:
    way = Way.of(request)
    heading, said = SAID[found.state]
    again = found.state == "open" and len(found.messages) > 1
    rules = versions.current().rules()
    return page(
        request, "enquiry", f"Question {found.number}", way=way, private=True, status=status,
        heading="We have your message" if again else heading, said="" if again else said, number=found.number,
        due=_moment(found), messages=[_message(one) for one in found.messages], email=found.email,
        order_number=found.order_number, name=found.name, field=forms.shown_reply(filled), errors=filled.errors,
        notice=notice, after=len(found.messages), why=_why(rules),
        action=way.to(f"{links.path('enquiry', token=found.token)}/messages"),
    )  # fmt: skip


def _message(one: MessageView) -> dict[str, Any]:
    return {
        "ours": one.author == "staff",
        "who": "We wrote" if one.author == "staff" else "You wrote",
        "at": f"{one.at:%Y-%m-%dT%H:%M:%SZ}",
        "day": f"{shown.day(one.at)}, {one.at:%H:%M} UTC",
        "text": one.text,
        "left_out": one.left_out,
        "cut": one.cut,
    }


def _moment(found: EnquiryView) -> str:
    return f"{shown.day(found.due_at)}, {found.due_at:%H:%M} UTC" if found.due_at else ""


def _kept(response: HttpResponse, error: ShopError) -> HttpResponse:
    """The same page with what was typed, and the status that says why it did not go."""
    if isinstance(error, Unavailable):
        response.status_code = 503
        response.headers["Retry-After"] = "30"
    return limits.slowed(response, error) if isinstance(error, TooMany) else response


def _why(rules: Rules) -> str:
    because = rules.because("purpose.enquiries.reads", "collect.enquiry")
    return links.path("policy") + (f"#{because[0]}" if because else "")
