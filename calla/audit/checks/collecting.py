"""What forms ask for, and what becomes of what is typed into them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

from calla.audit.asking import Answer, Browser
from calla.audit.checking import Unclear, check, expect, expect_none
from calla.audit.html import Element
from calla.audit.look import Look
from calla.audit.visit import CARD, form_with, order_form

MOMENTS = (
    ("/checkout", "order"), ("/orders", "order"), ("/contact", "enquiry"), ("/newsletter", "newsletter"),
    ("/account", "account"), ("/office", "staff"), ("/withdraw", "withdrawal"), ("/returns", "return"),
    ("/contests", "contest"),
)  # fmt: skip
TOKENS = {
    "name": "name", "given-name": "name", "family-name": "name", "additional-name": "name", "nickname": "name",
    "honorific-prefix": "name", "email": "email", "current-password": "sign_in_secret", "username": "email",
    "new-password": "sign_in_secret", "one-time-code": "sign_in_secret", "sex": "sex",
}  # fmt: skip
BEGINNINGS = {
    "tel": "phone", "bday": "birthday", "cc-": "card_number", "address-": "address", "street-": "address",
    "postal-": "address", "country": "address", "organization": "organisation",
}  # fmt: skip
TYPES = {"email": "email", "tel": "phone", "password": "sign_in_secret"}
NAMES = {
    re.compile(r"e?mail"): "email", re.compile(r"phone|mobile|(^|_)tel(_|$)|fax"): "phone",
    re.compile(r"birth|bday"): "birthday", re.compile(r"street|address|city|postcode|zip"): "address",
    re.compile(r"passw"): "sign_in_secret", re.compile(r"message|comment"): "message",
    re.compile(r"(^|_)(first|last|full|sur)?_?name$"): "name", re.compile(r"gender|(^|_)sex$"): "sex",
}  # fmt: skip
BESIDE = {"phone": "phone", "fax": "fax", "birthday": "date of birth", "company": "company"}


@check("collect.*")
def forms_ask_what_is_stated(look: Look) -> str:
    """No form has a field for more about a person than the policy says is collected at that moment."""
    look.visit.go_as_far_as_possible()
    faults, fields = [], 0
    for page in look.shown:
        for form in page.page.all("form"):
            moment, allowed = _allowed(look, page, form)
            asked = [(one, what) for one in form.controls() if (what := category(one))]
            fields += len(asked)
            where = f"at the moment “{moment}”" if moment else f"on {page.path}"
            faults += [f"{one.own['name']} ({what}) {where}" for one, what in asked if what not in allowed]
    expect_none(faults, "asked for, though not stated")
    return f"{fields} personal fields"


def _allowed(look: Look, page: Answer, form: Element) -> tuple[str, set[str]]:
    """The moment of a form and what may be asked at it; a form of no known moment may ask what any of them may."""
    action = urlsplit(urljoin(page.url, form.own.get("action", ""))).path
    moment = next((name for path in (action, page.path) for start, name in MOMENTS if path.startswith(start)), "")
    paths = [f"collect.{moment}"] if moment else [path for path in look.policy.terms if path.startswith("collect.")]
    return moment, {word for path in paths for word in look.policy.listed(path)}


def category(one: Element) -> str:
    """What a field asks of a person, by what it tells the browser's autofill, its type, or its name."""
    if one.own.get("type") in {"hidden", "checkbox", "radio"}:
        return ""
    tokens = one.own.get("autocomplete", "").lower().split()
    token = tokens[-1] if tokens else ""
    found = TOKENS.get(token) or next((what for start, what in BEGINNINGS.items() if token.startswith(start)), "")
    found = found or TYPES.get(one.own.get("type", ""), "") or _by_name(one.own["name"].lower())
    billing = "billing" in tokens or one.own["name"].startswith("billing")
    return f"{'billing' if billing else 'delivery'}_address" if found == "address" else found


def _by_name(name: str) -> str:
    return next((what for pattern, what in NAMES.items() if pattern.search(name)), "")


@check("collect.order")
def more_than_asked_is_dropped(look: Look) -> str:
    """What is sent along with the order form, and the form did not ask for, does not come back."""
    visit = look.visiting()
    form = order_form(visit.checkout)
    assert form is not None
    asked = {one.own["name"] for one in form.controls()}
    more = {name: f"{name}-{visit.canary.mark}" for name in BESIDE if name not in asked}
    answer = visit.send(list(more.items()))
    expect_none([name for name, value in more.items() if value in answer.text], "came back")
    again = order_form(answer)
    named = {one.own["name"] for one in again.controls()} if again else set()
    expect_none(sorted(more.keys() & named), "became a field")
    return f"{', '.join(more)} dropped"


@check("unsent_forms_leave_nothing")
def left_half_way_leaves_nothing(look: Look) -> str:
    """An order form that was filled in and left sets no cookie, and shows nothing of it to the next who looks."""
    visit = look.visiting()
    assert visit.checkout
    before = len(visit.browser.met)
    visit.go_as_far_as_possible()
    expect_none([cookie.name for cookie in visit.browser.met[before:] if not cookie.leaves], "cookies of the form")
    for address in (visit.checkout.url, visit.bag.url):
        text = Browser(look.site).get(address).text
        expect_none([name for name, value in visit.canary.values.items() if value in text], "remembered")
    return "nothing typed comes back"


@check("card_numbers_refused")
def card_numbers_are_refused(look: Look) -> str:
    """A card number typed into the order form is refused, and is not on the page that says so."""
    visit = look.visiting()
    answer = visit.send(name=CARD)
    digits = re.sub(r"[\s-]", "", answer.text)
    expect(answer.status == 422, f"the form answers {answer.status}")
    expect(CARD.replace(" ", "") not in digits, "the number comes back")
    form = order_form(answer)
    fields = [one.own for one in form.controls() if category(one) == "name"] if form else []
    expect(any(own.get("aria-invalid") == "true" for own in fields), "the field is not refused")
    return "422, without the number"


@check("password.length")
def passwords_as_stated(look: Look) -> str:
    """A form for a new password asks for the number of characters that the policy states."""
    wanted = look.policy.terms["password.length"]
    fields = [
        (page.path, one) for page in look.shown for form in page.page.all("form") for one in form.controls()
        if "new-password" in one.own.get("autocomplete", "")
    ]  # fmt: skip
    if not fields:
        raise Unclear("no form that anybody can reach asks for a new password")
    expect_none([f"{one.own.get('minlength', 'nothing')} on {path}" for path, one in fields
                 if one.own.get("minlength") != wanted], f"not {wanted}")  # fmt: skip
    return f"{wanted} characters in {len(fields)} forms"


@check("contact_without_account")
def contact_without_account(look: Look) -> str:
    """The contact form is there without an account and without a cookie."""
    answer = Browser(look.site, keeps_cookies=False).get("/contact")
    expect(answer.status == 200 and answer.path == "/contact", f"status {answer.status} at {answer.path}")
    expect(not answer.cookies, "it sets a cookie")
    kinds = [{category(one) for one in form.controls()} for form in answer.page.all("form")]
    form = next((kind for kind in kinds if "email" in kind), set())
    expect("email" in form and "message" in form, "there is no form for an address and a message")
    expect("sign_in_secret" not in form, "it asks for a password")
    return "a form for an address and a message"


@check("letters_carry_code")
def false_codes_are_told(look: Look) -> str:
    """“Was it us?” says no to a code that no letter carries."""
    browser = Browser(look.site)
    form = form_with(browser.get("/from-us"), "code")
    if form is None:
        raise Unclear("/from-us has no form for a code")
    answer = browser.post(form.own.get("action", "/from-us"), [("code", "AAAA-BBBB-CCCC")])
    said = [set(one.own.get("class", "").split()) for one in answer.page.all() if one.own.get("role") == "status"]
    expect(said, f"no answer (status {answer.status})")
    expect(all("no" in words and "yes" not in words for words in said), "it says yes to a code that was made up")
    return "no to a made-up code"


@check(standard="ASVS 3.5")
def looking_changes_nothing(look: Look) -> str:
    """Whoever only opens the addresses of forms, as mail scanners and browsers that read ahead do, changes nothing."""
    visit = look.visiting()
    before = _pieces(visit.bag)
    actions = {action for page in (*look.shown, visit.bag, visit.checkout) for action in _changing(page)}
    own = sorted(action for action in actions if look.site.owns(action))[:40]
    met = len(visit.browser.met)
    for action in own:
        visit.browser.get(action)
    came = [cookie for cookie in visit.browser.met[met:] if not (cookie.leaves or visit.browser.jar.get(cookie.wired))]
    expect_none([cookie.name for cookie in came], "cookies that came by looking")
    expect(visit.browser.holds("cart") or "cart" not in look.policy.cookies, "the bag was forgotten by looking")
    expect(_pieces(visit.browser.get(visit.bag.url)) == before, "the bag was changed by looking")
    return f"{len(own)} addresses of forms"


def _changing(page: Answer) -> Iterator[str]:
    for form in page.page.all("form"):
        if form.own.get("method", "").lower() == "post":
            places: Iterable[str] = (one.own.get("formaction", "") for one in form.all("button", "input"))
            yield from (urljoin(page.url, place) for place in (form.own.get("action", ""), *places) if place)


def _pieces(bag: Answer) -> list[tuple[str, str]]:
    return [pair for form in bag.page.all("form") for pair in form.sent() if pair[0] in {"quantity", "variant"}]


@check(standard="ASVS 3.5")
def foreign_pages_change_nothing(look: Look) -> str:
    """A form on somebody else's page cannot act for a visitor of this shop."""
    visit = look.visiting()
    assert visit.bag
    faults, fields = [], [("all", "yes"), ("variant", "1")]
    for address in ("/cart/lines", "/privacy/choices", *sorted(set(_changing(visit.bag)))[:5]):
        for site in ("cross-site", ""):
            answer = visit.browser.post(address, fields, origin="https://elsewhere.example", site=site)
            path = urlsplit(address).path.partition("/cart/")[0] or address.split("?")[0][:20]
            faults += [f"{path} answers {answer.status}"] if answer.status < 400 or answer.cookies else []
    expect_none(faults, "obeyed")
    return "all refused"
