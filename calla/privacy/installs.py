"""The shop hands out nothing that could be installed: whatever looks so goes no further than this."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from calla.policy import enforces

PROGRAMS = re.compile(
    r"application/(?:octet-stream|wasm|java-archive|vnd\.android|vnd\.microsoft\.portable|vnd\.debian|x-(?:ms|dos|exe|sh|apple"
    r"|debian|rpm|redhat|xpinstall|chrome|executable|elf|mach|iso9660|java))|text/x-(?:sh|python|msdos)",
    re.IGNORECASE,
)
ENDINGS = re.compile(
    r"\.(?:exe|msi|msix|appx?|dmg|pkg|apk|aab|ipa|deb|rpm|sh|bat|cmd|ps1|vbs|jar|crx|xpi|scr|com|iso|so|dll)\b",
    re.IGNORECASE,
)
Handler = Callable[[HttpRequest], HttpResponse]


@enforces("no_downloads")
class NothingToInstall:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        named = response.headers.get("Content-Disposition", "")
        if PROGRAMS.match(response.headers.get("Content-Type", "")) or ENDINGS.search(named):
            return HttpResponse("Nothing to install comes from this shop.", status=404, content_type="text/plain")
        return response
