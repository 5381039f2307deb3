from calla.customers.models import Account
from calla.privacy.registry import NOT_PERSONAL, Ending, Pseudonymous, declare

declare(Account, {
    "alias": Pseudonymous("email", "an HMAC of the address, to sign in by"),
    "password": Pseudonymous("sign_in_secret", "an Argon2id hash"),
    "role": NOT_PERSONAL,
    "closed_on": NOT_PERSONAL,
    "made_on": NOT_PERSONAL,
    "details": {"name", "email"},
}, purpose="staff", ends=Ending())
