"""Terms that cannot stand beside each other: one opens more than another does, or promises what another takes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from calla.policy.errors import Problem
from calla.policy.model import Policy, Sentence
from calla.policy.spans import Keep

Names = list[str]


class Stated:
    """Every term that any sentence states, by its path."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.by = {path: sentence for sentence in policy.sentences.values() for path in sentence.terms}

    def get(self, path: str, default: Any = None) -> Any:
        return self.by[path].terms[path] if path in self.by else default


def problems(policy: Policy) -> Iterator[Problem]:
    stated = Stated(policy)
    for path, sentence in stated.by.items():
        for pattern, clashes in BESIDE.items():
            if (names := _fit(pattern, path)) is not None:
                for message in clashes(path, names, sentence, stated):
                    yield policy.source.problem(message, sentence.id, path)


def _fit(pattern: str, path: str) -> Names | None:
    """The names that stand where the pattern has stars; a pattern beginning with “…” fits in each country too."""
    plain = path.split(".", 2)[2] if path.startswith("in.") and pattern.startswith("…") else path
    wanted, found = pattern.removeprefix("…").split("."), plain.split(".")
    if len(wanted) != len(found) or any(one not in {"*", other} for one, other in zip(wanted, found, strict=True)):
        return None
    return [other for one, other in zip(wanted, found, strict=True) if one == "*"]


def _more_than_its_purpose(path: str, names: Names, sentence: Sentence, stated: Stated) -> Iterator[str]:
    yield from _beyond(path, names[0], sentence, stated)


def _more_than_is_read_where_it_is_seen(path: str, names: Names, sentence: Sentence, stated: Stated) -> Iterator[str]:
    yield from _beyond(path, stated.policy.program.surfaces[names[0]].purpose, sentence, stated)


def _more_than_is_read_where_it_is_taken_in(
    path: str, names: Names, sentence: Sentence, stated: Stated
) -> Iterator[str]:
    if purpose := stated.get(f"source.{names[0]}.purpose"):
        yield from _beyond(path, purpose, sentence, stated)


def _beyond(path: str, purpose: str, sentence: Sentence, stated: Stated) -> Iterator[str]:
    reads = f"purpose.{purpose}.reads"
    if extra := sorted(sentence.terms[path] - stated.get(reads, frozenset())):
        yield f"{path} opens {', '.join(extra)}, which {reads} does not"


def _asked_for_and_never_kept(path: str, _: Names, sentence: Sentence, stated: Stated) -> Iterator[str]:
    for name in sentence.terms[path]:
        if stated.get(f"limit.{name}.keep") == Keep(()):
            yield f"{path} asks for {name}, which limit.{name}.keep says is never kept"


def _held_against_consent(path: str, names: Names, sentence: Sentence, stated: Stated) -> Iterator[str]:
    if stated.get(f"purpose.{sentence.terms[path]}.basis") == "consent":
        yield f"hold.{names[0]} would keep what rests on consent: a withdrawn consent leaves nothing"


def _over_before_it_begins(path: str, names: Names, sentence: Sentence, stated: Stated) -> Iterator[str]:
    since = stated.get(f"processor.{names[0]}.agreement.from")
    if since and since > sentence.terms[path]:
        yield "this agreement ends before it begins"


def _never_reached(path: str, _: Names, sentence: Sentence, stated: Stated) -> Iterator[str]:
    for_all = stated.get("contact.answer")
    if for_all and for_all <= sentence.terms[path]:
        yield f"contact.answer promises {for_all} whatever the way: make {path} shorter, or leave contact.answer out"


def _age_of_nobody(path: str, names: Names, _: Sentence, stated: Stated) -> Iterator[str]:
    if not stated.get(f"collect.{names[0]}"):
        yield f"nothing is asked there, so nobody is asked for their age: say collect.{names[0]}, or leave {path} out"


def _sold_with_the_shop(path: str, _: Names, sentence: Sentence, stated: Stated) -> Iterator[str]:
    notice, span = stated.get("transfer.notice"), sentence.terms[path]
    if stated.get("limit.all.transfer") == "never":
        yield "limit.all.transfer says that nothing is ever passed on, and a new owner gets all of it: one has to go"
    if notice and not notice <= span:
        yield f"a new owner is an outsider too, and transfer.notice is {notice}: make {path} at least as long"


BESIDE: Mapping[str, Callable[[str, Names, Sentence, Stated], Iterator[str]]] = {
    "purpose.*.steps.*": _more_than_its_purpose,
    "visible.*": _more_than_is_read_where_it_is_seen,
    "source.*.gives": _more_than_is_read_where_it_is_taken_in,
    "collect.*": _asked_for_and_never_kept,
    "…hold.*.of": _held_against_consent,
    "processor.*.agreement.until": _over_before_it_begins,
    "contact.answer_by.*": _never_reached,
    "age.*": _age_of_nobody,
    "successor.notice": _sold_with_the_shop,
}
