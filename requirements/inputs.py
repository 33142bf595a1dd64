"""What the locks were made from, as one digest, so that a stale lock is found without a network."""

import hashlib
import json
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LABEL = "# inputs: "


def digest() -> str:
    """SHA-256 over everything in pyproject.toml that can change what is installed."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = document["project"]
    parts = {
        "build": document["build-system"]["requires"],
        "python": project["requires-python"],
        "run": project["dependencies"],
        "extras": project["optional-dependencies"],
        "groups": document["dependency-groups"],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


if __name__ == "__main__":
    print(LABEL + digest())
