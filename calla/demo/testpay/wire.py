"""HTTP as this process and its tests speak it.

The shop's gate for what leaves does not apply: this is the provider's side of the wire, and carries nothing of the
shop's own. Redirects are answers here, never followed.
"""

# ruff: noqa: TID251
import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def request(
    method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] = {}, timeout: float = 10.0
) -> Answer:
    """Raises OSError when no whole answer comes."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, target, body, dict(headers))
        response = connection.getresponse()
        told = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, told, response.read())
    except http.client.HTTPException as error:
        raise ConnectionError(f"no answer: {type(error).__name__}") from None
    finally:
        connection.close()
