"""The individual development card of a child in a school year, as it is read: levels, measures, conclusions.

One read model for the screen, the printed card in both formats and the command line. Source of the form:
«Индивидуальная карта развития ребенка», five directions by three stages with a conclusion each.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from monitoring.core.errors import NotFound
from monitoring.core.language import message
from monitoring.core.names import FullName
from monitoring.core.scale import STAGES, Level, Stage, age_set
from monitoring.criteria.catalogue import AreaView
from monitoring.lists import roster, years
from monitoring.lists.years import YearView
from monitoring.record.access import Actor, Permission, may
from monitoring.record.models import (
    Child,
    ChildName,
    Conclusion,
    Criterion,
    CriterionVersion,
    Enrolment,
    Group,
    Measures,
    Organisation,
    OrganisationKind,
    Rating,
    SheetState,
    TeachingLanguage,
    TextVersion,
    YearCriterion,
)
from monitoring.results import directions, levels, measures, way
from monitoring.results.directions import DirectionView
from monitoring.results.levels import Result
from monitoring.results.measures import Seen
from monitoring.results.way import Remark

LANGUAGES = tuple(language.value for language in TeachingLanguage)


@dataclass(frozen=True)
class Place:
    """The group that a card names: the child's last one in that school year."""

    group_id: UUID
    name: str
    language: TeachingLanguage


@dataclass(frozen=True)
class Cell:
    """The measures of a direction after a stage, a line each: the draft, or what a person made of it (a revision)."""

    stage: Stage
    direction_key: str
    lines: tuple[str, ...]
    draft: tuple[str, ...]
    revision: int = 0

    @property
    def is_draft(self) -> bool:
        return self.revision == 0


@dataclass(frozen=True)
class Concluded:
    """A conclusion at a stage on a direction, or overall (None): computed, perhaps overruled, perhaps with words."""

    stage: Stage
    direction_key: str | None
    computed: Level | None
    given: Level | None = None
    text: str = ""
    revision: int = 0

    @property
    def level(self) -> Level | None:
        """Return the level that stands: the teacher's where there is one."""
        return self.computed if self.given is None else self.given

    @property
    def is_overruled(self) -> bool:
        return self.given is not None and self.given is not self.computed


@dataclass(frozen=True)
class Card:
    """A child's card of a school year, its texts in one of the languages of the forms.

    `years` are all in which the child was enrolled, the newest first. `results` has the stages at which the child was
    on a list. `may_write`: the actor may change measures and conclusions.
    """

    child_id: UUID
    name: FullName
    born_on: date
    organisation: str
    kind: OrganisationKind
    years: tuple[YearView, ...]
    year: YearView
    place: Place
    language: str
    directions: tuple[DirectionView, ...]
    results: Mapping[Stage, Result]
    cells: Mapping[tuple[Stage, str], Cell]
    conclusions: Mapping[tuple[Stage, str | None], Concluded]
    may_write: bool

    @property
    def age(self) -> int:
        """Return the age whose set the child has at its last stage, before any stage that of its year of birth."""
        ages = [self.results[stage].age for stage in STAGES if stage in self.results]
        known = [age for age in ages if age is not None]
        return known[-1] if known else age_set(self.born_on, self.year.begins)

    @property
    def areas(self) -> tuple[AreaView, ...]:
        """Return the learning areas that the child's sets of the year have, in their order."""
        used = {key for result in self.results.values() for key in result.areas}
        found = [area for direction in self.directions for area in direction.areas if area.key in used]
        return tuple(sorted(found, key=lambda area: area.number))

    @property
    def concluded_at(self) -> Stage | None:
        """Return the stage that the form's conclusions are of: the last one approved.

        Until one is, the last at which each direction has a level: a stage that has just begun takes nothing off the
        card. Without such a stage it is the last with an overall level, else with any.
        """
        present = [self.results[stage] for stage in STAGES if stage in self.results]
        approved = [one.stage for one in present if one.state is SheetState.APPROVED]
        whole = [one.stage for one in present if one.areas and all(part.level for part in one.directions.values())]
        overall = [one.stage for one in present if one.overall.level]
        begun = [one.stage for one in present if any(part.level for part in one.directions.values())]
        return next(reversed(approved or whole or overall or begun), None)

    @property
    def is_approved(self) -> bool:
        """Whether the stage of the conclusions is approved."""
        at = self.concluded_at
        return at is not None and self.results[at].state is SheetState.APPROVED

    @cached_property
    def remarks(self) -> tuple[Remark, ...]:
        """Return what is worth a second look, in words: see `monitoring.results.way`."""
        return way.remarks(self.results, self.areas, self.language)


def card_of(
    session: Session,
    actor: Actor,
    child_id: UUID,
    school_year_id: UUID | None = None,
    *,
    begins: int | None = None,
    language: str | None = None,
) -> Card:
    """Return a child's card, by default in its group's language, for whoever may read a group it is or was in.

    Of the school year of that id, or of the one that begins so, else of the newest in which the child was enrolled.
    Raises NotFound where the actor may read none of its groups, and where the child was in no group of that year.
    """
    enrolled = _readable(session, actor, [child_id])
    of_child = {row.school_year_id for row in enrolled.get(child_id, ())}
    known = [year for year in years.years(session, actor) if year.id in of_child]
    fitting = (one for one in known if begins in (None, one.begins) and school_year_id in (None, one.id))
    year = next(fitting, None)
    if year is None:
        raise NotFound(message("This child is not in the organisation, or not in a group of yours."))
    return _cards(session, actor, enrolled, known, year, language)[0]


def cards_of(session: Session, actor: Actor, group_id: UUID, *, language: str | None = None) -> list[Card]:
    """Return the cards of the children of a group, by name: those in it today, or on the day of its year nearest to it.

    Raises NotAllowed where the actor may not read the group.
    """
    group = roster.group(session, actor, group_id)
    children = [child.id for child in roster.children_of(session, actor, group_id)]
    enrolled, known = _readable(session, actor, children), years.years(session, actor)
    year = next(one for one in known if one.id == group.school_year_id)
    found = {card.child_id: card for card in _cards(session, actor, enrolled, known, year, language)}
    return [found[child_id] for child_id in children]


# --- from the tables -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Wording:
    """A criterion of the year with its measure in each language of the forms."""

    age: int
    area_key: str
    number: int
    measures: Mapping[str, str]


def _cards(
    session: Session,
    actor: Actor,
    enrolled: Mapping[UUID, Sequence[Any]],
    known: Sequence[YearView],
    year: YearView,
    language: str | None,
) -> list[Card]:
    here = {child_id: [row for row in rows if row.school_year_id == year.id] for child_id, rows in enrolled.items()}
    ids = [child_id for child_id, rows in here.items() if rows]
    organisation = session.get_one(Organisation, actor.organisation_id)
    known_directions = directions.directions(session, actor)
    wordings = _wordings(session, actor, year.id)
    results: dict[UUID, dict[Stage, Result]] = defaultdict(dict)
    for result in levels.of_children(session, actor, ids, year.id, year.rules):
        results[result.child_id][result.stage] = result
    marks = _marks(session, actor, ids, year.id)
    kept = _kept_cells(session, actor, ids, year.id)
    given = _kept_conclusions(session, actor, ids, year.id)
    cards = []
    for child_id in ids:
        last = here[child_id][-1]
        spoken = language or last.language.value
        seen = _seen(results[child_id], marks[child_id], wordings, known_directions, spoken)
        lines = _known_lines(wordings.values(), spoken) if kept[child_id] else {}
        of_child = {row.school_year_id for row in enrolled[child_id]}
        cards.append(
            Card(
                child_id,
                FullName(last.family, last.given, last.patronymic),
                last.born_on,
                (organisation.name_kk if spoken == "kk" else None) or organisation.name,
                organisation.kind,
                tuple(one for one in known if one.id in of_child),
                year,
                Place(last.group_id, last.name, last.language),
                spoken,
                known_directions,
                results[child_id],
                _cells(known_directions, seen, kept[child_id], year, spoken, lines),
                _conclusions(known_directions, results[child_id], given[child_id]),
                any(may(actor, Permission.WRITE_CARD, group_id=row.group_id) for row in here[child_id]),
            )
        )
    return cards


def _readable(session: Session, actor: Actor, child_ids: Collection[UUID]) -> dict[UUID, list[Any]]:
    """Return the enrolments of those of the children of whom the actor may read a group they are or were in."""
    enrolled = _by_child(_enrolments(session, actor, child_ids))
    return {
        child_id: rows
        for child_id, rows in enrolled.items()
        if any(may(actor, Permission.READ_GROUP, group_id=row.group_id) for row in rows)
    }


def _enrolments(session: Session, actor: Actor, child_ids: Collection[UUID]) -> Sequence[Any]:
    return (
        session.connection()
        .execute(
            select(
                col(Enrolment.child_id),
                col(Enrolment.school_year_id),
                col(Enrolment.group_id),
                col(Group.name),
                col(Group.language),
                col(Child.born_on),
                col(ChildName.family),
                col(ChildName.given),
                col(ChildName.patronymic),
            )
            .join(Group, col(Group.id) == col(Enrolment.group_id))
            .join(Child, col(Child.id) == col(Enrolment.child_id))
            .join(ChildName, col(ChildName.child_id) == col(Enrolment.child_id))
            .where(col(Enrolment.organisation_id) == actor.organisation_id, col(Enrolment.child_id).in_(set(child_ids)))
            .order_by(col(Enrolment.starts_on))
        )
        .all()
    )


def _wordings(session: Session, actor: Actor, school_year_id: UUID) -> dict[UUID, _Wording]:
    rows = session.connection().execute(
        select(
            col(CriterionVersion.id),
            col(Criterion.age),
            col(Criterion.area_key),
            col(CriterionVersion.number),
            col(CriterionVersion.measure_ru),
            col(CriterionVersion.measure_kk),
        )
        .join(Criterion, col(Criterion.id) == col(CriterionVersion.criterion_id))
        .join(YearCriterion, col(YearCriterion.criterion_version_id) == col(CriterionVersion.id))
        .where(
            col(YearCriterion.organisation_id) == actor.organisation_id,
            col(YearCriterion.school_year_id) == school_year_id,
        )
    )
    return {
        version_id: _Wording(age, area_key, number, {"ru": measure_ru, "kk": measure_kk})
        for version_id, age, area_key, number, measure_ru, measure_kk in rows
    }


def _marks(
    session: Session, actor: Actor, child_ids: Collection[UUID], school_year_id: UUID
) -> dict[UUID, list[tuple[Stage, UUID, Level]]]:
    """Return each child's marks at I and II: (stage, criterion version, level); those at III need no measure."""
    rows = session.connection().execute(
        select(col(Rating.child_id), col(Rating.stage), col(Rating.criterion_version_id), col(Rating.level)).where(
            col(Rating.organisation_id) == actor.organisation_id,
            col(Rating.child_id).in_(child_ids),
            col(Rating.school_year_id) == school_year_id,
            col(Rating.level).in_([Level.I.value, Level.II.value]),
        )
    )
    found: dict[UUID, list[tuple[Stage, UUID, Level]]] = defaultdict(list)
    for child_id, stage, version_id, level in rows:
        assert level is not None, "asked for with a level"
        found[child_id].append((stage, version_id, Level(level)))
    return found


def _newest(table: type[TextVersion] = TextVersion) -> Any:
    """Return the newest version of each text, as a table to join."""
    version = aliased(table)
    last = select(func.max(col(version.version))).where(col(version.text_id) == col(table.text_id)).scalar_subquery()
    return select(col(table.text_id), col(table.content)).where(col(table.version) == last).subquery("newest")


def _kept_cells(
    session: Session, actor: Actor, child_ids: Collection[UUID], school_year_id: UUID
) -> dict[UUID, list[Any]]:
    newest = _newest()
    return _by_child(
        session.connection().execute(
            select(
                col(Measures.child_id),
                col(Measures.stage),
                col(Measures.direction_key),
                col(Measures.revision),
                newest.c.content,
            )
            .outerjoin(newest, newest.c.text_id == col(Measures.text_id))
            .where(
                col(Measures.organisation_id) == actor.organisation_id,
                col(Measures.child_id).in_(child_ids),
                col(Measures.school_year_id) == school_year_id,
            )
        )
    )


def _kept_conclusions(
    session: Session, actor: Actor, child_ids: Collection[UUID], school_year_id: UUID
) -> dict[UUID, list[Any]]:
    newest = _newest()
    return _by_child(
        session.connection().execute(
            select(
                col(Conclusion.child_id),
                col(Conclusion.stage),
                col(Conclusion.direction_key),
                col(Conclusion.level),
                col(Conclusion.revision),
                newest.c.content,
            )
            .outerjoin(newest, newest.c.text_id == col(Conclusion.text_id))
            .where(
                col(Conclusion.organisation_id) == actor.organisation_id,
                col(Conclusion.child_id).in_(child_ids),
                col(Conclusion.school_year_id) == school_year_id,
            )
        )
    )


def _by_child(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.child_id].append(row)
    return found


# --- what follows from them ------------------------------------------------------------------------------


def _seen(
    results: Mapping[Stage, Result],
    marks: Iterable[tuple[Stage, UUID, Level]],
    wordings: Mapping[UUID, _Wording],
    of_directions: Sequence[DirectionView],
    language: str,
) -> dict[tuple[Stage, str], list[Seen]]:
    """Return the criteria with a level by stage and direction, the areas in their order.

    An area whose level was given directly counts as if each of its criteria were at it; one at III throughout is
    there once, without a measure of its own, so that the cell is known to be assessed.
    """
    of_area: dict[tuple[Stage, str], list[Seen]] = defaultdict(list)
    for stage, version_id, level in marks:
        one = wordings.get(version_id)
        if one is not None and stage in results and one.age == results[stage].age:
            of_area[stage, one.area_key].append(Seen(one.area_key, one.number, level, one.measures[language]))
    found: dict[tuple[Stage, str], list[Seen]] = defaultdict(list)
    for stage, result in results.items():
        for area in (area for direction in of_directions for area in direction.areas):
            derived = result.areas.get(area.key)
            if derived is None:
                continue
            cell = found[stage, area.direction_key]
            if derived.is_direct and derived.given in (Level.I, Level.II):
                own = [one for one in wordings.values() if (one.age, one.area_key) == (result.age, area.key)]
                cell += [Seen(area.key, one.number, derived.given, one.measures[language]) for one in own]
            elif of_area[stage, area.key]:
                cell += of_area[stage, area.key]
            elif derived.tally.at_3 or derived.is_direct:
                cell.append(Seen(area.key, 0, Level.III, ""))
    return found


def _cells(
    of_directions: Sequence[DirectionView],
    seen: Mapping[tuple[Stage, str], Sequence[Seen]],
    kept: Iterable[Any],
    year: YearView,
    language: str,
    known: Mapping[str, str],
) -> dict[tuple[Stage, str], Cell]:
    cells: dict[tuple[Stage, str], Cell] = {}
    for direction in of_directions:
        before: set[str] = set()
        for stage in STAGES:
            of_it = seen.get((stage, direction.key), ())
            drafted = measures.draft(of_it, year.rules.at_highest, language, before=before)
            cells[stage, direction.key] = Cell(stage, direction.key, drafted, drafted)
            before.update(drafted)
    for row in kept:
        key = row.stage, row.direction_key
        lines = tuple(known.get(line, line) for line in (row.content or "").splitlines())
        cells[key] = Cell(*key, lines, cells[key].draft, row.revision)
    return cells


def _known_lines(wordings: Iterable[_Wording], language: str) -> dict[str, str]:
    """Return the measures that the program itself drafts, from their text in the other language to this one.

    A card that was kept in one language so prints in the other wherever nobody changed the words.
    """
    pairs = [one.measures for one in wordings] + list(measures.all_developing())
    return {pair[other]: pair[language] for pair in pairs for other in LANGUAGES if other != language}


def _conclusions(
    of_directions: Sequence[DirectionView], results: Mapping[Stage, Result], given: Iterable[Any]
) -> dict[tuple[Stage, str | None], Concluded]:
    found: dict[tuple[Stage, str | None], Concluded] = {}
    for stage in STAGES:
        result = results.get(stage)
        for key in (*(direction.key for direction in of_directions), None):
            derived = None if result is None else result.of("overall" if key is None else "direction", key or "")
            found[stage, key] = Concluded(stage, key, derived.level if derived else None)
    for row in given:
        at = row.stage, row.direction_key
        level = None if row.level is None else Level(row.level)
        found[at] = Concluded(*at, found[at].computed, level, row.content or "", row.revision)
    return found
