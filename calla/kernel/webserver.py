"""granian as it is, but for one thing: what its processes have in common is made here, before it forks them.

    python -m calla.kernel.webserver --interface wsgi …
"""

from granian.cli import entrypoint

from calla.kernel import salt

if __name__ == "__main__":
    salt.keep()
    entrypoint()  # type: ignore[no-untyped-call]
