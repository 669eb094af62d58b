"""Who is where: groups, the children in them on a day or at a stage, a child's way through the groups.

For every screen that begins with a list. Being on the list at a stage means being enrolled on its control date.
Nobody sees a group outside their grants; opening one child's record is itself put on record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Exists,
    SQLColumnExpression,
    String,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
)
from sqlalchemy import Select as AnySelect
from sqlalchemy import select as select_columns
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from monitoring.core.errors import NotFound
from monitoring.core.language import message
from monitoring.core.names import ALPHABET, FullName, loose_key, match_key
from monitoring.core.scale import STAGES, Stage
from monitoring.criteria import catalogue
from monitoring.lists.years import day_within, find_year, first_day, year_of
from monitoring.record import clock
from monitoring.record.access import Actor, Permission, groups_in_scope, just_registered, may, register, require
from monitoring.record.models import (
    Act,
    AgeSet,
    AreaLevel,
    Child,
    ChildName,
    Conclusion,
    Criterion,
    EndReason,
    Enrolment,
    Group,
    Measures,
    Observation,
    ObservationChild,
    Rating,
    SchoolYear,
    TeachingLanguage,
    YearStage,
)

FOUND_AT_MOST = 30
# What a search does not tell apart: a Kazakh letter from the Russian one typed for it, a name with its hyphen.
_LOOSE = {sign: loose_key(sign) for sign in (*ALPHABET, "-", "'") if loose_key(sign) != sign}


@dataclass(frozen=True)
class GroupView:
    """A group in its school year; `age` is None where the ages are mixed, `children` counts those of a day."""

    id: UUID
    school_year_id: UUID
    name: str
    age: int | None
    language: TeachingLanguage
    assesses_kazakh: bool
    predecessor_id: UUID | None
    children: int


@dataclass(frozen=True)
class ChildView:
    """A child on a list: in this group since a day, and the age whose set of criteria it has (None: no set)."""

    id: UUID
    name: FullName
    born_on: date
    since: date
    age: int | None


@dataclass(frozen=True)
class FoundChild:
    """A child that a search found, with the last group of the school year in which the reader may see it."""

    id: UUID
    name: FullName
    born_on: date
    group_id: UUID
    group_name: str
    left_on: date | None


@dataclass(frozen=True)
class Place:
    """Where a child was: a group from a day to a day (half-open), to the end of its school year without one."""

    school_year_id: UUID
    begins: int
    group_id: UUID
    group_name: str
    starts_on: date
    ends_on: date | None
    end_reason: EndReason | None


@dataclass(frozen=True)
class YearSets:
    """The ages whose sets of criteria a child has in a school year, stage by stage."""

    school_year_id: UUID
    begins: int
    start: int | None
    mid: int | None
    final: int | None


@dataclass(frozen=True)
class ChildRecord:
    """A child with every place it was at, the earliest first, and its age sets, year by year."""

    id: UUID
    name: FullName
    born_on: date
    places: tuple[Place, ...]
    age_sets: tuple[YearSets, ...]


@dataclass(frozen=True)
class Movement:
    """A child that came to a group or went from it on a day; `other_group` is where from or where to, if here."""

    child_id: UUID
    name: FullName
    on: date
    other_group: str | None


@dataclass(frozen=True)
class Movements:
    arrivals: tuple[Movement, ...]
    leavers: tuple[Movement, ...]


def groups(session: Session, actor: Actor, school_year_id: UUID, on: date | None = None) -> list[GroupView]:
    """Return the groups of a year that the actor may read, by age (mixed last) and name, with their children
    on a day: by default today, or the day of that year nearest to it."""
    require(actor, Permission.READ_GROUP)
    begins = find_year(session, actor, school_year_id).begins
    return _group_views(session, actor, begins, on, col(Group.school_year_id) == school_year_id)


def group(session: Session, actor: Actor, group_id: UUID, on: date | None = None) -> GroupView:
    """Return one group, counted as in `groups`."""
    _, begins = _readable(session, actor, group_id)
    return _group_views(session, actor, begins, on, col(Group.id) == group_id)[0]


def children_of(session: Session, actor: Actor, group_id: UUID, on: date | None = None) -> list[ChildView]:
    """Return the children of a group on a day, by name; the day is by default that of `groups`.

    Their age is that of the final stage: a year's own set, which the start stage may not use.
    """
    _, begins = _readable(session, actor, group_id)
    day = on or day_within(begins, clock.today(session, actor.organisation_id))
    return _children(session, actor, group_id, enrolled_on(day, begins), Stage.FINAL)


def on_the_list(session: Session, actor: Actor, group_id: UUID, stage: Stage) -> list[ChildView]:
    """Return the children on a group's list at a stage, by name, with the set each is given at that stage."""
    found, _ = _readable(session, actor, group_id)
    control_on = (
        select(col(YearStage.control_on))
        .where(col(YearStage.school_year_id) == found.school_year_id, col(YearStage.stage) == stage)
        .scalar_subquery()
    )
    return _children(session, actor, group_id, _enrolled_at(control_on), stage)


def sets_at(stage: Stage | BindParameter[Stage]) -> Select[UUID, UUID, int]:
    """Return the query of who is on which list at a stage: `group_id`, `child_id` and `age` of the set, or null.

    Of all groups there are: for what reads marks, narrowed there; it asks nobody's rights.
    """
    return (
        select(col(Enrolment.group_id), col(Enrolment.child_id), col(AgeSet.age))
        .join(
            YearStage,
            and_(col(YearStage.school_year_id) == col(Enrolment.school_year_id), col(YearStage.stage) == stage),
        )
        .outerjoin(AgeSet, _set_at(stage))
        .where(_enrolled_at(col(YearStage.control_on)))
    )


def sets() -> AnySelect[UUID, UUID, UUID, Stage, int | None]:
    """Return the query of who is on which list at every stage: `school_year_id`, `group_id`, `child_id`, `stage` and
    `age` of the set, or null. As with `sets_at` it is to be narrowed, and asks nobody's rights."""
    return (
        select_columns(
            col(Enrolment.school_year_id),
            col(Enrolment.group_id),
            col(Enrolment.child_id),
            col(YearStage.stage),
            col(AgeSet.age),
        )
        .join(YearStage, col(YearStage.school_year_id) == col(Enrolment.school_year_id))
        .outerjoin(AgeSet, _set_at(col(YearStage.stage)))
        .where(_enrolled_at(col(YearStage.control_on)))
    )


def in_the_set(age: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a criterion is assessed by the children of this age in this group."""
    return and_(col(Criterion.age) == age, is_assessed(col(Criterion.area_key)))


def is_assessed(area_key: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Return the condition that a group assesses a learning area: Kazakh it may leave out."""
    return or_(col(Group.assesses_kazakh), area_key != catalogue.KAZAKH)


def arrivals_and_leavers(session: Session, actor: Actor, group_id: UUID) -> Movements:
    """Return who came to a group after its year's first day and who went before the year's end, day by day."""
    _readable(session, actor, group_id)
    before, after = aliased(Enrolment), aliased(Enrolment)
    came_from, went_to = aliased(Group), aliased(Group)
    same_child = [
        and_(col(one.child_id) == col(Enrolment.child_id), col(one.school_year_id) == col(Enrolment.school_year_id))
        for one in (before, after)
    ]
    rows = session.exec(
        select(Enrolment, ChildName, came_from.name, went_to.name)
        .join(ChildName, col(ChildName.child_id) == col(Enrolment.child_id))
        .outerjoin(before, and_(same_child[0], col(before.ends_on) == col(Enrolment.starts_on)))
        .outerjoin(came_from, col(came_from.id) == col(before.group_id))
        .outerjoin(after, and_(same_child[1], col(after.starts_on) == col(Enrolment.ends_on)))
        .outerjoin(went_to, col(went_to.id) == col(after.group_id))
        .where(col(Enrolment.organisation_id) == actor.organisation_id, col(Enrolment.group_id) == group_id)
        .order_by(col(ChildName.sort_key))
    ).all()
    arrivals = [
        Movement(stay.child_id, _name(name), stay.starts_on, origin)
        for stay, name, origin, _ in rows
        if stay.starts_on > first_day(year_of(stay.starts_on))
    ]
    leavers = [
        Movement(stay.child_id, _name(name), stay.ends_on, target)
        for stay, name, _, target in rows
        if stay.ends_on is not None
    ]
    return Movements(tuple(sorted(arrivals, key=lambda one: one.on)), tuple(sorted(leavers, key=lambda one: one.on)))


def find_children(
    session: Session, actor: Actor, text: str, school_year_id: UUID, *, limit: int = FOUND_AT_MOST
) -> list[FoundChild]:
    """Return the children of a year with a name part that begins so («дан ахм» finds Ахметова Дана), by name.

    A Kazakh letter and the Russian one typed for it are the same here: «Кайрат» finds Қайрат, and the reverse.
    """
    require(actor, Permission.READ_GROUP)
    words = [loose for word in match_key(text).split() if (loose := loose_key(word))]
    if not words:
        return []
    rows = session.exec(
        select(Child, ChildName, Enrolment, Group.name)
        .join(ChildName, col(ChildName.child_id) == col(Child.id))
        .join(Enrolment, col(Enrolment.child_id) == col(Child.id))
        .join(Group, col(Group.id) == col(Enrolment.group_id))
        .where(
            col(Child.organisation_id) == actor.organisation_id,
            col(Enrolment.id).in_(_last_seen(actor, school_year_id)),
            *(_has_part(word) for word in words),
        )
        .order_by(col(ChildName.sort_key), col(Child.id))
        .limit(limit)
    )
    return [
        FoundChild(child.id, _name(name), child.born_on, stay.group_id, group_name, stay.ends_on)
        for child, name, stay, group_name in rows
    ]


def names_on_list(session: Session, actor: Actor, school_year_id: UUID) -> list[tuple[FullName, date]]:
    """Return the name and birth date of everyone enrolled in a year so far: what an imported list is held against."""
    require(actor, Permission.MANAGE_ROSTER)
    enrolled = exists().where(col(Enrolment.child_id) == col(Child.id), col(Enrolment.school_year_id) == school_year_id)
    rows = session.exec(
        select(ChildName, col(Child.born_on))
        .join(Child, col(Child.id) == col(ChildName.child_id))
        .where(col(Child.organisation_id) == actor.organisation_id, enrolled)
        .order_by(col(ChildName.sort_key))
    )
    return [(_name(name), born_on) for name, born_on in rows]


def child_record(session: Session, actor: Actor, child_id: UUID) -> ChildRecord:
    """Return a child's record to whoever may read a group it is or was in, and put the opening on record.

    So it needs a writing transaction. A screen that draws itself again within minutes is one opening. Raises
    NotFound for everybody else.
    """
    require(actor, Permission.READ_GROUP)
    places = _places(session, actor, child_id)
    if not any(may(actor, Permission.READ_GROUP, group_id=place.group_id) for place in places):
        raise NotFound(message("This child is not in the organisation, or not in a group of yours."))
    child, name = session.exec(
        select(Child, ChildName)
        .join(ChildName, col(ChildName.child_id) == col(Child.id))
        .where(col(Child.organisation_id) == actor.organisation_id, col(Child.id) == child_id)
    ).one()
    if not just_registered(session, actor, Act.OPENED, "child", child_id):
        register(session, actor, Act.OPENED, "child", child_id, child_id=child_id)
    return ChildRecord(child_id, _name(name), child.born_on, places, _age_sets(session, actor, child_id))


def has_work(
    session: Session, actor: Actor, *, child_id: UUID | None = None, school_year_id: UUID | None = None
) -> bool:
    """Tell whether a mark, observation, measure or conclusion is on record: of a child, in a year, or both."""

    def any_of(child: Mapped[UUID] | None, year: Mapped[UUID], *conditions: ColumnElement[bool]) -> Exists:
        of_child = [] if child is None or child_id is None else [child == child_id]
        in_year = [] if school_year_id is None else [year == school_year_id]
        return exists().where(*conditions, *of_child, *in_year)

    seen, child_seen = col(Observation.school_year_id), col(ObservationChild.child_id)
    same = col(ObservationChild.observation_id) == col(Observation.id)
    found = or_(
        any_of(col(Rating.child_id), col(Rating.school_year_id), col(Rating.organisation_id) == actor.organisation_id),
        any_of(col(AreaLevel.child_id), col(AreaLevel.school_year_id)),
        any_of(col(Measures.child_id), col(Measures.school_year_id)),
        any_of(col(Conclusion.child_id), col(Conclusion.school_year_id)),
        any_of(None, seen) if child_id is None else any_of(child_seen, seen, same),
    )
    return bool(session.exec(select(found)).one())


def enrolled_on(day: date, begins: int) -> ColumnElement[bool]:
    """Return the condition that an enrolment of the school year that begins so covers a day."""
    return _enrolled_at(literal(day)) if year_of(day) == begins else false()


def _enrolled_at(day: SQLColumnExpression[date]) -> ColumnElement[bool]:
    return and_(col(Enrolment.starts_on) <= day, or_(col(Enrolment.ends_on).is_(None), col(Enrolment.ends_on) > day))


def _set_at(stage: Stage | SQLColumnExpression[Stage]) -> ColumnElement[bool]:
    return and_(
        col(AgeSet.child_id) == col(Enrolment.child_id),
        col(AgeSet.school_year_id) == col(Enrolment.school_year_id),
        col(AgeSet.stage) == stage,
    )


def _readable(session: Session, actor: Actor, group_id: UUID) -> tuple[Group, int]:
    require(actor, Permission.READ_GROUP, group_id=group_id)
    found = session.exec(
        select(Group, SchoolYear.begins)
        .join(SchoolYear, col(SchoolYear.id) == col(Group.school_year_id))
        .where(col(Group.organisation_id) == actor.organisation_id, col(Group.id) == group_id)
    ).first()
    if found is None:
        raise NotFound(message("This group is not there. Reload the page."))
    return found


def _group_views(
    session: Session, actor: Actor, begins: int, on: date | None, condition: ColumnElement[bool]
) -> list[GroupView]:
    day = on or day_within(begins, clock.today(session, actor.organisation_id))
    count = (
        select(func.count())
        .select_from(Enrolment)
        .where(col(Enrolment.group_id) == col(Group.id), enrolled_on(day, begins))
        .correlate(Group)
        .scalar_subquery()
    )
    rows = session.exec(select(Group, count).where(groups_in_scope(actor, Permission.READ_GROUP), condition)).all()
    ordered = sorted(rows, key=lambda row: (row[0].age is None, row[0].age or 0, row[0].sort_key))
    return [
        GroupView(
            one.id,
            one.school_year_id,
            one.name,
            one.age,
            one.language,
            one.assesses_kazakh,
            one.predecessor_id,
            children,
        )
        for one, children in ordered
    ]


def _children(
    session: Session, actor: Actor, group_id: UUID, enrolled: ColumnElement[bool], stage: Stage
) -> list[ChildView]:
    rows = session.exec(
        select(Child, ChildName, col(Enrolment.starts_on), AgeSet.age)
        .join(ChildName, col(ChildName.child_id) == col(Child.id))
        .join(Enrolment, col(Enrolment.child_id) == col(Child.id))
        .outerjoin(
            AgeSet,
            _set_at(stage),
        )
        .where(col(Child.organisation_id) == actor.organisation_id, col(Enrolment.group_id) == group_id, enrolled)
        .order_by(col(ChildName.sort_key), col(Child.id))
    )
    return [ChildView(child.id, _name(name), child.born_on, since, age) for child, name, since, age in rows]


def _places(session: Session, actor: Actor, child_id: UUID) -> tuple[Place, ...]:
    rows = session.exec(
        select(Enrolment, Group.name, SchoolYear.begins)
        .join(Group, col(Group.id) == col(Enrolment.group_id))
        .join(SchoolYear, col(SchoolYear.id) == col(Enrolment.school_year_id))
        .where(col(Enrolment.organisation_id) == actor.organisation_id, col(Enrolment.child_id) == child_id)
        .order_by(col(Enrolment.starts_on))
    )
    return tuple(
        Place(stay.school_year_id, begins, stay.group_id, name, stay.starts_on, stay.ends_on, stay.end_reason)
        for stay, name, begins in rows
    )


def _age_sets(session: Session, actor: Actor, child_id: UUID) -> tuple[YearSets, ...]:
    rows: Sequence[tuple[AgeSet, int]] = session.exec(
        select(AgeSet, SchoolYear.begins)
        .join(SchoolYear, col(SchoolYear.id) == col(AgeSet.school_year_id))
        .where(col(AgeSet.organisation_id) == actor.organisation_id, col(AgeSet.child_id) == child_id)
    ).all()
    ages = {(one.school_year_id, one.stage): one.age for one, _ in rows}
    of_years = sorted({(begins, one.school_year_id) for one, begins in rows})
    return tuple(
        YearSets(year_id, begins, *(ages.get((year_id, stage)) for stage in STAGES)) for begins, year_id in of_years
    )


def _last_seen(actor: Actor, school_year_id: UUID) -> SelectOfScalar[UUID]:
    """Return the query of each child's last enrolment of a year in the groups that the actor may read."""
    numbered = (
        select(
            col(Enrolment.id),
            func.row_number()
            .over(partition_by=col(Enrolment.child_id), order_by=col(Enrolment.starts_on).desc())
            .label("place"),
        )
        .where(
            col(Enrolment.organisation_id) == actor.organisation_id,
            col(Enrolment.school_year_id) == school_year_id,
            col(Enrolment.group_id).in_(select(Group.id).where(groups_in_scope(actor, Permission.READ_GROUP))),
        )
        .subquery()
    )
    return select(numbered.c.id).where(numbered.c.place == 1)


def _has_part(prefix: str) -> ColumnElement[bool]:
    key: SQLColumnExpression[str] = col(ChildName.match_key)
    for sign, loose in _LOOSE.items():
        key = func.replace(key, sign, loose, type_=String)
    return or_(key.startswith(prefix, autoescape=True), key.contains(f" {prefix}", autoescape=True))


def _name(row: ChildName) -> FullName:
    return FullName(row.family, row.given, row.patronymic)
