"""Django's backend for PostgreSQL, with an end to every wait.

The server itself ends statements that take too long. A server that was stopped in its tracks ends nothing, nor does one
behind a line that carries nothing any more: whoever asks would wait for ever. So the time is kept on our side as well,
and once a server has kept silent, whoever comes next is told at once instead of finding out in turn.
"""

from __future__ import annotations

import time
from types import ModuleType
from typing import Any

import psycopg
from django.db.backends.postgresql import base

ANSWER_SECONDS = 18.0  # more than the server gives itself for a statement: see `settings.DATABASES`
SIGN_SECONDS = 5.0  # for a connection, and for the question whether anybody is there
REST_SECONDS = 2.0  # between two tries at a server that kept silent
_silent: dict[str, float] = {}  # server -> when it may be tried again; what this process found out, shared by threads


class Silent(psycopg.OperationalError):
    """The server takes what it is told and answers nothing."""

    def __init__(self) -> None:
        super().__init__("the database server keeps silent")


class Connection(psycopg.Connection[Any]):
    patience = ANSWER_SECONDS

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Raises Silent when the time is over; the connection is of no more use then, and is closed."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        until = time.monotonic() + self.patience
        try:
            return super().wait(gen, interval, self.patience)
        except psycopg.OperationalError:
            if time.monotonic() < until:
                raise
        self.pgconn.finish()
        raise Silent


_driver = ModuleType("psycopg")
vars(_driver).update(vars(psycopg), connect=Connection.connect)


class DatabaseWrapper(base.DatabaseWrapper):
    """`settings.DATABASES["…"]["ENGINE"]`."""

    Database = _driver

    def get_new_connection(self, conn_params: Any) -> Any:
        """One at a time tries a server that kept silent; the others are refused until it has spoken."""
        if self._is_silent():
            raise Silent
        if self.alias in _silent:
            self._note_silence(SIGN_SECONDS + REST_SECONDS)
        try:
            connection = super().get_new_connection(conn_params)
        except psycopg.errors.ConnectionTimeout:
            self._note_silence()
            raise
        except psycopg.Error:
            _silent.pop(self.alias, None)  # it refuses, so it speaks
            raise
        _silent.pop(self.alias, None)
        return connection

    def is_usable(self) -> bool:
        if self._is_silent() or self.connection is None:
            return False
        self.connection.patience = SIGN_SECONDS
        began = time.monotonic()
        try:
            return bool(super().is_usable())
        finally:
            self.connection.patience = ANSWER_SECONDS
            if time.monotonic() - began >= SIGN_SECONDS:
                self._note_silence()

    def _is_silent(self) -> bool:
        return time.monotonic() < _silent.get(self.alias, 0.0)

    def _note_silence(self, seconds: float = REST_SECONDS) -> None:
        _silent[self.alias] = time.monotonic() + seconds
