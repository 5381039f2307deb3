"""What tests of signing in have in common; `iris` and `no_limits_yet` stand beside, in conftest."""

from django.http import HttpResponse
from django.test import Client

from tests.support.people import PASSWORD

EMAIL = "iris@office.example"


def login(client: Client, email: str = EMAIL, password: str = PASSWORD, **extra: str) -> HttpResponse:
    return client.post("/office/login", {"login": email, "password": password}, **extra)
