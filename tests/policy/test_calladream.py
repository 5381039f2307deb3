"""Calladream's own policy, in the words of the apps."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import calla
from calla.policy import ANYBODY, Point, Read, SetCookie, Write, check, decide, load, load_words
from calla.policy.view import view

HOUSE = Path(calla.__file__).parent
APPS = sorted(f"calla.{folder.parent.name}" for folder in HOUSE.glob("*/words.py") if folder.parent.name != "policy")
PROMISES = (
    {f"S{number}" for number in range(40)} | {"S4h", "S5a", "S5b", "S5c"} | {f"R{number}" for number in range(1, 11)}
)
LATER = {"newsletter", "contests", "preferences", "accounts", "returns", "customs"}


@pytest.fixture(scope="module")
def program():
    return load_words(APPS)


@pytest.fixture(scope="module")
def policy(program):
    return load(HOUSE / "demo" / "policy.toml", program)


def test_every_promise_has_its_sentence(policy):
    assert policy.sentences.keys() >= PROMISES


def test_it_fits_the_program(policy, program):
    families = [
        "collect.*",
        "purpose.*",
        "cookie.*",
        "processor.*",
        "limit.*",
        "hold.*",
        "visible.*",
        *program.terms,
        *program.claims,
    ]
    points = [Point(path, "shop", "f", "shop.py", 1) for path in families]
    assert [str(problem) for problem in check(policy, program, points)] == []


def test_what_is_not_built_yet_is_absent(policy):
    uses = {name for name in policy.program.purposes if policy.has(name)}
    assert uses == {"orders", "staff", "enquiries", "rights", "contact"}
    assert not any(decide(policy, ANYBODY, Read(purpose)) for purpose in LATER)
    assert not decide(policy, ANYBODY, Write("newsletter_issue"))


def test_whoever_only_looks_gets_nothing(policy):
    assert policy.collects("visit") == {}
    granted = {name for name in policy.cookies if decide(policy, ANYBODY, SetCookie(name))}
    assert granted == {"session", "choices"}  # one comes with signing in, one with an answer about cookies


def test_the_card_number_is_kept_by_nobody(policy):
    assert "card_number" in policy.rules().never_stored


def test_the_page_leaves_no_slot_open(policy):
    for section in view(policy):
        for line in section.lines:
            assert "{" not in line.text + section.heading and line.text[-1] in ".:—", line.text


def test_the_policy_and_the_words_know_no_framework():
    code = f"import sys; from calla.policy import load_words; load_words({APPS!r}); print('django' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HOUSE.parent)
    assert run.stdout == "False\n"
