from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "calla.customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from calla.customers import precautions  # noqa: F401  (registers them)
