"""What people write into a card: measures, conclusions, and levels given to an area directly.

For teachers, specialists and the psychologist of a child's group. Each act is one transaction that compares the
revision it was made over; of two who save the same cell the second is told, and nothing is lost.
"""

from uuid import UUID

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from monitoring.core.errors import Conflict, NotAllowed, NotFound, Refusal
from monitoring.core.language import message
from monitoring.core.names import clean
from monitoring.core.scale import Level, Stage
from monitoring.lists import years
from monitoring.record import texts
from monitoring.record.access import Actor, Permission, doer, just_registered, may, register
from monitoring.record.database import Database
from monitoring.record.models import (
    Act,
    AreaLevel,
    Child,
    Conclusion,
    Direction,
    Enrolment,
    Measures,
    SheetState,
    now,
)
from monitoring.results import card, levels
from monitoring.results.card import Card
from monitoring.results.levels import Result

LONGEST_CELL = 6_000  # characters; a cell of the form holds about three measures
LONGEST_CONCLUSION = 1_000


def open_card(
    database: Database, actor: Actor, child_id: UUID, *, begins: int | None = None, language: str | None = None
) -> Card:
    """Return a card for somebody to see, see `card.card_of`, and put on record that they opened it."""
    with database.reading() as session:
        found = card.card_of(session, actor, child_id, begins=begins, language=language)
        is_known = just_registered(session, actor, Act.OPENED, "card", child_id)
    if not is_known:
        with database.writing() as session:
            register(session, actor, Act.OPENED, "card", child_id, child_id=child_id)
    return found


def save_measures(
    session: Session,
    actor: Actor,
    child_id: UUID,
    school_year_id: UUID,
    stage: Stage,
    direction_key: str,
    *,
    text: str,
    base: int,
) -> int:
    """Put the measures of a cell on record, a line each, over the revision that was read (0: the draft).

    Returns the new revision. Empty lines are dropped; an empty text leaves the cell empty for good. Raises Conflict
    where somebody else saved the cell since, Refusal where the text is too long.
    """
    _take(session, actor, child_id, school_year_id)
    _refuse_unknown_direction(session, actor, direction_key)
    content = _tidy(text, LONGEST_CELL)
    row = session.exec(_cell(actor, child_id, school_year_id, stage, direction_key)).first()
    _refuse_other_revision(row.revision if row else 0, base)
    if row is None:
        row = Measures(
            organisation_id=actor.organisation_id,
            child_id=child_id,
            school_year_id=school_year_id,
            stage=stage,
            direction_key=direction_key,
            text_id=texts.write(session, actor, content),
            revision=0,
            **doer(actor),
        )
    else:
        texts.rewrite(session, actor, row.text_id, content)
    _sign(row, actor)
    session.add(row)
    register(session, actor, Act.CHANGED, "card", child_id, child_id=child_id)
    session.flush()
    return row.revision


def back_to_draft(
    session: Session,
    actor: Actor,
    child_id: UUID,
    school_year_id: UUID,
    stage: Stage,
    direction_key: str,
    *,
    base: int,
) -> None:
    """Drop what was written into a cell, so that it follows the marks again. Raises Conflict as `save_measures`."""
    _take(session, actor, child_id, school_year_id)
    row = session.exec(_cell(actor, child_id, school_year_id, stage, direction_key)).first()
    _refuse_other_revision(row.revision if row else 0, base)
    if row is not None:
        text_id = row.text_id
        session.delete(row)
        session.flush()
        texts.erase(session, text_id)
        register(session, actor, Act.CHANGED, "card", child_id, child_id=child_id)


def conclude(
    session: Session,
    actor: Actor,
    child_id: UUID,
    school_year_id: UUID,
    stage: Stage,
    direction_key: str | None,
    *,
    level: Level | None,
    text: str,
    base: int,
) -> int:
    """Put a conclusion on a direction, or overall (None), on record over the revision that was read (0: none yet).

    Returns the new revision. Without a level the computed one stands. Raises Conflict where somebody else saved it
    since, Refusal where the text is too long.
    """
    _take(session, actor, child_id, school_year_id)
    if direction_key is not None:
        _refuse_unknown_direction(session, actor, direction_key)
    content = clean(_tidy(text, LONGEST_CONCLUSION))
    row = session.exec(
        select(Conclusion).where(
            col(Conclusion.organisation_id) == actor.organisation_id,
            col(Conclusion.child_id) == child_id,
            col(Conclusion.school_year_id) == school_year_id,
            col(Conclusion.stage) == stage,
            col(Conclusion.direction_key).is_not_distinct_from(direction_key),
        )
    ).first()
    _refuse_other_revision(row.revision if row else 0, base)
    if row is None:
        row = Conclusion(
            organisation_id=actor.organisation_id,
            child_id=child_id,
            school_year_id=school_year_id,
            stage=stage,
            direction_key=direction_key,
            revision=0,
            **doer(actor),
        )
    row.level = None if level is None else int(level)
    if row.text_id is not None:
        texts.rewrite(session, actor, row.text_id, content)
    elif content:
        row.text_id = texts.write(session, actor, content)
    _sign(row, actor)
    session.add(row)
    register(session, actor, Act.CHANGED, "card", child_id, child_id=child_id)
    session.flush()
    return row.revision


def give_area_level(
    session: Session,
    actor: Actor,
    child_id: UUID,
    school_year_id: UUID,
    stage: Stage,
    area_key: str,
    *,
    level: Level | None,
) -> None:
    """Give a learning area a level directly, without criteria, or take it back (None).

    For old years, of which only totals survive. Raises Refusal where the child's set has no such area at this stage,
    where its criteria have marks, or where the sheet is approved, and NotAllowed for who may not mark the area.
    """
    _lock(session, actor, child_id)
    result = _result_at(session, actor, child_id, school_year_id, stage)
    if not may(actor, Permission.MARK, group_id=result.group_id, area_key=area_key):
        raise NotAllowed(message("Your account does not have the rights for this. Ask the administrator."))
    if area_key not in result.areas:
        raise Refusal(message("This learning area is not in the child's set of criteria at this stage."))
    if result.state is SheetState.APPROVED:
        raise Refusal(message("The sheet is approved. It can be changed after it is reopened."))
    if level is not None and result.areas[area_key].tally.assessed:
        raise Refusal(
            message("Criteria of this learning area have marks; its level comes from them. Change the marks instead.")
        )
    row = session.exec(
        select(AreaLevel).where(
            col(AreaLevel.child_id) == child_id,
            col(AreaLevel.school_year_id) == school_year_id,
            col(AreaLevel.stage) == stage,
            col(AreaLevel.area_key) == area_key,
        )
    ).first()
    if row is None:
        row = AreaLevel(
            organisation_id=actor.organisation_id,
            child_id=child_id,
            school_year_id=school_year_id,
            stage=stage,
            area_key=area_key,
            revision=0,
            **doer(actor),
        )
    row.level = None if level is None else int(level)
    _sign(row, actor)
    session.add(row)
    register(session, actor, Act.CHANGED, "area_level", child_id, child_id=child_id)
    session.flush()


def _take(session: Session, actor: Actor, child_id: UUID, school_year_id: UUID) -> None:
    """Raise unless the actor may write the card, and let no other writer at it until the transaction ends."""
    _lock(session, actor, child_id)
    groups = session.exec(
        select(Enrolment.group_id).where(
            col(Enrolment.organisation_id) == actor.organisation_id,
            col(Enrolment.child_id) == child_id,
            col(Enrolment.school_year_id) == school_year_id,
        )
    ).all()
    if not any(may(actor, Permission.READ_GROUP, group_id=group_id) for group_id in groups):
        raise NotFound(message("This child is not in the organisation, or not in a group of yours."))
    if not any(may(actor, Permission.WRITE_CARD, group_id=group_id) for group_id in groups):
        raise NotAllowed(message("Your account does not have the rights for this. Ask the administrator."))


def _lock(session: Session, actor: Actor, child_id: UUID) -> None:
    session.exec(
        select(Child.id)
        .where(col(Child.organisation_id) == actor.organisation_id, col(Child.id) == child_id)
        .with_for_update()
    ).first()


def _cell(
    actor: Actor, child_id: UUID, school_year_id: UUID, stage: Stage, direction_key: str
) -> SelectOfScalar[Measures]:
    return select(Measures).where(
        col(Measures.organisation_id) == actor.organisation_id,
        col(Measures.child_id) == child_id,
        col(Measures.school_year_id) == school_year_id,
        col(Measures.stage) == stage,
        col(Measures.direction_key) == direction_key,
    )


def _result_at(session: Session, actor: Actor, child_id: UUID, school_year_id: UUID, stage: Stage) -> Result:
    rules = years.year_view(session, actor, school_year_id).rules
    for result in levels.of_children(session, actor, [child_id], school_year_id, rules):
        if result.stage is stage and may(actor, Permission.READ_GROUP, group_id=result.group_id):
            return result
    raise NotFound(message("The child is on no list of yours at this stage."))


def _refuse_unknown_direction(session: Session, actor: Actor, key: str) -> None:
    known = select(Direction.key).where(col(Direction.organisation_id) == actor.organisation_id)
    if key not in session.exec(known).all():
        raise NotFound(message("This direction is not in the catalogue. Reload the page."))


def _refuse_other_revision(stands: int, base: int) -> None:
    if stands != base:
        raise Conflict(message("Somebody else has changed this in the meantime. Compare the two before you save."))


def _tidy(text: str, longest: int) -> str:
    """Return the text with its lines trimmed and the empty ones left out. Raises Refusal where it is too long."""
    lines = (clean(line) for line in text.splitlines())
    tidy = "\n".join(line for line in lines if line)
    if len(tidy) > longest:
        raise Refusal(message("The text is too long: {n} characters. Leave {most} at most.", n=len(tidy), most=longest))
    return tidy


def _sign(row: Measures | Conclusion | AreaLevel, actor: Actor) -> None:
    """Name the actor as the last one who wrote the row, at a new revision."""
    who = doer(actor)
    row.by_account_id, row.by_console = who["by_account_id"], who["by_console"]
    row.at = now()
    row.revision += 1
