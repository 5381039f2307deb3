"""The families of terms that belong to the format itself, and how a path is looked up.

`<purpose>` in a pattern stands for any purpose the program declares, `<any>` for a name of the merchant's choosing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from calla.policy.errors import BadValue, nearest
from calla.policy.program import Program
from calla.policy.terms import Term
from calla.policy.words import REGIONS

FAMILIES = (
    Term(
        "collect.<moment>", "fields", "grant", "less", printed=True, gloss="{moment}: all the form asks for is {value}"
    ),
    Term("purpose.<purpose>.basis", "word", "grant", "less", words="basis", gloss="{purpose}: rests on {value}"),
    Term("purpose.<purpose>.reads", "reads", "grant", "less", gloss="{purpose}: all the program can open is {value}"),
    Term(
        "purpose.<purpose>.steps.<step>",
        "reads",
        "grant",
        "less",
        gloss="{purpose}, {step}: all that is handed over is {value}",
    ),
    Term("purpose.<purpose>.keep", "keep", "grant", "less", printed=True, gloss="{purpose}: kept {value}"),
    Term(
        "limit.<scope>.keep",
        "keep",
        "limit",
        "less",
        printed=True,
        gloss="{scope}: kept {value}, whatever else is said",
    ),
    Term("limit.<scope>.reads", "reads", "limit", "less", gloss="{scope}: all that can be opened is {value}"),
    Term(
        "limit.<scope>.transfer",
        "word",
        "limit",
        "less",
        words="transfer",
        gloss="passing {scope} to outsiders: {value}",
    ),
    Term("limit.<scope>.sale", "word", "limit", "less", words="sale", gloss="selling {scope}: {value}"),
    Term("limit.<scope>.release", "words", "limit", "less", words="ground", gloss="{scope}: released only to {value}"),
    Term(
        "transfer.notice", "span", "limit", "more", printed=True, gloss="nothing is passed on before {value} of notice"
    ),
    Term("recipient.<any>.name", "text", "grant", printed=True),
    Term("recipient.<any>.purpose", "word", "grant", words="purpose"),
    Term("recipient.<any>.reads", "reads", "grant", "less", printed=True, gloss="{any}: gets {value}"),
    Term("source.<any>.name", "text", "grant", printed=True),
    Term("source.<any>.purpose", "word", "grant", words="purpose"),
    Term("source.<any>.gives", "reads", "grant", "less", printed=True, gloss="{any}: tells the shop {value}"),
    Term(
        "successor.notice",
        "span",
        "duty",
        "more",
        printed=True,
        gloss="a new owner gets nothing before {value} of notice",
    ),
    Term("visible.<surface>", "reads", "grant", "less", printed=True, gloss="{surface}: all that is seen is {value}"),
    Term(
        "age.<moment>",
        "number",
        "duty",
        "more",
        "shop",
        printed=True,
        gloss="{moment}: only with a tick at being {value} or older, which nobody checks",
    ),
    Term("release.grounds", "words", "grant", "less", words="ground", printed=True, gloss="released only to {value}"),
    Term("release.signatures", "number", "limit", "more", printed=True, gloss="{value} people sign for each release"),
    Term("cookie.<cookie>.kind", "word", "grant", "less", "shop", words="cookie kind", gloss="{cookie}: {value}"),
    Term(
        "cookie.<cookie>.life", "span", "grant", "less", "shop", printed=True, gloss="{cookie}: expires after {value}"
    ),
    Term("cookie.<cookie>.need", "word", "grant", "less", "shop", words="cookie need", gloss="{cookie}: {value}"),
    Term("processor.<any>.name", "text", "grant", scope="shop", printed=True),
    Term("processor.<any>.step", "word", "grant", scope="shop", words="step"),
    Term("processor.<any>.country", "country", "grant", scope="shop"),
    Term("processor.<any>.agreement.document", "text", "grant", scope="shop"),
    Term("processor.<any>.agreement.sha256", "sha256", "grant", scope="shop"),
    Term("processor.<any>.agreement.from", "date", "grant", "more", "shop"),
    Term("processor.<any>.agreement.until", "date", "grant", "less", "shop"),
    Term("hold.<any>.of", "word", "grant", scope="shop", words="purpose"),
    Term("hold.<any>.law", "text", "grant", scope="shop"),
    Term("hold.<any>.since", "word", "grant", scope="shop", words="event"),
    Term("hold.<any>.reads", "reads", "grant", "less", "shop", printed=True, gloss="the law keeps {value}"),
    Term("hold.<any>.keep", "keep", "grant", "less", "shop", printed=True, gloss="kept for the law {value}"),
)

# What has to stand together. Without the missing term the grant would be half said, and so nothing.
WHOLE = {
    "purpose": ("basis", "reads", "keep"),
    "recipient": ("name", "purpose", "reads"),
    "source": ("name", "purpose", "gives"),
    "cookie": ("kind", "need"),
    "processor": (
        "name",
        "step",
        "country",
        "agreement.document",
        "agreement.sha256",
        "agreement.from",
        "agreement.until",
    ),
    "hold": ("of", "law", "reads", "keep"),
}

# Slots that the program fills by itself. A table prints every term of the families it shows.
COMPUTED = {"policy.shop", "version.number", "version.date"}
TABLES = {
    "table.cookies": ("cookie.",),
    "table.processors": ("processor.",),
    "table.keep": ("purpose.*.keep", "limit.*.keep"),
    "table.register": ("purpose.", "processor.", "hold."),
}


@dataclass(frozen=True, slots=True)
class Path:
    """A path taken apart: its term, the names in it, and the country or region it is said for."""

    text: str
    term: Term
    names: Mapping[str, str]
    place: str = ""

    @property
    def plain(self) -> str:
        return self.text.removeprefix(f"in.{self.place}.") if self.place else self.text


def look_up(text: str, program: Program) -> Path:
    """The term a path belongs to, or BadValue with the nearest path that exists."""
    found: Path | None = program.looked_up.get(text)
    if found is None:
        found = program.looked_up[text] = _look_up(text, program)
    return found


def _look_up(text: str, program: Program) -> Path:
    place, plain = "", text
    if text.startswith("in."):
        _, place, *rest = [*text.split(".", 2), ""]
        plain = rest[0]
        if place not in REGIONS and not (len(place) == 2 and place.isalpha() and place.isupper()):
            raise BadValue(f"“{place}” is no country (two capital letters) and none of the groups {', '.join(REGIONS)}")
    if own := program.terms.get(plain):
        return Path(text, own, {}, place)
    parts = plain.split(".")
    for family in FAMILIES:
        if (names := _fit(family.path.split("."), parts)) is not None:
            _must_know(names, program)
            return Path(text, _with_purpose(family, names, program), names, place)
    raise BadValue(f"no term is called “{plain}”: {nearest(plain, _paths(program))}")


def _fit(pattern: list[str], parts: list[str]) -> dict[str, str] | None:
    if len(pattern) != len(parts):
        return None
    pairs = list(zip(pattern, parts, strict=True))
    if any(ours != theirs for ours, theirs in pairs if not ours.startswith("<")):
        return None
    return {ours.strip("<>"): theirs for ours, theirs in pairs if ours.startswith("<")}


def _known(program: Program, what: str, names: Mapping[str, str]) -> Mapping[str, object] | frozenset[str] | None:
    match what:
        case "moment":
            return program.moments
        case "purpose":
            return program.purposes
        case "step":
            return program.purposes[names["purpose"]].steps
        case "cookie":
            return program.cookies
        case "surface":
            return program.surfaces
        case "scope":
            return frozenset({"all", *program.purposes, *program.categories})
    return None


def _must_know(names: Mapping[str, str], program: Program) -> None:
    for what, name in names.items():
        known = _known(program, what, names)
        if known is not None and name not in known:
            kind = {"scope": "purpose or category", "surface": "place that others see"}.get(what, what)
            raise BadValue(f"no {kind} is called “{name}”: {nearest(name, known)}")


def _with_purpose(family: Term, names: Mapping[str, str], program: Program) -> Term:
    named = names.get("purpose") or names.get("scope", "")
    if named not in program.purposes:
        return family
    return replace(family, purpose=named, scope="shop" if program.purposes[named].right else family.scope)


def _paths(program: Program) -> Iterator[str]:
    yield from program.terms
    for family in FAMILIES:
        head, _, tail = family.path.partition("<")
        what, _, tail = tail.partition(">")
        known = _known(program, what, {}) if what not in {"", "step"} else None
        yield from (f"{head}{name}{tail}" for name in known or ()) if "<" not in tail else ()
        if not what:
            yield family.path
