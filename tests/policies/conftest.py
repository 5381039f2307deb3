from tests.support.shop import visitor  # noqa: F401
