"""Children come, move, leave and come back: the acts behind every list, each in one transaction.

For the administrator. A child is in one group at most on any day; an enrolment belongs to one school year and is
half-open: from `starts_on` on the child is in the group, from `ends_on` on it is not (see `years.last_day`).
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, delete, select

from monitoring.core.errors import Refusal
from monitoring.core.language import message
from monitoring.lists.children import find_child, give_sets
from monitoring.lists.groups import find_group
from monitoring.lists.roster import has_work
from monitoring.lists.years import first_day, last_day, refuse_outside, year_of
from monitoring.record.access import Actor, Permission, register, require
from monitoring.record.models import Act, AgeSet, Child, EndReason, Enrolment, Group, SchoolYear


def transfer(session: Session, actor: Actor, child_id: UUID, to_group_id: UUID, on: date) -> None:
    """Move a child to another group of the same school year, from a day on.

    On the day on which it came to its present group the move replaces that one, so a mistake can be put right.
    Raises Refusal where the child is in no group on that day, leaves it later, or is in that group already.
    """
    require(actor, Permission.MANAGE_ROSTER)
    find_child(session, actor, child_id, lock=True)
    target, year = find_group(session, actor, to_group_id)
    refuse_outside(year, on)
    stays = [stay for stay in _stays(session, actor, child_id) if stay.school_year_id == year.id]
    present = _open_on(stays, on)
    if present.group_id == target.id:
        raise Refusal(message("The child is already in the group “{name}”.", name=target.name))
    if present.starts_on < on:
        _end(session, present, on, EndReason.TRANSFERRED)
        _begin(session, child_id, target, on)
    else:
        _replace(session, present, _ended_on(stays, on), target)
    _put_on_record(session, actor, child_id)


def leave(session: Session, actor: Actor, child_id: UUID, on: date) -> None:
    """Take a child off the lists from a day on; its place in a year prepared ahead is given up too.

    What began on that very day is undone. Raises Refusal where the child is in no group on that day, where its
    end is on record already, or where marks of a later time show that it was here.
    """
    require(actor, Permission.MANAGE_ROSTER)
    find_child(session, actor, child_id, lock=True)
    stays = _stays(session, actor, child_id)
    present = _open_on(stays, on)
    kept = [stay for stay in stays if stay.starts_on < on]
    if not kept:
        raise Refusal(message("The child came on this very day. If it was added by mistake, remove it instead."))
    _give_up(session, actor, child_id, [stay for stay in stays if stay.starts_on >= on], kept)
    if present in kept:
        _end(session, present, on, EndReason.LEFT)
    elif (before := _ended_on(kept, on)) is not None:
        before.end_reason = EndReason.LEFT
    _put_on_record(session, actor, child_id)


def come_back(session: Session, actor: Actor, child_id: UUID, group_id: UUID, on: date) -> None:
    """Take a child that is on record into a group from a day on: it had left, or was not in that school year yet.

    On the day it left, the same group goes on as if it had not, and another one makes it a transfer. Where the
    next year is prepared, the child gets its place in the group's successor again. Raises Refusal where the child
    is in a group on that day or later in that year.
    """
    require(actor, Permission.MANAGE_ROSTER)
    child = find_child(session, actor, child_id, lock=True)
    group, year = find_group(session, actor, group_id)
    refuse_outside(year, on)
    if child.born_on > on:
        raise Refusal(message("The child was born after this day. Check the dates."))
    stays = [stay for stay in _stays(session, actor, child_id) if stay.school_year_id == year.id]
    for stay in stays:
        if on <= _last(stay):
            raise Refusal(message("The child has a place in a group until {day} already.", day=_last(stay)))
    before = _ended_on(stays, on)
    if before is not None and before.group_id == group.id:
        before.ends_on, before.end_reason = None, None
    else:
        if before is not None:
            before.end_reason = EndReason.TRANSFERRED
        _begin(session, child_id, group, on)
    if not stays:
        give_sets(session, child, year)
    _follow_into_a_prepared_year(session, actor, child, group)
    _put_on_record(session, actor, child_id)


def _follow_into_a_prepared_year(session: Session, actor: Actor, child: Child, group: Group) -> None:
    """Give a child that is back the place which `leave` gave up: in the group that goes on from its own."""
    found = session.exec(
        select(Group, SchoolYear)
        .join(SchoolYear, col(SchoolYear.id) == col(Group.school_year_id))
        .where(col(Group.organisation_id) == actor.organisation_id, col(Group.predecessor_id) == group.id)
    ).first()
    if found is None:
        return
    successor, year = found
    if all(stay.school_year_id != year.id for stay in _stays(session, actor, child.id)):
        _begin(session, child.id, successor, first_day(year.begins))
        session.exec(delete(AgeSet).where(col(AgeSet.child_id) == child.id, col(AgeSet.school_year_id) == year.id))
        give_sets(session, child, year)


def _stays(session: Session, actor: Actor, child_id: UUID) -> Sequence[Enrolment]:
    return session.exec(
        select(Enrolment)
        .where(col(Enrolment.organisation_id) == actor.organisation_id, col(Enrolment.child_id) == child_id)
        .order_by(col(Enrolment.starts_on))
    ).all()


def _last(stay: Enrolment) -> date:
    """The last day in the group."""
    year_end = last_day(year_of(stay.starts_on))
    return year_end if stay.ends_on is None else date.fromordinal(stay.ends_on.toordinal() - 1)


def _open_on(stays: Sequence[Enrolment], day: date) -> Enrolment:
    """The enrolment of a day, which must have no end on record yet."""
    found = next((stay for stay in stays if stay.starts_on <= day <= _last(stay)), None)
    if found is None:
        raise Refusal(message("The child is not in a group on {day}.", day=day))
    if found.end_reason is EndReason.LEFT:
        raise Refusal(message("The child leaves on {day} already. Take it back on that day first.", day=found.ends_on))
    if found.end_reason is EndReason.TRANSFERRED:
        raise Refusal(message("From {day} the child is in another group. Choose that day or later.", day=found.ends_on))
    return found


def _ended_on(stays: Sequence[Enrolment], day: date) -> Enrolment | None:
    return next((stay for stay in stays if stay.ends_on == day), None)


def _begin(session: Session, child_id: UUID, group: Group, on: date) -> None:
    session.add(
        Enrolment(
            organisation_id=group.organisation_id,
            child_id=child_id,
            school_year_id=group.school_year_id,
            group_id=group.id,
            starts_on=on,
        )
    )
    session.flush()


def _end(session: Session, stay: Enrolment, on: date, reason: EndReason) -> None:
    stay.ends_on, stay.end_reason = on, reason
    session.flush()  # before the next one begins: one open enrolment a year


def _replace(session: Session, present: Enrolment, before: Enrolment | None, target: Group) -> None:
    """Give the enrolment of a day another group, or go on with the one before where that is the group."""
    if before is None or before.group_id != target.id:
        present.group_id = target.id
    else:
        session.delete(present)
        session.flush()
        before.ends_on, before.end_reason = None, None
    session.flush()


def _give_up(
    session: Session, actor: Actor, child_id: UUID, gone: Sequence[Enrolment], kept: Sequence[Enrolment]
) -> None:
    for year_id in {stay.school_year_id for stay in gone} - {stay.school_year_id for stay in kept}:
        if has_work(session, actor, child_id=child_id, school_year_id=year_id):
            raise Refusal(message("There are marks of this child from a later time. Choose the day after them."))
        session.exec(delete(AgeSet).where(col(AgeSet.child_id) == child_id, col(AgeSet.school_year_id) == year_id))
    for stay in gone:
        session.delete(stay)
    session.flush()


def _put_on_record(session: Session, actor: Actor, child_id: UUID) -> None:
    session.flush()
    register(session, actor, Act.CHANGED, "child", child_id, child_id=child_id)
