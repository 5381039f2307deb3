"""A policy is posted only if this program would keep it; what it does not cover is named with its place."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from calla.policy import PolicyErrors
from calla.privacy import conformity, letters, versions
from calla.privacy.models import PolicyVersion
from tests.builders.shop import POLICY, policy_text

pytestmark = pytest.mark.django_db
WITHOUT_STAFF = policy_text(("[S4c]\n", '[S4c]\nstate = "planned"\n'))


@pytest.fixture(autouse=True)
def fresh():
    versions.forget()
    yield
    versions.forget()


def problems(source):
    with pytest.raises(PolicyErrors) as refusal:
        conformity.refuse_what_does_not_fit(source, name="policy.toml")
    return [str(problem) for problem in refusal.value.problems if not problem.warning]


def test_calladreams_own_fits():
    conformity.refuse_what_does_not_fit(POLICY.read_text(encoding="utf-8"), name="policy.toml")


class TestWhatIsNotCovered:
    def test_a_column_with_the_line_of_its_class(self):
        source = policy_text((
            'purpose.orders.reads = ["name", "email", "billing_address", "delivery_address", "purchases"]',
            'purpose.orders.reads = ["name", "email", "billing_address", "delivery_address"]',
        ), (
            'visible.order_link = ["name", "email", "billing_address", "delivery_address", "purchases"]',
            'visible.order_link = ["name", "email", "billing_address", "delivery_address"]',
        ))
        said = problems(source)
        assert any("calla/orders/models.py:" in line and "orders.Accounting.details" in line for line in said)
        assert any("purchases" in line for line in said)

    def test_a_letter_whose_purpose_no_sentence_grants(self, monkeypatch):
        stray = letters.LetterKind("return_received", "customs", lambda about: None)
        monkeypatch.setitem(letters.kinds, "return_received", stray)
        [said] = problems(POLICY.read_text(encoding="utf-8"))
        assert "test_conformity.py:" in said and "letter return_received" in said and "returns" in said

    def test_a_letter_that_the_program_never_declared(self, monkeypatch):
        monkeypatch.setitem(letters.kinds, "buy_more", letters.LetterKind("buy_more", "orders", lambda about: None))
        [said] = problems(POLICY.read_text(encoding="utf-8"))
        assert "buy_more" in said

    def test_a_cookie_the_shop_cannot_do_without(self):
        source = policy_text(
            ("{cookie.bag} and {cookie.session}", "{cookie.bag}"), ('cookie.session.kind = "session"\n', ""),
            ('cookie.session.need = "required"\n', ""),
        )  # fmt: skip
        assert any("session" in line for line in problems(source))

    def test_a_promise_that_nothing_keeps(self):
        source = POLICY.read_text(encoding="utf-8") + (
            '\n[X1]\nrule = "You can check a draw yourself."\nclaims = ["draw_can_be_checked"]\n'
        )
        [said] = problems(source)
        assert "[X1]" in said and "nothing in the program enforces it" in said

    def test_what_only_may_be_asked_for_can_be_left_out(self):
        """The telephone number has a default: no policy has to grant it."""
        names = [use.category for use in conformity.uses() if use.name == "orders.Order.details"]
        assert "phone" not in names and "email" in names


class TestTheCommand:
    @pytest.fixture
    def file(self, tmp_path):
        def write(text):
            path = tmp_path / "policy.toml"
            path.write_text(text, encoding="utf-8")
            return str(path)

        return write

    def test_it_posts_what_fits_and_says_so(self, file, capsys):
        call_command("post_policy", file(POLICY.read_text(encoding="utf-8")))
        assert "Version 1 is posted" in capsys.readouterr().out
        assert PolicyVersion.objects.get().number == 1

    def test_as_data(self, file, capsys):
        call_command("post_policy", file(POLICY.read_text(encoding="utf-8")))
        capsys.readouterr()
        shorter = policy_text(("24 months after order", "12 months after order"))
        call_command("post_policy", file(shorter), "--json", "--yes")
        said = json.loads(capsys.readouterr().out)
        assert said["version"] == 2
        assert any(change["kind"] == "tightened" for change in said["plan"]["changes"])

    @pytest.mark.parametrize("text, says", [(WITHOUT_STAFF, "staff"), ("[policy", "policy.toml:1"), ("", "[policy]")])
    def test_what_does_not_fit_is_refused_and_nothing_changes(self, file, text, says):
        call_command("post_policy", file(POLICY.read_text(encoding="utf-8")))
        with pytest.raises(CommandError) as refusal:
            call_command("post_policy", file(text))
        assert says in str(refusal.value) and "the version in force stays in force" in str(refusal.value)
        assert PolicyVersion.objects.count() == 1

    def test_a_file_that_is_not_there_is_named(self, tmp_path):
        with pytest.raises(CommandError, match=r"nowhere\.toml"):
            call_command("post_policy", str(tmp_path / "nowhere.toml"))

    def test_a_file_that_is_no_text_is_named(self, tmp_path):
        (tmp_path / "policy.toml").write_bytes(b"[policy]\nshop = \"Caf\xe9\"\n")
        with pytest.raises(CommandError, match="UTF-8"):
            call_command("post_policy", str(tmp_path / "policy.toml"))

    def test_the_same_again_is_told_and_is_no_failure(self, file, capsys):
        for _ in range(2):
            call_command("post_policy", file(POLICY.read_text(encoding="utf-8")))
        assert "Nothing to post" in capsys.readouterr().out
        assert PolicyVersion.objects.count() == 1
