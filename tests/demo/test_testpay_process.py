"""The test provider as a process: what a kill leaves, and what stops its start."""

import json
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from calla.demo.testpay import cards, process
from calla.demo.testpay.process import RunningProvider
from tests.demo.paying import act, authorised, eventually, opened, state, wanted


class TestAfterAKill:
    def test_charges_keys_and_switches_are_still_there(self, provider):
        payment_id = authorised(provider)
        capture = act(provider, payment_id, "capture", "c", amount_minor=12_900).body
        provider.control(webhooks="never")
        before = provider.payments()
        provider.kill()
        provider.restart()
        assert provider.payments() == before
        assert act(provider, payment_id, "capture", "c", amount_minor=12_900).body == capture
        assert provider.control()["webhooks"] == "never"

    def test_notices_that_were_not_taken_are_sent(self, provider, shop):
        shop.status = 503
        authorised(provider)
        eventually(lambda: shop.notices)
        provider.kill()
        first = shop.ids()[0]
        shop.notices.clear()
        shop.status = 204
        provider.restart()
        eventually(lambda: shop.ids() == [first])
        eventually(lambda: provider.control()["waiting"] == 0)

    def test_notices_that_were_taken_are_not_sent_again(self, provider, shop):
        authorised(provider)
        eventually(lambda: provider.control()["waiting"] == 0)
        provider.kill()
        provider.restart()
        time.sleep(0.3)
        assert len(shop.notices) == 1

    def test_a_dispute_and_an_expiry_that_fell_due_meanwhile_happen(self, provider):
        provider.control(dispute_after_ms=1_000)
        soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
        lapsing = opened(provider, "lapsing", expires_at=soon)["id"]
        made = opened(provider, "disputed")
        provider.pay(made["pay_url"], cards.DISPUTED)
        act(provider, made["id"], "capture", "c", amount_minor=12_900)
        provider.kill()
        time.sleep(1.1)
        provider.restart()
        eventually(lambda: state(provider, lapsing)["status"] == "expired")
        eventually(lambda: state(provider, made["id"])["status"] == "disputed")

    def test_killed_in_the_middle_of_many_it_keeps_all_it_answered_for(self, provider):
        answered: list[str] = []

        def work(n: int) -> None:
            for m in range(1_000):
                try:
                    answer = provider.api("POST", "/v1/payments", wanted(), key=f"{n}-{m}")
                except OSError:
                    return
                answered.append(json.loads(answer.body)["id"])

        with ThreadPoolExecutor(4) as pool:
            for n in range(4):
                pool.submit(work, n)
            eventually(lambda: len(answered) >= 40)
            provider.kill()
        provider.restart()
        kept = [p["id"] for p in provider.payments()]
        assert len(answered) >= 40 and set(answered) <= set(kept) and len(kept) <= len(answered) + 4

    def test_a_line_cut_short_was_never_promised_and_a_damaged_one_stops_the_start(self, provider):
        opened(provider)
        provider.kill()
        journal = provider.data / "journal.jsonl"
        whole = journal.read_bytes()
        journal.write_bytes(whole + b'{"payment":{"id":"pay_half')
        provider.restart()
        assert len(provider.payments()) == 1 and opened(provider, "next")["status"] == "open"
        provider.stop()
        journal.write_bytes(b"\x00\x00\n" + whole)
        with pytest.raises(process.NotStarted, match="line 1 is damaged"):
            provider.run()
        assert journal.read_bytes() == b"\x00\x00\n" + whole


class TestAFullDisk:
    def test_nothing_is_charged_then_and_all_goes_on_once_there_is_room(self, provider):
        provider.control(webhooks="never")
        payment_id = authorised(provider)
        before = provider.payments()
        size = (provider.data / "journal.jsonl").stat().st_size
        resource.prlimit(provider.pid, resource.RLIMIT_FSIZE, (size + 10, resource.RLIM_INFINITY))
        assert act(provider, payment_id, "capture", "c", amount_minor=12_900).status == 503
        assert provider.payments() == before
        resource.prlimit(provider.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert act(provider, payment_id, "capture", "c", amount_minor=12_900).status == 200
        provider.kill()
        provider.restart()
        assert [p["captured_minor"] for p in provider.payments()] == [12_900]

    def test_the_customer_is_told_that_nothing_was_charged(self, provider):
        made = opened(provider)
        size = (provider.data / "journal.jsonl").stat().st_size
        resource.prlimit(provider.pid, resource.RLIMIT_FSIZE, (size + 10, resource.RLIM_INFINITY))
        answer = provider.pay(made["pay_url"])
        assert answer.status == 503 and b"Nothing was charged" in answer.body
        assert state(provider, made["id"])["status"] == "open"


class TestStarting:
    def test_a_second_writer_is_turned_away(self, provider):
        second = RunningProvider(provider.folder, provider.webhook_url, provider.key, provider.webhook_secret)
        with pytest.raises(process.NotStarted, match="Another test provider uses"):
            second.run()
        assert provider.payments() == []

    @pytest.mark.parametrize(
        ("option", "value", "words"),
        [
            ("--webhook-url", "localhost:1", "whole http or https address"),
            ("--key-file", "short", "needs at least 16 characters"),
            ("--key-file", "absent", "cannot read"),
            ("--key-file", "empty", "is empty"),
            ("--webhook-secret-file", "short", "at least 24 bytes"),
            ("--webhook-secret-file", "crooked", "must be base64"),
            ("--port", "70000", "cannot be used"),
        ],
    )
    def test_nonsense_is_refused_in_words(self, tmp_path, option, value, words):
        contents = {"good": "whsec_" + "A" * 64, "short": "abc", "empty": "", "crooked": "whsec_!!!"}
        for name, text in contents.items():
            (tmp_path / name).write_text(text)
        options = {
            "--port": "0", "--data": str(tmp_path / "data"), "--key-file": "good", "--webhook-secret-file": "good",
            "--webhook-url": "http://127.0.0.1:1/", option: value,
        }  # fmt: skip
        command = [word for pair in options.items() for word in pair]
        ended = subprocess.run(
            [sys.executable, "-m", "calla.demo.testpay", *command],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=20,
        )
        assert ended.returncode == 2 and words in ended.stderr and "Traceback" not in ended.stderr
        assert not any(text and text in ended.stderr for text in contents.values())

    def test_it_keeps_its_secrets_to_itself(self, provider):
        assert provider.key not in repr(provider) and provider.webhook_secret not in repr(provider)
        for name in ("key", "webhook_secret", "data/journal.jsonl"):
            assert (provider.folder / name).stat().st_mode & 0o077 == 0

    def test_it_needs_the_standard_library_alone(self):
        loaded = "import sys, calla.demo.testpay.__main__; print(*sorted({m.split('.')[0] for m in sys.modules}))"
        modules = subprocess.run(
            [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
        ).stdout.split()
        foreign = set(modules) - set(sys.stdlib_module_names) - {"calla", "__main__"}
        assert not {name for name in foreign if not name.startswith(("_", "sitecustomize"))}
