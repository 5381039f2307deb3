"""What is logged is a constant sentence with arguments, and never an exception's own text."""

import pytest

from tests.architecture.checks.logs import careless_logging
from tests.architecture.checks.tree import shop
from tests.architecture.planting import lines, none_of, plant

BEFORE = """\
import logging
log = logging.getLogger(__name__)
try:
    work()
except ValueError as error:
"""


@pytest.mark.parametrize("careless", [
    "log.exception('It broke')",
    "logging.exception('It broke')",
    "log.error('It broke', exc_info=True)",
    "log.warning('It broke', exc_info=error)",
    "log.info(f'Order of {name}')",
    "log.info('Order of ' + name)",
    "log.info('Order of %s' % name)",
    "log.info('Order of {}'.format(name))",
    "log.info(name)",
    "log.log(10, f'{name}')",
    "log.error('It broke: %s', error)",
    "log.error('It broke: %s', str(error))",
    "log.error('It broke: %s', f'{error}')",
    "log.error('It broke: %s', error.args)",
    "logging.getLogger('calla').error('It broke: %r', error)",
    "self.logger.critical(name)",
])
def test_careless_logging_is_found(careless: str) -> None:
    assert lines(careless_logging([plant(f"{BEFORE}    {careless}\n")])) == [6]


@pytest.mark.parametrize("fine", [
    "log.info('The worker starts')",
    "log.info('Order %s waits', order_id)",
    "log.error('It broke: %s', type(error).__name__)",
    "log.error('The provider said %s', error.code)",
    "math.log(x)",
    "progress.info(name)",
])
def test_careful_logging_is_not(fine: str) -> None:
    none_of(careless_logging([plant(f"{BEFORE}    {fine}\n")]))


def test_nothing_in_the_tree_logs_carelessly() -> None:
    none_of(careless_logging(shop()))
