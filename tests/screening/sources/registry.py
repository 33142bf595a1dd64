"""A registry of bribery records over HTTPS with certificates on both sides, and its bad days."""

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sunseal.screening.sources.http_registry import Access

PAGE = 2
FROM, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)


def record(number: int, **changes: str) -> dict[str, str]:
    made = {
        "reference": f"J-{number}",
        "subject": "company",
        "name": f"查无此人{number}有限公司",
        "severity": "bar",
        "reason": "单位行贿罪",
        "effective_from": "2020-01-01",
    }
    return made | changes


@dataclass
class Registry:
    """What it publishes, and what goes wrong with it at present: `mood` names one of MOODS."""

    records: list[dict[str, str]]
    published_at: datetime
    version: str = "1"
    mood: str = "well"
    asked: int = 0
    url: str = ""
    # Every request as it came, line and headers.
    requests: list[str] = field(default_factory=list)

    def page(self, start: int) -> dict[str, Any]:
        following = start + PAGE
        more = following < len(self.records)
        return {
            "version": self.version,
            "published_at": self.published_at.isoformat(),
            "total": len(self.records),
            "records": self.records[start:following],
            "next": str(following) if more else None,
        }

    def body(self, start: int) -> bytes:
        page = self.page(start)
        match self.mood:
            case "empty":
                page |= {"total": 0, "records": [], "next": None}
            case "truncated":
                page |= {"next": None}
            case "replaced" if start:
                page |= {"version": "2"}
            case "bad row":
                page["records"] = [each | {"effective_from": "then"} for each in page["records"]]
            case "id card":
                page["records"] = [
                    each | {"reference": "110101199003070118"} for each in page["records"]
                ]
            case "corrupt":
                return json.dumps(page).encode()[:-9]
            case "endless":
                page |= {"next": "0"}
        return json.dumps(page).encode()


class _Handler(BaseHTTPRequestHandler):
    registry: Registry
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        registry = self.registry
        registry.asked += 1
        registry.requests.append(f"{self.requestline}\n{self.headers}")
        query = parse_qs(urlsplit(self.path).query)
        start = int(query.get("cursor", ["0"])[0])
        if registry.mood == "busy" or (registry.mood == "busy once" and registry.asked == 1):
            self.send_response(503)
            self.send_header("Retry-After", "1")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if registry.mood == "forbidden":
            self.send_response(403)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if registry.mood == "cut":
            self.close_connection = True
            self.connection.close()
            return
        if registry.mood == "slow":
            time.sleep(2.5)
        body = registry.body(start)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hangs up is one of the tests."""


@contextmanager
def serving(registry: Registry, folder: Path) -> Iterator[Registry]:
    """Serves on a port of its own, and lets in who has a certificate of `folder`'s authority."""
    handler = type("Handler", (_Handler,), {"registry": registry})
    server = _Server(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    context.load_verify_locations(folder / "registry-ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    registry.url = f"https://127.0.0.1:{server.server_port}"
    try:
        yield registry
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def access(registry: Registry, folder: Path, **changes: Any) -> Access:
    values: dict[str, Any] = {"timeout": 5.0, "whole": 30.0} | changes
    return Access(
        registry.url,
        certificate=folder / "registry.pem",
        key=folder / "registry.key",
        authority=folder / "registry-ca.pem",
        **values,
    )


def certificates(folder: Path) -> None:
    """An authority with a server's and a client's certificate, and another's client."""
    folder.mkdir(exist_ok=True)
    authority, key = _authority("registry-ca")
    _write(folder / "registry-ca.pem", authority, None)
    _issue(folder, "server", authority, key)
    _issue(folder, "registry", authority, key)
    _issue(folder, "stranger", *_authority("other-ca"))


def _authority(name: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(name, name, key).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    builder = builder.add_extension(usage, critical=True)
    return builder.sign(key, hashes.SHA256()), key


def _issue(
    folder: Path, name: str, authority: x509.Certificate, by: ec.EllipticCurvePrivateKey
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = authority.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    builder = _builder(name, str(issuer), key).add_extension(names, critical=False)
    builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False
    )
    _write(folder / f"{name}.pem", builder.sign(by, hashes.SHA256()), None)
    _write(folder / f"{name}.key", None, key)


def _builder(name: str, issuer: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().public_key(key.public_key())
    builder = builder.subject_name(_name(name)).issuer_name(_name(issuer))
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
    )
    return builder.not_valid_before(FROM).not_valid_after(UNTIL + timedelta(days=1))


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _write(
    path: Path, certificate: x509.Certificate | None, key: ec.EllipticCurvePrivateKey | None
) -> None:
    if certificate is not None:
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    if key is not None:
        form = serialization.PrivateFormat.PKCS8
        path.write_bytes(
            key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        )
