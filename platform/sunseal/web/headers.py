"""What every page tells the browser to forbid itself."""

from litestar.datastructures import MutableScopeHeaders
from litestar.types import ASGIApp, Message, Receive, Scope, Send

# Nothing inline and nothing from elsewhere: a sentence that somebody smuggles into a notice stays
# a sentence. `data:` are the pictures in the style sheet. A page that runs WebAssembly says so.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: with it a browser hides even from us where a form was sent from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def policy(*, wasm: bool = False) -> str:
    """The content security policy; `wasm` for pages that hash or seal in the browser."""
    script = "'self' 'wasm-unsafe-eval'" if wasm else "'self'"
    return "; ".join(f"{name} {value}" for name, value in (POLICY | {"script-src": script}).items())


def protect(app: ASGIApp) -> ASGIApp:
    """Adds the headers to every answer that has not set them itself."""
    defaults = HEADERS | {"Content-Security-Policy": policy()}

    async def protected(scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                for name, value in defaults.items():
                    headers.setdefault(name, value)
            await send(message)

        await app(scope, receive, sent)

    return protected
