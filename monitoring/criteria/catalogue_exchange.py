"""The catalogue between the record and a file: a year's criteria as a draft to write out, and what loading would do.

For the screen on which an organisation takes its criteria home as a workbook, changes them and loads them again.
"""

from uuid import UUID

from sqlmodel import Session, col, select

from monitoring.criteria import catalogue
from monitoring.criteria.catalogue import CriterionView, Loaded
from monitoring.criteria.catalogue_file import AreaEntry, Bilingual, CatalogueDraft, CriterionEntry, DirectionEntry
from monitoring.record.access import Actor, Permission, require
from monitoring.record.models import Area, Direction


def draft_of(session: Session, actor: Actor, school_year_id: UUID) -> CatalogueDraft:
    """Return the criteria of a school year as a draft: written to a file and loaded again it changes nothing."""
    criteria = catalogue.criteria_of(session, actor, school_year_id)
    directions = session.exec(
        select(Direction).where(col(Direction.organisation_id) == actor.organisation_id).order_by(col(Direction.number))
    )
    areas = session.exec(
        select(Area).where(col(Area.organisation_id) == actor.organisation_id).order_by(col(Area.number), col(Area.key))
    )
    return CatalogueDraft(
        tuple(map(_direction, directions)),
        tuple(_area(area, criteria) for area in areas),
        tuple(map(_criterion, criteria)),
    )


def rehearse(session: Session, actor: Actor, draft: CatalogueDraft) -> Loaded:
    """Return what loading a draft would do, and leave the record as it was.

    Needs a writing session, since it is a real loading, undone. Raises Refusal where the loading would.
    """
    require(actor, Permission.MANAGE_CATALOGUE)
    with session.begin_nested() as trial:
        loaded = catalogue.load(session, actor, draft)
        trial.rollback()
    return loaded


def _direction(row: Direction) -> DirectionEntry:
    return DirectionEntry(
        row.key, row.number, Bilingual(row.name_ru, row.name_kk), Bilingual(row.letter_ru, row.letter_kk)
    )


def _area(row: Area, criteria: list[CriterionView]) -> AreaEntry:
    ages = tuple(sorted({criterion.age for criterion in criteria if criterion.area_key == row.key}))
    return AreaEntry(row.key, row.direction_key, row.number, row.code_order, Bilingual(row.name_ru, row.name_kk), ages)


def _criterion(view: CriterionView) -> CriterionEntry:
    wording = view.wording
    return CriterionEntry(
        view.key,
        view.age,
        view.area_key,
        view.number,
        Bilingual(wording.text_ru, wording.text_kk),
        (
            Bilingual(wording.level_1_ru, wording.level_1_kk),
            Bilingual(wording.level_2_ru, wording.level_2_kk),
            Bilingual(wording.level_3_ru, wording.level_3_kk),
        ),
        Bilingual(wording.measure_ru, wording.measure_kk),
    )
