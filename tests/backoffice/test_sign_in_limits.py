"""Whoever tries to sign in too often waits, and what is counted names nobody."""


import pytest
from django.db import connection

from calla.backoffice import attempts
from calla.kernel import callers
from calla.kernel.limits import Limit
from calla.privacy.models import Session
from tests.backoffice.signing_in import EMAIL, login
from tests.support.people import PASSWORD, browser, code_of, sign_in, with_second_factor, wrong_code_of

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("policy", "no_limits_yet")]
PASSWORD_ASKS, CODE_ASKS = 8, 14


class TestLimits:
    def test_the_sixth_guess_is_not_even_tried(self, iris):
        for _ in range(5):
            login(browser(), password="not the password 1")
        page = login(browser()).content.decode()
        assert "Too many" in page and not Session.objects.exclude(subject=None).exists()

    def test_a_stranger_locks_nobody_out(self, iris):
        for _ in range(12):
            login(browser(), password="not the password 1", REMOTE_ADDR="203.0.113.7")
        login(browser(), REMOTE_ADDR="198.51.100.9")
        assert Session.objects.filter(subject=iris.subject_id).exists()

    def test_many_strangers_together_are_slowed(self, iris):
        for number in range(100):
            login(browser(), password="wrong 1", REMOTE_ADDR=f"203.0.113.{number}")
        assert "Too many" in login(browser(), REMOTE_ADDR="198.51.100.9").content.decode()

    def test_codes_cannot_be_guessed_on(self, iris):
        secret = with_second_factor(iris)
        client = sign_in(EMAIL)
        for _ in range(5):
            client.post("/office/second-factor", {"code": wrong_code_of(secret)})
        assert "Too many" in client.post("/office/second-factor", {"code": code_of(secret)}).content.decode()

    def test_what_counts_holds_no_address_of_any_kind(self, iris):
        login(browser(), password="not the password 1", REMOTE_ADDR="203.0.113.77")
        with connection.cursor() as cursor:
            cursor.execute("SELECT what FROM kernel_limit")
            kept = [bytes(row[0]) for row in cursor]
        assert len(kept) == 4 and {len(what) for what in kept} == {16}
        for plain in ("203.0.113.77", EMAIL, iris.alias):
            guesses = {limit.digest(plain) for limit in vars(attempts).values() if isinstance(limit, Limit)}
            assert guesses.isdisjoint(kept) or plain == iris.alias  # itself what stands for the address, with our key

    def test_signing_in_asks_the_database_few_questions(self, iris, django_assert_max_num_queries):
        secret, client = with_second_factor(iris), browser()
        with django_assert_max_num_queries(PASSWORD_ASKS):
            client.post("/office/login", {"login": EMAIL, "password": PASSWORD})
        with django_assert_max_num_queries(CODE_ASKS):
            client.post("/office/second-factor", {"code": code_of(secret)})

    def test_a_flood_is_told_to_wait(self):
        client = browser()
        answers = [client.post("/office/login", {"login": "x"}) for _ in range(31)]
        assert answers[-1].status_code == 429 and "Please wait" in answers[-1].content.decode()


class TestCallers:
    def test_one_network_of_the_new_addresses_is_one_caller(self, rf):
        here, there, far = (rf.get("/", REMOTE_ADDR=ip) for ip in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"))
        assert callers.caller(here) == callers.caller(there) != callers.caller(far)

    def test_what_a_stranger_says_of_itself_is_not_believed(self, rf):
        honest = rf.get("/", REMOTE_ADDR="203.0.113.7")
        liar = rf.get("/", REMOTE_ADDR="203.0.113.7", headers={"X-Forwarded-For": "198.51.100.9"})
        assert callers.address(liar) == callers.address(honest)

    def test_a_trusted_proxy_is_believed_as_far_as_it_saw(self, rf, settings):
        from ipaddress import ip_network

        settings.TRUSTED_PROXIES = (ip_network("127.0.0.1/32"),)
        seen = rf.get("/", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "6.6.6.6, 198.51.100.9"})
        assert callers.address(seen) == "198.51.100.9"
