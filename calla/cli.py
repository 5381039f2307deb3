"""The `calla` command. What is not in the table below is Django's.

Nothing heavy is imported before it is known what to do, so that `calla --help` answers at once.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Add = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], int | None]


@dataclass(frozen=True)
class Command:
    name: str
    help: str
    add: Add
    run: Run


# --- running a shop ---------------------------------------------------------------------------------------------------


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--home", metavar="DIR", help="folder of the demo shop (default: CALLA_HOME or ./calla-home)")
    parser.add_argument("--port", type=_port, default=8000, metavar="N", help="port of the shop (default: 8000)")
    parser.add_argument("--reset", action="store_true", help="throw away what the demo shop holds and start anew")


def _demo(given: argparse.Namespace) -> None:
    from calla.demo import start

    start.run(home=given.home, port=given.port, reset=given.reset)


def _add_init(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", help="folder to make; it must be new or empty")


def _init(given: argparse.Namespace) -> None:
    from calla import running

    running.init(given.directory)


def _serve(given: argparse.Namespace) -> None:
    from calla import running

    running.serve()


def _worker(given: argparse.Namespace) -> None:
    from calla import running

    running.work()


def _add_backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", help="folder of the backups; a new one is made in it")


def _backup(given: argparse.Namespace) -> None:
    from calla import backups

    backups.backup(given.directory)


def _add_restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", nargs="?", help="the backup, as `calla backup` printed it")
    parser.add_argument("--drill", action="store_true", help="for practice: beside the shop, and noted")
    parser.add_argument("--finish", action="store_true", help="only erase again who came back with a restored database")
    parser.add_argument("--yes", action="store_true", help="do not ask whether it is meant")


def _restore(given: argparse.Namespace) -> None:
    from calla import backups, drills, serving

    if given.finish:
        with serving.database():
            backups.finish()
    elif given.directory and given.drill:
        drills.drill(given.directory)
    elif given.directory:
        backups.restore(given.directory, yes=given.yes)
    else:
        raise serving.Refused("Name the backup to restore: calla restore DIR")


def _doctor(given: argparse.Namespace) -> int:
    from calla import doctor

    return doctor.run(as_json=given.json)


def _migrate(given: argparse.Namespace) -> None:
    from calla import running, serving

    with serving.database():
        running.migrate(given.arguments)


# --- work on the shop -------------------------------------------------------------------------------------------------


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="CSV file with the products")
    parser.add_argument("--format", metavar="FORMAT", help="format of the file (default: recognised by its columns)")
    parser.add_argument("--media", metavar="DIR", help="folder of the photos (default: media beside the file)")
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    parser.add_argument("--strict", action="store_true", help="import all or nothing: stop at the first error")
    _add_json(parser)


def _import(given: argparse.Namespace) -> None:
    optional = _given({"--format": given.format, "--media": given.media})
    _with_database("import_products", given.file, *optional, *_flags(given, "dry_run", "strict", "json"))


def _add_staff(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add a member of staff")
    add.add_argument("email", metavar="EMAIL", help="address they sign in with")
    add.add_argument("--role", required=True, metavar="ROLE", help="what they may do")
    add.add_argument("--name", metavar="NAME", help="how they are called in the office")
    add.add_argument("--password-file", metavar="FILE", help="first password (default: one is made and shown)")


def _staff(given: argparse.Namespace) -> None:
    optional = _given({"--name": given.name, "--password-file": given.password_file})
    _with_database("add_staff", given.email, "--role", given.role, *optional)


def _add_retention(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    run = actions.add_parser("run", help="end what has had its time; a worker does so each night")
    run.add_argument("--at", metavar="DATE", help="as on this day, such as 2027-12-31 (default: today)")
    run.add_argument("--dry-run", action="store_true", help="say what would end, and change nothing")
    _add_json(run)


def _retention(given: argparse.Namespace) -> None:
    at = ["--at", given.at] if given.at else []
    _with_database("run_retention", *at, *_flags(given, "dry_run", "json"))


def _add_subject(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    plan = actions.add_parser("plan", help="say what an erasure would take, and what the law holds until when")
    erase = actions.add_parser("erase", help="erase a person, as far as nothing is owed to them and no law holds it")
    erase.add_argument("--yes", action="store_true", help="do not ask whether it is meant")
    for action in (plan, erase):
        action.add_argument("who", metavar="ID|EMAIL", help="an id, or the address they gave")
        _add_json(action)
    find = actions.add_parser("find", help="the ids of those at an e-mail address, and what kinds of things there are")
    find.add_argument("who", metavar="EMAIL", help="the address they gave")
    searched = actions.add_parser("searched", help="what the search after an erasure has found")
    searched.add_argument("who", metavar="NUMBER", nargs="?", help="of the receipt (default: all that left something)")
    export = actions.add_parser("export", help="all that is held about somebody; they find that in their ledger")
    export.add_argument("who", metavar="ID|EMAIL", help="an id that `find` prints, or the address they gave")
    _add_json(export)


def _subject(given: argparse.Namespace) -> None:
    if given.action in {"find", "export"}:
        json = ["--json"] if given.action == "export" and given.json else []
        _with_database("subject", given.action, given.who, *json)
        return
    if given.action == "searched":
        _with_database("residue_searches", *([given.who] if given.who else []))
        return
    how = ["--plan"] if given.action == "plan" else _flags(given, "yes")
    _with_database("erase_subject", given.who, *how, *_flags(given, "json"))


def _with_database(*arguments: str) -> None:
    from calla import serving

    with serving.database():
        serving.django_command(*arguments)


# --- the policy -------------------------------------------------------------------------------------------------------


def _add_policy(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="check a policy file against itself and against the program")
    check.add_argument("--strict", action="store_true", help="refuse sentences that are planned and could be in force")
    show = actions.add_parser("show", help="read the policy aloud, and what each sentence makes the program do")
    show.add_argument("--language", metavar="CODE", default="", help="read its translation instead")
    diff = actions.add_parser("diff", help="say what posting the file would change")
    diff.add_argument("--against", metavar="OLD", help="file to compare with (default: the version in force)")
    post = actions.add_parser("post", help="show what the policy file changes and for whom, then put it in force")
    post.add_argument("--plan-only", action="store_true", help="show what it changes, and post nothing")
    post.add_argument("--yes", action="store_true", help="post without asking; needed where nobody can be asked")
    post.add_argument("--plan", metavar="DIGEST", help="post this plan, seen before, and no other")
    verify = actions.add_parser("verify", help="try every promise in the shop that runs, and show what was found")
    receipt = actions.add_parser("verify-receipt", help="check a receipt, with nothing but its file and the shop's key")
    receipt.add_argument("file", metavar="FILE", help="the receipt")
    receipt.add_argument("--key", required=True, metavar="KEY|FILE", help="the key, or privacy-policy.json of the shop")
    _add_json(receipt)
    for action in (check, show, diff, post, verify):
        action.add_argument("file", metavar="FILE", nargs="?", help="policy file (default: that of the home)")
        _add_json(action)


def _policy(given: argparse.Namespace) -> int | None:
    from calla import policy_cli

    return policy_cli.run(given)


def _add_audit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="URL", help="address of a Calla shop, such as https://shop.example")
    parser.add_argument("--only", metavar="NAMES", default="", help="these checks or sentences, such as S9,S14")
    parser.add_argument("--buy", action="store_true", help="begin a real order as far as the payment page; pay nothing")
    parser.add_argument("--timeout", type=float, default=120, metavar="SECONDS", help="for all of it (default: 120)")
    _add_json(parser)


def _audit(given: argparse.Namespace) -> int:
    from calla.audit import command

    return command.run(given.url, only=given.only, buy=given.buy, seconds=given.timeout, as_json=given.json)


# --- the table --------------------------------------------------------------------------------------------------------


def _nothing(parser: argparse.ArgumentParser) -> None:
    pass


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="report as JSON")


def _add_rest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="arguments of Django's migrate")


COMMANDS = (
    Command("demo", "run a demo shop on this machine; Ctrl-C stops it", _add_demo, _demo),
    Command("init", "make the home of a new shop", _add_init, _init),
    Command("serve", "run the web server", _nothing, _serve),
    Command("worker", "run the jobs: mail, notices, retention", _nothing, _worker),
    Command("doctor", "check that everything a shop needs is there", _add_json, _doctor),
    Command("backup", "copy the shop's database, pictures and policy, without any key", _add_backup, _backup),
    Command("restore", "put a backup back, and erase again whoever was erased since", _add_restore, _restore),
    Command("migrate", "bring the tables of both databases up to this release", _add_rest, _migrate),
    Command("import-products", "read products from a file", _add_import, _import),
    Command("staff", "members of staff", _add_staff, _staff),
    Command("retention", "what has had its time by the policy, and ends", _add_retention, _retention),
    Command("subject", "a person and what is held about them", _add_subject, _subject),
    Command("policy", "the privacy policy: check, show, diff, post, verify", _add_policy, _policy),
    Command("audit", "check from outside whether a shop keeps what its policy promises", _add_audit, _audit),
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


def _flags(given: argparse.Namespace, *names: str) -> list[str]:
    return ["--" + name.replace("_", "-") for name in names if getattr(given, name)]


def _given(options: Mapping[str, str | None]) -> list[str]:
    return [word for option, value in options.items() if value for word in (option, value)]


def _port(word: str) -> int:
    if not word.isdecimal() or not 0 < int(word) < 65536:
        raise argparse.ArgumentTypeError(f"{word} is not a port: choose a number from 1 to 65535")
    return int(word)


def _end_in_order_when_told() -> None:
    """A plain SIGTERM would skip every clean-up; as an exception it goes the same way as Ctrl-C."""
    import signal

    def end(number: int, frame: object) -> None:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, end)


if __name__ == "__main__":
    main()
