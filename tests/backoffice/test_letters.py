"""Letters that no mail server takes: seen in the office without anybody's name, and tried again by a manager."""

from datetime import timedelta

import pytest

from calla.customers.types import Role
from calla.enquiries.models import Knock
from calla.kernel import clock
from calla.privacy import mail
from calla.privacy.models import Letter
from tests.builders.enquiries import a_case
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
        assert "<strong>1</strong> letter was not delivered" in client.get("/office").content.decode()
        Letter.objects.update(state="sent", reason="")
        assert "not delivered" not in client.get("/office").content.decode()

    def test_each_says_why_and_leads_to_its_order_and_names_nobody(self, at_work, refused):
        page = at_work().get("/office/letters").content.decode()
        assert "Confirmation of the order" in page and "the mail server takes nothing for this address" in page
        assert f"/office/orders/{refused.id}" in page
        assert "Brennwald" not in page and "example.net" not in page

    def test_what_is_still_tried_is_there_too(self, at_work, post_office):
        a_placed_order()
        Letter.objects.update(tries=2)
        assert "tried again" in at_work().get("/office/letters").content.decode()

    def test_where_all_went_out_it_says_so(self, at_work):
        assert "Every letter was taken and none came back" in at_work().get("/office/letters").content.decode()

    @pytest.mark.parametrize("reason", ["not_allowed", "pointless"])
    def test_what_the_shop_itself_refused_is_no_trouble(self, at_work, refused, reason):
        Letter.objects.update(reason=reason)
        assert "Every letter was taken and none came back" in at_work().get("/office/letters").content.decode()


class TestComingBack:
    @pytest.fixture
    def back(self, post_office):
        """The letters of an order and of a question went out, and came back a day later."""
        order, case = a_placed_order(), a_case()
        run_jobs()
        assert mail.came_back(Letter.objects.values_list("pk", flat=True)) == 2
        return order, case

    def test_the_office_is_told_and_each_leads_to_what_it_belongs_to(self, at_work, back):
        order, case = back
        client = at_work()
        assert "<strong>2</strong> letters were not delivered" in client.get("/office").content.decode()
        page = client.get("/office/letters").content.decode()
        assert "nothing can be delivered there" in page
        assert f"/office/orders/{order.id}" in page and f"/office/enquiries/{case.id}" in page

    def test_the_pages_of_order_and_question_say_so(self, at_work, back):
        (order, case), client = back, at_work()
        for page in (f"/office/orders/{order.id}", f"/office/enquiries/{case.id}"):
            assert "did not reach them: it was sent and came back" in client.get(page).content.decode()

    def test_a_silent_mailbox_raises_an_alarm(self, at_work):
        said, client = "letter to our own address did not arrive", at_work()
        assert said not in client.get("/office").content.decode()
        Knock.objects.create(at=clock.now() - timedelta(hours=1))
        assert said in client.get("/office").content.decode()
        assert "may not reach us" in client.get("/office/letters").content.decode()


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
