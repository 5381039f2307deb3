from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "calla.payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from calla.payments import letters  # noqa: F401  (registers the letter)
