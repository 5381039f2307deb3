from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from calla.backoffice.pages import page, staff
from calla.enquiries import selectors as enquiries
from calla.orders import selectors as orders
from calla.payments import selectors as payments
from calla.privacy import backups, mail


@require_GET
@staff()
def front(request: HttpRequest) -> HttpResponse:
    """What waits for somebody."""
    waiting = orders.waiting()
    tasks = [
        {"count": waiting["to_pack"], "label": "to pack", "href": "/office/orders?state=pending"},
        {"count": waiting["to_ship"], "label": "to send", "href": "/office/orders?state=packed"},
        {"count": waiting["on_hold"], "label": "held back", "href": "/office/orders?state=on_hold"},
    ]
    asked = enquiries.waiting()
    if asked["open"] or enquiries.takes_questions():
        tasks.append({"count": asked["open"], "label": "to answer", "href": "/office/enquiries?state=open"})
    if late := asked["overdue"]:
        tasks.append({"count": late, "label": "overdue", "href": "/office/enquiries?state=overdue", "late": True})
    if unpayable := payments.waiting_for_agreement():
        tasks.append({"count": unpayable, "label": "orders that cannot be paid: no agreement", "href": "/privacy"})
    if enquiries.mailbox_is_silent():
        silent = "letter to our own address did not arrive"
        tasks.append({"count": 1, "label": silent, "href": "/office/letters", "late": True})
    if backups.is_overdue():
        practice = "backup to put back for practice: calla restore DIR --drill"
        tasks.append({"count": 1, "label": practice, "href": "/privacy/security#drills", "late": True})
    if undelivered := mail.given_up():
        tasks.append({"count": undelivered, "label": "letters not delivered", "href": "/office/letters"})
    return page(request, "backoffice/front.html", "What waits", tasks=tasks)
