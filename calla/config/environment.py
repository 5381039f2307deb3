"""The settings of a shop: environment variables with the prefix CALLA_, read once into a typed object.

Nonsense stops the start: a misspelt name would otherwise leave the shop running on a default nobody chose.
Any secret may come from a file instead, named by the same variable with `_FILE` behind it.
"""

import difflib
import ipaddress
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast
from urllib.parse import quote, urlsplit

from pydantic import Field, PostgresDsn, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from calla.kernel.files import secret_file

PREFIX = "CALLA_"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
SECRETS = frozenset(
    {"database_url", "keys_url", "mail_url", "inbox_url", "secret_key", "payment_key", "webhook_secret"}
)


class EnvironmentRefused(ValueError):
    """The environment holds settings the shop cannot start with; `problems` has one readable line for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Environment(BaseSettings):
    """Everything that differs from one installation to the next. What the shop does is in its policy, not here."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, validate_default=True, hide_input_in_errors=True
    )

    home: Path = Field(
        Path("calla-home"), description="Folder of the shop: `policy.toml`, embedded database, keys, media, mailbox."
    )
    database_url: PostgresDsn | None = Field(
        None, repr=False, description="PostgreSQL 15 or newer. Empty: the embedded server of the home."
    )
    keys_url: PostgresDsn | None = Field(
        None, repr=False, description="Database of the wrapped keys, in earnest on another server. "
        "Named together with `CALLA_DATABASE_URL` or not at all.",
    )  # fmt: skip
    public_url: str = Field(
        "http://127.0.0.1:8000", description="Address under which visitors reach the shop, without a path."
    )
    listen: str = Field("127.0.0.1:8000", description="Address and port that `calla serve` listens on.")
    secret_key: str = Field(
        "", repr=False, description="Signs cookies and links. Empty: made once, kept in `keys/secret_key`."
    )
    mail_url: str = Field(
        "mailbox:", repr=False,
        description="`mailbox:` keeps letters as `.eml` files in the home; `smtp://user:password@host:587` "
        "(STARTTLS) or `smtps://…` sends them.",
    )  # fmt: skip
    inbox_url: str = Field(
        "inbox:", repr=False,
        description="Where letters to the shop arrive. `inbox:` takes `.eml` files laid into the folder `inbox` of the "
        "home, `maildir:///path` a Maildir; `imaps://user:password@host` or `imap://…` (STARTTLS) asks a server. What "
        "was taken is removed there.",
    )  # fmt: skip
    payment_url: str = Field(
        "http://127.0.0.1:8001", description="Base address of the payment provider; a loopback address is the test one."
    )
    payment_key: str = Field(
        "", repr=False, description="Key for the payment provider. Empty with the test provider: made once."
    )
    webhook_secret: str = Field(
        "", repr=False, description="Signs the provider's notices. Empty with the test provider: made once."
    )
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = Field(
        (), description="Addresses or networks, comma between, whose `X-Forwarded-*` headers are believed."
    )
    debug: bool = Field(False, description="Error pages for developers. Refused on a shop that others can reach.")
    workers: int = Field(2, ge=1, le=256, description="Web processes of `calla serve`.")
    pages_megabytes: int = Field(
        64, ge=0, le=65536,
        description="Memory of each web process for pages that are the same for everybody; 0 stores none.",
    )  # fmt: skip
    pages_dir: Path | None = Field(
        None, description="Folder for the same pages as files, for nginx in front. Empty: none. See "
        "[nginx](../how-to/nginx.md).",
    )  # fmt: skip
    pays_per_minute: int = Field(
        10, ge=0, description="How often one caller may press “Pay” in a minute; 0 sets no limit."
    )
    bags_per_minute: int = Field(
        30, ge=0, description="How many new bags one caller may begin in a minute; 0 sets no limit."
    )
    asks_per_minute: int = Field(
        5, ge=0, description="How many questions one caller may send in a minute; 0 sets no limit."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="What the log leaves out.")

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *args: Any, **kwargs: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `read` hands over: it has resolved the `_FILE` names and refused unknown ones."""
        return (init_settings,)

    @field_validator("home", "pages_dir")
    @classmethod
    def _whole_path(cls, folder: Path | None) -> Path | None:
        return None if folder is None else folder.expanduser().absolute()

    @field_validator("database_url", "keys_url")
    @classmethod
    def _is_plain_scheme(cls, url: PostgresDsn | None) -> PostgresDsn | None:
        if url is not None and "+" in url.scheme:
            raise ValueError("must start with postgresql://")
        return url

    @field_validator("public_url", "payment_url")
    @classmethod
    def _is_base_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise ValueError("must look like https://shop.example or http://127.0.0.1:8000")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("must end after host and port: paths are the shop's own")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("must be https: plain http is for 127.0.0.1 and localhost only")
        _ = parts.port  # raises ValueError for a port that is none
        return url.rstrip("/")

    @field_validator("listen")
    @classmethod
    def _is_host_and_port(cls, listen: str) -> str:
        host, _, port = listen.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            raise ValueError("must be host:port, as in 127.0.0.1:8000")
        return listen

    @field_validator("mail_url")
    @classmethod
    def _is_mail_address(cls, url: str) -> str:
        if url != "mailbox:" and (urlsplit(url).scheme not in {"smtp", "smtps"} or not urlsplit(url).hostname):
            raise ValueError("must be mailbox:, smtp://host:port or smtps://host:port")
        return url

    @field_validator("inbox_url")
    @classmethod
    def _is_inbox_address(cls, url: str) -> str:
        parts = urlsplit(url)
        server = parts.scheme in {"imap", "imaps"} and parts.hostname and parts.username
        if url != "inbox:" and not server and not (parts.scheme == "maildir" and parts.path.startswith("/")):
            raise ValueError("must be inbox:, maildir:///path, imap://user:password@host or imaps://…")
        return url

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for problem in self._contradictions():
            raise ValueError(problem)
        return self

    def _contradictions(self) -> Iterator[str]:
        if self.debug and not is_loopback(urlsplit(self.public_url).hostname or ""):
            yield "CALLA_DEBUG: refused, because CALLA_PUBLIC_URL can be reached by others"
        if (self.database_url is None) != (self.keys_url is None):
            yield "CALLA_DATABASE_URL and CALLA_KEYS_URL: name both, or neither for the embedded server"
        if self.database_url is not None and self.database_url == self.keys_url:
            yield "CALLA_KEYS_URL: must be a database of its own, or erased keys return with a restored backup"
        if not self.test_provider and not (self.payment_key and self.webhook_secret):
            yield "CALLA_PAYMENT_KEY and CALLA_WEBHOOK_SECRET: needed for the provider that CALLA_PAYMENT_URL names"

    @property
    def test_provider(self) -> bool:
        """A payment provider on this machine can only be the test one."""
        return is_loopback(urlsplit(self.payment_url).hostname or "")

    @property
    def main_database(self) -> str:
        """Address of the shop's database; a command that uses the embedded server has put it into the environment."""
        return str(self.database_url) if self.database_url else self._nobody_listens("calla")

    @property
    def keys_database(self) -> str:
        return str(self.keys_url) if self.keys_url else self._nobody_listens("calla_keys")

    def _nobody_listens(self, name: str) -> str:
        """Settings must load without a server, for checks and help; whoever asks it something gets a clear error."""
        return f"postgresql://{name}@{quote(str(self.home / 'postgres' / 'not-started'), safe='')}/{name}"

    @property
    def host(self) -> str:
        """Name under which visitors call the shop, without the port."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https:")

    @property
    def policy_file(self) -> Path:
        return self.home / "policy.toml"

    @property
    def keys_folder(self) -> Path:
        return self.home / "keys"

    @property
    def inbox(self) -> Path:
        return self.home / "inbox"

    @property
    def mailbox(self) -> Path:
        return self.home / "mailbox"


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read(variables: Mapping[str, str]) -> Environment:
    """The settings these variables name; every problem is found before any is reported."""
    values, problems = _take(variables)
    try:
        settings = Environment(**cast(dict[str, Any], values))
    except ValidationError as error:
        raise EnvironmentRefused(problems + [_line(e) for e in error.errors(include_url=False)]) from None
    if problems:
        raise EnvironmentRefused(problems)
    try:
        return settings.model_copy(update={name: _made(settings, name) for name in _to_make(settings)})
    except OSError as error:
        raise EnvironmentRefused([f"{error.filename}: {error.strerror}"]) from None


def _made(settings: Environment, name: str) -> str:
    """Kept where there is a shop; elsewhere good for this process: reading the settings leaves nothing behind."""
    if settings.policy_file.exists():
        return secret_file(settings.keys_folder / name)
    return secrets.token_urlsafe(32)


def _take(variables: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    values: dict[str, str] = {}
    problems: list[str] = []
    known = {PREFIX + name.upper() for name in Environment.model_fields}
    known |= {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS}
    for variable in sorted(v for v in variables if v.startswith(PREFIX)):
        value = variables[variable]
        if variable not in known:
            problems.append(_unknown(variable, known))
        elif not variable.endswith("_FILE"):
            if value:
                values[variable.removeprefix(PREFIX).lower()] = value
        elif variables.get(variable.removesuffix("_FILE")):
            problems.append(f"{variable}: {variable.removesuffix('_FILE')} is set as well; keep one of the two")
        elif value:
            try:
                text = Path(value).read_text(encoding="utf-8").strip()
                values[variable.removeprefix(PREFIX).removesuffix("_FILE").lower()] = text
            except (OSError, UnicodeDecodeError) as error:
                problems.append(f"{variable}: cannot read {value}: {getattr(error, 'strerror', None) or 'not text'}")
    return values, problems


def _unknown(variable: str, known: set[str]) -> str:
    near = difflib.get_close_matches(variable, known, n=1)
    return f"{variable}: no such setting" + (f"; did you mean {near[0]}?" if near else "")


def _line(error: Any) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{str(error['loc'][0]).upper()}: {message}" if error["loc"] else message


def _to_make(settings: Environment) -> list[str]:
    wanted = ["secret_key", *(["payment_key", "webhook_secret"] if settings.test_provider else [])]
    return [name for name in wanted if not getattr(settings, name)]


class _Lazy:
    """Reads the environment at the first question, so that a command can still set it after this import."""

    _settings: Environment | None = None

    def __getattr__(self, name: str) -> object:
        if self._settings is None:
            self._settings = _read_or_exit()
        return getattr(self._settings, name)

    def __repr__(self) -> str:
        return f"<environment {self._settings!r}>"


def _read_or_exit() -> Environment:
    try:
        return read(os.environ)
    except EnvironmentRefused as refused:
        lines = "".join(f"  {problem}\n" for problem in refused.problems)
        sys.stderr.write(f"The settings in the environment cannot be used:\n{lines}")
        raise SystemExit(2) from None


environment = cast(Environment, _Lazy())


def reread() -> None:
    """Forget what was read, after this process changed its own variables."""
    cast(_Lazy, environment)._settings = None
