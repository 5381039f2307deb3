"""Start, join and stop the server of a home.

Who starts holds a lock for as long as it lives; the system lets go of it at any death. So whoever comes later can tell
a server whose starter lives from one that was left behind, and never has to trust a number in a file.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

from calla.kernel.postgres import cluster, places
from calla.kernel.postgres.errors import PostgresRefused
from calla.kernel.postgres.places import Place
from calla.kernel.processes import follow_into_death

START_SECONDS = 60
STOP_SECONDS = 20
ENDINGS = ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5), (signal.SIGKILL, 5))
"""Let it write what it holds and close; only a server that does not manage in time is cut short."""


@dataclass(frozen=True)
class Server:
    """A running server. `process` is there for its starter alone, who may watch it."""

    main: str
    keys: str
    keeper: str
    process: "subprocess.Popen[bytes] | None"


@contextmanager
def embedded(home: Path, *, durable: bool = True) -> Iterator[Server]:
    """The server of this home: the one that runs, or else one that stops at the end of the block.

    To be called from the main thread: the server follows the thread that started it into death.
    """
    place = places.of(home.absolute())
    starter, process = _join_or_start(place, durable=durable)
    try:
        yield Server(
            main=_url(place, cluster.MAIN, place.access.main, cluster.MAIN),
            keys=_url(place, cluster.KEYS, place.access.keys, cluster.KEYS),
            keeper=_keeper_url(place),
            process=process,
        )
    finally:
        _stop(process)
        if starter:
            starter.close()


def _join_or_start(place: Place, *, durable: bool) -> "tuple[IO[str] | None, subprocess.Popen[bytes] | None]":
    folder, deadline = place.home / "postgres", time.monotonic() + STOP_SECONDS
    with (folder / "starting.lock").open("a") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        while True:
            if starter := _hold(folder / "starter.lock"):
                try:
                    return starter, _start(place, durable=durable)
                except BaseException:
                    starter.close()
                    raise
            if _answers(place):
                return None, None
            if time.monotonic() > deadline:  # until then its starter may be about to stop it and leave
                raise PostgresRefused(
                    "The database server of this home has ended, but the command that started it still runs. "
                    "Stop that command, then try again."
                )
            time.sleep(0.1)


def _keeper_url(place: Place) -> str:
    return _url(place, cluster.KEEPER, place.access.keeper, "postgres")


def _url(place: Place, user: str, password: str, database: str) -> str:
    return f"postgresql://{user}:{password}@{quote(str(place.socket), safe='')}/{database}"


def _hold(path: Path) -> IO[str] | None:
    """The lock of the home's starter; none when somebody alive has it."""
    handle = path.open("a")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


def _start(place: Place, *, durable: bool) -> "subprocess.Popen[bytes]":
    end_leftover(place)
    cluster.prepare(place, durable=durable)
    places.own_folder(place.socket, place.account)
    deadline = time.monotonic() + START_SECONDS
    while True:
        process = _spawn(place)
        try:
            if _becomes_ready(place, process, deadline):
                return process
        except BaseException:
            _stop(process)
            raise
        said = place.log.read_text(encoding="utf-8", errors="replace")
        if "still in use" not in said or time.monotonic() > deadline:  # memory of a server that is just dying
            raise PostgresRefused(f"The embedded database server did not start. It said:\n{said.strip()}")
        time.sleep(0.2)


def _spawn(place: Place) -> "subprocess.Popen[bytes]":
    for stale in (place.data / "postmaster.pid", *place.socket.iterdir()):
        stale.unlink(missing_ok=True)  # of a server that `end_leftover` found dead; its number may be somebody's now
    place.log.unlink(missing_ok=True)
    descriptor = os.open(place.log, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        return subprocess.Popen(  # noqa: S603  our own program
            [place.programs / "bin" / "postgres", "-D", place.data], cwd="/", env={"PATH": os.defpath, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL, stdout=descriptor, stderr=descriptor, start_new_session=True,
            preexec_fn=follow_into_death(signal.SIGINT), **cluster.identity(place),
        )  # fmt: skip
    finally:
        os.close(descriptor)


def _becomes_ready(place: Place, process: "subprocess.Popen[bytes]", deadline: float) -> bool:
    while process.poll() is None and time.monotonic() < deadline:
        if _answers(place):
            return True
        time.sleep(0.02)
    _stop(process)
    return False


def _answers(place: Place) -> bool:
    """Whether the server at our socket is the one of this data folder, knows our password and has both databases."""
    try:
        with psycopg.connect(_keeper_url(place), autocommit=True, connect_timeout=5) as connection:
            folder = connection.execute("SHOW data_directory").fetchone()
            cluster.add_databases(connection, place)
    except psycopg.OperationalError as error:
        if "password authentication failed" not in str(error):
            return False
        raise PostgresRefused(f"The server in {place.base} does not know the password that {place.home} keeps for it.")
    return folder is not None and Path(str(folder[0])).samefile(place.data)


def _stop(process: "subprocess.Popen[bytes] | None") -> None:
    for how, seconds in ENDINGS:
        if process is None or process.poll() is not None:
            return
        process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)


def end_leftover(place: Place) -> None:
    """Stop a server of this data folder whose starter is dead. A process counts only if it works in that folder."""
    for how, seconds in ENDINGS:
        for pid in processes_in(place.data):
            with suppress(ProcessLookupError):
                os.kill(pid, how)
        deadline = time.monotonic() + seconds
        while (left := processes_in(place.data)) and time.monotonic() < deadline:
            time.sleep(0.05)
        if not left:
            return
    raise PostgresRefused(f"A server left behind still uses {place.data} and does not end: process {min(left)}.")


def processes_in(data: Path) -> list[int]:
    """All processes of the server, its first one and workers that outlived it: each stands in the data folder."""
    folder, found = data.resolve(), []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            inside = entry.name.isdecimal() and (entry / "cwd").readlink() == folder
            if inside and (entry / "comm").read_text().strip() == "postgres":
                found.append(int(entry.name))
    return found


def remove(home: Path) -> None:
    """Destroy the server's data of this home; refused while a command uses it."""
    home = home.absolute()
    if not (home / "postgres" / "access.json").exists():
        return
    place = places.of(home)
    with (home / "postgres" / "starting.lock").open("a") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        starter = _hold(home / "postgres" / "starter.lock")
        if starter is None:
            raise PostgresRefused(f"The shop in {home} is running. Stop it first; nothing was removed.")
        with starter:
            end_leftover(place)
            for folder in (place.socket, place.base, home / "postgres"):
                shutil.rmtree(folder, ignore_errors=True)
