"""The PostgreSQL server that a shop brings along, so that one command runs it.

The programs come from an installed wheel; starting, stopping and locking them up is ours. The server listens on a
socket in a closed folder alone, asks for a password even there, logs no values, and never outlives whoever started it.
"""

from calla.kernel.postgres.errors import PostgresRefused
from calla.kernel.postgres.server import Server, embedded, remove

__all__ = ["PostgresRefused", "Server", "embedded", "remove"]
