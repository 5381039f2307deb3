"""`calla demo`: database, shop, worker and test payment provider as one process tree."""

import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from calla import running, serving
from calla.config.environment import environment
from calla.kernel import postgres
from calla.kernel.demo import MARK
from calla.kernel.files import private_folder
from calla.kernel.postgres import PostgresRefused
from calla.kernel.processes import Child, run_together
from calla.serving import Refused, tell

HOST = "127.0.0.1"
WORKERS = 2
READY_SECONDS = 60
"""A file that says: nothing here is anybody's. Without it a home is taken for a real shop."""


def run(*, home: str | None, port: int, reset: bool) -> None:
    if os.environ.get("CALLA_DATABASE_URL"):
        raise Refused("The demo shop brings its own database and would fill yours. Unset CALLA_DATABASE_URL first.")
    began = time.monotonic()
    serving.refuse_busy_port(f"{HOST}:{port}", "choose another: calla demo --port 8010")
    _choose_addresses(home, port)
    if reset:
        _reset(environment.home)
    new = _take_home(environment.home)
    tell("Setting up the demo shop…" if new else "Starting the demo shop…")
    with serving.database() as server:
        fill()
        run_together(children(), watched=running.watched(server), announce=_announcement(began))
    tell("Stopped. The next `calla demo` goes on from here.")


def fill() -> None:
    """Tables and demo data; both leave alone what is there already."""
    serving.set_up_django()
    if serving.pending_migrations():
        running.migrate(["--verbosity", "0"])
    serving.django_command("load_demo", "--verbosity", "0")
    running.close_connections()


def children() -> list[Child]:
    return [_provider(), serving.web(environment.listen, WORKERS, patience=3), serving.worker()]


def _choose_addresses(home: str | None, port: int) -> None:
    if home:
        serving.set_variables(CALLA_HOME=str(Path(home).expanduser().absolute()))
    serving.set_variables(
        CALLA_HOME=str(environment.home),
        CALLA_LISTEN=f"{HOST}:{port}",
        CALLA_PUBLIC_URL=f"http://{HOST}:{port}",
        CALLA_PAYMENT_URL=f"http://{HOST}:{serving.free_port(HOST, port + 1)}",
    )


def _take_home(home: Path) -> bool:
    """Make the home, or go on with a demo's; the home of a real shop is refused."""
    mark = private_folder(home) / MARK
    if mark.exists():
        return False
    if any(home.iterdir()):
        raise Refused(
            f"{home} is not the home of a demo shop, and nothing there is touched. "
            f"Choose another folder: calla demo --home DIR"
        )
    mark.touch()
    running.give_policy(home)
    return True


def _reset(home: Path) -> None:
    if not home.exists():
        return
    if not (home / MARK).exists():
        raise Refused(f"{home} is not the home of a demo shop: nothing was removed.")
    try:
        postgres.remove(home)
    except PostgresRefused as refused:
        raise Refused(str(refused)) from None
    for entry in home.iterdir():
        if entry.name != MARK:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    (home / MARK).unlink()


def _provider() -> Child:
    """The test payment provider: a company of its own, as far as the shop can tell."""
    command = [
        sys.executable, "-m", "calla.demo.testpay", "--port", environment.payment_url.rpartition(":")[2],
        "--data", str(environment.home / "testpay"),
        "--key-file", str(environment.keys_folder / "payment_key"),
        "--webhook-secret-file", str(environment.keys_folder / "webhook_secret"),
        "--webhook-url", f"{environment.public_url}/payments/notices/testpay",
    ]  # fmt: skip
    return Child("test payment provider", command)


def _announcement(began: float) -> Callable[[], bool]:
    """To be asked until the shop answers; then it tells where everything is."""
    host, _, port = environment.listen.rpartition(":")
    asked = time.monotonic()  # filling a fresh shop may take long on a busy machine

    def announce() -> bool:
        if not serving.answers(host, int(port)):
            if time.monotonic() - asked > READY_SECONDS:
                raise Refused(f"The shop did not answer within {READY_SECONDS} seconds; the lines above say why.")
            return False
        _tell_where(time.monotonic() - began)
        return True

    return announce


def _tell_where(seconds: float) -> None:
    staff = environment.home / "staff.txt"
    tell(
        "",
        f"  The shop        {environment.public_url}",
        f"  The back office {environment.public_url}/office",
        *(f"    {line}" for line in (staff.read_text(encoding="utf-8").splitlines() if staff.exists() else [])),
        f"  Its letters     {environment.mailbox}",
        f"  Its policy      {environment.policy_file}",
        f"  Its provider    {environment.payment_url} (card 4242 4242 4242 4242 pays, 4000 0000 0000 0002 is declined)",
        "",
        f"  Ready after {seconds:.1f} s. Ctrl-C stops everything.",
    )
