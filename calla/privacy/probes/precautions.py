"""What is promised about safety, tried: precautions, what pages load, what leaves, what the log holds."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from typing import Any

from django.conf import UserSettingsHolder, settings
from django.core.checks import registry
from django.http import HttpRequest, HttpResponse

from calla.kernel import clock, links
from calla.privacy import backups, baseline, egress, installs, versions
from calla.privacy.errors import AgreementLapsed
from calla.privacy.logs import Redacting
from calla.privacy.models import Drill
from calla.privacy.probing import expect, probe, refused, visitor

# What a shop would lack, by the name of the precaution that must see it.
PUBLIC = {"PUBLIC_HOST": "shop.example"}
WEAK: Mapping[str, Mapping[str, Any]] = {
    "content": {"CONTENT_SECURITY_POLICY": {"DIRECTIVES": {"default-src": ["https://elsewhere.example"]}}},
    "cookies": {"SESSION_COOKIE_HTTPONLY": False},
    "debug": PUBLIC | {"DEBUG": True},
    "headers": {"MIDDLEWARE": []},
    "hsts": PUBLIC | {"SECURE_HSTS_SECONDS": 0},
    "logs": {"LOGGING": {"handlers": {"bare": {}}, "loggers": {}}},
    "mail": {"MAIL_SERVER": {"host": "mail.example", "use_tls": False, "use_ssl": False}},
    "passwords": {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]},
    "payment": {"EGRESS": {"orders.payment": "http://pay.example"}},
    "secrets": PUBLIC | {"SECRET_KEY": "guessed"},
    "tls": PUBLIC | {"PUBLIC_URL": "http://shop.example"},
}


@probe("baseline_or_no_start")
def every_precaution_is_in_place() -> None:
    """We look at each precaution of the list."""
    found = baseline.missing()
    expect(not found, f"missing: {', '.join(line.partition(':')[0] for line in found)}")


@probe("baseline_or_no_start", "personal_forms_need_tls", "no_foreign_requests", "no_foreign_scripts")
def a_weak_setting_keeps_the_shop_from_starting() -> None:
    """We show each precaution the settings of a shop that lacks it, and see that such a shop would not start."""
    for one in baseline.precautions():
        if one.name in WEAK:
            found = [baseline.examine(one, _shop_with(WEAK[one.name]))]
            expect(baseline.missing(found), f"a shop that lacks “{one.name}” would start")
            expect(baseline.every_command_asks(found), f"no command says that “{one.name}” is missing")
    expect(baseline.every_command_asks in registry.registry.get_checks(), "no command asks for precautions")


def _shop_with(values: Mapping[str, Any]) -> UserSettingsHolder:
    """Settings that nobody goes by: this shop's own, but for these."""
    told = UserSettingsHolder(settings)
    for name, value in values.items():
        setattr(told, name, value)
    return told


@probe("no_foreign_requests", "no_foreign_scripts")
def a_page_may_load_from_the_shop_alone() -> None:
    """We open a page and read what it allows a browser to load."""
    told = visitor().get(links.path("policy")).headers.get("Content-Security-Policy", "")
    sources = {source for part in told.split(";") for source in part.split()[1:] if "form-action" not in part}
    expect("default-src" in told, "a page says nothing of what it may load")
    expect(sources <= {"'self'", "'none'"}, "a page may load something from elsewhere")


@probe("no_downloads")
def a_program_goes_no_further_than_the_gate() -> None:
    """We let a page answer with a program to install, and see that it does not come through."""
    handed_out = HttpResponse(b"MZ", content_type="application/x-msdownload")
    answer = installs.NothingToInstall(lambda request: handed_out)(HttpRequest())
    expect(b"MZ" not in answer.content, "a program came through")


@probe("no_way_out_but_one", "processor.*")
def nothing_leaves_without_an_agreement() -> None:
    """We try to reach a machine outside for a step without an agreement, and a foreign host for one that has it."""
    with refused(AgreementLapsed, otherwise="an agreement was found for a step that has none"):
        egress.agreement("orders.nobody")
    with refused(AgreementLapsed, otherwise="a request left for a step without an agreement"):
        egress.call("orders.nobody", "GET", "https://outside.example/")
    for step in settings.EGRESS:
        with refused(AgreementLapsed, otherwise="a request left for a host that is not the helper's"):
            egress.call(step, "GET", "https://outside.example/")


@probe("visits_leave_no_trace")
def a_value_in_an_error_does_not_reach_the_log() -> None:
    """We let an error quote an address, and look for it in the line that the log would hold."""
    try:
        raise ValueError("192.0.2.7")
    except ValueError:
        record = logging.LogRecord("calla.probe", logging.ERROR, __file__, 1, "it failed", (), sys.exc_info())
    line = Redacting().format(record)
    expect("it failed" in line and "ValueError" in line, "the log does not say what failed")
    expect("192.0.2.7" not in line, "the log would hold what an error quotes")


@probe("security.restore_drill")
def a_backup_was_put_back_for_practice_not_long_ago() -> None:
    """We look when a backup was put back for practice, then suppose that it was long ago, and see it called overdue."""
    expect(not backups.is_overdue(), "no backup was put back for practice in time")
    long_ago = clock.now() - 2 * versions.current().value("security.restore_drill").longest
    Drill.objects.all().delete()
    Drill.objects.create(at=long_ago, made_at=long_ago, rows=1, tables=1, differ=0)
    expect(backups.is_overdue(), "nobody would learn that no backup is put back any more")


@probe("rights.backups")
def a_backup_that_is_too_old_has_had_its_time() -> None:
    """We ask of a backup that would be twice as old as one may become, and of one of today, whether they must go."""
    long_ago = clock.today() - 2 * versions.current().value("rights.backups").longest
    expect(backups.is_over(long_ago), "a backup could become older than the policy says")
    expect(not backups.is_over(clock.today()), "a backup of today would be thrown away")
