from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "calla.orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from calla.orders import letters, services  # noqa: F401  (registers the letters)
        from calla.privacy.services import BEFORE_STOPPING

        BEFORE_STOPPING.append(services.follow_pause)
