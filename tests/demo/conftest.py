from collections.abc import Iterator
from pathlib import Path

import pytest

from calla.demo.testpay import process
from calla.demo.testpay.process import RunningProvider
from tests.demo.paying import Shop


@pytest.fixture
def shop() -> Iterator[Shop]:
    it = Shop()
    yield it
    it.close()


@pytest.fixture
def provider(tmp_path: Path, shop: Shop) -> Iterator[RunningProvider]:
    with process.running(tmp_path / "testpay", webhook_url=shop.url) as it:
        yield it


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """One for all tests of a file that neither kill it nor look at its notices; nobody takes these."""
    with process.running(tmp_path_factory.mktemp("shared") / "testpay", webhook_url="http://127.0.0.1:9/") as it:
        it.control(webhooks="never")
        yield it
