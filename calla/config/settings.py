"""Django's settings: wiring only. What differs between installations comes from `environment`."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from calla.config.environment import environment, is_loopback

CALLA_HOME = environment.home
PUBLIC_URL = environment.public_url
PUBLIC_HOST = environment.host
SHOP_NAME = "Calladream"
SECRET_KEY = environment.secret_key
DEBUG = environment.debug
ALLOWED_HOSTS = [PUBLIC_HOST] if environment.https else ["127.0.0.1", "localhost", "[::1]"]
ROOT_URLCONF = "calla.config.urls"
WSGI_APPLICATION = "calla.config.wsgi.application"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "calla.kernel",
    "calla.privacy.keystore",
    "calla.privacy",
    "calla.customers",
    "calla.catalogue",
    "calla.search",
    "calla.cart",
    "calla.orders",
    "calla.payments",
    "calla.checkout",
    "calla.enquiries",
    "calla.storefront",
    "calla.privacycentre",
    "calla.backoffice",
    "calla.demo",
]

MIDDLEWARE = [
    "calla.kernel.http.ForwardedByTrusted",
    "django.middleware.security.SecurityMiddleware",
    "calla.kernel.http.Headers",
    "csp.middleware.CSPMiddleware",
    "calla.privacy.installs.NothingToInstall",
    "calla.kernel.assets.Assets",
    "calla.storefront.outages.Outages",
    "calla.privacy.middleware.OnePolicy",
    "calla.kernel.http.SameOriginPosts",
    "calla.privacy.cookies.CookieGate",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {"BACKEND": "calla.kernel.rendering.Minijinja", "NAME": "minijinja", "DIRS": [], "APP_DIRS": True, "OPTIONS": {}},
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "django",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]


def _database(url: str, **options: object) -> dict[str, object]:
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "calla.kernel.database",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            "options": "-c statement_timeout=15000 -c lock_timeout=8000",
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
            **options,
            **parts,
        },
    }


# Few statements go to the keys, always the same, and a buyer waits for each: their server plans them once (0026).
PLANNED_ONCE = {"server_side_binding": True, "prepare_threshold": 2}
DATABASES = {
    "default": _database(environment.main_database),
    "keys": _database(environment.keys_database, **PLANNED_ONCE),
}
DATABASE_ROUTERS = ["calla.privacy.keystore.router.KeysApart"]

AUTH_USER_MODEL = "customers.Account"
PASSWORD_HASHERS = ["calla.customers.passwords.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "calla.customers.passwords.AsThePolicySays"}]
SESSION_ENGINE = "calla.privacy.sessions"
SESSION_COOKIE_NAME = "__Host-session" if environment.https else "session"
SESSION_COOKIE_SECURE = environment.https
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}  # nothing of ours is kept in one
PAYS_PER_MINUTE = environment.pays_per_minute
BAGS_PER_MINUTE = environment.bags_per_minute
ASKS_PER_MINUTE = environment.asks_per_minute

STATIC_URL = "/static/"
STATIC_ROOT = CALLA_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "calla.kernel.assets.HashedStorage"},
}
LISTEN = environment.listen
PAGES_BYTES = environment.pages_megabytes * 2**20
PAGES_DIR = environment.pages_dir
MEDIA_URL = "/media/"
MEDIA_ROOT = CALLA_HOME / "media"

SECURE_SSL_REDIRECT = environment.https
SECURE_HSTS_SECONDS = 63072000 if environment.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = environment.https
SECURE_HSTS_PRELOAD = environment.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.trusted_proxies else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
TRUSTED_PROXIES = environment.trusted_proxies
PAYMENT_ORIGIN = environment.payment_url
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        # the checkout form is answered by a redirect to the payment page, which browsers check against this list
        "form-action": [SELF, PAYMENT_ORIGIN],
    }
}

# Which host each step of a purpose may reach; the agreement in the policy decides whether it may at all.
EGRESS = {"orders.payment": environment.payment_url}
PAYMENT_KEY = environment.payment_key
WEBHOOK_SECRETS = [environment.webhook_secret]


def _mail_server(url: str) -> dict[str, Any] | None:
    """Keywords for Django's SMTP backend; None keeps letters in the home's mailbox."""
    parts = urlsplit(url)
    if parts.scheme == "mailbox":
        return None
    loopback = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    return {
        "host": parts.hostname, "port": parts.port or (465 if parts.scheme == "smtps" else 587),
        "username": unquote(parts.username or ""), "password": unquote(parts.password or ""),
        "use_ssl": parts.scheme == "smtps", "use_tls": parts.scheme == "smtp" and not loopback,
    }


MAIL_SERVER = _mail_server(environment.mail_url)


def _inbox_server(url: str) -> dict[str, Any] | None:
    """Whom to ask for letters to the shop; None: they lie in folders."""
    parts = urlsplit(url)
    if not parts.scheme.startswith("imap"):
        return None
    tls = "whole" if parts.scheme == "imaps" else "" if is_loopback(parts.hostname or "") else "after greeting"
    return {
        "host": parts.hostname, "port": parts.port or (993 if parts.scheme == "imaps" else 143), "tls": tls,
        "username": unquote(parts.username or ""), "password": unquote(parts.password or ""),
    }  # fmt: skip


def _inbox_folders(url: str) -> list[Path]:
    """A Maildir's two folders of letters that have arrived, or the one of the home."""
    maildir = Path(unquote(urlsplit(url).path))
    return [maildir / "new", maildir / "cur"] if url.startswith("maildir:") else [environment.inbox]


INBOX_SERVER = _inbox_server(environment.inbox_url)
INBOX_FOLDERS = _inbox_folders(environment.inbox_url)
# What lies in the mailbox is for everybody's eyes: it is shown on a machine that nobody else can reach.
MAILBOX_IS_SHOWN = MAIL_SERVER is None and is_loopback(PUBLIC_HOST)
MAIL_FROM = f"service@{PUBLIC_HOST}"  # until the policy in force names a contact address

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"redacting": {"()": "calla.privacy.logs.Redacting"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "redacting"}},
    "root": {"handlers": ["stderr"], "level": environment.log_level.upper()},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": [], "level": "ERROR", "propagate": False},
        # What somebody asked for in vain is nothing to keep: without the address, which may be secret, it says nothing.
        "django.request": {"level": "ERROR"},
        # The web server writes in a way of its own, messages of exceptions and all, until it is told this one.
        "gunicorn.error": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "uvicorn.error": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
    },
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_ON_APP_READY = None
SILENCED_SYSTEM_CHECKS = ["security.W003", "security.W004", "security.W008", "security.W012", "security.W016"]

ACCOUNT_ADAPTER = "calla.backoffice.sign_in.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "alias"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/office/login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {"login": "calla.backoffice.forms.LoginForm", "change_password": "calla.backoffice.forms.PasswordForm"}
ACCOUNT_RATE_LIMITS = False  # allauth would count in a cache, with many questions each; see calla.backoffice.attempts
MFA_ADAPTER = "calla.backoffice.second_factor.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SHOP_NAME
MFA_TOTP_TOLERANCE = 1  # clocks differ, and people type: a code holds half a minute longer on both sides, and once
MFA_FORMS = {
    "authenticate": "calla.backoffice.forms.CodeForm",
    "reauthenticate": "calla.backoffice.forms.CodeAgainForm",
}
LOGIN_URL = "/office/login"
LOGIN_REDIRECT_URL = "/office"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
