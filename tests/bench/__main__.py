"""Runs every measurement, or those whose module is named, and writes build/bench.json."""

import importlib
import subprocess
import sys
import time
import traceback
from pathlib import Path

import msgspec
from rich.console import Console

from tests.bench.row import Row

MODULES = (
    "sealing",
    "browser",
    "custody",
    "log",
    "isolation",
    "worlds",
    "opening",
    "screening",
    "rush",
    "pages",
)
OUT = Path("build/bench.json")
PREPARE = Path(__file__).with_name("prepare")


def main(names: list[str]) -> int:
    """Goes on after a measurement that fails, whose rows are then missing; says so at the end."""
    subprocess.run(["sh", str(PREPARE)], check=False)
    OUT.parent.mkdir(exist_ok=True)
    console = Console(highlight=False, width=120)
    rows: list[Row] = []
    failed: list[str] = []
    for name in names or MODULES:
        began = time.monotonic()
        try:
            for row in importlib.import_module(f"tests.bench.{name}").measure():
                console.print(_line(row))
                rows.append(row)
        except Exception:
            failed.append(name)
            console.print(traceback.format_exc(), markup=False)
        console.print(f"[dim]{name}: {time.monotonic() - began:.0f} s[/]")
    OUT.write_bytes(msgspec.json.format(msgspec.json.encode(rows)) + b"\n")
    if failed:
        console.print(f"Not measured to the end: {', '.join(failed)}", style="red")
    return len(failed)


def _line(row: Row) -> str:
    against = row.peer if row.ratio is None else f"{row.ratio:.2f} x {row.peer}"
    return f"{row.name:26} {row.value:12,.3f} {row.unit:10} {against}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
