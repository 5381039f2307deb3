"""The checkout form asks what the policy collects, follows the country, and loses nothing that was typed."""

from __future__ import annotations

import pytest

from calla.checkout import forms
from calla.customers.types import Address
from calla.policy import Program, Rules, load_words, loads
from tests.builders.shop import POLICY

ADA = {
    "delivery_country": "DE", "delivery_fields_for": "DE", "delivery_name": "Ada Brennwald",
    "delivery_line1": "Lindenweg 5", "delivery_postcode": "28195", "delivery_city": "Bremen",
    "email": "ada@example.net", "billing_same": "on", "method": "3", "shown_total": "5480",
}  # fmt: skip
APPS = POLICY.parents[1]
COLLECTED = 'collect.order = ["name", "email", "billing_address", "delivery_address", "purchases"]'


@pytest.fixture(scope="module")
def program() -> Program:
    """With the words of every app, also of those that are not switched on."""
    return load_words([f"calla.{path.parent.name}" for path in APPS.glob("*/words.py") if path.parent.name != "policy"])


def rules_that_collect(program: Program, *more: str, without: str = "") -> Rules:
    """Calladream's policy, but for what it collects for an order."""
    fields = [name for name in ("name", "email", "billing_address", "delivery_address", "purchases") if name != without]
    line = "collect.order = [" + ", ".join(f'"{name}"' for name in (*fields, *more)) + "]"
    text = POLICY.read_text(encoding="utf-8")
    assert COLLECTED in text
    return loads(text.replace(COLLECTED, line), program).rules()


@pytest.fixture
def rules(program: Program) -> Rules:
    return rules_that_collect(program)


def problems_of(rules: Rules, **changes: str) -> dict[str, str]:
    return dict(forms.examine(forms.read(ADA | changes, rules), rules).problems)


class TestWhatItAsks:
    def test_an_ordinary_form_has_nothing_wrong(self, rules: Rules) -> None:
        filled = forms.read(ADA, rules)
        assert forms.examine(filled, rules) == forms.Findings()
        assert filled.delivery == Address("DE", "Ada Brennwald", ("Lindenweg 5",), "Bremen", postcode="28195")
        assert filled.billing == filled.delivery
        assert (filled.method_id, filled.shown_minor, filled["email"]) == (3, 5480, "ada@example.net")

    def test_a_phone_number_is_asked_only_where_the_policy_collects_it(self, program: Program, rules: Rules) -> None:
        def names(rules: Rules) -> list[tuple[str, bool]]:
            shown = forms.contact_fields(forms.blank("DE"), forms.Findings(), rules)
            return [(field["name"], field["optional"]) for field in shown]

        assert names(rules) == [("email", False)]
        assert names(rules_that_collect(program, "phone")) == [("email", False), ("phone", False)]
        assert names(rules_that_collect(program, "phone?")) == [("email", False), ("phone", True)]

    def test_what_the_policy_does_not_collect_is_dropped_when_it_is_sent(self, program: Program, rules: Rules) -> None:
        sent = ADA | {"phone": "+49 421 123456", "delivery_company": "X", "birthday": "1815-12-10", "is_staff": "1"}
        assert set(forms.read(sent, rules).values) == set(ADA)
        assert forms.read(sent, rules_that_collect(program, "phone"))["phone"] == "+49 421 123456"

    def test_a_required_phone_number_is_missed_and_an_optional_one_is_not(self, program: Program) -> None:
        assert set(problems_of(rules_that_collect(program, "phone"))) == {"phone"}
        assert not problems_of(rules_that_collect(program, "phone?"))
        assert set(problems_of(rules_that_collect(program, "phone?"), phone="call me")) == {"phone"}

    def test_the_fields_follow_the_country(self, rules: Rules) -> None:
        filled = forms.read(ADA | {"delivery_country": "US"}, rules)
        shown = {field["name"]: field for field in forms.address_fields("delivery", filled, forms.Findings())}
        assert list(shown)[-3:] == ["delivery_city", "delivery_region", "delivery_postcode"]
        assert shown["delivery_postcode"]["label"] == "ZIP code"
        assert shown["delivery_city"]["value"] == "Bremen"
        assert shown["delivery_region"]["autocomplete"] == "shipping address-level1"
        assert filled.moved("delivery")


class TestWhatIsWrong:
    def test_empty_fields_are_named_all_at_once(self, rules: Rules) -> None:
        found = forms.examine(forms.read({"delivery_country": "DE", "billing_same": "on"}, rules), rules)
        assert set(found.problems) == {"delivery_name", "delivery_line1", "delivery_city", "email"}
        assert set(found.warnings) == {"delivery_postcode"}

    @pytest.mark.parametrize(
        "email", ["ada", "ada@", "@x.org", "a b@x.org", "ada@x.org\nBcc: all@x.org", "a@b@c.org", "x" * 400]
    )
    def test_what_is_no_address_for_letters_is_refused(self, rules: Rules, email: str) -> None:
        assert set(problems_of(rules, email=email)) == {"email"}

    @pytest.mark.parametrize(
        "email", ["ada+shop@example.net", "o'neill@example.ie", "jürgen@müller.example.de", "a@b.co"]
    )
    def test_unusual_addresses_for_letters_pass(self, rules: Rules, email: str) -> None:
        assert not problems_of(rules, email=email)

    def test_an_odd_postcode_is_a_warning_until_it_is_overruled(self, rules: Rules) -> None:
        odd = forms.read(ADA | {"delivery_postcode": "D 1"}, rules)
        assert set(forms.examine(odd, rules).warnings) == {"delivery_postcode"}
        overruled = forms.read(ADA | {"delivery_postcode": "D 1", "delivery_as_written": "on"}, rules)
        assert forms.examine(overruled, rules) == forms.Findings()
        assert overruled.delivery.postcode == "D 1"

    def test_a_billing_address_of_its_own_is_checked(self, rules: Rules) -> None:
        apart = {key: text for key, text in ADA.items() if key != "billing_same"}
        filled = forms.read(apart | {"billing_country": "US", "billing_name": "Ada", "billing_region": "CA"}, rules)
        found = forms.examine(filled, rules)
        assert set(found.problems) == {"billing_line1", "billing_city"} and set(found.warnings) == {"billing_postcode"}
        assert (filled.billing.country, filled.delivery.country) == ("US", "DE")

    @pytest.mark.parametrize("key", ["delivery_name", "delivery_line1", "delivery_line2", "delivery_city", "email"])
    def test_a_card_number_is_refused_wherever_it_is_typed_and_does_not_come_back(self, rules: Rules, key: str) -> None:
        filled = forms.read(ADA | {key: "4242 4242 4242 4242"}, rules)
        assert forms.examine(filled, rules).problems[key] == forms.NO_CARDS
        assert filled[key] == "•••• 4242"

    @pytest.mark.parametrize("text", ["", "-1", "1e3", "٣", "3.5", "9" * 40, "DROP TABLE"])
    def test_forged_hidden_values_are_no_numbers(self, rules: Rules, text: str) -> None:
        filled = forms.read(ADA | {"shown_total": text, "method": text}, rules)
        assert filled.shown_minor is None
        assert filled.method_id is None or filled.method_id > 10**30


    @pytest.mark.parametrize("key", ["delivery_name", "delivery_line1", "delivery_line2", "delivery_city"])
    def test_a_web_address_is_refused_where_a_letter_would_link_there(self, rules: Rules, key: str) -> None:
        said = problems_of(rules, **{key: "Look at www.elsewhere.example/sale"})
        assert said.keys() == {key} and "“www.elsewhere.example/sale” reads like a web address" in said[key]


class TestComingBack:
    def test_a_drafted_order_fills_the_form_again(self, rules: Rules) -> None:
        bill = Address("US", "Bob", ("1 Main St", "Apt 4"), "Cupertino", "CA", "95014")
        filled = forms.filled_with(forms.read(ADA, rules).delivery, bill, email="ada@example.net")
        assert (filled.billing, filled.delivery.city, filled["email"]) == (bill, "Bremen", "ada@example.net")
        assert forms.filled_with(bill, None).billing == bill

    def test_an_unknown_region_stays_in_its_choice(self, rules: Rules) -> None:
        filled = forms.read(ADA | {"delivery_country": "US", "delivery_region": "Atlantis"}, rules)
        region = next(f for f in forms.address_fields("delivery", filled, forms.Findings()) if f["choices"])
        assert [choice["code"] for choice in region["choices"] if choice["chosen"]] == ["Atlantis"]
