"""How a group stands, and an organisation: every count equals the one that `tests.independent` computes."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pandas as pd
import pytest
from hypothesis import given, settings
from sqlmodel import Session

from monitoring.core.errors import NotAllowed, NotFound
from monitoring.core.scale import STAGES, LevelRule, OverallRule, Stage
from monitoring.lists.years import YearRules
from monitoring.record.access import Held, Person
from monitoring.record.models import Role, SheetState
from monitoring.results import summary
from monitoring.results.summary import GroupSummary, OrganisationSummary, Subject
from tests import independent
from tests.conftest import School, found_school
from tests.drawn import (
    FIRST_DAY,
    SIZES,
    DrawnChild,
    DrawnYear,
    Ground,
    Placed,
    Stay,
    drawn_years,
    ground,
    placed,
    put_on_record,
)

START, MID, FINAL = STAGES
OCTOBER = date(2026, 10, 1)
Row = tuple[object, ...]


@pytest.fixture
def grounds(school: School) -> Ground:
    return ground(school)


def rows(table: pd.DataFrame) -> list[Row]:
    return list(table.itertuples(index=False, name=None))


def row(table: pd.DataFrame, stage: Stage, kind: str, key: str = "") -> tuple[int, ...]:
    """Return the counts of one subject at a stage: listed, assessed, I, II, III, their percents."""
    (found,) = (one[3:] for one in rows(table) if one[:3] == (stage.value, kind, key))
    return tuple(int(str(number)) for number in found)


def throughout(level: int | None, *stages: Stage, age: int = 5) -> dict[tuple[Stage, int, str], tuple[int | None, ...]]:
    """Return the marks of a child who is at a level in every criterion of its set."""
    return {(stage, age, area): (level,) * size for stage in stages for area, size in SIZES[age].items()}


# --- against the independent computation -----------------------------------------------------------------


def test_every_figure_equals_the_independent_one(grounds: Ground) -> None:
    """Also with marks of the year before and of another organisation on record, which count nowhere."""
    neighbour = ground(found_school(grounds.school.database, name="Чужой сад", login="other"))
    with neighbour.school.database.writing() as session:
        put_on_record(session, neighbour, DrawnYear((DrawnChild(throughout(1, *STAGES), last_year=1),)))

    @settings(max_examples=25 if grounds.school.database.file else 6, deadline=None)
    @given(drawn_years())
    def equal(drawn: DrawnYear) -> None:
        with placed(grounds, drawn) as (session, there):
            computed = Computed(session, grounds.school, drawn)
            for number, group_id in enumerate(there.group_ids):
                group = summary.of_group(session, grounds.school.console, group_id)
                computed.holds_of_group(group, group_id)
                assert set(group.states.values()) <= set(drawn.states[3 * number : 3 * number + 3])
            whole = summary.of_organisation(session, grounds.school.console, grounds.school.year_id)
            computed.holds_of_organisation(whole, drawn, there)

    equal()


class Computed:
    """The figures of a drawn year as the independent computation has them."""

    def __init__(self, session: Session, school: School, drawn: DrawnYear) -> None:
        self.connection, self.year_id = session.connection(), school.year_id
        self.listed = independent.on_lists(self.connection, self.year_id)
        self.cells = independent.cells_of(self.connection, self.year_id, self.listed)
        self.levels = independent.levels(self.cells, drawn.rules.level.value, drawn.rules.overall.value)

    def holds_of_group(self, found: GroupSummary, group_id: UUID) -> None:
        listed = self.listed[self.listed["group_id"] == group_id]
        of_group = self.levels[self.levels["group_id"] == group_id]
        self._holds(found, of_group)
        assert set(rows(found.weak)) == independent.weak(self.cells, group_id)
        assert set(found.criteria) == set(found.weak["criterion_version_id"])
        assert set(rows(found.needs)) == independent.needs(of_group)
        assert len(found.needs) == len(independent.needs(of_group))
        assert {stage.value: n for stage, n in found.on_list.items()} == listed["stage"].value_counts().to_dict()
        assert set(found.children) == set(listed["child_id"])
        ages = {(stage.value, age) for stage, ages in found.ages.items() for age in ages}
        assert ages == set(rows(listed.dropna(subset=["age"])[["stage", "age"]]))
        assert found.overruled == independent.overruled(self.connection, self.year_id, of_group, listed)
        came, left = independent.comings(self.connection, group_id, FIRST_DAY)
        assert {(one.child_id, one.on) for one in found.comings.arrivals} == came
        assert {(one.child_id, one.on) for one in found.comings.leavers} == left

    def holds_of_organisation(self, found: OrganisationSummary, drawn: DrawnYear, there: Placed) -> None:
        self._holds(found, self.levels)
        for part, name in ((found.by_group, "group_id"), (found.by_age, "age")):
            expected = [(key, *one) for key, of_it in self.levels.groupby(name) for one in independent.counts(of_it)]
            assert sorted(rows(part), key=str) == sorted(((_whole(key), *one) for key, *one in expected), key=str)
        states = {
            (group_id, stage): drawn.states[3 * number + place]
            for number, group_id in enumerate(there.group_ids)
            for place, stage in enumerate(STAGES)
        }
        assert found.states == states
        approved = {(key[0], key[1].value) for key, state in states.items() if state is SheetState.APPROVED}
        shown = found.unfinished[["group_id", "stage", "listed", "without_level"]]
        assert set(rows(shown)) == independent.unfinished(self.levels, approved)
        assert found.overruled == independent.overruled(self.connection, self.year_id, self.levels, self.listed)
        counted = {(key[0], key[1].value): n for key, n in found.on_list.items()}
        assert counted == self.listed.groupby(["group_id", "stage"]).size().to_dict()

    def _holds(self, found: GroupSummary | OrganisationSummary, levels: pd.DataFrame) -> None:
        assert rows(found.levels) == independent.counts(levels)
        assert rows(found.movement) == independent.movement(levels)
        assert rows(found.ways) == independent.ways(levels)
        in_order = levels[["place", "kind", "key"]].drop_duplicates().sort_values("place")
        known = [(one.kind, one.key) for one in found.subjects]
        assert known == (rows(in_order[["kind", "key"]]) or [("overall", "")])


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) else value


# --- by hand ---------------------------------------------------------------------------------------------


def test_three_children_are_counted_with_their_percents(grounds: Ground) -> None:
    children = [DrawnChild(throughout(level, START)) for level in (1, 2, 2)]
    with placed(grounds, DrawnYear(tuple(children))) as (session, there):
        found = summary.of_group(session, grounds.school.console, there.group_ids[0])
    assert row(found.levels, START, "overall") == (3, 3, 1, 2, 0, 33, 67, 0)
    assert row(found.levels, START, "area", "music") == (3, 3, 1, 2, 0, 33, 67, 0)
    assert row(found.levels, MID, "overall") == (3, 0, 0, 0, 0, 0, 0, 0)
    assert len(found.needs[found.needs["stage"] == "start"]) == 3 * (len(SIZES[5]) + 5)


def test_a_group_without_children_has_empty_tables(grounds: Ground) -> None:
    with placed(grounds, DrawnYear(())) as (session, there):
        found = summary.of_group(session, grounds.school.console, there.group_ids[0])
    assert found.subjects == (Subject("overall", ""),)
    assert (found.on_list, found.children, found.areas, found.overruled) == ({}, {}, (), 0)
    assert all(table.empty for table in (found.levels, found.movement, found.ways, found.weak, found.needs))
    assert list(found.levels.columns) == summary.LEVELS


def test_movement_counts_the_children_present_at_both_stages(grounds: Ground) -> None:
    """One rises, one falls, one comes after the start, one leaves before the final control."""
    rises = DrawnChild(throughout(1, START) | throughout(3, FINAL))
    falls = DrawnChild(throughout(3, START) | throughout(2, FINAL))
    comes = DrawnChild(throughout(2, FINAL), stays=(Stay(starts_on=OCTOBER),))
    leaves = DrawnChild(throughout(2, START), stays=(Stay(ends_on=date(2027, 3, 1)),))
    with placed(grounds, DrawnYear((rises, falls, comes, leaves))) as (session, there):
        found = summary.of_group(session, grounds.school.console, there.group_ids[0])
    overall = found.movement[found.movement["kind"] == "overall"]
    assert rows(overall) == [("start", "final", "overall", "", 2, 1, 0, 1, 0)]
    assert rows(found.ways) == [("start", "final", 1, 3, 1), ("start", "final", 3, 2, 1)]
    assert [row(found.levels, stage, "overall")[0] for stage in STAGES] == [3, 4, 3]
    assert [len(found.comings.arrivals), len(found.comings.leavers)] == [1, 1]


def test_movement_between_unlike_sets_is_counted_beside(grounds: Ground) -> None:
    child = DrawnChild(throughout(2, START, age=4) | throughout(3, FINAL), ages={START: 4, MID: 5, FINAL: 5})
    with placed(grounds, DrawnYear((child,))) as (session, there):
        found = summary.of_group(session, grounds.school.console, there.group_ids[0])
    overall = found.movement[found.movement["kind"] == "overall"]
    assert rows(overall) == [("start", "final", "overall", "", 1, 1, 0, 0, 1)]
    assert "literacy" not in set(found.levels[found.levels["stage"] == "start"]["key"])
    assert row(found.levels, FINAL, "area", "literacy") == (1, 1, 0, 0, 1, 0, 0, 100)


def test_the_weakest_criteria_come_first_with_code_and_text(grounds: Ground) -> None:
    first = DrawnChild({(START, 5, "speech"): (1, 1), (START, 5, "drawing"): (3,)})
    second = DrawnChild({(START, 5, "speech"): (3, 1)})
    with placed(grounds, DrawnYear((first, second))) as (session, there):
        found = summary.of_group(session, grounds.school.console, there.group_ids[0])
    one, two = grounds.versions[5, "speech"]
    assert rows(found.weak) == [("start", two, "speech", 2, 2, 100), ("start", one, "speech", 2, 1, 50)]
    assert (found.criteria[two].code_ru, found.criteria[two].code_kk) == ("5-К.2", "5-К.2")
    assert found.criteria[two].text_kk == "Критерий 5 speech 2, қазақша"


def test_children_stand_in_the_order_of_their_names(grounds: Ground) -> None:
    with placed(grounds, DrawnYear((DrawnChild(),) * 4)) as (session, there):
        found = summary.of_group(session, grounds.school.console, there.group_ids[0])
    assert tuple(found.children) == there.child_ids


@pytest.mark.parametrize(
    ("overall", "percents"), [(OverallRule.CRITERIA, (100, 0, 0)), (OverallRule.DIRECTIONS, (0, 0, 100))]
)
def test_the_rules_of_the_year_are_those_of_the_summary(
    grounds: Ground, overall: OverallRule, percents: tuple[int, int, int]
) -> None:
    low = {"speech", "literacy", "kazakh", "music", "drawing"}  # thirteen criteria of 21, two directions of five
    child = DrawnChild({(START, 5, area): (1 if area in low else 3,) * size for area, size in SIZES[5].items()})
    drawn = DrawnYear((child,), YearRules(LevelRule.MAJORITY, overall))
    with placed(grounds, drawn) as (session, there):
        found = summary.of_group(session, grounds.school.console, there.group_ids[0])
    assert row(found.levels, START, "overall")[5:] == percents


def test_conclusions_that_differ_from_the_computed_level_are_counted(grounds: Ground) -> None:
    own = {(START, None): 3, (START, "physical"): 2, (START, "creative"): None, (MID, "social"): 1}
    child = DrawnChild(throughout(2, START), concluded=own)
    with placed(grounds, DrawnYear((child,))) as (session, there):
        found = summary.of_group(session, grounds.school.console, there.group_ids[0])
        whole = summary.of_organisation(session, grounds.school.console, grounds.school.year_id)
    assert (found.overruled, whole.overruled) == (2, 2)  # the overall one, and the one where nothing was computed


# --- the organisation ------------------------------------------------------------------------------------


def test_a_child_that_changed_groups_moves_in_the_organisation_and_in_neither_group(grounds: Ground) -> None:
    moved = DrawnChild(throughout(1, START) | throughout(2, MID), stays=(Stay(0, ends_on=OCTOBER), Stay(1, OCTOBER)))
    with placed(grounds, DrawnYear((moved,))) as (session, there):
        whole = summary.of_organisation(session, grounds.school.console, grounds.school.year_id)
        groups = [summary.of_group(session, grounds.school.console, group_id) for group_id in there.group_ids]
    assert whole.is_whole
    assert rows(whole.ways) == [("start", "mid", 1, 2, 1)]
    assert all(group.ways.empty for group in groups)
    assert whole.on_list == {
        (there.group_ids[0], START): 1,
        (there.group_ids[1], MID): 1,
        (there.group_ids[1], FINAL): 1,
    }


def test_not_finished_are_children_without_a_level_and_sheets_still_to_approve(grounds: Ground) -> None:
    children = (
        DrawnChild(throughout(2, START)),
        DrawnChild(throughout(2, START), stays=(Stay(1),)),
        DrawnChild(stays=(Stay(1),)),
    )
    approved, submitted, is_open = SheetState.APPROVED, SheetState.SUBMITTED, SheetState.OPEN
    states = (approved, is_open, is_open, submitted, is_open, is_open)
    with placed(grounds, DrawnYear(children, states=states)) as (session, there):
        whole = summary.of_organisation(session, grounds.school.console, grounds.school.year_id)
    assert rows(whole.unfinished) == [(there.group_ids[1], "start", "submitted", 2, 1)]


@pytest.mark.parametrize("state", SheetState)
def test_a_sheet_is_still_to_approve_once_another_of_its_stage_is(grounds: Ground, state: SheetState) -> None:
    marked = DrawnChild(throughout(2, START))
    states = (state, *[SheetState.OPEN] * 2, *[SheetState.SUBMITTED] * 3)
    drawn = DrawnYear((marked, replace(marked, stays=(Stay(1),))), states=states)
    with placed(grounds, drawn) as (session, there):
        whole = summary.of_organisation(session, grounds.school.console, grounds.school.year_id)
    waiting = [(there.group_ids[1], "start", "submitted", 1, 0)]
    assert rows(whole.unfinished) == (waiting if state is SheetState.APPROVED else [])


# --- whose they are --------------------------------------------------------------------------------------


def test_a_teacher_of_one_group_sees_no_figure_of_another(grounds: Ground) -> None:
    school = grounds.school
    both = DrawnYear((DrawnChild(throughout(1, START)), DrawnChild(throughout(3, START), stays=(Stay(1),))))
    with placed(grounds, both) as (session, there):
        own, others = there.group_ids
        teacher = Person(school.organisation_id, school.account.id, (Held(Role.TEACHER, own),))
        whole = summary.of_organisation(session, teacher, school.year_id)
        assert ([group.id for group in whole.groups], whole.is_whole) == ([own], False)
        assert {key[0] for key in whole.on_list} == {key[0] for key in whole.states} == {own}
        assert row(whole.levels, START, "overall") == (1, 1, 1, 0, 0, 100, 0, 0)
        assert set(whole.by_group["group_id"]) == {result.group_id for result in whole.results} == {own}
        assert summary.of_group(session, teacher, own).children.keys() == {there.child_ids[0]}
        with pytest.raises(NotAllowed):
            summary.of_group(session, teacher, others)
        with pytest.raises(NotAllowed):
            summary.of_organisation(session, replace(teacher, held=()), school.year_id)


def test_another_organisation_is_not_found(grounds: Ground) -> None:
    school, other = grounds.school, ground(found_school(grounds.school.database, name="Чужой сад", login="other"))
    with placed(other, DrawnYear((DrawnChild(throughout(1, START)),))) as (session, there):
        for group_id in (there.group_ids[0], uuid4()):
            with pytest.raises(NotFound):
                summary.of_group(session, school.console, group_id)
        with pytest.raises(NotFound):
            summary.of_organisation(session, school.console, other.school.year_id)
