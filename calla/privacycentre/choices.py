"""The visitor's own answer to cookies. It lies in a cookie of its own and nowhere else."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from calla.kernel import links, tokens
from calla.kernel.frame import Way
from calla.policy import Policy, enforces
from calla.policy.language import show_plain
from calla.policy.tables import table
from calla.privacy import cookies, receipts, versions
from calla.privacycentre import pages

NONE_REFUSED = "none"


@enforces("each_cookie_can_be_declined", "choices.ask_again", "gpc_shown", "receipts_given")
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """Take or refuse each cookie that may be refused; refusing all is one press, as accepting all is."""
    policy = versions.current()
    optional = [name for name, rule in policy.cookies.items() if rule.need == "choice"]
    if request.method == "POST":
        return _answered(request, optional)
    refused = cookies.declined(request)
    brought = [name for name in refused if cookies.read(request, name)]  # from before the signal was switched on
    way = _way_on(request, brought)
    response = pages.page(
        request, "choices", "Your cookies", way=way, hidden=True, all=_every_cookie(policy), saved=_saved(request),
        signal=request.headers.get("Sec-GPC") == "1" or request.headers.get("DNT") == "1",
        ask_again=_ask_again(policy), cart=way.cart, deleted=bool(brought),
        optional=[_shown(policy, name, accepted=name not in refused) for name in optional],
        receipt=_receipt(policy, optional, refused) if _saved(request) == "kept" else "",
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    for name in brought:
        cookies.take(response, name)
    return response


def _answered(request: HttpRequest, optional: list[str]) -> HttpResponse:
    named = {"yes": optional, "no": []}.get(request.POST.get("all", ""), request.POST.getlist("cookie[]"))
    refused = [name for name in optional if name not in named]
    way = _way_on(request, refused)
    response = HttpResponseRedirect(way.to(f"{links.path('choices')}?saved"))
    for name in refused:
        cookies.take(response, name)
    cookies.put(response, "choices", ".".join(refused) or NONE_REFUSED)
    return response


def _way_on(request: HttpRequest, refused: list[str]) -> Way:
    """Whoever refuses the cookie that remembers their bag keeps the bag: its address goes into the links instead."""
    named = request.POST.get("cart", "") or Way.of(request).cart
    token = named or (cookies.read(request, "cart") if "cart" in refused else "")
    return Way(token if tokens.TOKEN.fullmatch(token) else "")


def _saved(request: HttpRequest) -> str:
    """Whether the answer that was just given came back: a browser may keep no cookie at all."""
    if "saved" not in request.GET:
        return ""
    return "kept" if cookies.read(request, "choices") else "not kept"


def _receipt(policy: Policy, optional: list[str], refused: Collection[str]) -> str:
    """What was answered to which words, for the visitor to keep: with us nothing of it is stored."""
    asked = [_shown(policy, name, accepted=name not in refused) for name in optional]
    wording = "\n".join(f"{one['name']}: {one['what']}. {one['contents']}" for one in asked)
    answers = {one["name"]: one["accepted"] for one in asked}
    return receipts.written(receipts.of_answers(answers, wording)).decode()


def _ask_again(policy: Policy) -> str:
    span = policy.get("choices.ask_again")
    return show_plain(span, policy.program, policy.language) if span else ""


def _every_cookie(policy: Policy) -> dict[str, Any]:
    found = table("table.cookies", policy, policy.language)
    return {"head": found.head, "rows": found.rows}


def _shown(policy: Policy, name: str, *, accepted: bool) -> dict[str, Any]:
    cookie = policy.program.cookies[name]
    return {"name": name, "what": cookie.phrase(), "contents": cookie.contents["en"], "accepted": accepted}
