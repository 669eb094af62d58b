"""What the next school year would be, worked out from this one and looked through before anything is written.

For the administrator in August. The plan is a value: a screen shows it and changes it with `dataclasses.replace`,
`monitoring.lists.new_year` writes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from monitoring.core.errors import Refusal
from monitoring.core.language import message, school_year
from monitoring.core.names import FullName
from monitoring.core.scale import OLDEST_AGE, Stage, StartSet, age_set
from monitoring.lists.years import StageWindow, find_year, shifted, stages_of
from monitoring.record.access import Actor, Permission, require
from monitoring.record.models import (
    Account,
    AgeSet,
    Child,
    ChildName,
    Enrolment,
    Grant,
    Group,
    Role,
    SchoolYear,
    TeachingLanguage,
)


class Decision(StrEnum):
    """What becomes of a child: it moves with its group, stays in a group of the same age, or goes to school."""

    MOVE = "move"
    KEEP_BACK = "keep_back"
    RELEASE = "release"


class Wordings(StrEnum):
    """Which wordings of the criteria the new year keeps."""

    NEWEST = "newest"
    SAME = "same"


@dataclass(frozen=True)
class NextGroup:
    """A group of the new year under the id it will have; a finishing one is not made, its children go to school."""

    id: UUID
    predecessor_id: UUID | None
    name: str
    age: int | None
    language: TeachingLanguage
    assesses_kazakh: bool = True
    finishing: bool = False


@dataclass(frozen=True)
class NextChild:
    """A child of the old year, what becomes of it, and the age whose set it has now and has next."""

    child_id: UUID
    name: FullName
    from_group_id: UUID
    age_now: int
    age_next: int
    decision: Decision
    to_group_id: UUID | None


@dataclass(frozen=True)
class NextGrant:
    """A grant for a group of the old year and the new group it is given for too; for none without one."""

    grant_id: UUID
    account_id: UUID
    account_name: str
    role: Role
    area_key: str | None
    from_group_id: UUID
    to_group_id: UUID | None


@dataclass(frozen=True)
class NextYear:
    """Everything that the new year will be, to be looked through before it is prepared."""

    from_year_id: UUID
    begins: int
    start_set: StartSet
    wordings: Wordings
    stages: tuple[StageWindow, ...]
    groups: tuple[NextGroup, ...]
    children: tuple[NextChild, ...]
    grants: tuple[NextGrant, ...]


def propose(session: Session, actor: Actor, from_year_id: UUID) -> NextYear:
    """Return the year that would follow: groups a year older, children with them, those of the oldest released.

    Only children who are enrolled on the last day of the old year. Raises Refusal where that year is there already.
    """
    require_rights(actor)
    old = find_year(session, actor, from_year_id)
    refuse_prepared(session, actor, old)
    groups = tuple(_next_group(group) for group in groups_of(session, actor, old))
    successors = {group.predecessor_id: group.id for group in groups if not group.finishing}
    return NextYear(
        from_year_id=old.id,
        begins=old.begins + 1,
        start_set=old.start_set,
        wordings=Wordings.NEWEST,
        stages=shifted(stages_of(session, actor, old.id)),
        groups=groups,
        children=tuple(children_to_place(session, actor, old, successors)),
        grants=tuple(grants_to_carry(session, actor, old, successors)),
    )


def require_rights(actor: Actor) -> None:
    """Raise NotAllowed for anyone but who manages school years and lists."""
    require(actor, Permission.MANAGE_YEARS)
    require(actor, Permission.MANAGE_ROSTER)


def neighbour(session: Session, actor: Actor, begins: int, *, step: int) -> UUID | None:
    """Return the school year that begins so many years after another, if there is one."""
    return session.exec(
        select(SchoolYear.id).where(
            col(SchoolYear.organisation_id) == actor.organisation_id, col(SchoolYear.begins) == begins + step
        )
    ).first()


def refuse_prepared(session: Session, actor: Actor, old: SchoolYear) -> None:
    """Raise Refusal where the year that follows is there already."""
    if neighbour(session, actor, old.begins, step=1) is not None:
        raise Refusal(message("The school year {year} is prepared already.", year=school_year(old.begins + 1)))


def groups_of(session: Session, actor: Actor, old: SchoolYear) -> list[Group]:
    """Return the groups of a year, by age (mixed last) and name."""
    rows = session.exec(
        select(Group).where(col(Group.organisation_id) == actor.organisation_id, col(Group.school_year_id) == old.id)
    ).all()
    return sorted(rows, key=lambda group: (group.age is None, group.age or 0, group.sort_key))


def _next_group(group: Group) -> NextGroup:
    finishing = group.age == OLDEST_AGE
    older = group.age if group.age is None or finishing else group.age + 1
    return NextGroup(uuid4(), group.id, group.name, older, group.language, group.assesses_kazakh, finishing)


def _enrolled_to_the_end(
    session: Session, actor: Actor, old: SchoolYear
) -> Sequence[tuple[Child, ChildName, UUID, int | None]]:
    return session.exec(
        select(Child, ChildName, Enrolment.group_id, AgeSet.age)
        .join(ChildName, col(ChildName.child_id) == col(Child.id))
        .join(Enrolment, col(Enrolment.child_id) == col(Child.id))
        .outerjoin(
            AgeSet,
            (col(AgeSet.child_id) == col(Child.id))
            & (col(AgeSet.school_year_id) == old.id)
            & (col(AgeSet.stage) == Stage.FINAL),
        )
        .where(
            col(Child.organisation_id) == actor.organisation_id,
            col(Enrolment.school_year_id) == old.id,
            col(Enrolment.ends_on).is_(None),
        )
        .order_by(col(ChildName.sort_key), col(Child.id))
    ).all()


def children_to_place(
    session: Session, actor: Actor, old: SchoolYear, successors: dict[UUID | None, UUID]
) -> list[NextChild]:
    return [
        _next_child(child, name, group_id, had, old.begins, successors.get(group_id))
        for child, name, group_id, had in _enrolled_to_the_end(session, actor, old)
    ]


def _next_child(
    child: Child, name: ChildName, group_id: UUID, had: int | None, begins: int, to_group_id: UUID | None
) -> NextChild:
    by_birth = age_set(child.born_on, begins)
    age_now = had or by_birth
    # Where somebody had chosen the age, the child grows a year from there; else the birth year goes on deciding.
    age_next = age_set(child.born_on, begins + 1) if age_now == by_birth else min(age_now + 1, OLDEST_AGE)
    goes = to_group_id is None or age_now == OLDEST_AGE
    return NextChild(
        child.id,
        FullName(name.family, name.given, name.patronymic),
        group_id,
        age_now,
        age_next,
        Decision.RELEASE if goes else Decision.MOVE,
        None if goes else to_group_id,
    )


def grants_to_carry(
    session: Session, actor: Actor, old: SchoolYear, successors: dict[UUID | None, UUID]
) -> list[NextGrant]:
    rows = session.exec(
        select(Grant, Account.name, Group.id)
        .join(Account, col(Account.id) == col(Grant.account_id))
        .join(Group, col(Group.id) == col(Grant.group_id))
        .where(
            col(Grant.organisation_id) == actor.organisation_id,
            col(Group.school_year_id) == old.id,
            col(Grant.ends_on).is_(None),
            col(Account.disabled_at).is_(None),
        )
        .order_by(col(Group.sort_key), col(Account.login_key), col(Grant.role), col(Grant.area_key))
    )
    return [
        NextGrant(grant.id, grant.account_id, name, grant.role, grant.area_key, group_id, successors.get(group_id))
        for grant, name, group_id in rows
    ]
