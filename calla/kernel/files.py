"""Files written whole or not at all, most of them for their owner alone."""

import errno
import os
import secrets
from pathlib import Path


def private_folder(path: Path) -> Path:
    """The folder, made with mode 0700 when it is new; one that exists keeps its mode."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def write_private(path: Path, content: str | bytes) -> None:
    """Put it there with mode 0600; a reader sees the old file or the new one, never half of it."""
    _write_whole(path, content, 0o600)


def write_public(path: Path, content: bytes) -> None:
    """The same for what any visitor may fetch: a web server under another account can read it."""
    _write_whole(path, content, 0o644)


def _write_whole(path: Path, content: str | bytes, mode: int) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    _write_new(draft, content, mode)
    draft.replace(path)


def secret_file(path: Path) -> str:
    """The secret kept there, made when there is none yet. Raises OSError; an empty file is no secret."""
    if not path.exists():
        _make_once(path)
    secret = path.read_text(encoding="utf-8").strip()
    if not secret:
        raise OSError(errno.ENODATA, "is empty: restore it from its safe copy", str(path))
    return secret


def _make_once(path: Path) -> None:
    """Two processes may come at the same moment: the first link wins, and both read what it holds."""
    private_folder(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    _write_new(draft, secrets.token_urlsafe(32) + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _write_new(path: Path, content: str | bytes, mode: int = 0o600) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
