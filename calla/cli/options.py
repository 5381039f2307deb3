"""Options that several commands have."""

import argparse


def nothing(parser: argparse.ArgumentParser) -> None:
    pass


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="report as JSON")
