"""`sunseal screening`: the errands of screening, one command each."""

import json
from pathlib import Path
from typing import Annotated

import typer

from sunseal.screening import errands
from sunseal.screening import evaluate as evaluation
from sunseal.screening.evaluate import BadPairs

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)


@app.callback()
def screening() -> None:
    """Check names against lists, and measure how well that works."""


@app.command()
def evaluate(
    pairs: Path,
    extra: Annotated[
        bool, typer.Option("--extra", help="With nomenklatura, where it is installed.")
    ] = False,
) -> None:
    """Print precision, recall, F1 and the confusions of labelled pairs as JSON."""
    if extra and not evaluation.has_extra():
        raise typer.BadParameter("nomenklatura is not installed.")
    judge = evaluation.with_extra() if extra else evaluation.own
    try:
        found = evaluation.evaluate(evaluation.read(pairs), judge)
    except (BadPairs, OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(str(error)) from None
    print(json.dumps({"extra": extra, **found}, ensure_ascii=False, indent=2))


@app.command("import")
def import_list(
    source: str,
    files: Annotated[list[Path], typer.Argument(help="For ofac: sdn.csv and alt.csv.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only name the bad rows.")] = False,
    form: Annotated[str, typer.Option(help="csv, xlsx, jsonl, ftm or ofac.")] = "",
) -> None:
    """Put a list in force: all of it, or nothing when a row is bad."""
    errands.import_files(source, files, form, dry_run)


@app.command()
def check(
    organization: Annotated[str, typer.Argument(help="Its id.")] = "",
    everybody: Annotated[bool, typer.Option("--all")] = False,
) -> None:
    """Screen one firm, or all of them, against the lists in force."""
    errands.check(organization, everybody)


@app.command()
def match(folder: Annotated[Path, typer.Option("--keys", envvar="SUNSEAL_KEYS")]) -> None:
    """Ask a /match endpoint about every firm, which is refused while any tender runs."""
    errands.match(folder)


@app.command()
def delta(source: Annotated[str, typer.Argument(help="All lists when left out.")] = "") -> None:
    """Show what the lists in force changed, and screen everybody, those concerned first."""
    errands.delta(source)


@app.command("rotate-key")
def rotate_key(
    folder: Annotated[Path, typer.Option("--keys", envvar="SUNSEAL_KEYS")],
    finish: Annotated[bool, typer.Option("--finish", help="Forget the older digests.")] = False,
) -> None:
    """Make a new key for people's identifiers, and carry what is stored along."""
    errands.rotate_key(folder, finish)


@app.command("restore-digests")
def restore_digests(folder: Annotated[Path, typer.Option("--keys", envvar="SUNSEAL_KEYS")]) -> None:
    """Make the digests of firms' people anew from their sealed numbers, when a key was lost."""
    errands.restore_digests(folder)
