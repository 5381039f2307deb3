"""`calla policy`: gives the policy's own commands the program they compare with, and the file they are about."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from calla import serving
from calla.config.environment import environment
from calla.serving import Refused


def run(given: argparse.Namespace) -> int | None:
    if given.action == "verify-receipt":
        return _verify_receipt(Path(given.file), given)
    file = Path(given.file) if given.file else environment.policy_file
    if not file.is_file():
        raise Refused(f"There is no policy file {file}. Name one, or set CALLA_HOME to the home of the shop.")
    return ACTIONS[given.action](file, given)


def _verify_receipt(file: Path, given: argparse.Namespace) -> int:
    """With nothing but the file and the key; the shop need not be there."""
    serving.set_up_django()
    from calla.kernel.errors import ShopError
    from calla.privacy import receipts

    try:
        receipt = receipts.verify(file.read_bytes(), _key(given.key))
    except OSError as error:
        raise Refused(f"{error.filename}: {error.strerror}") from None
    except ShopError as refused:
        raise Refused(str(refused)) from None
    if given.json:
        serving.tell(json.dumps(receipt, ensure_ascii=False, indent=2))
    else:
        answers = [f"  {name}: {'yes' if said else 'no'}" for name, said in receipt.get("answers", {}).items()]
        serving.tell(f"This receipt holds: {receipt['kind']}, {receipt['shop']}, {receipt['at']}.", *answers)
    return 0


def _key(said: str) -> str:
    """The key itself, or the file in which the shop publishes it."""
    if not Path(said).is_file():
        return said
    try:
        return str(json.loads(Path(said).read_bytes())["receipts"]["key"])
    except (ValueError, KeyError, TypeError):
        raise Refused(f"{said} holds no key: save /.well-known/privacy-policy.json of the shop there.") from None


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
