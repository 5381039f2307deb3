from __future__ import annotations

from collections.abc import Callable
from typing import Any

from babel.lists import format_list
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from calla.backoffice.pages import page, staff
from calla.enquiries import selectors as enquiries
from calla.orders import selectors as orders
from calla.payments import selectors as payments
from calla.policy import Policy
from calla.privacy import backups, egress, mail, proof, versions

# What is wrong while it counts anything: how many, what one is called and what several are, where it is seen to.
CHECKS: tuple[tuple[Callable[[Policy, list[proof.Result]], int], str, str, str], ...] = (
    (proof.broken, "promise is broken", "promises are broken", "/privacy/proof"),
    (
        proof.overdue,
        "check is overdue: does a worker run?",
        "checks are overdue: does a worker run?",
        "/privacy/proof",
    ),
)
AGREEMENTS = "agreement is over: {over} gets nothing", "agreements are over: {over} get nothing"
ALARMS: tuple[tuple[Callable[[], int], str, str, str], ...] = (
    (
        payments.waiting_for_agreement,
        "order waits: without an agreement it cannot be paid",
        "orders wait: without an agreement they cannot be paid",
        "/privacy",
    ),
    (
        enquiries.mailbox_is_silent,
        "letter to our own address did not arrive",
        "letters to our own address did not arrive",
        "/office/letters",
    ),
    (
        backups.is_overdue,
        "backup to put back for practice: calla restore DIR --drill",
        "backups to put back for practice: calla restore DIR --drill",
        "/privacy/security#drills",
    ),
    (
        backups.last_failed,
        "backup did not come back whole, put back for practice",
        "backups did not come back whole, put back for practice",
        "/privacy/security#drills",
    ),
    (mail.given_up, "letter was not delivered", "letters were not delivered", "/office/letters"),
)


@require_GET
@staff()
def front(request: HttpRequest) -> HttpResponse:
    """What waits for somebody, and what is wrong."""
    return page(request, "backoffice/front.html", "What waits", tasks=_tasks(), alarms=_alarms())


def _tasks() -> list[dict[str, Any]]:
    waiting, asked = orders.waiting(), enquiries.waiting()
    tasks = [
        {"count": waiting["to_pack"], "label": "to pack", "href": "/office/orders?state=pending"},
        {"count": waiting["to_ship"], "label": "to send", "href": "/office/orders?state=packed"},
        {"count": waiting["on_hold"], "label": "held back", "href": "/office/orders?state=on_hold"},
    ]
    if asked["open"] or enquiries.takes_questions():
        tasks.append({"count": asked["open"], "label": "to answer", "href": "/office/enquiries?state=open"})
    if late := asked["overdue"]:
        tasks.append({"count": late, "label": "overdue", "href": "/office/enquiries?state=overdue", "late": True})
    return tasks


def _alarms() -> list[dict[str, Any]]:
    policy = versions.current()
    every = proof.results(policy)
    counted = [(count(policy, every), *words) for count, *words in CHECKS]
    over = egress.lapsed()
    one, several = (said.format(over=format_list(over, locale="en_GB")) for said in AGREEMENTS)
    counted.append((len(over), one, several, "/privacy"))
    counted += [(int(count()), *words) for count, *words in ALARMS]
    return [
        {"count": count, "label": one if count == 1 else several, "href": href}
        for count, one, several, href in counted
        if count
    ]
