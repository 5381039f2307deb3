"""Times as UTC text of fixed width, so that the order of the text is the order of time."""

from datetime import UTC, datetime, timedelta

_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


def now() -> str:
    return datetime.now(UTC).strftime(_FORM)


def parse(text: str) -> str:
    """Any ISO time with an offset, as a stamp. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("the time needs an offset, such as Z")
    try:
        return moment.astimezone(UTC).strftime(_FORM)
    except OverflowError:
        raise ValueError("the time is out of range") from None


def after(stamp: str, *, ms: int) -> str:
    return (datetime.fromisoformat(stamp) + timedelta(milliseconds=ms)).strftime(_FORM)


def seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()
