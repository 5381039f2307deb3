"""What stands around every page of the shop, and how a page is made.

A page for somebody who only looks holds nothing of the visitor. Whoever shops without cookies carries the cart's secret
address along instead: then every link of the page keeps it, and the page is kept in no cache.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static

from calla.kernel.frame import Way, frame
from calla.policy import enforces
from calla.privacy import mail

__all__ = ["Way", "frame", "page"]

STYLES = {
    "cancellation": "order",
    "cart": "cart",
    "cart_empty": "cart",
    "checkout": "checkout",
    "collection": "listing",
    "collections": "home",
    "components": "samples",
    "contact": "contact",
    "contact_elsewhere": "contact",
    "enquiry": "contact",
    "help": "contact",
    "home": "home",
    "lookup": "order",
    "order": "order",
    "product": "product",
    "returned": "order",
    "search": "listing",
}
"""The sheet that the pages of a template need beside the common ones."""
SCRIPTS = {"collection": "listing", "product": "product", "search": "listing"}


@enforces("policy_linked_everywhere", "no_foreign_requests", "no_foreign_scripts", "no_downloads")
def page(
    request: HttpRequest,
    template: str,
    title: str,
    *,
    way: Way | None = None,
    private: bool = False,
    status: int = 200,
    quiet: bool = False,
    noindex: bool = False,
    **content: Any,
) -> HttpResponse:
    """A page in its frame. `private` pages are kept by no cache and shown by no search engine; `quiet` ones hold
    nothing that leads away from their task: at the head the bag, at the foot the policy and whom to ask."""
    way = way or Way.of(request)
    hidden = noindex or private or bool(way.cart) or status >= 400
    around = frame(way)
    if template in STYLES:
        around["styles"] = [*around["styles"], static(f"calla/{STYLES[template]}.css")]
    if template in SCRIPTS:
        around["scripts"] = [*around["scripts"], static(f"calla/{SCRIPTS[template]}.js")]
    if quiet:
        around["contact"] = mail.own_address()
    context = {"frame": around, "title": title, "noindex": hidden, "quiet": quiet, **content}
    response = render(request, f"storefront/{template}.html", context, status=status)
    if private or way.cart:
        response.headers["Cache-Control"] = "no-store"
    return response
