"""The check finds every use of personal data, with file and line; what no sentence covers is an error there."""

from __future__ import annotations

import gc
import inspect
import sys
from importlib.util import module_from_spec, spec_from_file_location
from types import SimpleNamespace

import pytest

from calla.backoffice import forms as office
from calla.checkout import forms as checkout
from calla.orders.models import Order
from calla.policy import loads
from calla.privacy import conformity, fields, letters, places, registry, versions
from calla.privacy.models import Letter
from calla.privacy.registry import NOT_PERSONAL, Pseudonymous
from tests.builders.shop import POLICY, policy_text

PAY = tuple(
    (line + "\n", "") for line in POLICY.read_text(encoding="utf-8").splitlines() if line.startswith("processor.pay.")
)


def errors(source=None, *, name="policy.toml"):
    policy = loads(source or POLICY.read_text(encoding="utf-8"), versions.program(), name=name)
    return [str(problem) for problem in conformity.findings(policy) if not problem.warning]


@pytest.fixture
def plant(tmp_path):
    """A module of the shop with this text, for as long as the test runs."""
    name = "calla.storefront.planted"

    def planted(text):
        file = tmp_path / "planted.py"
        file.write_text(text, encoding="utf-8")
        spec = spec_from_file_location(name, file)
        sys.modules[name] = module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    yield planted
    sys.modules.pop(name, None)
    gc.collect()  # a planted form is gone with its module


@pytest.fixture
def no_marks_left(monkeypatch):
    monkeypatch.setattr(fields, "_asked", list(fields._asked))


def test_nothing_of_the_shop_itself_is_left_uncovered():
    assert errors() == []


class TestAColumn:
    def test_that_no_sentence_covers_is_told_at_its_line(self, monkeypatch):
        table = registry.Declared(Letter, "orders", {"digest": Pseudonymous("returns", "planted")})
        monkeypatch.setitem(registry._tables, "privacy.Letter", table)
        [said] = errors()
        file, line = places.attribute(Letter, "digest")
        assert said.startswith(f"{file}:{line}:1: column privacy.Letter.digest: purpose.orders.reads does not cover")
        assert "digest = " in inspect.getsource(Letter).splitlines()[line - inspect.getsourcelines(Letter)[1]]

    def test_is_fed_whether_it_is_sealed_or_tells_something_by_its_row(self):
        named = {use.name for use in conformity.uses() if use.kind == "column"}
        personal = {
            f"{table.model._meta.label}.{table.model._meta.get_field(name.removesuffix('_id')).name}"
            for table in registry.tables() for name, meaning in table.columns.items() if meaning != NOT_PERSONAL
        }  # fmt: skip
        personal -= {"orders.Note.details"}  # written only where a sentence grants it
        assert named == personal and {"orders.Order.details", "orders.Order.email_index"} <= named


class TestAFormField:
    def test_that_no_sentence_covers_is_told_where_the_form_says_it(self, no_marks_left):
        line = inspect.currentframe().f_lineno + 1
        fields.asks("order", {"wish": "message", "colour": NOT_PERSONAL})(a_form)
        [said] = errors()
        assert said.startswith(f"{__file__}:{line}:1: form field privacy.a_form.wish: collect.order does not cover")

    def test_that_is_left_out_with_its_sentence_needs_none(self, no_marks_left):
        fields.asks("order", {"wish": "message"}, optional={"wish"})(a_form)
        assert errors() == []

    def test_that_nobody_declared_is_told_at_its_line(self, plant):
        plant("from django import forms\n\n\nclass Planted(forms.Form):\n    shoe = forms.CharField()\n")
        [said] = errors()
        assert "planted.py:5:1: form field storefront.Planted.shoe: nobody says what it holds" in said

    def test_that_only_a_template_knows_is_told_at_its_line(self, tmp_path, monkeypatch):
        page = tmp_path / "templates" / "storefront" / "planted.html"
        page.parent.mkdir(parents=True)
        page.write_text('<form>\n<input name="size">\n<input\n type="tel" name="call_me">\n</form>\n')
        apps = [*places.own_apps(), SimpleNamespace(name="calla.storefront", label="storefront", path=str(tmp_path))]
        monkeypatch.setattr(fields.places, "own_apps", lambda: iter(apps))
        monkeypatch.setattr(places, "load_all", lambda: None)
        [said] = errors()
        assert f"{page}:3:1: form field storefront.planted.call_me: nobody says what it holds" in said

    def test_of_an_order_is_refused_with_the_sentence_that_collects_it(self):
        without = policy_text(
            ('collect.order = ["name", "email", "billing_address"', 'collect.order = ["name", "billing_address"')
        )
        said = errors(without)
        assert any("checkout/forms.py:" in line and "checkout.read.email: collect.order" in line for line in said)
        assert any(line.startswith("policy.toml:") and "cannot do without email here" in line for line in said)

    def test_every_key_the_checkout_takes_is_declared(self):
        collected = '"delivery_address", "purchases"]\nclaims'
        everything = loads(policy_text((collected, f'"phone", {collected}')), versions.program())
        told = {field.name for field in fields.asked() if field.form == "checkout.read"}
        marks = {"method", "billing_same"} | {f"{which}_{end}" for which in checkout.ADDRESSES for end in MARKS}
        assert checkout.keys(everything.rules("DE")) - checkout.SHOWN - marks == told

    def test_every_field_of_the_office_form_about_people_is_declared(self):
        declared = {field.name for field in fields._asked if field.form == "backoffice.StaffForm"}
        assert set(office.StaffForm.base_fields) == declared
        assert {"backoffice.LoginForm", "backoffice.PasswordForm", "backoffice.Authenticate", "storefront.lookup"} <= {
            field.form for field in fields.asked()
        }


MARKS = ("fields_for", "as_written")


def a_form():
    """Stands for any form."""


class TestACookie:
    def test_that_the_program_never_declared_is_told_where_it_is_put(self, plant):
        plant("from calla.privacy import cookies as jar\n\nNAME = 'tracker'\n\ndef f(r):\n    jar.put(r, NAME, '1')")
        [said] = errors()
        assert "planted.py:6:1: cookie tracker: the program declares no cookie “tracker”" in said

    def test_the_shop_cannot_do_without_is_told_once_and_in_the_code(self):
        source = policy_text(
            ("{cookie.bag} and {cookie.session}", "{cookie.bag}"), ('cookie.session.kind = "session"\n', ""),
            ('cookie.session.need = "required"\n', ""),
        )  # fmt: skip
        [said] = errors(source)
        assert "config/settings.py:" in said and "cookie session: no sentence in force names it" in said

    def test_that_may_be_declined_is_dropped_at_the_gate_and_is_no_error(self):
        source = policy_text(
            ("{cookie.bag} and {cookie.session}", "{cookie.session}"), ('cookie.bag.kind = "session"\n', ""),
            ('cookie.bag.need = "choice"\n', ""),
        )  # fmt: skip
        assert errors(source) == []
        assert "bag" not in loads(source, versions.program()).cookies

    def test_every_one_that_is_put_is_fed(self):
        assert {use.name for use in conformity.uses() if use.kind == "cookie"} == {"bag", "cart", "choices", "session"}


class TestALetter:
    def test_that_no_sentence_covers_is_told_where_it_is_written(self, monkeypatch):
        stray = letters.LetterKind("return_received", "customs", a_form)
        monkeypatch.setitem(letters.kinds, "return_received", stray)
        [said] = errors()
        line = a_form.__code__.co_firstlineno
        assert said.startswith(f"{__file__}:{line}:1: letter return_received: no sentence in force grants its purpose")

    def test_every_one_is_fed(self):
        assert {use.name for use in conformity.uses() if use.kind == "letter"} == set(letters.kinds)


class TestAPurpose:
    OPENING = "def f(row):\n    return (\n        row.details\n        .open({}).name)\n"

    @pytest.mark.parametrize("passed, named, says", [
        ("'customs'", "customs", "no sentence in force grants its purpose customs"),
        ("'orders.customs'", "orders.customs", "the program declares no purpose “orders.customs”"),
        ("'gossip'", "gossip", "the program declares no purpose “gossip”"),
        ("row.reason", "row.reason", "the program declares no purpose “row.reason”"),
    ])  # fmt: skip
    def test_opened_without_a_sentence_is_told_where_it_is_opened(self, plant, passed, named, says):
        plant(self.OPENING.format(passed))
        [said] = errors()
        assert f"planted.py:3:1: purpose {named}: " in said and says in said

    def test_is_found_under_another_name_of_the_column_too(self, plant):
        plant("WHY = 'customs'\n\n\ndef f(sealed):\n    return sealed.open(WHY)\n")
        [said] = errors()
        assert "planted.py:5:1: purpose customs: " in said

    def test_whose_menu_goes_with_its_sentence_needs_none(self, plant):
        plant(self.OPENING.format("'newsletter'"))
        assert errors() == []

    def test_that_the_shop_opens_is_refused_without_its_sentence(self):
        said = errors(policy_text(("[S4c]\n", '[S4c]\nstate = "planned"\n')))
        assert any("customers/selectors.py:" in line and "purpose staff" in line for line in said)

    def test_a_step_that_no_sentence_describes(self, plant):
        plant(self.OPENING.format("'orders.carrier'"))
        assert errors() == []
        without = policy_text(
            ('purpose.orders.steps.carrier = ["name", "delivery_address"]\n', ""),
            ("the carrier sees: {purpose.orders.steps.carrier}", "the carrier sees some"),
        )
        assert any("planted.py:3:1: purpose orders.carrier: no sentence" in line for line in errors(without))


class TestAHost:
    def test_without_an_agreement_is_told_once_and_where_it_is_called(self):
        [said] = errors(policy_text(*PAY))
        assert "payments/providers/testpay.py:" in said
        assert "host payment: no processor has an agreement for orders.payment" in said

    def test_that_the_program_never_declared(self, plant):
        plant("from calla.privacy.egress import call\n\n\ndef f():\n    call('orders.weather', 'GET', 'https://x.y')\n")
        [said] = errors()
        assert "planted.py:5:1: host orders.weather: the program declares no host" in said

    @pytest.mark.parametrize("host", ["127.0.0.1", "shop.example", "mail.shop.example"])
    def test_a_mail_server_of_ones_own_is_nobody_else(self, settings, host):
        settings.PUBLIC_HOST, settings.MAIL_SERVER = "www.shop.example", {"host": host}
        assert errors() == []

    @pytest.mark.parametrize("host", ["relay.example.net", "notshop.example"])
    def test_a_mail_server_of_somebody_else_needs_an_agreement(self, settings, host):
        settings.PUBLIC_HOST, settings.MAIL_SERVER = "shop.example", {"host": host}
        [said] = errors()
        assert "config/settings.py:" in said and "host mail: no processor has an agreement for mail" in said
        signed = policy_text(('step = "hosting"', 'step = "mail"'))
        assert errors(signed) == []


def test_the_sealed_columns_are_those_of_the_models():
    assert places.attribute(Order, "details")[1] > inspect.getsourcelines(Order)[1]
