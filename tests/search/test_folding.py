from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calla.search.folding import fold, one_slip, stem, words

LETTERS = "abcdefgh"


@pytest.mark.parametrize(("one", "other"), [
    ("Größe", "GROSSE"), ("Straße", "strasse"), ("Café", "cafe"), ("Crème", "CREME"), ("ŁÓDŹ", "lodz"),
    ("Sørensen", "sorensen"),
    ("ﬁne", "fine"), ("ＤＲＥＳＳ", "dress"),
])
def test_case_accents_and_ss_make_no_difference(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("many", "one"), [
    ("dresses", "dress"), ("skirts", "skirt"), ("blouses", "blouse"), ("bodies", "body"),
    ("dress", "dress"), ("boxes", "box"),
    ("jeans", "jean"), ("iris", "iris"), ("as", "as"),
])
def test_plurals(many, one):
    assert stem(many) == one


@pytest.mark.parametrize(("text", "found"), [
    ("A Dress with Sleeves", ["dress", "sleeve"]), ("the with", ["the", "with"]), ("women’s top", ["women", "top"]),
    ("", []),
    ("  --- ", []), ("dress Dresses DRESS", ["dress"]), ("x" * 500, ["x" * 64]),
])
def test_the_words_of_a_text(text, found):
    assert words(text) == found


@pytest.mark.parametrize(("typed", "meant"), [
    ("bluse", "blouse"), ("blousse", "blouse"), ("blouze", "blouse"), ("bluose", "blouse"), ("louse", "blouse"),
    ("blous", "blouse"),
])
def test_one_slip(typed, meant):
    assert one_slip(typed, meant) and one_slip(meant, typed)


@pytest.mark.parametrize(("typed", "meant"), [
    ("blouse", "blouse"), ("bluze", "blouse"), ("skirt", "shirts"), ("dress", "sserd"),
])
def test_no_slip_or_more_than_one(typed, meant):
    assert not one_slip(typed, meant)


def all_slips(word: str) -> set[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {a + b[1:] for a, b in cuts if b} | {a + c + b for a, b in cuts for c in LETTERS}
    found |= {a + c + b[1:] for a, b in cuts if b for c in LETTERS}
    return (found | {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}) - {word}


@given(st.text(LETTERS, min_size=5, max_size=7), st.text(LETTERS, min_size=4, max_size=8))
def test_a_slip_is_what_one_stroke_can_do(word, other):
    assert one_slip(word, other) == (other in all_slips(word))
    assert all(one_slip(word, slip) for slip in all_slips(word))
