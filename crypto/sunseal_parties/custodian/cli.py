"""The command `sunseal-custodian`: init, run, state, adopt, forget, serve-page."""

import logging
import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from sunseal_crypto import roster
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.handover import Handover, ranges
from sunseal_parties.custodian import daemon, keys, serving
from sunseal_parties.custodian.adoption import adopt as adopt_log
from sunseal_parties.custodian.adoption import check as check_handover
from sunseal_parties.custodian.forgetting import forget as forget_key
from sunseal_parties.custodian.http import HttpPlatform, PlatformError
from sunseal_parties.custodian.journal import Journal, JournalInUse
from sunseal_parties.custodian.state import TICKS
from sunseal_parties.custodian.state import state as log_state

JOURNAL_FILE = "journal.db"

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console = Console(highlight=False)

Folder = Annotated[Path, typer.Option("--dir", help="Folder of keys and journal.")]
RosterFile = Annotated[
    Path, typer.Option("--roster", help="The roster file, got outside the platform.")
]
AsWitness = Annotated[bool, typer.Option("--witness", help="Watch the log only.")]


def clock() -> datetime:
    """This machine's own clock, the only one a custodian believes."""
    return datetime.now(UTC)  # noqa: TID251 the one place where a custodian's time comes from


@app.command()
def init(
    folder: Folder,
    name: Annotated[str, typer.Option(help="The institution, as the roster will name it.")],
    authority: Annotated[str, typer.Option(help="The authority it answers to.")],
    witness: AsWitness = False,
) -> None:
    """Make fresh keys, and the card that goes into the roster."""
    card = keys.create(folder, name, authority, witness=witness)
    console.print(f"Keys are in {folder}. Keep them there; send {keys.CARD_FILE} to the roster.")
    console.print(card.decode(), soft_wrap=True, markup=False)


@app.command()
def run(
    folder: Folder,
    roster_file: RosterFile,
    url: Annotated[str, typer.Option(help="The platform's address.")],
    token_file: Annotated[Path, typer.Option(help="File with the platform's access token.")],
    witness: AsWitness = False,
    poll: Annotated[float, typer.Option(min=0.05, help="Seconds between polls.")] = 5.0,
) -> None:
    """Guard keys and watch the log, until stopped."""
    own = keys.load(folder, witness=witness)
    seat = keys.take_seat(own, roster_file.read_bytes())
    console.print(f"Roster {roster.fingerprint(seat.roster_bytes).hex()}; compare it elsewhere.")
    journal = Journal(folder / JOURNAL_FILE)
    platform = HttpPlatform(url, token_file.read_text("ascii").strip())
    try:
        daemon.run(daemon.Custodian(platform, journal, own, seat, clock), poll, _until_signalled())
    finally:
        platform.close()
        journal.close()


@app.command()
def state(
    folder: Folder,
    roster_file: RosterFile,
    out: Annotated[Path, typer.Option(help="The file to write.")],
    witness: AsWitness = False,
    ticks: Annotated[int, typer.Option(min=1, help="How many of the last leaves.")] = TICKS,
) -> None:
    """Write what was seen of the log, for a restored platform or an auditor. The daemon may run."""
    seat = keys.take_seat(keys.load(folder, witness=witness), roster_file.read_bytes())
    journal = Journal(folder / JOURNAL_FILE, reading=True)
    try:
        out.write_bytes(log_state(journal, seat, ticks))
    finally:
        journal.close()


@app.command()
def adopt(
    folder: Folder,
    roster_file: RosterFile,
    previous: Annotated[Path, typer.Option(help="The roster of the log that ended.")],
    file: Annotated[Path, typer.Option("--handover", help="From `sunseal log new-origin`.")],
    witness: AsWitness = False,
) -> None:
    """Follow a new log from now on, after its first leaf owned up to what was lost of the last."""
    own = keys.load(folder, witness=witness)
    seat = keys.take_seat(own, roster_file.read_bytes())
    journal = Journal(folder / JOURNAL_FILE)
    try:
        said = check_handover(journal, seat, previous.read_bytes(), file.read_bytes())
        _tell(said)
        typer.confirm(f"Follow {said.origin}, and cosign {said.previous} no more?", abort=True)
        adopt_log(journal, said, file.read_bytes())
    finally:
        journal.close()


@app.command()
def forget(
    folder: Folder,
    roster_file: RosterFile,
    tender: Annotated[str, typer.Option(help="The tender's id.")],
    envelope: Annotated[str, typer.Option(help="The envelope's name.")] = "1",
    url: Annotated[str, typer.Option(help="The platform's address, to post it there too.")] = "",
    token_file: Annotated[
        Path | None, typer.Option(help="File with the platform's access token.")
    ] = None,
) -> None:
    """Erase this custodian's part of a key for ever, and print the signed statement of it."""
    if bool(url) != bool(token_file):
        raise typer.BadParameter("--url and --token-file belong together")
    own = keys.load(folder, witness=False)
    seat = keys.take_seat(own, roster_file.read_bytes())
    typer.confirm(f"Erase the key of tender {tender}, envelope {envelope}?", abort=True)
    journal = Journal(folder / JOURNAL_FILE)
    try:
        statement = forget_key(journal, seat, own, tender, envelope, clock())
    finally:
        journal.close()
    console.print(statement.decode(), soft_wrap=True, markup=False)
    if token_file is not None:
        assert seat.index is not None
        platform = HttpPlatform(url, token_file.read_text("ascii").strip())
        try:
            platform.post_erasure(tender, envelope, seat.index, statement)
        finally:
            platform.close()


@app.command()
def serve_page(
    page: Annotated[Path, typer.Argument(help="The page: one HTML file.")],
    sha256: Annotated[str, typer.Option(help="The published hash; another page is refused.")],
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port.")] = 8080,
) -> None:
    """Give out the sealing page, or the verifier, of a published hash. No key is read."""
    with serving.server(serving.checked(page, sha256), host, port) as server:
        console.print(f"{page.name} at http://{host}:{server.server_port}/, until stopped.")
        server.serve_forever()


def _tell(said: Handover) -> None:
    lost = said.lost()
    named = ranges([tick.number for tick in lost])
    console.print(f"{len(lost)} ticks of {said.previous} are lost: {named}", soft_wrap=True)
    console.print(f"Why: {said.reason}", markup=False, soft_wrap=True)
    console.print("Tenders under the old roster are opened by nobody any more.")


def _until_signalled() -> daemon.Stopped:
    signalled: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _frame: signalled.append(received))
    return lambda: bool(signalled)


def main() -> None:
    # Before any key is read: nothing is written that others can read, and no memory is dumped.
    os.umask(0o077)
    daemon.harden()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        app()
    except (CryptoError, JournalInUse, OSError, PlatformError) as error:
        console.print(f"sunseal-custodian: {error}", style="red", markup=False)
        raise SystemExit(1) from None
