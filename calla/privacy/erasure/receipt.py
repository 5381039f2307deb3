"""An erasure as data: what was done, for the receipt, for programs, and for pages. No value of a person is in it."""

from __future__ import annotations

from typing import Any

from calla.privacy import receipts
from calla.privacy.erasure.erasing import Erasure
from calla.privacy.erasure.planning import Plan
from calla.privacy.receipts import Receipt


def of(done: Erasure) -> Receipt:
    """Signed, for whoever was erased."""
    said = as_data(done.plan) | {"keys_destroyed": done.keys, "people_forgotten_whole": done.people}
    return receipts.signed("erasure", done.at, number=str(done.number), **said)


def as_data(planned: Plan) -> dict[str, Any]:
    return {
        "asked_on": planned.at.isoformat(),
        "erased": [{"what": part.what, "count": part.count, "fields": list(part.fields)} for part in planned.gone],
        "held_by_law": [
            {"what": one.what, "count": one.count, "fields": list(one.fields), "law": one.law,
             "until": one.until.isoformat()}
            for one in planned.kept
        ],
        "served_first": [{"what": part.what, "count": part.count} for part in planned.first],
        "left_without_a_person": list(planned.anonymous),
    }  # fmt: skip
