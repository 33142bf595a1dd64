"""The containers as far as they can be judged without an engine: schema, accounts, settings."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sunseal.embedded import postgres
from sunseal.settings import Side

ROOT = Path(__file__).parent.parent
DOCKER = ROOT / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (DOCKER / "Dockerfile").read_text()


def test_compose_follows_the_published_schema() -> None:
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    shown = subprocess.run(
        [sys.executable, *command, DOCKER / "compose.yml"], capture_output=True, text=True
    )
    assert shown.returncode == 0, shown.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_no_privileges(name: str) -> None:
    service = SERVICES[name]
    assert service["user"] not in {"root", "0"}
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_roles_are_all_there() -> None:
    commands = {" ".join(service.get("command", [])[:2]) for service in SERVICES.values()}
    roles = {f"sunseal {role}" for role in ("web", "worker", "beat", "migrate")}
    assert roles <= commands
    assert SERVICES["web"]["deploy"]["replicas"] == 2
    assert sum(name.startswith("custodian") for name in SERVICES) == 3


@pytest.mark.parametrize("name", ["custodian-1", "custodian-2", "custodian-3", "witness"])
def test_a_custodian_reaches_only_the_proxy(name: str) -> None:
    service = SERVICES[name]
    assert service["networks"] == ["outside"]
    assert "secrets" not in service
    volumes = [volume.split(":")[0] for volume in service["volumes"]]
    assert volumes == [name, "./installation/roster"]


def test_only_the_migration_and_the_database_have_the_superusers_password() -> None:
    holders = {n for n, s in SERVICES.items() if "database_admin" in s.get("secrets", [])}
    assert holders == {"migrate", "database"}


LOGINS = {
    "web": {"database_desk", "database_box"},
    "worker": {"database_work"},
    "beat": set(),
    "proxy": set(),
    "broker": set(),
    "migrate": {"database_admin"},
}


@pytest.mark.parametrize("name", LOGINS)
def test_a_role_has_its_own_logins_alone(name: str) -> None:
    assert set(SERVICES[name].get("secrets", [])) == LOGINS[name]


@pytest.mark.parametrize(
    ("name", "side"), [("web", Side.WEB), ("worker", Side.WORKER), ("beat", Side.BEAT)]
)
def test_a_role_is_told_what_it_needs_and_no_more(name: str, side: Side) -> None:
    service = SERVICES[name]
    logins = {f"DATABASE_URL_{s.partition('_')[2].upper()}" for s in service.get("secrets", [])}
    told = set(service["environment"]) | logins
    assert set(side.value) <= told
    chosen = {
        "DATABASE_HOST",
        "SUNSEAL_DATABASE_LOG",
        "SUNSEAL_URL",
        "SUNSEAL_TICK_SECONDS",
        "FORWARDED_ALLOW_IPS",
    }
    assert told - set(side.value) <= chosen


def test_the_web_servers_have_no_key_of_the_log_and_none_of_the_worker() -> None:
    mounted = [volume.split(":")[0] for volume in SERVICES["web"]["volumes"]]
    assert [Path(each).name for each in mounted if "installation" in each] == [
        "roster",
        "promise.key",
    ]


def test_the_worker_reads_the_log_that_the_database_writes() -> None:
    switches = [s for s in SERVICES["database"]["command"] if s.startswith("-clog_directory=")]
    folder = switches[0].partition("=")[2]
    assert f"database-log:{folder}" in SERVICES["database"]["volumes"]
    assert f"database-log:{folder}:ro" in SERVICES["worker"]["volumes"]
    assert SERVICES["worker"]["environment"]["SUNSEAL_DATABASE_LOG"] == folder


@pytest.mark.parametrize(
    "name", ["proxy", "web", "worker", "database", "broker", "custodian-1", "witness"]
)
def test_what_can_fail_unseen_can_be_asked_for_its_health(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_whoever_is_waited_for_can_say_that_it_is_there() -> None:
    for service in SERVICES.values():
        for name, wait in service.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[name]


def test_both_ways_to_run_postgres_log_alike() -> None:
    switches = dict(s.removeprefix("-c").split("=", 1) for s in SERVICES["database"]["command"][1:])
    assert {name: switches.get(name) for name in postgres.LOGGING} == postgres.LOGGING


def test_both_ways_to_make_a_database_sort_and_search_alike() -> None:
    ours = (ROOT / "platform/sunseal/embedded/postgres.py").read_text()
    for option in SERVICES["database"]["environment"]["POSTGRES_INITDB_ARGS"].split():
        assert option in ours.replace("{ctype}", postgres.CHARACTER_TYPES[0])


def test_an_image_is_built_from_what_is_in_the_checkout() -> None:
    sources = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    let_through = (DOCKER / "Dockerfile.dockerignore").read_text().splitlines()
    for source in " ".join(sources).split():
        assert (ROOT / source).exists()
        assert f"!{source}" in let_through
    assert "--require-hashes" in DOCKERFILE


def entered(secrets: Path, variable: str) -> str:
    command = ["sh", DOCKER / "entrypoint", "sh", "-c", f'printf %s "${{{variable}-unset}}"']
    environment = {
        "SUNSEAL_SECRETS": str(secrets),
        "DATABASE_HOST": "database",
        "PATH": "/usr/bin:/bin",
    }
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return shown.stdout


def test_a_role_gets_the_logins_whose_secrets_it_has(tmp_path: Path) -> None:
    (tmp_path / "database_box").write_text("0a1b")
    url = "postgresql://sunseal_box:0a1b@database/sunseal"
    assert entered(tmp_path, "DATABASE_URL_BOX") == url
    assert entered(tmp_path, "DATABASE_URL_WORK") == "unset"
    assert entered(tmp_path, "DATABASE_URL_ADMIN") == "unset"


def test_secrets_are_made_once(tmp_path: Path) -> None:
    script = tmp_path / "make-secrets"
    script.write_bytes((DOCKER / "make-secrets").read_bytes())
    subprocess.run(["sh", script], check=True)
    first = {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}
    subprocess.run(["sh", script], check=True)
    assert first == {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}
    assert set(first) == set(COMPOSE["secrets"])
    assert all(re.fullmatch("[0-9a-f]{64}", password) for password in first.values())


def test_a_practice_shares_nothing_with_the_real_one_but_the_proxy() -> None:
    practice = SERVICES["practice"]
    assert practice["profiles"] == ["practice"]
    assert not {"secrets", "volumes"} & set(practice)
    beside = {name for name, each in SERVICES.items() if "practising" in each["networks"]}
    assert practice["networks"] == ["practising"]
    assert beside == {"practice", "proxy"}
