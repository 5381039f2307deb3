from django.apps import AppConfig

ADDRESSES = {
    "policy": "/privacy",
    "proof": "/privacy/proof",
    "history": "/privacy/history",
    "choices": "/privacy/choices",
    "security": "/privacy/security",
    "from_us": "/from-us",
    "mine": "/privacy/mine",
    "my_data": "/privacy/mine/{token}",
    "my_erasure": "/privacy/mine/{token}/erasure",
    "my_corrections": "/privacy/mine/{token}/corrections",
    "my_correction": "/privacy/mine/{token}/corrections/{thing}/{part}",
    "my_address": "/privacy/mine/{token}/address",
    "new_address": "/privacy/address/{token}",
    "my_search": "/privacy/erasure/{number}",
    "receipt": "/privacy/receipt",
    "my_uses": "/privacy/mine/{token}/uses",
    "my_copy": "/privacy/mine/{token}/copy.{form}",
    "policy_as_data": "/.well-known/privacy-policy.json",
}


class PrivacyCentreConfig(AppConfig):
    name = "calla.privacycentre"

    def ready(self) -> None:
        from calla.kernel import frame, links, pagestore
        from calla.privacycentre import letters, pages  # noqa: F401  (registers the letters)

        for name, pattern in ADDRESSES.items():
            links.register(name, pattern)
        frame.offer(pages.rights, place="rights")
        for address in ("/privacy", "/privacy/proof", "/privacy/security", "/privacy/history", "/privacy/history/{}"):
            pagestore.declare(address)
