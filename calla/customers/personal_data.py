from calla.customers.models import Account
from calla.customers.selectors import alias_for
from calla.privacy.registry import NOT_PERSONAL, Ending, Indexed, Pseudonymous, declare

declare(Account, {
    "alias": Indexed("email", "an HMAC of the address, to sign in by", "account", spelt=alias_for),
    "password": Pseudonymous("sign_in_secret", "an Argon2id hash"),
    "role": NOT_PERSONAL,
    "closed_on": NOT_PERSONAL,
    "made_on": NOT_PERSONAL,
    "details": {"name", "email"},
}, purpose="staff", ends=Ending())
