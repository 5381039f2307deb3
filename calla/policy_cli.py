"""`calla policy`: gives the policy's own commands the program they compare with, and the file they are about."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from calla import serving
from calla.config.environment import environment
from calla.serving import Refused


def run(given: argparse.Namespace) -> int | None:
    file = Path(given.file) if given.file else environment.policy_file
    if not file.is_file():
        raise Refused(f"There is no policy file {file}. Name one, or set CALLA_HOME to the home of the shop.")
    return ACTIONS[given.action](file, given)


def _check(file: Path, given: argparse.Namespace) -> int:
    serving.load_whole_program()
    from calla.policy import commands
    from calla.privacy import conformity, versions

    return commands.check(
        file, versions.program(), sys.stdout, points=conformity.points(), uses=conformity.uses(),
        strict=given.strict, as_json=given.json,
    )  # fmt: skip


def _show(file: Path, given: argparse.Namespace) -> int:
    serving.set_up_django()
    from calla.policy import commands
    from calla.privacy import versions

    return commands.show(file, versions.program(), sys.stdout, language=given.language, as_json=given.json)


def _diff(file: Path, given: argparse.Namespace) -> int:
    with _compared_with(given.against) as old:
        serving.set_up_django()
        from calla.policy import commands
        from calla.privacy import versions

        return commands.diff(old, file, versions.program(), sys.stdout, as_json=given.json)


@contextmanager
def _compared_with(named: str | None) -> Iterator[Path]:
    """The file that was named, else the version in force, from the shop's database."""
    if named:
        if not Path(named).is_file():
            raise Refused(f"There is no policy file {named}.")
        yield Path(named)
        return
    with serving.database(), TemporaryDirectory() as folder:
        serving.set_up_django()
        from calla.privacy.models import PolicyVersion

        posted = PolicyVersion.objects.order_by("-number").first()
        if posted is None:
            raise Refused("No policy has been posted yet; name the file to compare with: --against FILE")
        file = Path(folder) / f"version-{posted.number}.toml"
        file.write_text(posted.source, encoding="utf-8")
        yield file


def _post(file: Path, given: argparse.Namespace) -> None:
    with serving.database():
        serving.load_whole_program()
        flags = [f"--{name.replace('_', '-')}" for name in ("plan_only", "yes", "json") if getattr(given, name)]
        serving.django_command("post_policy", str(file), *flags, *(["--plan", given.plan] if given.plan else []))


def _verify(file: Path, given: argparse.Namespace) -> None:
    with serving.database():
        serving.load_whole_program()
        serving.django_command("verify_policy", *(["--json"] if given.json else []))


ACTIONS = {"check": _check, "show": _show, "diff": _diff, "post": _post, "verify": _verify}
