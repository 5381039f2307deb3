from django.apps import AppConfig


class PrivacyCentreConfig(AppConfig):
    name = "calla.privacycentre"

    def ready(self) -> None:
        from calla.kernel import links

        links.register("policy", "/privacy")
