"""What the web server calls."""

import multiprocessing
import os

from django.core.wsgi import get_wsgi_application

from calla.kernel.processes import die_with_parent

server = multiprocessing.parent_process()
if served := server is not None:
    # A web process whose server was killed would go on holding the port, and so would one that is still loading then.
    die_with_parent(server.pid)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "calla.config.settings")
_shop = get_wsgi_application()

from calla.config.stored import follow_changes, stored  # noqa: E402  once Django is set up
from calla.kernel import assets  # noqa: E402
from calla.kernel.http import in_one_piece, owned_up  # noqa: E402
from calla.storefront.outages import last_resort  # noqa: E402

_store = stored(in_one_piece(owned_up(_shop)))
if served:
    assets.prepare()  # before anybody asks, and waits
    follow_changes(_store)

application = last_resort(_store)
