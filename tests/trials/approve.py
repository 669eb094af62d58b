"""A sheet is approved while several teachers type on it: what came before is on record, what comes after is refused."""

import time
from dataclasses import replace
from random import Random

from sqlmodel import select

from monitoring.record.models import GroupStage, RatingCounter, SheetState
from tests.running import running
from tests.trials.kindergarten import STAGE, Desk, Kindergarten, colleague, kindergarten
from tests.trials.outcome import Outcome, hold_against_the_record
from tests.trials.place import Place
from tests.trials.writer import Writer, typing

CHILDREN, CRITERIA = 10, 42
BEFORE_S, AFTER_S = (0.2, 1.0), 0.3


def trial(place: Place, *, sheets: int = 30, writers: int = 6, seed: int = 1) -> Outcome:
    """Return what came of it: nothing is written after the approval, and everything typed has its receipt."""
    made = kindergarten(place.database(), desks=sheets, children_each=CHILDREN, criteria=CRITERIA)
    people: list[Writer] = []
    late, random = 0, Random(seed)
    with running(place.home, environment=place.environment) as program:
        for number, desk in enumerate(made.desks):
            at_the_sheet = [Writer(made, one, program.port) for one in _colleagues(made, desk, writers, number)]
            people += at_the_sheet
            with typing(at_the_sheet, seed + number):
                time.sleep(random.uniform(*BEFORE_S))
                written = _approve(made, desk)
                time.sleep(AFTER_S)
            late += _written(made) - written
    outcome = Outcome({"sheets approved": sheets})
    hold_against_the_record(outcome, made.database, people, some_refused=True)
    outcome.counted["changes written after the approval"] = late
    outcome.claim("nothing is written after the approval", late)
    return outcome


def _colleagues(made: Kindergarten, desk: Desk, count: int, sheet: int) -> list[Desk]:
    """Return teachers at the same sheet, each with cells of their own."""
    return [
        replace(colleague(made, desk, f"colleague{sheet}-{number}"), cells=desk.cells[number::count])
        for number in range(count)
    ]


def _approve(made: Kindergarten, desk: Desk) -> int:
    """Approve the sheet, its row held while nobody else writes, and return how many changes there are by then."""
    with made.database.writing() as session:
        row = session.get_one(GroupStage, (desk.group_id, STAGE), with_for_update=True)
        row.state = SheetState.APPROVED
        session.flush()
        return session.exec(select(RatingCounter.last)).one()


def _written(made: Kindergarten) -> int:
    with made.database.reading() as session:
        return session.exec(select(RatingCounter.last)).one()
