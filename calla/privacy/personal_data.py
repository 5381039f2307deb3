from calla.privacy.keystore.models import DataKey, Root
from calla.privacy.models import (
    DoomedKey,
    Figure,
    LedgerEntry,
    Letter,
    OpeningCount,
    PolicyVersion,
    ProbeResult,
    Session,
    Subject,
)
from calla.privacy.registry import NOT_PERSONAL, Pseudonymous, declare, nothing_personal

nothing_personal(PolicyVersion, ProbeResult, Figure, OpeningCount, DoomedKey, DataKey, Root)

declare(Subject, {
    "since": NOT_PERSONAL,
    "version_used": NOT_PERSONAL,
    "country": Pseudonymous("delivery_address", "where the person last ordered to; it decides which rules bind them"),
}, purpose="orders")

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
})

declare(Letter, {
    "kind": NOT_PERSONAL,
    "about": NOT_PERSONAL,
    "state": NOT_PERSONAL,
    "reason": NOT_PERSONAL,
    "tries": NOT_PERSONAL,
    "queued_at": NOT_PERSONAL,
    "claimed_at": NOT_PERSONAL,
    "sent_at": NOT_PERSONAL,
    "digest": NOT_PERSONAL,
}, purpose="contact")

declare(Session, {
    "sealed": Pseudonymous("sign_in_secret", "sealed with a key that only the browser holds"),
    "made_on": NOT_PERSONAL,
    "used_on": NOT_PERSONAL,
    "expires_at": NOT_PERSONAL,
}, purpose="staff")
