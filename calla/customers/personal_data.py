from calla.customers import correcting
from calla.customers.addressing import as_written
from calla.customers.models import Account
from calla.customers.selectors import alias_for
from calla.customers.types import Address
from calla.privacy.registry import NOT_PERSONAL, Ending, Indexed, Pseudonymous, declare, reads_as

declare(Account, {
    "alias": Indexed(
        "email", "an HMAC of the address, to sign in by", "account", spelt=alias_for, label="A code for your address"
    ),
    "password": Pseudonymous("sign_in_secret", "an Argon2id hash", label="Your password", shown=False),
    "role": NOT_PERSONAL,
    "closed_on": NOT_PERSONAL,
    "made_on": NOT_PERSONAL,
    "details": {"name", "email"},
}, purpose="staff", ends=Ending(), called=lambda account: "Your sign-in here", corrected=correcting.CORRECTIONS)

reads_as(Address, as_written)
