"""Every part that pages are put together from, on one page; in the demo alone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from calla.catalogue import selectors as catalogue
from calla.catalogue.types import SizeGuide
from calla.kernel import demo
from calla.storefront import shown
from calla.storefront.frame import Way, page
from calla.storefront.shown import care
from calla.storefront.shown.product import guide

COLOURS = (
    "ground", "raised", "sunken", "spathe", "note-ground", "wrong-ground", "ink", "soft", "edge", "line", "accent",
    "accent-deep", "accent-ink", "spadix", "wrong",
)  # fmt: skip
GUIDE = SizeGuide(
    ("Bust", "Waist", "Hips"),
    (("36", (84, 66, 90)), ("38", (88, 70, 94)), ("40", (92, 74, 98.5))),
    (("Bust", "Around the fullest part, the tape level and not tight."),),
)
FIELDS = (
    {"name": "sample_name", "label": "Name", "value": "Ada Quill", "autocomplete": "off"},
    {"name": "sample_email", "label": "E-mail address", "type": "email", "autocomplete": "off",
     "hint": "For the receipt and the parcel, nothing else."},
    {"name": "sample_postcode", "label": "Postcode", "value": "1011", "autocomplete": "off",
     "error": "A German postcode has five digits, such as 10115."},
    {"name": "sample_country", "label": "Country", "autocomplete": "off", "optional": True,
     "choices": [{"code": "AT", "name": "Austria", "chosen": False},
                 {"code": "DE", "name": "Germany", "chosen": True}]},
)  # fmt: skip
UNSET = {"type": "text", "value": "", "inputmode": "", "hint": "", "error": "", "optional": False, "choices": []}


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    demo.refuse_elsewhere()
    way = Way.of(request)
    return page(
        request,
        "components",
        "Components",
        noindex=True,
        colours=COLOURS,
        fields=[UNSET | one for one in FIELDS],
        tiles=shown.tiles(catalogue.listing(size=4).tiles, way),
        guide=guide(GUIDE),
        facts=list(_facts()),
        pages=shown.pages(2, 4, lambda number: f"#page-{number}"),
    )


def _facts() -> list[dict[str, Any]]:
    codes = " ".join(care.CARE)
    return [
        {"name": "Material", "text": "100 % linen, 180 g/m²", "care": []},
        {"name": "Care", "text": codes, "care": care.instructions(codes)},
    ]
