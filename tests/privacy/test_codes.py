"""The code in each letter: made, not stored; typed by hand; true of a letter that we wrote and of no other."""

from __future__ import annotations

import email
import email.policy
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from calla.kernel import clock
from calla.privacy import codes, roots
from calla.privacy.models import Letter, Subject
from tests.builders import orders
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]


def a_letter(**columns) -> Letter:
    person = Subject.objects.create(version_used=1)
    return Letter.objects.create(subject=person, kind="order_confirmation", about=uuid4(), **columns)


def test_it_is_short_and_holds_no_letter_that_looks_like_another():
    for _ in range(200):
        code = codes.code(uuid4())
        assert len(code) == 14 and code.count("-") == 2 and not set("OILU") & set(code)


def test_sixty_bits_stand_behind_it():
    assert len(codes.ALPHABET) == 32 and 5 * (codes.PLACE + codes.PROOF) == 60
    assert len({codes.code(uuid4()) for _ in range(2000)}) == 2000


def test_it_is_found_again_and_tells_kind_and_day_alone():
    letter = a_letter(state="sent", sent_at=clock.now())
    assert codes.ask(codes.code(letter.id)) == codes.Written("order_confirmation", clock.today())


AS_PEOPLE_TYPE = (
    str.lower,
    lambda code: code.replace("-", " "),
    lambda code: f" {code}\n",
    lambda code: code.replace("-", "–"),
    lambda code: code.replace("0", "O").replace("1", "l"),
)


@pytest.mark.parametrize("typed", AS_PEOPLE_TYPE)
def test_it_may_be_typed_as_people_type(typed):
    letter = a_letter(id=UUID(int=0x0C0FF << 108 | 7))
    assert codes.ask(typed(codes.code(letter.id)))


def test_one_altered_character_anywhere_is_a_no():
    code = codes.code(a_letter().id)
    for at, letter in enumerate(code):
        for other in codes.ALPHABET if letter != "-" else "":
            altered = code[:at] + other + code[at + 1 :]
            assert altered == code or codes.ask(altered) is None


def test_a_letter_at_the_same_place_has_a_code_of_its_own():
    one, other = a_letter(id=UUID(int=9 << 108 | 1)), a_letter(id=UUID(int=9 << 108 | 2))
    assert codes.code(one.id)[:4] == codes.code(other.id)[:4] and codes.code(one.id) != codes.code(other.id)
    assert codes.ask(codes.code(one.id)) and codes.ask(codes.code(other.id))


def test_the_code_of_a_letter_that_was_never_written_is_a_no():
    assert codes.ask(codes.code(uuid4())) is None and codes.ask(codes.code(codes.NOBODYS)) is None


def test_another_shop_makes_another_code(monkeypatch):
    letter = a_letter()
    ours = codes.code(letter.id)
    monkeypatch.setattr(roots, "secret", lambda name: b"of another shop")
    assert codes.code(letter.id) != ours and codes.ask(ours) is None


def test_a_wrong_code_costs_as_many_questions_and_proofs_as_a_right_one(django_assert_num_queries, monkeypatch):
    proofs = []
    prove = codes._proof
    monkeypatch.setattr(codes, "_proof", lambda letter_id: proofs.append(letter_id) or prove(letter_id))
    right = codes.code(a_letter().id)
    for typed in (right, right[:-1] + ("A" if right[-1] != "A" else "B"), codes.code(uuid4())):
        proofs.clear()
        with django_assert_num_queries(1):
            codes.ask(typed)
        assert len(proofs) == 1


@given(typed=some.text(max_size=60))
def test_whatever_is_typed_gets_a_no(typed):
    assert codes.ask(typed) is None


def test_each_letter_shows_it_in_both_its_forms(home):
    orders.a_placed_order()
    run_jobs()
    letter = Letter.objects.get()
    [file] = (home / "mailbox").glob("*.eml")
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    for part in ("plain", "html"):
        said = " ".join(message.get_body((part,)).get_content().split())
        assert codes.code(letter.id) in said and "/from-us" in said and "do not answer" in said
