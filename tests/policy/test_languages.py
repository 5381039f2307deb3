"""The policy in other languages: the worked examples L1 to L11."""

from __future__ import annotations

from datetime import date

import pytest

from calla.policy import ANYBODY, Read, decide, loads
from calla.policy.translation import load_translations, read_translation
from calla.policy.view import as_data, view
from tests.policy.small import HEAD, PROGRAM, a_policy, orders

ENGLISH = "We answer within {contact.answer}."
MORE = '[S4]\nrule = "We ask for {collect.enquiry}."\ncollect.enquiry = ["name?", "email", "message"]\n'


def english(text: str = ENGLISH, answer: str = "3 days", more: str = MORE):
    sentence = f'[S3]\nheading = "Questions"\nrule = "{text}"\ncontact.answer = "{answer}"\n'
    return loads(HEAD + sentence + more, PROGRAM)


def german(policy, text: str, sentence: str = "S3", of: str | None = None, language: str = "de", heading="Fragen"):
    wording = of or (policy.sentences[sentence].wording if sentence in policy.sentences else "")
    opening = f'heading = "{heading}"\n' if sentence == "S3" else ""
    return read_translation(f'[{sentence}]\n{opening}of = "{wording}"\ntext = "{text}"\n', policy, language)


def shown(policy, translation, sentence: str = "S3", live=None):
    lines = {
        line.id: line for section in view(policy, translation.language, live, translation) for line in section.lines
    }
    return lines[sentence].text, lines[sentence].language


def refused(translation) -> str:
    assert len(translation.problems) == 1
    return translation.problems[0].message


def test_L1_a_good_translation_is_shown():
    policy = english()
    translation = german(policy, "Wir antworten binnen {contact.answer}.")
    assert shown(policy, translation) == ("Wir antworten binnen 3 Tage.", "de")
    assert view(policy, "de", translation=translation)[0].heading == "Fragen"


def test_L2_in_the_case_the_sentence_needs():
    policy = english()
    assert shown(policy, german(policy, "Binnen {contact.answer:length_dative}."))[0] == "Binnen 3 Tagen."
    assert "has no such form" in refused(german(policy, "Binnen {contact.answer:length_ablative}."))


def test_L3_a_slot_left_out_is_named():
    policy = english()
    translation = german(policy, "Wir antworten bald.")
    assert refused(translation) == "the slot {contact.answer} of the binding sentence is left out"
    assert shown(policy, translation) == ("We answer within 3 days.", "en")


def test_L4_a_reworded_sentence_needs_a_new_translation():
    before, after = english(), english(text="A person answers within {contact.answer}.")
    translation = german(after, "Binnen {contact.answer}.", of=before.sentences["S3"].wording)
    assert "reworded since" in refused(translation)
    assert shown(after, translation) == ("A person answers within 3 days.", "en")


def test_L5_another_term_leaves_it_true():
    before, after = english(), english(answer="1 day")
    translation = german(after, "Binnen {contact.answer}.", of=before.sentences["S3"].wording)
    assert translation.problems == ()
    assert shown(after, translation) == ("Binnen 1 Tag.", "de")


def test_L6_a_typed_digit_is_refused():
    problem = german(english(), "Binnen {contact.answer}, also 3 Tagen.").problems[0]
    assert "the number 3 stands outside a slot" in problem.message
    assert (problem.file, problem.line) == ("policy.de.toml", 4)
    assert problem.column == 'text = "Binnen {contact.answer}, also 3'.index("3") + 1


def test_L7_an_unknown_sentence_gets_the_nearest():
    translation = german(english(), "Binnen {contact.answer}.", sentence="S33")
    assert "no sentence “S33”: did you mean “S3”?" in refused(translation)


def test_L8_the_rest_stays_in_the_binding_language_and_is_listed():
    policy = english()
    translation = german(policy, "Binnen {contact.answer}.")
    assert translation.missing == ("S4",)
    assert shown(policy, translation, "S4")[1] == "en"


def test_L9_lists_and_days_read_as_they_do_there():
    policy = english(more=MORE + '[S39]\nfact = "Since {version.date}."\nclaims = ["cookie_list_complete"]\n')
    asked = german(policy, "Wir fragen: {collect.enquiry}.", "S4")
    since = german(policy, "Seit {version.date}.", "S39")
    assert shown(policy, asked, "S4")[0] == "Wir fragen: Name (freiwillig), E-Mail-Adresse und Ihre Nachricht."
    assert shown(policy, since, "S39", {"version.date": date(2026, 11, 22)})[0] == "Seit 22.11.2026."


def test_L10_values_are_isolated_where_text_runs_leftward():
    policy = english()
    translation = german(policy, "نجيب خلال {contact.answer}.", language="ar")
    text, language = shown(policy, translation)
    assert language == "ar"
    assert text.count("\u2068") == text.count("\u2069") == 1
    assert text.startswith("نجيب خلال \u2068") and text.endswith("\u2069.")
    assert "\u2068" not in shown(policy, german(policy, "Binnen {contact.answer}."))[0]


def test_L11_because_is_the_same_everywhere():
    policy = a_policy(*orders())
    translation = german(policy, "Gilt: wie unten.", "T2")
    assert translation.problems == ()
    assert decide(policy, ANYBODY, Read("orders")).because == ("T2",)
    data = as_data(policy, translations=[translation])
    assert [sentence["id"] for sentence in data["sentences"]] == ["T1", "T2", "T3", "T4"]
    assert data["sentences"][1]["translations"] == {"de": "Gilt: wie unten."}


def test_translations_lie_beside_the_policy(tmp_path):
    policy = english()
    (tmp_path / "policy.toml").write_text(policy.source.text)
    wording = policy.sentences["S4"].wording
    (tmp_path / "policy.de.toml").write_text(f'[S4]\nof = "{wording}"\ntext = "Wir fragen: {{collect.enquiry}}."\n')
    (tmp_path / "policy.xx-nowhere.toml").write_text("")
    found = load_translations(tmp_path / "policy.toml", policy)
    assert list(found["de"].sentences) == ["S4"]
    assert "is no language" in found["xx-nowhere"].problems[0].message


@pytest.mark.parametrize("heading", ["", "Fragen und 1 Antwort"])
def test_a_heading_is_translated_with_its_sentence(heading):
    translation = german(english(), "Binnen {contact.answer}.", heading=heading)
    assert not translation.sentences and len(translation.problems) == 1
