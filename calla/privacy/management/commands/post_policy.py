from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from calla.kernel.errors import ShopError
from calla.policy import Change, PolicyErrors
from calla.policy.telling import as_data_of, told
from calla.privacy import conformity, posting
from calla.privacy.posting import Proposal
from calla.privacy.reach import Ends, Reach, Touched

WORD = "looser"  # to be typed, so that nobody loosens a promise by a habit of pressing “y”


class Command(BaseCommand):
    help = "Show what the policy file would change and for whom, then post it as the next version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="the policy file (default: policy.toml in the home)")
        parser.add_argument("--plan-only", action="store_true", help="show what it would change, and post nothing")
        parser.add_argument("--yes", action="store_true", help="post without asking; needed where nobody can be asked")
        parser.add_argument("--plan", metavar="DIGEST", help="post this plan, seen before, and no other")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"] or Path(settings.CALLA_HOME) / "policy.toml"
        try:
            source = file.read_text(encoding="utf-8")
            conformity.refuse_what_does_not_fit(source, name=str(file))
            self._propose_and_post(source, str(file), options)
        except OSError as error:
            why = f"{file}: {error.strerror}. Name the policy file, or run this in the shop's home."
            raise CommandError(why) from None
        except UnicodeDecodeError:
            raise CommandError(f"{file}: the policy is not UTF-8 text: save it as UTF-8.") from None
        except PolicyErrors as errors:
            raise CommandError(f"{errors}\nNothing was posted; the version in force stays in force.") from None
        except posting.Unchanged as unchanged:
            self.stdout.write(json.dumps({"unchanged": True}) if options["json"] else str(unchanged))
        except ShopError as refused:
            raise CommandError(f"{refused} Nothing was posted.") from None

    def _propose_and_post(self, source: str, name: str, options: dict[str, Any]) -> None:
        proposal = posting.propose(source, name=name)
        reach = proposal.reach()
        said: dict[str, Any] = {"plan": _as_data(proposal, reach)}
        if not options["json"]:
            self.stdout.writelines(f"{line}\n" for line in _lines(proposal, reach))
        if not options["plan_only"]:
            if not (options["yes"] or options["plan"] or proposal.plan is None):
                _ask(proposal)
            version = posting.post(source, seen=options["plan"] or proposal.digest, name=name)
            said |= {"version": version.number, "effective_at": version.effective_at.isoformat()}
            if not options["json"]:
                self.stdout.write(f"\nVersion {version.number} is posted, in force from {said['effective_at']}.")
        if options["json"]:
            self.stdout.write(json.dumps(said))


def _ask(proposal: Proposal) -> None:
    if not sys.stdin.isatty():
        raise CommandError(
            "Nothing was posted: nobody is there to say yes to this plan. Say it with --yes, "
            f"or with --plan {proposal.digest} to post just this one."
        )
    wanted = WORD if proposal.loosens else "yes"
    why = "It makes promises looser. " if proposal.loosens else ""
    if input(f"\n{why}Type “{wanted}” to post version {proposal.number}: ").strip() != wanted:
        raise CommandError("Nothing was posted.")


# --- the plan, told ---------------------------------------------------------------------------------------------------


def _lines(proposal: Proposal, reach: Reach) -> Iterator[str]:
    if proposal.plan is None:
        yield "This will be the first version: it binds from now on, and there is nothing to compare it with."
        return
    yield f"Version {proposal.number} would follow version {proposal.number - 1}."
    yield from told(proposal.changes, proposal.plan, lambda change: _for_whom(change, reach.touched))
    if reach.ends:
        yield from ("", "What would end on another day")
        yield from (f"  {_ending(one)}" for one in reach.ends)
    yield from ("", f"Plan {proposal.digest}")


def _for_whom(change: Change, touched: Mapping[str, Touched]) -> Iterator[str]:
    people = touched.get(change.path)
    if people is None:
        return
    if people.now:
        yield f"{_people(people.now)} at once"
    if people.from_use:
        groups = ", ".join(f"{count:,} last used version {used}" for used, count in people.from_use.items())
        yield f"{_people(sum(people.from_use.values()))} from their next use of the shop ({groups})"
    if not people.now and not people.from_use:
        yield "nobody the shop knows so far"


def _people(count: int) -> str:
    return f"{count:,} {'person' if count == 1 else 'people'}"


def _ending(one: Ends) -> str:
    sides = (
        (one.at_once, "end with the next nightly run"),
        (one.sooner, "end sooner than now"),
        (one.later, "are kept longer, once their people use the shop again"),
        (one.unsaid, "are left without a sentence that says when they end"),
    )
    said = ", ".join(f"{one.of_all(count):,} {what}" for count, what in sides if count) or "none changes its day"
    drawn = f" (reckoned from {one.looked_at:,} drawn by chance)" if one.looked_at < one.things else ""
    return f"{one.table}: of {one.things:,}, {said}{drawn}"


def _as_data(proposal: Proposal, reach: Reach) -> dict[str, Any]:
    changes = [as_data_of(change) | _touched_as_data(reach.touched.get(change.path)) for change in proposal.changes]
    return {
        "digest": proposal.digest,
        "version": proposal.number,
        "loosens": proposal.loosens,
        "no_longer_promised": [change.path for change in proposal.changes if change.gives_up],
        "changes": changes,
        "parts": asdict(proposal.plan) if proposal.plan else {},
        "ends": [asdict(one) for one in reach.ends],
    }


def _touched_as_data(people: Touched | None) -> dict[str, Any]:
    return {"people_now": people.now, "people_from_next_use": dict(people.from_use)} if people else {}
