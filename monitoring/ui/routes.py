"""The one table of what the server answers: method, path, who may, handler. What is not in it is refused.

Rows without a handler are Streamlit's own; the screens are added from `monitoring.ui.screens`. A handler is a
plain function run in the thread pool, since it touches the database.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.routing import Route as StarletteRoute

from monitoring.record.access import Permission
from monitoring.ui import door, export_routes, sheet_routes
from monitoring.ui.asked import Asked, asked
from monitoring.ui.screens import SCREENS
from monitoring.ui.visit import Visit

WEBSOCKET = "WEBSOCKET"


class Who(StrEnum):
    """Who may use a route."""

    ANYONE = "anyone"
    NEWCOMER = "newcomer"  # while no organisation has been set up
    HOLDER = "holder"  # signed in, even with a one-time password
    SIGNED_IN = "signed_in"  # signed in with a password of one's own


@dataclass(frozen=True)
class Route:
    """One row: a path (with `*` at the end: all below it), its methods, who may, and our handler.

    `is_script`: asked for by our own script, which says so in a header that no form of another site can send.
    `extends`: counts as a sign of life for the session; what a page asks by itself does not.
    """

    methods: tuple[str, ...]
    path: str
    who: Who
    handler: Callable[[Visit, Asked], Response] | None = None
    permission: Permission | None = None
    is_screen: bool = False
    is_script: bool = False
    extends: bool = True

    def matches(self, method: str, path: str) -> bool:
        if method not in self.methods:
            return False
        return path.startswith(self.path[:-1]) if self.path.endswith("*") else path == self.path


GET, POST = ("GET", "HEAD"), ("POST",)

ROUTES: tuple[Route, ...] = (
    Route(GET, "/door", Who.ANYONE, door.show),
    Route(GET, "/door/style.css", Who.ANYONE, door.style),
    Route(GET, "/door/icon.svg", Who.ANYONE, door.icon),
    Route(GET, "/favicon.png", Who.ANYONE, door.icon),
    # The addresses of forms that were refused, when the page is asked for anew.
    Route(GET, "/door/set-up", Who.ANYONE, door.show),
    Route(GET, "/door/sign-in", Who.ANYONE, door.show),
    Route(POST, "/door/language", Who.ANYONE, door.choose_language),
    Route(POST, "/door/set-up", Who.NEWCOMER, door.set_up),
    Route(POST, "/door/sign-in", Who.ANYONE, door.sign_in_with_password),
    Route(POST, "/door/demo", Who.ANYONE, door.enter_demo),
    Route(POST, "/door/leave-demo", Who.ANYONE, door.leave_demo),
    Route(POST, "/door/sign-out", Who.HOLDER, door.leave),
    Route(GET, "/door/password", Who.HOLDER, door.show_password),
    Route(POST, "/door/password", Who.HOLDER, door.change_password),
    Route(GET, "/sheets/whole", Who.SIGNED_IN, sheet_routes.show_sheet, Permission.READ_GROUP, is_script=True),
    Route(
        GET,
        "/sheets/news",
        Who.SIGNED_IN,
        sheet_routes.show_news,
        Permission.READ_GROUP,
        is_script=True,
        extends=False,
    ),
    Route(POST, "/sheets/changes", Who.SIGNED_IN, sheet_routes.take_changes, Permission.MARK, is_script=True),
    Route(GET, "/sheets/code/*", Who.ANYONE, sheet_routes.give_code),
    Route(GET, "/export/card", Who.SIGNED_IN, export_routes.give_card, Permission.READ_GROUP),
    Route(GET, "/export/cards", Who.SIGNED_IN, export_routes.give_cards, Permission.READ_GROUP),
    Route(GET, "/export/sheet", Who.SIGNED_IN, export_routes.give_sheet, Permission.READ_GROUP),
    Route(GET, "/export/summary", Who.SIGNED_IN, export_routes.give_summary, Permission.READ_GROUP),
    Route(GET, "/export/section", Who.SIGNED_IN, export_routes.give_section, Permission.READ_GROUP),
    Route(GET, "/export/template", Who.SIGNED_IN, export_routes.give_template, Permission.MANAGE_YEARS),
    # Streamlit's own: its page, its socket, its files. All else it offers stays shut.
    Route(GET, "/static/*", Who.ANYONE),
    Route(GET, "/_stcore/health", Who.ANYONE),
    Route(GET, "/_stcore/host-config", Who.SIGNED_IN),
    Route((WEBSOCKET,), "/_stcore/stream", Who.SIGNED_IN),
    Route(("PUT", "DELETE"), "/_stcore/upload_file/*", Who.SIGNED_IN),
    Route(GET, "/_stcore/bidi-components/*", Who.SIGNED_IN),
    Route(GET, "/media/*", Who.SIGNED_IN),
    *(
        Route(GET, f"/{screen.address}", Who.SIGNED_IN, permission=screen.permission, is_screen=True)
        for screen in SCREENS
    ),
)


def route_for(method: str, path: str, routes: Sequence[Route] = ROUTES) -> Route | None:
    """Return the row of the table that answers, or None: refused."""
    return next((route for route in routes if route.matches(method, path)), None)


def starlette_routes() -> list[BaseRoute]:
    """Return the rows with a handler of ours as Starlette's routes; what our script asks for the gate answers."""
    return [
        StarletteRoute(route.path.replace("*", "{rest:path}"), _endpoint(route.handler), methods=list(route.methods))
        for route in ROUTES
        if route.handler is not None and not route.is_script
    ]


def _endpoint(handler: Callable[[Visit, Asked], Response]) -> Callable[[Request], object]:
    async def endpoint(request: Request) -> Response:
        visit: Visit = request.state.visit
        return await run_in_threadpool(handler, visit, await asked(request))

    return endpoint
