"""What the web server calls."""

import multiprocessing

from django.core.wsgi import get_wsgi_application

from calla.kernel.processes import die_with_parent

if multiprocessing.parent_process() is not None:
    die_with_parent()  # a web process whose server was killed would go on holding the port

application = get_wsgi_application()
