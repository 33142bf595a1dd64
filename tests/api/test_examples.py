"""docs/api.md is true: its examples are run in order against a real server, output by output.

What other parties do between two examples, the page says in a comment: `meanwhile: …`.
"""

import contextlib
import io
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from sunseal_crypto import terms
from sunseal_tasks import custody, errands, webhooks
from sunseal_tasks.outbox import sweep
from sunseal_tasks.workshop import Workshop
from tests.opening.world import make_world
from tests.support.custodians import hold
from tests.support.database import maker
from tests.web.firm_at_work import log_certificate
from tests.web.site import Site, serving
from tests.webhooks.receiver import Receiver, receiving

PAGE = Path(__file__).parents[2] / "docs/api.md"
EXAMPLE = re.compile(
    r"(?:<!-- meanwhile: (?P<meanwhile>\w+) -->\n)?"
    r"```(?P<language>sh|python) run\n(?P<code>.*?)^```\n```text\n(?P<output>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
RUN = re.compile(r"^```(?:sh|python) run$", re.MULTILINE)
END = "the example has ended"


@dataclass(frozen=True)
class Example:
    language: str
    code: str
    output: str
    meanwhile: str

    def check(self, said: str) -> None:
        """`…` on the page stands for whatever differs from run to run."""
        wanted = re.escape(self.output.strip()).replace("…", ".+")
        assert re.fullmatch(wanted, said.strip()), f"{self.code}\nsaid: {said}"


def examples() -> list[Example]:
    found = EXAMPLE.finditer(PAGE.read_text("utf-8"))
    return [
        Example(one["language"], one["code"], one["output"], one["meanwhile"] or "")
        for one in found
    ]


class Shell:
    """One shell for all examples, so that what one exports the next one has."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._shell = subprocess.Popen(
            ["sh"],
            cwd=folder,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str) -> str:
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.write(f"{code}\necho '{END}'\n")
        self._shell.stdin.flush()
        lines: list[str] = []
        for line in self._shell.stdout:
            if line.strip() == END:
                return "".join(lines)
            lines.append(line)
        raise AssertionError(f"the shell ended: {code}")

    def exported(self) -> dict[str, str]:
        pairs = (line.partition("=") for line in self.run("env").splitlines())
        return {name: value for name, sign, value in pairs if sign}

    def close(self) -> None:
        assert self._shell.stdin is not None
        self._shell.stdin.close()
        self._shell.wait()
        assert self._shell.stdout is not None
        self._shell.stdout.close()


@dataclass
class Others:
    """Custodians and the worker, who do their part when the page says so."""

    site: Site

    def tick(self) -> None:
        self.site.tick()

    def deliver(self) -> None:
        self._work(webhooks.JOBS)

    def publish(self) -> None:
        self._work({}, custody.TASKS)

    def ceremony(self) -> None:
        """All custodians take part, and what they signed is kept."""
        world = self.site.world
        [[ceremony, agreed]] = world.rows(
            "select id, terms from custody.ceremony where tender_id <> %s", world.tender
        )
        custodians = world.guards[: len(world.roster.custodians)]
        council = hold(custodians, world.council.roster_bytes, terms.parse(bytes(agreed)))
        world.rows(
            "update custody.ceremony set state = 'complete', session = %s, certificate = %s"
            " where id = %s",
            council.session,
            council.certificate,
            ceremony,
        )

    def _work(self, jobs: Any, units: Any = ()) -> None:
        world = self.site.world
        shop = Workshop(world.settings, world.work, world.storage, world.keys)
        sent: list[Any] = []
        sweep(shop, lambda name, args: sent.append((name, args)))
        for name, (argument, errand) in sent:
            if argument is None and name in jobs:
                errands.do_job(shop, jobs[name], errands.NOTHING, errand)
            elif argument is None and name in units:
                errands.do_unit(shop, units[name], errands.NOTHING, errand)


@pytest.fixture
def site(embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with maker(embedded, template) as make:
        world = make_world(make(), tmp_path_factory.mktemp("site"))
        world.settings = replace(world.settings, webhook_loopback=True)
        log_certificate(world)
        with serving(world) as made:
            yield made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def test_every_example_says_what_comes_back() -> None:
    assert len(examples()) == len(RUN.findall(PAGE.read_text("utf-8"))) > 15


@pytest.mark.parametrize(
    ("said", "fits"), [('{"a":1}', True), ('{"a":2}', False), ("", False), ('{"a":1}\nmore', False)]
)
def test_an_output_that_differs_is_found(said: str, fits: bool) -> None:
    example = Example("sh", "", '{"a":1}\n', "")
    with contextlib.nullcontext() if fits else pytest.raises(AssertionError):
        example.check(said)


def test_the_examples_run_in_order(
    site: Site, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (shutil.which("curl") and shutil.which("jq")):
        pytest.skip("the page's examples need curl and jq")
    monkeypatch.chdir(tmp_path)
    environment = {
        "SUNSEAL": site.url,
        "ROSTER": str(site.world.settings.roster),
        "PARTY": site.staff("tendering_party", "江湾区水务局"),
        "RECEIVER": receiver.url,
    }
    shell, others = Shell(tmp_path, environment), Others(site)
    names: dict[str, Any] = {}
    try:
        for example in examples():
            if example.meanwhile:
                getattr(others, example.meanwhile)()
            example.check(run(example, shell, names, monkeypatch.setenv))
    finally:
        shell.close()
        if "api" in names:
            names["api"].close()
    # What the page's own receiver would have been sent verifies by the page's own code.
    [message] = receiver.received
    secret = re.findall(r"whsec_[^\"]+", (tmp_path / "webhook.json").read_text())[0]
    names["verify"](secret, message.headers, message.body)
    with pytest.raises(ValueError, match="not signed"):
        names["verify"](secret, message.headers, message.body + b" ")


def run(
    example: Example, shell: Shell, names: dict[str, Any], setenv: Callable[[str, str], None]
) -> str:
    if example.language == "sh":
        return shell.run(example.code)
    for name, value in shell.exported().items():
        setenv(name, value)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(example.code, str(PAGE), "exec"), names)
    return said.getvalue()
