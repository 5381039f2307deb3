from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "calla.privacy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from calla.privacy import checks, registry  # noqa: F401  (registers the precautions)

        registry.collect()
