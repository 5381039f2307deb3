"""What the shop asks of any payment provider."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Protocol

from calla.kernel.money import Money
from calla.payments.types import Notice, PaymentRequest, Report, Started


class Provider(Protocol):
    """Every call but `read_notice` goes over the network: never under a lock.

    Each raises ProviderDown and ProviderRefused. `key` is derived from what is being done, stored before the call, and
    the same when it is tried again: the provider then acts once and gives the same answer.
    """

    @property
    def name(self) -> str: ...

    def start(self, request: PaymentRequest, *, key: str) -> Started: ...

    def look_up(self, reference: str) -> Report: ...

    def capture(self, reference: str, amount: Money, *, key: str) -> Report:
        """Take what was authorised, once; the rest of it is let go."""

    def void(self, reference: str, *, key: str) -> Report:
        """Let go of what was authorised."""

    def refund(self, reference: str, amount: Money, *, key: str) -> Report: ...

    def expire(self, reference: str, *, key: str) -> Report:
        """End a payment nobody has paid; refused when somebody just has, or when it had ended already."""

    def since(self, at: datetime) -> Iterator[Report]:
        """Every payment that changed at or after `at`. One that changes meanwhile may come twice."""

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Check the signature over the bytes as they came, and read them. Raises NoticeRefused."""
