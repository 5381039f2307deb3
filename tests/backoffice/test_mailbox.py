"""The demo's mailbox: letters readable, harmless, and only there while no mail server is named."""

import pytest
from django.conf import settings

from tests.builders.orders import a_placed_order
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]


@pytest.fixture
def letter(home):
    """The confirmation of an order, as the shop wrote it."""
    a_placed_order()
    run_jobs()
    return next((home / "mailbox").glob("*order_confirmation*.eml")).name


class TestReading:
    def test_an_empty_one_says_what_to_do(self, at_work):
        assert "Nothing was written yet" in at_work().get("/office/mailbox").content.decode()

    def test_a_letter_can_be_read_with_its_links(self, at_work, letter):
        client = at_work()
        assert f"/office/mailbox/{letter}" in client.get("/office/mailbox").content.decode()
        page = client.get(f"/office/mailbox/{letter}").content.decode()
        assert "Ada Brennwald" in page and f'<a href="{settings.PUBLIC_URL}/orders/' in page

    def test_its_html_is_a_document_that_can_do_nothing(self, at_work, letter):
        answer = at_work().get(f"/office/mailbox/{letter}/html")
        assert b"Linen dress" in answer.content
        rules = answer.headers["Content-Security-Policy"].split("; ")
        assert {"sandbox", "default-src 'none'", "frame-ancestors 'none'"} <= set(rules)
        assert not [rule for rule in rules if rule.startswith("script-src")]

    @pytest.mark.parametrize("name", ["x.eml", "..%2Fpolicy.toml", "%00", "..", "20261123T120000-x-y.eml", "a" * 300])
    def test_nothing_else_in_the_home_can_be_read(self, at_work, letter, name):
        client = at_work()
        assert client.get(f"/office/mailbox/{name}").status_code == 404
        assert client.get(f"/office/mailbox/{name}/html").status_code == 404


class TestWhenMailIsSent:
    def test_there_is_no_mailbox(self, at_work, letter, settings):
        settings.MAILBOX_IS_SHOWN = False
        client = at_work()
        for path in ("/office/mailbox", f"/office/mailbox/{letter}", f"/office/mailbox/{letter}/html"):
            assert client.get(path).status_code == 404
        assert b"Mailbox" not in client.get("/office").content
