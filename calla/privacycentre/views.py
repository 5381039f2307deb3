from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_http_methods, require_safe

from calla.kernel import clock
from calla.kernel.errors import Missing
from calla.policy import as_data, enforces
from calla.privacy import cookies, versions
from calla.privacycentre import pages

SECURITY_TXT_LIFE = timedelta(days=180)


class NoSuchVersion(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such version of this page.")


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    return _policy_page(request, versions.in_force())


@require_safe
def old_policy(request: HttpRequest, number: int) -> HttpResponse:
    found = versions.posted(number)
    if found is None:
        raise NoSuchVersion
    return _policy_page(request, found)


def _policy_page(request: HttpRequest, version: versions.Loaded) -> HttpResponse:
    current = versions.number()
    return pages.page(
        request, "policy", "Privacy", sections=pages.sections(version), version=version.number,
        since=f"{version.effective_at:%-d %B %Y}", current=current, old=version.number != current,
        **pages.counts(version.policy),
    )


@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    in_force = versions.in_force()
    rows = pages.proofs(in_force.policy)
    return pages.page(request, "proof", "What keeps each sentence", rows=rows, version=in_force.number)


@enforces("versions_kept_and_compared")
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    return pages.page(request, "history", "All versions of this policy", versions=pages.history())


@enforces("policy_as_data")
@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    in_force = versions.in_force()
    said = as_data(in_force.policy, pages.live(in_force))
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False}, content_type="application/json; charset=utf-8")


@enforces("each_cookie_can_be_declined", "choices.ask_again", "gpc_shown")
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """Take or refuse each cookie that may be refused. The answer lies in a cookie of its own and nowhere else."""
    optional = [name for name, rule in versions.current().cookies.items() if rule.need == "choice"]
    if request.method == "POST":
        return _answered(request, optional)
    program, refused = versions.current().program, cookies.declined(request)
    signal = request.headers.get("Sec-GPC") == "1" or request.headers.get("DNT") == "1"
    shown = [
        {"name": name, "what": program.cookies[name].phrase("en"), "accepted": name not in refused} for name in optional
    ]
    response = pages.page(
        request, "choices", "Cookies", cookies=shown, signal=signal, saved="saved" in request.GET,
        table=_cookie_table(),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _answered(request: HttpRequest, optional: list[str]) -> HttpResponse:
    everything = request.POST.get("all", "")
    taken = {"yes": set(optional), "no": set[str]()}.get(everything, set(request.POST.getlist("cookie")))
    refused = [name for name in optional if name not in taken]
    response = HttpResponseRedirect("/privacy/choices?saved")
    for name in refused:
        cookies.take(response, name)
    cookies.put(response, "choices", ".".join(refused) or "none")
    return response


def _cookie_table() -> list[tuple[str, ...]]:
    from calla.policy.tables import table

    return list(table("table.cookies", versions.current(), "en").rows)


@require_safe
def gpc(request: HttpRequest) -> HttpResponse:
    """See the GPC specification: this site takes the signal as a no."""
    return JsonResponse({"gpc": True, "lastUpdate": f"{versions.in_force().effective_at:%Y-%m-%d}"})


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116."""
    expires = (clock.now() + SECURITY_TXT_LIFE).replace(hour=0, minute=0, second=0, microsecond=0)
    contact = versions.current().get("contact.mail") or settings.MAIL_FROM
    lines = [
        f"Contact: mailto:{contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {settings.PUBLIC_URL}/.well-known/security.txt",
        f"Policy: {settings.PUBLIC_URL}/privacy",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/office/password")
