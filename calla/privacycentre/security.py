"""The precautions without which the shop does not start, for everybody to read and to try."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from calla.privacy import baseline, known_limits, promises
from calla.privacycentre import pages


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    precautions = {
        "head": ("What we see to", "How you can try it"),
        "rows": [(one.says, one.test) for one in baseline.precautions()],
    }
    limits = {
        "head": ("Weak spot", "Looked at"),
        "rows": [(one.text, f"{one.reviewed:%-d %B %Y}") for one in known_limits.listed()],
    }
    return pages.page(
        request, "security", "Security", precautions=precautions, limits=limits,
        advice=promises.promises_at("security_page"),
    )  # fmt: skip
