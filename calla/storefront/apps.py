from django.apps import AppConfig

ADDRESSES = {
    "home": "/",
    "collections": "/collections",
    "search": "/search",
    "bag": "/cart",
    "lookup": "/orders/lookup",
    "order": "/orders/{token}",
    "help": "/help",
    "contact": "/contact",
    "enquiry": "/contact/{token}",
    "returned": "/orders/{payment}/returned",
    "cart": "/cart/{token}",
    "checkout": "/checkout/{token}",
}


class StorefrontConfig(AppConfig):
    name = "calla.storefront"

    def ready(self) -> None:
        from calla.kernel import frame, links
        from calla.storefront import stored
        from calla.storefront.menu import asking, collections, offers_lookup

        frame.offer(collections)
        frame.offer(asking, place="help")
        for name, pattern in ADDRESSES.items():
            links.register(name, pattern, offered=offers_lookup if name == "lookup" else None)
        stored.declare()
