from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    name = "calla.checkout"

    def ready(self) -> None:
        from calla.checkout import services
        from calla.orders.services import AFTER_PLACING

        AFTER_PLACING.append(services.close_cart)
