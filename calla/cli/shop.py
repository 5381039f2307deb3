"""Commands that run a shop, and look after it."""

import argparse


def add_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--home", metavar="DIR", help="folder of the demo shop (default: CALLA_HOME or ./calla-home)")
    parser.add_argument("--port", type=_port, default=8000, metavar="N", help="port of the shop (default: 8000)")
    parser.add_argument("--reset", action="store_true", help="throw away what the demo shop holds and start anew")


def demo(given: argparse.Namespace) -> None:
    from calla.demo import start

    start.run(home=given.home, port=given.port, reset=given.reset)


def add_init(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", help="folder to make; it must be new or empty")


def init(given: argparse.Namespace) -> None:
    from calla import running

    running.init(given.directory)


def serve(given: argparse.Namespace) -> None:
    from calla import running

    running.serve()


def worker(given: argparse.Namespace) -> None:
    from calla import running

    running.work()


def add_backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", help="folder of the backups; a new one is made in it")


def backup(given: argparse.Namespace) -> None:
    from calla import backups

    backups.backup(given.directory)


def add_restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", nargs="?", help="the backup, as `calla backup` printed it")
    parser.add_argument("--drill", action="store_true", help="for practice: beside the shop, and noted")
    parser.add_argument("--finish", action="store_true", help="only erase again who came back with a restored database")
    parser.add_argument("--yes", action="store_true", help="do not ask whether it is meant")


def restore(given: argparse.Namespace) -> None:
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


def doctor(given: argparse.Namespace) -> int:
    from calla import doctor

    return doctor.run(as_json=given.json)


def add_migrate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="arguments of Django's migrate")


def migrate(given: argparse.Namespace) -> None:
    from calla import running, serving

    with serving.database():
        running.migrate(given.arguments)


def _port(word: str) -> int:
    if not word.isdecimal() or not 0 < int(word) < 65536:
        raise argparse.ArgumentTypeError(f"{word} is not a port: choose a number from 1 to 65535")
    return int(word)
