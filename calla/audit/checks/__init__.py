"""All checks. Importing a module registers those it holds."""

from calla.audit.checking import CHECKS, Check
from calla.audit.checks import buying, choices, collecting, cookies, pages, policy, proof, security

ORDER = (policy, collecting, cookies, choices, pages, security, proof, buying)


def every() -> list[Check]:
    """In the order of a policy."""
    places = [module.__name__ for module in ORDER]
    return sorted(CHECKS.values(), key=lambda one: places.index(one.run.__module__))
