"""What goes on beside the answering holds up nobody who is to be answered."""

from __future__ import annotations

import time
from datetime import datetime
from threading import Thread

import pytest
from django.db import connection

from calla.kernel.pagestore.memory import Memory
from calla.kernel.pagestore.upkeep import Upkeep

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_looks_whether_the_server_is_there_before_it_asks_what_others_wait_for() -> None:
    memory, checked = Memory(10**6), list[bool]()
    memory.good_until = time.monotonic() + 100

    def variant_at(moment: datetime) -> str:
        checked.append(connection.health_check_done)
        return "1"

    def ticks() -> None:
        connection.ensure_connection()
        connection.health_check_done = True  # as it stays in a thread that begins no request
        Upkeep(memory, variant_at)()
        connection.close()

    thread = Thread(target=ticks)
    thread.start()
    thread.join()
    assert checked and not any(checked)
