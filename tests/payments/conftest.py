from collections.abc import Iterator

import pytest

from calla.demo.testpay import process
from calla.demo.testpay.process import RunningProvider


@pytest.fixture(scope="module")
def one_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    with process.running(tmp_path_factory.mktemp("testpay") / "testpay", webhook_url="http://127.0.0.1:9/") as it:
        yield it


@pytest.fixture
def other_side(one_process: RunningProvider) -> Iterator[RunningProvider]:
    """The test provider, well-behaved again after each test; its notices wait for nobody."""
    one_process.control(webhooks="never")
    yield one_process
    one_process.control(api_fail="none", api_latency_ms=0)
