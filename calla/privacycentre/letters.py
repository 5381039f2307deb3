"""The letters of the privacy centre: the way to one's own data, and what becomes of it when it is erased."""

from __future__ import annotations

from uuid import UUID

from calla.kernel import links
from calla.policy.language import show_plain
from calla.privacy import erasure, mail, versions
from calla.privacy import services as privacy
from calla.privacy.letters import Draft, letter
from calla.privacycentre.mine import access, erasing


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
