"""Notes after a lesson: what a teacher saw of one child or several, put on record, read again and removed.

Voluntary, never a condition of anything. A level in a note is what was seen on that day: it writes no mark.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, exists, func
from sqlmodel import Session, col, delete, select

from monitoring.core.errors import NotAllowed, NotFound, Refusal
from monitoring.core.language import message
from monitoring.core.names import FullName, clean
from monitoring.core.scale import Level
from monitoring.criteria import catalogue
from monitoring.criteria.catalogue import AreaView, CriterionView
from monitoring.lists import roster
from monitoring.lists.groups import find_group
from monitoring.lists.roster import GroupView
from monitoring.lists.years import refuse_outside
from monitoring.record import clock, texts
from monitoring.record.access import (
    Actor,
    Permission,
    doer,
    groups_in_scope,
    just_registered,
    may,
    register,
    require,
)
from monitoring.record.database import Database
from monitoring.record.models import (
    Account,
    Act,
    ChildName,
    Group,
    Method,
    Observation,
    ObservationChild,
)

LONGEST_TEXT: Final = 1000
SUBJECT: Final = "observation"


@dataclass(frozen=True)
class NewNote:
    """What is to be noted of one child or several on a day; a text or a level there must be.

    A note sent twice under one `id`, by a hasty second tap, is one note.
    """

    group_id: UUID
    child_ids: tuple[UUID, ...]
    area_key: str
    observed_on: date
    method: Method = Method.OBSERVATION
    criterion_version_id: UUID | None = None
    level: Level | None = None
    text: str | None = None
    id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class NotedChild:
    id: UUID
    name: FullName


@dataclass(frozen=True)
class NoteView:
    """A note as it is read, its children by name. `by` is a name, of a person or a console.

    `text` is None where nothing was written, or where what was written has been erased.
    """

    id: UUID
    group_id: UUID
    observed_on: date
    children: tuple[NotedChild, ...]
    area: AreaView
    criterion: CriterionView | None
    level: Level | None
    method: Method
    text: str | None
    at: datetime
    by: str
    may_remove: bool


def note(session: Session, actor: Actor, new: NewNote) -> NoteView:
    """Put a note on record and return it as it is read; one that is there already is returned as it stands.

    Raises NotAllowed where the actor may not mark this area in this group, and Refusal where the day, the children,
    the criterion or the text cannot be.
    """
    require(actor, Permission.MARK, group_id=new.group_id, area_key=new.area_key)
    group, year = find_group(session, actor, new.group_id)
    known = _views(session, actor, [col(Observation.group_id) == group.id, col(Observation.id) == new.id])
    if known:
        return known[0]
    refuse_outside(year, new.observed_on)
    _refuse_future(session, actor, new.observed_on)
    _refuse_area(session, actor, group, new.area_key)
    ages = _ages_of(session, actor, new)
    _refuse_criterion(session, actor, group, new, set(ages.values()))
    text = _tidy_text(new.text)
    if text is None and new.level is None:
        raise Refusal(message("Write what you saw, or choose a level."))
    written = Observation(
        id=new.id,
        organisation_id=actor.organisation_id,
        school_year_id=group.school_year_id,
        group_id=group.id,
        observed_on=new.observed_on,
        method=new.method,
        area_key=new.area_key,
        criterion_version_id=new.criterion_version_id,
        level=new.level,
        text_id=None if text is None else texts.write(session, actor, text),
        **doer(actor),
    )
    session.add(written)
    session.flush()
    _write_children(session, actor, written.id, ages)
    return _views(session, actor, [col(Observation.id) == written.id])[0]


def notes_of(
    session: Session,
    actor: Actor,
    group_id: UUID,
    *,
    child_id: UUID | None = None,
    area_key: str | None = None,
    limit: int | None = None,
) -> list[NoteView]:
    """Return the notes of a group, of one child or area or of all, the newest day first, then the newest written.

    Who may read the group reads them all. Raises NotFound for a group that is not there.
    """
    require(actor, Permission.READ_GROUP, group_id=group_id)
    find_group(session, actor, group_id)
    wanted = [col(Observation.group_id) == group_id]
    if child_id is not None:
        same = col(ObservationChild.observation_id) == col(Observation.id)
        wanted.append(exists().where(same, col(ObservationChild.child_id) == child_id))
    if area_key is not None:
        wanted.append(col(Observation.area_key) == area_key)
    return _views(session, actor, wanted, limit)


def open_notes(
    database: Database, actor: Actor, group_id: UUID, *, child_id: UUID | None = None, limit: int | None = None
) -> list[NoteView]:
    """Return notes for somebody to see, see `notes_of`, and put on record that they opened them."""
    with database.reading() as session:
        found = notes_of(session, actor, group_id, child_id=child_id, limit=limit)
        is_known = just_registered(session, actor, Act.OPENED, "notes", group_id)
    if found and not is_known:
        with database.writing() as session:
            register(session, actor, Act.OPENED, "notes", group_id)
    return found


def areas_to_note(session: Session, actor: Actor, group: GroupView) -> list[AreaView]:
    """Return the learning areas in which the actor may note something about a group, in their usual order.

    They are those that have criteria at the age of the group; of mixed ages, all.
    """
    criteria = catalogue.criteria_of(session, actor, group.school_year_id, group.age)
    assessed = {one.area_key for one in criteria}
    return [
        area
        for area in catalogue.areas(session, actor)
        if area.key in assessed
        and (group.assesses_kazakh or area.key != catalogue.KAZAKH)
        and may(actor, Permission.MARK, group_id=group.id, area_key=area.key)
    ]


def remove(session: Session, actor: Actor, note_id: UUID) -> None:
    """Remove a note and every word of it.

    Raises NotFound where it is not there for the actor, and NotAllowed where somebody else wrote it.
    """
    require(actor, Permission.READ_GROUP)
    found = session.exec(
        select(Observation)
        .join(Group, col(Group.id) == col(Observation.group_id))
        .where(groups_in_scope(actor, Permission.READ_GROUP), col(Observation.id) == note_id)
    ).first()
    if found is None:
        raise NotFound(message("This note is not there any more. Reload the page."))
    if not _is_own(actor, found):
        raise NotAllowed(message("Only the person who wrote a note may remove it."))
    children = session.exec(
        select(ObservationChild.child_id).where(col(ObservationChild.observation_id) == note_id)
    ).all()
    _register(session, actor, Act.REMOVED, note_id, children)
    session.exec(delete(ObservationChild).where(col(ObservationChild.observation_id) == note_id))
    session.exec(delete(Observation).where(col(Observation.id) == note_id))
    if found.text_id is not None:
        texts.erase(session, found.text_id)


def _refuse_future(session: Session, actor: Actor, day: date) -> None:
    if day > clock.today(session, actor.organisation_id):
        raise Refusal(message("The day {day} is still to come. Write the day on which you saw it.", day=day))


def _refuse_area(session: Session, actor: Actor, group: Group, area_key: str) -> None:
    if area_key not in {area.key for area in catalogue.areas(session, actor)}:
        raise NotFound(message("This learning area is not there. Reload the page."))
    if area_key == catalogue.KAZAKH and not group.assesses_kazakh:
        raise Refusal(message("This group is not assessed in the Kazakh language."))


def _ages_of(session: Session, actor: Actor, new: NewNote) -> dict[UUID, int | None]:
    """Return the chosen children with the age of their own set; refuse whoever was not in the group that day."""
    if not new.child_ids:
        raise Refusal(message("Choose the children whom the note is about."))
    there = {child.id: child.age for child in roster.children_of(session, actor, new.group_id, new.observed_on)}
    absent = [child_id for child_id in new.child_ids if child_id not in there]
    if absent:
        raise _not_in_the_group(session, actor, absent, new.observed_on)
    return {child_id: there[child_id] for child_id in new.child_ids}


def _not_in_the_group(session: Session, actor: Actor, child_ids: Sequence[UUID], day: date) -> Refusal:
    rows = session.exec(
        select(ChildName)
        .where(col(ChildName.organisation_id) == actor.organisation_id, col(ChildName.child_id).in_(child_ids))
        .order_by(col(ChildName.sort_key))
    )
    names = tuple(FullName(row.family, row.given).full for row in rows)
    if not names:
        return NotFound(message("This child is not in the organisation, or not in a group of yours."))
    return Refusal(
        message("Not in the group on {day}: {names}. Leave them out or write another day.", day=day, names=names)
    )


def _refuse_criterion(session: Session, actor: Actor, group: Group, new: NewNote, ages: Collection[int | None]) -> None:
    if new.criterion_version_id is None:
        return
    of_year = catalogue.criteria_of(session, actor, group.school_year_id)
    criterion = next((one for one in of_year if one.version_id == new.criterion_version_id), None)
    if criterion is None:
        raise Refusal(message("This criterion is not among those of the school year."))
    if criterion.area_key != new.area_key:
        raise Refusal(message("This criterion is of another learning area. Choose one of the area of the note."))
    if len(ages) > 1:
        raise Refusal(
            message(
                "These children are observed by the criteria of different ages. "
                "Note each age by itself, or leave the criterion out."
            )
        )
    if criterion.age not in ages:
        raise Refusal(message("This criterion is not of the children's age. Choose another one, or leave it out."))


def _tidy_text(typed: str | None) -> str | None:
    """The text without what cannot be seen, its lines kept; None where nothing is left."""
    text = "\n".join(clean(line) for line in (typed or "").splitlines()).strip()
    if len(text) > LONGEST_TEXT:
        raise Refusal(
            message(
                "The text is too long: {n} characters. Leave {most} at most, or make two notes of it.",
                n=len(text),
                most=LONGEST_TEXT,
            )
        )
    return text or None


def _write_children(session: Session, actor: Actor, note_id: UUID, child_ids: Iterable[UUID]) -> None:
    children = list(child_ids)
    session.add_all(
        ObservationChild(organisation_id=actor.organisation_id, observation_id=note_id, child_id=child_id)
        for child_id in children
    )
    _register(session, actor, Act.CREATED, note_id, children)
    session.flush()


def _register(session: Session, actor: Actor, act: Act, note_id: UUID, child_ids: Iterable[UUID]) -> None:
    """One line a child: the register is asked who touched the data of this child."""
    for child_id in child_ids:
        register(session, actor, act, SUBJECT, note_id, child_id=child_id)


def _views(
    session: Session, actor: Actor, wanted: Sequence[ColumnElement[bool]], limit: int | None = None
) -> list[NoteView]:
    rows = session.execute(
        select(Observation, func.coalesce(Account.name, Observation.by_console))
        .outerjoin(Account, col(Account.id) == col(Observation.by_account_id))
        .where(col(Observation.organisation_id) == actor.organisation_id, *wanted)
        .order_by(col(Observation.observed_on).desc(), col(Observation.at).desc(), col(Observation.id))
        .limit(limit)
    ).all()
    found: list[Observation] = [row[0] for row in rows]
    children = _noted_children(session, [one.id for one in found])
    areas = {area.key: area for area in catalogue.areas(session, actor)}
    criteria = _criteria_of(session, actor, found)
    said = texts.contents(session, [one.text_id for one in found if one.text_id is not None])
    return [
        NoteView(
            one.id,
            one.group_id,
            one.observed_on,
            tuple(children.get(one.id, ())),
            areas[one.area_key],
            None if one.criterion_version_id is None else criteria[one.criterion_version_id],
            None if one.level is None else Level(one.level),
            one.method,
            None if one.text_id is None else said.get(one.text_id),
            one.at,
            by,
            _is_own(actor, one),
        )
        for one, by in rows
    ]


def _noted_children(session: Session, note_ids: Sequence[UUID]) -> dict[UUID, list[NotedChild]]:
    rows = session.exec(
        select(ObservationChild.observation_id, ChildName)
        .join(ChildName, col(ChildName.child_id) == col(ObservationChild.child_id))
        .where(col(ObservationChild.observation_id).in_(note_ids))
        .order_by(col(ChildName.sort_key), col(ChildName.child_id))
    )
    children: dict[UUID, list[NotedChild]] = {}
    for note_id, row in rows:
        name = FullName(row.family, row.given, row.patronymic)
        children.setdefault(note_id, []).append(NotedChild(row.child_id, name))
    return children


def _criteria_of(session: Session, actor: Actor, notes: Iterable[Observation]) -> dict[UUID, CriterionView]:
    """The criteria of the years in which a note names one; a code is counted over all that a year has."""
    years = {one.school_year_id for one in notes if one.criterion_version_id is not None}
    return {one.version_id: one for year in years for one in catalogue.criteria_of(session, actor, year)}


def _is_own(actor: Actor, written: Observation) -> bool:
    return doer(actor) == {"by_account_id": written.by_account_id, "by_console": written.by_console}
