"""The new school year is prepared from a plan, and can be undone until its first mark.

For the administrator in August. Preparing adds the new year and alters no row of the old one; undoing removes
all of it again, with the grants that it made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from monitoring.core.errors import Conflict, Refusal
from monitoring.core.language import message, nmessage
from monitoring.lists.children import age_sets, remove_children
from monitoring.lists.groups import add_group
from monitoring.lists.roster import has_work
from monitoring.lists.year_plan import (
    Decision,
    NextChild,
    NextGrant,
    NextGroup,
    NextYear,
    Wordings,
    children_to_place,
    grants_to_carry,
    groups_of,
    neighbour,
    refuse_prepared,
    require_rights,
)
from monitoring.lists.years import create_year, find_year, first_day, year_view
from monitoring.record.access import Actor, Permission, register, require
from monitoring.record.models import (
    Act,
    AgeSet,
    Child,
    Enrolment,
    Grant,
    Group,
    GroupStage,
    SchoolYear,
    YearCriterion,
    YearStage,
)

GRANTS_FROM_MONTH = 8  # the lists of September are looked through in August


@dataclass(frozen=True)
class Undoing:
    """What goes with a prepared year: its groups, the children on its lists (some on record in it only), and for
    how many accounts the grants for its groups."""

    groups: int
    children: int
    new_children: int
    accounts: int


def prepare(session: Session, actor: Actor, plan: NextYear) -> SchoolYear:
    """Write the new year as planned and return it; nothing of the old year changes.

    Raises Refusal where it is prepared already or a child has no fitting group, and Conflict where the lists or
    the grants of the old year have changed since the plan was made.
    """
    require_rights(actor)
    if any(grant.to_group_id for grant in plan.grants):
        require(actor, Permission.MANAGE_ACCOUNTS)
    old = find_year(session, actor, plan.from_year_id, lock=True)
    refuse_prepared(session, actor, old)
    _check(session, actor, old, plan)
    like = old.id if plan.wordings is Wordings.SAME else None
    rules = year_view(session, actor, old.id).rules
    year = create_year(
        session, actor, old.begins + 1, start_set=plan.start_set, stages=plan.stages, rules=rules, like=like
    )
    for group in plan.groups:
        if not group.finishing:
            _add_group(session, actor, year, group)
    _enrol(session, year, plan.children)
    _carry_grants(session, actor, year, plan.grants)
    session.flush()
    return year


def undoing(session: Session, actor: Actor, school_year_id: UUID) -> Undoing:
    """Return what `undo` would remove, to be said before it is done. Raises Refusal where it would refuse at all."""
    require_rights(actor)
    year = find_year(session, actor, school_year_id)
    _refuse_needed(session, actor, year)
    groups = select(Group.id).where(col(Group.school_year_id) == year.id)
    enrolled = select(col(Enrolment.child_id)).where(col(Enrolment.school_year_id) == year.id).distinct()
    holders = select(col(Grant.account_id)).where(col(Grant.group_id).in_(groups)).distinct()
    return Undoing(
        groups=_count(session, groups),
        children=_count(session, enrolled),
        new_children=len(_children_of_this_year_only(session, actor, year)),
        accounts=_count(session, holders),
    )


def undo(session: Session, actor: Actor, school_year_id: UUID, *, also_new_children: bool = False) -> None:
    """Remove a prepared year with its groups, enrolments and grants, as if it had not been prepared.

    Raises Refusal once it has a mark, an observation, a measure or a conclusion, for a year without one before
    it, and, unless `also_new_children`, where children would go who are on record in this year only.
    """
    require_rights(actor)
    year = find_year(session, actor, school_year_id, lock=True)
    _refuse_needed(session, actor, year)
    newcomers = _children_of_this_year_only(session, actor, year)
    if newcomers and not also_new_children:
        raise Refusal(
            nmessage(
                "{n} child was added in this school year and would be removed with it.",
                "{n} children were added in this school year and would be removed with it.",
                len(newcomers),
            )
        )
    remove_children(session, newcomers)
    _remove(session, actor, year)
    register(session, actor, Act.REMOVED, "school_year", school_year_id)


# --- the preparation -------------------------------------------------------------------------------------


def _check(session: Session, actor: Actor, old: SchoolYear, plan: NextYear) -> None:
    children = children_to_place(session, actor, old, {})
    planned = sorted((child.child_id, child.from_group_id) for child in plan.children)
    grants = {grant.grant_id: grant for grant in grants_to_carry(session, actor, old, {})}
    if planned != sorted((child.child_id, child.from_group_id) for child in children) or not all(
        _is_still(grants, grant) for grant in plan.grants
    ):
        raise Conflict(message("The lists have changed since this plan was made. Make it again."))
    old_ages = {group.id: group.age for group in groups_of(session, actor, old)}
    if any(group.predecessor_id not in (None, *old_ages) for group in plan.groups):
        raise Conflict(message("The groups have changed since this plan was made. Make it again."))
    made = {group.id: group for group in plan.groups if not group.finishing}
    if any(grant.to_group_id not in (None, *made) for grant in plan.grants):
        raise Refusal(message("A right is to be given for a group that the new year will not have."))
    _check_targets(plan.children, made, old_ages)


def _is_still(grants: dict[UUID, NextGrant], planned: NextGrant) -> bool:
    found = grants.get(planned.grant_id)
    return found is not None and (found.account_id, found.role, found.area_key) == (
        planned.account_id,
        planned.role,
        planned.area_key,
    )


def _check_targets(
    children: Sequence[NextChild], made: dict[UUID, NextGroup], old_ages: dict[UUID, int | None]
) -> None:
    staying = [child for child in children if child.decision is not Decision.RELEASE]
    homeless = [child for child in staying if child.to_group_id not in made]
    if homeless:
        raise Refusal(
            nmessage(
                "{n} child has no group in the new year. Choose one, or release it.",
                "{n} children have no group in the new year. Choose one for each, or release them.",
                len(homeless),
            )
        )
    for child in staying:
        target = made[child.to_group_id] if child.to_group_id else None
        kept_back = child.decision is Decision.KEEP_BACK
        if target and kept_back and target.age not in (None, old_ages[child.from_group_id] or child.age_now):
            raise Refusal(message("A child that is kept back needs a group of the age it is in now."))


def _add_group(session: Session, actor: Actor, year: SchoolYear, group: NextGroup) -> None:
    add_group(
        session,
        actor,
        year.id,
        name=group.name,
        age=group.age,
        language=group.language,
        assesses_kazakh=group.assesses_kazakh,
        predecessor_id=group.predecessor_id,
        group_id=group.id,
    )


def _enrol(session: Session, year: SchoolYear, children: Sequence[NextChild]) -> None:
    for child in children:
        if child.decision is Decision.RELEASE or child.to_group_id is None:
            continue
        session.add(
            Enrolment(
                organisation_id=year.organisation_id,
                child_id=child.child_id,
                school_year_id=year.id,
                group_id=child.to_group_id,
                starts_on=first_day(year.begins),
            )
        )
        age = child.age_now if child.decision is Decision.KEEP_BACK else child.age_next
        session.add_all(age_sets(child.child_id, year, age))


def _carry_grants(session: Session, actor: Actor, year: SchoolYear, grants: Sequence[NextGrant]) -> None:
    carried = [grant for grant in grants if grant.to_group_id is not None]
    session.add_all(
        Grant(
            organisation_id=year.organisation_id,
            account_id=grant.account_id,
            role=grant.role,
            group_id=grant.to_group_id,
            area_key=grant.area_key,
            starts_on=date(year.begins, GRANTS_FROM_MONTH, 1),
        )
        for grant in carried
    )
    for account_id in sorted({grant.account_id for grant in carried}):
        register(session, actor, Act.CHANGED, "grants", account_id)


# --- the way back ----------------------------------------------------------------------------------------


def _refuse_needed(session: Session, actor: Actor, year: SchoolYear) -> None:
    if has_work(session, actor, school_year_id=year.id):
        raise Refusal(message("There are marks or notes in this school year: it can no longer be undone."))
    if neighbour(session, actor, year.begins, step=1) is not None:
        raise Refusal(message("The next school year is prepared from this one. Undo that one first."))
    if neighbour(session, actor, year.begins, step=-1) is None:
        raise Refusal(message("This is the first school year of the organisation: it stays."))


def _children_of_this_year_only(session: Session, actor: Actor, year: SchoolYear) -> Sequence[Child]:
    elsewhere = aliased(Enrolment)
    return session.exec(
        select(Child).where(
            col(Child.organisation_id) == actor.organisation_id,
            exists().where(col(Enrolment.child_id) == col(Child.id), col(Enrolment.school_year_id) == year.id),
            ~exists().where(col(elsewhere.child_id) == col(Child.id), col(elsewhere.school_year_id) != year.id),
        )
    ).all()


def _count(session: Session, rows: SelectOfScalar[UUID]) -> int:
    return session.exec(select(func.count()).select_from(rows.subquery())).one()


def _remove(session: Session, actor: Actor, year: SchoolYear) -> None:
    groups = select(Group.id).where(col(Group.school_year_id) == year.id)
    holders = session.exec(select(Grant.account_id).where(col(Grant.group_id).in_(groups)).distinct()).all()
    session.exec(delete(Grant).where(col(Grant.group_id).in_(groups)))
    session.exec(delete(AgeSet).where(col(AgeSet.school_year_id) == year.id))
    session.exec(delete(Enrolment).where(col(Enrolment.school_year_id) == year.id))
    session.exec(delete(GroupStage).where(col(GroupStage.group_id).in_(groups)))
    session.exec(delete(Group).where(col(Group.school_year_id) == year.id))
    session.exec(delete(YearCriterion).where(col(YearCriterion.school_year_id) == year.id))
    session.exec(delete(YearStage).where(col(YearStage.school_year_id) == year.id))
    session.delete(year)
    session.flush()
    for account_id in holders:
        register(session, actor, Act.CHANGED, "grants", account_id)
