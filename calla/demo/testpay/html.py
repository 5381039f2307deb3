"""The hosted pages as HTML. Everything that comes from outside passes `escape`."""

from collections.abc import Mapping
from html import escape

from calla.demo.testpay import cards
from calla.demo.testpay.payment import Payment, Status

_WITHOUT_CENTS = frozenset({"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
                            "XAF", "XOF", "XPF"})  # fmt: skip
_WITH_THREE = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})

_FIELDS = (  # name, label, hint, autocomplete token, length
    ("number", "Card number", "The digits on the front.", "cc-number", 25),
    ("expiry", "Valid until", "Month and year, such as 04/30.", "cc-exp", 9),
    ("csc", "Security code", "Three or four digits.", "cc-csc", 4),
)
_NOTICE_NAMES = {"": "As the provider is set", "now": "At once", "late": "Late", "twice": "Twice", "never": "Never"}

_ENDED = {
    Status.AUTHORISED: ("This payment is made", "Your card was accepted. There is nothing left to pay here."),
    Status.CAPTURED: ("This payment is made", "Your card was charged. There is nothing left to pay here."),
    Status.VOIDED: ("This payment was cancelled", "The shop released the amount. Nothing was charged."),
    Status.EXPIRED: ("The time to pay is over", "Nothing was charged. The shop can tell you how to go on."),
    Status.PARTIALLY_REFUNDED: ("This payment was refunded in part", "Some of what was charged came back."),
    Status.REFUNDED: ("This payment was refunded", "What your card was charged came back."),
    Status.DISPUTED: ("This payment is disputed", "Your bank took the amount back from the shop."),
}


def amount(payment: Payment) -> str:
    places = 0 if payment.currency in _WITHOUT_CENTS else 3 if payment.currency in _WITH_THREE else 2
    digits = str(payment.amount_minor).rjust(places + 1, "0")
    number = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"{number}\u00a0{payment.currency}"


def card_page(payment: Payment, *, typed: Mapping[str, str], errors: Mapping[str, str], message: str) -> str:
    alert = _summary(errors) if errors else f'<p class="alert" role="alert">{escape(message)}</p>' if message else ""
    fields = "".join(_field(*field, typed=typed, error=errors.get(field[0], "")) for field in _FIELDS)
    title = f"{'Error: ' if errors or message else ''}Pay {amount(payment)}"
    return _page(
        title,
        f"""
<h1>Pay <strong>{escape(amount(payment))}</strong></h1>
<p><bdi>{escape(payment.description)}</bdi></p>
{alert}
<form method="post" action="/pay/{payment.id}" novalidate>
{fields}
{_for_testing(payment)}
<button type="submit">Pay {escape(amount(payment))}</button>
</form>
<p><a href="{escape(payment.cancel_url)}">Go back without paying</a></p>""",
    )


def confirm_page(payment: Payment) -> str:
    return _page(
        f"Confirm {amount(payment)}",
        f"""
<h1>Confirm this payment</h1>
<p>Your bank asks whether it is you who pays <strong>{escape(amount(payment))}</strong>.</p>
<p><bdi>{escape(payment.description)}</bdi></p>
<form method="post" action="/pay/{payment.id}/confirm">
<button type="submit" name="decision" value="confirm">Yes, it is me</button>
<button type="submit" name="decision" value="fail" class="quiet">No, stop this payment</button>
</form>""",
    )


def ended_page(payment: Payment) -> str:
    heading, words = _ENDED[payment.status]
    return message_page(heading, words, link=payment.return_url, link_text="Back to the shop")


def message_page(heading: str, words: str, *, link: str = "", link_text: str = "") -> str:
    way = f'<p><a class="button" href="{escape(link)}">{escape(link_text)}</a></p>' if link else ""
    return _page(heading, f"\n<h1>{escape(heading)}</h1>\n<p>{escape(words)}</p>\n{way}")


def _field(name: str, label: str, hint: str, token: str, longest: int, *, typed: Mapping[str, str], error: str) -> str:
    value = f' value="{escape(typed[name][:longest])}"' if typed.get(name) else ""
    wrong = f'<p class="wrong" id="{name}-error">{escape(error)}</p>' if error else ""
    told = f"{name}-error {name}-hint" if error else f"{name}-hint"
    invalid = ' aria-invalid="true"' if error else ""
    return f"""<div class="field">
<label for="{name}">{label}</label>
<p class="hint" id="{name}-hint">{hint}</p>
{wrong}
<input id="{name}" name="{name}" inputmode="numeric" autocomplete="{token}" maxlength="{longest}" required
 aria-describedby="{told}"{invalid}{value}>
</div>
"""


def _summary(errors: Mapping[str, str]) -> str:
    lines = "".join(f'<li><a href="#{name}">{escape(why)}</a></li>' for name, why in errors.items())
    return f'<div class="alert" role="alert"><p>Please look at this again:</p><ul>{lines}</ul></div>'


def _for_testing(payment: Payment) -> str:
    chosen = payment.notices
    radios = "".join(
        f'<label class="choice"><input type="radio" name="notice" value="{mode}"{" checked" * (mode == chosen)}> '
        f"{name}</label>"
        for mode, name in _NOTICE_NAMES.items()
    )
    known = "".join(f"<li><code>{_in_fours(number)}</code> {does}</li>" for number, does in cards.MEANING.items())
    return f"""<details>
<summary>For testing</summary>
<p>No money moves here. These cards work, with any date to come and any security code:</p>
<ul>{known}</ul>
<fieldset><legend>When is the shop told?</legend>
{radios}
</fieldset>
</details>
"""


def _in_fours(number: str) -> str:
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def _page(title: str, main: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{escape(title)} – test payment</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/pay.css">
</head>
<body>
<main>{main}
</main>
<footer><p>Test payment: no real card, no real money.</p></footer>
</body>
</html>
"""
