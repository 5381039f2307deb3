from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KeystoreConfig(AppConfig):
    """The wrapped keys, in a database of their own: a copy of the shop's database opens nothing."""

    name = "calla.privacy.keystore"
    label = "keystore"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_first_root, sender=self)


def _first_root(using: str, **kwargs: Any) -> None:
    from calla.privacy import rotation

    rotation.ensure_root(using)
