"""Lists in pages, and moments as the office writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, QueryDict

FURTHEST = 10_000


def number(request: HttpRequest) -> int:
    """The page asked for; anything that is none is the first."""
    asked = request.GET.get("page", "")
    return max(1, min(int(asked), FURTHEST)) if asked.isdecimal() and asked.isascii() and len(asked) < 9 else 1


def pager(request: HttpRequest, page: int, total: int, rows: int) -> dict[str, Any]:
    """What the pager below a list shows; both links keep the filter."""
    last = max(1, -(-total // rows))
    return {
        "page": page, "last": last, "total": total,
        "before": _with(request, page - 1) if page > 1 else "",
        "after": _with(request, page + 1) if page < last else "",
    }


def moment(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC") if at else ""


def _with(request: HttpRequest, page: int) -> str:
    query: QueryDict = request.GET.copy()
    query["page"] = str(page)
    return f"?{query.urlencode()}"
