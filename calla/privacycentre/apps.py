from django.apps import AppConfig

ADDRESSES = {
    "policy": "/privacy",
    "proof": "/privacy/proof",
    "history": "/privacy/history",
    "choices": "/privacy/choices",
    "from_us": "/from-us",
    "policy_as_data": "/.well-known/privacy-policy.json",
}


class PrivacyCentreConfig(AppConfig):
    name = "calla.privacycentre"

    def ready(self) -> None:
        from calla.kernel import links, pagestore

        for name, pattern in ADDRESSES.items():
            links.register(name, pattern)
        for address in ("/privacy", "/privacy/proof", "/privacy/history", "/privacy/history/{}"):
            pagestore.declare(address)
