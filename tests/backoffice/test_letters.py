"""Letters that no mail server takes: seen in the office without anybody's name, and tried again by a manager."""

import pytest

from calla.customers.types import Role
from calla.privacy.models import Letter
from tests.builders.orders import a_placed_order
from tests.support.jobs import run_jobs
from tests.support.mail_server import mail_server

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]


@pytest.fixture
def post_office(settings):
    with mail_server() as server:
        settings.MAIL_SERVER = server.settings
        yield server


@pytest.fixture
def refused(post_office):
    order = a_placed_order()
    post_office.says["RCPT"] = "550 5.1.1 <ada@example.net>: no such user"
    run_jobs()
    post_office.says.clear()
    return order


def sending():
    return f"/office/letters/{Letter.objects.get().id}/sending"


class TestSeeing:
    def test_the_front_page_counts_them_only_where_there_are_any(self, at_work, refused):
        client = at_work()
        assert "letters not delivered" in client.get("/office").content.decode()
        Letter.objects.update(state="sent", reason="")
        assert "letters not delivered" not in client.get("/office").content.decode()

    def test_each_says_why_and_leads_to_its_order_and_names_nobody(self, at_work, refused):
        page = at_work().get("/office/letters").content.decode()
        assert "Order confirmation" in page and "the mail server takes nothing for this address" in page
        assert f"/office/orders/{refused.id}" in page
        assert "Ada" not in page and "example.net" not in page

    def test_what_is_still_tried_is_there_too(self, at_work, post_office):
        a_placed_order()
        Letter.objects.update(tries=2)
        assert "tried again" in at_work().get("/office/letters").content.decode()

    def test_where_all_went_out_it_says_so(self, at_work):
        assert "Every letter was taken" in at_work().get("/office/letters").content.decode()

    @pytest.mark.parametrize("reason", ["not_allowed", "pointless"])
    def test_what_the_shop_itself_refused_is_no_trouble(self, at_work, refused, reason):
        Letter.objects.update(reason=reason)
        assert "Every letter was taken" in at_work().get("/office/letters").content.decode()


class TestTryingAgain:
    def test_a_manager_sends_it_once_more(self, at_work, refused, post_office):
        answer = at_work(Role.MANAGER).post(sending(), follow=True)
        assert "It will be tried again" in answer.content.decode()
        run_jobs()
        assert Letter.objects.get().state == "sent" and len(post_office.taken) == 1

    def test_pressed_twice_it_goes_out_once(self, at_work, refused, post_office):
        client = at_work(Role.MANAGER)
        client.post(sending())
        assert "any more" in client.post(sending(), follow=True).content.decode()
        run_jobs()
        assert len(post_office.taken) == 1

    def test_one_that_was_sent_is_not_sent_again(self, at_work, refused, post_office):
        Letter.objects.update(state="sent", reason="")
        at_work(Role.MANAGER).post(sending())
        run_jobs()
        assert not post_office.taken

    def test_staff_see_no_button_and_cannot_press_it(self, at_work, refused, post_office):
        client = at_work()
        assert "Try again" not in client.get("/office/letters").content.decode()
        assert client.post(sending()).status_code == 403 and Letter.objects.get().state == "refused"
