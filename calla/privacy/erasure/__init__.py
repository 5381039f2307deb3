"""Erasure: whoever wants it is forgotten, but for what is owed to them and what the law holds.

`plan` says beforehand what would go, what stays and why. `erase` does it, in steps that can each be taken again: the
wish is noted, and from that moment nothing of the person is read; rows go with their lines in the ledger; keys are
destroyed; then it is looked for what may be left, by a job wherever that takes long. Whoever is killed in between, the
nightly run goes on.
"""

from calla.privacy.erasure.erasing import Erasure, erase, go_on
from calla.privacy.erasure.planning import Kept, Part, Plan, plan
from calla.privacy.erasure.receipt import as_data
from calla.privacy.erasure.receipt import of as receipt_of
from calla.privacy.erasure.replaying import come_back, replay
from calla.privacy.erasure.searching import Searched, searched, with_something_left

__all__ = [
    "Erasure", "Kept", "Part", "Plan", "Searched", "as_data", "come_back", "erase", "go_on", "plan", "receipt_of",
    "replay", "searched", "with_something_left",
]  # fmt: skip
