"""What the policy's own pages promise, tried."""

from __future__ import annotations

import json

from calla.kernel import links
from calla.policy import as_data
from calla.privacy import cookies, versions
from calla.privacy.probing import expect, probe, visitor
from calla.privacycentre import pages


@probe("policy_as_data")
def the_policy_as_data_is_the_policy_in_force() -> None:
    """We fetch the policy as a program would, and hold it against the version in force, sentence by sentence."""
    version = versions.in_force()
    said = json.loads(visitor().get(links.path("policy_as_data")).content)
    ours = as_data(version.policy, pages.live(version))
    expect(said["digest"] == ours["digest"], "the data are those of another version")
    told, meant = ([(one["id"], one["text"], one["terms"]) for one in data["sentences"]] for data in (said, ours))
    expect(told == meant, "the data say something else")


@probe("each_cookie_can_be_declined", "choices.ask_again")
def one_press_declines_all_and_is_remembered() -> None:
    """Somebody with every optional cookie declines them all: each is deleted, and the answer kept as long as stated."""
    policy = versions.current()
    optional = [cookies.wire_name(name) for name, rule in policy.cookies.items() if rule.need == "choice"]
    there = "; ".join(f"{name}=1" for name in optional)
    answer = visitor(cookie=there).post(links.path("choices"), {"all": "no"})
    gone = [name for name in optional if name in answer.cookies and answer.cookies[name]["max-age"] == 0]
    expect(gone == optional, "a declined cookie stayed in the browser")
    span, kept = policy.get("choices.ask_again"), answer.cookies.get(cookies.wire_name("choices"))
    if span and "choices" in policy.cookies:
        least = span.longest_and_shortest()[1] * 3600
        expect(kept is not None and int(kept["max-age"] or 0) >= least, "the answer is forgotten too early")


@probe("gpc_shown")
def the_page_of_choices_says_that_it_saw_the_signal() -> None:
    """We open the page where cookies are chosen with the privacy signal and without, and see that it tells of it."""
    plain, seen = visitor().get(links.path("choices")), visitor(sec_gpc="1").get(links.path("choices"))
    told = seen.status_code == 200 and seen.content != plain.content
    expect(told, "the page says the same with and without the signal")
