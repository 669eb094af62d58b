"""Somebody typing on a sheet over HTTP who behaves as the browser does.

What was typed stays in a journal until its receipt comes; one batch is in flight; after a failure the same changes
go out again under the same ids; the base of a change is foretold from what is still on its way.
"""

import http.client
import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from threading import Event
from typing import Any
from uuid import UUID

from monitoring.ratings import Change
from tests.trials.kindergarten import STAGE, Desk, Kindergarten

MOST_AT_ONCE = 100
ANSWER_WITHIN_S = 20
PAUSE_S = 0.05
RETURN_WITHIN_S = 120
MOST_KEYS = 3
TYPED_AGAIN = 0.3  # of the keys go to a cell that was typed into before
LEVELS = (1, 2, 3, None)
Receipt = dict[str, Any]


class NoReceiptError(Exception):
    """The server answered, but with something else than receipts."""


@dataclass
class Writer:
    """One open sheet: what was typed in it, what still waits for its receipt, and the receipts that came."""

    made: Kindergarten
    desk: Desk
    port: int
    typed: list[Change] = field(default_factory=list)
    journal: list[Change] = field(default_factory=list)
    receipts: dict[UUID, Receipt] = field(default_factory=dict)
    record: dict[tuple[UUID, UUID], tuple[int | None, int]] = field(default_factory=dict)
    failures: int = 0
    since: int = 0
    through: int | None = None  # the port of what stands between this browser and the server
    _connection: http.client.HTTPConnection | None = None

    def type(self, at: int, level: int | None) -> None:
        """Type a level into a cell, or clear it: into the journal, over what will stand there by then."""
        cell = self.desk.cells[at % len(self.desk.cells)]
        waiting = [change for change in self.journal if change.cell == cell]
        shown, revision = self.record.get(cell, (None, 0))
        if (waiting[-1].level if waiting else shown) == level:
            return  # it stands there already
        change = self.desk.change(at, level, waiting[-1].base + 1 if waiting else revision)
        self.typed.append(change)
        self.journal.append(change)

    def deliver(self) -> bool:
        """Send the oldest of the journal once; tell whether receipts came."""
        batch = self.journal[:MOST_AT_ONCE]
        if not batch:
            return True
        try:
            answer = self._post(batch)
        except (OSError, http.client.HTTPException):
            self.failures += 1
            self._hang_up()
            return False
        self._take(batch, answer)
        return True

    def deliver_all(self, within_s: float) -> None:
        """Send until the journal is empty, or until the time is over."""
        until = time.monotonic() + within_s
        while self.journal and time.monotonic() < until:
            if not self.deliver():
                time.sleep(PAUSE_S)
        self._hang_up()

    def _post(self, batch: list[Change]) -> dict[str, Any]:
        if self._connection is None:
            port = self.through or self.port
            self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_WITHIN_S)
        sent = self._sheet() | {"since": self.since, "changes": [_as_json(change) for change in batch]}
        self._connection.request("POST", "/sheets/changes", json.dumps(sent), self._headers())
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise NoReceiptError(f"{answer.status}: {body.decode('utf-8', 'replace')[:200]}")
        content: dict[str, Any] = json.loads(body)
        return content

    def _take(self, batch: list[Change], answer: dict[str, Any]) -> None:
        del self.journal[: len(batch)]
        for change, receipt in zip(batch, answer["receipts"], strict=True):
            assert receipt["id"] == str(change.id), "receipts come in the order of the changes"
            self.receipts[change.id] = receipt
            if "saved" in receipt:
                self._learn(change.cell, change.level, receipt["saved"])
        for child_id, version_id, level, revision, *_ in answer["marks"]:
            self._learn((UUID(child_id), UUID(version_id)), level, revision)
        self.since = answer["sequence"]

    def _learn(self, cell: tuple[UUID, UUID], level: int | None, revision: int) -> None:
        if revision > self.record.get(cell, (None, 0))[1]:
            self.record[cell] = level, revision

    def _sheet(self) -> dict[str, Any]:
        return {
            "installation": str(self.made.installation_id),
            "account": str(self.desk.teacher.account_id),
            "group": str(self.desk.group_id),
            "stage": STAGE.value,
        }

    def _headers(self) -> dict[str, str]:
        return {
            "Host": f"localhost:{self.port}",
            "Origin": f"http://localhost:{self.port}",
            "X-Monitoring": "1",
            "Content-Type": "application/json",
            "Cookie": f"{self.made.cookie}={self.desk.token}",
        }

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def typing(writers: Sequence[Writer], seed: int) -> Iterator[None]:
    """Let all of them type at once until the end of the block, then wait until their journals are empty.

    Whatever one of them stumbled over is raised here.
    """
    over = Event()
    with ThreadPoolExecutor(len(writers)) as pool:
        done = [pool.submit(_type, writer, Random(seed + number), over) for number, writer in enumerate(writers)]
        try:
            yield
        finally:
            over.set()
        for one in done:
            one.result()


def _type(writer: Writer, random: Random, over: Event) -> None:
    """Go through the sheet, sometimes back over what stands there, a mark or a few between two requests."""
    cell = 0
    while not over.is_set():
        for _ in range(random.randint(1, MOST_KEYS)):
            cell += 1
            at = random.randrange(cell) if random.random() < TYPED_AGAIN else cell
            writer.type(at, random.choice(LEVELS))
        writer.deliver()
        over.wait(random.uniform(0, 2 * PAUSE_S))
    writer.deliver_all(RETURN_WITHIN_S)


def _as_json(change: Change) -> dict[str, Any]:
    return {
        "id": str(change.id),
        "child": str(change.child_id),
        "criterion": str(change.criterion_version_id),
        "base": change.base,
        "level": change.level,
    }
