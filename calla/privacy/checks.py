"""The precautions that settings and files can tell: how the shop is reached, what pages load, who holds secrets."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connections
from django.utils.module_loading import import_string

from calla.policy import enforces
from calla.privacy import roots
from calla.privacy.baseline import LOOPBACK, Settings, is_public, precaution

OWN = frozenset({"'self'", "'none'"})
YEAR = 365 * 24 * 3600
SECRET_BYTES = 32
# OWASP's least parameters for Argon2id: KiB of memory and passes over it.
ARGON2 = {19 * 1024: 2, 12 * 1024: 3, 9 * 1024: 4, 7 * 1024: 5}
LOGS_OF_REQUESTS = ("django.server", "gunicorn.access", "uvicorn.access")
# Package -> the first release without that hole.
NOT_BEFORE = {
    "django": ((5, 2, 8), "CVE-2025-64459"),
    "cryptography": ((42, 0, 4), "CVE-2024-26130"),
    "pillow": ((10, 3, 0), "CVE-2024-28219"),
    "h11": ((0, 16, 0), "CVE-2025-43859"),
}


@enforces("personal_forms_need_tls")
@precaution("tls", "Pages and forms travel over https alone; a browser that came by plain http is sent on.",
            test="Ask for a page by http://: you are sent on to https://.")  # fmt: skip
def _tls(settings: Settings) -> str:
    own = urlsplit(settings.PUBLIC_URL)
    if not is_public(settings) or (own.scheme == "https" and settings.SECURE_SSL_REDIRECT):
        return ""
    return "The shop would take personal forms unencrypted: set CALLA_PUBLIC_URL to an https address."


@enforces("personal_forms_need_tls")
@precaution("hsts", "Browsers are told for a year or more to come back over https alone.",
            test="Look for Strict-Transport-Security in the head of any answer.")  # fmt: skip
def _hsts(settings: Settings) -> str:
    told = settings.SECURE_HSTS_SECONDS >= YEAR and settings.SECURE_HSTS_INCLUDE_SUBDOMAINS
    return "" if told or not is_public(settings) else "Strict-Transport-Security must last a year, subdomains included."


@precaution("cookies", "The sign-in cookie is kept from scripts, from other sites, and from plain connections.",
            test="Sign in nowhere: no cookie comes. The one of our staff begins with __Host-.")  # fmt: skip
def _cookies(settings: Settings) -> str:
    shut = settings.SESSION_COOKIE_HTTPONLY and settings.SESSION_COOKIE_SAMESITE in {"Lax", "Strict"}
    locked = settings.SESSION_COOKIE_SECURE and settings.SESSION_COOKIE_NAME.startswith("__Host-")
    safe = shut and (locked or not is_public(settings))
    return "" if safe else "The session cookie must be HttpOnly, SameSite and Secure."


@enforces("no_foreign_requests", "no_foreign_scripts")
@precaution("content", "Pages load from the shop alone, and no script stands in a page.",
            test="Look for Content-Security-Policy in the head of any page, and at what it fetches.")  # fmt: skip
def _content(settings: Settings) -> str:
    foreign = [f"{name} from {source}" for name, source in _foreign_sources(settings)]
    return f"The content policy would let in {', '.join(foreign)}." if foreign else ""


def _foreign_sources(settings: Settings) -> Iterator[tuple[str, str]]:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    for name, sources in directives.items():
        if name != "form-action":  # the payment page is where the last form leads, and loads nothing into ours
            yield from ((name, source) for source in sources if source not in OWN)
    if "default-src" not in directives:
        yield "default-src", "anywhere"


@precaution("headers", "Pages cannot be framed, guessed at by type, or told on by their address.",
            test="Show one of our pages in a frame of yours: it stays empty.")  # fmt: skip
def _headers(settings: Settings) -> str:
    middleware = {"django.middleware.security.SecurityMiddleware", "calla.kernel.http.Headers",
                  "csp.middleware.CSPMiddleware", "django.middleware.clickjacking.XFrameOptionsMiddleware",
                  "calla.kernel.http.SameOriginPosts"}  # fmt: skip
    absent = sorted(middleware - set(settings.MIDDLEWARE))
    if absent:
        return f"MIDDLEWARE lacks {', '.join(absent)}."
    set_so = settings.SECURE_CONTENT_TYPE_NOSNIFF and settings.X_FRAME_OPTIONS == "DENY"
    return "" if set_so and settings.SECURE_REFERRER_POLICY == "same-origin" else "A security header is switched off."


@precaution("debug", "Error pages for developers, which print values, are off where others come.",
            test="Ask for a page that is not there: it tells nothing of the program.")  # fmt: skip
def _debug(settings: Settings) -> str:
    return "Switch CALLA_DEBUG off." if settings.DEBUG and is_public(settings) else ""


@precaution("secrets", "Each secret is made at random for this shop, and long enough not to be guessed.")
def _secrets(settings: Settings) -> str:
    named = [("CALLA_SECRET_KEY", settings.SECRET_KEY), ("CALLA_PAYMENT_KEY", settings.PAYMENT_KEY)]
    named += [("CALLA_WEBHOOK_SECRET", secret) for secret in settings.WEBHOOK_SECRETS]
    weak = [name for name, secret in named if _is_guessed(secret)] if is_public(settings) else []
    return f"Too short or too plain: {', '.join(weak)}. Take {SECRET_BYTES} random characters or more." if weak else ""


def _is_guessed(secret: str) -> bool:
    return len(secret) < SECRET_BYTES or len(set(secret)) < 12 or secret.startswith("django-insecure")


@precaution("keys", "Root keys and lasting secrets lie in files that the shop's own account alone can read.")
def _keys(settings: Settings) -> str:
    folder = roots.folder()
    files = [folder, *sorted(folder.iterdir())] if folder.is_dir() else []
    wide = [file for file in files if stat.S_IMODE(file.stat().st_mode) & 0o077]
    return f"Open to others: {', '.join(str(Path(file).name) for file in wide)}. chmod go= them." if wide else ""


@precaution("passwords", "Passwords are stored by Argon2id, with the memory and the passes that OWASP asks for.")
def _passwords(settings: Settings) -> str:
    hashers = [import_string(name) for name in settings.PASSWORD_HASHERS]
    strong = [one for one in hashers if issubclass(one, Argon2PasswordHasher) and _costs_enough(one)]
    return "" if hashers and len(strong) == len(hashers) else "A password hasher is weaker than OWASP's Argon2id."


def _costs_enough(hasher: type[Argon2PasswordHasher]) -> bool:
    return any(hasher.memory_cost >= memory and hasher.time_cost >= passes for memory, passes in ARGON2.items())


@precaution("mail", "Letters go to the mail server over TLS, its certificate checked.")
def _mail(settings: Settings) -> str:
    server = settings.MAIL_SERVER
    if server is None or server["host"] in LOOPBACK or server["use_tls"] or server["use_ssl"]:
        return ""
    return "Name the mail server with smtps://, or smtp:// with STARTTLS."


@precaution("payment", "The payment service is called over TLS, its certificate checked.")
def _payment(settings: Settings) -> str:
    plain = [url for url in settings.EGRESS.values() if urlsplit(url).scheme != "https"]
    far = [url for url in plain if urlsplit(url).hostname not in LOOPBACK]
    return f"Not over https: {', '.join(far)}." if far else ""


@precaution("logs", "No log keeps who asked for what: requests are not logged, and values are struck out.")
def _logs(settings: Settings) -> str:
    logging: Any = settings.LOGGING
    handlers = logging["handlers"]
    bare = [name for name, one in handlers.items() if one.get("formatter") != "redacting"]
    talking = [name for name in LOGS_OF_REQUESTS if logging["loggers"].get(name, {}).get("handlers")]
    return f"These would print values: {', '.join([*bare, *talking])}." if bare or talking else ""


@precaution("packages", "No package with a hole that we know of is in use: " + ", ".join(
    f"{name} not before {'.'.join(map(str, first))} ({advisory})" for name, (first, advisory) in NOT_BEFORE.items()
) + ".")  # fmt: skip
def _packages(settings: Settings) -> str:
    old = [name for name, (first, _) in NOT_BEFORE.items() if (found := _installed(name)) and found < first]
    return f"Too old: {', '.join(old)}. Install what requirements.lock names." if old else ""


def _installed(package: str) -> tuple[int, ...]:
    """Empty where it is not there: what is not installed has no hole."""
    try:
        return tuple(int(part) for part in version(package).split(".")[:3] if part.isdecimal())
    except PackageNotFoundError:
        return ()


@precaution("databases", "A database that is reached over the network asks for a password.", deep=True)
def _databases(settings: Settings) -> str:
    trusting = [alias for alias in ("default", "keys") if not _asks_who_comes(alias)]
    return f"It let us in without a password: {', '.join(trusting)}. See pg_hba.conf." if trusting else ""


def _asks_who_comes(alias: str) -> bool:
    """Over a socket the machine itself can tell who comes."""
    connection = connections[alias]
    connection.ensure_connection()
    used = connection.connection.pgconn
    return used.host.startswith(b"/") or bool(used.used_password)
