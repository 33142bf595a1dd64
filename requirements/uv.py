"""Runs uv with the package index settings that the user gave to pip.

    python requirements/uv.py pip sync …

Whoever can `pip install` here must be able to install the project: uv reads none of pip's
settings by itself. A UV_ variable that is already set wins. Standard library only, because it
runs before anything is installed; it belongs to the interpreter of `.tools`.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

# pip's setting -> uv's variable, and what stands between several values there.
VARIABLES = {
    "index-url": ("UV_DEFAULT_INDEX", None),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "no-index": ("UV_NO_INDEX", None),
    "timeout": ("UV_HTTP_TIMEOUT", None),
    "default-timeout": ("UV_HTTP_TIMEOUT", None),
    "cert": ("SSL_CERT_FILE", None),
    "client-cert": ("SSL_CLIENT_CERT", None),
    "proxy": ("ALL_PROXY", None),
}
# Later ones win, as in pip: files for every command, for `pip install`, then the environment.
SECTIONS = ("global", "install", ":env:")
# A further index may hold the wheels of one system alone. A lock made through it would lack the
# hashes of all others, and fail there; so locks are made from the main index.
NOT_FOR_LOCKS = ("extra-index-url", "find-links")


def pip_settings(listing: str) -> dict[str, str]:
    """What `pip config list` shows, one value for each setting."""
    settings: dict[str, str] = {}
    for section in SECTIONS:
        for line in listing.splitlines():
            key, _, value = line.partition("=")
            if key.startswith(section + "."):
                settings[key[len(section) + 1 :]] = str(ast.literal_eval(value))
    return settings


def for_locks(settings: Mapping[str, str]) -> dict[str, str]:
    """Without what is only of use to this machine."""
    return {name: value for name, value in settings.items() if name not in NOT_FOR_LOCKS}


def for_uv(settings: Mapping[str, str]) -> dict[str, str]:
    """The same settings as variables of uv."""
    variables: dict[str, str] = {}
    for setting, value in settings.items():
        if setting not in VARIABLES or not value.strip():
            continue
        variable, separator = VARIABLES[setting]
        variables[variable] = separator.join(value.split()) if separator else value.strip()
    return variables


def main(arguments: list[str]) -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    settings = pip_settings(listed.stdout)
    if arguments[:2] == ["pip", "compile"]:
        settings = for_locks(settings)
    environment = {
        # pip takes the best version of all indexes. With hashes that is safe in uv as well: a
        # package of the same name elsewhere cannot have the locked hash.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_NO_PROGRESS": "1",
        **for_uv(settings),
        **os.environ,
    }
    uv = Path(sys.executable).parent / "uv"
    os.execve(uv, [str(uv), *arguments], environment)


if __name__ == "__main__":
    main(sys.argv[1:])
