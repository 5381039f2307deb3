"""`python -m calla.cli`, for whoever has no `calla` on the path."""

from calla.cli import main

main()
