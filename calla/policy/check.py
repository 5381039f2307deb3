"""A policy held against the program: needs ⊆ policy ⊆ needs ∪ can, and nothing promised that nothing keeps."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from fnmatch import fnmatchcase

from calla.policy import unbuilt
from calla.policy.enforcing import Point
from calla.policy.errors import BadValue, Problem, nearest
from calla.policy.model import ELSEWHERE, Policy, Sentence
from calla.policy.program import Moment, Program, Purpose
from calla.policy.rules import Rules
from calla.policy.schema import FAMILIES, look_up
from calla.policy.slots import number_words
from calla.policy.uses import Use, has_processor, uncovered


def check(
    policy: Policy,
    program: Program,
    points: Iterable[Point] = (),
    uses: Iterable[Use] = (),
    *,
    strict: bool = False,
    today: date | None = None,
) -> list[Problem]:
    """Every problem; those with `warning` stop nothing. `strict` refuses what is planned and could be in force."""
    points, uses = tuple(points), tuple(uses)
    told = {(use.kind, use.name) for use in uses if not use.optional}  # with its place in the code, and so only there
    found = [
        *_moments(policy, program),
        *_purposes(policy, program),
        *_cookies(policy, program, told),
        *_hosts(policy, program, told),
        *_surfaces(policy, program),
        *_idle_data(policy),
        *_enforcement(policy, points),
        *_points(program, points),
        *(problem for use in uses if (problem := uncovered(use, policy, program))),
        *_wording(policy),
        *(unbuilt.hiding(policy, points, uses) if strict else ()),
        *_overdue(policy, today),
    ]
    return sorted(found, key=lambda problem: (problem.file, problem.line, problem.column))


def _at(policy: Policy, path: str, message: str, *, warning: bool = False) -> Problem:
    """At the sentence that says this path, or at the head of the file where none does."""
    said = policy.said.get(path)
    return policy.source.problem(message, said.by[0] if said else "policy", path if said else "", warning=warning)


def _moments(policy: Policy, program: Program) -> Iterator[Problem]:
    rules = policy.rules(ELSEWHERE)
    for moment in program.moments.values():
        path = f"collect.{moment.name}"
        if path in rules.terms:
            yield from _asked(policy, rules, moment, path)
        elif moment.purpose and rules.has(moment.purpose):
            needs = ", ".join(sorted(moment.needs))
            yield _at(
                policy,
                f"purpose.{moment.purpose}.reads",
                f"purpose {moment.purpose} is in force, and no {path} says that it asks for {needs}",
            )


def _asked(policy: Policy, rules: Rules, moment: Moment, path: str) -> Iterator[Problem]:
    asked = rules.collects(moment.name)
    for name in sorted(moment.needs - asked.keys()):
        yield _at(policy, path, f"the program cannot do without {name} here: add it to {path}")
    for name in sorted(name for name in moment.needs & asked.keys() if not asked[name]):
        yield _at(policy, path, f"the program cannot do without {name} here: write it without “?”")
    for name in sorted(asked.keys() - moment.needs - moment.can):
        yield _at(
            policy, path, f"the program has no way to ask for {name} here: {nearest(name, moment.needs | moment.can)}"
        )
    if moment.purpose and not rules.has(moment.purpose):
        yield _at(policy, path, f"{path} asks for the purpose {moment.purpose}, which no sentence in force grants")


def _purposes(policy: Policy, program: Program) -> Iterator[Problem]:
    rules = policy.rules(ELSEWHERE)
    for purpose in program.purposes.values():
        if rules.has(purpose.name):
            yield from _granted(policy, rules, purpose)
        elif purpose.needed:
            yield policy.source.problem(
                f"no shop runs without the purpose {purpose.name}: write a sentence with purpose.{purpose.name}",
                "policy",
            )


def _granted(policy: Policy, rules: Rules, purpose: Purpose) -> Iterator[Problem]:
    path = f"purpose.{purpose.name}.reads"
    granted = rules.reads(purpose.name)
    in_use = purpose.needs.union(purpose.can, *purpose.steps.values())
    if purpose.right:
        in_use = frozenset(rules.program.categories)
        yield from _kept_back(policy, rules, purpose, path)
    for name in sorted(purpose.needs - granted):
        yield _at(
            policy,
            path,
            f"the program cannot do without {name} for {purpose.name}: add it to {path}, or lift the limit on it",
        )
    for name in sorted(granted - in_use):
        yield _at(policy, path, f"the program has no use for {name} in {purpose.name}: {nearest(name, in_use)}")
    for step, needs in purpose.steps.items():
        step_path = f"{path.removesuffix('reads')}steps.{step}"
        if step_path not in rules.terms:
            if purpose.right:
                continue  # what people may do themselves is the policy's to grant
            yield _at(policy, path, f"{step_path} is missing: what may the step {step} see?")
        for name in sorted(needs - rules.reads(purpose.name, step=step)):
            yield _at(policy, step_path, f"the step {step} cannot do without {name}: add it to {step_path}")


def _kept_back(policy: Policy, rules: Rules, purpose: Purpose, path: str) -> Iterator[Problem]:
    """Who asks what is held of them is told all of it."""
    granted = rules.reads(purpose.name)
    for other in rules.purposes.values():
        for name in sorted(other.reads - granted):
            yield _at(policy, path, f"{other.name} reads {name}, which people could not see by {purpose.name}: add it")


def _cookies(policy: Policy, program: Program, told: Collection[tuple[str, str]]) -> Iterator[Problem]:
    rules = policy.rules(ELSEWHERE)
    asked_about = any(rule.need == "choice" for rule in rules.cookies.values())
    for cookie in program.cookies.values():
        rule = rules.cookies.get(cookie.name)
        if rule is None:
            missed = asked_about if cookie.answers else cookie.need == "required"
            if missed and ("cookie", cookie.name) not in told:
                yield policy.source.problem(
                    f"the program cannot do without the cookie {cookie.name}: name it in a sentence", "policy"
                )
            continue
        for part, ours, theirs in (("kind", cookie.kind, rule.kind), ("need", cookie.need, rule.need)):
            if ours != theirs:
                path = f"cookie.{cookie.name}.{part}"
                yield _at(policy, path, f"the program's cookie {cookie.name} is “{ours}”, not “{theirs}”")


def _hosts(policy: Policy, program: Program, told: Collection[tuple[str, str]]) -> Iterator[Problem]:
    for host in program.hosts.values():
        purpose, asked_for = host.step.partition(".")[0], ("host", host.name) not in told
        if asked_for and policy.has(purpose) and not has_processor(policy, host.step):
            yield _at(
                policy,
                f"purpose.{purpose}.reads",
                f"the program calls {host.phrase()} for {host.step}, and no processor has an agreement for it",
            )


def _surfaces(policy: Policy, program: Program) -> Iterator[Problem]:
    rules = policy.rules(ELSEWHERE)
    for surface in program.surfaces.values():
        path = f"visible.{surface.name}"
        for name in sorted(rules.get(path, frozenset()) - surface.can):
            yield _at(policy, path, f"the program shows no {name} there: {nearest(name, surface.can)}")


GIVES = re.compile(r"collect\..+|source\..+\.gives")  # how data comes in


def _idle_data(policy: Policy) -> Iterator[Problem]:
    """What is asked for and never read, or read and never asked for: a slip more often than a wish."""
    rules = policy.rules(ELSEWHERE)
    asked = {name: path for path in rules.terms if GIVES.fullmatch(path) for name in rules.get(path)}
    read = {name: purpose for purpose, rule in rules.purposes.items() for name in rule.reads}
    for name in sorted(asked.keys() - read.keys()):
        yield _at(
            policy, asked[name], f"{asked[name]} takes in {name}, and no purpose in force may read it", warning=True
        )
    for name in sorted(read.keys() - asked.keys()):
        yield _at(
            policy,
            f"purpose.{read[name]}.reads",
            f"{read[name]} may read {name}, and nothing in force asks for it",
            warning=True,
        )


def _enforcement(policy: Policy, points: tuple[Point, ...]) -> Iterator[Problem]:
    for sentence in policy.sentences.values():
        if not sentence.binds:
            continue
        said = [*sentence.terms, *sentence.claims]
        idle = [path for path in said if not any(enforces(point, path) for point in points)]
        if sentence.kind in {"rule", "fact"} and len(idle) == len(said):
            message = f"[{sentence.id}] is in force and nothing in the program enforces it ({', '.join(idle[:3])})"
            yield policy.source.problem(message, sentence.id)
        else:
            yield from _idle_claims(policy, sentence, idle)
            yield from _idle_terms(policy, sentence, idle) if sentence.kind != "pledge" else ()


def _idle_claims(policy: Policy, sentence: Sentence, idle: Collection[str]) -> Iterator[Problem]:
    for claim in (path for path in idle if path in sentence.claims):
        yield policy.source.problem(
            f"nothing in the program enforces {claim}", sentence.id, "claims", near=f'"{claim}"', warning=True
        )


def _idle_terms(policy: Policy, sentence: Sentence, idle: Collection[str]) -> Iterator[Problem]:
    """What is opened or owed beside things that are enforced. A limit on what nothing opens keeps itself, and a grant
    of nothing opens nothing."""
    for path in (path for path in idle if sentence.terms.get(path)):
        if look_up(path, policy.program).term.force != "limit":
            message = f"nothing in the program keeps {path}: if people do, say it in a pledge; else it is “planned”"
            yield policy.source.problem(message, sentence.id, path)


def enforces(point: Point, path: str) -> bool:
    """A point names a path, a claim, or a family with stars; one for `collect.*` holds in each country too."""
    plain = path.split(".", 2)[2] if path.startswith("in.") else path
    return fnmatchcase(plain, point.path)


def _points(program: Program, points: tuple[Point, ...]) -> Iterator[Problem]:
    """Marks in the code that name what does not exist enforce nothing, whatever they were meant for."""
    for point in points:
        if message := _unknown(point.path, program):
            yield Problem(point.file, point.line, 1, f"{point.qualname} enforces “{point.path}”: {message}")


def _unknown(path: str, program: Program) -> str:
    if "*" in path:
        known = [*program.terms, *(family.path for family in FAMILIES)]
        return "" if any(fnmatchcase(one, path) for one in known) else "no path is like that"
    if "." not in path:
        return "" if path in program.claims else f"there is no such claim, {nearest(path, program.claims)}"
    try:
        look_up(path, program)
    except BadValue as error:
        return str(error)
    return ""


def _wording(policy: Policy) -> Iterator[Problem]:
    for sentence in policy.sentences.values():
        yield from _numbers(policy, sentence)


def _numbers(policy: Policy, sentence: Sentence) -> Iterator[Problem]:
    for word in number_words(sentence.text, policy.language):
        message = f"“{word}” is a number in words, which no term holds to: is it meant as one?"
        yield policy.source.problem(message, sentence.id, sentence.kind, near=word, warning=True)


def _overdue(policy: Policy, today: date | None) -> Iterator[Problem]:
    if today is None:
        return
    for name, said in policy.rules(ELSEWHERE).processors.items():
        if said["agreement.until"] < today:
            path = f"processor.{name}.agreement.until"
            yield _at(
                policy,
                path,
                f"the agreement with {said['name']} ended on {said['agreement.until']}: it gets nothing now",
                warning=True,
            )
    for sentence in policy.sentences.values():
        if sentence.review and sentence.review < today:
            yield policy.source.problem(
                f"[{sentence.id}] was to be reviewed on {sentence.review}", sentence.id, "review", warning=True
            )
