"""Run the web server (see the package)."""

from __future__ import annotations

import argparse
from pkgutil import resolve_name
from typing import Any

from gunicorn.app.base import BaseApplication
from uvicorn_worker import UvicornWorker

from calla.kernel import salt
from calla.kernel.processes import die_with_parent
from calla.kernel.webserver.program import InThreads
from calla.kernel.webserver.protocol import AtOnce

IDLE_SECONDS = 75  # longer than a proxy keeps a connection, so that it is the proxy who ends one
HUNG_SECONDS = 60  # a process that does nothing for so long is replaced


class Process(UvicornWorker):  # type: ignore[misc]  # it has no types that are told
    CONFIG_KWARGS = {
        "http": AtOnce, "loop": "uvloop", "ws": "none", "interface": "asgi3", "lifespan": "off",
        "proxy_headers": False, "server_header": False, "access_log": False,
    }  # fmt: skip


class WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, served: str, threads: int, settings: dict[str, Any]) -> None:
        self.served, self.threads, self.settings = served, threads, settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> InThreads:
        """In each process, before it answers anybody."""
        return InThreads(resolve_name(self.served)(), self.threads)


def main() -> None:
    arguments = argparse.ArgumentParser(prog="calla.kernel.webserver")
    for name, kind in {"listen": str, "workers": int, "threads": int, "patience": int}.items():
        arguments.add_argument(f"--{name}", type=kind, required=True)
    arguments.add_argument("served", help="module:function that gives a Served")
    given = arguments.parse_args()
    salt.keep()  # what its processes have in common is made here, before it forks them
    settings = {
        "bind": given.listen, "workers": given.workers, "worker_class": Process, "timeout": HUNG_SECONDS,
        "graceful_timeout": given.patience, "keepalive": IDLE_SECONDS, "loglevel": "error",
        "control_socket_disable": True, "post_fork": lambda server, worker: die_with_parent(server.pid),
    }  # fmt: skip
    WebServer(given.served, given.threads, settings).run()


if __name__ == "__main__":
    main()
