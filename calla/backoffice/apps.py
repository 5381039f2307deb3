from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    name = "calla.backoffice"
