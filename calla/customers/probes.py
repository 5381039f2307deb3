"""What is promised about passwords and accounts, tried."""

from __future__ import annotations

from calla.customers import services
from calla.customers.errors import PasswordRefused
from calla.customers.passwords import LEAST
from calla.customers.types import AccountDetails, Role
from calla.privacy import versions
from calla.privacy.probing import expect, probe, refused

UNUSUAL, LETTERS, KNOWN = "wq7tz-otter-lamp-31-velvet-kite", "brvqtzkwxnpl", "12345678900987654321"


@probe("password.length", "password.mix_below", "known_passwords_refused")
def a_weak_password_is_refused() -> None:
    """We choose passwords that are too short, of letters alone, and widely known, and see each refused."""
    policy = versions.current()
    least, mixed_below = policy.get("password.length", LEAST), policy.get("password.mix_below", 0)
    weak = {"too short": (UNUSUAL * 9)[: least - 1], "widely known": KNOWN}
    if least < mixed_below:
        weak["of letters alone"] = (LETTERS * 9)[: mixed_below - 1]
    for why, password in weak.items():
        with refused(PasswordRefused, otherwise=f"a password that is {why} was taken"):
            services.check_password(password)
    services.check_password((UNUSUAL * 9)[: max(least, len(UNUSUAL))])


@probe("collect.staff")
def an_account_of_staff_holds_what_the_policy_names() -> None:
    """We take somebody on, and compare what is sealed of them with what the policy says is asked of staff."""
    asked = set(versions.current().collects("staff"))
    account = services.register_staff("probe@calla.invalid", Role.STAFF, name="Calla Probe", password=UNUSUAL * 2)
    expect(AccountDetails.categories() <= asked, "an account of staff holds more than the policy names")
    expect(account.details.open("staff").email == "probe@calla.invalid", "an account of staff does not open for staff")
    expect(UNUSUAL not in account.password, "a password is stored as it was typed")
