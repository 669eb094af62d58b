"""What a screen of figures waits for: the levels of a group of 25 by 84 criteria at three stages, summaries and cards.

Beside it in the same run: all marks read into pandas and counted there, for a group and for the whole kindergarten.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from itertools import cycle, product
from uuid import UUID

import pandas as pd
from sqlalchemy import insert, select, text
from sqlmodel import Session, col

from monitoring.core.scale import STAGES
from monitoring.lists.years import YearRules
from monitoring.record.models import Area, Criterion, Enrolment, Rating, YearCriterion, now
from monitoring.results import card, levels, summary
from tests.benchmarks.load import CHILDREN, CRITERIA, Times
from tests.trials.kindergarten import Kindergarten, kindergarten
from tests.trials.place import KINDS, place

GROUPS = 12
ROW = "{:52} {:>6} {:>8} {:>8} {:>8} {:>8}"
A_MIX = (3, 2, 3, 1, 2, None, 3, 2, 2, 3, 1)  # eleven, so that no child or area gets the same marks as the next


def main(arguments: Sequence[str]) -> None:
    """Run the benchmark on each database and print its table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks results", description=__doc__)
    parser.add_argument("--times", type=int, default=60, help="how often each figure of a group is asked for")
    parser.add_argument("--database", nargs="+", choices=KINDS, default=KINDS)
    chosen = parser.parse_args(arguments)
    marks = CHILDREN * CRITERIA * len(STAGES)
    _tell(f"{GROUPS} groups, each {CHILDREN} children x {CRITERIA} criteria x {len(STAGES)} stages: {marks} marks; ms")
    _tell(ROW.format("", "times", "p50", "p95", "max", "x base"))
    for kind in chosen.database:
        with place(kind) as there:
            made = kindergarten(there.database(), desks=GROUPS, children_each=CHILDREN, criteria=CRITERIA)
            _mark_all(made)
            _measure(kind, made, chosen.times)


def _measure(kind: str, made: Kindergarten, times: int) -> None:
    console, year_id = made.school.console, made.school.year_id
    desk, rules = made.desks[0], YearRules()
    child_id = desk.cells[0][0]
    of_group: dict[str, Callable[[Session], object]] = {
        "base: marks of a group into pandas": lambda session: _by_pandas(session, year_id, desk.group_id),
        "levels.of_group": lambda session: levels.of_group(session, desk.teacher, desk.group_id, rules),
        "summary.of_group": lambda session: summary.of_group(session, desk.teacher, desk.group_id),
        "card.card_of": lambda session: card.card_of(session, desk.teacher, child_id, year_id),
        f"card.cards_of, {CHILDREN} cards": lambda session: card.cards_of(session, desk.teacher, desk.group_id),
    }
    of_all: dict[str, Callable[[Session], object]] = {
        "base: marks of all groups into pandas": lambda session: _by_pandas(session, year_id),
        "levels.of_year": lambda session: levels.of_year(session, console, year_id, rules),
        "summary.of_organisation": lambda session: summary.of_organisation(session, console, year_id),
    }
    for acts, often in ((of_group, times), (of_all, max(1, times // 6))):
        base = Times()
        for name, act in acts.items():
            taken = _timed(made, act, often)
            base = base if base.seconds else taken
            ms = [f"{taken.at(share):.1f}" for share in (0.5, 0.95, 1)]
            _tell(ROW.format(f"{kind}, {name}", often, *ms, f"{taken.at(0.5) / base.at(0.5):.2f}"))


def _timed(made: Kindergarten, act: Callable[[Session], object], often: int) -> Times:
    """Do it in a transaction of its own each time, after two that warm up."""
    taken = Times()
    for _ in range(2 + often):
        started = time.perf_counter()
        with made.database.reading() as session:
            act(session)
        taken.seconds.append(time.perf_counter() - started)
    del taken.seconds[:2]
    return taken


def _by_pandas(session: Session, year_id: UUID, group_id: UUID | None = None) -> pd.DataFrame:
    """Return the mean level of each child by stage and area, and by direction, the way a notebook would find it."""
    query = (
        select(col(Rating.child_id), col(Rating.stage), col(Area.key), col(Area.direction_key), col(Rating.level))
        .join(YearCriterion, col(YearCriterion.criterion_version_id) == col(Rating.criterion_version_id))
        .join(Criterion, col(Criterion.id) == col(YearCriterion.criterion_id))
        .join(Area, col(Area.key) == col(Criterion.area_key))
        .where(col(Rating.school_year_id) == year_id, col(YearCriterion.school_year_id) == year_id)
    )
    if group_id is not None:
        in_group = select(col(Enrolment.child_id)).where(col(Enrolment.group_id) == group_id)
        query = query.where(col(Rating.child_id).in_(in_group))
    columns = ["child", "stage", "area", "direction", "level"]
    marks = pd.DataFrame(session.connection().execute(query).tuples().all(), columns=columns)
    parts = [marks.groupby(["child", "stage", part])["level"].agg(["count", "mean"]) for part in ("area", "direction")]
    found = pd.concat(parts)
    return found.assign(level=pd.cut(found["mean"], [0, 1.7, 2.5, 4], right=False, labels=[1, 2, 3]))


def _mark_all(made: Kindergarten) -> None:
    """Write a mark into every cell of every sheet, straight into the table; PostgreSQL then counts what it has.

    In use it does that by itself, some time after so many rows were written.
    """
    done = {"school_year_id": made.school.year_id, "organisation_id": made.school.organisation_id}
    by = {"at": now(), "by_account_id": None, "by_console": "trial", "revision": 1}
    mix = cycle(A_MIX)
    for desk in made.desks:
        rows = [
            done | by | {"child_id": child_id, "criterion_version_id": version_id, "stage": stage, "level": next(mix)}
            for stage, (child_id, version_id) in product(STAGES, desk.cells)
        ]
        with made.database.writing() as session:
            session.connection().execute(insert(Rating), rows)
    if made.database.file is None:
        with made.database.writing() as session:
            session.connection().execute(text("ANALYZE"))


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
