"""The outsider's kit against a whole shop: all is kept; and each check sees the one thing that a liar breaks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import httpx
import pytest

from calla.audit import asking, html, published
from calla.audit.asking import Site
from calla.audit.checking import CHECKS, Finding, Result, examine
from calla.audit.checks import every
from calla.audit.look import Look
from tests.audit.plants import LIES, SECURE_LIES, STAGES
from tests.audit.wire import OUTER, Answering, Secured, Wire, policy, promising_everything, status
from tests.support.live import ROOT, LiveShop, live_shop

pytestmark = pytest.mark.journey
PAGES = 36
PLANTS = [(name, number) for name, lies in LIES.items() for number in range(len(lies))]
SECURE_PLANTS = [(name, number) for name, lies in SECURE_LIES.items() for number in range(len(lies))]


@pytest.fixture(scope="module")
def shop() -> Iterator[LiveShop]:
    with live_shop("audit") as shop:
        yield shop


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same pages come again and again here."""
    monkeypatch.setattr(asking, "read", _read)


_read = cache(html.read)


def found(shop: LiveShop, name: str, *wires: Wire) -> list[Finding]:
    findings = []
    for wire in wires:
        with closing(Site(shop.url, 60, wire)) as site:
            findings.append(examine(CHECKS[name], Look(site, PAGES)))
    return findings


def stage(name: str) -> list[Answering]:
    return STAGES.get(name, [policy(promising_everything)])


def test_every_check_has_its_liar() -> None:
    assert set(LIES) == {one.name for one in every()}
    assert all(one.says and (one.about or one.standard) for one in every())


@pytest.mark.parametrize("name", LIES)
def test_an_honest_shop_keeps_it(shop: LiveShop, name: str) -> None:
    [finding] = found(shop, name, Wire(stage(name)))
    assert finding.result is Result.KEPT, finding.seen


@pytest.mark.parametrize(("name", "number"), PLANTS)
def test_a_liar_is_seen(shop: LiveShop, name: str, number: int) -> None:
    lie = LIES[name][number]
    wires = [Wire(stage(name), ask) for ask in lie] if isinstance(lie, tuple) else [Wire([*stage(name), lie])]
    for finding in found(shop, name, *wires):
        assert finding.result is Result.BROKEN, f"{finding.result}: {finding.seen}"
        assert finding.seen


def test_a_figure_that_was_counted_anew_meanwhile_is_no_other_word(shop: LiveShop) -> None:
    looks = []

    def counted(data: dict[str, Any]) -> None:
        if not looks:
            data["sentences"][4]["text"] += " Counted before."
        looks.append(data)

    [finding] = found(shop, "page_and_data_agree", Wire([policy(promising_everything), policy(counted)]))
    assert finding.result is Result.KEPT, finding.seen
    assert len(looks) == 2


def test_the_reference_tells_of_every_check() -> None:
    told = (ROOT / "docs" / "reference" / "audit.md").read_text(encoding="utf-8")
    assert [one.name for one in every() if f"| `{one.name}` | {one.says} |" not in told] == []


def test_what_is_only_planned_is_no_promise(shop: LiveShop) -> None:
    def planned(data: dict[str, list[dict[str, object]]]) -> None:
        for sentence in data["sentences"]:
            sentence["state"], sentence["binds"] = "planned", False

    [finding] = found(shop, "only_listed_cookies", Wire([policy(planned)]))
    assert finding.result is Result.NOT_PROMISED and finding.sentences == ("S9", "S10")


class TestChecksThatWereNeverMade:
    """Nobody outside can tell a shop that has just opened from one that makes no checks, on the day it opens."""

    def found(self, shop: LiveShop, since: date, name: str = "own_checks_are_fresh") -> Finding:
        def untried(data: dict[str, Any]) -> None:
            data["since"] = f"{since}"
            for sentence in data["sentences"]:
                sentence["checks"] = [{"name": "a.check", "says": "We look.", "ok": None, "at": None, "said": ""}]

        return found(shop, name, Wire([policy(promising_everything), policy(untried)]))[0]

    def test_what_was_not_tried_is_not_called_good(self, shop: LiveShop) -> None:
        finding = self.found(shop, datetime.now(UTC).date(), "own_checks_are_green")
        assert finding.result is Result.UNCLEAR and "made none" in finding.seen

    def test_under_a_policy_of_today_they_may_be_on_their_way(self, shop: LiveShop) -> None:
        finding = self.found(shop, datetime.now(UTC).date())
        assert finding.result is Result.UNCLEAR and "not made yet" in finding.seen

    def test_under_an_older_one_the_promise_is_broken(self, shop: LiveShop) -> None:
        finding = self.found(shop, datetime.now(UTC).date() - timedelta(days=2))
        assert finding.result is Result.BROKEN and "never" in finding.seen


class TestOnHttps:
    def found(self, name: str, wire: Secured) -> Finding:
        with closing(Site(OUTER, 60, wire)) as site:
            return examine(CHECKS[name], Look(site, PAGES))

    @pytest.mark.parametrize("name", SECURE_LIES)
    def test_an_honest_shop_keeps_it(self, shop: LiveShop, name: str) -> None:
        finding = self.found(name, Secured(stage(name), shop=shop.url))
        assert finding.result is Result.KEPT, finding.seen

    @pytest.mark.parametrize(("name", "number"), SECURE_PLANTS)
    def test_a_liar_is_seen(self, shop: LiveShop, name: str, number: int) -> None:
        finding = self.found(name, Secured(stage(name), shop=shop.url, outside=[SECURE_LIES[name][number]]))
        assert finding.result is Result.BROKEN, finding.seen

    def test_plain_http_that_answers_is_seen(self, shop: LiveShop) -> None:
        finding = self.found("only_encrypted", Secured(stage("x"), shop=shop.url, plain=status(200, at="/")))
        assert finding.result is Result.BROKEN and "plain http" in finding.seen


def has_tried_everything(shop: LiveShop) -> bool:
    """The worker tries each promise soon after it has started."""
    data = shop.client().get(published.ADDRESS).json()
    results = [one for sentence in data["sentences"] if sentence["binds"] for one in sentence["checks"]]
    return bool(results) and all(one["at"] for one in results)


class TestTheCommand:
    def test_all_is_kept_and_nothing_fails(self, shop: LiveShop) -> None:
        shop.until(lambda: has_tried_everything(shop), "the shop has tried its promises", seconds=90)
        ended = shop.calla("audit", shop.url, "--buy", "--json")
        said = json.loads(ended.stdout)
        broken = [(one["name"], one["seen"]) for one in said["checks"] if one["result"] == "broken"]
        assert (broken, ended.returncode, ended.stderr) == ([], 0, "")
        assert said["ok"] and said["tally"]["kept"] > 30 and said["questions"] <= asking.MOST_QUESTIONS
        assert {one["name"] for one in said["checks"]} == set(CHECKS)

    def test_a_table_for_people(self, shop: LiveShop) -> None:
        ended = shop.calla("audit", shop.url, "--only", "S12,security-txt")
        assert ended.returncode == 0 and "kept" in ended.stdout and "Calladream" in ended.stdout
        assert "\x1b" not in ended.stdout

    @pytest.mark.parametrize("words", [
        ["ftp://shop.example"], ["http://shop.example"], ["http://a b"], ["https://"], ["https://a:b"], ["http://127.0.0.1:1"],
    ])
    def test_nonsense_is_refused(self, shop: LiveShop, words: list[str]) -> None:
        ended = shop.calla("audit", *words)
        assert ended.returncode == 2 and ended.stderr.startswith("calla: ") and not ended.stdout

    def test_a_program_is_told_in_json_that_nobody_answers(self, shop: LiveShop) -> None:
        ended = shop.calla("audit", "--json", "http://127.0.0.1:1")
        said = json.loads(ended.stdout)
        assert (ended.returncode, said["format"], said["ok"], said["checks"]) == (2, 1, None, [])
        assert "no answer" in said["error"] and said["shop"]["address"] == "http://127.0.0.1:1"

    def test_an_unknown_check_is_refused_with_the_nearest(self, shop: LiveShop) -> None:
        ended = shop.calla("audit", shop.url, "--only", "security-text")
        assert ended.returncode == 2 and "security_txt?" in ended.stderr

    def test_it_ends_in_time(self, shop: LiveShop) -> None:
        with closing(Site(shop.url, 0)) as site, pytest.raises(asking.NoAnswer, match="0 seconds"):
            Look(site).get("/")

    def test_it_asks_only_so_often(self, shop: LiveShop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(asking, "MOST_QUESTIONS", 5)
        with closing(Site(shop.url)) as site, pytest.raises(asking.NoAnswer, match="5 questions"):
            assert Look(site).crawled


def test_a_connection_that_ends_is_made_anew_once() -> None:
    left = [httpx.RemoteProtocolError("gone"), httpx.Response(200, text="here")]

    def answer(request: httpx.Request) -> httpx.Response:
        given = left.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    with closing(Site("https://shop.example", transport=httpx.MockTransport(answer))) as site:
        assert site.ask("GET", "https://shop.example/", {}).text == "here"
        left += [httpx.RemoteProtocolError("gone")] * 2
        with pytest.raises(asking.NoAnswer, match="RemoteProtocolError"):
            site.ask("GET", "https://shop.example/", {})
    assert not left
