from tests.support.shop import shop, visitor  # noqa: F401
