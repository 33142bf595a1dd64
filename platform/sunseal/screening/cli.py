"""`sunseal screening`: the errands of screening, one command each."""

import json
from pathlib import Path
from typing import Annotated

import typer

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
