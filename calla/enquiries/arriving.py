"""Letters out of the inbox into cases: each taken out only when its case is written."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError

from calla.enquiries import bounces, incoming, knocking, services
from calla.kernel.errors import ShopError, Unavailable
from calla.privacy import inbox, mail
from calla.privacy.logs import told

log = logging.getLogger("calla.enquiries")


class LettersLeft(ShopError):
    """Some letters could not be taken; they lie where they were, and are tried again."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} letters to the shop could not be read and are still in the inbox.")


def read() -> int:
    """Take in all that waits; how many letters became part of a case. Raises LettersLeft when some did not go.

    One that cannot be taken keeps nobody else's waiting; where the database is away, all of them wait.
    """
    taken, left = 0, 0
    with inbox.letters() as waiting:
        for letter in waiting:
            try:
                taken += take_in(letter.raw)
                letter.take_out()
            except (Unavailable, OperationalError, InterfaceError):
                raise
            except Exception as error:
                left += 1
                log.error("a letter to the shop could not be taken: %s", told(error))
    if left:
        raise LettersLeft(left)
    return taken


def take_in(raw: bytes) -> bool:
    """Whether somebody wrote it. What nobody wrote may tell us that a letter of ours came back, or is our own knock."""
    mailed = incoming.read(raw)
    if mailed is not None:
        services.take_in(mailed)
        return True
    if back := bounces.returned(raw):
        mail.came_back(back)
        knocking.came_back(back)
    else:
        knocking.heard(raw)
    return False
