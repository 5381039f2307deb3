"""What can go wrong with the embedded server; the message says what to do."""


class PostgresRefused(Exception):
    """The embedded server cannot be started or joined."""
