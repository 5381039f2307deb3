"""What the web server calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "calla.config.settings")
_shop = get_wsgi_application()

from calla.config.stored import follow_changes, stored  # noqa: E402  once Django is set up
from calla.kernel import assets  # noqa: E402
from calla.kernel.http import in_one_piece  # noqa: E402
from calla.kernel.webserver.program import Served  # noqa: E402
from calla.storefront.outages import last_resort  # noqa: E402

_store = stored(in_one_piece(_shop))
application = last_resort(_store)


def served() -> Served:
    """For a web process of its own: all is made before anybody asks, and waits."""
    assets.prepare()
    follow_changes(_store)
    return Served(application, _store.at_hand)
