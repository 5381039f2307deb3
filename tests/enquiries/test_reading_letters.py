"""Whatever a letter is made of, reading it ends well; what nobody wrote is told apart from what somebody did."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from calla.enquiries import incoming
from calla.enquiries.prose import of_html, tidy
from calla.privacy import mail
from tests.builders.enquiries import a_letter

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
DATA = Path(__file__).parents[3] / "shared" / "data"
HEAD = b"From: Ada <ada@example.net>\r\nMessage-ID: <1@example.net>\r\nSubject: Hello\r\n"


def read(raw: bytes):
    return incoming.read(raw)


class TestWhatIsRead:
    def test_sender_subject_text_and_identity(self):
        got = read(a_letter("Where is it?\n\nAda", Subject="Re: AW: My parcel").as_bytes())
        assert (got.sender, got.name, got.subject) == ("ada@example.net", "Ada Brennwald", "My parcel")
        assert got.text == "Where is it?\n\nAda" and got.identity.endswith(".letter@example.net>")
        assert not (got.left_out or got.cut or got.unasked)

    def test_html_alone_becomes_text(self):
        letter = a_letter()
        html = "<style>p{}</style><p>Is it <b>lined</b>?</p><p>Ada &amp; Zoë</p><script>x()</script>"
        letter.set_content(html, subtype="html")
        assert read(letter.as_bytes()).text == "Is it lined?\n\nAda & Zoë"

    def test_of_text_and_html_the_text_is_taken_and_nothing_counts_as_left_out(self):
        letter = a_letter("Plain.")
        letter.add_alternative("<p>Rich.</p>", subtype="html")
        got = read(letter.as_bytes())
        assert (got.text, got.left_out) == ("Plain.", 0)

    def test_attachments_are_left_out_and_counted(self):
        letter = a_letter("See the pictures.")
        for name in ("a.jpg", "b.txt"):
            letter.add_attachment(b"secret", maintype="image", subtype="jpeg", filename=name)
        got = read(letter.as_bytes())
        assert (got.text, got.left_out) == ("See the pictures.", 2)

    def test_a_very_long_one_is_cut_and_says_so(self):
        got = read(HEAD + b"\r\n" + b"word " * 500_000)
        assert got.cut and len(got.text) == incoming.MOST_LETTERS

    def test_which_of_our_letters_and_cases_it_answers(self):
        ours = "0b6c1a52-6a2f-4a7e-9d43-5f1c2d3e4f50"
        letter = a_letter(Subject="Re: your question q-7km4-x9td", In_Reply_To=f"<{ours}@shop.example>")
        got = read(letter.as_bytes())
        assert list(map(str, got.letters)) == [ours] and got.numbers == ("Q-7KM4-X9TD",)

    @pytest.mark.parametrize(("charset", "text"), [
        ("iso-8859-1", "schöne Grüße"), ("shift_jis", "こんにちは"), ("koi8-r", "привет"), ("utf-16", "Grüße"),
    ])  # fmt: skip
    def test_other_charsets(self, charset, text):
        head = HEAD + f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode()
        assert read(head + text.encode(charset)).text == text

    @pytest.mark.parametrize("charset", ["no-such", "", "\x00", "utf-8; charset=x", "rot13", "base64", "uft-8"])
    def test_charsets_that_are_none(self, charset):
        head = HEAD + f'Content-Type: text/plain; charset="{charset}"\r\n\r\n'.encode()
        assert "llo" in read(head + "héllo wörld".encode()).text or charset in {"rot13", "base64"}


class TestBrokenOnes:
    @pytest.mark.parametrize("rest", [
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary at all",
        b"Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n\r\n----",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!not=base64===",
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n=ZZ=\r\n=",
        b"Content-Transfer-Encoding: uuencode\r\n\r\nbegin 666 x\r\n~~~\r\n",
        b"Content-Type: text\r\n\r\nhello",
        b"Content-Type: text/plain; charset*=utf-8''%FF%FE\r\n\r\nhello",
        b"Content-Disposition: attachment; filename*=x'y'%%%\r\n\r\nhello",
        b"Subject: =?utf-8?b?////?= =?no-such?q?=FF?=\r\n\r\nhello",
        b"In-Reply-To: <<<>>> \xff\r\n\r\n\x00\x01\x02",
        b"no header at all",
        b"\r\n" + b"<p>" * 50_000,
        b"X: " + b"y" * 200_000 + b"\r\n\r\nhello",
    ])  # fmt: skip
    def test_they_are_read_as_far_as_they_can_be(self, rest):
        assert read(HEAD + rest).sender == "ada@example.net"

    def test_parts_within_parts_without_end(self):
        nested = b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000)
        )
        assert read(HEAD + nested + b"\r\nhello").sender == "ada@example.net"

    def test_thousands_of_parts(self):
        parts = b"--x\r\n\r\nhi\r\n" * 5000
        got = read(HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + parts + b"--x--\r\n")
        assert got.text == "hi"

    @pytest.mark.parametrize("sender", [
        "", "nobody", "@", "a@b@c", "<>", "ada@example.net\0", "x" * 300 + "@example.net", "=?utf-8?q?=00?=", "\"",
        "undisclosed-recipients:;",
    ])  # fmt: skip
    def test_without_an_address_to_answer_to_there_is_no_case(self, sender):
        assert read(f"From: {sender}\r\nSubject: x\r\n\r\nhello".encode()) is None or "\0" in sender


class TestRobots:
    @pytest.mark.parametrize("headers", [
        {"Auto-Submitted": "auto-replied"}, {"Auto-Submitted": "auto-generated; owner-email=x"}, {"Return-Path": "<>"},
        {"X-Autoreply": "yes"}, {"X-Failed-Recipients": "x@example.net"}, {"Precedence": "auto_reply"},
        {"From": "MAILER-DAEMON@example.net"}, {"From": "Postmaster <postmaster@example.net>"},
        {"Subject": "Automatic reply: your question"}, {"Subject": "Out of office"},
    ])  # fmt: skip
    def test_they_get_no_case(self, headers):
        assert read(a_letter(**{name.replace("-", "_"): value for name, value in headers.items()}).as_bytes()) is None

    def test_our_own_letters_come_back_to_nobody(self):
        assert read(a_letter(From=f"Calladream <{mail.own_address().upper()}>").as_bytes()) is None

    def test_a_report_of_delivery_is_no_letter(self):
        letter = a_letter()
        letter.add_alternative("x")
        letter.replace_header("Content-Type", "multipart/report; report-type=delivery-status; boundary=x")
        assert read(letter.as_bytes()) is None

    @pytest.mark.parametrize("headers", [
        {"Auto_Submitted": "no"}, {"Return_Path": "<ada@example.net>"}, {"X_Auto_Response_Suppress": "All"},
        {"Subject": "Autumn offers, and out of stock"},
    ])  # fmt: skip
    def test_people_are_taken_for_people(self, headers):
        assert read(a_letter(**headers).as_bytes()).unasked is False

    @pytest.mark.parametrize("headers", [
        {"Precedence": "bulk"}, {"List_Id": "<x.example>"}, {"From": "no-reply@example.net"},
    ])  # fmt: skip
    def test_lists_may_be_looked_at_and_get_no_receipt(self, headers):
        assert read(a_letter(**headers).as_bytes()).unasked is True


def test_bounces_of_the_world_make_no_cases():
    files = sorted((DATA / "email-bounces").glob("*.eml"))
    if not files:
        pytest.skip("the collection of bounces is not beside this repository")
    taken = [file.name for file in files if (got := read(file.read_bytes())) and not got.unasked]
    assert len(files) > 300 and len(taken) <= 3, taken


def test_naughty_strings_survive_in_every_part_of_a_letter():
    file = DATA / "naughty-strings" / "blns.json"
    if not file.exists():
        pytest.skip("the big list of naughty strings is not beside this repository")
    for text in json.loads(file.read_text(encoding="utf-8")):
        line = " ".join(text.split())
        raw = f"From: {line} <ada@example.net>\nSubject: {line}\nMessage-ID: {line}\n\n{text}\n"
        got = read(raw.encode("utf-8", "replace"))
        assert got is None or f"{got.text}{got.subject}{got.name}".encode().decode() is not None
        html = f"From: a@example.net\nContent-Type: text/html\n\n{text}".encode("utf-8", "replace")
        assert read(html).text.encode() is not None


def test_tidy_keeps_lines_and_drops_what_no_text_holds():
    assert tidy("a\r\nb\0\x1b[31m\ud800\n\n\n\nc\td  \n") == "a\nb[31m\n\nc d"


def test_html_that_never_ends():
    assert of_html("<p>a<br>b<style>never ends <p>c") == "\na\nb"
