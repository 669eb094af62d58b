"""The gate in front of everything, Streamlit included: looks each request up in the table of routes.

A request that no row names gets «not found»; one that its visitor may not make gets «not allowed», or the way to
the sign-in page where it asked for a screen. Unsafe requests must come from this very site.
"""

import os
import socket
from html import escape
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitoring.core.language import gettext as _
from monitoring.core.language import using
from monitoring.ui import door
from monitoring.ui.asked import LONGEST_FORM, Asked, asked
from monitoring.ui.routes import WEBSOCKET, Route, Who, route_for
from monitoring.ui.visit import Visit, is_founded, visit_of

SAFE_METHODS = ("GET", "HEAD", WEBSOCKET)
SHUT = "X-Gate"  # says that the gate itself answered, for tests and whoever looks for the reason of a refusal
SCRIPT_HEADER = "X-Monitoring"  # sent by our own script; a page of another site cannot without asking first
# What Streamlit's page is told at its start: where its server is, for else it looks below the address of the screen
# first; and to show no dialog when the server is away, which would take the keyboard from the sheet: the frame says it.
STREAMLIT = "{BACKEND_BASE_URL: location.origin + '/', HOST_CONFIG: {blockErrorDialogs: true}}"
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), interest-cohort=()",
}


class Gate:
    """ASGI middleware that lets a request through, or answers it itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        method = WEBSOCKET if scope["type"] == "websocket" else scope["method"]
        route = route_for(method, scope["path"])
        answer = _refuse_stranger(request, method)
        if answer is None and route is not None and route.is_script and SCRIPT_HEADER not in request.headers:
            answer = PlainTextResponse(_("The request came from another site and was refused."), 403)
        if answer is None and route is None:
            answer = await run_in_threadpool(_no_such_page, request)
        if answer is None and route is not None and route.is_script:
            await self._answer_script(route, Request(scope, receive), send)
            return
        if answer is None and route is not None and _needs_a_visit(route):
            visit, answer = await run_in_threadpool(_admit, request, route)
            scope.setdefault("state", {})["visit"] = visit
        if answer is not None:
            await _give(answer, scope, receive, send)
        elif route is not None and route.is_screen:
            await self._give_screen(scope, receive, send)
        else:
            await self.app(scope, receive, _with_headers(send, request.headers.get("host", "")))

    async def _answer_script(self, route: Route, request: Request, send: Send) -> None:
        """Answer our own script at once: at every key somebody waits, and what lies behind us has nothing to add."""
        sent = await asked(request)
        answer, is_refused = await run_in_threadpool(_answer, route, request, sent)
        if is_refused:
            await _give(answer, request.scope, request.receive, send)
        else:
            await answer(request.scope, request.receive, _with_headers(send, request.headers.get("host", "")))

    async def _give_screen(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give Streamlit's page with our title and the reader's language in place of its own."""
        visit: Visit = scope["state"]["visit"]
        started: list[Message] = []
        body = bytearray()

        async def collect(event: Message) -> None:
            if event["type"] == "http.response.start":
                started.append(event)
            elif event["type"] == "http.response.body":
                body.extend(event.get("body", b""))

        plain = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]}
        await self.app(plain, receive, collect)
        page = _in_the_readers_language(bytes(body), visit)
        start = started[0]
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["Content-Length"] = str(len(page))
        headers["Cache-Control"] = "no-store"
        wrapped = _with_headers(send, Headers(scope=scope).get("host", ""))
        await wrapped({**start, "headers": headers.raw})
        await wrapped({"type": "http.response.body", "body": page})


def _needs_a_visit(route: Route) -> bool:
    return route.who is not Who.ANYONE or route.handler is not None


def _no_such_page(request: HTTPConnection) -> Response:
    if not _is_for_a_reader(request):
        return PlainTextResponse(_("There is no such page."), 404)
    visit = visit_of(request.cookies, request.headers.get("accept-language", ""))
    with using(visit.language):
        return door.refused(visit, _("There is no such page."), status=404, address=request.url.path)


def _is_for_a_reader(request: HTTPConnection) -> bool:
    """Tell whether the answer is shown to a person as a page, and not read by a script."""
    return request.scope.get("method") == "GET" and "text/html" in request.headers.get("accept", "")


def _admit(request: HTTPConnection, route: Route) -> tuple[Visit, Response | None]:
    """Return who asks, and what they get instead of what they asked for, or None: let them through."""
    visit = visit_of(request.cookies, request.headers.get("accept-language", ""), extends=route.extends)
    return visit, _answer_instead(request, route, visit)


def _answer(route: Route, request: HTTPConnection, sent: Asked) -> tuple[Response, bool]:
    """Return what our script gets, and whether that is a refusal of the gate."""
    visit, refusal = _admit(request, route)
    if refusal is not None:
        return refusal, True
    assert route.handler is not None, "what our script asks for has a handler"
    return route.handler(visit, sent), False


def _answer_instead(request: HTTPConnection, route: Route, visit: Visit) -> Response | None:
    """Return what a visitor gets who may not use a route, or None: let them through."""
    with using(visit.language):
        if route.who is Who.ANYONE:
            return None
        if route.who is Who.NEWCOMER:
            return RedirectResponse("/door", 303) if is_founded(visit.place) else None
        if visit.signed_in is None:
            return _to_the_door(route, "/door")
        if route.who is Who.SIGNED_IN and visit.signed_in.must_change_password:
            return _to_the_door(route, "/door/password")
        if route.permission is not None and not visit.may(route.permission):
            return _without_rights(request, visit)
        return None


def _without_rights(request: HTTPConnection, visit: Visit) -> Response:
    reason = _("Your account does not have the rights for this page.")
    if not _is_for_a_reader(request):
        return PlainTextResponse(reason, 403)
    return door.refused(visit, reason, status=403, address=request.url.path)


def _to_the_door(route: Route, door: str) -> Response:
    if route.is_screen or route.path.startswith("/door"):
        return RedirectResponse(door, 303)
    return PlainTextResponse(_("Your session has ended. Sign in again."), 401)


def _refuse_stranger(request: HTTPConnection, method: str) -> Response | None:
    """Refuse what another site sends in our user's name: a foreign host name, or a form from elsewhere."""
    host = request.headers.get("host", "")
    if not _is_our_name(host):
        return PlainTextResponse(_("This address is not known to the program."), 421)
    if method in SAFE_METHODS and method != WEBSOCKET:
        return None
    origin = request.headers.get("origin")
    if origin is None or urlsplit(origin).netloc != host:
        return PlainTextResponse(_("The request came from another site and was refused."), 403)
    if method == "POST" and not request.headers.get("content-length", "").isdecimal():
        return PlainTextResponse(_("The request does not say how long it is."), 411)
    if method == "POST" and int(request.headers["content-length"]) > LONGEST_FORM:
        return PlainTextResponse(_("The form is too long."), 413)
    return None


def _is_our_name(host: str) -> bool:
    """Tell whether a Host header is an address, this machine's name, or listed in MONITORING_HOSTS.

    A foreign domain name that resolves to this machine (DNS rebinding) is none of these.
    """
    name = urlsplit(f"//{host}").hostname or ""
    known = {"localhost", socket.gethostname().casefold(), *os.environ.get("MONITORING_HOSTS", "").casefold().split()}
    if name in known or name.removesuffix(".local") in known:
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


async def _give(answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    answer.headers["Cache-Control"] = "no-store"
    answer.headers[SHUT] = "shut"
    await answer(scope, receive, _with_headers(send, Headers(scope=scope).get("host", "")))


def _with_headers(send: Send, host: str) -> Send:
    async def sending(event: Message) -> None:
        if event["type"] == "http.response.start":
            headers = MutableHeaders(raw=event.setdefault("headers", []))
            headers.update(SECURITY_HEADERS)
            headers["Content-Security-Policy"] = _content_policy(host)
        await send(event)

    return sending


def _content_policy(host: str) -> str:
    # Streamlit builds styles and functions at run time; whatever it does, nothing is fetched from elsewhere.
    return (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; "
        f"connect-src 'self' ws://{host} wss://{host}; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


def _in_the_readers_language(page: bytes, visit: Visit) -> bytes:
    with using(visit.language):
        title = escape(_("Child development monitoring"))
    ours = {
        '<html lang="en">': f'<html lang="{visit.language}" translate="no" class="notranslate">',
        "<title>Streamlit</title>": f"<title>{title}</title>",
        "./favicon.png": "/door/icon.svg",
        "<head>": f"<head><script>window.__streamlit = {STREAMLIT}</script>",
    }
    text = page.decode()
    for theirs, replacement in ours.items():
        text = text.replace(theirs, replacement, 1)
    return text.encode()
