"""What people may correct of their questions: who they are at once, what they wrote by a word beside it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from calla.enquiries import services
from calla.enquiries.models import Enquiry
from calla.enquiries.states import Author
from calla.policy import enforces
from calla.privacy import index
from calla.privacy.errors import CorrectionRefused
from calla.privacy.types import CORRECTION, Corrections, Offer

AS_LONG_AS_KEPT = "as long as we keep the question"
BESIDE = "at any time; what you wrote stays, and your correction stands beside it"
NOTHING = "There is nothing of that to correct."


def offers(case: Enquiry) -> Iterator[Offer]:
    details = {name: value for name, _category, value in case.details.open(CORRECTION).opened() if value}
    for name, label in (("name", "Name"), ("order_number", "Order number"), ("email", "E-mail address")):
        if name in details:
            yield Offer(name, name, label, details[name], AS_LONG_AS_KEPT)
    written = [one for one in case.messages.all() if one.author == Author.ASKER]
    said = [value for one in written for _name, _category, value in one.text.open(CORRECTION).opened()]
    if said:
        yield Offer("message", "message", "What you wrote", "\n\n".join(said), BESIDE, adds=True)


@enforces("own_data_can_be_corrected")
@transaction.atomic
def correct(enquiry_id: UUID, name: str, value: str) -> None:
    """Raises NoSuchEnquiry, CorrectionRefused."""
    case = services.lock(enquiry_id)
    if name not in {offer.name for offer in offers(case)}:
        raise CorrectionRefused(NOTHING)
    if name == "message":
        services.set_right(case, value)
        return
    case.details.change(**{name: services.without_cards(value)})
    if name == "email":
        case.email_index = index.of_email("enquiry", value)
    case.save(update_fields=["details", "email_index"])


CORRECTIONS = Corrections(offers, correct, many=("messages__subject", "messages__enquiry"))
