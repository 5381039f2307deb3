"""The wire between a shop and one of its databases, so that a test can cut it or let it fall silent, and mend it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

HOST = "127.0.0.1"


class Line:
    """Cut: whoever is connected is thrown out, and nobody else gets in. Silent: everything is taken and nothing comes
    back, as from a server that was stopped in its tracks."""

    def __init__(self, database: str) -> None:
        self._there = conninfo_to_dict(database)
        self._flows = threading.Event()
        self._ends: list[socket.socket] = []
        self._lock = threading.Lock()
        self._listener = socket.socket()
        self.port = 0
        self.mend()

    @property
    def url(self) -> str:
        """The database as it is reached through this line."""
        user, password = (quote(str(self._there[part]), safe="") for part in ("user", "password"))
        return f"postgresql://{user}:{password}@{HOST}:{self.port}/{self._there['dbname']}"

    def cut(self) -> None:
        # to shut it down wakes the thread that waits in accept; closing alone would not
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for end in self._ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
            self._ends.clear()

    def silence(self) -> None:
        self._flows.clear()

    def mend(self) -> None:
        self._flows.set()
        if self._listener.fileno() < 0 or not self.port:
            self._listener = socket.create_server((HOST, self.port), backlog=128)
            self.port = self._listener.getsockname()[1]
            threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                here, _ = listener.accept()
            except OSError:
                return
            there = self._connect()
            with self._lock:
                self._ends += [here, there]
            for source, target in ((here, there), (there, here)):
                threading.Thread(target=self._pump, args=[source, target], daemon=True).start()

    def _connect(self) -> socket.socket:
        host, port = str(self._there["host"]), int(str(self._there.get("port") or 5432))
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        there = socket.socket(socket.AF_UNIX)
        there.connect(f"{host}/.s.PGSQL.{port}")
        return there

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._flows.wait()
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def line_to(database: str) -> Iterator[Line]:
    one = Line(database)
    try:
        yield one
    finally:
        one.mend()
        one.cut()
