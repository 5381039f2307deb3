from django.apps import AppConfig

ADDRESSES = {"order": "/orders/{token}", "cart": "/cart/{token}", "checkout": "/checkout/{token}", "policy": "/privacy"}


class StorefrontConfig(AppConfig):
    name = "calla.storefront"

    def ready(self) -> None:
        from calla.kernel import links

        for name, pattern in ADDRESSES.items():
            links.register(name, pattern)
