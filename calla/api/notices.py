"""Where the payment provider tells us that something happened. Only its signature counts; the rest is asked back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from calla.payments import services as payments
from calla.payments.errors import NoticeRefused

MOST_BYTES = 64 * 1024


@require_POST
def testpay(request: HttpRequest) -> HttpResponse:
    """200 for a notice, new or repeated; the provider repeats whatever is answered otherwise."""
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return _said("This is too long for a notice.", 413)
    try:
        payments.receive(request.headers, request.body)
    except NoticeRefused as refused:
        return _said(str(refused), 400)
    return _said("noted", 200)


def _said(words: str, status: int) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")
