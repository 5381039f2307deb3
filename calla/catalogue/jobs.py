from __future__ import annotations

from calla.catalogue import services
from calla.kernel import jobs


@jobs.periodic("* * * * *")
def sweep_holds() -> None:
    """Holds that ran out count for nothing already; this keeps the table short."""
    services.sweep_holds()


@jobs.periodic("23 * * * *")
def forget_turns() -> None:
    """Whoever follows the stock has seen them long since."""
    services.forget_turns()


@jobs.periodic("* * * * *")
def look_for_pictures() -> None:
    """What a worker that fell had not finished."""
    services.make_renditions()


@jobs.periodic("31 3 * * *")
def sweep_pictures() -> None:
    services.sweep_pictures()
