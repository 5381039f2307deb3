"""The policy as a page, as data, and at the command line."""

from __future__ import annotations

import io
import json
from datetime import date

from calla.policy import as_data, commands, loads, view
from calla.policy.gloss import gloss
from calla.policy.spans import parse_keep
from tests.policy.small import HEAD, NEWSLETTER, PROGRAM, TAX, a_policy, orders, text
from tests.policy.test_check import ALL, WHOLE

POLICY = f"""{HEAD}
[S1]
heading = "At {{policy.shop}}"
rule = "Version {{version.number}} of {{version.date}}: within {{contact.answer}}; {{live.incidents}} incidents."
contact.answer = "3 days"
claims = ["cookie_list_complete"]

[S2]
under = "S1"
state = "planned"
rule = "We ask for {{collect.order}}, and tell {{contact.reasons:or}}."
collect.order = ["name", "email?"]
contact.reasons = ["recall", "order_problem"]

[S3]
heading = "Later"
reserve = "We may change this."

[S4]
pledge = "Rooms are locked."
owner = "Ann"
review = 2027-06-01
"""
LIVE = {"version.number": 7, "version.date": date(2026, 11, 23)}


def lines(policy, **more):
    return {line.id: line for section in view(policy, **more) for line in section.lines}


class TestThePage:
    def test_slots_print_the_values_in_force(self):
        policy = loads(POLICY, PROGRAM)
        assert [section.heading for section in view(policy)] == ["At Calladream", "Later"]
        said = lines(policy, live=LIVE)
        assert said["S1"].text == "Version 7 of 23 Nov 2026: within 3 days; — incidents."
        assert (
            said["S2"].text
            == "We ask for your name and your e-mail address (optional), and tell a recall or a problem."
        )

    def test_each_sentence_says_how_it_stands(self):
        states = {name: line.state for name, line in lines(loads(POLICY, PROGRAM)).items()}
        assert states == {
            "S1": "enforced", "S2": "not yet in force", "S3": "we do not do this today", "S4": "kept by people",
        }  # fmt: skip

    def test_a_gloss_stands_beside_each_term_and_claim(self):
        line = lines(loads(POLICY, PROGRAM))["S1"]
        assert line.glosses == (("contact.answer", "contact.answer: 3 days"),)
        assert line.claims == (("cookie_list_complete", "the list is complete"),)
        assert (
            gloss("in.DE.collect.order", {"name": True}, PROGRAM)
            == "in DE: ordering: all the form asks for is your name"
        )

    def test_a_gloss_adds_what_an_event_hides(self):
        said = gloss("purpose.enquiries.keep", parse_keep("6 months after enquiry.closed"), PROGRAM)
        assert said.endswith("(the end of our correspondence comes by itself within 14 days)")

    def test_how_long_reads_after_kept(self):
        said = {
            "24 months after order.ended": "until 24 months after the end of the order",
            "until order.ended": "until the end of the order",
            "until parcel.delivered, at the latest 1 day after order.placed": (
                "until delivery, at the latest 1 day after your order"
            ),
            "not at all": "not at all",
        }
        for keep, expected in said.items():
            assert (
                gloss("limit.all.keep", parse_keep(keep), PROGRAM)
                == f"everything: kept {expected}, whatever else is said"
            )

    def test_tables_leave_nothing_out(self):
        tables = '[X]\nrule = "{table.cookies} {table.keep} {table.register}"\nclaims = ["cookie_list_complete"]\n'
        cookies = ('cookie.cart.kind = "persistent"', 'cookie.cart.need = "choice"', 'cookie.cart.life = "30 days"')
        policy = loads(text(*orders(), *TAX, *NEWSLETTER, *cookies) + tables, PROGRAM)
        cookie_table, keep, register = lines(policy)["X"].tables
        assert lines(policy)["X"].text == ""
        assert cookie_table.rows == (("cart", "your bag", "an address", "30 days", "yes"),)
        assert [row[0] for row in keep.rows] == ["your order", "the newsletter"]
        assert [row[1] for row in register.rows] == ["our contract with you", "your consent", "AO"]

    def test_a_plan_is_in_no_table(self):
        planned = text(*NEWSLETTER).replace("rule =", 'state = "planned"\nrule =')
        policy = loads(planned + '[X]\nrule = "{table.keep}"\nclaims = ["cookie_list_complete"]\n', PROGRAM)
        assert lines(policy)["X"].tables[0].rows == ()


def test_the_data_hold_the_same_sentences():
    policy = loads(POLICY, PROGRAM)
    data = json.loads(json.dumps(as_data(policy, live=LIVE)))
    assert data["digest"] == f"sha256:{policy.digest}"
    assert (data["version"], data["since"]) == ("7", "2026-11-23")
    assert {one["id"]: (one["state"], one["binds"]) for one in data["sentences"]} == {
        "S1": ("in force", True), "S2": ("planned", False), "S3": ("in force", False), "S4": ("in force", True),
    }  # fmt: skip
    assert data["sentences"][1]["terms"] == {
        "collect.order": "name, email?",
        "contact.reasons": "recall, order_problem",
    }


class TestCommands:
    def run(self, tmp_path, command, *sources, **more):
        paths = []
        for number, source in enumerate(sources):
            paths.append(tmp_path / f"policy{number}.toml")
            paths[-1].write_text(source)
        out = io.StringIO()
        return command(*paths, PROGRAM, out, **more), out.getvalue()

    def test_check_passes_what_fits(self, tmp_path):
        code, said = self.run(tmp_path, commands.check, text(*WHOLE), points=ALL)
        assert (code, said) == (0, "0 errors, 0 warnings, 16 in force, 0 planned\n".replace("16", str(len(WHOLE))))

    def test_check_fails_on_an_error_and_not_on_a_warning(self, tmp_path):
        warned = text(*WHOLE) + '[N]\nnote = "Said twice."\n'
        assert self.run(tmp_path, commands.check, warned, points=ALL)[0] == 0
        code, said = self.run(tmp_path, commands.check, text(*WHOLE[1:]), points=ALL, as_json=True)
        assert code == 1 and json.loads(said)["ok"] is False
        assert self.run(tmp_path, commands.check, "[policy", points=ALL)[0] == 1

    def test_strict_refuses_plans(self, tmp_path):
        planned = text(*WHOLE) + '[P]\nstate = "planned"\nnote = "Soon."\n'
        assert self.run(tmp_path, commands.check, planned, points=ALL)[0] == 0
        code, said = self.run(tmp_path, commands.check, planned, points=ALL, strict=True)
        assert code == 1 and "this could be in force" in said

    def test_check_lists_what_is_not_translated(self, tmp_path):
        (tmp_path / "policy0.de.toml").write_text('[T9]\nof = "0"\ntext = "x"\n')
        code, said = self.run(tmp_path, commands.check, text(*WHOLE), points=ALL)
        assert code == 0 and "reworded since" in said and "in “de” these stay in “en”: T1, T2" in said

    def test_show_reads_it_aloud(self, tmp_path):
        code, said = self.run(tmp_path, commands.show, POLICY)
        assert code == 0 and "At Calladream\n=====" in said and "    - contact.answer: 3 days\n" in said
        assert "kept by Ann, next review 2027-06-01" in said
        code, said = self.run(tmp_path, commands.show, POLICY, as_json=True)
        assert code == 0 and json.loads(said)["shop"] == "Calladream"
        code, said = self.run(tmp_path, commands.show, POLICY, language="fr")
        assert code == 1 and "there is no translation “fr”" in said

    def test_diff_tells_what_loosens_first(self, tmp_path):
        old, new = (text('contact.answer = "3 days"', f"password.length = {length}") for length in (8, 10))
        code, said = self.run(tmp_path, commands.diff, old, new.replace("3 days", "5 days"))
        assert code == 0 and said.index("Loosened") < said.index("Tightened")
        assert "[T1] contact.answer: 5 days: 3 days → 5 days" in said
        assert self.run(tmp_path, commands.diff, old, old)[1] == "no difference\n"
        assert self.run(tmp_path, commands.diff, old, "[policy")[0] == 1

    def test_diff_as_data(self, tmp_path):
        code, said = self.run(tmp_path, commands.diff, text(*orders()), text(*orders(), *NEWSLETTER), as_json=True)
        assert code == 0 and json.loads(said)["plan"]["letters"] == ["+ issue"]


def test_a_policy_helper_prints_what_must_be_printed():
    assert lines(a_policy('contact.answer = "3 days"'))["T1"].text == "It holds: 3 days."
