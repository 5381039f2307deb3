"""The policy is the configuration: one program under six quite different files, and it does what each one says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import ValidationError

from calla.cart import services as carts
from calla.customers.passwords import AsThePolicySays
from calla.enquiries import services as enquiries
from calla.enquiries.models import Enquiry
from calla.enquiries.types import Asked
from calla.kernel import clock, tokens
from calla.orders.models import Accounting, Order
from calla.policy import loads
from calla.privacy import conformity, keys, mail, retention, versions
from calla.privacy import services as privacy
from calla.privacy.errors import KeyGone, LetterRefused, NotGranted
from tests.builders.dresses import a_dress
from tests.builders.orders import a_draft, a_placed_order
from tests.builders.shop import a_way_to_send, open_shop, policy_in_force
from tests.storefront.reading import Page

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
ENDED = date(2030, 1, 31)


@dataclass(frozen=True)
class Expected:
    """What a shop does by its file.

    `phone`: whether a number must be given, None where none is asked for. `cookies` are those of a bag, with their
    seconds, or nothing where they go with the browser. `age` is what whoever orders has to declare. `answer` is how
    long a question by the form may wait. `linked`: whether an order's secret address shows what was bought, for whom.
    """

    name: str
    kept_until: date
    phone: bool | None = None
    held: bool = False
    cookies: dict[str, int | str] = field(default_factory=dict)
    lookup: bool = True
    questions: bool = False
    answer: timedelta | None = None
    age: int | None = None
    linked: bool = False
    refused: tuple[str, ...] = ("short1",)
    taken: tuple[str, ...] = ("quietpond7", "lilies grow by the pond")
    language: str = "en"
    says: str = ""

    @property
    def text(self) -> str:
        return (Path(__file__).parent / f"{self.name}.toml").read_text(encoding="utf-8")


WEEK, DAY = 7 * 86400, 86400
SHOPS = (
    Expected(
        "phone", date(2032, 1, 31), phone=True, held=True, cookies={"bag": "", "cart": WEEK}, linked=True,
        says="your name, your e-mail address, your phone number,",
    ),
    Expected("thirty_days", date(2030, 3, 2), cookies={"bag": "", "cart": DAY}, says="until 30 days after"),
    Expected("no_cookies", date(2031, 7, 31), lookup=False, says="One cookie there is, and only for"),
    Expected(
        "german", date(2030, 7, 31), phone=False, held=True, cookies={"bag": "", "cart": 2 * WEEK}, language="de",
        refused=("kurz1", "neunzeich", "nurbuchstabenhier"), taken=("zehnzeich8", "viele kleine lilien am teich"),
        says="bis 6 Monate nach dem Ende der Bestellung",
    ),
    Expected(
        "strict", date(2031, 1, 31), cookies={"cart": DAY}, questions=True, taken=("twelve chars 1",),
        refused=("elevenchar1", "lilies grow by the pond"), says="by the contact form and by no mail",
    ),
    Expected(
        "hats", date(2032, 1, 31), phone=False, cookies={"bag": "", "cart": 30 * DAY}, questions=True,
        answer=timedelta(days=7), age=18, taken=("hatboxes",), says="hears from us within 8 weeks",
    ),
)  # fmt: skip


@pytest.fixture(params=SHOPS, ids=[one.name for one in SHOPS])
def expected(request: pytest.FixtureRequest, db: None) -> Iterator[Expected]:
    one: Expected = request.param
    policy_in_force(one.text)
    open_shop()
    a_way_to_send()
    yield one
    versions.forget()
    keys.forget_opened()


def a_bag() -> str:
    token = carts.open_cart()[1]
    carts.add(token, a_dress()["Leaf M"].pk)
    return token


def an_ended_order() -> Order:
    order = a_placed_order(phone="+49 30 123456")
    Order.objects.filter(pk=order.pk).update(ended_on=ENDED, placed_at="2030-01-05T10:00Z")
    return Order.objects.select_related("subject").get(pk=order.pk)


def noon(day: date) -> time_machine.travel:
    return time_machine.travel(f"{day}T12:00:00+00:00")


def test_the_program_can_keep_it(expected):
    found = conformity.findings(loads(expected.text, versions.program()))
    assert [str(one) for one in found if not one.warning] == []


def test_the_checkout_asks_for_what_it_says_and_for_nothing_else(expected, visitor):
    page = Page(visitor.get(f"/checkout/{a_bag()}"))
    form = page.form("/payment").fields
    assert "email" in form and ("phone" in form) is (expected.phone is not None)


def test_the_checkout_insists_on_what_must_be_given_and_drops_what_was_not_asked(expected, visitor, monkeypatch):
    monkeypatch.setattr("calla.checkout.services.start", lambda order_id: "/paid")
    token = a_bag()
    form = Page(visitor.get(f"/checkout/{token}")).form("/payment").fields | {
        "delivery_name": "Ada Brennwald", "delivery_line1": "Lindenweg 5", "delivery_postcode": "28195",
        "delivery_city": "Bremen", "email": "ada@example.net", "age": "on",
    }  # fmt: skip
    assert visitor.post(f"/checkout/{token}/payment", form).status_code == (422 if expected.phone else 303)
    if expected.phone is not True:
        assert Order.objects.count() == 1
        return
    assert visitor.post(f"/checkout/{token}/payment", form | {"phone": "+49 30 123456"}).status_code == 303
    assert Order.objects.get().details.open("orders").phone == "+49 30 123456"


def test_the_checkout_takes_nothing_from_whoever_does_not_declare_their_age(expected, visitor):
    token = a_bag()
    page = Page(visitor.get(f"/checkout/{token}"))
    assert ("age" in page.form("/payment").fields) is False, "the tick is empty to begin with"
    assert (f"I am {expected.age} years old or older" in page.text) is (expected.age is not None)
    answer = visitor.post(f"/checkout/{token}/payment", page.form("/payment").fields)
    assert ("please tick this if it is so" in answer.content.decode()) is (expected.age is not None)
    assert Order.objects.count() == 0


def test_a_question_is_taken_from_whoever_is_old_enough_for_it(expected, visitor):
    if not expected.questions:
        return
    asked = Page(visitor.get("/contact")).form("/contact").fields | {"email": "ada@example.net", "message": "Straw?"}
    assert visitor.post("/contact", asked).status_code == (422 if expected.age else 303)
    assert Enquiry.objects.exists() is (expected.age is None)
    assert visitor.post("/contact", asked | {"age": "on"}).status_code == 303


def test_a_question_has_the_time_that_its_way_is_promised(expected):
    if not expected.questions:
        return
    with time_machine.travel("2030-01-01T12:00:00+00:00", tick=False):
        token = enquiries.ask(Asked(email="ada@example.net", message="Felt or straw?"))
        case = Enquiry.objects.get(token_digest=tokens.digest(token))
        assert case.due_at == (clock.now() + expected.answer if expected.answer else None)


def test_the_secret_address_of_an_order_shows_others_what_it_says(expected, visitor):
    order = a_placed_order()
    page = unescape(visitor.get(f"/orders/{privacy.secret_link(order.key, 'order')}").content.decode())
    assert order.number in page
    for value in ("Lindenweg 5", "ada@example.net", "Linen dress"):
        assert (value in page) is expected.linked


def test_nor_does_the_form_of_an_unpaid_order_show_others_more(expected, visitor):
    order, token = a_draft(phone="+49 30 123456"), a_bag()
    page = visitor.get(f"/checkout/{token}?order={privacy.secret_link(order.key, 'order')}").content.decode()
    assert ("Lindenweg 5" in page) is False, "no sentence shows a billing address there"


def test_a_bag_sets_the_cookies_it_names_and_no_other(expected, visitor):
    variant = a_dress()["Leaf M"]
    response = visitor.post("/cart/lines", {"variant": variant.pk, "quantity": 1})
    assert response.status_code == 303
    set_now = {name: morsel["max-age"] for name, morsel in response.cookies.items() if morsel.value}
    assert set_now == expected.cookies


def test_an_order_can_be_read_until_its_day_and_no_longer(expected):
    order = an_ended_order()
    with noon(expected.kept_until - timedelta(days=1)):
        assert order.details.open("orders.carrier").name == "Ada Brennwald"
    with noon(expected.kept_until), pytest.raises(NotGranted):
        order.details.open("orders.carrier")


def test_and_that_night_it_goes_but_for_what_it_says_a_law_holds(expected):
    order = an_ended_order()
    with noon(expected.kept_until - timedelta(days=1)):
        assert not retention.run().keys
    with noon(expected.kept_until):
        assert retention.run().keys
    assert Accounting.objects.filter(order=order.pk).exists() is expected.held
    assert Order.objects.filter(pk=order.pk).exists() is expected.held
    with pytest.raises((KeyGone, NotGranted)):
        order.details.open("orders")


def test_the_carrier_sees_what_it_says(expected):
    order = a_placed_order(phone="+49 30 123456")
    seen = order.details.open("orders.carrier")
    assert seen.phone == ("+49 30 123456" if expected.name == "phone" else "")


def test_menus_and_pages_are_those_of_its_sentences(expected, visitor):
    front = unescape(visitor.get("/").content.decode())
    assert ("/orders/lookup" in front) is expected.lookup
    assert visitor.get("/orders/lookup").status_code == (200 if expected.lookup else 404)
    assert visitor.post("/orders/lookup", {"number": "1", "email": "a@b.example"}).status_code in (
        {200, 422} if expected.lookup else {404}
    )


def test_letters_go_where_it_has_a_use_for_them(expected):
    order = a_placed_order()
    mail.decided("order_confirmation", order.subject)
    for kind, allowed in (("answer", expected.questions), ("newsletter_issue", False)):
        if allowed:
            mail.decided(kind, order.subject)
        else:
            with pytest.raises(LetterRefused):
                mail.decided(kind, order.subject)


def test_passwords_follow_its_rule(expected):
    rule = AsThePolicySays()
    for password in expected.refused:
        with pytest.raises(ValidationError):
            rule.validate(password)
    for password in expected.taken:
        rule.validate(password)


def test_the_page_says_it_in_its_own_language_and_for_programs_too(expected, visitor):
    page = unescape(visitor.get("/privacy").content.decode())
    assert expected.says in " ".join(page.split())
    assert (f'lang="{expected.language}"' in page) and visitor.get("/privacy/choices").status_code == 200
    said = visitor.get("/.well-known/privacy-policy.json").json()
    assert said["language"] == expected.language
    assert {one["id"] for one in said["sentences"]} == loads(expected.text, versions.program()).sentences.keys()
    assert clock.today().isoformat() in said["since"]
