"""`sunseal`: the platform's roles and the operator's errands, one command each."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import structlog
import typer
import uvicorn

from sunseal import keys, migrations, startup
from sunseal.audit.errors import LogHeld
from sunseal.backup.cli import app as backup
from sunseal.backup.log_cli import app as log
from sunseal.database import Database, Role
from sunseal.factors import service as factors
from sunseal.migrations import NotFresh
from sunseal.organizations import service as organizations
from sunseal.organizations.service import NewPerson
from sunseal.screening import person_ids
from sunseal.screening.cli import app as screening
from sunseal.settings import SettingMissing, Settings, SettingWrong, Side
from sunseal_crypto import canonical, roster
from sunseal_crypto.roster import Custodian, Roster, Witness

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
app.add_typer(screening, name="screening")
app.add_typer(backup, name="backup")
app.add_typer(log, name="log")
logger = structlog.get_logger()


@app.command()
def web(host: str = "127.0.0.1", port: int = 8000, uds: str | None = None) -> None:
    """Serve the API and the pages."""
    settings = _settings(Side.WEB)
    desk = Database(settings.desk_url, pool_size=1)
    startup.check_clock(desk)
    _refuse_other_kind(desk, settings, Role.PUBLIC)
    _refuse_held_log(desk, Role.PUBLIC)
    for view in startup.open_views(desk):
        logger.warning("catalogue not hardened", view=view, see="docs/operations.md")
    desk.close()
    # No access log: a path names a tender, and its hour says that somebody took interest.
    uvicorn.run(
        "sunseal.asgi:app", host=host, port=port, uds=uds, access_log=False, log_level="warning"
    )


@app.command()
def worker(concurrency: int = 4, beat: bool = False) -> None:
    """Run background work; `--beat` also keeps the schedule, for one worker alone."""
    settings = _settings(Side.WORKER)
    work = Database(settings.work_url, pool_size=1)
    # The worker closes boxes and asks custodians by this clock.
    startup.check_clock(work, Role.WORKER)
    _refuse_other_kind(work, settings, Role.WORKER)
    _refuse_held_log(work, Role.WORKER)
    work.close()
    flags = ["-B", "--scheduler", "celery.beat:Scheduler"] if beat else []
    _celery("worker", "--pool", "threads", "--concurrency", str(concurrency), *flags)


@app.command()
def beat() -> None:
    """Keep the schedule: exactly one of these runs."""
    _settings(Side.BEAT)
    _celery("beat", "--scheduler", "celery.beat:Scheduler")


@app.command()
def migrate() -> None:
    """Bring the database behind DATABASE_URL_ADMIN to the newest schema."""
    url = os.environ.get("DATABASE_URL_ADMIN")
    if not url:
        raise typer.BadParameter(
            "DATABASE_URL_ADMIN is not set: it is a superuser's URL, used once."
        )
    try:
        migrations.run(url, practice=os.environ.get("SUNSEAL_PRACTICE") == "1")
    except NotFresh as error:
        _end(error)


@app.command("keys")
def make_keys(folder: Path, origin: str) -> None:
    """Make the platform's own keys in FOLDER, and print what the roster says of them."""
    made = keys.make(folder, origin)
    person_ids.make(folder)
    print(json.dumps(made.public(), indent=2))


@app.command("roster")
def make_roster(
    out: Path,
    folder: Annotated[Path, typer.Option("--keys")],
    origin: Annotated[str, typer.Option()],
    operator: Annotated[str, typer.Option()],
    custodian: Annotated[list[Path], typer.Option(help="A custodian's card.json, in order.")],
    witness: Annotated[list[Path], typer.Option(help="A witness's card.json.")],
) -> None:
    """Write the roster file from the cards that custodians and witnesses sent."""
    made = Roster(
        version="sunseal/roster/v1",
        origin=origin,
        operator=operator,
        custodians=[canonical.decode(Custodian, card.read_bytes()) for card in custodian],
        witnesses=[canonical.decode(Witness, card.read_bytes()) for card in witness],
        **keys.Keys(folder, origin).public(),
    )
    data = canonical.encode(made)
    roster.parse(data)
    out.write_bytes(data)
    print(roster.fingerprint(data).hex())


@app.command("register-authority")
def register_authority(name: str, kind: str, email: str) -> None:
    """Register an authority and its first person; the password is read from standard input."""
    settings = _settings(Side.ERRAND)
    work = Database(settings.work_url, pool_size=1)
    person = NewPerson(name, email, sys.stdin.readline().rstrip("\n"))
    with work.unit_as(Role.WORKER) as uow:
        organization, _ = organizations.register_authority(uow, name, kind, person)
        print(organization.id)


@app.command()
def practice(
    state: Annotated[Path | None, typer.Option(help="Emptied at the start.")] = None,
    host: str = "127.0.0.1",
    port: int = 8100,
    origin: str = "practice.localhost/log",
    seconds: Annotated[float, typer.Option(help="For bids, in each practice.")] = 300.0,
    most: Annotated[int, typer.Option(help="Practices at a time.")] = 20,
) -> None:
    """Run a practice instance, with servers and custodians of its own."""
    # Not above: real installations have no embedded servers, and need not.
    from sunseal.practice.serve import practise

    practise(state, host, port, origin, seconds, most)


@app.command("reset-factors")
def reset_factors(email: str) -> None:
    """Take somebody's second factors away, after the telephone was lost. The log notes it."""
    settings = _settings(Side.ERRAND)
    work = Database(settings.work_url, pool_size=1)
    with work.unit_as(Role.WORKER) as uow:
        found = organizations.account(uow, email)
        if found is None:
            raise typer.BadParameter(f"Nobody is registered with {email}.")
        print(f"{factors.reset(uow, found.person_id)} removed; the next sign-in sets up another.")


def main() -> None:
    app()


def _refuse_other_kind(database: Database, settings: Settings, role: Role) -> None:
    try:
        startup.check_kind(database, settings.practice, role)
        startup.check_roster(settings)
    except (startup.WrongKind, startup.OtherRoster) as error:
        database.close()
        _end(error)


def _end(error: Exception) -> NoReturn:
    typer.secho(str(error), fg="red", err=True)
    raise typer.Exit(1) from None


def _refuse_held_log(database: Database, role: Role) -> None:
    try:
        startup.check_log(database, role)
    except LogHeld as held:
        database.close()
        _end(held)


def _settings(side: Side) -> Settings:
    try:
        return Settings.from_environment(side=side)
    except (SettingMissing, SettingWrong) as error:
        raise typer.BadParameter(str(error)) from None


def _celery(*arguments: str) -> NoReturn:
    # The worker's package is named, not imported: the platform does not know its tasks.
    command = [sys.executable, "-m", "celery", "-A", "sunseal_tasks.app", *arguments]
    os.execv(sys.executable, [*command, "--loglevel", "warning"])
