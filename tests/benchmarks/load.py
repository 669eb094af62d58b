"""Teachers who each type a mark a second on their own group's sheet, against one server: how long until the receipt.

Beside it in the same run: the same marks at the same pace straight into `ratings.record`, without a server.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from sqlmodel import func, select

from monitoring import ratings
from monitoring.ratings import Saved
from monitoring.record.database import Database
from monitoring.record.models import RatingChange
from tests.running import Program, running
from tests.trials.kindergarten import STAGE, Desk, Kindergarten, kindergarten
from tests.trials.place import KINDS, Place, place

CHILDREN, CRITERIA = 25, 84
ROW = "{:42} {:>7} {:>8} {:>8} {:>8} {:>9} {:>8} {:>6}"


@dataclass
class Times:
    """Seconds that something took, each time."""

    seconds: list[float] = field(default_factory=list)

    def at(self, share: float) -> float:
        """Return the time in ms that this share of them kept within."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@dataclass
class Measured:
    """What one run showed: how long the way took, and how many marks were typed and found on record."""

    way: Times = field(default_factory=Times)
    key: Times = field(default_factory=Times)  # from the key press; longer where it waited for the batch before
    typed: int = 0
    on_record: int = 0


def main(arguments: Sequence[str]) -> None:
    """Run the benchmark on each database and print its table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks load", description=__doc__)
    parser.add_argument("--teachers", type=int, nargs="+", default=[50, 200])
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--database", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--alone", action="store_true", help="only the server, without the baseline")
    chosen = parser.parse_args(arguments)
    _tell(f"{CHILDREN} children x {CRITERIA} criteria a group, a mark a second and teacher, {chosen.seconds} s; ms")
    _tell(ROW.format("", "marks", "p50", "p95", "p99", "max", "x base", "lost"))
    for kind in chosen.database:
        for teachers in chosen.teachers:
            with place(kind) as there:
                _run(f"{kind}, {teachers} teachers", there, teachers, chosen.seconds, chosen.alone)


def _run(name: str, there: Place, teachers: int, seconds: int, alone: bool) -> None:
    made = kindergarten(there.database(), desks=teachers, children_each=CHILDREN, criteria=CRITERIA)
    base = Measured()
    if not alone:
        base = _counted(made, lambda: _straight(made, seconds))
        _print(f"{name}, ratings.record", base.way, base, base.way)
    with running(there.home, environment=there.environment) as program:
        over = _counted(made, lambda: _over_http(program, made, seconds))
    _print(f"{name}, POST to receipt", over.way, over, base.way)
    _print(f"{name}, key to receipt", over.key, over, base.way)


def _print(name: str, times: Times, measured: Measured, base: Times) -> None:
    ms = [f"{times.at(share):.1f}" for share in (0.5, 0.95, 0.99, 1)]
    ratio = f"{times.at(0.5) / base.at(0.5):.1f}" if base.seconds else "-"
    _tell(ROW.format(name, measured.typed, *ms, ratio, measured.typed - measured.on_record))


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _counted(made: Kindergarten, act: Callable[[], Measured]) -> Measured:
    """Do it, and count how many marks came on record by it."""
    before = _on_record(made.database)
    measured = act()
    measured.on_record = _on_record(made.database) - before
    return measured


def _on_record(database: Database) -> int:
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(RatingChange)).one()


# --- the baseline: the same marks without a server -------------------------------------------------------


def _straight(made: Kindergarten, seconds: int) -> Measured:
    """Let sixteen threads write what the teachers type, each mark in a transaction of its own."""
    measured = Measured(typed=seconds * len(made.desks))

    def write(desk: Desk, cell: int, due: float) -> None:
        started = time.perf_counter()
        with made.database.writing() as session:
            (receipt,) = ratings.record(session, desk.teacher, desk.group_id, STAGE, [desk.change(-1 - cell, 2)])
        assert isinstance(receipt, Saved)
        measured.way.seconds.append(time.perf_counter() - started)
        measured.key.seconds.append(time.perf_counter() - due)

    begin = time.perf_counter() + 0.2
    with ThreadPoolExecutor(16) as pool:
        for second in range(seconds):
            for number, desk in enumerate(made.desks):
                due = begin + second + number / len(made.desks)  # not all at once
                time.sleep(max(0.0, due - time.perf_counter()))
                pool.submit(write, desk, second, due)
    return measured


# --- teachers on the server ------------------------------------------------------------------------------


def _over_http(program: Program, made: Kindergarten, seconds: int) -> Measured:
    measured = Measured()

    async def all_of_them() -> None:
        teachers = [_Teacher(program, made, desk, measured) for desk in made.desks]
        for teacher in teachers:
            await teacher.open_sheet()
        begin = time.perf_counter() + 1
        await asyncio.gather(
            *(teacher.type_marks(begin + number / len(teachers), seconds) for number, teacher in enumerate(teachers))
        )

    asyncio.run(all_of_them())
    return measured


class _Teacher:
    """A browser at a sheet, as light as can be: one batch in flight, what is typed meanwhile goes with the next."""

    def __init__(self, program: Program, made: Kindergarten, desk: Desk, measured: Measured) -> None:
        self.program, self.desk, self.measured = program, desk, measured
        self.sheet = {
            "installation": str(made.installation_id),
            "account": str(desk.teacher.account_id),
            "group": str(desk.group_id),
            "stage": STAGE.value,
        }
        self.head = (
            f"Host: localhost:{program.port}\r\nOrigin: {program.address}\r\nX-Monitoring: 1\r\n"
            f"Cookie: {made.cookie}={desk.token}\r\n"
        )
        self.since = 0

    async def open_sheet(self) -> None:
        """Read the whole sheet, as a browser does first."""
        await self._call()
        whole = await self._ask(f"GET /sheets/whole?{urlencode(self.sheet)} HTTP/1.1\r\n{self.head}\r\n".encode())
        self.since = whole["sequence"]
        self.writer.close()

    async def type_marks(self, begin: float, seconds: int) -> None:
        """Type a mark a second; wait for the receipts of each batch before the next is sent."""
        await self._call()
        typed = 0
        while typed < seconds:
            await asyncio.sleep(max(0.0, begin + typed - time.perf_counter()))
            due = min(seconds, 1 + int(time.perf_counter() - begin))
            await self._send(range(typed, due), begin)
            typed = due

    async def _send(self, cells: range, begin: float) -> None:
        changes = [self._change(cell) for cell in cells]
        body = json.dumps(self.sheet | {"since": self.since, "changes": changes}).encode()
        head = f"{self.head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        started = time.perf_counter()
        answer = await self._ask(f"POST /sheets/changes HTTP/1.1\r\n{head}".encode() + body)
        ended = time.perf_counter()
        assert [receipt.get("saved") for receipt in answer["receipts"]] == [1] * len(changes), answer["receipts"]
        self.since = answer["sequence"]
        self.measured.typed += len(changes)
        self.measured.way.seconds.append(ended - started)
        self.measured.key.seconds.extend(ended - begin - cell for cell in cells)

    def _change(self, cell: int) -> dict[str, object]:
        child_id, version_id = self.desk.cells[cell]
        return {"id": str(uuid4()), "child": str(child_id), "criterion": str(version_id), "base": 0, "level": 2}

    async def _call(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.program.port)

    async def _ask(self, request: bytes) -> dict[str, Any]:
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        lengths = [line.split(":")[1] for line in lines if line.lower().startswith("content-length:")]
        body = await self.reader.readexactly(int(lengths[0]))
        assert " 200 " in status, body.decode()
        answer: dict[str, Any] = json.loads(body)
        return answer
