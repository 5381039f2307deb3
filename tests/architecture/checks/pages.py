"""Pages, views and addresses live in the page apps alone."""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver

from tests.architecture.checks.tree import PAGES, ROOT, Finding, Source, rows, top

VIEWISH = re.compile(r"/(?:views|urls)(?:\.py|/)")
MAKES_PAGES = (
    "django.shortcuts", "django.views", "django.urls.include", "django.urls.path", "django.urls.re_path",
    "django.http.HttpResponseRedirect", "django.http.JsonResponse", "django.http.Http404", "django.template.response",
)  # fmt: skip
LENT = ("django.views.static", "django.contrib.staticfiles.views")  # files in development


def addresses_elsewhere(patterns: Iterable[URLPattern | URLResolver]) -> list[Finding]:
    """Addresses whose view lies outside the page apps."""
    return [
        Finding(*_where(view), f"the address {address!r} is answered by {view.__module__}.{view.__qualname__}")
        for address, view in _views(patterns)
        if top(view.__module__) not in PAGES and not view.__module__.startswith(LENT)
    ]


def _views(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _views(pattern.url_patterns, address)
        else:
            yield address, _made_from(pattern.callback)


def _made_from(callback: Callable[..., Any]) -> Any:
    """The class behind `as_view()`, or the function under its decorators."""
    return getattr(callback, "view_class", None) or inspect.unwrap(callback)


def _where(view: Any) -> tuple[str, int]:
    """File and line of the view; its module alone where no text declares it."""
    try:
        file, line = Path(inspect.getsourcefile(view) or ""), inspect.getsourcelines(view)[1]
    except (OSError, TypeError):
        return view.__module__, 1
    return file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else file.name, line


def pages_elsewhere(sources: Iterable[Source]) -> list[Finding]:
    """Files named like views, and imports that only a page needs, in apps below the pages."""
    height = rows()
    below = [source for source in sources if source.app in height and height[source.app] < height["storefront"]]
    files = [
        Finding(source.file, 1, f"views and addresses live in {', '.join(sorted(PAGES))}, not in {source.app}")
        for source in below if VIEWISH.search(source.file)
    ]
    imports = [
        use.finding(f"{use.name} makes a page, and {source.app} has none")
        for source in below
        for use in source.uses
        if use.how == "import" and use.name.startswith(MAKES_PAGES)
    ]
    return files + imports
