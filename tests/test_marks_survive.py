"""Short forms of the long trials, see `python -m tests.trials`: no mark is lost, doubled or crossed with another."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from monitoring import ratings
from monitoring.ratings import Change, Receipt
from monitoring.record.database import Database
from tests.conftest import named, on_server
from tests.trials import approve, kill, receipts, two_writers
from tests.trials.kindergarten import STAGE, Desk, kindergarten
from tests.trials.place import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "home")


@pytest.fixture
def place_on_a_server(tmp_path: Path, postgres_server: str) -> Iterator[Place]:
    """Yield a home whose database is a new one on the PostgreSQL server."""
    name = f"trial_{uuid4().hex[:8]}"
    on_server(postgres_server, f"CREATE DATABASE {name}")
    yield Place(tmp_path / "home", named(postgres_server, name))
    on_server(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


def record(database: Database, desk: Desk, changes: list[Change]) -> list[Receipt]:
    with database.writing() as session:
        return ratings.record(session, desk.teacher, desk.group_id, STAGE, changes)


def test_no_mark_is_lost_or_doubled_where_the_server_is_killed(place: Place) -> None:
    assert kill.trial(place, kills=2, writers=5).broken == []


def test_no_mark_is_lost_or_doubled_where_the_answers_get_lost(place: Place) -> None:
    assert receipts.trial(place, seconds=1, writers=5).broken == []


@pytest.mark.postgres
def test_no_mark_is_lost_or_doubled_where_answers_get_lost_on_a_database_server(place_on_a_server: Place) -> None:
    assert receipts.trial(place_on_a_server, seconds=2, writers=5).broken == []


def test_two_writers_of_one_cell_lose_no_update_and_one_has_the_conflict(database: Database) -> None:
    assert two_writers.trial(database, rounds=25).broken == []


def test_changes_that_come_again_while_they_are_being_written_get_the_same_receipts(database: Database) -> None:
    """As where a browser has waited too long: the second request begins before the first is through."""
    made = kindergarten(database, desks=1, children_each=1, criteria=3)
    desk = made.desks[0]
    record(database, desk, [desk.change(2, 1)])
    there_and_back = [desk.change(1, 2), desk.change(1, 3, base=1), desk.change(1, 2, base=2)]
    changes = [desk.change(0, 2), *there_and_back, desk.change(2, 3, base=1)]
    with ThreadPoolExecutor(1) as pool:
        with database.writing() as session:
            first = ratings.record(session, desk.teacher, desk.group_id, STAGE, changes)
            again = pool.submit(record, database, desk, changes)
            with pytest.raises(TimeoutError):
                again.result(timeout=0.5)
        assert again.result(timeout=10) == first


@pytest.mark.postgres
def test_nothing_is_written_after_a_sheet_is_approved(place_on_a_server: Place) -> None:
    assert approve.trial(place_on_a_server, sheets=2, writers=4).broken == []
