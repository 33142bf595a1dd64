"""What the operator does about lists on the command line, with its progress on the terminal."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import track

from sunseal.database import Database, Role
from sunseal.errors import SunsealError
from sunseal.keys import Keys
from sunseal.screening import lists, person_ids, service
from sunseal.screening.repository import ListRepository, ScreeningRepository
from sunseal.screening.service.rekey import drop_older, restore
from sunseal.screening.sources import configured, files, ofac
from sunseal.screening.sources.connectors import Fetched, State
from sunseal.screening.sources.entries import Reading
from sunseal.screening.sources.yente import Matches
from sunseal.screening.subjects import subjects_of
from sunseal.settings import SettingMissing, Settings, SettingWrong, Side

# Progress goes beside what is printed, so that the output can be read by a program.
progress = Console(stderr=True)
Item = TypeVar("Item")


def import_files(source: str, paths: Sequence[Path], form: str, dry_run: bool) -> None:
    try:
        data = [path.read_bytes() for path in paths]
    except OSError as error:
        raise typer.BadParameter(f"{error.filename}: {error.strerror}") from None
    reading = read(source, data, form or files.form_of(paths[0].name))
    for fault in reading.faults:
        print(json.dumps({"line": fault.line, "reason": fault.reason}, ensure_ascii=False))
    print(json.dumps({"rows": len(reading.rows), "bad": len(reading.faults)}))
    if dry_run or reading.faults:
        raise typer.Exit(1 if reading.faults else 0)
    with _work() as work, work.unit_as(Role.WORKER) as uow, progress.status("storing"):
        fetched = Fetched(lists.whole(reading), hashlib.sha256(b"".join(data)).digest(), uow.now)
        snapshot = service.put_in_force(uow, source, fetched, _ring())
        print(json.dumps({"snapshot": str(snapshot.id), "sha256": snapshot.sha256.hex()}))


def read(source: str, data: Sequence[bytes], form: str) -> Reading:
    if form == "ofac" or source == "ofac":
        if len(data) > 2:
            raise typer.BadParameter("OFAC publishes two files: the names and the aliases.")
        return ofac.read(*data)
    if form not in files.FORMS or len(data) != 1:
        raise typer.BadParameter(f"one file, in one of these forms: {', '.join(files.FORMS)}")
    return files.read(data[0], "ftm" if source == "opensanctions" else form)


def check(organization: str, everybody: bool) -> None:
    if bool(organization) == everybody:
        raise typer.BadParameter("name one organization, or say --all")
    with _work() as work:
        with work.unit_as(Role.WORKER) as uow:
            firms = ScreeningRepository(uow.session).firms() if everybody else [_id(organization)]
        for firm in _shown(firms, "screening"):
            # A transaction for each, so that one that fails does not undo the others.
            with work.unit_as(Role.WORKER) as uow:
                row = service.check_organization(uow, firm)
                if row is None:
                    raise typer.BadParameter(f"{firm} is no bidder")
                if not everybody:
                    told = {"decision": row.decision, "sentence": row.sentence}
                    print(json.dumps(told, ensure_ascii=False))


def match(folder: Path) -> None:
    """Candidates are for people to look at; an answer that did not come is shown as its state."""
    endpoint = configured.yente(folder)
    if endpoint is None:
        raise typer.BadParameter(f"{configured.FILE} switches no such endpoint on")
    with _work() as work, work.unit_as(Role.WORKER) as uow:
        repository = ScreeningRepository(uow.session)
        running, failed = repository.running_tenders(), False
        for firm in _shown(repository.firms(), "asking"):
            for subject in subjects_of(uow, firm):
                said = endpoint.match(subject.kind, subject.name, running)
                failed = failed or said.state is not State.DONE
                told = {"firm": str(firm), "subject": subject.name, **_told(said)}
                print(json.dumps(told, ensure_ascii=False))
    raise typer.Exit(1 if failed else 0)


def _told(said: Matches) -> dict[str, object]:
    return {"state": said.state, "candidates": [asdict(each) for each in said.candidates]}


def delta(source: str) -> None:
    with _work() as work, work.unit_as(Role.WORKER) as uow:
        found = ListRepository(uow.session).sources()
        named = [each for each, _ in found if source in ("", each.code)]
        if not named:
            raise typer.BadParameter(f"there is no list {source!r}")
        for each in _shown(named, "comparing"):
            if each.current_snapshot is None:
                continue
            changed = service.delta(uow, each.current_snapshot)
            assert changed is not None
            kinds = {kind: len(getattr(changed, kind)) for kind in ("added", "changed", "removed")}
            concerned = service.rescreen(uow, each.current_snapshot)
            print(json.dumps({"source": each.code, **kinds, "concerned": concerned}))


def rotate_key(folder: Path, finish: bool) -> None:
    with _work() as work:
        ring = person_ids.read(folder) if finish else person_ids.rotate(folder)
        carried = 1
        while carried:
            with work.unit_as(Role.WORKER) as uow:
                carried = service.rekey(uow, ring)
        if finish:
            with work.unit_as(Role.WORKER) as uow:
                drop_older(uow, ring)
    print(json.dumps({"versions": len(ring.keys)}))


def restore_digests(folder: Path) -> None:
    ring, worker = person_ids.read(folder), Keys(folder, "").worker
    with _work() as work, work.unit_as(Role.WORKER) as uow:
        print(json.dumps({"restored": restore(uow, ring, worker)}))


@contextmanager
def _work() -> Iterator[Database]:
    """The worker's login; a refusal is shown as its sentence."""
    try:
        work = Database(Settings.from_environment(side=Side.ERRAND).work_url, pool_size=1)
    except (SettingMissing, SettingWrong) as error:
        raise typer.BadParameter(str(error)) from None
    try:
        yield work
    except SunsealError as error:
        raise typer.BadParameter(str(error)) from None
    finally:
        work.close()


def _ring() -> person_ids.Ring | None:
    folder = os.environ.get("SUNSEAL_KEYS")
    return person_ids.find(Path(folder)) if folder else None


def _shown(values: Sequence[Item], label: str) -> Iterable[Item]:
    return track(values, label, console=progress, transient=True)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise typer.BadParameter(f"{text[:40]!r} is no id") from None
