"""The office at work: signing in with a second factor, packing, sending, counting."""

from __future__ import annotations

import time
from email.message import EmailMessage

from calla.demo.loading import STAFF_EMAIL, STAFF_PASSWORD, STAFF_TOTP
from tests.journeys.scriptless import Visitor
from tests.support.live import LiveShop
from tests.support.people import code_of

STEP_SECONDS = 30
FILL_IN = """
from calla.serving import set_up_django
set_up_django()
from calla.backoffice.services import add_staff
add_staff({email!r}, "staff", name="Iris Calyx", password={password!r}, totp_secret={secret!r})
"""


def code_for(secret: str) -> str:
    """The code an authenticator shows now, and for long enough to type it."""
    if (left := STEP_SECONDS - time.time() % STEP_SECONDS) < 4:
        time.sleep(left)
    return code_of(secret)


def take_on(shop: LiveShop, email: str, password: str, secret: str) -> None:
    """A colleague who has set up a second factor before."""
    shop.python(FILL_IN.format(email=email, password=password, secret=secret))


def signed_in(shop: LiveShop) -> Visitor:
    """The demo's owner at a browser without scripts."""
    office = Visitor(shop.url).open("/office")
    office.press("Sign in", login=STAFF_EMAIL, password=STAFF_PASSWORD)
    office.press("Go on", code=code_for(STAFF_TOTP))
    assert office.path == "/office", (office.path, office.text[:400])
    return office


def send_parcel(office: Visitor, number: str, *, carrier: str, tracking: str) -> None:
    """Find the order in the queue, pack it and give it to the carrier."""
    office.open("/office/orders?state=pending").follow(number)
    office.press("It is packed")
    assert "Packed." in office.text
    office.press("It is sent", carrier=carrier, tracking_number=tracking)
    assert "Sent. The customer is told." in office.text


def change_stock(office: Visitor, variant_id: int, delta: int, *, reason: str = "stocktake") -> None:
    """More or less of one variant, by a movement with its reason."""
    office.open(f"/office/stock/{variant_id}")
    office.press("Change the stock", delta=str(delta), reason=reason)
    assert "The stock is changed." in office.text, office.text[:400]


def bodies(letter: EmailMessage) -> tuple[str, str]:
    """Its text and its HTML."""
    return tuple(str(part.get_content()) for kind in ("plain", "html") if (part := letter.get_body((kind,))))  # type: ignore[return-value]
