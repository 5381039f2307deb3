from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from calla.kernel import clock, links
from calla.kernel.errors import Missing
from calla.policy import as_data, enforces
from calla.privacy import mail, receipts, versions
from calla.privacycentre import differences, pages

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
    old = version.number != current
    return pages.page(
        request, "policy", "Privacy", hidden=old, sections=pages.sections(version), version=version.number,
        since=pages.day(version), old=old, current=current, counts=pages.counts(version.policy),
        standing=pages.standing(version),
    )  # fmt: skip


@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    version = versions.in_force()
    return pages.page(
        request, "proof", "What keeps each sentence", version=version.number, since=pages.day(version),
        **pages.proofs(version),
    )  # fmt: skip


@enforces("versions_kept_and_compared")
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    return pages.page(request, "history", "All versions of this policy", versions=differences.history())


@require_safe
def difference(request: HttpRequest, old: int, new: int) -> HttpResponse:
    """Any two versions, side by side in what they make the shop do."""
    pair = versions.posted(old), versions.posted(new)
    if pair[0] is None or pair[1] is None:
        raise NoSuchVersion
    return pages.page(
        request, "difference", f"From version {old} to version {new}", hidden=True, old=old, new=new,
        changes=differences.between(pair[0], pair[1]),
    )  # fmt: skip



@enforces("policy_as_data")
@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    in_force = versions.in_force()
    said = as_data(in_force.policy, pages.live(in_force))
    checks = pages.as_checks(in_force)
    said["sentences"] = [sentence | {"checks": checks[sentence["id"]]} for sentence in said["sentences"]]
    said["receipts"] = receipts.published()
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False}, content_type="application/json; charset=utf-8")


@require_POST
def receipt(request: HttpRequest) -> HttpResponse:
    """The receipt that a page has just shown, as a file. It comes back from that page: we keep no copy."""
    genuine = receipts.verify(request.POST.get("receipt", "").encode(), receipts.published()["key"])
    response = HttpResponse(receipts.written(genuine), content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="receipt-{genuine["at"][:10]}.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def gpc(request: HttpRequest) -> HttpResponse:
    """See the GPC specification: a yes only where a sentence in force says that the signal is a no."""
    version = versions.in_force()
    said = {"gpc": version.policy.has_claim("gpc_is_a_no"), "lastUpdate": f"{version.effective_at:%Y-%m-%d}"}
    return JsonResponse(said)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116."""
    expires = (clock.now() + SECURITY_TXT_LIFE).replace(hour=0, minute=0, second=0, microsecond=0)
    contact = mail.own_address()
    lines = [
        f"Contact: mailto:{contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {settings.PUBLIC_URL}/.well-known/security.txt",
        f"Policy: {links.absolute('policy')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/office/password")
