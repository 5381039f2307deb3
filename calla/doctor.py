"""`calla doctor`: whether everything a shop needs is there, one line each, and what to do about the rest."""

import io
import json
import os
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from urllib.parse import unquote, urlsplit

import psycopg

from calla import serving
from calla.config.environment import environment, is_loopback
from calla.kernel.postgres import places
from calla.serving import Refused, tell

OLDEST_POSTGRESQL = 150000
PORTS = {"smtp": 587, "smtps": 465, "imap": 143, "imaps": 993, "http": 80, "https": 443}


@dataclass(frozen=True)
class Finding:
    name: str
    ok: bool
    detail: str


class Ailing(Exception):
    """A check failed; the message says what is wrong and what to do."""


def run(*, as_json: bool) -> int:
    findings = list(examine())
    well = all(finding.ok for finding in findings)
    if as_json:
        tell(json.dumps({"ok": well, "checks": [asdict(finding) for finding in findings]}, indent=2))
    else:
        tell(*(f"{'ok  ' if one.ok else 'FAIL'}  {one.name:14}  {one.detail}" for one in findings))
    return 0 if well else 1


def examine() -> Iterator[Finding]:
    with ExitStack() as stack:
        try:
            stack.enter_context(serving.database())
        except Refused as refused:
            yield Finding("server", False, str(refused))
        for name, check in CHECKS.items():
            try:
                yield Finding(name, True, check())
            except (Ailing, Refused, OSError) as trouble:
                yield Finding(name, False, str(trouble))


def _python() -> str:
    return sys.version.split()[0]


def _home() -> str:
    home = environment.home
    if not home.is_dir():
        raise Ailing(f"{home} does not exist. Make it with `calla init {home}`.")
    if not os.access(home, os.W_OK | os.X_OK):
        raise Ailing(f"{home} cannot be written to by this account.")
    if mode := stat.S_IMODE(home.stat().st_mode) & 0o007:
        raise Ailing(f"{home} is open to every account of this machine (mode …{mode}): chmod o= {home}")
    return str(home)


def _database() -> str:
    return _postgresql(environment.main_database)


def _key_database() -> str:
    version = _postgresql(environment.keys_database)
    urls = environment.main_database, environment.keys_database
    servers = {urlsplit(url).netloc.rpartition("@")[2] for url in urls}
    return version if len(servers) == 2 else f"{version}, on the shop's own server: fine for a trial, not in earnest"


def _postgresql(url: str) -> str:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            if connection.info.server_version < OLDEST_POSTGRESQL:
                raise Ailing("PostgreSQL 15 or newer is needed.")
            return f"PostgreSQL {connection.info.server_version // 10000}"
    except psycopg.OperationalError as error:
        raise Ailing(f"It does not answer: {str(error).strip().splitlines()[0]}")


def _tables() -> str:
    serving.set_up_django()
    from django.db import OperationalError

    try:
        behind = serving.pending_migrations()
    except OperationalError:
        raise Ailing("The databases do not answer; see above.")
    if behind:
        raise Ailing(f"Not those of this release ({', '.join(behind)}). Run: calla migrate")
    return "those of this release"


def _root_keys() -> str:
    files = sorted(environment.keys_folder.glob("root-*.key"))
    if not files:
        raise Ailing(f"None in {environment.keys_folder}. Run `calla migrate`, or restore them from their safe copy.")
    for file in files:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise Ailing(f"{file} can be read by other accounts: chmod 600 {file}")
    return f"{len(files)} in {environment.keys_folder}, closed to others"


def _lasting_secrets() -> str:
    serving.set_up_django()
    from calla.privacy import roots
    from calla.privacy.errors import KeysUnavailable

    try:
        for name in roots.SECRETS:
            roots.secret(name)
    except KeysUnavailable as trouble:
        raise Ailing(f"In {environment.keys_folder}, {trouble.why}.")
    return f"{', '.join(f'{name}.key' for name in roots.SECRETS)}, closed to others"


def _precautions() -> str:
    serving.set_up_django()
    from calla.privacy import baseline

    if missing := baseline.missing():
        raise Ailing(f"The shop does not start like this. {' '.join(missing)}")
    return f"all {len(baseline.precautions())} are in place"


def _policy() -> str:
    if not environment.policy_file.is_file():
        raise Ailing(f"There is no {environment.policy_file}.")
    serving.load_whole_program()
    from calla.policy import commands
    from calla.privacy import conformity, versions

    report, points, uses = io.StringIO(), conformity.points(), conformity.uses()
    if commands.check(environment.policy_file, versions.program(), report, points=points, uses=uses):
        raise Ailing(f"It does not fit this program ({report.getvalue().splitlines()[-1]}). Run: calla policy check")
    return report.getvalue().splitlines()[-1]


def _leftovers() -> str:
    found = places.without_home()
    return f"databases whose home is gone, to be removed by hand: {' '.join(map(str, found))}" if found else "none"


def _jobs() -> str:
    """Those given up after many tries, and those by the clock that failed when they ran last."""
    serving.set_up_django()
    from django.db import DatabaseError

    from calla.kernel import jobs

    try:
        failed = jobs.failed()
    except DatabaseError:
        raise Ailing("The tables do not answer; see above.")
    if failed:
        listed = ", ".join(f"{name} ({count})" for name, count in failed.items())
        raise Ailing(f"Given up: {listed}. The log of `calla worker` says where they failed.")
    return "none given up"


def _letters() -> str:
    """Addresses that do not exist are no fault of the shop's, so this is told and is no ailment."""
    serving.set_up_django()
    from django.db import DatabaseError

    from calla.privacy import mail

    try:
        given_up = mail.given_up()
    except DatabaseError:
        raise Ailing("The tables do not answer; see above.")
    return f"{given_up} not delivered: see /office/letters" if given_up else "none undelivered"


def _agreements() -> str:
    """With whoever gets something of the shop's. Without one in force, that part of the shop waits."""
    serving.set_up_django()
    from django.db import DatabaseError

    from calla.privacy import egress, versions
    from calla.privacy.errors import AgreementLapsed, PolicyMissing

    try:
        steps = sorted({str(one["step"]) for one in versions.current().rules().processors.values()})
        for step in steps:
            egress.helpers(step)
    except AgreementLapsed as lapsed:
        raise Ailing(f"{lapsed} Sign a new one and post it with the policy; what waits goes on by itself.")
    except PolicyMissing:
        return "no policy is in force yet"
    except DatabaseError:
        raise Ailing("The tables do not answer; see above.")
    return f"in force for {', '.join(steps)}" if steps else "none are needed"


def _provider() -> str:
    advice = " The test provider runs with `calla demo`." if environment.test_provider else ""
    return _reach(environment.payment_url, advice)


def _mail() -> str:
    if environment.mail_url == "mailbox:":
        if not is_loopback(environment.host):
            raise Ailing(f"Letters lie in clear in {environment.mailbox} and reach nobody. Set CALLA_MAIL_URL.")
        return f"kept in {environment.mailbox}, not sent; CALLA_MAIL_URL sends it"
    return _reach(environment.mail_url, " See CALLA_MAIL_URL.")


def _inbox() -> str:
    """The address that pages print, that letters come from and whose mailbox is read is one, said by the policy."""
    serving.set_up_django()
    from django.db import DatabaseError

    from calla.privacy import mail
    from calla.privacy.errors import PolicyMissing

    try:
        printed = mail.own_address()
    except DatabaseError:
        raise Ailing("The tables do not answer; see above.")
    except PolicyMissing:
        return "read once a policy in force lets the shop take questions"
    user = unquote(urlsplit(environment.inbox_url).username or "")
    if "@" in user and user.casefold() != printed.casefold():
        raise Ailing(f"Pages and letters say {printed}, and CALLA_INBOX_URL reads the mailbox of another address.")
    if user:
        return f"letters to {printed}: {_reach(environment.inbox_url, ' See CALLA_INBOX_URL.')}"
    return f"letters to {printed}, laid into a folder as CALLA_INBOX_URL says"


def _reach(url: str, advice: str) -> str:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError as error:
        raise Ailing(f"Nothing answers at {host}:{port} ({error.strerror or error}).{advice}")
    return f"{host}:{port} answers"


CHECKS: dict[str, Callable[[], str]] = {
    "python": _python,
    "home": _home,
    "database": _database,
    "key database": _key_database,
    "tables": _tables,
    "root keys": _root_keys,
    "secrets": _lasting_secrets,
    "precautions": _precautions,
    "policy": _policy,
    "leftovers": _leftovers,
    "agreements": _agreements,
    "provider": _provider,
    "mail": _mail,
    "inbox": _inbox,
    "jobs": _jobs,
    "letters": _letters,
}
