from django.apps import AppConfig

ADDRESSES = {
    "home": "/",
    "collections": "/collections",
    "search": "/search",
    "bag": "/cart",
    "lookup": "/orders/lookup",
    "order": "/orders/{token}",
    "returned": "/orders/{payment}/returned",
    "cart": "/cart/{token}",
    "checkout": "/checkout/{token}",
}


class StorefrontConfig(AppConfig):
    name = "calla.storefront"

    def ready(self) -> None:
        from calla.kernel import frame, links
        from calla.storefront import stored
        from calla.storefront.menu import collections

        frame.offer(collections)
        for name, pattern in ADDRESSES.items():
            links.register(name, pattern)
        stored.declare()
