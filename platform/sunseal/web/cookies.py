"""What a browser is given to keep.

`session` is the token of a server-side session, the same kind as the API's. `role` says which links
to show and is believed for nothing else: so public pages need not look up who reads them.
"""

from collections.abc import Mapping

from litestar.datastructures import Cookie

from sunseal.database import Role

SESSION = "session"
ROLE = "role"
HALF, HALF_SECONDS = "half", 15 * 60
DEVICE, DEVICE_SECONDS = "device", 400 * 24 * 3600
# A visitor who is asked for his passkey, until he has answered.
VISIT = "visit"
# Browsers send what is marked Secure over TLS alone, and this machine's own pages have none.
LOCAL = ("localhost", "127.0.0.1", "[::1]")


def is_local(host: str) -> bool:
    """Whether a Host header names the browser's own machine, port or not."""
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return name in LOCAL


def name_of(kind: str, host: str) -> str:
    """`__Host-` keeps a neighbouring subdomain from setting it, and needs TLS."""
    return kind if is_local(host) else f"__Host-{kind}"


def read(cookies: Mapping[str, str], kind: str, host: str) -> str | None:
    return cookies.get(name_of(kind, host)) or None


def make(kind: str, value: str, host: str, seconds: int) -> Cookie:
    """Lax: a link from an e-mail finds its reader signed in, another site's form does not."""
    return Cookie(
        key=name_of(kind, host),
        value=value,
        path="/",
        max_age=seconds,
        secure=not is_local(host),
        httponly=True,
        samesite="lax",
    )


def signed_in(host: str, token: str, role: Role, seconds: int) -> list[Cookie]:
    shown = role.value.removeprefix("as_")
    return [make(SESSION, token, host, seconds), make(ROLE, shown, host, seconds)]


def waiting(host: str, token: str) -> Cookie:
    """A session that waits for its second factor, apart from the real one."""
    return make(HALF, token, host, HALF_SECONDS)


def signed_out(host: str) -> list[Cookie]:
    return [make(SESSION, "", host, 0), make(ROLE, "", host, 0)]
