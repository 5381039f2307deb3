from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Has no models; its one migration makes the table of the cache."""

    name = "calla.kernel"
    default_auto_field = "django.db.models.BigAutoField"
