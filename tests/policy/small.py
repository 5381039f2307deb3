"""A small program and policies in its words, so that each test shows only what matters to it."""

from __future__ import annotations

from datetime import date

from calla.policy import Policy, loads
from calla.policy.program import Program, Registry
from calla.policy.schema import look_up


def a_program() -> Program:
    say = Registry()
    for name, en, de in (
        ("name", "your name", "Name"),
        ("email", "your e-mail address", "E-Mail-Adresse"),
        ("billing_address", "your billing address", "Rechnungsadresse"),
        ("delivery_address", "your delivery address", "Lieferadresse"),
        ("purchases", "what you buy", "Einkäufe"),
        ("message", "your message", "Ihre Nachricht"),
        ("phone", "your phone number", "Telefonnummer"),
        ("card_number", "card numbers", "Kartennummern"),
    ):
        say.category(name, {"en": en, "de": de}, fides=f"user.{name}")
    say.moment("order", {"en": "ordering"}, needs={"name", "email"}, can={"phone", "purchases"}, purpose="orders")
    say.moment("visit", {"en": "looking around"})
    say.moment("enquiry", {"en": "asking"}, needs={"email"}, can={"name", "message"}, purpose="enquiries")
    say.moment("newsletter", needs={"email"}, purpose="newsletter")
    say.purpose(
        "orders", {"en": "your order"}, needs={"name", "email"}, can={"purchases", "billing_address", "phone"},
        steps={"carrier": {"name"}, "payment": ()}, needed=True, ends="order.ended",
    )  # fmt: skip
    say.purpose("enquiries", {"en": "answering questions"}, needs={"email"}, can={"name", "message"})
    say.purpose("newsletter", {"en": "the newsletter"}, needs={"email"})
    say.purpose("contact", {"en": "necessary letters"}, needs={"email"})
    say.purpose("customs", {"en": "customs"}, needs={"name"}, ends="parcel.delivered")
    say.event("order.placed", {"en": "your order", "de": "deiner Bestellung"})
    say.event("order.ended", {"en": "the end of the order", "de": "dem Ende der Bestellung"}, after={"order.placed"})
    say.event("parcel.delivered", {"en": "delivery"}, certain=False, after={"order.placed"})
    say.event("letter.sent", {"en": "the sending of the letter"})
    say.event("enquiry.closed", {"en": "the end of our correspondence"}, within="14 days")
    say.event("newsletter.withdrawn", {"en": "your leaving"})
    say.event("dispute.opened", certain=False)
    say.event("dispute.closed", after={"dispute.opened"})
    say.claim("cookie_list_complete", {"en": "the list is complete"})
    say.claim("known_passwords_refused", {"en": "known passwords are refused"})
    say.place("sign_up", {"en": "when you sign up"})
    say.cookie("cart", {"en": "your bag"}, kind="persistent", need="choice", contents={"en": "an address"})
    say.cookie("session", {"en": "the sign-in"}, kind="session", need="required", contents={"en": "a key"})
    say.surface("order_link", {"en": "an order's address"}, can={"name", "purchases"}, purpose="orders")
    say.letter("order_confirmation", purpose="orders")
    say.letter("issue", purpose="newsletter")
    say.letter("recall", purpose="contact")
    say.host("payment", step="orders.payment")
    say.job("send_issues", purpose="newsletter")
    say.menu("newsletter", purpose="newsletter")
    say.live("incidents", {"en": "incidents"})
    say.reason("recall", {"en": "a recall"})
    say.reason("order_problem", {"en": "a problem"})
    say.term("contact.answer", "span", stricter="less")
    for way in ("mail", "post"):
        say.term(f"contact.answer_by.{way}", "span", stricter="less")
    say.term("contact.reasons", "words", force="grant", stricter="less", words="reason")
    say.term("contact.bulk_reasons", "words", force="grant", stricter="less", words="reason")
    say.term("contact.bulk_at_most", "number", force="limit", stricter="less")
    say.term("password.length", "number", force="limit", stricter="more", scope="shop")
    say.term("rights.objection", "words", stricter="more", words="purpose")
    for cadence in ("monthly", "weekly", "daily"):
        say.word("cadence", cadence, {"en": cadence})
    say.term("newsletter.at_most", "word", force="limit", stricter="less", purpose="newsletter", words="cadence")
    return say.freeze()


PROGRAM = a_program()
HEAD = '[policy]\nformat = 1\nshop = "Calladream"\nlanguage = "en"\n'
ORDERS = (
    'purpose.orders.basis = "contract"',
    'purpose.orders.reads = ["name", "email", "billing_address", "purchases"]',
    'purpose.orders.steps.carrier = ["name"]',
)
NEWSLETTER = (
    'purpose.newsletter.basis = "consent"',
    'purpose.newsletter.reads = ["email"]',
    'purpose.newsletter.keep = "until newsletter.withdrawn"',
)
TAX = (
    'hold.tax.of = "orders"',
    'hold.tax.law = "AO"',
    'hold.tax.reads = ["name", "billing_address", "purchases"]',
    'hold.tax.keep = "10 years after the end of the year of order.ended"',
)


def orders(keep: str = "24 months after order.ended") -> tuple[str, ...]:
    return (*ORDERS, f'purpose.orders.keep = "{keep}"')


def text(*terms: str, program: Program = PROGRAM) -> str:
    """A policy with a sentence for each term, `T1` and on, that prints it where it must be printed."""
    lines = [HEAD]
    for number, term in enumerate(terms, start=1):
        path = term.partition(" =")[0]
        slot = f"{{{path}}}" if look_up(path, program).term.printed else "as below"
        heading = 'heading = "Terms"\n' if number == 1 else ""
        lines.append(f'[T{number}]\n{heading}rule = "It holds: {slot}."\n{term}\n')
    return "\n".join(lines)


def a_policy(*terms: str, claims: tuple[str, ...] = ()) -> Policy:
    fact = f'[C]\nfact = "So it is."\nclaims = {list(claims)}\n'.replace("'", '"') if claims else ""
    return loads(text(*terms) + fact, PROGRAM)


def day(written: str) -> date:
    return date.fromisoformat(written)


def days(**events: str) -> dict[str, date]:
    """`days(order_ended="2026-01-31")` is what happened to a record."""
    return {name.replace("_", ".", 1): day(written) for name, written in events.items()}
