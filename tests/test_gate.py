"""The gate: every route and screen against every kind of visitor, and what strangers try.

The table below says who gets in. A route or a screen that is not in it fails the first test, so that nothing new
is open by oversight.
"""

import ast
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

import pytest
from sqlmodel import select

from monitoring.core.language import gettext
from monitoring.people import accounts, sign_in
from monitoring.people.accounts import NewGrant
from monitoring.people.sign_in import form_token
from monitoring.record.access import Held, Person
from monitoring.record.models import Account, Installation, Role
from monitoring.ui.gate import SCRIPT_HEADER, SHUT
from monitoring.ui.routes import ROUTES, WEBSOCKET, Route
from monitoring.ui.screens import SCREENS, Screen
from tests.conftest import PASSWORD, School, found_school
from tests.running import Answer, Program, running

NOBODY, ONE_TIME, NO_ROLE = "nobody", "one_time", "no_role"
ROLES = {role.value for role in Role}
SIGNED_IN = ROLES | {NO_ROLE}
HOLDERS = SIGNED_IN | {ONE_TIME}
EVERYBODY = HOLDERS | {NOBODY}
READERS = ROLES
MARKERS = {Role.TEACHER.value, Role.SPECIALIST.value}
ADMINISTRATORS = {Role.ADMINISTRATOR.value}
WEBSOCKET_HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}

WHO_GETS_IN: dict[tuple[str, str], set[str]] = {
    ("GET", "/door"): EVERYBODY,
    ("GET", "/door/style.css"): EVERYBODY,
    ("GET", "/door/icon.svg"): EVERYBODY,
    ("GET", "/favicon.png"): EVERYBODY,
    ("GET", "/door/set-up"): EVERYBODY,
    ("GET", "/door/sign-in"): EVERYBODY,
    ("POST", "/door/language"): EVERYBODY,
    ("POST", "/door/set-up"): set(),  # the organisation is there already
    ("POST", "/door/sign-in"): EVERYBODY,
    ("POST", "/door/demo"): EVERYBODY,
    ("POST", "/door/leave-demo"): EVERYBODY,
    ("POST", "/door/sign-out"): HOLDERS,
    ("GET", "/door/password"): HOLDERS,
    ("POST", "/door/password"): HOLDERS,
    ("GET", "/sheets/whole"): READERS,
    ("GET", "/sheets/news"): READERS,
    ("POST", "/sheets/changes"): MARKERS,
    ("GET", "/sheets/code/*"): EVERYBODY,
    ("GET", "/export/card"): READERS,
    ("GET", "/export/cards"): READERS,
    ("GET", "/export/summary"): READERS,
    ("GET", "/export/section"): READERS,
    ("GET", "/export/sheet"): READERS,
    ("GET", "/export/template"): ADMINISTRATORS,
    ("GET", "/static/*"): EVERYBODY,
    ("GET", "/_stcore/health"): EVERYBODY,
    ("GET", "/_stcore/host-config"): SIGNED_IN,
    (WEBSOCKET, "/_stcore/stream"): SIGNED_IN,
    ("PUT", "/_stcore/upload_file/*"): SIGNED_IN,
    ("GET", "/_stcore/bidi-components/*"): SIGNED_IN,
    ("GET", "/media/*"): SIGNED_IN,
    ("GET", "/"): SIGNED_IN,
    ("GET", "/groups"): READERS,
    ("GET", "/sheet"): READERS,
    ("GET", "/notes"): READERS,
    ("GET", "/section"): READERS,
    ("GET", "/summary"): READERS,
    ("GET", "/child"): READERS,
    ("GET", "/card"): READERS,
    ("GET", "/import-list"): ADMINISTRATORS,
    ("GET", "/years"): ADMINISTRATORS,
    ("GET", "/accounts"): ADMINISTRATORS,
    ("GET", "/catalogue"): SIGNED_IN,
    ("GET", "/organisation"): ADMINISTRATORS,
}


@dataclass(frozen=True)
class Town:
    """A running program with an account of every kind, each with the token of a session."""

    program: Program
    school: School
    cookie: str
    tokens: dict[str, str]

    def ask(
        self,
        visitor: str,
        method: str,
        path: str,
        *,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        token = self.tokens.get(visitor)
        if method == "POST" and form is None:
            form = {"form_token": form_token(token or "")}
        cookies = {self.cookie: token} if token else {}
        return self.program.ask(method, path, cookies=cookies, form=form, headers=headers)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with running(tmp_path_factory.mktemp("town")) as program:
        school = found_school(program.database)
        tokens = {role.value: token_of(school, role.value, NewGrant(role)) for role in Role}
        tokens |= {NO_ROLE: token_of(school, NO_ROLE), ONE_TIME: token_of(school, ONE_TIME, own_password=False)}
        with program.database.reading() as session:
            installation = session.exec(select(Installation)).one()
        yield Town(program, school, f"monitoring_{installation.id.hex[:12]}", tokens)


def token_of(school: School, login: str, *grants: NewGrant, own_password: bool = True) -> str:
    with school.database.writing() as session:
        account, _ = accounts.create_account(
            session,
            school.console,
            login=login,
            name=login,
            grants=grants,
            password=PASSWORD if own_password else None,
        )
    return sign_in.open_session(school.database, account)


def is_let_in(town: Town, visitor: str, route: Route) -> bool:
    method, path = route.methods[0], route.path.replace("*", "x")
    if method == WEBSOCKET:
        return town.ask(visitor, "GET", path, headers=WEBSOCKET_HANDSHAKE).status == HTTPStatus.SWITCHING_PROTOCOLS
    headers = {SCRIPT_HEADER: "1"} if route.is_script else {}
    return SHUT not in town.ask(visitor, method, path, headers=headers).headers


def test_what_our_script_asks_for_is_refused_without_its_header(town: Town) -> None:
    for route in (route for route in ROUTES if route.is_script):
        assert town.ask(Role.TEACHER, route.methods[0], route.path).status == HTTPStatus.FORBIDDEN


def test_every_route_and_screen_has_its_line_in_the_table_and_no_line_is_left_over() -> None:
    rows = {(route.methods[0], route.path) for route in ROUTES}
    assert rows == set(WHO_GETS_IN)
    assert {f"/{screen.address}" for screen in SCREENS} <= {path for _, path in WHO_GETS_IN}


@pytest.mark.parametrize("visitor", sorted(EVERYBODY))
def test_the_gate_lets_a_visitor_in_exactly_where_the_table_says(town: Town, visitor: str) -> None:
    acts_that_end_the_session = {"/door/sign-out", "/door/demo"}
    let_in = {
        (route.methods[0], route.path)
        for route in ROUTES
        if route.path not in acts_that_end_the_session and is_let_in(town, visitor, route)
    }
    expected = {
        line for line, who in WHO_GETS_IN.items() if visitor in who and line[1] not in acts_that_end_the_session
    }
    assert let_in == expected


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/script-health-check",
        "/_stcore/agent/openapi.json",
        "/_stcore/message",
        "/pages/accounts.py",
        "/app.py",
        "/nothing",
        "/groups/../_stcore/metrics",
        "/%2e%2e/etc/passwd",
    ],
)
def test_what_is_not_in_the_table_is_not_found_even_for_an_administrator(town: Town, path: str) -> None:
    assert town.ask("administrator", "GET", path).status == 404


PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("visitor", "path", "status", "reason"),
    [
        ("administrator", "/nothing", 404, "There is no such page."),
        (NOBODY, "/nothing", 404, "There is no such page."),
        ("teacher", "/accounts", 403, "Your account does not have the rights for this page."),
    ],
)
def test_a_person_who_is_refused_gets_a_page_with_a_way_on(
    town: Town, visitor: str, path: str, status: int, reason: str
) -> None:
    answer = town.ask(visitor, "GET", path, headers=PAGE)
    assert (answer.status, answer.headers[SHUT]) == (status, "shut")
    assert "text/html" in answer.headers["Content-Type"]
    assert f"<h1>{gettext(reason)}</h1>" in answer.body
    assert 'href="/"' in answer.body


def test_the_page_of_a_refusal_speaks_the_readers_language(town: Town) -> None:
    in_kazakh = town.ask(NOBODY, "GET", "/nothing", headers=PAGE | {"Accept-Language": "kk-KZ,kk;q=0.9"})
    assert '<html lang="kk"' in in_kazakh.body
    cookies = {"monitoring_language": "en", town.cookie: town.tokens["teacher"]}
    of_the_account = town.program.ask("GET", "/accounts", cookies=cookies, headers=PAGE)
    assert '<html lang="ru"' in of_the_account.body


def test_what_no_person_reads_is_refused_in_a_line_of_text(town: Town) -> None:
    for answer in (
        town.ask("teacher", "GET", "/nothing"),
        town.ask("teacher", "POST", "/nothing", headers=PAGE),
        town.ask("teacher", "GET", "/accounts"),
    ):
        assert "text/plain" in answer.headers["Content-Type"]


def test_an_address_that_is_not_there_is_not_read_as_a_page_of_its_own(town: Town) -> None:
    answer = town.ask(NOBODY, "GET", "/%22%3E%3Cscript%3Ealert(1)%3C/script%3E", headers=PAGE)
    assert answer.status == 404
    assert "<script" not in answer.body


def test_a_screen_asked_for_without_a_session_leads_to_the_door(town: Town) -> None:
    answer = town.ask(NOBODY, "GET", "/groups")
    assert (answer.status, answer.headers["Location"]) == (303, "/door")


def test_a_one_time_password_leads_to_the_choice_of_ones_own(town: Town) -> None:
    answer = town.ask(ONE_TIME, "GET", "/groups")
    assert (answer.status, answer.headers["Location"]) == (303, "/door/password")


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost", "null", ""])
def test_a_form_from_another_site_is_refused(town: Town, origin: str) -> None:
    answer = town.ask("teacher", "POST", "/door/language", headers={"Origin": origin}, form={"language": "kk"})
    assert answer.status == 403


def test_a_form_without_the_token_of_its_session_does_nothing(town: Town) -> None:
    town.ask("teacher", "POST", "/door/sign-out", form={"form_token": form_token("another session")})
    assert town.ask("teacher", "GET", "/").status == 200


def test_a_socket_opened_by_another_site_is_refused(town: Town) -> None:
    foreign = WEBSOCKET_HANDSHAKE | {"Origin": "http://evil.example"}
    assert town.ask("teacher", "GET", "/_stcore/stream", headers=foreign).status == HTTPStatus.FORBIDDEN


def test_a_form_that_is_too_long_is_refused_unread(town: Town) -> None:
    assert town.ask(NOBODY, "POST", "/door/sign-in", form={"login": "x" * 70_000}).status == 413


def test_a_form_of_unknown_length_is_refused_unread(town: Town) -> None:
    with socket.create_connection(("localhost", town.program.port)) as connection:
        connection.sendall(
            f"POST /door/sign-in HTTP/1.1\r\nHost: localhost:{town.program.port}\r\nOrigin: {town.program.address}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        assert b" 411 " in connection.recv(200)


def test_a_foreign_host_name_is_refused(town: Town) -> None:
    assert town.ask("teacher", "GET", "/", headers={"Host": "evil.example"}).status == 421


def test_a_closed_session_is_shut_out_at_once(town: Town) -> None:
    token = token_of(town.school, "leaver", NewGrant(Role.HEAD))
    cookies = {town.cookie: token}
    assert town.program.ask("GET", "/groups", cookies=cookies).status == 200
    sign_in.sign_out(town.school.database, token)
    assert town.program.ask("GET", "/groups", cookies=cookies).status == 303


def test_a_screen_says_its_language_and_carries_the_headers_that_keep_it_at_home(town: Town) -> None:
    answer = town.ask("teacher", "GET", "/")
    page = answer.body
    assert '<html lang="ru" translate="no"' in page
    assert "<title>Streamlit" not in page
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(town: Town) -> None:
    answer = town.ask(NOBODY, "POST", "/door/sign-in", form={"login": "aigul", "password": PASSWORD})
    assert answer.status == 303
    cookie = answer.headers["Set-Cookie"].casefold()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.file)
def test_a_page_first_asks_who_is_here(screen: Screen) -> None:
    """The second lock: a page that ran without the gate would stop at its first statement."""
    statements = [
        node
        for node in ast.parse(screen.path.read_text("utf-8")).body[1:]  # after the docstring
        if not isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)
    ]
    acts = [ast.unparse(node) for node in statements if "st." in ast.unparse(node) or "enter(" in ast.unparse(node)]
    assert acts[0] == f"visit = enter({screen.address!r})"


def test_the_person_of_a_session_holds_what_was_granted(town: Town) -> None:
    with town.school.database.reading() as session:
        signed_in = sign_in.resume(session, town.tokens["head"])
        account = session.exec(select(Account).where(Account.login == "head")).one()
    assert signed_in is not None
    assert signed_in.person == Person(UUID(str(town.school.organisation_id)), account.id, (Held(Role.HEAD),))
