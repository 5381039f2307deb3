from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    name = "calla.checkout"
