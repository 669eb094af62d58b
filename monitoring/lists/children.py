"""Children come on record, one by one or as a list, are corrected, and go again where they were a mistake.

For the administrator. A name is kept once, with the keys that order and recognise it; the sets of criteria of a
child are written down when it joins a school year, from its birth year unless somebody decides otherwise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import exists
from sqlmodel import Session, col, delete, select

from monitoring.core.errors import Conflict, NotFound, Refusal
from monitoring.core.language import message, nmessage, school_year
from monitoring.core.names import FullName, full_name, match_key, sort_key
from monitoring.core.scale import AGES, STAGES, Stage, age_in, age_set, age_set_at
from monitoring.lists.child_list import OLDEST, YOUNGEST, ListedChild
from monitoring.lists.groups import find_group
from monitoring.lists.roster import has_work
from monitoring.lists.years import find_year, first_day, refuse_outside, year_of
from monitoring.record.access import Actor, Permission, register, require
from monitoring.record.models import Act, AgeSet, Child, ChildName, Enrolment, Group, Rating, SchoolYear

SORT_KEY_LENGTH, MATCH_KEY_LENGTH = 1500, 500  # what the columns hold; a key of rare signs may be longer


@dataclass(frozen=True)
class NewChild:
    """A child to be enrolled in a group from a day on."""

    name: FullName
    born_on: date
    group_id: UUID
    starts_on: date


@dataclass(frozen=True)
class Imported:
    """How many children a list brought, and into how many groups."""

    children: int
    groups: int


def add_child(session: Session, actor: Actor, new: NewChild, *, even_if_double: bool = False) -> Child:
    """Add a child to a group from a day on.

    Raises Refusal where the dates cannot be, and Conflict where a child of that name and birth date has been in
    this school year already, unless `even_if_double`.
    """
    require(actor, Permission.MANAGE_ROSTER)
    _, year = find_group(session, actor, new.group_id, lock=True)
    if not even_if_double:
        _refuse_doubles(session, year, [new])
    return _write(session, actor, year, [new], Act.CREATED)[0]


def import_children(
    session: Session, actor: Actor, school_year_id: UUID, listed: Sequence[ListedChild], *, starts_on: date
) -> Imported:
    """Enrol the good rows of a list, all or none; whoever has no day of arrival comes on `starts_on`.

    A day of arrival before the school year counts from its first day. Raises Refusal where a row is not good,
    and Conflict where the lists have changed since the preview.
    """
    require(actor, Permission.MANAGE_ROSTER)
    year = find_year(session, actor, school_year_id, lock=True)
    groups = session.exec(
        select(Group).where(col(Group.organisation_id) == actor.organisation_id, col(Group.school_year_id) == year.id)
    ).all()
    by_name = {group.name_key: group.id for group in groups}
    new = [_from_row(row, by_name, year, starts_on) for row in listed]
    _refuse_doubles(session, year, new)
    _write(session, actor, year, new, Act.IMPORTED)
    return Imported(len(new), len({one.group_id for one in new}))


def correct_child(session: Session, actor: Actor, child_id: UUID, *, name: FullName, born_on: date) -> None:
    """Correct a child's name and birth date.

    Its sets of criteria follow a new birth year where nobody chose them and nothing is marked by them. Raises
    Refusal where the birth date cannot be.
    """
    require(actor, Permission.MANAGE_ROSTER)
    child = find_child(session, actor, child_id, lock=True)
    first = session.exec(
        select(col(Enrolment.starts_on)).where(col(Enrolment.child_id) == child_id).order_by(col(Enrolment.starts_on))
    ).first()
    if first is not None:
        _refuse_birth(born_on, first)
    stored = session.exec(select(ChildName).where(col(ChildName.child_id) == child_id)).one()
    _write_name(stored, name)
    if child.born_on.year != born_on.year:
        _follow_birth_year(session, child, born_on)
    child.born_on = born_on
    session.add_all([child, stored])
    session.flush()
    register(session, actor, Act.CHANGED, "child", child_id, child_id=child_id)


def set_age(
    session: Session,
    actor: Actor,
    child_id: UUID,
    school_year_id: UUID,
    age: int,
    stages: Sequence[Stage] | None = None,
) -> None:
    """Give a child the sets of criteria of an age in a school year, where the birth year does not decide.

    Without `stages` it is the child's own age there, and the start stage uses the set that the year has for it;
    with them these stages use exactly the set of this age. Marks by another set stay on record.
    """
    require(actor, Permission.MANAGE_ROSTER)
    find_child(session, actor, child_id, lock=True)
    year = find_year(session, actor, school_year_id)
    if age not in AGES:
        raise Refusal(message("Choose an age from 1 to 5."))
    enrolled = exists().where(col(Enrolment.child_id) == child_id, col(Enrolment.school_year_id) == year.id)
    if not session.exec(select(enrolled)).one():
        raise Refusal(message("The child is in no group of the school year {year}.", year=school_year(year.begins)))
    chosen = STAGES if stages is None else stages
    session.exec(
        delete(AgeSet).where(
            col(AgeSet.child_id) == child_id,
            col(AgeSet.school_year_id) == year.id,
            col(AgeSet.stage).in_(chosen),
        )
    )
    if stages is None:
        session.add_all(age_sets(child_id, year, age))
    else:
        session.add_all(_age_set(child_id, year, stage, age) for stage in chosen)
    session.flush()
    register(session, actor, Act.CHANGED, "child", child_id, child_id=child_id)


def remove_child_added_by_mistake(session: Session, actor: Actor, child_id: UUID) -> None:
    """Remove a child as if it had never been added. Raises Refusal once anything has been noted about it."""
    require(actor, Permission.MANAGE_ROSTER)
    child = find_child(session, actor, child_id, lock=True)
    if has_work(session, actor, child_id=child_id):
        raise Refusal(
            message("There are marks or notes about this child: it stays on record. Mark it as left instead.")
        )
    remove_children(session, [child])
    register(session, actor, Act.REMOVED, "child", child_id)


def remove_children(session: Session, children: Sequence[Child]) -> None:
    """Delete children of whom nothing is noted; the register keeps their ids as what it was about."""
    ids = [child.id for child in children]
    session.exec(delete(AgeSet).where(col(AgeSet.child_id).in_(ids)))
    session.exec(delete(Enrolment).where(col(Enrolment.child_id).in_(ids)))
    session.exec(delete(ChildName).where(col(ChildName.child_id).in_(ids)))
    for child in children:
        session.delete(child)
    session.flush()


def find_child(session: Session, actor: Actor, child_id: UUID, *, lock: bool = False) -> Child:
    """Return a child of the organisation or raise NotFound; with `lock` its enrolments wait for this transaction."""
    query = select(Child).where(col(Child.organisation_id) == actor.organisation_id, col(Child.id) == child_id)
    found = session.exec(query.with_for_update(key_share=True) if lock else query).first()
    if found is None:
        raise NotFound(message("This child is not in the organisation."))
    return found


def give_sets(session: Session, child: Child, year: SchoolYear) -> None:
    """Write down the sets of criteria that a child's birth year gives it in a school year."""
    session.add_all(age_sets(child.id, year, age_set(child.born_on, year.begins)))
    session.flush()


def age_sets(child_id: UUID, year: SchoolYear, own_age: int) -> list[AgeSet]:
    """Return the set of each stage for a child of this age, as the year has it for the start stage."""
    at = [(stage, age_set_at(stage, own_age, year.start_set)) for stage in STAGES]
    return [_age_set(child_id, year, stage, age) for stage, age in at if age is not None]


def _age_set(child_id: UUID, year: SchoolYear, stage: Stage, age: int) -> AgeSet:
    return AgeSet(organisation_id=year.organisation_id, child_id=child_id, school_year_id=year.id, stage=stage, age=age)


def _write(session: Session, actor: Actor, year: SchoolYear, new: Sequence[NewChild], act: Act) -> list[Child]:
    for one in new:
        refuse_outside(year, one.starts_on)
        _refuse_birth(one.born_on, one.starts_on)
    children = [Child(organisation_id=year.organisation_id, born_on=one.born_on) for one in new]
    session.add_all(children)
    session.flush()
    for child, one in zip(children, new, strict=True):
        session.add(_named(child, one.name))
        session.add(
            Enrolment(
                organisation_id=year.organisation_id,
                child_id=child.id,
                school_year_id=year.id,
                group_id=one.group_id,
                starts_on=one.starts_on,
            )
        )
        session.add_all(age_sets(child.id, year, age_set(child.born_on, year.begins)))
        register(session, actor, act, "child", child.id, child_id=child.id)
    session.flush()
    return children


def _from_row(row: ListedChild, groups: dict[str, UUID], year: SchoolYear, starts_on: date) -> NewChild:
    if row.blocked or row.name is None or row.born_on is None:
        raise Refusal(message("Row {row} of the list cannot be entered as it is.", row=row.row))
    group_id = groups.get(match_key(row.group or ""))
    if group_id is None:
        raise Conflict(message("The group “{name}” is no longer there. Read the list again.", name=row.group or ""))
    arrived_on = max(row.arrived_on, first_day(year.begins)) if row.arrived_on else starts_on
    return NewChild(row.name, row.born_on, group_id, arrived_on)


def _refuse_birth(born_on: date, starts_on: date) -> None:
    age = age_in(born_on, year_of(starts_on))
    if born_on > starts_on or not YOUNGEST <= age <= OLDEST:
        raise Refusal(message("Check the date of birth {day}: the child would be {age}.", day=born_on, age=age))


def _refuse_doubles(session: Session, year: SchoolYear, new: Sequence[NewChild]) -> None:
    enrolled = exists().where(col(Enrolment.child_id) == col(Child.id), col(Enrolment.school_year_id) == year.id)
    there = set(
        session.exec(
            select(ChildName.match_key, col(Child.born_on))
            .join(Child, col(Child.id) == col(ChildName.child_id))
            .where(col(Child.organisation_id) == year.organisation_id, enrolled)
        )
    )
    doubles = _doubles({(key, born_on) for key, born_on in there}, new)
    if doubles:
        raise Conflict(
            nmessage(
                "A child of this name and birth date has been in this school year already.",
                "{n} children of these names and birth dates have been in this school year already.",
                doubles,
            )
        )


def _doubles(there: set[tuple[str, date]], new: Iterable[NewChild]) -> int:
    count = 0
    for one in new:
        key = (_match_key(one.name), one.born_on)
        count += key in there
        there.add(key)
    return count


def _named(child: Child, name: FullName) -> ChildName:
    stored = ChildName(
        child_id=child.id, organisation_id=child.organisation_id, family="", given="", sort_key="", match_key=""
    )
    _write_name(stored, name)
    return stored


def _write_name(stored: ChildName, name: FullName) -> None:
    tidy = full_name(name.family, name.given, name.patronymic)
    stored.family, stored.given, stored.patronymic = tidy.family, tidy.given, tidy.patronymic
    stored.sort_key = sort_key(tidy.full)[:SORT_KEY_LENGTH]
    stored.match_key = _match_key(name)


def _match_key(name: FullName) -> str:
    return match_key(full_name(name.family, name.given, name.patronymic).full)[:MATCH_KEY_LENGTH]


def _follow_birth_year(session: Session, child: Child, born_on: date) -> None:
    marked = exists().where(col(Rating.child_id) == child.id, col(Rating.school_year_id) == col(SchoolYear.id))
    rows = session.exec(
        select(AgeSet, SchoolYear)
        .join(SchoolYear, col(SchoolYear.id) == col(AgeSet.school_year_id))
        .where(col(AgeSet.child_id) == child.id, ~marked)
    ).all()
    for year in {year.id: year for _, year in rows}.values():
        had = {row.stage: row.age for row, of_year in rows if of_year.id == year.id}
        default = age_sets(child.id, year, age_set(child.born_on, year.begins))
        if had != {row.stage: row.age for row in default}:
            continue
        session.exec(delete(AgeSet).where(col(AgeSet.child_id) == child.id, col(AgeSet.school_year_id) == year.id))
        session.add_all(age_sets(child.id, year, age_set(born_on, year.begins)))
