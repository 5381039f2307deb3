"""What the web server calls."""

import multiprocessing
import os

from django.core.wsgi import get_wsgi_application

from calla.kernel.processes import die_with_parent

if multiprocessing.parent_process() is not None:
    die_with_parent()  # a web process whose server was killed would go on holding the port

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "calla.config.settings")
_shop = get_wsgi_application()

from calla.storefront.outages import last_resort  # noqa: E402  once Django is set up

application = last_resort(_shop)
