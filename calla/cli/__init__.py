"""The `calla` command. What is not in the table below is Django's.

Nothing heavy is imported before it is known what to do, so that `calla --help` answers at once.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from calla.cli import policy, shop, work
from calla.cli.options import add_json, nothing

Add = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], int | None]


@dataclass(frozen=True)
class Command:
    name: str
    help: str
    add: Add
    run: Run


COMMANDS = (
    Command("demo", "run a demo shop on this machine; Ctrl-C stops it", shop.add_demo, shop.demo),
    Command("init", "make the home of a new shop", shop.add_init, shop.init),
    Command("serve", "run the web server", nothing, shop.serve),
    Command("worker", "run the jobs: mail, notices, retention", nothing, shop.worker),
    Command("doctor", "check that everything a shop needs is there", add_json, shop.doctor),
    Command("backup", "copy the shop's database, pictures and policy, without any key", shop.add_backup, shop.backup),
    Command("restore", "put a backup back, and erase again whoever was erased since", shop.add_restore, shop.restore),
    Command("migrate", "bring the tables of both databases up to this release", shop.add_migrate, shop.migrate),
    Command("import-products", "read products from a file", work.add_import_products, work.import_products),
    Command("staff", "members of staff", work.add_staff, work.staff),
    Command("retention", "what has had its time by the policy, and ends", work.add_retention, work.retention),
    Command("subject", "a person and what is held about them", work.add_subject, work.subject),
    Command("policy", "the privacy policy: check, show, diff, post, verify", policy.add_policy, policy.policy),
    Command("audit", "check from outside that a shop keeps what its policy promises", policy.add_audit, policy.audit),
)


def main(arguments: Sequence[str] | None = None) -> None:
    words = list(sys.argv[1:] if arguments is None else arguments)
    _end_in_order_when_told()
    known = {command.name for command in COMMANDS}
    if words and not words[0].startswith("-") and words[0] not in known:
        _guarded(lambda: _django(words))
    given = _parser().parse_args(words)
    _guarded(lambda: given.run(given))


def _django(words: list[str]) -> None:
    from calla import running

    running.django(words)


def _guarded(run: Callable[[], int | None]) -> None:
    """Turn what a person can put right into one clear line; anything else keeps its traceback."""
    from calla.kernel.processes import ChildEnded
    from calla.serving import Refused

    try:
        sys.exit(run() or 0)
    except (Refused, ChildEnded) as refused:
        sys.exit(f"calla: {refused}")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # whoever read our report has seen enough
        sys.stderr.close()
        sys.exit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="calla",
        description="A shop whose privacy policy is the program it runs.",
        epilog="Every other name is a command of Django: `calla help` lists them.",
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        one = commands.add_parser(command.name, help=command.help, description=_sentence(command.help))
        command.add(one)
        one.set_defaults(run=command.run)
    return parser


def _version() -> str:
    from importlib.metadata import version

    return f"calla {version('calla')}"


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:] + "."


def _end_in_order_when_told() -> None:
    """A plain SIGTERM would skip every clean-up; as an exception it goes the same way as Ctrl-C."""
    import signal

    def end(number: int, frame: object) -> None:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, end)
