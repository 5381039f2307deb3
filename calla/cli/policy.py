"""Commands about the policy, and about whether it is kept."""

import argparse

from calla.cli.options import add_json


def add_policy(parser: argparse.ArgumentParser) -> None:
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
    add_json(receipt)
    for action in (check, show, diff, post, verify):
        action.add_argument("file", metavar="FILE", nargs="?", help="policy file (default: that of the home)")
        add_json(action)


def policy(given: argparse.Namespace) -> int | None:
    from calla import policy_cli

    return policy_cli.run(given)


def add_audit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="URL", help="address of a Calla shop, such as https://shop.example")
    parser.add_argument("--only", metavar="NAMES", default="", help="these checks or sentences, such as S9,S14")
    parser.add_argument("--buy", action="store_true", help="begin a real order as far as the payment page; pay nothing")
    parser.add_argument("--timeout", type=float, default=120, metavar="SECONDS", help="for all of it (default: 120)")
    add_json(parser)


def audit(given: argparse.Namespace) -> int:
    from calla.audit import command

    return command.run(given.url, only=given.only, buy=given.buy, seconds=given.timeout, as_json=given.json)
