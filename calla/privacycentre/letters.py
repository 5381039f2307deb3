"""The letters of the privacy centre: the way to one's own data, and what becomes of it when it is erased."""

from __future__ import annotations

from uuid import UUID

from calla.kernel import links
from calla.policy import enforces
from calla.policy.language import show_plain
from calla.privacy import erasure, mail, versions
from calla.privacy import services as privacy
from calla.privacy.letters import Draft, letter
from calla.privacycentre.mine import access, erasing, moving


@letter("own_data", purpose="rights")
def own_data(asked: UUID) -> Draft | None:
    """The link is made as the letter is written, and so its time begins when it leaves."""
    subject = mail.addressee("own_data", asked)
    email = privacy.address_of(subject, "rights") if subject else None
    if email is None:
        return None
    policy = versions.current()
    context = {
        "link": links.absolute("my_data", token=access.make(email)),
        "life": show_plain(access.life(), policy.program, policy.language),
    }
    return Draft(email, "What we hold about you", "privacycentre/letters/own_data", context)


@letter("new_address", purpose="rights")
def new_address(_asked: UUID) -> Draft | None:
    """It names no old address: whoever reads it may be a stranger, if somebody mistyped theirs."""
    asked = moving.asked.get()
    if asked is None:
        return None
    policy = versions.current()
    context = {
        "link": links.absolute("new_address", token=access.move(*asked)),
        "life": show_plain(access.life(), policy.program, policy.language),
    }
    return Draft(asked[1], "Is this your new address?", "privacycentre/letters/new_address", context)


@letter("address_moved", purpose="rights")
@enforces("new_address_confirmed")
def address_moved(asked: UUID) -> Draft | None:
    """Sent to the old address while it is still the one we have; it names no new one."""
    subject = mail.addressee("address_moved", asked)
    email = privacy.address_of(subject, "rights") if subject else None
    if email is None:
        return None
    return Draft(email, "From now on we write to another address", "privacycentre/letters/address_moved", {})


@letter("erasure", purpose="rights")
def being_erased(asked: UUID) -> Draft | None:
    """Written and sent before the address goes: afterwards there is nowhere to send it."""
    subject = mail.addressee("erasure", asked)
    email = privacy.address_of(subject, "rights") if subject else None
    if email is None:
        return None
    planned = erasure.plan(privacy.people_at(email))
    context = {"planned": erasing.shown(planned)}
    return Draft(email, "What you asked us to erase", "privacycentre/letters/erasure", context)
