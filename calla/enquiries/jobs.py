"""What happens to questions by the clock. Without a sentence that lets the shop take them, nothing does."""

from __future__ import annotations

from calla.enquiries import arriving, knocking, selectors, services
from calla.kernel import jobs
from calla.kernel.turns import nobody_else


@jobs.periodic("* * * * *")
def read_the_inbox() -> None:
    if selectors.takes_questions():
        with nobody_else("read the inbox") as ours:
            if ours:
                arriving.read()


@jobs.periodic("7 * * * *")
def knock() -> None:
    if selectors.takes_questions():
        knocking.knock()


@jobs.periodic("29 3 * * *")
def close_answered() -> None:
    """From that day the time to keep them runs; without it, it would never begin."""
    services.close_silent()
