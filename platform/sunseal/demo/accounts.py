"""The staff of an installation that serves for showing: one person for each authority.

Passwords are random, made once, and kept beside the installation for its owner alone.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec

from sunseal.database import Database, Role
from sunseal.organizations import service
from sunseal.organizations.repository import OrganizationRepository
from sunseal.organizations.service import NewPerson

PASSWORD_BYTES = 12


class Account(msgspec.Struct, frozen=True):
    """`kind` is the organization's kind and the person's role."""

    key: str
    kind: str
    organization: str
    person: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Office:
    """An authority before it has a password."""

    key: str
    kind: str
    organization: str
    person: str


STAFF = (
    Office("operator", "operator", "阳光封标运营中心", "运维"),
    Office("tendering-party", "tendering_party", "江湾区水务局", "周敏"),
    Office("agent", "agent", "正衡招标代理有限公司", "吴凡"),
    Office("clerk", "centre", "江湾区公共资源交易中心", "郑洁"),
    Office("supervisor", "supervisor", "江湾区行政监督办公室", "韩青"),
)


def make(path: Path, offices: tuple[Office, ...]) -> dict[str, Account]:
    """The accounts in the file `path`, which is written first when it is not there."""
    if not path.exists():
        accounts = [_account(office) for office in offices]
        unfinished = path.with_suffix(".new")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(accounts))
        unfinished.rename(path)
    kept = msgspec.json.decode(path.read_bytes(), type=list[Account])
    return {account.key: account for account in kept}


def register(work_url: str, accounts: dict[str, Account]) -> None:
    """Registers who is not yet, as `sunseal register-authority` does."""
    work = Database(work_url, pool_size=1)
    try:
        for account in accounts.values():
            person = NewPerson(account.person, account.email, account.password)
            with work.unit_as(Role.WORKER) as uow:
                if OrganizationRepository(uow.session).by_email(account.email) is None:
                    service.register_authority(uow, account.organization, account.kind, person)
    finally:
        work.close()


def issue_token(url: str, account: Account) -> str:
    """A long-lived token for the account's own program."""
    with httpx.Client(base_url=f"{url}/api/v1") as client:
        session = sign_in(url, account.email, account.password)
        headers = {"Authorization": f"Bearer {session}"}
        answer = client.post("/tokens", json={"label": "its daemon"}, headers=headers)
        answer.raise_for_status()
        return str(answer.json()["token"])


def sign_in(url: str, email: str, password: str) -> str:
    """The session's token."""
    form = {"email": email, "password": password}
    answer = httpx.post(f"{url}/api/v1/sessions", json=form, timeout=30)
    answer.raise_for_status()
    return str(answer.json()["token"])


def _account(office: Office) -> Account:
    return Account(
        key=office.key,
        kind=office.kind,
        organization=office.organization,
        person=office.person,
        email=f"{office.key}@example.cn",
        password=secrets.token_urlsafe(PASSWORD_BYTES),
    )
