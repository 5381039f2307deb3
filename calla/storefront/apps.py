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
        from calla.kernel import links
        from calla.storefront import stored

        for name, pattern in ADDRESSES.items():
            links.register(name, pattern)
        stored.declare()
