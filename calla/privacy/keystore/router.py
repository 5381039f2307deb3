from __future__ import annotations

from typing import Any

KEYS = "keys"


class KeysApart:
    """Sends the keystore to its own database and everything else to the shop's."""

    def db_for_read(self, model: type, **hints: Any) -> str:
        return KEYS if model._meta.app_label == "keystore" else "default"  # type: ignore[attr-defined]

    db_for_write = db_for_read

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return bool((first._meta.app_label == "keystore") == (second._meta.app_label == "keystore"))

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db == KEYS) == (app_label == "keystore")
