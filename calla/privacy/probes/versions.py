"""What is promised about versions of the policy, tried."""

from __future__ import annotations

from calla.kernel import clock
from calla.policy import Person
from calla.privacy import conformity, posting, versions
from calla.privacy.models import Subject
from calla.privacy.probing import expect, probe, refused
from calla.privacy.services import new_subject, used_the_shop


@probe("results_public")
def the_policy_still_fits_the_program() -> None:
    """We read the program for whatever it does with data, and hold each use against the sentences."""
    for problem in conformity.findings(versions.current()):
        expect(problem.warning, problem.message)


@probe("changes.looser", "stricter_of_all_versions", "page_and_program_switch_together")
def using_the_shop_brings_its_version() -> None:
    """Somebody who was away uses the shop, and we look which version binds them before and after, and their form."""
    subject, now = new_subject(), versions.number()
    Subject.objects.filter(pk=subject.pk).update(version_used=0)
    used_the_shop(subject.pk)
    subject.refresh_from_db()
    expect(subject.version_used == now, "using the shop did not bring its version")
    terms = versions.current().rules().terms
    expect(versions.binding(Person(used=now)).rules().terms == terms, "another version binds than the one in force")
    expect(versions.of_form(str(now), None).terms == terms, "a form of today is judged by another version")


@probe("changes.notice")
def a_new_version_is_in_force_as_soon_as_it_is_posted() -> None:
    """We post a version that says the same, look when it would be in force, and take it back before anybody sees it."""
    source = f"{versions.current().source.text}\n# posted by a probe\n"
    now = versions.number()
    try:
        posted = posting.post(source, seen=posting.propose(source).digest)
        expect(posted.number > now, "what was posted is no new version")
        expect(posted.effective_at <= clock.now() + versions.AHEAD, "a new version would wait before it is in force")
        with refused(posting.StalePlan, otherwise="a version was posted by a plan that nobody has seen"):
            posting.post(f"{source}#\n", seen="")
    finally:
        versions.forget()  # nobody in this process may have learnt of it
