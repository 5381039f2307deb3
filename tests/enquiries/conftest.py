from tests.support.shop import shop, visitor  # noqa: F401
from tests.support.worker import empty_queue  # noqa: F401
