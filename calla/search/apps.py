from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "calla.search"
    default_auto_field = "django.db.models.BigAutoField"
