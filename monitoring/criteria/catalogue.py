"""The catalogue on record: directions, areas and criteria, their wordings, and which wordings a year keeps.

A new wording is a new version; a school year keeps the versions it began with as soon as it holds a mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, exists, func
from sqlmodel import Session, col, select

from monitoring.core.codes import Place, code, running_numbers
from monitoring.core.errors import Refusal
from monitoring.core.language import message
from monitoring.criteria.catalogue_file import CatalogueDraft, CriterionEntry
from monitoring.record.access import Actor, Permission, register, require
from monitoring.record.models import (
    Act,
    Area,
    AreaLevel,
    Catalogue,
    Conclusion,
    Criterion,
    CriterionVersion,
    Direction,
    Measures,
    Observation,
    Rating,
    SchoolYear,
    YearCriterion,
    now,
)

MAIN = "main"
KAZAKH = "kazakh"  # the learning area that a group of another language may leave out
TEXTS = (
    "text_ru",
    "text_kk",
    "level_1_ru",
    "level_1_kk",
    "level_2_ru",
    "level_2_kk",
    "level_3_ru",
    "level_3_kk",
    "measure_ru",
    "measure_kk",
)


@dataclass(frozen=True)
class Loaded:
    """What loading a catalogue did: criteria by what became of them, and the school years that took it up."""

    new: int
    reworded: int
    unchanged: int
    withdrawn: int
    years: tuple[int, ...]


@dataclass(frozen=True)
class AreaView:
    """A learning area with its direction, as an organisation names them."""

    key: str
    number: int
    name_ru: str
    name_kk: str
    direction_key: str

    def name(self, language: str) -> str:
        return self.name_kk if language == "kk" else self.name_ru


@dataclass(frozen=True)
class CriterionView:
    """A criterion of a school year as it is read: its codes in both languages and its wording."""

    version_id: UUID
    key: str
    age: int
    area_key: str
    number: int
    code_ru: str
    code_kk: str
    wording: CriterionVersion


def load(session: Session, actor: Actor, draft: CatalogueDraft) -> Loaded:
    """Put a catalogue on record and return what changed; school years without a mark take it up at once.

    All or nothing. A criterion that the draft leaves out is withdrawn, unless the draft has nothing of its age.
    Raises Refusal where a criterion moved to another age or learning area under its old key: marks given by it
    would then mean something else.
    """
    require(actor, Permission.MANAGE_CATALOGUE)
    _put_areas(session, actor, draft)
    catalogue = _main_catalogue(session, actor)
    known = {one.key: one for one in _criteria(session, catalogue)}
    newest = _newest_versions(session, actor)
    reworded = 0
    new = [_criterion(actor, catalogue, entry) for entry in draft.criteria if entry.key not in known]
    session.add_all(new)
    session.flush()  # all at once, before the versions that point to them
    made = {one.key: one for one in new}
    for entry in draft.criteria:
        if entry.key in made:
            session.add(_version(actor, made[entry.key], 1, entry))
            continue
        criterion = known[entry.key]
        if (criterion.age, criterion.area_key) != (entry.age, entry.area):
            raise Refusal(
                message(
                    "The criterion «{key}» is in another age or learning area than before. Give it a new key.",
                    key=entry.key,
                )
            )
        criterion.withdrawn_at = None
        session.add(criterion)
        version = _version(actor, criterion, newest[criterion.id].version + 1, entry)
        if not _same_wording(version, newest[criterion.id]):
            session.add(version)
            reworded += 1
    kept = {entry.key for entry in draft.criteria}
    withdrawn = [
        one for one in known.values() if one.key not in kept and one.age in draft.ages and one.withdrawn_at is None
    ]
    for criterion in withdrawn:
        criterion.withdrawn_at = now()
        session.add(criterion)
    session.flush()
    register(session, actor, Act.IMPORTED, "catalogue", catalogue.id)
    unchanged = len(draft.criteria) - len(new) - reworded
    return Loaded(len(new), reworded, unchanged, len(withdrawn), _refresh_unused_years(session, actor))


def keep_for_year(session: Session, actor: Actor, school_year_id: UUID, *, like: UUID | None = None) -> int:
    """Fix the wordings a school year works with and return how many criteria there are.

    They are the newest ones, or those of the year `like`. For a year that has no criteria yet.
    """
    require(actor, Permission.MANAGE_YEARS)
    if like is None:
        versions = [
            (criterion_id, version.id)
            for criterion_id, version in _newest_versions(session, actor, in_use=True).items()
        ]
    else:
        versions = list(
            session.exec(
                select(YearCriterion.criterion_id, YearCriterion.criterion_version_id).where(
                    col(YearCriterion.organisation_id) == actor.organisation_id,
                    col(YearCriterion.school_year_id) == like,
                )
            )
        )
    session.add_all(
        YearCriterion(
            organisation_id=actor.organisation_id,
            school_year_id=school_year_id,
            criterion_id=criterion_id,
            criterion_version_id=version_id,
        )
        for criterion_id, version_id in versions
    )
    session.flush()
    return len(versions)


def differing(session: Session, actor: Actor, school_year_id: UUID) -> int:
    """Return how many criteria of a school year are not the newest: reworded since, withdrawn, or new by now."""
    require(actor, Permission.MANAGE_YEARS)
    kept = session.exec(
        select(YearCriterion.criterion_id, YearCriterion.criterion_version_id).where(
            col(YearCriterion.organisation_id) == actor.organisation_id,
            col(YearCriterion.school_year_id) == school_year_id,
        )
    )
    newest = {one.criterion_id: one.id for one in _newest_versions(session, actor, in_use=True).values()}
    return len({criterion_id for criterion_id, _ in newest.items() ^ dict(kept.all()).items()})


def areas(session: Session, actor: Actor) -> list[AreaView]:
    """Return the learning areas of the organisation in the order of screens and reports."""
    rows = session.exec(
        select(Area).where(col(Area.organisation_id) == actor.organisation_id).order_by(col(Area.number), col(Area.key))
    )
    return [AreaView(row.key, row.number, row.name_ru, row.name_kk, row.direction_key) for row in rows]


def criteria_of(session: Session, actor: Actor, school_year_id: UUID, age: int | None = None) -> list[CriterionView]:
    """Return the criteria of a school year, of one age or all, by age, learning area and number."""
    rows = session.exec(
        select(Criterion, CriterionVersion, Area, Direction)
        .join(YearCriterion, col(YearCriterion.criterion_id) == col(Criterion.id))
        .join(CriterionVersion, col(CriterionVersion.id) == col(YearCriterion.criterion_version_id))
        .join(
            Area,
            (col(Area.key) == col(Criterion.area_key)) & (col(Area.organisation_id) == col(Criterion.organisation_id)),
        )
        .join(
            Direction,
            (col(Direction.key) == col(Area.direction_key))
            & (col(Direction.organisation_id) == col(Area.organisation_id)),
        )
        .where(
            col(YearCriterion.organisation_id) == actor.organisation_id,
            col(YearCriterion.school_year_id) == school_year_id,
        )
        .order_by(col(Criterion.age), col(Area.number), col(CriterionVersion.number), col(Criterion.key))
    ).all()
    return [view for view in _with_codes(rows) if age is None or view.age == age]


def _with_codes(rows: Sequence[tuple[Criterion, CriterionVersion, Area, Direction]]) -> list[CriterionView]:
    places = {
        criterion.id: Place(criterion.age, direction.key, area.code_order, version.number, criterion.key)
        for criterion, version, area, direction in rows
    }
    numbers = running_numbers(places.values())
    return [
        CriterionView(
            version.id,
            criterion.key,
            criterion.age,
            area.key,
            version.number,
            code(criterion.age, direction.letter_ru, numbers[places[criterion.id]]),
            code(criterion.age, direction.letter_kk, numbers[places[criterion.id]]),
            version,
        )
        for criterion, version, area, direction in rows
    ]


def _put_areas(session: Session, actor: Actor, draft: CatalogueDraft) -> None:
    for direction in draft.directions:
        session.merge(
            Direction(
                organisation_id=actor.organisation_id,
                key=direction.key,
                number=direction.number,
                name_ru=direction.name.ru,
                name_kk=direction.name.kk,
                letter_ru=direction.letter.ru,
                letter_kk=direction.letter.kk,
            )
        )
    session.flush()
    for area in draft.areas:
        session.merge(
            Area(
                organisation_id=actor.organisation_id,
                key=area.key,
                direction_key=area.direction,
                number=area.number,
                code_order=area.code_order,
                name_ru=area.name.ru,
                name_kk=area.name.kk,
            )
        )
    session.flush()


def _main_catalogue(session: Session, actor: Actor) -> Catalogue:
    found = session.exec(
        select(Catalogue).where(col(Catalogue.organisation_id) == actor.organisation_id, col(Catalogue.key) == MAIN)
    ).first()
    if found is None:
        found = Catalogue(organisation_id=actor.organisation_id, key=MAIN)
        session.add(found)
        session.flush()
    return found


def _criteria(session: Session, catalogue: Catalogue) -> Sequence[Criterion]:
    return session.exec(
        select(Criterion).where(
            col(Criterion.organisation_id) == catalogue.organisation_id, col(Criterion.catalogue_id) == catalogue.id
        )
    ).all()


def _newest_versions(session: Session, actor: Actor, *, in_use: bool = False) -> dict[UUID, CriterionVersion]:
    """Return the newest version of each criterion; with `in_use` without those that were withdrawn."""
    newest = (
        select(col(CriterionVersion.criterion_id), func.max(col(CriterionVersion.version)).label("version"))
        .where(col(CriterionVersion.organisation_id) == actor.organisation_id)
        .group_by(col(CriterionVersion.criterion_id))
        .subquery()
    )
    statement = (
        select(CriterionVersion)
        .join(
            newest,
            (newest.c.criterion_id == col(CriterionVersion.criterion_id))
            & (newest.c.version == col(CriterionVersion.version)),
        )
        .join(Criterion, col(Criterion.id) == col(CriterionVersion.criterion_id))
    )
    if in_use:
        statement = statement.where(col(Criterion.withdrawn_at).is_(None))
    return {version.criterion_id: version for version in session.exec(statement)}


def _criterion(actor: Actor, catalogue: Catalogue, entry: CriterionEntry) -> Criterion:
    return Criterion(
        organisation_id=actor.organisation_id,
        catalogue_id=catalogue.id,
        key=entry.key,
        age=entry.age,
        area_key=entry.area,
    )


def _version(actor: Actor, criterion: Criterion, version: int, entry: CriterionEntry) -> CriterionVersion:
    one, two, three = entry.levels
    return CriterionVersion(
        organisation_id=actor.organisation_id,
        criterion_id=criterion.id,
        version=version,
        number=entry.number,
        text_ru=entry.text.ru,
        text_kk=entry.text.kk,
        level_1_ru=one.ru,
        level_1_kk=one.kk,
        level_2_ru=two.ru,
        level_2_kk=two.kk,
        level_3_ru=three.ru,
        level_3_kk=three.kk,
        measure_ru=entry.measure.ru,
        measure_kk=entry.measure.kk,
    )


def _same_wording(one: CriterionVersion, other: CriterionVersion) -> bool:
    return all(getattr(one, column) == getattr(other, column) for column in ("number", *TEXTS))


def _refresh_unused_years(session: Session, actor: Actor) -> tuple[int, ...]:
    unused = session.exec(
        select(SchoolYear).where(
            col(SchoolYear.organisation_id) == actor.organisation_id,
            *(
                ~exists().where(col(work.school_year_id) == col(SchoolYear.id))
                for work in (Rating, AreaLevel, Observation, Measures, Conclusion)
            ),
        )
    ).all()
    for year in unused:
        session.connection().execute(delete(YearCriterion).where(col(YearCriterion.school_year_id) == year.id))
        keep_for_year(session, actor, year.id)
    return tuple(sorted(year.begins for year in unused))
