from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "calla.orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from calla.orders import letters  # noqa: F401  (registers the letters)
