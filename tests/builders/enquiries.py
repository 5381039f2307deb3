"""Questions to the shop, by the form and by letter."""

from __future__ import annotations

import itertools
from email.message import EmailMessage
from typing import Any

from calla.enquiries import services
from calla.enquiries.models import Enquiry
from calla.enquiries.types import Asked
from calla.kernel import tokens

ADA = "ada@example.net"
_numbers = itertools.count(1)


def asked(**changes: Any) -> str:
    """The secret token of a case that the form opened."""
    values = {"email": ADA, "message": "When does my coat arrive?", "once": tokens.new_token()}
    return services.ask(Asked(**values | changes))


def a_case(**changes: Any) -> Enquiry:
    return Enquiry.objects.get(token_digest=tokens.digest(asked(**changes)))


def a_letter(text: str = "Where is my parcel?", **headers: str) -> EmailMessage:
    """As a mail program writes it; a header set to nothing is left out."""
    letter = EmailMessage()
    usual = {
        "From": f"Ada Brennwald <{ADA}>", "To": "service@calladream.example", "Subject": "My parcel",
        "Message-ID": f"<{next(_numbers)}.letter@example.net>",
    }
    for name, value in (usual | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        if value:
            letter[name] = value
    letter.set_content(text)
    return letter
