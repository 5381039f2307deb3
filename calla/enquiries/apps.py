from django.apps import AppConfig


class EnquiriesConfig(AppConfig):
    name = "calla.enquiries"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from calla.enquiries import letters  # noqa: F401  (registers the letters)
