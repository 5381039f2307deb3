"""Commands that run a shop or look after it."""

import difflib
import shutil
import subprocess
import warnings
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from calla import serving
from calla.config.environment import environment, reread
from calla.kernel.files import private_folder
from calla.kernel.postgres import Server
from calla.kernel.processes import run_together
from calla.serving import Refused, django_command, tell

DATABASES = ("default", "keys")
MESSAGES = {"compilemessages", "makemessages"}
WITHOUT_DATABASE = {"check", "collectstatic", "diffsettings", "findstatic", "help", "makemigrations"} | MESSAGES


def init(directory: str) -> None:
    """A home with a policy to edit, secrets of its own and tables in its databases."""
    home = Path(directory).expanduser().absolute()
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise Refused(f"{home} is not empty. Choose a new folder; what lies there stays as it is.")
    private_folder(home)
    serving.set_variables(CALLA_HOME=str(home))
    give_policy(home)
    with serving.database():
        migrate(["--verbosity", "0"])
    tell(
        f"The shop has its home in {home}.",
        f"  1. Read {home / 'policy.toml'} and make it yours: it is what the shop promises, and what it does.",
        f"  2. CALLA_HOME={home} calla policy post",
        f"  3. CALLA_HOME={home} calla staff add you@example.com --role owner",
        f"  4. CALLA_HOME={home} calla serve      and, beside it, calla worker",
    )


def give_policy(home: Path) -> None:
    """The policy to start from; one that is there already is never touched."""
    if not (home / "policy.toml").exists():
        shutil.copyfile(serving.package_file("demo", "policy.toml"), home / "policy.toml")
        reread()  # with a policy it is a home, and gets secrets of its own


def serve() -> None:
    serving.refuse_busy_port(environment.listen, "set CALLA_LISTEN to another one")
    with serving.database() as server:
        refuse_what_is_not_ready()
        run_together([serving.web(environment.listen, environment.workers)], watched=watched(server))


def work() -> None:
    """The jobs, until it is told to stop. The promises are tried at once, so that nobody waits for the next quarter."""
    with serving.database():
        serving.load_whole_program()
        from django.db import DatabaseError

        from calla.kernel import jobs
        from calla.privacy.jobs import try_the_promises

        refuse_who_came_back()
        with suppress(DatabaseError):
            jobs.soon(try_the_promises)
        close_connections()
        serving.django_command("run_jobs")


def refuse_what_is_not_ready() -> None:
    """A shop opens only on tables of this release and on a policy that this release keeps, wholly checked."""
    serving.load_whole_program()
    from django.db import OperationalError

    try:
        if behind := serving.pending_migrations():
            raise Refused(f"The tables are not those of this release ({', '.join(behind)}). Run: calla migrate")
        refuse_what_is_missing()
        _refuse_policy()
        refuse_who_came_back()
    except OperationalError as error:
        raise serving.database_gone(error) from None
    finally:
        close_connections()


def refuse_what_is_missing() -> None:
    """Of the precautions that the shop publishes."""
    from calla.privacy import baseline

    if missing := baseline.missing():
        raise Refused("The shop does not start without its precautions:\n  " + "\n  ".join(missing))


def _refuse_policy() -> None:
    from calla.policy import PolicyErrors
    from calla.privacy import conformity
    from calla.privacy.models import PolicyVersion

    posted = PolicyVersion.objects.order_by("-number").first()
    if posted is None:
        raise Refused("No policy is in force, and without one a shop may do nothing. Run: calla policy post")
    try:
        conformity.refuse_what_does_not_fit(posted.source, name=f"version {posted.number}")
    except PolicyErrors as errors:
        raise Refused(f"This release would not keep the policy in force. Post one that it keeps:\n{errors}") from None


def refuse_who_came_back() -> None:
    """A database that was put back by other means than `calla restore` holds people who were erased since."""
    serving.set_up_django()
    from calla.privacy import erasure

    if back := erasure.come_back():
        raise Refused(
            f"This database is older than the keys beside it: {len(back)} people in it have been erased. "
            f"Erase them again before anybody is served: calla restore --finish"
        )


def close_connections() -> None:
    from django.db import connections

    connections.close_all()


def watched(server: Server | None) -> dict[str, "subprocess.Popen[bytes]"]:
    return {"database server": server.process} if server and server.process else {}


def migrate(arguments: Sequence[str]) -> None:
    if any(word.startswith("--database") or word in {"-h", "--help"} for word in arguments):
        django_command("migrate", *arguments)
        return
    for name in DATABASES:
        django_command("migrate", "--database", name, *arguments)


def django(words: Sequence[str]) -> None:
    """Any command of Django's, with the databases running when it may need them."""
    if words[0] in WITHOUT_DATABASE:
        warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
        django_command(*words)
        return
    with ExitStack() as stack:
        try:
            stack.enter_context(serving.database())
        except Refused:
            _refuse_unknown(words[0])
            raise
        _refuse_unknown(words[0])
        django_command(*words)


def _refuse_unknown(name: str) -> None:
    """Only asked once it is clear which databases there are: Django reads its settings here, and once."""
    serving.set_up_django()
    from django.core.management import get_commands

    if name not in (known := get_commands()):
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise Refused(f"There is no command {name}.{hint} See calla --help, and calla help for Django's.")
