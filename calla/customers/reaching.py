"""How somebody can be reached: what an e-mail address and a phone number look like, and what is said of any other."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

UNLIKE = {
    "email": "E-mail address: write it like ada@example.org.",
    "tel": "Phone number: write it like +49 30 123456.",
}
DIGITS = range(5, 16)  # E.164 allows 15
LONGEST_PHONE = 40
# As the `pattern` of a field, which counts the digits of every script; for e-mail addresses a browser has its own.
SHAPES = {"email": "", "tel": r"\P{Nd}*(?:\p{Nd}\P{Nd}*){5,15}"}


def looks(kind: str) -> dict[str, str]:
    """What a page needs to say on leaving the field that its content is unlike what is asked for."""
    return {"unlike": UNLIKE[kind], "shape": SHAPES[kind]}


def email_problem(text: str, required: bool) -> str:
    if not text:
        return "E-mail address: please fill this in." if required else ""
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return UNLIKE["email"]
    return ""


def phone_problem(text: str, required: bool) -> str:
    if not text:
        return "Phone number: please fill this in." if required else ""
    fits = len(text) <= LONGEST_PHONE and sum(letter.isdecimal() for letter in text) in DIGITS
    return "" if fits else UNLIKE["tel"]
