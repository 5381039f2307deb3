"""What the doctor says of jobs and letters that did not get done."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.db import connection

from calla import doctor
from calla.doctor import Ailing
from calla.privacy.models import Letter
from tests.builders.orders import a_placed_order
from tests.support.shop import shop  # noqa: F401

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("home")]


@pytest.fixture(autouse=True)
def set_up(monkeypatch):
    monkeypatch.setattr("calla.serving.set_up_django", lambda: None)  # it is, and by other settings


def test_a_job_that_was_given_up_is_named():
    assert doctor._jobs() == "none given up"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status) "
            "VALUES ('default', 'privacy.jobs.rewrap_keys', 0, '{}', 'failed')"
        )
    with pytest.raises(Ailing, match=r"privacy\.jobs\.rewrap_keys \(1\)"):
        doctor._jobs()


@pytest.mark.usefixtures("shop")
def test_letters_nobody_takes_are_counted_and_are_no_ailment():
    a_placed_order()
    assert doctor._letters() == "none undelivered"
    Letter.objects.update(state="refused", reason="undeliverable")
    assert doctor._letters() == "1 not delivered: see /office/letters"


@pytest.mark.parametrize(("public", "mail", "shown"), [
    ("http://127.0.0.1:8000", "mailbox:", "True"), ("http://localhost:8000", "mailbox:", "True"),
    ("https://shop.example", "mailbox:", "False"), ("http://127.0.0.1:8000", "smtp://127.0.0.1:25", "False"),
    ("https://shop.example", "smtp://mail.example", "False"),
])  # fmt: skip
def test_the_mailbox_is_shown_only_where_no_stranger_comes(public, mail, shown):
    variables = {**os.environ, "CALLA_PUBLIC_URL": public, "CALLA_MAIL_URL": mail}
    code = "from calla.config import settings; print(settings.MAILBOX_IS_SHOWN)"
    told = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == shown
