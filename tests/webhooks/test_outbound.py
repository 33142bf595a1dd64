"""Where a request may go, and what a hostile receiver can do with one."""

import datetime
import socket
import ssl
import threading
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sunseal.kit import outbound
from sunseal.kit.outbound import Reach, Target, Undelivered, post
from tests.webhooks import receiver as receivers
from tests.webhooks.receiver import Receiver, with_status

INSIDE = {
    "this machine": "127.0.0.1",
    "this machine, another spelling": "127.8.8.8",
    "a cloud's metadata": "169.254.169.254",
    "a private network": "10.0.0.7",
    "a private network of 172": "172.16.5.4",
    "a home": "192.168.1.1",
    "a carrier's network": "100.64.0.1",
    "no address": "0.0.0.0",
    "everybody": "255.255.255.255",
    "a group": "224.0.0.1",
    "documentation": "192.0.2.1",
    "this machine in IPv6": "::1",
    "no address in IPv6": "::",
    "a link in IPv6": "fe80::1",
    "a private network in IPv6": "fd00::1",
    "a group in IPv6": "ff02::1",
    "a site in IPv6, as it once was": "fec0::1",
    "IPv4 in IPv6, as it once was": "::10.0.0.7",
    "IPv4 in IPv6": "::ffff:10.0.0.7",
    "this machine in IPv6 in IPv4": "::ffff:127.0.0.1",
    "metadata behind NAT64": "64:ff9b::a9fe:a9fe",
    "metadata behind NAT64 of one's own": "64:ff9b:1::a9fe:a9fe",
    "metadata behind 6to4": "2002:a9fe:a9fe::1",
    "behind Teredo": "2001:0:a9fe:a9fe::1",
}


@pytest.mark.parametrize("address", INSIDE.values(), ids=INSIDE.keys())
def test_no_request_goes_inside(address: str) -> None:
    assert not Reach.PUBLIC.allows(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "223.5.5.5", "2606:4700:4700::1111"])
def test_the_public_network_is_open(address: str) -> None:
    assert Reach.PUBLIC.allows(ip_address(address))


def test_the_setting_opens_this_machine_and_nothing_else() -> None:
    open_ = {name for name, each in INSIDE.items() if Reach.LOOPBACK.allows(ip_address(each))}
    assert open_ == {name for name in INSIDE if name.startswith("this machine")}


def send(url: str, reach: Reach = Reach.LOOPBACK) -> None:
    post(Target.parse(url), {"Content-Type": "application/json"}, b"{}", reach)


def refused(url: str, reach: Reach = Reach.LOOPBACK) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        send(url, reach)
    return caught.value


def answering(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Names are looked up by whoever owns them: each question gets the next answer."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *rest: Any, **more: Any) -> list[Any]:
        if not host.endswith(".com"):
            return list(real(host, port, *rest, **more))
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_a_name_that_leads_inside_is_refused_before_a_connection(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, ["127.0.0.1"])
    named = receiver.url.replace("127.0.0.1", "hooks.example.com")
    assert refused(named, Reach.PUBLIC).fault == "address"
    assert receiver.received == []


def test_one_address_inside_beside_a_public_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, ["1.1.1.1", "10.0.0.7"])
    assert refused("https://hooks.example.com/", Reach.PUBLIC).fault == "address"


def test_a_name_is_looked_up_once(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: judged by the first answer, connected by the second."""
    asked = answering(monkeypatch, ["127.0.0.1"], ["10.0.0.7"])
    send(receiver.url.replace("127.0.0.1", "hooks.example.com"))
    assert asked == ["hooks.example.com"]
    assert receiver.last().headers["host"].startswith("hooks.example.com")


def test_a_name_is_reached_at_any_of_its_addresses(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, ["127.9.9.9", "127.0.0.1"])
    send(receiver.url.replace("127.0.0.1", "hooks.example.com"))
    assert len(receiver.received) == 1


def test_no_redirect_is_followed(receiver: Receiver) -> None:
    for place in ("http://169.254.169.254/latest/meta-data/", receiver.url):
        receiver.answer = with_status(302, Location=place)
        fault = refused(receiver.url)
        assert (fault.fault, fault.status) == ("status", 302)
    assert len(receiver.received) == 2


def test_no_proxy_is_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    send(receiver.url)
    assert len(receiver.received) == 1


@pytest.mark.parametrize("status", [199, 301, 400, 404, 410, 429, 500, 503])
def test_what_is_no_success(receiver: Receiver, status: int) -> None:
    receiver.answer = with_status(status)
    fault = refused(receiver.url)
    assert fault.fault in ("status", "answer")


def test_headers_without_end_are_cut_off(receiver: Receiver) -> None:
    receiver.answer = receivers.endless
    assert refused(receiver.url).fault == "answer"


def test_a_huge_answer_is_not_read(receiver: Receiver) -> None:
    receiver.answer = with_status(200, **{"X-Size": "1"})
    send(receiver.url)

    def huge(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n" + bytes(9))

    receiver.answer = huge
    send(receiver.url)


def test_a_slow_answer_ends_with_the_time_for_all_of_it(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "SECONDS", 0.4)
    receiver.answer = receivers.slow
    assert refused(receiver.url).fault == "time"


def test_an_answer_that_is_no_http(receiver: Receiver) -> None:
    receiver.answer = receivers.no_http
    assert refused(receiver.url).fault == "answer"


def test_nobody_there() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert refused(f"http://127.0.0.1:{port}/").fault == "connection"


def test_a_certificate_of_nobody_is_refused(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def once() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    context.wrap_socket(connection, server_side=True)
                except OSError:
                    return

        thread = threading.Thread(target=once)
        thread.start()
        assert refused(f"https://127.0.0.1:{port}/").fault == "certificate"
        thread.join()


def self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)  # noqa: TID251 - a certificate's own time
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(
    "url",
    [
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "https:///nowhere",
        "https://user:secret@hooks.example.com/",
        "https://hooks.example.com\\@10.0.0.7/",
        "https://hooks.example.com:port/",
        "https://hooks.example.com:99999/",
        "https://[::1/",
        "https://例子.cn/",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/\r\nHost: x",
        "hooks.example.com",
        "",
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(ValueError):
        Target.parse(url)
