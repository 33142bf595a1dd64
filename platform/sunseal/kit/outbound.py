"""Requests to addresses that somebody else typed.

A name is looked up once, every address it has is judged, and the connection goes to one of those
that were judged: a name that answers otherwise the second time (DNS rebinding) gains nothing.
Nothing of an answer is read but its status. No redirect is followed and no proxy asked.
"""

import logging
import re
import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

SECONDS = 15.0
# Of status line and headers; whoever answers at greater length is cut off.
MAX_ANSWER = 32 << 10
PORTS = {"https": 443, "http": 80}
ADDRESS = re.compile(r"[!-~]+")
# All that IPv6 has of public addresses (IANA). Outside are translators, as NAT64, and what sites
# once had for themselves (RFC 3879), which the library takes for public.
GLOBAL = IPv6Network("2000::/3")
# Inside of it, addresses behind which a translator finds any of IPv4: 6to4, Teredo.
TRANSLATED = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))


# At its finest level the library names each host, which would say in our log who hears of what.
logging.getLogger("httpcore").setLevel(logging.WARNING)


class Undelivered(Exception):
    """`fault` is a fixed word and says nothing of the address: it is stored, and may be logged."""

    def __init__(self, fault: str, status: int | None = None) -> None:
        self.fault, self.status = fault, status
        super().__init__(f"The request was not taken: {fault}.")


@dataclass(frozen=True, slots=True)
class Target:
    """An address, taken apart once, so that no two readers of it find different hosts."""

    scheme: str
    host: str
    port: int
    path: str = field(repr=False)

    @classmethod
    def parse(cls, url: str) -> "Target":
        """Raises ValueError for anything but plain http and https addresses."""
        if not ADDRESS.fullmatch(url):
            raise ValueError("characters that no address has")
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc:
            raise ValueError("not http or https, no host, or a name and password")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme], path)


class Reach(Enum):
    """Which addresses a request may go to. `ANYWHERE` is for what the operator's settings name."""

    PUBLIC = "public"
    LOOPBACK = "loopback"
    ANYWHERE = "anywhere"

    def find(self, host: str, port: int) -> list[str]:
        """The addresses of a name. Raises Undelivered if one of them is not to be reached."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Undelivered("address") from None
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        # One private address beside public ones is an attempt, too.
        if not all(self.allows(ip_address(each.partition("%")[0])) for each in addresses):
            raise Undelivered("address")
        return addresses

    def allows(self, address: IPv4Address | IPv6Address) -> bool:
        if self is Reach.ANYWHERE:
            return True
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            return self.allows(address.ipv4_mapped)
        if address.is_loopback:
            return self is Reach.LOOPBACK
        if isinstance(address, IPv6Address) and (
            address not in GLOBAL or any(address in network for network in TRANSLATED)
        ):
            return False
        return address.is_global and not address.is_multicast


def post(target: Target, headers: dict[str, str], body: bytes, reach: Reach) -> None:
    """Raises Undelivered unless the answer's status is one of success, within SECONDS in all."""
    url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
    network = _Judged(reach, time.monotonic() + SECONDS)
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_trust(), network_backend=network) as pool,
            pool.stream("POST", url, headers=list(headers.items()), content=body) as answer,
        ):
            status = answer.status
    except httpcore.TimeoutException:
        raise Undelivered("time") from None
    except httpcore.ConnectError as error:
        raise Undelivered("certificate" if "CERTIFICATE" in str(error) else "connection") from None
    except httpcore.NetworkError:
        raise Undelivered("connection") from None
    except httpcore.ProtocolError:
        raise Undelivered("answer") from None
    if not 200 <= status < 300:
        raise Undelivered("status", status)


@cache
def _trust() -> ssl.SSLContext:
    """The authorities that certificates are held against, those of SSL_CERT_FILE if it is set.

    Reading them takes a while, so it is done once.
    """
    return httpx.create_ssl_context()


class _Judged(httpcore.NetworkBackend):
    """Connects to what `reach` allows, and to nothing after `until`."""

    def __init__(self, reach: Reach, until: float) -> None:
        self._reach, self._until = reach, until
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - ours is for all steps together
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        *others, last = self._reach.find(host, port)
        for address in others:
            try:
                return self._connect(address, port, local_address, socket_options)
            except httpcore.ConnectError:
                continue
        return self._connect(last, port, local_address, socket_options)

    def _connect(
        self,
        address: str,
        port: int,
        local_address: str | None,
        socket_options: Iterable[Any] | None,
    ) -> httpcore.NetworkStream:
        stream = self._plain.connect_tcp(
            address, port, _left(self._until), local_address, socket_options
        )
        return _Bounded(stream, self._until)


class _Bounded(httpcore.NetworkStream):
    """One byte every few seconds is no way to keep a worker, nor are headers without end."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream, self._until = stream, until
        self._read = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        data = self._stream.read(max_bytes, _left(self._until))
        self._read += len(data)
        if self._read > MAX_ANSWER:
            raise Undelivered("answer")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, _left(self._until))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: Any,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        wrapped = self._stream.start_tls(ssl_context, server_hostname, _left(self._until))
        return _Bounded(wrapped, self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(until: float) -> float:
    """Seconds. Raises Undelivered when there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise Undelivered("time")
    return left
