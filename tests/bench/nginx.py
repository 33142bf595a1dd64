"""nginx as the peer of uploads: it takes the same bodies and puts each into a file of its own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from sunseal.demo import ports
from sunseal.demo.children import Child
from tests.bench.waiting import until

CONFIGURATION = """
user root;
daemon off;
worker_processes 2;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_max_body_size 0;
    client_body_buffer_size 1m;
    client_body_temp_path {folder}/arriving;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/stored;
        location / {{ dav_methods PUT; }}
    }}
}}
"""


@contextmanager
def serving(folder: Path) -> Iterator[str | None]:
    """Its URL; None where it is not installed. `prepare` installs it on Debian."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        yield None
        return
    (folder / "stored").mkdir(parents=True)
    (port,) = ports.free(1)
    written = folder / "nginx.conf"
    written.write_text(CONFIGURATION.format(folder=folder, port=port))
    child = Child("nginx", (program, "-c", str(written)), {}, folder / "output.log")
    child.start()
    url = f"http://{ports.LOOPBACK}:{port}"
    try:
        until(lambda: httpx.get(url).status_code > 0)
        yield url
    finally:
        child.stop()
