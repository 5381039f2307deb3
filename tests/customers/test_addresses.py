"""Addresses follow their country and never end in a dead end."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from calla.customers.addressing import check, clean, countries, form_fields, label_lines, tidy, value_of
from calla.customers.types import Address


def an_address(country: str = "DE", **parts: object) -> Address:
    usual: dict[str, object] = {"name": "Ada Example", "lines": ("Main Street 1",), "city": "Town", "postcode": "12345"}
    return Address(country, **{**usual, **parts})  # type: ignore[arg-type]


class TestTheForm:
    @pytest.mark.parametrize(
        ("country", "order"),
        [
            ("DE", "name line1 line2 postcode city"),
            ("GB", "name line1 line2 city postcode"),
            ("US", "name line1 line2 city region postcode"),
            ("JP", "name postcode region line1 line2"),
            ("IE", "name line1 line2 district city region postcode"),
        ],
    )
    def test_it_has_the_fields_of_the_country_in_its_order(self, country: str, order: str) -> None:
        assert [field.name for field in form_fields(country)] == order.split()

    def test_labels_and_keyboards_follow_the_country(self) -> None:
        def postcode(country: str) -> tuple[str, str]:
            field = next(field for field in form_fields(country) if field.name == "postcode")
            return field.label, field.inputmode

        assert [postcode(country) for country in ("US", "DE", "IE", "IN")] == [
            ("ZIP code", ""), ("Postcode", "numeric"), ("Eircode", ""), ("PIN code", "numeric"),
        ]  # fmt: skip

    def test_regions_are_a_choice_where_the_country_lists_them(self) -> None:
        def regions(country: str) -> list[tuple[str, str]]:
            return [choice for field in form_fields(country) if field.name == "region" for choice in field.choices]

        assert ("CA", "California") in regions("US")
        assert ("東京都", "Tokyo · 東京都") in regions("JP")
        assert not regions("DE")

    def test_every_country_has_a_form_that_a_plain_address_passes(self) -> None:
        assert len(countries()) > 240
        for country, _ in countries():
            fields = form_fields(country)
            assert [field.name for field in fields[:1]] == ["name"] and "line1" in {field.name for field in fields}
            address = tidy(an_address(country, region="", postcode="", district=""))
            assert not check(address).problems, country
            assert label_lines(address)[-1], country

    def test_personal_fields_carry_the_standard_autocomplete_words(self) -> None:
        words = {field.name: field.autocomplete for country, _ in countries() for field in form_fields(country)}
        assert words == {
            "name": "name", "line1": "address-line1", "line2": "address-line2", "city": "address-level2",
            "region": "address-level1", "district": "address-level3", "postcode": "postal-code", "sorting": "off",
        }  # fmt: skip


class TestSpelling:
    @pytest.mark.parametrize(
        ("country", "typed", "stored"),
        [
            ("DE", " D-50667 ", "50667"),
            ("CH", "CH-8000", "8000"),
            ("GB", "ec1y 8sy", "EC1Y 8SY"),
            ("JP", "１５４−００２３", "154-0023"),
            ("NL", "1234 ab", "1234 AB"),
            ("SE", "SE-114 55", "114 55"),
            ("DE", "what ever", "what ever"),
        ],
    )
    def test_a_postcode_is_brought_to_the_countrys_spelling(self, country: str, typed: str, stored: str) -> None:
        assert tidy(an_address(country, postcode=typed)).postcode == stored

    def test_a_region_may_be_written_out(self) -> None:
        assert tidy(an_address("US", region="california")).region == "CA"

    def test_nothing_unprintable_gets_onto_a_label(self) -> None:
        assert clean("a\r\nBcc: x@y\x00\u2028b\u202ec\ud800") == "a Bcc: x@y bc"

    def test_letters_of_every_script_stay(self) -> None:
        for name in ("Zoë Núñez", "山田太郎", "علی‌رضا", "Ἀθηνᾶ", "O’Neill-Smythe", "Null"):
            assert clean(name) == name


class TestChecking:
    def test_a_missing_street_or_name_is_a_problem(self) -> None:
        assert set(check(an_address(name="", lines=())).problems) == {"name", "line1"}

    def test_an_odd_or_missing_postcode_is_only_a_warning(self) -> None:
        for postcode in ("", "1234", "ABC"):
            found = check(an_address(postcode=postcode))
            assert not found.problems and set(found.warnings) == {"postcode"}

    def test_a_postcode_of_another_state_is_doubted(self) -> None:
        found = check(an_address("US", region="NY", postcode="95014"))
        assert "New York" in found.warnings["postcode"]

    def test_an_unknown_region_is_doubted_not_refused(self) -> None:
        found = check(an_address("US", region="Atlantis", postcode="95014"))
        assert not found.problems and set(found.warnings) == {"region"}

    def test_a_line_too_long_for_a_parcel_is_a_problem(self) -> None:
        assert set(check(an_address(lines=("x" * 101,))).problems) == {"line1"}

    def test_a_country_that_is_none_is_a_problem(self) -> None:
        for country in ("", "XX", "ZZ", "de", "../../etc/passwd"):
            assert set(check(tidy(an_address(country))).problems) == {"country"}


class TestLabels:
    def test_a_label_follows_the_country(self) -> None:
        assert label_lines(an_address("DE", city="Köln", postcode="50667")) == [
            "Ada Example", "Main Street 1", "50667 KÖLN", "GERMANY",
        ]  # fmt: skip
        american = an_address("US", city="Cupertino", region="CA", postcode="95014")
        assert label_lines(american)[-2:] == ["CUPERTINO, CA 95014", "UNITED STATES"]

    def test_a_japanese_address_stands_in_its_own_script_or_in_latin(self) -> None:
        own = an_address("JP", name="山田太郎", lines=("渋谷1-2-3",), city="", region="東京都", postcode="154-0023")
        assert label_lines(own) == ["〒154-0023", "東京都", "渋谷1-2-3", "山田太郎", "JAPAN"]
        latin = an_address("JP", city="", region="東京都", postcode="154-0023")
        assert label_lines(latin) == ["Ada Example", "Main Street 1, TOKYO", "154-0023", "JAPAN"]

    def test_a_parcel_that_stays_at_home_names_no_country(self) -> None:
        assert label_lines(an_address("DE"), sent_from="DE")[-1] == "12345 TOWN"

    def test_separators_of_empty_fields_are_left_out(self) -> None:
        assert label_lines(an_address("US", region="", postcode=""))[-2] == "TOWN"
        assert label_lines(an_address("CH", postcode=""))[-2] == "Town"


class TestTheType:
    def test_it_survives_json(self) -> None:
        address = an_address(lines=("a", "b"), district="c")
        assert Address.load(json.loads(json.dumps(asdict(address)))) == address

    def test_it_never_shows_itself(self) -> None:
        address = an_address()
        assert "Ada" not in f"{address} {address!r} {address:>40} {[address]}"

    def test_form_fields_read_the_street_lines(self) -> None:
        address = an_address(lines=("a", "b"))
        assert [value_of(address, name) for name in ("line1", "line2", "city")] == ["a", "b", "Town"]
