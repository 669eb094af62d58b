"""The program as its users run it: a server in a process of its own, over a fresh database in a fresh folder."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.parse import urlencode

from monitoring import demo
from monitoring.record import clock, upgrade
from monitoring.record.database import FILE_NAME, Database, database_at

ROOT = Path(__file__).parent.parent
PATIENCE_S = 60
LOG = "server.log"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: str


@dataclass(frozen=True)
class Program:
    """A running server: where it answers, and the database under it."""

    port: int
    home: Path
    database: Database
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def ask(
        self,
        method: str,
        path: str,
        *,
        cookies: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        come_from: str = "127.0.0.1",
    ) -> Answer:
        """Send one request as a browser on this very site would, and return the answer, read whole."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE_S, source_address=(come_from, 0)
        )
        usual = {"Origin": self.address, "Host": f"localhost:{self.port}"}
        if cookies:
            usual["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        if form is not None:
            usual["Content-Type"] = "application/x-www-form-urlencoded"
        elif json is not None:
            usual["Content-Type"] = "application/json"
        body = urlencode(form) if form is not None else json
        with closing(connection):
            connection.request(method, path, body, usual | dict(headers or {}))
            answer = connection.getresponse()
            upgraded = answer.status == http.HTTPStatus.SWITCHING_PROTOCOLS
            text = "" if upgraded else answer.read().decode("utf-8", "replace")
            return Answer(answer.status, answer.headers, text)


@contextmanager
def running(home: Path, *, environment: Mapping[str, str] | None = None) -> Iterator[Program]:
    """Start the server over `home` and yield it once it answers; stop it at the end."""
    program = start(home, environment=environment)
    try:
        yield program
    finally:
        stop(program)


def start(home: Path, *, port: int | None = None, environment: Mapping[str, str] | None = None) -> Program:
    """Start the server over `home` on a port, by default a free one, and return it once it answers."""
    home.mkdir(parents=True, exist_ok=True)
    environment = environment or {}
    database = database_at(environment.get("MONITORING_DATABASE_URL") or home / FILE_NAME)
    port = port or _free_port()
    program = Program(port, home, database, _process(home, port, environment))
    try:
        _wait_for(program, home / LOG)
    except BaseException:
        stop(program)
        raise
    return program


def stop(program: Program) -> None:
    """Ask the server to end, wait until it has, and let go of its database; one that was killed has ended."""
    program.process.terminate()
    program.process.wait(PATIENCE_S)
    program.database.engine.dispose()


def kill(program: Program) -> None:
    """End the server as a power cut does: at once, wherever it is."""
    program.process.kill()
    program.process.wait(PATIENCE_S)


def _process(home: Path, port: int, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    with (home / LOG).open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=home,
            env={**os.environ, "MONITORING_HOME": str(home), **environment},
        )


def _wait_for(program: Program, log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and program.process.poll() is None:
        try:
            if program.ask("GET", "/_stcore/health").status == 200:
                upgrade.make_ready(program.database)
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)  # not up yet; or the system has connected our own socket to itself
    raise AssertionError(f"the server did not come up:\n{log.read_text('utf-8', 'replace')}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def with_a_small_demonstration(program: Program) -> None:
    """Make the demonstration of «try it» a school: it has everything but the size, and is there in a second."""
    database = database_at(program.home / "demo" / FILE_NAME)
    upgrade.make_ready(database)
    demo.fill(database, "school", today=clock.today_in(demo.TIME_ZONE))
    demo.fill_once(database, "ru")
    database.engine.dispose()
