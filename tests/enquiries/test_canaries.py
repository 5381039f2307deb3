"""A question leaves nothing of whoever asks in clear: in no table, file, log, queue or memory of the shop."""

from __future__ import annotations

import os
import time
from secrets import token_hex

import pytest

from calla.enquiries import arriving, selectors, services
from calla.enquiries.models import Enquiry
from calla.privacy import reading
from calla.privacy.types import Actor
from tests.builders.enquiries import a_letter, asked
from tests.privacy.test_canaries import found_in_the_shop
from tests.support import traces
from tests.support.mail_server import mail_server
from tests.support.worker import mail_url, work_off

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.usefixtures("shop"),
]


def test_what_was_asked_and_answered_lies_nowhere_in_clear(home, settings):
    mark = token_hex(6)
    name, email, said, answer, order = (
        f"Wren-{mark}", f"wren-{mark}@nest.example", f"where-is-{mark}", f"it-is-{mark}", f"C{int(mark, 16)}"
    )  # fmt: skip
    (home / "inbox").mkdir()
    settings.INBOX_FOLDERS = [home / "inbox"]
    letter = home / "inbox" / "1.eml"
    letter.write_bytes(bytes(a_letter(said, From=f"{name} <{email}>", Message_ID=f"<{mark}@nest.example>")))
    os.utime(letter, (time.time() - 60,) * 2)
    with mail_server() as post_office:
        settings.MAIL_SERVER = post_office.settings
        token = asked(name=name, email=email, message=said, order_number=order)
        assert arriving.read() == 1
        services.answer(selectors.by_token(token).id, answer, after=1, by=Actor("staff"))
        services.reply(token, f"{said} again", after=2)
        worked = work_off(CALLA_MAIL_URL=mail_url())
        letters = post_office.letters()
    assert [one["To"] for one in letters] == [email] * 3, worked.stderr
    assert any(answer in one.get_body(("plain",)).get_content() for one in letters)
    assert Enquiry.objects.count() == 2
    reading.flush()
    address = {form: how for form, how in traces.spellings([token]).items() if how != "as a plain digest"}
    looked_for = traces.spellings([name, email, said, answer, order, f"<{mark}@nest.example>"]) | address
    assert found_in_the_shop(home, looked_for) == []
    assert traces.within((worked.stdout + worked.stderr).encode(), looked_for) == []
