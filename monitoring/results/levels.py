"""The levels of children: of each learning area, each direction and overall, at every stage, from the marks on record.

For the card, the summary and everything after them: a figure that two of them show comes from here. SQL counts the
marks, `core.scale` turns the counts into levels; nothing derived is kept.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, and_, case, cast, func, select
from sqlalchemy.sql import Subquery
from sqlmodel import Session, col

from monitoring.core.scale import Level, Stage, Tally, level_of, overall_level
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
    return _results(session, actor, rules, col(Enrolment.group_id) == group_id)


def of_year(session: Session, actor: Actor, school_year_id: UUID, rules: YearRules) -> list[Result]:
    """Return the results of a school year in all groups that the actor may read."""
    require(actor, Permission.READ_GROUP)
    return _results(session, actor, rules, col(Enrolment.school_year_id) == school_year_id)


def of_children(
    session: Session, actor: Actor, child_ids: Collection[UUID], school_year_id: UUID, rules: YearRules
) -> list[Result]:
    """Return the results of children in a year, whichever groups they were in.

    Whether the actor may read these children is for the caller to ask: their former groups need not be the actor's.
    """
    require(actor, Permission.READ_GROUP)
    own = and_(col(Enrolment.child_id).in_(child_ids), col(Enrolment.school_year_id) == school_year_id)
    return _results(session, actor, rules, own, in_scope=False)


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


def _results(session: Session, actor: Actor, rules: YearRules, which: Any, *, in_scope: bool = True) -> list[Result]:
    listed = roster.sets().where(col(Enrolment.organisation_id) == actor.organisation_id, which)
    if in_scope:
        mine = select(col(Group.id)).where(groups_in_scope(actor, Permission.READ_GROUP))
        listed = listed.where(col(Enrolment.group_id).in_(mine))
    rows = session.connection().execute(_counted(listed.subquery("listed"), actor))
    by_child = groupby(rows, key=lambda row: (row.child_id, row.group_id, row.stage, row.state, row.age))
    return [_result(*key, of_one, rules) for key, of_one in by_child]


def _result(
    child_id: UUID,
    group_id: UUID,
    stage: Stage,
    state: SheetState,
    age: int | None,
    rows: Iterable[Any],
    rules: YearRules,
) -> Result:
    areas = [
        (
            row.area_key,
            row.direction_key,
            Tally(row.criteria, row.at_1, row.at_2, row.at_3),
            None if row.given is None else Level(row.given),
        )
        for row in rows
        if row.area_key is not None
    ]
    return Result(child_id, group_id, stage, state, age, *derive(areas, rules))


def _counted(listed: Subquery, actor: Actor) -> Any:
    """Return the query of (child, stage, area): how many criteria its set has there, how many marks of each level."""
    sizes = (
        select(
            col(YearCriterion.school_year_id),
            col(Criterion.age),
            col(Criterion.area_key),
            func.count().label("criteria"),
        )
        .join(Criterion, col(Criterion.id) == col(YearCriterion.criterion_id))
        .where(col(YearCriterion.organisation_id) == actor.organisation_id)
        .group_by(col(YearCriterion.school_year_id), col(Criterion.age), col(Criterion.area_key))
        .subquery("sizes")
    )
    marks = (
        select(
            listed.c.child_id,
            listed.c.stage,
            col(Criterion.area_key),
            *(_count_at(level) for level in Level),
        )
        .join(
            Rating,
            and_(
                col(Rating.child_id) == listed.c.child_id,
                col(Rating.school_year_id) == listed.c.school_year_id,
                col(Rating.stage) == listed.c.stage,
            ),
        )
        .join(
            YearCriterion,
            and_(
                col(YearCriterion.school_year_id) == col(Rating.school_year_id),
                col(YearCriterion.criterion_version_id) == col(Rating.criterion_version_id),
            ),
        )
        .join(
            Criterion,
            and_(col(Criterion.id) == col(YearCriterion.criterion_id), col(Criterion.age) == listed.c.age),
        )
        .where(col(Rating.level).is_not(None))
        .group_by(listed.c.child_id, listed.c.stage, col(Criterion.area_key))
        .subquery("marks")
    )
    return (
        select(
            listed.c.child_id,
            listed.c.group_id,
            listed.c.stage,
            col(GroupStage.state),
            listed.c.age,
            sizes.c.area_key,
            col(Area.direction_key),
            sizes.c.criteria,
            *(func.coalesce(marks.c[f"at_{level.value}"], 0).label(f"at_{level.value}") for level in Level),
            col(AreaLevel.level).label("given"),
        )
        .select_from(listed)
        .join(Group, col(Group.id) == listed.c.group_id)
        .join(
            GroupStage,
            and_(col(GroupStage.group_id) == listed.c.group_id, col(GroupStage.stage) == listed.c.stage),
        )
        .outerjoin(
            sizes,
            and_(
                sizes.c.school_year_id == listed.c.school_year_id,
                sizes.c.age == listed.c.age,
                roster.is_assessed(sizes.c.area_key),
            ),
        )
        .outerjoin(Area, and_(col(Area.organisation_id) == actor.organisation_id, col(Area.key) == sizes.c.area_key))
        .outerjoin(
            marks,
            and_(
                marks.c.child_id == listed.c.child_id,
                marks.c.stage == listed.c.stage,
                marks.c.area_key == sizes.c.area_key,
            ),
        )
        .outerjoin(
            AreaLevel,
            and_(
                col(AreaLevel.child_id) == listed.c.child_id,
                col(AreaLevel.school_year_id) == listed.c.school_year_id,
                col(AreaLevel.stage) == listed.c.stage,
                col(AreaLevel.area_key) == sizes.c.area_key,
            ),
        )
        .order_by(_in_the_order_of_the_year(listed), listed.c.group_id, listed.c.child_id, col(Area.number))
    )


def _count_at(level: Level) -> Any:
    return cast(func.sum(case((col(Rating.level) == level.value, 1), else_=0)), Integer).label(f"at_{level.value}")


def _in_the_order_of_the_year(listed: Subquery) -> Any:
    return case({stage: number for number, stage in enumerate(Stage)}, value=listed.c.stage)
