"""Accounts and passwords."""

from calla.policy import program

program.moment(
    "account", {"en": "opening an account", "de": "beim Eröffnen eines Kontos"},
    needs={"email", "sign_in_secret"}, can={"name", "billing_address", "delivery_address", "phone"}, purpose="accounts",
)  # fmt: skip
program.purpose(
    "accounts", {"en": "your account", "de": "dein Konto"},
    needs={"email", "sign_in_secret"}, can={"name", "billing_address", "delivery_address", "phone", "purchases"},
)  # fmt: skip
program.event("account.closed", {"en": "the closing of your account", "de": "der Schließung deines Kontos"})
program.letter(
    "new_sign_in", {"en": "word of a new sign-in", "de": "Meldung einer neuen Anmeldung"}, purpose="accounts"
)
program.letter(
    "password_reset", {"en": "a way to a new password", "de": "Weg zu einem neuen Passwort"}, purpose="accounts"
)
program.menu("account", {"en": "Your account", "de": "Dein Konto"}, purpose="accounts")

program.term(
    "password.length",
    "number",
    force="limit",
    stricter="more",
    scope="shop",
    gloss="a password under {value} characters is refused",
)
program.term(
    "password.mix_below",
    "number",
    force="limit",
    stricter="more",
    scope="shop",
    gloss="under {value} characters, letters and digits are both required",
)

program.claim("known_passwords_refused", {"en": "passwords that are widely known are refused"})
program.claim("passkeys_and_managers_work", {"en": "passkeys, password managers and pasting work"})
program.claim("new_sign_in_told", {"en": "a sign-in from a new browser is told by letter"})

program.place("sign_up", {"en": "when you open an account", "de": "beim Eröffnen eines Kontos"})
program.place("password_change", {"en": "when you change your password", "de": "beim Ändern des Passworts"})
program.place("security_page", {"en": "on the security page", "de": "auf der Sicherheitsseite"})
