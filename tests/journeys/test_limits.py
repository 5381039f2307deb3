"""The limits of a shop that runs in several processes: they count together, and each caller alone."""

from __future__ import annotations

import pytest

from calla.kernel import processes
from calla.kernel.processes import Child
from tests.journeys.buying import add, choose
from tests.journeys.scriptless import Visitor
from tests.support.live import WEB, live_shop

pytestmark = pytest.mark.journey
BAGS, TRIES = 4, 12


def test_all_web_processes_count_one_caller_as_one() -> None:
    with live_shop("limits") as shop:
        shop.stop(WEB)
        child = Child(WEB, shop.commands[WEB], shop.variables | {"CALLA_BAGS_PER_MINUTE": str(BAGS)})
        shop.processes[WEB] = processes.start(child, output=shop.log)
        shop.wait_until_open()
        known = Visitor(shop.url, at="127.0.0.71").open("/")
        choose(known)
        product = "/products/" + known.page.first("main").first("li").first("a").own["href"].rpartition("/")[2]
        answers = [
            add(Visitor(shop.url, cookies=False, at="127.0.0.72").open(product)).status for _ in range(TRIES)
        ]  # fmt: skip
        assert sorted(answers) == [200] * BAGS + [429] * (TRIES - BAGS)
        assert add(known.open(product)).status == 200
        assert add(Visitor(shop.url, at="127.0.0.73").open(product)).status == 200
