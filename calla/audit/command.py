"""`calla audit URL`: runs the checks, tells on the side how far it is, and reports."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from difflib import get_close_matches

from calla.audit import report
from calla.audit.asking import CannotRun, NoAnswer, Site, base_of
from calla.audit.checking import Check, Finding, Result, examine, sentences
from calla.audit.checks import every
from calla.audit.look import Look

ALL_KEPT, SOMETHING_BROKEN, COULD_NOT_RUN = 0, 1, 2


def run(url: str, *, only: str = "", buy: bool = False, seconds: float = 120, as_json: bool = False) -> int:
    try:
        with closing(Site(base_of(url), seconds)) as site:
            look = Look(site)
            findings = audit(look, chosen(look, only, buy=buy))
            _report(look, findings, as_json=as_json)
    except (CannotRun, NoAnswer) as refused:
        if as_json:
            sys.stdout.write(report.refusal_as_json(url, str(refused)) + "\n")
        sys.stderr.write(f"calla: {refused}\n")
        return COULD_NOT_RUN
    return SOMETHING_BROKEN if any(one.result is Result.BROKEN for one in findings) else ALL_KEPT


def chosen(look: Look, only: str, *, buy: bool) -> list[Check]:
    """The checks of these names, or about these sentences; all of them when nothing is named."""
    able = [one for one in every() if buy or not one.buys]
    wanted = [word.strip() for word in only.split(",") if word.strip()]
    if not wanted:
        return able
    known = {*(one.name for one in able), *(one.id for one in look.policy.sentences)}
    for word in (word for word in wanted if word.replace("-", "_") not in known):
        near = get_close_matches(word, known, n=1)
        raise CannotRun(f"{word} is no check and no sentence of this shop{f'; {near[0]}?' if near else ''}")
    names = {word.replace("-", "_") for word in wanted}
    return [one for one in able if one.name in names or names & set(sentences(one, look))]


def audit(look: Look, checks: Sequence[Check]) -> list[Finding]:
    findings = []
    for number, one in enumerate(checks, 1):
        _say(f"{number}/{len(checks)} {one.name.replace('_', ' ')}")
        findings.append(examine(one, look))
    _say("")
    return findings


def _say(words: str) -> None:
    """Progress is for a person who waits; in a file or a pipe it would only be in the way."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{words}")
        sys.stderr.flush()


def _report(look: Look, findings: Sequence[Finding], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(report.as_json(look, findings) + "\n")
    else:
        report.show(look, findings, sys.stdout)
