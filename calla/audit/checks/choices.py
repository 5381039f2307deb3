"""Saying no to cookies: to all, to one, by a signal, or by a browser that keeps none."""

from __future__ import annotations

from calla.audit.asking import Answer, Browser, NoAnswer
from calla.audit.checking import Broken, Unclear, check, expect, expect_none
from calla.audit.html import Element
from calla.audit.look import CHOICES, Look
from calla.audit.visit import Visit, form_with, order_form

SIGNALS = ("Sec-GPC", "DNT")
TICKED = "cookie[]"  # the boxes of the form, one for each cookie


@check("each_cookie_can_be_declined")
def one_cookie_declined(look: Look) -> str:
    """Whoever declines one cookie gets all the others and not that one."""
    brought = [name for name in look.policy.optional if look.visit.bag and look.visit.browser.holds(name)]
    if not brought:
        raise Unclear("no optional cookie came in a visit without an answer")
    faults = []
    for declined in brought:
        visit = look.visiting()
        _answer(visit.browser, [name for name in look.policy.optional if name != declined])
        assert visit.checkout
        got = [name for name in brought if visit.browser.holds(name)]
        faults += [f"{declined} came all the same"] if declined in got else []
        faults += [f"{name} stayed away with {declined}" for name in brought if name not in {*got, declined}]
    expect_none(faults, "after declining one")
    return f"each of {', '.join(brought)} by itself"


@check("each_cookie_can_be_declined")
def declined_cookies_are_deleted(look: Look) -> str:
    """Declining later deletes the cookies that are there already, those closed to scripts as well."""
    visit = look.visiting()
    assert visit.bag
    before = [name for name in look.policy.optional if visit.browser.holds(name)]
    if not before:
        raise Unclear("no optional cookie came")
    _press_all(visit.browser, "no")
    expect_none([name for name in before if visit.browser.holds(name)], "still there")
    return f"{', '.join(before)} deleted"


@check("each_cookie_can_be_declined")
def declining_is_as_easy(look: Look) -> str:
    """To refuse all cookies and to accept all are buttons of the same kind, side by side, and one press each."""
    page = Browser(look.site).get(CHOICES)
    buttons = {one.own.get("value"): one for one in page.page.all("button") if one.own.get("name") == "all"}
    if not look.policy.optional:
        return "no cookie may be chosen"
    expect({"yes", "no"} <= buttons.keys(), "there is no button for each answer")
    looks = [{key: value for key, value in buttons[answer].own.items() if key != "value"} for answer in ("yes", "no")]
    expect(looks[0] == looks[1], "the buttons differ in more than their answer")
    expect(_parent(page, buttons["yes"]) is _parent(page, buttons["no"]), "the buttons do not stand side by side")
    asked = look.site.asked
    _press_all(Browser(look.site), "no")
    refusing, asked = look.site.asked - asked, look.site.asked
    _press_all(Browser(look.site), "yes")
    expect(refusing <= look.site.asked - asked, "refusing takes more steps than accepting")
    return "one press each"


def _parent(page: Answer, child: Element) -> Element | None:
    return next((one for one in page.page.all() if any(child is inner for inner in one.inside)), None)


@check("gpc_is_a_no")
def signal_is_a_no(look: Look) -> str:
    """A browser that sends the privacy signal gets no optional cookie, from its first visit on."""
    faults = []
    for signal in SIGNALS:
        visit = look.visiting(signal=signal)
        visit.go_as_far_as_possible()
        came = {cookie.name for cookie in visit.browser.met if not cookie.leaves}
        faults += [f"{name} in spite of {signal}" for name in look.policy.optional if name in came]
    expect_none(faults, "came")
    return f"none with {' or '.join(SIGNALS)}"


@check("gpc_shown")
def signal_is_shown(look: Look) -> str:
    """Where cookies are chosen, the page says that it has seen the signal."""
    plain = _notices(Browser(look.site).get(CHOICES))
    seen = _notices(Browser(look.site, headers={"Sec-GPC": "1"}).get(CHOICES))
    expect(set(seen) - set(plain), "the page says the same with and without the signal")
    return next(iter(set(seen) - set(plain)))[:90]


def _notices(page: Answer) -> list[str]:
    return [one.text for one in page.page.all() if one.own.get("role") == "status"]


@check("buy_without_cookies")
def buying_without_cookies(look: Look) -> str:
    """The way from a product to the order form works in a browser that keeps no cookie."""
    look.visit.go_as_far_as_possible()
    visit: Visit = look.visiting(keeps_cookies=False)
    try:
        visit.go_as_far_as_possible()
    except NoAnswer as lost:
        raise Broken(f"with cookies it works; without, {lost}") from None
    expect(visit.refused.status == 422, f"the order form answers {visit.refused.status} to a mistake, 422 is expected")
    expect(order_form(visit.refused), "the form is lost after a mistake")
    expect(visit.canary.values["city"] in visit.refused.text, "what was typed is lost after a mistake")
    return "bag, checkout and a mistake in the form, all without a cookie"


def _answer(browser: Browser, accepted: list[str]) -> None:
    page = browser.get(CHOICES)
    form = form_with(page, TICKED)
    if form is None:
        raise Unclear(f"{CHOICES} offers no choice")
    browser.post(form.own.get("action", CHOICES), [(TICKED, name) for name in accepted])


def _press_all(browser: Browser, answer: str) -> None:
    form = form_with(browser.get(CHOICES), TICKED)
    if form is None:
        raise Unclear(f"{CHOICES} offers no choice")
    hidden = [pair for pair in form.sent() if pair[0] != TICKED]
    browser.post(form.own.get("action", CHOICES), [*hidden, ("all", answer)])
