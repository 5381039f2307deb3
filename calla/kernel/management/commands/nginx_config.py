from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from calla.kernel.pagestore.folder import NOW, PLACES

# What gives every page its headers; `Cache-Control` and the kind are the page's own.
GIVE_HEADERS = (
    "django.middleware.security.SecurityMiddleware", "calla.kernel.http.Headers", "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)  # fmt: skip
FOUND_BY = "$calla_now$calla_who$calla_page$calla_asked"  # as the template makes them
OWN = frozenset({"Cache-Control", "Content-Type"})
PORTS = {"http": 80, "https": 443}


class Command(BaseCommand):
    help = "Write the configuration of an nginx in front of this shop, as its settings have it."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        letsencrypt = f"/etc/letsencrypt/live/{settings.PUBLIC_HOST}"
        parser.add_argument("--certificate", metavar="FILE", default=f"{letsencrypt}/fullchain.pem")
        parser.add_argument("--key", metavar="FILE", default=f"{letsencrypt}/privkey.pem")

    def handle(self, *args: Any, **options: Any) -> None:
        public = urlsplit(settings.PUBLIC_URL)
        text = render_to_string("kernel/nginx.txt", {
            "host": settings.PUBLIC_HOST,
            "https": public.scheme == "https",
            "port": public.port or PORTS[public.scheme],
            "upstream": settings.LISTEN,
            "folder": str(settings.PAGES_DIR or ""),
            "places": [f"/{number}/{NOW}/{FOUND_BY}.html" for number in range(PLACES)],
            "session": settings.SESSION_COOKIE_NAME,
            "certificate": options["certificate"],
            "key": options["key"],
            "headers_of_pages": headers(),
        })  # fmt: skip
        self.stdout.write(text)


def headers() -> list[tuple[str, str]]:
    """The headers that the shop gives to every page: nginx must give the same to those it answers from files."""
    request = HttpRequest()
    request.method, request.META = "GET", {"SERVER_NAME": settings.PUBLIC_HOST, "SERVER_PORT": "443"}
    request.is_secure = lambda: settings.PUBLIC_URL.startswith("https:")  # type: ignore[method-assign]
    answer: Any = lambda request: HttpResponse()  # noqa: E731
    for name in reversed([name for name in settings.MIDDLEWARE if name in GIVE_HEADERS]):
        answer = import_string(name)(answer)
    return [(name, value) for name, value in answer(request).headers.items() if name not in OWN]
