"""A browser at the pages of the door: it keeps cookies, sends forms, and holds an authenticator."""

from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID

from sunseal.web import csrf
from tests.organizations.doors import Door
from tests.support.authenticator import TRUTH, Authenticator, Lies
from tests.support.service import PASSWORD

HERE = {"origin": "http://localhost", "host": "localhost"}
OWN = "/account/factors"
ENTER, SECOND = "/sign-in/passkey", "/sign-in/code/passkey"
ENROL, ADD = "/sign-in/enrolment/passkey", f"{OWN}/passkey"
# What refused answers say.
WRONG, OVER = "opens nothing here", "was used already"


@dataclass
class Browser:
    """`kept` are its cookies by name."""

    door: Door
    authenticator: Authenticator
    kept: dict[str, str] = field(default_factory=dict)

    @classmethod
    def new(cls, door: Door, *, counts: bool = True) -> "Browser":
        return cls(door, Authenticator(door.settings.public_url, counts))

    def elsewhere(self) -> "Browser":
        """Another browser in which the same authenticator is used."""
        return Browser(self.door, self.authenticator)

    def request(self, method: str, path: str, form: Any = None, **headers: str) -> Any:
        token = {"csrf": csrf.token_of(self.kept.get("session"))}
        cookie = "; ".join(f"{name}={value}" for name, value in self.kept.items())
        self.door.client.cookies.clear()
        answer = self.door.client.request(
            method,
            path,
            data=token | (form or {}) if method == "POST" else None,
            headers=HERE | {"cookie": cookie, "accept-language": "en"} | headers,
            follow_redirects=False,
        )
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.kept.pop(name, None)
                else:
                    self.kept[name] = morsel.value
        return answer

    def get(self, path: str) -> Any:
        return self.request("GET", path)

    def post(self, path: str, **form: str) -> Any:
        return self.request("POST", path, form)

    def password(self, email: str) -> Any:
        return self.post("/sign-in", email=email, password=PASSWORD)

    def ask(self, path: str) -> dict[str, Any]:
        answer = self.post(f"{path}/ask")
        assert answer.status_code == 200, answer.text
        asked: dict[str, Any] = answer.json()
        return asked

    def add(self, path: str = ADD, lies: Lies = TRUTH, label: str = "") -> Any:
        return self.post(path, answer=self.authenticator.create(self.ask(path), lies), label=label)

    def show(self, path: str = ENTER, lies: Lies = TRUTH) -> Any:
        return self.post(path, answer=self.authenticator.show(self.ask(path), lies))

    @property
    def person(self) -> UUID:
        """Whom the authenticator keeps its first passkey for."""
        return UUID(bytes=self.authenticator.held[0].handle)

    @property
    def email(self) -> str:
        """That person's address."""
        query = "select email from registry.person where id = %s"
        return str(self.door.rows(query, self.person)[0][0])

    @property
    def is_in(self) -> bool:
        return "session" in self.kept and self.get("/account").status_code == 200


def clerk(door: Door, *, counts: bool = True) -> Browser:
    """Somebody of a centre who has signed in for the first time and added a passkey."""
    browser = Browser.new(door, counts=counts)
    assert browser.password(door.clerk()).headers["location"].startswith("/sign-in/enrolment")
    answer = browser.add(ENROL)
    assert answer.status_code == 200, answer.text
    return browser


def firm(door: Door, email: str = "") -> Browser:
    """Somebody of a firm who has signed in and added a passkey."""
    browser = Browser.new(door)
    assert browser.password(email or door.firm()).headers["location"] == "/firm"
    assert browser.add().status_code == 200
    return browser
