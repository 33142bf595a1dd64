"""Ports on loopback that nobody listens on."""

import socket

LOOPBACK = "127.0.0.1"


def free(count: int, wanted: int | None = None) -> list[int]:
    """`count` ports: from `wanted` on where those are free, else any."""
    if wanted is not None:
        ports = [wanted + offset for offset in range(count)]
        if all(map(_is_free, ports)):
            return ports
    # Held together, so that the same one is not given twice.
    held = [socket.socket() for _ in range(count)]
    try:
        for each in held:
            each.bind((LOOPBACK, 0))
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()


def _is_free(port: int) -> bool:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
