"""Writers type while answers are lost on their way back, after the server has written: each request is sent again.

A small relay stands between them. Of every three answers it drops one whole; of every five requests it hangs up one
as soon as the server has it, so that the browser sends it again while the first is still being written.
"""

import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import ClassVar

from tests.running import running
from tests.trials.kindergarten import kindergarten
from tests.trials.outcome import Outcome, hold_against_the_record
from tests.trials.place import Place
from tests.trials.writer import ANSWER_WITHIN_S, Writer, typing

CHILDREN, CRITERIA = 10, 84
DROPPED, HUNG_UP = 3, 5


def trial(place: Place, *, seconds: float = 60, writers: int = 10, seed: int = 1) -> Outcome:
    """Return what came of it: everything typed is on record, once, as its receipt says."""
    made = kindergarten(place.database(), desks=writers, children_each=CHILDREN, criteria=CRITERIA)
    with running(place.home, environment=place.environment) as program, _relay(program.port) as port:
        people = [Writer(made, desk, program.port, through=port) for desk in made.desks]
        with typing(people, seed):
            time.sleep(seconds)
    outcome = Outcome()
    hold_against_the_record(outcome, made.database, people)
    return outcome


@contextmanager
def _relay(to_port: int) -> Iterator[int]:
    """Yield the port of a relay to another port on this machine that loses answers."""

    class Relay(_Relay):
        to = to_port
        number = count(1)

    with ThreadingHTTPServer(("127.0.0.1", 0), Relay) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


class _Relay(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    to: ClassVar[int]
    number: ClassVar[Iterator[int]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        number = next(self.number)
        with closing(http.client.HTTPConnection("127.0.0.1", self.to, timeout=ANSWER_WITHIN_S)) as server:
            server.request("POST", self.path, body, dict(self.headers))
            if number % HUNG_UP == 0:
                self._hang_up()
            answer = server.getresponse()
            content = answer.read()
        if number % DROPPED == 0 or number % HUNG_UP == 0:
            self._hang_up()
            return
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):  # hung up already
            self.connection.shutdown(socket.SHUT_RDWR)
