"""What the test provider tells the shop, and when."""

import base64
import hashlib
import hmac
import json
import time

from tests.demo.paying import act, authorised, eventually, opened


class TestNotices:
    def test_it_is_signed_over_its_id_its_time_and_its_bytes(self, provider, shop):
        payment_id = authorised(provider)
        eventually(lambda: shop.notices)
        headers, body = shop.notices[0]
        secret = base64.b64decode(provider.webhook_secret.removeprefix("whsec_"))
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
        assert abs(int(headers["webhook-timestamp"]) - time.time()) < 5
        told = json.loads(body)
        assert told["type"] == "payment.authorised" and told["data"]["payment"]["id"] == payment_id

    def test_while_rolling_each_secret_signs(self, provider, shop):
        path = provider.folder / "webhook_secret"
        path.write_text(f"{provider.webhook_secret}\n{'plain-secret-of-enough-bytes'}\n")
        provider.restart()
        authorised(provider)
        eventually(lambda: shop.notices)
        assert len(shop.notices[0][0]["webhook-signature"].split()) == 2

    def test_twice_comes_twice_under_one_id(self, provider, shop):
        provider.control(webhooks="twice")
        authorised(provider)
        eventually(lambda: len(shop.notices) == 2)
        assert len(set(shop.ids())) == 1 and provider.control()["waiting"] == 0

    def test_never_waits_for_the_flush(self, provider, shop):
        provider.control(webhooks="never")
        authorised(provider)
        time.sleep(0.3)
        assert shop.notices == [] and provider.control()["waiting"] == 1
        assert provider.flush() == {"delivered": 1, "waiting": 0}
        assert shop.told() == ["payment.authorised"]

    def test_late_comes_after_its_delay(self, provider, shop):
        provider.control(webhooks="late", delay_ms=700)
        began = time.monotonic()
        authorised(provider)
        eventually(lambda: shop.notices)
        assert time.monotonic() - began >= 0.7

    def test_reversed_come_newest_first(self, provider, shop):
        provider.control(webhooks="reversed", delay_ms=500)
        payment_id = authorised(provider)
        act(provider, payment_id, "capture", "c", amount_minor=12_900)
        act(provider, payment_id, "refund", "r", amount_minor=12_900)
        assert shop.notices == []
        eventually(lambda: shop.told() == ["payment.refunded", "payment.captured", "payment.authorised"])

    def test_the_customer_may_choose_on_the_page(self, provider, shop):
        made = opened(provider)
        provider.pay(made["pay_url"], notice="never")
        time.sleep(0.3)
        assert shop.notices == [] and provider.control()["webhooks"] == "now"
        provider.flush()
        assert shop.told() == ["payment.authorised"]

    def test_what_the_shop_did_not_take_comes_again_as_it_was(self, provider, shop):
        shop.status = 500
        authorised(provider)
        eventually(lambda: len(shop.notices) >= 2)
        shop.status = 200
        eventually(lambda: provider.control()["waiting"] == 0)
        assert len(set(shop.ids())) == 1 and len({body for _headers, body in shop.notices}) == 1

    def test_every_move_is_told(self, provider, shop):
        first = authorised(provider, "a")
        act(provider, first, "void", "v")
        second = opened(provider, "b")["id"]
        act(provider, second, "expire", "e")
        eventually(lambda: shop.told() == ["payment.authorised", "payment.voided", "payment.expired"])
