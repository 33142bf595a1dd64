"""Runs every measurement, or those whose module is named, and writes build/bench.json."""

import importlib
import sys
from pathlib import Path

import msgspec
from rich.console import Console

from tests.bench.row import Row

MODULES = ("sealing", "custody", "log", "isolation")
OUT = Path("build/bench.json")


def main(names: list[str]) -> None:
    console = Console()
    rows: list[Row] = []
    for name in names or MODULES:
        for row in importlib.import_module(f"tests.bench.{name}").measure():
            against = "" if row.ratio is None else f"{row.ratio:.2f} x {row.peer}"
            console.print(f"{row.name:32} {row.value:14,.3f} {row.unit:12} {against}")
            rows.append(row)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_bytes(msgspec.json.format(msgspec.json.encode(rows)) + b"\n")


if __name__ == "__main__":
    main(sys.argv[1:])
