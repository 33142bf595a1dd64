"""Alerts leave by mail and by signed post, again when they failed, and once when they did not."""

import email
import email.policy
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from uuid import UUID

import pytest

from sunseal.keys import Keys
from sunseal.kit import webhook
from sunseal.kit.outbound import Undelivered
from sunseal.storage import Storage
from sunseal.supervision import senders, service
from sunseal_tasks import supervision as tasks
from sunseal_tasks.workshop import Workshop
from tests.supervision.world import World
from tests.support.database import settings_for

KEY = b"twenty-four bytes or more"
SECRET = webhook.shown(KEY)


@dataclass
class Inbox:
    """What arrived, as it arrived; `status` is what the next ones are answered."""

    url: str = ""
    status: int = 200
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def hook() -> Iterator[Inbox]:
    inbox = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            inbox.received.append((dict(self.headers), body))
            self.send_response(inbox.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server, serving(server):
        inbox.url = f"http://127.0.0.1:{server.server_port}/hook"
        yield inbox


@pytest.fixture
def post_office() -> Iterator[Inbox]:
    """As much of RFC 5321 as a client needs."""
    inbox = Inbox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            rcpt: list[str] = []
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    body = b""
                    while (more := self.rfile.readline()) != b".\r\n":
                        body += more
                    inbox.received.append(({"rcpt": " ".join(rcpt)}, body))
                elif verb == b"RCPT":
                    rcpt.append(line.decode().strip())
                self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
                if verb == b"QUIT":
                    return

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server, serving(server):
        inbox.url = f"smtp://127.0.0.1:{server.server_address[1]}"
        yield inbox


@pytest.fixture
def shop(shared: World, tmp_path: Path, hook: Inbox, post_office: Inbox) -> Workshop:
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    settings = replace(
        settings_for(shared.database, tmp_path),
        smtp_url=post_office.url,
        mail_from="sunseal@example.cn",
        webhook_url=hook.url,
        webhook_secret=secret,
    )
    keys = Keys(settings.keys, settings.origin)
    return Workshop(settings, shared.log.work, Storage(settings.storage_url), keys)


def alerts_of(world: World, cause: UUID) -> dict[str, UUID]:
    query = "select channel, id from supervision.alert where cause = :c"
    return dict(world.log.rows(query, c=cause))  # type: ignore[arg-type]


def propose(world: World, shop: Workshop) -> dict[str, UUID]:
    tender = world.tender()
    with world.unit("operator") as uow:
        proposal = service.propose(uow, tender, "第一建筑有限公司 cannot upload").id
    tasks.announce(shop, proposal)
    return alerts_of(world, proposal)


def test_supervisors_get_one_mail_that_names_no_bidder(
    shared: World, shop: Workshop, post_office: Inbox
) -> None:
    alert = propose(shared, shop)["email"]
    tasks.alert(shop, alert)
    tasks.alert(shop, alert)
    [(envelope, body)] = post_office.received
    assert "supervisor@example.cn" in envelope["rcpt"]
    assert "operator@example.cn" not in envelope["rcpt"]
    message = email.message_from_bytes(body, policy=email.policy.default)
    text = str(message["Subject"]) + str(message.get_content())  # type: ignore[attr-defined]
    assert "break-glass" in text
    assert "第一建筑" not in text


def test_a_post_is_signed_with_its_time_and_sent_again_until_it_is_taken(
    shared: World, shop: Workshop, hook: Inbox
) -> None:
    alert = propose(shared, shop)["webhook"]
    hook.status = 503
    with pytest.raises(Undelivered):
        tasks.alert(shop, alert)
    hook.status = 204
    tasks.alert(shop, alert)
    tasks.alert(shop, alert)
    assert len(hook.received) == 2
    headers, body = hook.received[-1]
    name, time = headers["webhook-id"], headers["webhook-timestamp"]
    assert headers["webhook-signature"] == webhook.sign(KEY, name, time, body)
    assert headers["webhook-signature"] != webhook.sign(KEY, name, str(int(time) + 1), body)
    assert json.loads(body)["data"]["alert"] == str(alert)
    assert "第一建筑" not in body.decode()


@pytest.mark.parametrize("secret", ["whsec_c2hvcnQ=", "twenty-four bytes or more", "whsec_?"])
def test_a_short_or_misspelt_secret_signs_nothing(
    shared: World, shop: Workshop, hook: Inbox, secret: str
) -> None:
    assert shop.settings.webhook_secret is not None
    shop.settings.webhook_secret.write_text(secret)
    with pytest.raises(senders.SecretMalformed):
        tasks.alert(shop, propose(shared, shop)["webhook"])
    assert hook.received == []


def test_without_a_channel_nothing_waits(shared: World, shop: Workshop) -> None:
    quiet = replace(shop, settings=replace(shop.settings, smtp_url="", webhook_url=""))
    assert propose(shared, quiet) == {}


def test_a_round_lets_every_rule_look(shared: World, shop: Workshop) -> None:
    """One that fails keeps no other from it, and is heard of."""
    tender = shared.tender(notice=b"no notice")
    shop.__dict__["roster"] = shared.log.roster
    tasks.sweep(shop, tender)
    tasks.sweep(shop, tender)
    query = "select count(*) from supervision.finding where tender_id = :t"
    assert shared.log.rows(query, t=tender) == [(1,)]
    shop.__dict__["roster"] = None
    shared.log.tick()
    for _ in range(3):
        shared.log.tick()
        shared.log.cosign(1)
    other = shared.tender(notice=b"no notice")
    with pytest.raises(ExceptionGroup, match="rules failed"):
        tasks.sweep(shop, other)
    assert shared.log.rows(query, t=other) == [(1,)]
