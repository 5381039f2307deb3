"""The precautions without which the shop does not start, for everybody to read and to try."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from calla.privacy import backups, baseline, known_limits, promises, versions
from calla.privacy.backups import Practised
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
        request, "security", "Security", precautions=precautions, limits=limits, practised=_practised(),
        advice=promises.promises_at("security_page"),
    )  # fmt: skip


def _practised() -> dict[str, Any]:
    """Nothing where the policy promises none and none was made."""
    span, newest, by = versions.current().get("security.restore_drill"), backups.newest(), backups.due()
    return {
        "span": str(span) if span else "", "by": f"{by:%-d %B %Y}" if by else "", "overdue": backups.is_overdue(),
        "failed": bool(newest) and not newest[0].whole,
        "head": ("Put back", "The backup of", "Rows compared", "What came of it"),
        "rows": [
            (_day(one.at), _day(one.made_at), f"{one.rows:,} in {one.tables} tables", _outcome(one)) for one in newest
        ],
    }


def _day(moment: datetime) -> str:
    return f"{moment:%-d %B %Y}"


def _outcome(one: Practised) -> str:
    return "It came back whole." if one.whole else "It did not come back whole."
