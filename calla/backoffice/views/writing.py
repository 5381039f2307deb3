"""Letters that must be written: to the buyer of one order, or to everybody who bought what is called back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from calla.backoffice.forms import LetterForm, RecallConfirmation, RecallForm
from calla.backoffice.pages import actor, page, staff
from calla.backoffice.paging import moment
from calla.customers.types import Role
from calla.kernel.errors import Missing
from calla.orders import selectors, services
from calla.orders.errors import NobodyBought
from calla.orders.types import RecallView
from calla.privacy import mail, versions
from calla.privacy.errors import LetterRefused


class NoLetters(Missing):
    def __init__(self) -> None:
        super().__init__("The policy in force has no sentence that lets this shop write letters of its own.")


@require_http_methods(["GET", "POST"])
@staff()
def letter(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """What is refused stays typed, with the reason above it."""
    order = selectors.summary(order_id)
    form = LetterForm(request.POST if request.method == "POST" else None, reasons=_reasons())
    if form.is_valid():
        try:
            services.write(order_id, form.cleaned_data["reason"], form.cleaned_data["text"])
        except LetterRefused as refused:
            form.add_error("text", str(refused))
        else:
            messages.success(request, "Written. It leaves in a moment; the customer sees it and its reason on record.")
            return redirect("office_order", order_id)
    return page(
        request, "backoffice/writing.html", f"Write about order {order.number}", form=form,
        order=f"/office/orders/{order_id}",
    )  # fmt: skip


@require_GET
@staff(Role.MANAGER)
def recalls(request: HttpRequest) -> HttpResponse:
    _reasons()
    rows = [_row(one) for one in selectors.recalls()]
    return page(request, "backoffice/recalls.html", "Recalls", rows=rows)


@require_http_methods(["GET", "POST"])
@staff(Role.MANAGER)
def new_recall(request: HttpRequest) -> HttpResponse:
    """First shows what would be written and to how many; then, confirmed for that very number, does it."""
    _reasons()
    form = RecallForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _ask(request, form)
    people = selectors.buyers_count(form.cleaned_data["product"])
    if "people" not in request.POST or not people:
        return _preview(request, form, people)
    confirmed = RecallConfirmation(request.POST)
    if not confirmed.is_valid() or confirmed.cleaned_data["people"] != people:
        return _preview(request, form, people, confirmed)
    try:
        services.recall(form.cleaned_data["product"], form.cleaned_data["text"], by=actor(request))
    except (LetterRefused, NobodyBought) as refused:
        form.add_error("text", str(refused))
        return _ask(request, form)
    messages.success(request, "It has begun. This page tells how far it is.")
    return redirect("office_recalls")


def _preview(
    request: HttpRequest, form: RecallForm, people: int, sent: RecallConfirmation | None = None
) -> HttpResponse:
    if not people:
        form.add_error("product", str(NobodyBought()))
        return _ask(request, form)
    typed = form.cleaned_data
    confirmation = sent or RecallConfirmation(initial=typed)
    changed = sent is not None and sent.is_valid()
    return page(
        request, "backoffice/recall_preview.html", f"Recall: {selectors.title_of_sold(typed['product'])}",
        form=sent if sent is not None and not changed else None, people=people, product=typed["product"],
        text=typed["text"], changed=changed, sure=confirmation["sure"].id_for_label,
    )  # fmt: skip


def _ask(request: HttpRequest, form: RecallForm) -> HttpResponse:
    return page(request, "backoffice/recall.html", "Call something back", form=form)


def _reasons() -> list[tuple[str, str]]:
    """Raises NoLetters where no sentence in force covers them."""
    policy = versions.current()
    if not policy.has("contact"):
        raise NoLetters
    return [(reason, mail.named(reason).capitalize()) for reason in policy.get("contact.reasons", ())]


def _row(one: RecallView) -> dict[str, Any]:
    return {
        "title": one.product_title, "text": one.text, "begun": moment(one.begun_at), "people": one.people,
        "written": one.written, "unreached": one.unreached, "left": max(0, one.people - one.written - one.unreached),
    }  # fmt: skip
