"""Receipts hold by themselves: with the file and the published key, and nothing else."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from calla.kernel import clock
from calla.orders.models import Order
from calla.policy import Person
from calla.privacy import consents, reading, receipts, versions
from calla.privacy import services as privacy
from calla.privacy.models import Answer, Subject, Wording
from calla.privacy.receipts import NotGenuine
from tests.builders.orders import a_placed_order
from tests.privacy.test_retention import on

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
KEY = "1jHD5qkdaEE2L1LFnIoYfAlMcVnsXzMEC2rvxGxy2Jo="


@pytest.fixture
def somebody():
    return privacy.new_subject().id


@pytest.fixture
def receipt(somebody):
    return privacy.answer(somebody, "newsletter", given=True, wording="Write to me, ä 1 × a month.")


class TestAReceipt:
    def test_holds_what_was_answered_to_which_words_and_when(self, receipt):
        held = receipts.verify(receipts.written(receipt), receipts.published()["key"])
        assert held["answers"] == {"newsletter": True} and held["wording"]["text"].startswith("Write to me")
        assert held["policy"]["version"] == versions.number() and held["at"].endswith("Z")

    def test_says_nothing_of_whom(self, receipt, somebody):
        assert str(somebody) not in json.dumps(receipt)

    @pytest.mark.parametrize("change", [
        {"answers": {"newsletter": False}}, {"at": "2020-01-01T00:00:00Z"}, {"more": 1}, {"signature": "AAAA"},
    ])  # fmt: skip
    def test_does_not_hold_once_changed(self, receipt, change):
        with pytest.raises(NotGenuine):
            receipts.verify(receipts.written(receipt | change), receipts.published()["key"])

    @pytest.mark.parametrize("file", [b"", b"[]", b"{}", b"{", b'{"signature": 1}', b'"x"', "é".encode("latin-1")])
    def test_what_is_none_is_refused(self, file):
        with pytest.raises(NotGenuine):
            receipts.verify(file, receipts.published()["key"])

    @pytest.mark.parametrize("key", ["", "x", KEY])
    def test_another_key_does_not_fit(self, receipt, key):
        with pytest.raises(NotGenuine):
            receipts.verify(receipts.written(receipt), key)

    def test_is_checked_as_its_description_says_with_none_of_our_code(self, receipt):
        body = json.loads(receipts.written(receipt))
        signature = base64.b64decode(body.pop("signature"))
        said = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        Ed25519PublicKey.from_public_bytes(base64.b64decode(receipts.published()["key"])).verify(signature, said)


class TestTheCommand:
    """Needs no shop: neither a home nor a database."""

    def run(self, *words: str, folder) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "calla.cli", "policy", "verify-receipt", *words]
        variables = {"PATH": "/usr/bin:/bin", "CALLA_HOME": str(folder / "none")}
        return subprocess.run(command, env=variables, capture_output=True, text=True, check=False, timeout=60)

    @pytest.fixture
    def files(self, tmp_path, receipt, visitor):
        (tmp_path / "receipt.json").write_bytes(receipts.written(receipt))
        (tmp_path / "policy.json").write_bytes(visitor.get("/.well-known/privacy-policy.json").content)
        return tmp_path

    @pytest.mark.parametrize("by", ["file", "text"])
    def test_a_genuine_one_is_told(self, files, by):
        key = str(files / "policy.json") if by == "file" else receipts.published()["key"]
        done = self.run(str(files / "receipt.json"), "--key", key, folder=files)
        assert done.returncode == 0, done.stderr
        assert "This receipt holds" in done.stdout and "newsletter: yes" in done.stdout

    def test_a_changed_one_is_told_and_ends_with_1(self, files):
        file = files / "receipt.json"
        file.write_text(file.read_text(encoding="utf-8").replace("true", "false"), encoding="utf-8")
        done = self.run(str(file), "--key", str(files / "policy.json"), folder=files)
        assert done.returncode == 1 and "does not hold" in done.stderr


class TestTheHistory:
    def test_the_last_answer_counts_and_all_are_there(self, somebody):
        for given in (True, False, True):
            privacy.answer(somebody, "newsletter", given=given, wording="Write to me.")
        assert [one.given for one in consents.of(somebody)] == [True, False, True]
        assert Wording.objects.count() == 1
        assert reading.as_person(Subject.objects.get(pk=somebody)).consents == {"newsletter": versions.number()}

    def test_a_no_takes_the_yes_away(self, somebody):
        for given in (True, False):
            privacy.answer(somebody, "newsletter", given=given, wording="Write to me.")
        assert reading.as_person(Subject.objects.get(pk=somebody)) == Person(used=versions.number())

    def test_whoever_never_answered_costs_no_question(self, django_assert_num_queries):
        order = Order.objects.select_related("subject").get(pk=a_placed_order().pk)
        with django_assert_num_queries(0):
            assert reading.person_of(order).consents == {}

    def test_the_proof_is_kept_for_its_time_after_the_end_and_no_longer(self, somebody):
        privacy.answer(somebody, "newsletter", given=True, wording="Write to me.")
        with on(clock.today() + timedelta(days=5000)):
            assert not consents.forget_old()  # a yes that stands has no end
        privacy.answer(somebody, "newsletter", given=False, wording="Write to me.")
        ended = clock.today()
        last = ended.replace(year=ended.year + 3)
        with on(last - timedelta(days=1)):
            assert not consents.forget_old()
        with on(last):
            assert consents.forget_old() == 2
        assert not Answer.objects.exists() and not Wording.objects.exists()
