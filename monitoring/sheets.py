"""The observation sheet as it is read: one group, one stage, everything that a teacher needs to type on it.

Read side of the main road. `monitoring.ratings` writes; what has changed since is told by the sequence of its history.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import SQLColumnExpression, and_, bindparam, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from monitoring.core.errors import NotFound
from monitoring.core.language import message
from monitoring.core.scale import STAGES, Level, Stage
from monitoring.criteria import catalogue
from monitoring.criteria.catalogue import AreaView, CriterionView
from monitoring.lists import roster, years
from monitoring.lists.roster import ChildView, GroupView
from monitoring.lists.years import YearView
from monitoring.record.access import Actor, Permission, groups_in_scope, just_registered, may, register, require
from monitoring.record.database import Database
from monitoring.record.models import (
    Account,
    Act,
    Criterion,
    CriterionVersion,
    Enrolment,
    Group,
    GroupStage,
    Rating,
    RatingChange,
    RatingCounter,
    SheetState,
    YearCriterion,
)

Columns = tuple[SQLColumnExpression[Any], ...]


@dataclass(frozen=True)
class Mark:
    """A cell as it stands on record; without a level it was taken back. `by` is a name, of a person or a console."""

    child_id: UUID
    criterion_version_id: UUID
    level: Level | None
    revision: int
    at: datetime
    by: str


@dataclass(frozen=True)
class AreaOfSheet:
    """A learning area on a sheet, with the criteria of all ages that its children need."""

    area: AreaView
    may_mark: bool
    criteria: tuple[CriterionView, ...]


@dataclass(frozen=True)
class StateOfSheet:
    """How far a sheet is, since when and by whom."""

    state: SheetState
    at: datetime
    by: str

    @property
    def is_approved(self) -> bool:
        return self.state is SheetState.APPROVED


@dataclass(frozen=True)
class Sheet:
    """A group's observation sheet of one stage.

    `children` are those on its list who have a set of criteria at this stage, `without_set` those who have none.
    `earlier` are the marks of the stage before, by the criteria that both stages share.
    """

    group: GroupView
    year: YearView
    stage: Stage
    state: StateOfSheet
    children: tuple[ChildView, ...]
    without_set: tuple[ChildView, ...]
    areas: tuple[AreaOfSheet, ...]
    marks: tuple[Mark, ...]
    earlier: tuple[Mark, ...]
    sequence: int


@dataclass(frozen=True)
class Changes:
    """Cells of a sheet that have changed, each once, as it stands now, and the sequence up to which that is so."""

    marks: tuple[Mark, ...]
    sequence: int


@dataclass(frozen=True)
class News:
    """What is new on a sheet, its state, and how many of its cells have a level."""

    changes: Changes
    state: StateOfSheet
    assessed: int


@dataclass(frozen=True)
class Progress:
    """How many cells of a sheet have a level, and how many there are: a cell is a child and a criterion of its set."""

    assessed: int
    cells: int


def _columns(table: type[Rating] | type[RatingChange], level: SQLColumnExpression[int | None]) -> Columns:
    return (
        col(table.child_id),
        col(table.criterion_version_id),
        level,
        col(table.revision),
        col(table.at),
        func.coalesce(col(Account.name), col(table.by_console)),
    )


def _children_of(sets: Select[UUID, UUID, int]) -> SelectOfScalar[UUID]:
    return select(sets.subquery().c.child_id)


# Built once: they are asked at every key, or every few seconds.
_CHANGED = (
    select(*_columns(RatingChange, col(RatingChange.to_level)))
    .outerjoin(Account, col(Account.id) == col(RatingChange.by_account_id))
    .join(Group, col(Group.school_year_id) == col(RatingChange.school_year_id))
    .where(
        col(RatingChange.organisation_id) == bindparam("organisation_id"),
        col(RatingChange.sequence) > bindparam("since"),
        col(RatingChange.sequence) <= bindparam("until"),
        col(RatingChange.stage) == bindparam("stage"),
        col(Group.id) == bindparam("group_id"),
        col(RatingChange.child_id).in_(
            _children_of(roster.sets_at(bindparam("stage")).where(col(Enrolment.group_id) == bindparam("group_id")))
        ),
    )
    .order_by(col(RatingChange.sequence))
)
_LISTED = roster.sets_at(bindparam("stage")).where(col(Enrolment.group_id) == bindparam("group_id")).subquery()
_ASSESSED = (
    select(func.count())
    .select_from(Rating)
    .join(_LISTED, _LISTED.c.child_id == col(Rating.child_id))
    .join(Group, and_(col(Group.id) == _LISTED.c.group_id, col(Group.school_year_id) == col(Rating.school_year_id)))
    .join(CriterionVersion, col(CriterionVersion.id) == col(Rating.criterion_version_id))
    .join(Criterion, and_(col(Criterion.id) == col(CriterionVersion.criterion_id), roster.in_the_set(_LISTED.c.age)))
    .where(
        col(Rating.organisation_id) == bindparam("organisation_id"),
        col(Rating.stage) == bindparam("stage"),
        col(Rating.level).is_not(None),
    )
)
_LAST = select(col(RatingCounter.last)).where(col(RatingCounter.organisation_id) == bindparam("organisation_id"))


def sheet_of(session: Session, actor: Actor, group_id: UUID, stage: Stage) -> Sheet:
    """Return a whole sheet. Raises NotFound for a group that is not there, NotAllowed for one out of scope."""
    group = roster.group(session, actor, group_id)
    year = years.year_view(session, actor, group.school_year_id)
    sequence = _last_sequence(session, actor)
    listed = roster.on_the_list(session, actor, group_id, stage)
    children = tuple(child for child in listed if child.age is not None)
    ages = {child.age for child in children}
    before = STAGES[STAGES.index(stage) - 1] if stage is not STAGES[0] else None
    return Sheet(
        group,
        year,
        stage,
        _state(session, actor, group_id, stage),
        children,
        tuple(child for child in listed if child.age is None),
        _areas(session, actor, group, ages),
        tuple(_marks(session, actor, group, stage)),
        tuple(_marks(session, actor, group, before, listed_at=stage)) if before else (),
        sequence,
    )


def open_sheet(database: Database, actor: Actor, group_id: UUID, stage: Stage) -> Sheet:
    """Return a whole sheet for somebody to see, see `sheet_of`, and put on record that they opened it."""
    with database.reading() as session:
        sheet = sheet_of(session, actor, group_id, stage)
        is_known = just_registered(session, actor, Act.OPENED, "sheet", group_id)
    if not is_known:
        with database.writing() as session:
            register(session, actor, Act.OPENED, "sheet", group_id)
    return sheet


def news_of(session: Session, actor: Actor, group_id: UUID, stage: Stage, since: int) -> News:
    """Return what has changed on a sheet after the sequence `since`, own changes too."""
    require(actor, Permission.READ_GROUP, group_id=group_id)
    return News(
        changes_of(session, actor, group_id, stage, since),
        _state(session, actor, group_id, stage),
        _count_assessed(session, actor, group_id, stage),
    )


def changes_of(session: Session, actor: Actor, group_id: UUID, stage: Stage, since: int) -> Changes:
    """Return the cells of a sheet that changed after the sequence `since`, each once, as it stands now."""
    require(actor, Permission.READ_GROUP, group_id=group_id)
    # The counter first: every change up to it is committed, and those after it are the next news.
    sequence = _last_sequence(session, actor)
    if since >= sequence:
        return Changes((), sequence)
    named = {"organisation_id": actor.organisation_id, "group_id": group_id, "stage": stage}
    rows = session.connection().execute(_CHANGED, {**named, "since": since, "until": sequence})
    return Changes(tuple({(row[0], row[1]): _mark(row) for row in rows}.values()), sequence)


def progress_of(session: Session, actor: Actor, school_year_id: UUID, stage: Stage) -> dict[UUID, Progress]:
    """Return how far the sheets of a year's groups are at a stage, of those that the actor may read."""
    sets = roster.sets_at(stage).where(col(Enrolment.school_year_id) == school_year_id).subquery()
    rows = session.exec(
        select(col(Group.id), func.count(), func.count(col(Rating.level)))
        .join(sets, sets.c.group_id == col(Group.id))
        .join(YearCriterion, col(YearCriterion.school_year_id) == col(Group.school_year_id))
        .join(Criterion, and_(col(Criterion.id) == col(YearCriterion.criterion_id), roster.in_the_set(sets.c.age)))
        .outerjoin(
            Rating,
            and_(
                col(Rating.child_id) == sets.c.child_id,
                col(Rating.school_year_id) == col(Group.school_year_id),
                col(Rating.stage) == stage,
                col(Rating.criterion_version_id) == col(YearCriterion.criterion_version_id),
            ),
        )
        .where(groups_in_scope(actor, Permission.READ_GROUP))
        .group_by(col(Group.id))
    )
    return {group_id: Progress(assessed, cells) for group_id, cells, assessed in rows}


def _areas(session: Session, actor: Actor, group: GroupView, ages: set[int | None]) -> tuple[AreaOfSheet, ...]:
    criteria = [one for one in catalogue.criteria_of(session, actor, group.school_year_id) if one.age in ages]
    found = []
    for area in catalogue.areas(session, actor):
        own = tuple(one for one in criteria if one.area_key == area.key)
        if own and (group.assesses_kazakh or area.key != catalogue.KAZAKH):
            may_mark = may(actor, Permission.MARK, group_id=group.id, area_key=area.key)
            found.append(AreaOfSheet(area, may_mark, own))
    return tuple(found)


def _marks(
    session: Session, actor: Actor, group: GroupView, stage: Stage, *, listed_at: Stage | None = None
) -> Iterable[Mark]:
    rows = session.execute(
        select(*_columns(Rating, col(Rating.level)))
        .outerjoin(Account, col(Account.id) == col(Rating.by_account_id))
        .where(
            col(Rating.organisation_id) == actor.organisation_id,
            col(Rating.school_year_id) == group.school_year_id,
            col(Rating.stage) == stage,
            col(Rating.child_id).in_(_listed(group.id, listed_at or stage)),
        )
    )
    return [_mark(row) for row in rows]


def _mark(row: Sequence[Any]) -> Mark:
    child_id, version_id, level, revision, at, by = row
    return Mark(child_id, version_id, None if level is None else Level(level), revision, at, by)


def _state(session: Session, actor: Actor, group_id: UUID, stage: Stage) -> StateOfSheet:
    found = session.execute(
        select(col(GroupStage.state), col(GroupStage.at), func.coalesce(col(Account.name), col(GroupStage.by_console)))
        .outerjoin(Account, col(Account.id) == col(GroupStage.by_account_id))
        .where(
            col(GroupStage.organisation_id) == actor.organisation_id,
            col(GroupStage.group_id) == group_id,
            col(GroupStage.stage) == stage,
        )
    ).first()
    if found is None:
        raise NotFound(message("This group is not there. Reload the page."))
    return StateOfSheet(*found)


def _last_sequence(session: Session, actor: Actor) -> int:
    last: int = session.connection().execute(_LAST, {"organisation_id": actor.organisation_id}).scalar_one()
    return last


def _listed(group_id: UUID, stage: Stage) -> SelectOfScalar[UUID]:
    return _children_of(roster.sets_at(stage).where(col(Enrolment.group_id) == group_id))


def _count_assessed(session: Session, actor: Actor, group_id: UUID, stage: Stage) -> int:
    named = {"organisation_id": actor.organisation_id, "group_id": group_id, "stage": stage}
    count: int = session.connection().execute(_ASSESSED, named).scalar_one()
    return count
