"""What the commands share: the database they need, the ports they take, and the web server's command line."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from calla.config.environment import environment, reread
from calla.kernel.postgres import PostgresRefused, Server, embedded
from calla.kernel.processes import Child

CALLA = (sys.executable, "-m", "calla.cli")
ANSWER_SECONDS = 5
THREADS = 4  # one would be cheapest; several keep the shop open while the payment provider keeps a request waiting


class Refused(Exception):
    """A command cannot do what was asked; the message says why and what to do."""


@contextmanager
def database() -> Iterator[Server | None]:
    """The databases for this process and its children: those named in the environment, or the home's own server."""
    if environment.database_url is not None:
        yield None
        return
    if not environment.home.is_dir():
        raise Refused(
            f"There is no shop in {environment.home}. Make one with `calla init DIR`, or set CALLA_HOME to the folder "
            f"of yours; `calla demo` shows one that is ready."
        )
    try:
        with embedded(environment.home) as server:
            set_variables(CALLA_DATABASE_URL=server.main, CALLA_KEYS_URL=server.keys)
            yield server
    except PostgresRefused as refused:
        raise Refused(str(refused)) from None


def set_variables(**values: str) -> None:
    """Change the settings of this process and of those it will start."""
    os.environ.update(values)
    reread()


def django_command(*arguments: str) -> None:
    """Run a management command in this process; it ends the process when it fails."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "calla.config.settings"
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(["calla", *arguments])
    except OperationalError as error:
        raise database_gone(error) from None
    except EOFError:
        raise Refused(f"`{arguments[0]}` asks a question, and nobody is there to answer it. Try --noinput.") from None


def database_gone(error: Exception) -> Refused:
    return Refused(f"The database does not answer. It says: {str(error).strip().splitlines()[0]}")


def set_up_django() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "calla.config.settings"
    django.setup()


def load_whole_program() -> None:
    """Set up Django and import what the web server and the worker run.

    A promise counts as enforced when the code that keeps it is really wired in, not when it only lies in a file.
    """
    set_up_django()
    from django.apps import apps
    from django.conf import settings
    from django.utils.module_loading import import_string, module_has_submodule

    import_module(settings.ROOT_URLCONF)
    for name in settings.MIDDLEWARE:
        import_string(name)
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "jobs"):
            import_module(f"{config.name}.jobs")


def pending_migrations() -> list[str]:
    """Names of the databases whose tables are not those of this release."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    def is_behind(alias: str) -> bool:
        executor = MigrationExecutor(connections[alias])
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    return [alias for alias in connections if is_behind(alias)]


def web(listen: str, workers: int, *, patience: int = 10) -> Child:
    """The web server. It keeps no access log and says nothing of whom it answers; a worker that fails is replaced.

    `patience` is for the requests that are being answered when it is told to stop, in seconds.
    """
    command = [
        sys.executable, "-m", "calla.kernel.webserver", "--listen", listen, "--workers", str(workers),
        "--threads", str(THREADS), "--patience", str(patience), "calla.config.wsgi:served",
    ]  # fmt: skip
    return Child("web server", command)


def worker() -> Child:
    return Child("worker", [*CALLA, "worker"])


def refuse_busy_port(listen: str, advice: str) -> None:
    host, _, port = listen.rpartition(":")
    if not is_free(host.strip("[]"), int(port)):
        raise Refused(f"Port {port} on {host} is in use by another program. Stop that one, or {advice}.")


def is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if isinstance(error, PermissionError) or error.errno is None:
                raise Refused(f"This account may not listen on port {port}: {error.strerror}.")
            return False
    return True


def free_port(host: str, first: int = 0) -> int:
    """The first choice when nobody has it, else any."""
    if 0 < first < 65536 and is_free(host, first):
        return first
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def answers(host: str, port: int, path: str = "/healthz") -> bool:
    """Whether a web server of ours answers there; for waiting on one, not for talking to it."""
    request = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection((host, port), timeout=ANSWER_SECONDS) as connection:
            connection.sendall(request.encode("ascii"))
            return connection.recv(12).startswith(b"HTTP/1.1 2")
    except OSError:
        return False


def tell(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def package_file(*parts: str) -> Path:
    return Path(__file__).parent.joinpath(*parts)
