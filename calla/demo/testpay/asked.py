"""What the API was asked for, read and checked."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from calla.demo.testpay import stamps

MOST_MINOR = 10**11
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_VISIBLE = re.compile(r"[\x21-\x7e]{1,2000}")


class Invalid(Exception):
    """The body cannot be used; one sentence for each field in `errors`."""

    def __init__(self, detail: str, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.errors = dict(errors or {})


def read_object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise Invalid("The body must be JSON in UTF-8.") from None
    if not isinstance(data, dict):
        raise Invalid("The body must be a JSON object.")
    return data


def check(data: Mapping[str, Any], rules: Mapping[str, Callable[[Any], str]]) -> None:
    """Each field has a rule that says what is wrong, or nothing. Raises Invalid with all that is wrong."""
    errors = {name: "There is no such field." for name in data if name not in rules}
    errors |= {name: why for name, rule in rules.items() if (why := rule(data.get(name)))}
    if errors:
        raise Invalid("Some fields cannot be used as given.", errors)


def amount(value: Any) -> str:
    right = type(value) is int and 0 < value <= MOST_MINOR
    return "" if right else f"A whole number of minor units, from 1 to {MOST_MINOR}."


def currency(value: Any) -> str:
    return "" if isinstance(value, str) and re.fullmatch(r"[A-Z]{3}", value) else "Three capital letters, such as EUR."


def text(longest: int) -> Callable[[Any], str]:
    def rule(value: Any) -> str:
        right = isinstance(value, str) and value.strip() and len(value) <= longest and not _UNWRITABLE.search(value)
        return "" if right else f"One line of text, 1 to {longest} characters."

    return rule


def address(value: Any) -> str:
    """Strict, because the address goes into a header, a link and a content security policy."""
    why = "A whole http or https address, without blanks or user name."
    if not isinstance(value, str) or not _VISIBLE.fullmatch(value):
        return why
    try:
        origin(value)
    except ValueError:
        return why
    return ""


def origin(url: str) -> str:
    """Raises ValueError for what is no plain web address."""
    parts = urlsplit(url)
    host, port = parts.netloc, parts.port
    if port is not None or host.endswith(":"):
        host = host.rpartition(":")[0]
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        raise ValueError("no web address")
    return f"{parts.scheme}://{parts.netloc}"


def moment(value: Any) -> str:
    try:
        later = isinstance(value, str) and stamps.parse(value) > stamps.now()
    except ValueError:
        later = False
    return "" if later else "A time to come, in ISO form with its offset, such as 2030-01-31T12:00:00Z."


def fields_of_a_person(value: Any) -> str:
    right = value is None or (isinstance(value, dict) and len(value) <= 30)
    return "" if right else "An object with at most thirty fields."
