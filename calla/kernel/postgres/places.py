"""Where the server of a home keeps its things, under which account it runs, and who may log in.

An ordinary user's data lie in the home. Root's cannot: PostgreSQL refuses to run as root, and the account it runs
under may not be able to enter the home. So root keeps them under /var/lib/calla, in a folder that the home names.
The name is drawn once, not computed from the path: a home that is moved keeps its data, one made anew at the same
place does not inherit those of its predecessor.
"""

import hashlib
import json
import os
import pwd
import secrets
import stat
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from calla.kernel.files import private_folder, write_private
from calla.kernel.postgres import programs
from calla.kernel.postgres.errors import PostgresRefused

LONGEST_SOCKET_PATH = 107
SOCKET_NAME = ".s.PGSQL.5432"
ACCOUNTS = ("postgres", "nobody")  # the first that exists; others run under "nobody" as well


@dataclass(frozen=True)
class Access:
    """What the home knows of its server. Kept in one closed file, so that it is there whole or not at all."""

    id: str
    keeper: str  # passwords: of the superuser, and of the owners of the two databases
    main: str
    keys: str


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    home: Path
    base: Path
    programs: Path
    account: Account | None  # none: our own
    access: Access

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def log(self) -> Path:
        return self.base / "server.log"

    @property
    def socket(self) -> Path:
        """The system allows 107 bytes for the address of a socket; a home may lie deeper."""
        near = self.base / "socket"
        if len(os.fsencode(near / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return near
        name = hashlib.sha256(os.fsencode(self.base)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"calla-{os.geteuid()}-{name}"


def of(home: Path) -> Place:
    """The place of this home's server; a home without one gets it."""
    if not sys.platform.startswith("linux"):
        raise PostgresRefused("The embedded server runs on Linux. Elsewhere name CALLA_DATABASE_URL, CALLA_KEYS_URL.")
    folder = private_folder(private_folder(home) / "postgres")
    access = _access(folder / "access.json")
    if os.geteuid() != 0:
        return Place(home, folder, programs.installed(), None, access)
    if (folder / "data").exists():  # an ordinary user's home, started by root: theirs it stays
        status = (folder / "data").stat()
        return Place(home, folder, programs.copied(), Account(status.st_uid, status.st_gid), access)
    base = programs.system_folder() / access.id
    return Place(home, base, programs.copied(), _account(base / "data"), access)


def _access(file: Path) -> Access:
    try:
        return Access(**json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        pass
    except PermissionError:
        raise PostgresRefused(f"{file} cannot be read: start the shop as the account that owns this folder.")
    except (ValueError, TypeError):
        raise PostgresRefused(f"{file} is damaged: put it back from a backup; without it nobody can log in.")
    if (file.parent / "data").exists():
        raise PostgresRefused(f"{file} is missing: put it back from a backup; without it nobody can log in.")
    access = Access(secrets.token_hex(8), *(secrets.token_urlsafe(32) for _ in range(3)))
    write_private(file, json.dumps(asdict(access), indent=1) + "\n")
    return access


def _account(data: Path) -> Account:
    if data.exists():
        return Account(data.stat().st_uid, data.stat().st_gid)
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise PostgresRefused(
        "PostgreSQL does not run as root, and this system has neither an account postgres nor nobody. "
        "Start the shop as an ordinary user."
    )


def without_home() -> list[Path]:
    """Folders of databases whose home is gone. Nothing removes them by itself: a disk may only not be mounted."""
    notes = programs.SYSTEM_FOLDER.glob("*/home") if os.geteuid() == 0 else ()
    return [note.parent for note in notes if not Path(note.read_text(encoding="utf-8"), "postgres").exists()]


def own_folder(path: Path, account: Account | None) -> Path:
    """A folder with mode 0700 that belongs to the server's account, made when new and refused when a stranger's."""
    path.mkdir(mode=0o700, exist_ok=True)
    owner = account.uid if account else os.geteuid()
    if account and path.lstat().st_uid == os.geteuid() and not any(path.iterdir()):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner or status.st_mode & 0o077:
        raise PostgresRefused(f"{path} belongs to somebody else or is open to others; remove it and start again.")
    return path


def write_own(path: Path, text: str, account: Account | None) -> None:
    """A closed file of the server's account. Never opened when it exists: the account might have laid a link there."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        if account:
            os.fchown(file.fileno(), account.uid, account.gid)
