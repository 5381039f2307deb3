"""What goes round a gate is found, wherever it stands and however it is written."""

import pytest

from tests.architecture.checks import browser, gates
from tests.architecture.checks.tree import shop, sources
from tests.architecture.planting import lines, none_of, plant

ROUND = {
    "import smtplib": "mail",
    "from smtplib import SMTP": "mail",
    "from django.core import mail": "mail",
    "from django.core.mail import send_mail": "mail",
    "import httpx": "HTTP",
    "import requests": "HTTP",
    "from urllib import request": "HTTP",
    "import urllib.request": "HTTP",
    "import urllib\nurllib.request.urlopen('https://a.example')": "HTTP",
    "from urllib3 import PoolManager": "HTTP",
    "import http.client": "HTTP",
    "from http.client import HTTPSConnection": "HTTP",
    "import aiohttp": "HTTP",
    "import ftplib": "HTTP",
    "import httpcore": "HTTP",
    "import socket": "connections",
    "import socket\nsocket.create_connection(('a.example', 443))": "connections",
    "from socket import create_connection": "connections",
    "import asyncio as a\na.open_connection('a.example', 443)": "connections",
    "from django.contrib import admin": "admin",
    "from django.contrib.admin.sites import site": "admin",
    "from django.dispatch import Signal": "signals",
    "from django.dispatch import receiver": "signals",
    "from django.db.models.signals import post_save": "signals",
    "from django.db.models import signals\nsignals.post_save.connect(print)": "signals",
    "from django.db import models\nmodels.signals.post_save.connect(print)": "signals",
    "from allauth.account.signals import user_logged_in": "signals",
    "from procrastinate.contrib.django import app": "jobs",
    "from cryptography.fernet import Fernet": "keys",
    "import traceback": "traceback",
    "from calla.privacy import versions\nversions.supposing(policy)": "policy in force",
    'import_module("smtplib")': "mail",
    "def late():\n    import httpx": "HTTP",
}


@pytest.mark.parametrize("code", ROUND)
def test_what_goes_round_a_gate_is_found(code: str) -> None:
    found = gates.round_the_gates([plant(code)])
    assert found and found[-1].line == code.count("\n") + 1
    assert ROUND[code] in found[-1].message


@pytest.mark.parametrize(("code", "file"), [
    ("import httpx", "calla/privacy/carrying.py"),  # one gate does not open the next
    ("import smtplib", "calla/privacy/egress.py"),
    ("import httpx", "calla/doctor.py"),
    ("import smtplib", "calla/demo/testpay/wire.py"),
    ("from django.db.models.signals import post_save", "calla/customers/apps.py"),
    ("import httpx  # noqa: TID251", "calla/orders/planted.py"),
])
def test_a_gate_is_open_to_its_own_files_alone(code: str, file: str) -> None:
    assert lines(gates.round_the_gates([plant(code, file)])) == [1]


def test_what_sounds_alike_is_fine() -> None:
    fine = """
        import urllib.parse
        from http import HTTPStatus
        from django.core import signing
        from django.db import models
        from calla.privacy import egress, mail
        mail.send, egress.call, models.Model, urllib.parse.quote
        """
    none_of(gates.round_the_gates([plant(fine)]))


def test_nothing_in_the_tree_goes_round_a_gate() -> None:
    none_of(gates.round_the_gates(shop()))


@pytest.mark.parametrize("code", ["import niquests", "from grpc import aio", 'import_module("websocket")'])
def test_a_library_that_nobody_looked_at_is_found(code: str) -> None:
    assert lines(gates.libraries_nobody_looked_at([plant(f"import json\nfrom django.db import models\n{code}")])) == [3]


def test_every_library_was_looked_at() -> None:
    none_of(gates.libraries_nobody_looked_at(shop()))


def test_every_exception_is_still_needed() -> None:
    assert gates.unused_openings(shop()) == []
    assert len(gates.unused_openings([])) == sum(len(gate.open_to) for gate in gates.GATES)


@pytest.mark.parametrize("code", [
    "response.set_cookie('a', 'b')",
    "response.set_signed_cookie('a', 'b')",
    "response.delete_cookie('a')",
    "response.cookies['a'] = 'b'",
    "response.cookies['a']['path'] = '/'\nresponse.cookies['a'] = 'b'",
    "del response.cookies['a']",
    "response.cookies.load('a=b')",
    "response.cookies = jar",
    "response.headers['Set-Cookie'] = 'a=b'",
    "response['set-cookie'] = 'a=b'",
    "request.raw_cookies",
    "save = response.set_cookie\nsave('a', 'b')",
])
def test_a_cookie_beside_the_gate_is_found(code: str) -> None:
    found = gates.cookies_beside_the_gate([plant(code, "calla/storefront/planted.py")])
    assert len(found) == 1
    none_of(gates.cookies_beside_the_gate([plant(code, "calla/privacy/cookies.py")]))


def test_looking_at_cookies_is_fine() -> None:
    fine = plant("x = response.cookies\ny = policy.cookies['a']\nrequest.COOKIES.get('a')")
    none_of(gates.cookies_beside_the_gate([fine]))


def test_nothing_in_the_tree_sets_a_cookie_beside_the_gate() -> None:
    none_of(gates.cookies_beside_the_gate(shop()))


def test_print_is_found_and_there_is_none() -> None:
    assert lines(gates.prints([plant("x = 1\nprint(x)\nbreakpoint()\nself.print(x)")])) == [2, 3]
    none_of(gates.prints(shop()))


@pytest.mark.parametrize("page", [
    "localStorage.setItem('a', 'b')",
    "window.sessionStorage.a = 1",
    "document.cookie = 'a=b'",
    "indexedDB.open('a')",
    '<script src="https://a.example/a.js">',
    '<img src="//a.example/a.png">',
    '<link rel="stylesheet" href="https://a.example/a.css">',
    "@import 'https://a.example/a.css'",
    "background: url(https://a.example/a.png)",
    "fetch('https://a.example')",
])
def test_a_page_that_keeps_something_or_asks_others_is_found(page: str) -> None:
    assert lines(browser.unfaithful_pages([plant(f"x\ny\n{page}", "calla/storefront/planted.html")])) == [3]


def test_links_and_reading_a_cookie_are_fine() -> None:
    fine = '<a href="https://a.example">x</a> <svg xmlns="http://www.w3.org/2000/svg"> document.cookie.includes("bag")'
    none_of(browser.unfaithful_pages([plant(fine, "calla/storefront/planted.html")]))


def test_no_page_keeps_anything_or_asks_others() -> None:
    none_of(browser.unfaithful_pages(sources(".html", ".css", ".js", ".svg")))
