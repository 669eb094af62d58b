"""How a group stands, or an organisation: counts of levels by area and direction at each stage, and what moved.

For the teacher's council paper, the methodologist's first look and the assessment section. Every figure of theirs is
one of these tables. «Сводные результаты по группе» / «Топ бойынша жиынтық нәтижелер»; percents are of the children
assessed, whole numbers that add up to 100. No child is compared with another.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal
from uuid import UUID

import pandas as pd
from sqlalchemy import and_, case, func, select
from sqlmodel import Session, col

from monitoring.core.names import FullName
from monitoring.core.scale import STAGES, Level, Stage, whole_percents
from monitoring.criteria import catalogue
from monitoring.criteria.catalogue import AreaView
from monitoring.lists import roster, years
from monitoring.lists.roster import GroupView, Movements
from monitoring.lists.years import YearView
from monitoring.record.access import Actor, Permission, groups_in_scope, may_everywhere, require
from monitoring.record.models import (
    Child,
    ChildName,
    Conclusion,
    Criterion,
    Enrolment,
    Group,
    GroupStage,
    Rating,
    SheetState,
    YearCriterion,
)
from monitoring.results import directions, levels
from monitoring.results.directions import DirectionView
from monitoring.results.levels import Result

Kind = Literal["area", "direction", "overall"]

COUNTS: Final = ["listed", "assessed", "level_1", "level_2", "level_3", "percent_1", "percent_2", "percent_3"]
LEVELS: Final = ["stage", "kind", "key", *COUNTS]
MOVEMENT: Final = ["from_stage", "to_stage", "kind", "key", "both", "rose", "same", "fell", "other_sets"]
WAYS: Final = ["from_stage", "to_stage", "from_level", "to_level", "children"]
WEAK: Final = ["stage", "criterion_version_id", "area_key", "assessed", "level_1", "percent_1"]
NEEDS: Final = ["stage", "kind", "key", "child_id", "level"]


@dataclass(frozen=True)
class Subject:
    """What rows of the tables are about: a learning area, a direction, or a child as a whole (`key` empty)."""

    kind: Kind
    key: str


@dataclass(frozen=True)
class GroupSummary:
    """A group in its school year.

    `levels`: columns LEVELS; `listed` counts the children on the list whose set has the area, `assessed` those with a
    level. A stage at which the subject is in nobody's set has no row.
    `movement`: columns MOVEMENT, between each two stages, of the children with a level at both; those of them whose
    sets of criteria differ are counted in `other_sets` too.
    `ways`: columns WAYS, overall, how many children went from which level to which.
    `weak`: columns WEAK, the criteria of a stage with children at I, the most first.
    `needs`: columns NEEDS, who is at I or II in which area or direction: individual work.
    `on_list`: how many were on the list at a stage, with a set or without.
    `overruled`: in how many conclusions of its cards a teacher's level differs from the computed one.
    """

    group: GroupView
    year: YearView
    directions: tuple[DirectionView, ...]
    subjects: tuple[Subject, ...]
    states: Mapping[Stage, SheetState]
    on_list: Mapping[Stage, int]
    levels: pd.DataFrame
    movement: pd.DataFrame
    ways: pd.DataFrame
    weak: pd.DataFrame
    needs: pd.DataFrame
    criteria: Mapping[UUID, "CriterionText"]
    children: Mapping[UUID, FullName]
    comings: Movements
    ages: Mapping[Stage, tuple[int, ...]]
    overruled: int

    @property
    def areas(self) -> tuple[AreaView, ...]:
        """Return the learning areas that its children's sets have, in their order."""
        return _areas_of(self.directions, self.subjects)

    def name(self, subject: Subject, language: str) -> str:
        """Return what an area or a direction is called; nothing for the whole."""
        return _name(self.directions, subject, language)


@dataclass(frozen=True)
class CriterionText:
    """A criterion as a summary names it: its code and its text in both languages."""

    code_ru: str
    code_kk: str
    text_ru: str
    text_kk: str


@dataclass(frozen=True)
class OrganisationSummary:
    """The groups of a school year that the reader may see, together and one by one.

    `is_whole`: the reader may see every group there is.
    `results`: every child at every stage, what the tables are counted from.
    `levels`: columns LEVELS, all groups together; `by_group` and `by_age`: the same with `group_id` or `age` before.
    `movement`, `ways`: as of a group, for children present at both stages in any of its groups.
    `unfinished`: columns group_id, stage, state, listed (children with a set), without_level (of them without an
    overall level), at the stages that have begun to be marked: sheets that have such children, and once one sheet of
    the stage is approved those that are not.
    """

    year: YearView
    is_whole: bool
    groups: tuple[GroupView, ...]
    directions: tuple[DirectionView, ...]
    subjects: tuple[Subject, ...]
    results: tuple[Result, ...]
    on_list: Mapping[tuple[UUID, Stage], int]
    states: Mapping[tuple[UUID, Stage], SheetState]
    levels: pd.DataFrame
    by_group: pd.DataFrame
    by_age: pd.DataFrame
    movement: pd.DataFrame
    ways: pd.DataFrame
    unfinished: pd.DataFrame
    overruled: int

    @property
    def areas(self) -> tuple[AreaView, ...]:
        return _areas_of(self.directions, self.subjects)

    def name(self, subject: Subject, language: str) -> str:
        """Return what an area or a direction is called; nothing for the whole."""
        return _name(self.directions, subject, language)


def of_group(session: Session, actor: Actor, group_id: UUID) -> GroupSummary:
    """Return the summary of a group. Raises NotFound where it is not there, NotAllowed where it is not the actor's."""
    group = roster.group(session, actor, group_id)
    return of_known_group(session, actor, group, years.year_view(session, actor, group.school_year_id))


def of_known_group(session: Session, actor: Actor, group: GroupView, year: YearView) -> GroupSummary:
    """Return the summary of a group for a screen that has read it and its year already. Raises as `of_group`."""
    results = levels.of_group(session, actor, group.id, year.rules)
    known = directions.directions(session, actor)
    subjects = subjects_of(results, known)
    weak = _weak(session, actor, group.id)
    return GroupSummary(
        group,
        year,
        known,
        subjects,
        {result.stage: result.state for result in results},
        Counter(result.stage for result in results),
        count_levels(results, subjects),
        count_movement(results, subjects),
        count_ways(results),
        weak,
        _needs(results, subjects),
        _criterion_texts(session, actor, year.id, weak),
        _names(session, {result.child_id for result in results}),
        roster.arrivals_and_leavers(session, actor, group.id),
        _ages(results),
        _overruled(session, actor, results, year.id),
    )


def of_organisation(session: Session, actor: Actor, school_year_id: UUID) -> OrganisationSummary:
    """Return the summary of a school year over all groups that the actor may read."""
    require(actor, Permission.READ_GROUP)
    year = years.year_view(session, actor, school_year_id)
    return of_known_groups(session, actor, roster.groups(session, actor, school_year_id), year)


def of_known_groups(session: Session, actor: Actor, groups: Sequence[GroupView], year: YearView) -> OrganisationSummary:
    """Return the summary of a school year for a screen that has read it and its groups already."""
    results = levels.of_year(session, actor, year.id, year.rules)
    known = directions.directions(session, actor)
    subjects = subjects_of(results, known)
    states = _states(session, actor, year.id)
    return OrganisationSummary(
        year,
        may_everywhere(actor, Permission.READ_GROUP),
        tuple(groups),
        known,
        subjects,
        tuple(results),
        Counter((result.group_id, result.stage) for result in results),
        states,
        count_levels(results, subjects),
        _split(results, subjects, "group_id", lambda result: result.group_id),
        _split(results, subjects, "age", lambda result: result.age),
        count_movement(results, subjects),
        count_ways(results),
        _unfinished(results, states, groups),
        _overruled(session, actor, results, year.id),
    )


def subjects_of(results: Iterable[Result], known: Sequence[DirectionView]) -> tuple[Subject, ...]:
    """Return what the results are about: the areas in their order, the directions in theirs, the whole last."""
    results = list(results)
    of_areas = {key for result in results for key in result.areas}
    of_directions = {key for result in results for key in result.directions}
    areas = sorted((area for one in known for area in one.areas if area.key in of_areas), key=lambda area: area.number)
    return (
        *(Subject("area", area.key) for area in areas),
        *(Subject("direction", one.key) for one in known if one.key in of_directions),
        Subject("overall", ""),
    )


def count_levels(results: Iterable[Result], subjects: Sequence[Subject]) -> pd.DataFrame:
    """Return how many children are at which level, columns LEVELS, by stage and in the order of the subjects."""
    return pd.DataFrame(_level_rows(results, subjects), columns=LEVELS)


def count_movement(results: Iterable[Result], subjects: Sequence[Subject]) -> pd.DataFrame:
    """Return how many children rose, stayed and fell between each two stages, columns MOVEMENT.

    Of the children with a level at both stages; two stages that nobody has both of have no row.
    """
    rows: list[tuple[object, ...]] = []
    for earlier, later, both in _at_both(results):
        for subject in subjects:
            steps = [(*pair, one.age != other.age) for one, other in both if (pair := _pair(one, other, subject))]
            if steps:
                signs = Counter((after > before) - (after < before) for before, after, _ in steps)
                counts = (len(steps), signs[1], signs[0], signs[-1], sum(differ for *_, differ in steps))
                rows.append((earlier.value, later.value, subject.kind, subject.key, *counts))
    return pd.DataFrame(rows, columns=MOVEMENT)


def count_ways(results: Iterable[Result]) -> pd.DataFrame:
    """Return how many children went overall from which level to which between each two stages, columns WAYS."""
    rows: list[tuple[object, ...]] = []
    for earlier, later, both in _at_both(results):
        pairs = (_pair(one, other, Subject("overall", "")) for one, other in both)
        ways = Counter(pair for pair in pairs if pair is not None)
        rows += [
            (earlier.value, later.value, int(before), int(after), n) for (before, after), n in sorted(ways.items())
        ]
    return pd.DataFrame(rows, columns=WAYS)


def at_two_and_three(counts: Sequence[int]) -> tuple[int, int]:
    """Return how many of the children counted at I, II and III are at II and III together, and in whole percents.

    A share of its own, not the sum of two percents: of equal fractions the percent is then the same everywhere.
    """
    one, reached = counts[0], sum(counts[1:])
    return reached, whole_percents((reached, one))[0]


# --- counting --------------------------------------------------------------------------------------------


def _level_rows(results: Iterable[Result], subjects: Sequence[Subject]) -> list[tuple[object, ...]]:
    counted = _counted(results)
    return [
        (stage.value, subject.kind, subject.key, *_counts(counted[stage, subject]))
        for stage in STAGES
        for subject in subjects
        if (stage, subject) in counted
    ]


def _counted(results: Iterable[Result]) -> dict[tuple[Stage, Subject], Counter[Level | None]]:
    counted: dict[tuple[Stage, Subject], Counter[Level | None]] = defaultdict(Counter)
    for result in results:
        if not result.areas:
            continue
        for key, derived in result.areas.items():
            counted[result.stage, Subject("area", key)][derived.level] += 1
        for key, derived in result.directions.items():
            counted[result.stage, Subject("direction", key)][derived.level] += 1
        counted[result.stage, Subject("overall", "")][result.overall.level] += 1
    return counted


def _counts(levels_of: Counter[Level | None]) -> tuple[int, ...]:
    """Return listed, assessed, the count of each level and its percent."""
    of_levels = [levels_of[level] for level in Level]
    return (levels_of.total(), sum(of_levels), *of_levels, *whole_percents(of_levels))


def _at_both(results: Iterable[Result]) -> Iterator[tuple[Stage, Stage, list[tuple[Result, Result]]]]:
    """Yield each two stages with the results of the children who were on a list at both."""
    at: dict[Stage, dict[UUID, Result]] = {stage: {} for stage in STAGES}
    for result in results:
        at[result.stage][result.child_id] = result
    for earlier, later in combinations(STAGES, 2):
        present = at[earlier].keys() & at[later].keys()
        yield earlier, later, [(at[earlier][child_id], at[later][child_id]) for child_id in present]


def _pair(one: Result, other: Result, subject: Subject) -> tuple[Level, Level] | None:
    before, after = one.of(subject.kind, subject.key), other.of(subject.kind, subject.key)
    if before is None or after is None or before.level is None or after.level is None:
        return None
    return before.level, after.level


def _split(
    results: Iterable[Result], subjects: Sequence[Subject], name: str, part_of: Callable[[Result], UUID | int | None]
) -> pd.DataFrame:
    """Return `count_levels` of each part of the results, with the part's column first."""
    parts: dict[UUID | int | None, list[Result]] = defaultdict(list)
    for result in results:
        if result.areas:
            parts[part_of(result)].append(result)
    rows = [(part, *row) for part, of_part in parts.items() for row in _level_rows(of_part, subjects)]
    return pd.DataFrame(rows, columns=[name, *LEVELS])


def _needs(results: Iterable[Result], subjects: Sequence[Subject]) -> pd.DataFrame:
    order = {subject: number for number, subject in enumerate(subjects)}
    rows = [
        (result.stage.value, subject.kind, subject.key, result.child_id, int(derived.level))
        for result in results
        for subject in order
        if subject.kind != "overall"
        and (derived := result.of(subject.kind, subject.key)) is not None
        and derived.level in (Level.I, Level.II)
    ]
    rows.sort(key=lambda row: (STAGES.index(Stage(row[0])), order[Subject(row[1], row[2])], row[4]))
    return pd.DataFrame(rows, columns=NEEDS)


def _ages(results: Iterable[Result]) -> dict[Stage, tuple[int, ...]]:
    ages: dict[Stage, set[int]] = defaultdict(set)
    for result in results:
        if result.age is not None:
            ages[result.stage].add(result.age)
    return {stage: tuple(sorted(found)) for stage, found in ages.items()}


def _unfinished(
    results: Iterable[Result], states: Mapping[tuple[UUID, Stage], SheetState], groups: Sequence[GroupView]
) -> pd.DataFrame:
    listed: Counter[tuple[UUID, Stage]] = Counter()
    without: Counter[tuple[UUID, Stage]] = Counter()
    begun = set()
    for result in results:
        at = result.group_id, result.stage
        listed[at] += bool(result.areas)
        without[at] += bool(result.areas) and result.overall.level is None
        if result.overall.tally.assessed:
            begun.add(result.stage)
    approving = {stage for (_group_id, stage), state in states.items() if state is SheetState.APPROVED}
    rows = [
        (group.id, stage.value, states[group.id, stage].value, listed[group.id, stage], without[group.id, stage])
        for stage in STAGES
        if stage in begun
        for group in groups
        if without[group.id, stage]
        or (listed[group.id, stage] and stage in approving and states[group.id, stage] is not SheetState.APPROVED)
    ]
    return pd.DataFrame(rows, columns=["group_id", "stage", "state", "listed", "without_level"])


# --- from the tables -------------------------------------------------------------------------------------


def _states(session: Session, actor: Actor, school_year_id: UUID) -> dict[tuple[UUID, Stage], SheetState]:
    rows = session.connection().execute(
        select(col(GroupStage.group_id), col(GroupStage.stage), col(GroupStage.state))
        .join(Group, col(Group.id) == col(GroupStage.group_id))
        .where(groups_in_scope(actor, Permission.READ_GROUP), col(Group.school_year_id) == school_year_id)
    )
    return {(group_id, stage): state for group_id, stage, state in rows}


def _weak(session: Session, actor: Actor, group_id: UUID) -> pd.DataFrame:
    listed = (
        roster.sets()
        .where(col(Enrolment.organisation_id) == actor.organisation_id, col(Enrolment.group_id) == group_id)
        .subquery()
    )
    at_1 = func.sum(case((col(Rating.level) == Level.I.value, 1), else_=0))
    rows = session.connection().execute(
        select(listed.c.stage, col(YearCriterion.criterion_version_id), col(Criterion.area_key), func.count(), at_1)
        .select_from(listed)
        .join(Group, col(Group.id) == listed.c.group_id)
        .join(
            Rating,
            and_(
                col(Rating.child_id) == listed.c.child_id,
                col(Rating.school_year_id) == listed.c.school_year_id,
                col(Rating.stage) == listed.c.stage,
            ),
        )
        .join(
            YearCriterion,
            and_(
                col(YearCriterion.school_year_id) == col(Rating.school_year_id),
                col(YearCriterion.criterion_version_id) == col(Rating.criterion_version_id),
            ),
        )
        .join(Criterion, and_(col(Criterion.id) == col(YearCriterion.criterion_id), roster.in_the_set(listed.c.age)))
        .where(col(Rating.level).is_not(None))
        .group_by(listed.c.stage, col(YearCriterion.criterion_version_id), col(Criterion.area_key))
        .having(at_1 > 0)
    )
    table = [
        (stage.value, version_id, area_key, assessed, n, whole_percents((n, assessed - n))[0])
        for stage, version_id, area_key, assessed, n in rows
    ]
    table.sort(key=lambda row: (STAGES.index(Stage(row[0])), -row[4], -row[5], str(row[1])))
    return pd.DataFrame(table, columns=WEAK)


def _criterion_texts(
    session: Session, actor: Actor, school_year_id: UUID, weak: pd.DataFrame
) -> dict[UUID, CriterionText]:
    wanted = set(weak["criterion_version_id"])
    if not wanted:
        return {}
    return {
        one.version_id: CriterionText(one.code_ru, one.code_kk, one.wording.text_ru, one.wording.text_kk)
        for one in catalogue.criteria_of(session, actor, school_year_id)
        if one.version_id in wanted
    }


def _names(session: Session, child_ids: Collection[UUID]) -> dict[UUID, FullName]:
    """Return the names of children, in the order of a list."""
    rows = session.connection().execute(
        select(col(Child.id), col(ChildName.family), col(ChildName.given), col(ChildName.patronymic))
        .join(ChildName, col(ChildName.child_id) == col(Child.id))
        .where(col(Child.id).in_(child_ids))
        .order_by(col(ChildName.sort_key), col(Child.id))
    )
    return {child_id: FullName(family, given, patronymic) for child_id, family, given, patronymic in rows}


def _overruled(session: Session, actor: Actor, results: Iterable[Result], school_year_id: UUID) -> int:
    """Return in how many conclusions at a stage of these results the teacher's level is not the computed one."""
    by_stage = {(result.child_id, result.stage): result for result in results}
    rows = session.connection().execute(
        select(
            col(Conclusion.child_id), col(Conclusion.stage), col(Conclusion.direction_key), col(Conclusion.level)
        ).where(
            col(Conclusion.organisation_id) == actor.organisation_id,
            col(Conclusion.school_year_id) == school_year_id,
            col(Conclusion.level).is_not(None),
        )
    )
    count = 0
    for child_id, stage, key, level in rows:
        result = by_stage.get((child_id, stage))
        if result is not None:
            derived = result.of("overall" if key is None else "direction", key or "")
            count += derived is None or derived.level != level
    return count


def _areas_of(known: Sequence[DirectionView], subjects: Sequence[Subject]) -> tuple[AreaView, ...]:
    by_key = {area.key: area for one in known for area in one.areas}
    return tuple(by_key[subject.key] for subject in subjects if subject.kind == "area")


def _name(known: Sequence[DirectionView], subject: Subject, language: str) -> str:
    if subject.kind == "area":
        return next(area for one in known for area in one.areas if area.key == subject.key).name(language)
    if subject.kind == "direction":
        return next(one for one in known if one.key == subject.key).name(language)
    return ""
