from tests.support.people import policy, staff_member

__all__ = ["policy", "staff_member"]
