"""A worker's own beat ends with it, also by kill -9.

Left alone it would go on asking, beside the one of the worker that is started next.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent(**_: object) -> None:
    """Has the kernel end this process once its parent is gone. Linux alone has a word for it."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    # The parent may have gone before it was asked for: then somebody else has taken us over.
    if os.getppid() == 1:
        os._exit(1)
