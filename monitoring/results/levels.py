"""The levels of children: of each learning area, each direction and overall, at every stage, from the marks on record.

For the card, the summary and everything after them: a figure that two of them show comes from here. SQL counts the
marks, `core.scale` turns the counts into levels; nothing derived is kept.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, case, func, select
from sqlalchemy.sql import Subquery
from sqlmodel import Session, col

from monitoring.core.scale import STAGES, Level, Stage, Tally, level_of, overall_level
from monitoring.lists import roster
from monitoring.lists.years import YearRules
from monitoring.record.access import Actor, Permission, groups_in_scope, require
from monitoring.record.models import (
    Area,
    AreaLevel,
    Criterion,
    Enrolment,
    Group,
    GroupStage,
    Rating,
    SheetState,
    YearCriterion,
)


@dataclass(frozen=True, slots=True)
class Derived:
    """A level with what it was derived from; None: fewer than half of the criteria assessed.

    `given` is the level that somebody gave the learning area directly. It stands while no criterion of the area has a
    mark, and counts in its direction and overall as if each criterion were at it.
    """

    tally: Tally
    level: Level | None
    given: Level | None = None

    @property
    def is_direct(self) -> bool:
        """Whether the level was given directly."""
        return self.given is not None and not self.tally.assessed


NOTHING = Derived(Tally(), None)


@dataclass(frozen=True, slots=True)
class Result:
    """A child on a group's list at a stage, with its levels by keys of areas and directions.

    `state` is how far the group's sheet of this stage is; `age` is that of the child's set of criteria. Without a set
    (None) it has no areas at this stage.
    """

    child_id: UUID
    group_id: UUID
    stage: Stage
    state: SheetState
    age: int | None
    areas: Mapping[str, Derived]
    directions: Mapping[str, Derived]
    overall: Derived

    def of(self, kind: str, key: str) -> Derived | None:
        """Return what was derived of an "area", a "direction" or "overall" (no key), None: not of the child's set."""
        if kind == "overall":
            return self.overall if self.areas else None
        return (self.areas if kind == "area" else self.directions).get(key)


def of_group(session: Session, actor: Actor, group_id: UUID, rules: YearRules) -> list[Result]:
    """Return the results of everyone on a group's list at a stage, stage by stage, in no order of children.

    Raises NotAllowed where the actor may not read the group.
    """
    require(actor, Permission.READ_GROUP, group_id=group_id)
    return _results(session, rules, _of_a_group(), organisation_id=actor.organisation_id, group_id=group_id)


def of_year(session: Session, actor: Actor, school_year_id: UUID, rules: YearRules) -> list[Result]:
    """Return the results of a school year in all groups that the actor may read."""
    require(actor, Permission.READ_GROUP)
    mine = select(col(Group.id)).where(groups_in_scope(actor, Permission.READ_GROUP))
    counted = _counted(col(Enrolment.school_year_id) == school_year_id, col(Enrolment.group_id).in_(mine))
    return _results(session, rules, counted, organisation_id=actor.organisation_id)


def of_children(
    session: Session, actor: Actor, child_ids: Collection[UUID], school_year_id: UUID, rules: YearRules
) -> list[Result]:
    """Return the results of children in a year, whichever groups they were in.

    Whether the actor may read these children is for the caller to ask: their former groups need not be the actor's.
    """
    require(actor, Permission.READ_GROUP)
    which = {"child_ids": list(child_ids), "school_year_id": school_year_id}
    return _results(session, rules, _of_some_children(), organisation_id=actor.organisation_id, **which)


def derive(
    areas: Sequence[tuple[str, str, Tally, Level | None]], rules: YearRules
) -> tuple[dict[str, Derived], dict[str, Derived], Derived]:
    """Return the levels by area, by direction and overall from (area, direction, tally, given level) of each area."""
    of_areas: dict[str, Derived] = {}
    whole: dict[str, Tally] = {}
    for area_key, direction_key, tally, given in areas:
        counted = Tally.all_at(given, tally.criteria) if given is not None and not tally.assessed else tally
        of_areas[area_key] = Derived(tally, level_of(counted, rules.level), given)
        whole[direction_key] = whole.get(direction_key, Tally()) + counted
    directions = {key: Derived(tally, level_of(tally, rules.level)) for key, tally in whole.items()}
    overall = overall_level(whole.values(), rules.level, rules.overall)
    return of_areas, directions, Derived(sum(whole.values(), Tally()), overall)


def _results(session: Session, rules: YearRules, counted: Select[Any], **values: object) -> list[Result]:
    by_child = groupby(session.connection().execute(counted, values), key=itemgetter(*range(_OF_A_CHILD)))
    results = [_result(*key, rows=rows, rules=rules) for key, rows in by_child]
    return sorted(results, key=lambda result: STAGES.index(result.stage))


def _result(
    child_id: UUID,
    group_id: UUID,
    stage: Stage,
    state: SheetState,
    age: int | None,
    *,
    rows: Iterable[Sequence[Any]],
    rules: YearRules,
) -> Result:
    areas = [
        (area_key, direction_key, Tally(criteria, at_1, at_2, at_3), None if given is None else Level(given))
        for area_key, direction_key, given, criteria, at_1, at_2, at_3 in (row[_OF_A_CHILD:] for row in rows)
        if area_key is not None
    ]
    return Result(child_id, group_id, stage, state, age, *derive(areas, rules))


# --- the statement ---------------------------------------------------------------------------------------

_OF_A_CHILD = 5  # the columns that are the same in all rows of a child at a stage: child, group, stage, state, age


# Built once where nothing but values changes: to build it takes a third of the time that it runs.
@cache
def _of_a_group() -> Select[Any]:
    return _counted(col(Enrolment.group_id) == bindparam("group_id"))


@cache
def _of_some_children() -> Select[Any]:
    return _counted(
        col(Enrolment.child_id).in_(bindparam("child_ids", expanding=True)),
        col(Enrolment.school_year_id) == bindparam("school_year_id"),
    )


def _counted(*which: ColumnElement[bool]) -> Select[Any]:
    """Return the query of (child, stage, area): how many criteria its set has there, how many marks of each level."""
    organisation_id = bindparam("organisation_id", type_=Uuid())
    listed = roster.sets().where(col(Enrolment.organisation_id) == organisation_id, *which).subquery("listed")
    kept = _criteria_of_years(organisation_id)
    of_a_child = listed.c.child_id, listed.c.group_id, listed.c.stage, col(GroupStage.state), listed.c.age
    of_an_area = kept.c.area_key, kept.c.direction_key, col(AreaLevel.level)
    one_area = (*of_a_child, kept.c.number, *of_an_area)
    return (
        select(*of_a_child, *of_an_area, func.count(kept.c.criterion_version_id), *map(_count_at, Level))
        .select_from(listed)
        .join(Group, col(Group.id) == listed.c.group_id)
        .join(
            GroupStage,
            and_(col(GroupStage.group_id) == listed.c.group_id, col(GroupStage.stage) == listed.c.stage),
        )
        .outerjoin(
            kept,
            and_(
                kept.c.school_year_id == listed.c.school_year_id,
                kept.c.age == listed.c.age,
                roster.is_assessed(kept.c.area_key),
            ),
        )
        .outerjoin(Rating, and_(*_of(Rating, listed), col(Rating.criterion_version_id) == kept.c.criterion_version_id))
        .outerjoin(AreaLevel, and_(*_of(AreaLevel, listed), col(AreaLevel.area_key) == kept.c.area_key))
        .group_by(*one_area)
        .order_by(*one_area)  # the same as the groups, so that SQLite sorts once
    )


def _criteria_of_years(organisation_id: ColumnElement[UUID]) -> Subquery:
    return (
        select(
            col(YearCriterion.school_year_id),
            col(YearCriterion.criterion_version_id),
            col(Criterion.age),
            col(Criterion.area_key),
            col(Area.number),
            col(Area.direction_key),
        )
        .join(Criterion, col(Criterion.id) == col(YearCriterion.criterion_id))
        .join(
            Area,
            and_(col(Area.organisation_id) == col(Criterion.organisation_id), col(Area.key) == col(Criterion.area_key)),
        )
        .where(col(YearCriterion.organisation_id) == organisation_id)
        .subquery("kept")
    )


def _of(table: type[Rating] | type[AreaLevel], listed: Subquery) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a row is about a listed child at the stage of the list."""
    return (
        col(table.child_id) == listed.c.child_id,
        col(table.school_year_id) == listed.c.school_year_id,
        col(table.stage) == listed.c.stage,
    )


def _count_at(level: Level) -> ColumnElement[int]:
    return func.count(case((col(Rating.level) == level.value, 1)))
