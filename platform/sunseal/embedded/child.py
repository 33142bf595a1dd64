"""Becomes a server: run as `python -I -S child.py PARENT UID GID PROGRAM ARGUMENT…`.

Standard library only. It stands between fork and exec in a process of its own, because code that
runs in a fork of a process with threads may hang. Its pid becomes the server's.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    """Have the kernel send SIGINT, an orderly stop for both servers, when the parent is gone."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGINT))
    if os.getppid() != parent:  # it went before the kernel was told
        sys.exit("The process that started this server has gone.")


def become(uid: int, gid: int) -> None:
    if os.geteuid() != uid:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


def main(parent: str, uid: str, gid: str, *command: str) -> None:
    os.umask(0o077)
    # A shell has its background programs ignore it, which a child would inherit and never stop.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    become(int(uid), int(gid))
    die_with(int(parent))  # after the change of account, which would clear it
    os.execv(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
