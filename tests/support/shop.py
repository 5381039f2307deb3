"""A shop that can sell, for any test that asks for `shop`; and a visitor whose browser says where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from calla.privacy import keys, versions
from tests.builders.shop import a_way_to_send, open_shop, policy_in_force


@pytest.fixture
def shop(db: None) -> Iterator[None]:
    policy_in_force()
    open_shop()
    a_way_to_send()
    yield
    versions.forget()
    keys.forget_opened()


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"})
