"""Child processes that never outlive whoever started them."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable


def follow_into_death(with_signal: signal.Signals) -> Callable[[], None] | None:
    """For `preexec_fn`: the child gets this signal when the thread that started it ends, however it ends."""
    if not sys.platform.startswith("linux"):
        return None
    library, parent, set_death_signal = ctypes.CDLL(None), os.getpid(), 1

    def in_the_child() -> None:
        library.prctl(set_death_signal, int(with_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died before we had asked
            os._exit(1)

    return in_the_child
