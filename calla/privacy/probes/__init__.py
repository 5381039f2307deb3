"""What this app promises, tried."""

from calla.privacy.probes import cookies, letters, precautions, rights, shown, versions

__all__ = ["cookies", "letters", "precautions", "rights", "shown", "versions"]
