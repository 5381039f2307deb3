"""Stock: looked up by name or SKU, changed by a movement with its reason, never overwritten."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from calla.backoffice import paging
from calla.backoffice.forms import MovementForm
from calla.backoffice.pages import actor, page, person, role_of, staff
from calla.backoffice.paging import moment
from calla.catalogue import selectors, services
from calla.catalogue.errors import NoSuchVariant, StockRefused
from calla.catalogue.types import STAFF_REASONS, StockView
from calla.customers.types import Role

ROWS = 50
REASONS = [(reason, reason.capitalize()) for reason in sorted(STAFF_REASONS)]
LONGEST = 100
LARGEST = 2**63 - 1  # what the database can count up to


@require_GET
@staff()
def listing(request: HttpRequest) -> HttpResponse:
    text, number = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST], paging.number(request)
    found, total = selectors.find_stock(text, page=number, rows=ROWS)
    return page(
        request, "backoffice/stock.html", "Stock", text=text, rows=[_row(one) for one in found],
        pager=paging.pager(request, number, total, ROWS),
    )


@require_GET
@staff()
def variant(request: HttpRequest, variant_id: int) -> HttpResponse:
    return _show(request, variant_id, MovementForm(reasons=REASONS))


@require_POST
@staff(Role.MANAGER)
def movements(request: HttpRequest, variant_id: int) -> HttpResponse:
    _one(variant_id)
    form = MovementForm(request.POST, reasons=REASONS)
    if not form.is_valid():
        return _show(request, variant_id, form)
    try:
        services.adjust(variant_id, form.cleaned_data["delta"], form.cleaned_data["reason"], by=actor(request))
    except StockRefused as refused:
        form.add_error("delta", str(refused))
        return _show(request, variant_id, form)
    messages.success(request, "The stock is changed.")
    return redirect("office_variant", variant_id)


def _one(variant_id: int) -> StockView:
    found = selectors.stock([variant_id]) if variant_id <= LARGEST else ()
    if not found:
        raise NoSuchVariant
    return found[0]


def _show(request: HttpRequest, variant_id: int, form: MovementForm) -> HttpResponse:
    one = _one(variant_id)
    return page(
        request, "backoffice/variant.html", f"{one.variant.product_title} {one.variant.title}".strip(), form=form,
        row=_row(one), history=_history(request, variant_id), manager=role_of(request).covers(Role.MANAGER),
    )


def _row(one: StockView) -> dict[str, Any]:
    return {
        "href": f"/office/stock/{one.variant.id}", "product": one.variant.product_title, "title": one.variant.title,
        "sku": one.variant.sku, "on_hand": one.on_hand, "allocated": one.allocated, "held": one.held,
        "safety": one.safety,
        "free": "on backorder" if one.variant.backorder else one.variant.available,
    }


def _history(request: HttpRequest, variant_id: int) -> list[dict[str, Any]]:
    me = str(person(request))
    return [
        {
            "at": moment(one.at), "reason": one.reason, "on_hand": f"{one.on_hand:+d}" if one.on_hand else "",
            "allocated": f"{one.allocated:+d}" if one.allocated else "", "order": one.order_id,
            "by": "you" if one.actor_subject == me else one.actor,
        }
        for one in selectors.movements(variant_id)
    ]
