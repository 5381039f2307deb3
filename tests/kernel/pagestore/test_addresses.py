"""One page has one name, and nonsense has none."""

from __future__ import annotations

import pytest

from calla.kernel.pagestore import addresses


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_exact", {})
    monkeypatch.setattr(addresses, "_below", {})
    addresses.declare("/")
    addresses.declare("/things")
    addresses.declare("/things/{}", size="[0-9]{1,3}", page="[1-9]")


def query_of(path: str, query: str) -> tuple[str | None, str]:
    found = addresses.parameters_of(path)
    assert found is not None
    return addresses.query_of(found, query)


@pytest.mark.parametrize("path", ["/", "/things", "/things/x", "/things/\u00e9", "/things/.."])
def test_declared_addresses_are_known(path: str) -> None:
    assert addresses.parameters_of(path) is not None


@pytest.mark.parametrize("path", ["", "//", "/thing", "/things/", "/things/x/", "/things/x/y", "/things//", "things"])
def test_others_are_not(path: str) -> None:
    assert addresses.parameters_of(path) is None


@pytest.mark.parametrize(("query", "stored"), [
    ("", ""),
    ("size=1", "size=1"),
    ("page=2&size=1", "size=1&page=2"),
    ("size=1&page=2", "size=1&page=2"),
    ("size=%31", "size=1"),
])  # fmt: skip
def test_the_same_question_has_one_name(query: str, stored: str) -> None:
    assert query_of("/things/x", query)[0] == stored


@pytest.mark.parametrize("query", [
    "cart=x", "size=1&cart=x", "size=abc", "size=", "size=1000", "size=1&size=2", "colour=red", "page=0", "x",
    "&".join("abcdefghijklmnopqrstuvw"), "size=1%0a", "size=١",
])  # fmt: skip
def test_what_was_not_declared_is_not_stored(query: str) -> None:
    assert query_of("/things/x", query)[0] is None


@pytest.mark.parametrize("hung_on", [
    "utm_source=mail", "utm_medium=a&utm_campaign=b", "gclid=1", "fbclid=1", "msclkid=1", "mc_cid=1", "mc_eid=1",
    "dclid=1", "igshid=1", "srsltid=1", "ttclid=1", "yclid=1", "twclid=1",
])  # fmt: skip
def test_what_others_hang_on_links_is_cut_off(hung_on: str) -> None:
    assert query_of("/things/x", f"size=1&{hung_on}") == ("size=1", "size=1")
    assert query_of("/things/x", f"{hung_on}&colour=red") == (None, "colour=red")
    assert query_of("/", hung_on) == ("", "")


@pytest.mark.parametrize("own", ["id=1", "lid=1", "clid=1", "cid=1"])
def test_a_name_of_our_own_is_not_cut_off(own: str) -> None:
    assert query_of("/things/x", own) == (None, own)
