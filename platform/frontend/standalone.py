"""Pages that stand alone: each is one HTML file, with its scripts and styles inside it.

A file that fetches nothing can be compared as a whole: whoever knows its SHA-256 knows everything
that it will ever do, wherever it is opened from. Its own policy, by hashes, forbids it anything
else; `connect-src 'none'` is what keeps a page that sees a bid in clear from telling anybody.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

WORKER_MARK = '"@worker@"'
# In the published list, as `sha256sum -c` reads it.
HASHES = "hashes.txt"
# The folder of each page, and the name under which it is given out. Sealing hashes in WebAssembly.
PAGES = {"seal": "sunseal-seal.html", "verify": "sunseal-verify.html"}
WASM = ("seal",)

# Bundles one entry: script or style sheet.
Bundle = Callable[[Path], str]


def build(sources: Path, into: Path, bundle: Bundle) -> None:
    """Every page, and the list of their hashes."""
    into.mkdir()
    made = {name: page(sources, folder, bundle) for folder, name in PAGES.items()}
    for name, html in made.items():
        (into / name).write_bytes(html)
    listed = [
        f"{hashlib.sha256(html).hexdigest()}  {name}\n" for name, html in sorted(made.items())
    ]
    (into / HASHES).write_text("".join(listed))


def page(sources: Path, folder: str, bundle: Bundle) -> bytes:
    """One page, whole."""
    style = bundle(sources / "alone.css").strip()
    worker = bundle(sources / folder / "worker.ts")
    script = put(bundle(sources / folder / "main.ts"), WORKER_MARK, _string(worker)).strip()
    for inside in (style, script):
        # Either would end the element in the middle of it, or begin a comment.
        assert "</s" not in inside.lower(), folder
        assert "<!--" not in inside, folder
    parts = (sources / "head.html", sources / folder / "page.html")
    html = "".join(part.read_text("utf-8") for part in parts)
    html = put(html, "@policy@", policy(script, style, wasm=folder in WASM))
    html = put(html, "@style@", style)
    return put(html, "@script@", script).encode()


def policy(script: str, style: str, *, wasm: bool) -> str:
    """What the page forbids itself: all but its own script, style and worker."""
    run = f"{_hash(script)} 'wasm-unsafe-eval'" if wasm else _hash(script)
    rules = {
        "default-src": "'none'",
        "script-src": run,
        "style-src": _hash(style),
        "worker-src": "blob:",
        "connect-src": "'none'",
        "form-action": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def put(whole: str, mark: str, value: str) -> str:
    """`value` in the one place of `mark`."""
    assert whole.count(mark) == 1, f"{mark} stands {whole.count(mark)} times"
    return whole.replace(mark, value)


def _string(script: str) -> str:
    return json.dumps(script, ensure_ascii=False).replace("</", "<\\/").replace("<!--", "<\\!--")


def _hash(inside: str) -> str:
    digest = hashlib.sha256(inside.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
