"""Commands that work on the shop: its products, its staff, its people."""

import argparse
from collections.abc import Mapping

from calla.cli.options import add_json


def add_import_products(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="CSV file with the products")
    parser.add_argument("--format", metavar="FORMAT", help="format of the file (default: recognised by its columns)")
    parser.add_argument("--media", metavar="DIR", help="folder of the photos (default: media beside the file)")
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    parser.add_argument("--strict", action="store_true", help="import all or nothing: stop at the first error")
    add_json(parser)


def import_products(given: argparse.Namespace) -> None:
    optional = _given({"--format": given.format, "--media": given.media})
    _with_database("import_products", given.file, *optional, *_flags(given, "dry_run", "strict", "json"))


def add_staff(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add a member of staff")
    add.add_argument("email", metavar="EMAIL", help="address they sign in with")
    add.add_argument("--role", required=True, metavar="ROLE", help="what they may do")
    add.add_argument("--name", metavar="NAME", help="how they are called in the office")
    add.add_argument("--password-file", metavar="FILE", help="first password (default: one is made and shown)")


def staff(given: argparse.Namespace) -> None:
    optional = _given({"--name": given.name, "--password-file": given.password_file})
    _with_database("add_staff", given.email, "--role", given.role, *optional)


def add_retention(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    run = actions.add_parser("run", help="end what has had its time; a worker does so each night")
    run.add_argument("--at", metavar="DATE", help="as on this day, such as 2027-12-31 (default: today)")
    run.add_argument("--dry-run", action="store_true", help="say what would end, and change nothing")
    add_json(run)


def retention(given: argparse.Namespace) -> None:
    at = ["--at", given.at] if given.at else []
    _with_database("run_retention", *at, *_flags(given, "dry_run", "json"))


def add_subject(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    plan = actions.add_parser("plan", help="say what an erasure would take, and what the law holds until when")
    erase = actions.add_parser("erase", help="erase a person, as far as nothing is owed to them and no law holds it")
    erase.add_argument("--yes", action="store_true", help="do not ask whether it is meant")
    for action in (plan, erase):
        action.add_argument("who", metavar="ID|EMAIL", help="an id, or the address they gave")
        add_json(action)
    find = actions.add_parser("find", help="the ids of those at an e-mail address, and what kinds of things there are")
    find.add_argument("who", metavar="EMAIL", help="the address they gave")
    searched = actions.add_parser("searched", help="what the search after an erasure has found")
    searched.add_argument("who", metavar="NUMBER", nargs="?", help="of the receipt (default: all that left something)")
    export = actions.add_parser("export", help="all that is held about somebody; they find that in their ledger")
    export.add_argument("who", metavar="ID|EMAIL", help="an id that `find` prints, or the address they gave")
    add_json(export)


def subject(given: argparse.Namespace) -> None:
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


def _flags(given: argparse.Namespace, *names: str) -> list[str]:
    return ["--" + name.replace("_", "-") for name in names if getattr(given, name)]


def _given(options: Mapping[str, str | None]) -> list[str]:
    return [word for option, value in options.items() if value for word in (option, value)]
