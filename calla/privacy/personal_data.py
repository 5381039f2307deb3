from django.conf import settings

from calla.privacy import carrying
from calla.privacy.keystore.models import DataKey, Erased, Root
from calla.privacy.models import (
    Answer,
    DoomedKey,
    Drill,
    Figure,
    LedgerEntry,
    Letter,
    OpeningCount,
    PolicyVersion,
    ProbeResult,
    ResidueSearch,
    Session,
    Stop,
    Subject,
    Wording,
)
from calla.privacy.registry import NOT_PERSONAL, Pseudonymous, declare, lies_in, nothing_personal

nothing_personal(
    PolicyVersion, ProbeResult, Figure, OpeningCount, DoomedKey, DataKey, Drill, Root, Erased, Wording, ResidueSearch,
)
lies_in("letters in the mailbox", lambda: [carrying.mailbox()], goes=True)
lies_in("letters to the shop", lambda: settings.INBOX_FOLDERS, stays="a letter of theirs that waits to be read")
lies_in("pages made beforehand", lambda: [settings.PAGES_DIR] if settings.PAGES_DIR else [])

declare(Subject, {
    "since": NOT_PERSONAL,
    "version_used": NOT_PERSONAL,
    "erased_on": NOT_PERSONAL,
    "consents": NOT_PERSONAL,  # names of purposes, and the versions said yes to
    "paused": NOT_PERSONAL,
    "objected": NOT_PERSONAL,
    "country": Pseudonymous(
        "delivery_address", "where the person last ordered to; it decides which rules bind them", label="Your country"
    ),
}, purpose="orders", called=lambda subject: "You as a person")

declare(Stop, {
    "purpose": NOT_PERSONAL,
    "kind": NOT_PERSONAL,
    "since": NOT_PERSONAL,
    "ended": NOT_PERSONAL,
}, purpose="rights")

declare(LedgerEntry, {
    "at": NOT_PERSONAL,
    "kind": NOT_PERSONAL,
    "subject": NOT_PERSONAL,  # an opaque id, kept as proof after the person's rows are gone
    "actor": NOT_PERSONAL,
    "actor_subject": NOT_PERSONAL,
    "purpose": NOT_PERSONAL,
    "what": NOT_PERSONAL,
    "recipient": NOT_PERSONAL,
    "position": NOT_PERSONAL,
    "chain": NOT_PERSONAL,
}, stays="in the ledger, that something was opened, sent or erased: an opaque number in the place of your name")

declare(Answer, {
    "subject": NOT_PERSONAL,  # an opaque id, kept as proof after the person's rows are gone
    "purpose": NOT_PERSONAL,
    "wording_id": NOT_PERSONAL,
    "given": NOT_PERSONAL,
    "version": NOT_PERSONAL,
    "at": NOT_PERSONAL,
}, stays="each yes and no that you gave, as proof: an opaque number in the place of your name")

declare(Letter, {
    "kind": NOT_PERSONAL,
    "about": NOT_PERSONAL,
    "need": NOT_PERSONAL,
    "people": NOT_PERSONAL,
    "state": NOT_PERSONAL,
    "reason": NOT_PERSONAL,
    "tries": NOT_PERSONAL,
    "queued_at": NOT_PERSONAL,
    "claimed_at": NOT_PERSONAL,
    "sent_at": NOT_PERSONAL,
    "digest": NOT_PERSONAL,
}, purpose="contact")

declare(Session, {
    "sealed": Pseudonymous(
        "sign_in_secret", "sealed with a key that only the browser holds", label="Its contents", shown=False
    ),
    "made_on": NOT_PERSONAL,
    "used_on": NOT_PERSONAL,
    "expires_at": NOT_PERSONAL,
}, purpose="staff", called=lambda session: "Browsers in which you are signed in")
