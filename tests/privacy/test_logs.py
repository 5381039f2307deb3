"""A log says where and what kind, and nothing that could be somebody's."""

from __future__ import annotations

import io
import logging

import pytest
from django.conf import settings

from calla.kernel.tokens import new_token
from calla.privacy.logs import Redacting, told


@pytest.fixture
def log():
    """A logger behind the gate, and what came out of it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Redacting())
    logger = logging.getLogger("calla.tested")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.DEBUG)
    logger.out = out.getvalue
    yield logger
    logger.handlers, logger.propagate = [], True


CANARIES = {
    "address": "203.0.113.77", "mail": "ada.brennwald@example.net", "token": new_token(), "card": "4242424242424242",
    "address6": "2001:db8:85a3::8a2e:370:7334", "agent": "Mozilla/5.0 (Canary) Gecko/1",
}  # fmt: skip
IN_THE_TEXT = ("address", "address6", "mail", "token", "card")


@pytest.mark.parametrize("kind", IN_THE_TEXT)
def test_what_looks_like_somebodys_is_cut_from_the_message(log, kind):
    log.warning(f"asked for {CANARIES[kind]} again")  # noqa: G004  how third-party code writes
    assert CANARIES[kind] not in log.out() and "asked for" in log.out()


def test_an_address_in_any_spelling(log):
    for address in ("::1", "fe80::1", "2001:DB8:0:0:8:800:200C:417A", "::ffff:203.0.113.77", "203.0.113.77:4711"):
        log.warning(f"from {address}.")  # noqa: G004
    assert log.out().count("[redacted]") == 5 and "203" not in log.out()


@pytest.mark.parametrize("kind", CANARIES)
def test_no_text_argument_is_shown_at_all(log, kind):
    log.warning("asked for %s by %s", CANARIES[kind], {"who": CANARIES[kind]})
    assert CANARIES[kind] not in log.out()
    assert "asked for %s by %s <str> <dict>" in log.out()


def test_arguments_by_name_are_not_shown_either(log):
    log.warning("asked for %(mail)s", {"mail": CANARIES["mail"]})
    assert CANARIES["mail"] not in log.out()


def test_numbers_are(log):
    log.warning("%d orders in %.1f s, %s", 12, 0.25, True)
    assert "12 0.25 True" in log.out()


def test_a_number_as_long_as_a_cards_is_not(log):
    log.warning("number %d", int(CANARIES["card"]))
    assert CANARIES["card"] not in log.out()


def test_an_exception_is_its_type_and_where_it_came_through(log):
    try:
        raise ValueError(f"cannot write to {CANARIES['mail']} at Lindenweg 5")
    except ValueError as error:
        log.exception("failed with %s", error)
    assert "ValueError at test_logs.py:" in log.out()
    assert "Lindenweg" not in log.out() and CANARIES["mail"] not in log.out()


def test_neither_the_cause_nor_the_stack_tells_more(log):
    try:
        try:
            raise KeyError("Brennwald")
        except KeyError as error:
            raise RuntimeError("Lindenweg") from error
    except RuntimeError:
        log.warning("failed", exc_info=True, stack_info=True)
    assert "Brennwald" not in log.out() and "Lindenweg" not in log.out()
    assert log.out().count("\n") == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x1b[31m", "\x00", "\u2028", "\u202e"])
def test_nobody_can_forge_a_line(log, end):
    log.warning(f"looked for x{end}2026-01-01T00:00:00+0000 error calla: forged")  # noqa: G004
    log.warning(f"looked for %s{end}", 1)  # noqa: G004
    assert len(log.out().splitlines()) == 2
    assert end not in log.out().replace("\n", "", 2) or end == "\n"


def test_an_exceptions_own_text_is_no_message_either(log):
    """So do Django's security loggers write: the text quotes what the visitor sent."""
    try:
        raise ValueError("Invalid HTTP_HOST header: 'brennwald'.")
    except ValueError as error:
        log.error(str(error), exc_info=True)  # noqa: G201  how Django writes
    assert "brennwald" not in log.out() and "ValueError at test_logs.py:" in log.out()


def test_where_an_error_came_through_is_told_as_an_argument_too(log):
    try:
        raise ValueError("Lindenweg")
    except ValueError as error:
        log.error("unavailable: %s", told(error))
    assert "unavailable: %s ValueError at test_logs.py:" in log.out() and "Lindenweg" not in log.out()


def test_what_else_hangs_on_a_record_stays_out(log):
    log.warning("a job", extra={"job": CANARIES["mail"], "request": CANARIES["agent"]})
    assert CANARIES["mail"] not in log.out() and CANARIES["agent"] not in log.out()


def test_an_error_that_nobody_has_is_told_as_that():
    assert told(None) == "unknown error"


def test_every_handler_of_the_shop_writes_through_the_gate():
    handlers = settings.LOGGING["handlers"].values()
    assert {handler["formatter"] for handler in handlers} == {"redacting"}
    assert settings.LOGGING["formatters"]["redacting"]["()"] == "calla.privacy.logs.Redacting"
    used = [name for logger in settings.LOGGING["loggers"].values() for name in logger.get("handlers", ())]
    assert set(used) <= set(settings.LOGGING["handlers"])


@pytest.mark.usefixtures("shop")
@pytest.mark.django_db(databases=["default", "keys"])
def test_what_was_asked_for_in_vain_is_no_line(client, caplog):
    assert client.get("/nothing-of-that-kind").status_code == 404
    assert not caplog.records
