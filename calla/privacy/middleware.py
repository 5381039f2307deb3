from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from calla.privacy import reading, versions


class OnePolicy:
    """A request lives under one version of the policy, from its first line to its last."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with versions.pinned():
            response = self.get_response(request)
        reading.flush_if_due()
        return response
