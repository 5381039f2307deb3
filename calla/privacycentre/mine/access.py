"""The link by which people reach what is held about them. It carries its authority in itself and is stored nowhere.

Address and end are sealed in it, under a key made from one of the lasting secrets: nobody can guess one or read the
address out of it, and the shop needs no row to know it again. Whoever can read the mailbox has it, as they would have
any other way back into an account.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from calla.kernel import clock, links
from calla.kernel.errors import Missing
from calla.policy import enforces
from calla.policy.spans import Span
from calla.privacy import correcting, index, versions
from calla.privacy import services as privacy

FOR = "own data"
TO_MOVE = "new address"
SHORT = Span(1, "hour")  # where no sentence says how long


class LinkOver(Missing):
    """Its time is over, or we never made it: the two look alike."""

    def __init__(self) -> None:
        super().__init__("This link does not work, or not any more. A new one is quickly sent.")
        self.way_on = ("Send me a new link", links.path("mine"))


@enforces("rights.link")
def make(email: str) -> str:
    """The secret part of a link for whoever reads the mail to this address; good for as long as the policy says."""
    hours = life().longest_and_shortest()[1]
    return privacy.seal_pass(FOR, index.normal(email), ends=clock.now() + timedelta(hours=hours))


def people(token: str) -> tuple[UUID, ...]:
    """All subjects at the address the link was mailed to; none once they are forgotten. Raises LinkOver."""
    return privacy.people_at(address(token))


def move(old: str, new: str) -> str:
    """The secret part of a link for whoever reads the mail to a new address: it names both."""
    hours = life().longest_and_shortest()[1]
    return privacy.seal_pass(TO_MOVE, f"{old}\n{new}", ends=clock.now() + timedelta(hours=hours))


def addresses(token: str) -> tuple[str, str]:
    """The old address and the new one. Raises LinkOver, also once the old one stands nowhere any more."""
    old, _, new = (privacy.opened_pass(TO_MOVE, token) or "").partition("\n")
    if not new or not correcting.allowed() or not privacy.people_at(old):
        raise LinkOver
    return old, new


def address(token: str) -> str:
    """The address itself, as one spelling. Raises LinkOver."""
    found = privacy.opened_pass(FOR, token)
    if found is None:
        raise LinkOver
    return found


def life() -> Span:
    said: Span = versions.current().get("rights.link", SHORT)
    return said
