from __future__ import annotations

from calla.kernel import jobs
from calla.search import services


@jobs.periodic("* * * * *")
def refresh() -> None:
    services.refresh()
