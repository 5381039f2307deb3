"""A letter of ours links to our own pages alone, whoever wrote what stands in it."""

from __future__ import annotations

import re
import time
from uuid import uuid4

import pytest

from calla.orders import services
from calla.orders.models import Note
from calla.privacy import elsewhere
from calla.privacy.errors import LetterRefused
from calla.privacy.models import Letter
from calla.privacy.types import SYSTEM, Actor
from tests.builders import orders
from tests.builders.shop import a_variant
from tests.support.jobs import run_jobs
from tests.support.mail_server import mail_server

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]

LINKS = {
    "See https://bit.ly/x.": "https://bit.ly/x",
    "see HTTP://LOCALHOST/x": "HTTP://LOCALHOST/x",
    "(ftp://elsewhere.example)": "ftp://elsewhere.example",
    "It is at www.elsewhere.example/sale, or so.": "www.elsewhere.example/sale",
    "WWW.ELSEWHERE.EXAMPLE!": "WWW.ELSEWHERE.EXAMPLE",
    "elsewhere.shop": "elsewhere.shop",
    "Look at Elsewhere.Com": "Elsewhere.Com",
    "on elsewhere.co.uk:8080/sale": "elsewhere.co.uk:8080/sale",
    "t.co/x and more": "t.co/x",
    "dhl.de knows": "dhl.de",
    "at… kleider-müller.de": "kleider-müller.de",
    "одежда.рф": "одежда.рф",
    "xn--e1aybc.xn--p1ai": "xn--e1aybc.xn--p1ai",
    "see...elsewhere.net": "elsewhere.net",
    "<b>elsewhere.net</b>": "elsewhere.net",
    "mine is ada@calla.example, theirs elsewhere.org": "elsewhere.org",
    "https://shop.test@elsewhere.example/": "https://shop.test@elsewhere.example/",
    "https://shop.test.elsewhere.example/": "https://shop.test.elsewhere.example/",
    "elsewhere.com/shop.test": "elsewhere.com/shop.test",
}
NONE = [
    "Your size, e.g. 38.5 or No.5, i.e. the large one.",
    "Dear Mr.Smith, it came today.The parcel left at 10.30 a.m.",
    "Order C10001: 2 × €1.299,00 and/or invoice.pdf, tracking number 1Z.55.DE.",
    "Av.de la Paz 4, P.za Garibaldi, C.so Italia, St.Gallen, J.Love, Dr.Li",
    "Answer us at service@shop.test or at ada.love@elsewhere.co.uk, or anna.de@b.elsewhere.com.",
    "See https://shop.test/orders/AbC.de/x.com?y=elsewhere.com, http://shop.test, SHOP.test/sale.it or shop.test:80.",
    "…and so on... Ready",
]


@pytest.fixture(autouse=True)
def our_own(settings):
    settings.PUBLIC_HOST, settings.PUBLIC_URL = "shop.test", "https://shop.test"


@pytest.fixture
def post_office(settings):
    with mail_server() as server:
        settings.MAIL_SERVER = server.settings
        yield server


class TestWords:
    @pytest.mark.parametrize(("text", "found"), LINKS.items())
    def test_the_address_of_somebody_else_is_found_refused_and_made_harmless(self, text, found):
        assert elsewhere.link_in(text) == found
        with pytest.raises(LetterRefused, match=re.escape(f"“{found}” would be a link")):
            elsewhere.refuse_link(text)
        harmless = elsewhere.without_links(text)
        assert not elsewhere.link_in(harmless) and re.findall(r"\w", harmless) == re.findall(r"\w", text)

    @pytest.mark.parametrize("text", NONE)
    def test_what_is_none_stays_as_it_is(self, text):
        elsewhere.refuse_link(text)
        assert elsewhere.without_links(text) == text

    @pytest.mark.parametrize("run", ["a", "-", ".", "a.", "a-", "://", "@a.", "www."])
    def test_a_long_row_of_one_thing_takes_no_time(self, run):
        begun = time.perf_counter()
        elsewhere.link_in(run * 20_000)
        assert time.perf_counter() - begun < 1


class TestLetters:
    def test_staff_are_refused_in_a_letter_and_in_a_recall(self):
        order = orders.a_placed_order()
        with pytest.raises(LetterRefused):
            services.write(order.id, "order_problem", "Follow it at www.kranich.example/track/PO-1.")
        with pytest.raises(LetterRefused):
            services.recall("linen-dress", "See elsewhere.com.", by=SYSTEM)
        assert not Note.objects.exists()

    def test_a_page_of_ours_may_be_named(self, post_office):
        order = orders.a_placed_order()
        services.write(order.id, "order_problem", "Our sizes: https://shop.test/pages/sizes.")
        run_jobs()
        [note] = [one for one in post_office.letters() if one["Subject"].startswith("About")]
        assert "https://shop.test/pages/sizes." in note.get_body(("plain",)).get_content()

    def test_what_people_and_the_shop_had_typed_before_is_sent_without_a_link(self, post_office, monkeypatch):
        dress = a_variant(title="elsewhere.shop dress")
        order = orders.a_placed_order(orders.a_line(dress), name="Look at www.elsewhere.example")
        services.pack(order.id, by=SYSTEM)
        services.ship(order.id, carrier="Kranich Parcel", tracking_number="https://kranich.example/PO-1", by=SYSTEM)
        monkeypatch.setattr(elsewhere, "refuse_link", lambda text: None)
        services.write(order.id, "order_problem", "See elsewhere.com/sale.")
        services.recall(dress.product.handle, "Stop wearing it.", by=Actor("staff", uuid4()))
        run_jobs()
        assert not Letter.objects.exclude(state="sent").exists()
        parts = [one.get_body((kind,)).get_content() for one in post_office.letters() for kind in ("plain", "html")]
        subjects = [one["Subject"].strip() for one in post_office.letters()]
        assert len(parts) == 8 and not any(map(elsewhere.link_in, parts + subjects))
        assert "Recall: please read this about “elsewhere shop dress”" in subjects
        assert all("elsewhere" in part and "https://shop.test/orders/" in part for part in parts)
        assert "1 × elsewhere shop dress" in parts[0] and "See elsewhere com/sale" in parts[4]
        assert "Thank you, Look at www elsewhere example" in parts[0]
        assert "tracking number https kranich example/PO-1" in parts[2]
