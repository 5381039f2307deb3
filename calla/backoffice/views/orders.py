"""Orders in the office: the queue, one order, and what is done with it. The list shows nothing personal; opening one
order is an entry in the ledger that its customer can read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from calla.backoffice import paging
from calla.backoffice.forms import CancellationForm, ShipmentForm
from calla.backoffice.pages import actor, page, role_of, staff
from calla.backoffice.paging import moment
from calla.backoffice.views.letters import failure
from calla.catalogue import selectors as catalogue
from calla.customers import addressing
from calla.customers.types import Address, Role
from calla.kernel.errors import Missing, ShopError, Unavailable
from calla.orders import selectors, services
from calla.orders.types import CancelReason, FulfilmentState, OrderFacts, OrderPart, OrderRow, OrderState, OrderView
from calla.payments import selectors as payments
from calla.payments import services as money
from calla.payments.selectors import PaymentView
from calla.privacy import egress, mail, versions
from calla.privacy.card_numbers import masked
from calla.privacy.errors import AgreementLapsed, NotGranted
from calla.privacy.fields import asks

FILTERS = (
    ("", "All"),
    (FulfilmentState.PENDING.value, "To pack"),
    (FulfilmentState.PACKED.value, "To send"),
    (FulfilmentState.SHIPPED.value, "On their way"),
    (OrderState.ON_HOLD.value, "Held back"),
    (OrderState.COMPLETED.value, "Completed"),
    (OrderState.CANCELLED.value, "Cancelled"),
)
ONLY = {"mailbox": "Orders of one e-mail address", "sku": "Orders with {}"}
LONGEST = 254
PARCEL = {"unfulfilled": "to pack", "fulfilled": "on its way", "failed": "came back"}  # the others say it themselves
NEXT = {"pending": "packing", "packed": "shipment", "shipped": "delivery", "failed": "packing"}
HERE = {"pending", "packed", "failed"}  # the parcel is in the house, so the order can be called off


@require_GET
@staff()
def queue(request: HttpRequest) -> HttpResponse:
    asked, number = request.GET.get("state", ""), paging.number(request)
    only = {name: request.GET[name].replace("\0", "") for name in ONLY if name in request.GET}
    rows, total = selectors.queue(asked, only=only, page=number)
    paid = payments.statuses([row.id for row in rows], free={row.id for row in rows if not row.total.minor})
    return page(
        request, "backoffice/orders.html", "Orders",
        filters=[
            {"label": label, "href": f"?{urlencode({'state': state, **only})}", "here": state == asked}
            for state, label in FILTERS
        ],
        words="", missed=False, only=[ONLY[name].format(value) for name, value in only.items()],
        rows=[_row(row, paid[row.id]) for row in rows], pager=paging.pager(request, number, total, selectors.ROWS),
    )


@asks("orders", {"q": "email"})
@require_POST
@staff()
def search(request: HttpRequest) -> HttpResponse:
    """Sent and not asked for by address: what is typed here may be somebody's, and addresses are remembered."""
    words = masked(request.POST.get("q", ""))[:LONGEST]
    found = selectors.find(words)
    if found is None:
        return page(request, "backoffice/orders.html", "Orders", words=words, missed=True)
    name, value = found
    if name == "number":
        return redirect("office_order", selectors.id_of_number(value))
    return redirect(f"/office/orders?{urlencode({name: value})}")


@require_GET
@staff()
def detail(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """What nobody may read now, erased or paused, is said in the office: its row still stands in the queue."""
    try:
        return _show(request, order_id)
    except NotGranted as refused:
        messages.error(request, str(refused))
        return redirect("office_orders")


@require_GET
@staff()
def slip(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """For printing, to lie in the parcel: no prices."""
    order = selectors.for_parcel(order_id, by=actor(request))
    return page(request, "backoffice/slip.html", f"Packing slip {order.number}", order=_slip(order))


@require_POST
@staff()
def packing(request: HttpRequest, order_id: UUID) -> HttpResponse:
    return _do(request, order_id, "Packed.", partial(services.pack, order_id, by=actor(request)))


@require_POST
@staff()
def shipment(request: HttpRequest, order_id: UUID) -> HttpResponse:
    form = ShipmentForm(request.POST, carriers=_carriers())
    if not form.is_valid():
        return _show(request, order_id, form=form)
    with_whom = form.cleaned_data
    deed = partial(services.ship, order_id, **with_whom, by=actor(request))
    return _do(request, order_id, "Sent. The customer is told.", deed)


@require_POST
@staff()
def delivery(request: HttpRequest, order_id: UUID) -> HttpResponse:
    return _do(request, order_id, "Delivered.", partial(services.deliver, order_id, by=actor(request)))


@require_POST
@staff()
def comeback(request: HttpRequest, order_id: UUID) -> HttpResponse:
    done = "It is back on the shelf, still kept for this order. Pack it again, or cancel the order."
    return _do(request, order_id, done, partial(services.come_back, order_id, by=actor(request)))


@require_POST
@staff(Role.MANAGER)
def hold(request: HttpRequest, order_id: UUID) -> HttpResponse:
    return _do(request, order_id, "Held back.", partial(services.hold_back, order_id, by=actor(request)))


@require_POST
@staff(Role.MANAGER)
def release(request: HttpRequest, order_id: UUID) -> HttpResponse:
    return _do(request, order_id, "Released.", partial(services.release, order_id, by=actor(request)))


@require_http_methods(["GET", "POST"])
@staff(Role.MANAGER)
def cancellation(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """First shows what goes back, then does it; nothing personal is opened for either."""
    order = selectors.summary(order_id)
    form = CancellationForm(request.POST if request.method == "POST" else None, reasons=CancelReason.choices)
    if form.is_valid():
        deed = partial(money.cancel, order_id, CancelReason(form.cleaned_data["reason"]), by=actor(request))
        return _do(request, order_id, "Cancelled. The money goes back and the customer is told.", deed)
    attempts = payments.of_order(order_id)
    return page(
        request, "backoffice/cancellation.html", f"Cancel order {order.number}", form=form,
        order=_row(order, payments.status_among(attempts, order.total)), payments=_payments(attempts),
    )


def _do(request: HttpRequest, order_id: UUID, done: str, deed: Callable[[], Any]) -> HttpResponse:
    """Do it and go back to the order; a refusal is told there, where it can be acted on."""
    try:
        deed()
    except (Missing, Unavailable):
        raise
    except ShopError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("office_order", order_id)


def _show(request: HttpRequest, order_id: UUID, *, form: ShipmentForm | None = None) -> HttpResponse:
    order = selectors.detail(order_id, by=actor(request))
    attempts = payments.of_order(order_id)
    parcel = order.parcels[-1].state if order.parcels else ""
    running = order.state == OrderState.PLACED
    return page(
        request, "backoffice/order.html", f"Order {order.number}",
        form=form or ShipmentForm(carriers=_carriers()), order=_opened(order),
        payment_status=payments.status_among(attempts, order.total).replace("_", " "), payments=_payments(attempts),
        undelivered=[failure(one) for one in mail.undelivered(to=order.subject)],
        next=NEXT.get(parcel, "") if running else "",
        letters=[_letter(one) for one in mail.written_to(order.subject)], may_write=versions.current().has("contact"),
        manager=role_of(request).covers(Role.MANAGER), on_hold=order.state == OrderState.ON_HOLD, running=running,
        cancellable=parcel in HERE and order.state in {OrderState.PLACED, OrderState.ON_HOLD},
    )


def _carriers() -> list[str]:
    """Those that the policy names with an agreement in force; nobody else may be given an address."""
    try:
        return egress.helpers("orders.carrier")
    except AgreementLapsed:
        return []


def _row(row: OrderRow, paid: str) -> dict[str, Any]:
    return {
        "href": f"/office/orders/{row.id}", "number": row.number, "placed": moment(row.placed_at),
        "country": row.country, "state": row.state.replace("_", " "), "parcel": _parcel(row),
        "paid": paid.replace("_", " "), "pieces": row.pieces, "total": row.total.format(catalogue.shop().locale),
    }


def _slip(order: OrderPart) -> dict[str, Any]:
    return _head(order) | {"delivery": _label(order.details.delivery_address), "lines": _lines(order)}


def _opened(order: OrderView) -> dict[str, Any]:
    shop = catalogue.shop()
    money_of = {name: getattr(order, name).format(shop.locale) for name in ("subtotal", "shipping", "tax", "total")}
    return {
        "state": order.state.replace("_", " "), "parcel": _parcel(order), "email": order.email, "phone": order.phone,
        "reason": _reason(order.cancel_reason), "delivery": _label(order.delivery), "lines": _lines(order),
        "billing": addressing.label_lines(order.billing, sent_from=shop.country) if order.billing else [],
        "parcels": [
            {"carrier": one.carrier, "tracking": one.tracking_number, "shipped": moment(one.shipped_at)}
            for one in order.parcels
        ],
        "events": [{"label": event.label, "at": moment(event.at), "actor": event.actor} for event in order.events],
    } | _head(order) | money_of


def _head(order: OrderFacts) -> dict[str, Any]:
    return {
        "href": f"/office/orders/{order.id}", "number": order.number, "placed": moment(order.placed_at),
        "method": order.shipping_method,
    }


def _label(address: Address) -> list[str]:
    shop = catalogue.shop()
    return addressing.label_lines(address, sent_from=shop.country, locale=shop.locale)


def _lines(order: OrderFacts) -> list[dict[str, Any]]:
    locale = catalogue.shop().locale
    return [
        {
            "title": line.product_title, "variant": line.variant_title, "sku": line.sku, "quantity": line.quantity,
            "price": line.price.format(locale), "total": line.total.format(locale),
        }
        for line in order.lines
    ]


def _letter(one: mail.Written) -> dict[str, Any]:
    reason = mail.named(one.reason) if one.reason else ""
    return {
        "at": moment(one.on), "kind": mail.named(one.kind).capitalize(), "reason": reason, "sent": one.sent,
        "came_back": one.came_back,
    }  # fmt: skip


def _payments(attempts: Iterable[PaymentView]) -> list[dict[str, Any]]:
    locale = catalogue.shop().locale
    return [
        {
            "attempt": one.attempt, "provider": one.provider, "reference": one.reference,
            "state": one.state.replace("_", " "), "amount": one.amount.format(locale),
            "captured": one.captured.format(locale), "refunded": one.refunded.format(locale),
            "back": one.refundable.format(locale), "on_its_way": one.on_its_way.format(locale),
            "started": moment(one.started_at),
        }
        for one in attempts
    ]


def _parcel(order: OrderRow | OrderView) -> str:
    return PARCEL.get(order.fulfilment_status, order.fulfilment_status)


def _reason(reason: str) -> str:
    return CancelReason(reason).label if reason else ""
