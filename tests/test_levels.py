"""Levels from the marks on record: each is the one that `tests.independent` computes, whatever the lists and sets."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import uuid4

import pandas as pd
import pytest
from hypothesis import given, settings

from monitoring.core.errors import NotAllowed
from monitoring.core.scale import STAGES, Level, LevelRule, OverallRule, Tally
from monitoring.lists.years import YearRules
from monitoring.record.access import Held, Person
from monitoring.record.models import Role
from monitoring.results import levels
from monitoring.results.levels import Derived, Result
from tests import independent
from tests.conftest import School, found_school
from tests.drawn import (
    SIZES,
    TAKEN_BACK,
    DrawnChild,
    DrawnYear,
    Ground,
    Stay,
    drawn_years,
    ground,
    placed,
    put_on_record,
)

Figures = dict[tuple[object, ...], tuple[object, ...]]
START, MID, FINAL = STAGES
SPEECH = START, 5, "speech"  # of two criteria
MEAN = YearRules()


@pytest.fixture
def grounds(school: School) -> Ground:
    return ground(school)


def derived(results: Iterable[Result]) -> Figures:
    """Return everything that the results say, by child, group, stage and subject."""
    return {
        (one.child_id, one.group_id, one.stage.value, kind, key): (one.age, *told(one, kind, key))
        for one in results
        for kind, key in subjects(one)
    }


def subjects(result: Result) -> list[tuple[str, str]]:
    if not result.areas:
        return []
    return [
        *(("area", key) for key in result.areas),
        *(("direction", key) for key in result.directions),
        ("overall", ""),
    ]


def told(result: Result, kind: str, key: str) -> tuple[object, ...]:
    found = result.of(kind, key)
    assert found is not None
    tally = found.tally
    return tally.criteria, tally.at_1, tally.at_2, tally.at_3, found.level


def computed(frame: pd.DataFrame) -> Figures:
    keys = frame[["child_id", "group_id", *independent.SUBJECT]].itertuples(index=False, name=None)
    counts = frame[["age", "criteria", "at_1", "at_2", "at_3"]].itertuples(index=False, name=None)
    of_levels = (None if pd.isna(level) else level for level in frame["level"])
    return {key: (*of_key, level) for key, of_key, level in zip(keys, counts, of_levels, strict=True)}


# --- against the independent computation -----------------------------------------------------------------


def test_every_level_of_every_child_equals_the_independent_one(grounds: Ground) -> None:
    """Also with marks of the year before and of another organisation on record, which count nowhere."""
    neighbour = ground(found_school(grounds.school.database, name="Чужой сад", login="other"))
    with neighbour.school.database.writing() as session:
        put_on_record(session, neighbour, DrawnYear((DrawnChild({SPEECH: (1, 1)}, last_year=1),)))

    @settings(max_examples=25 if grounds.school.database.file else 6, deadline=None)
    @given(drawn_years())
    def equal(drawn: DrawnYear) -> None:
        school = grounds.school
        with placed(grounds, drawn) as (session, there):
            connection = session.connection()
            listed = independent.on_lists(connection, school.year_id)
            cells = independent.cells_of(connection, school.year_id, listed)
            frame = independent.levels(cells, drawn.rules.level.value, drawn.rules.overall.value)
            year = levels.of_year(session, school.console, school.year_id, drawn.rules)
            assert derived(year) == computed(frame)
            assert {(one.child_id, one.group_id, one.stage.value) for one in year} == set(
                listed[["child_id", "group_id", "stage"]].itertuples(index=False, name=None)
            )
            for number, group_id in enumerate(there.group_ids):
                group = levels.of_group(session, school.console, group_id, drawn.rules)
                assert derived(group) == computed(frame[frame["group_id"] == group_id])
                states = dict(zip(STAGES, drawn.states[3 * number :], strict=False))
                assert all(one.state is states[one.stage] for one in group)
            of_children = levels.of_children(session, school.console, there.child_ids, school.year_id, drawn.rules)
            assert derived(of_children) == derived(year)

    equal()


# --- by hand: from counts --------------------------------------------------------------------------------

Counted = tuple[str, str, Tally, Level | None]
SPEECH_AT_ONE_AND_TWO: Counted = ("speech", "communicative", Tally(2, 1, 1, 0), None)


def test_an_area_has_its_level_a_direction_all_its_criteria_and_the_whole_too_few() -> None:
    music: Counted = ("music", "creative", Tally(5, 0, 1, 3), None)
    kazakh: Counted = ("kazakh", "communicative", Tally(9), None)
    areas, directions, overall = levels.derive([SPEECH_AT_ONE_AND_TWO, kazakh, music], MEAN)
    assert [areas[key].level for key in ("speech", "kazakh", "music")] == [Level.I, None, Level.III]
    assert directions["communicative"] == Derived(Tally(11, 1, 1, 0), None)  # 2 of 11
    assert directions["creative"] == Derived(Tally(5, 0, 1, 3), Level.III)  # 2.75
    assert overall == Derived(Tally(16, 1, 2, 3), None)


@pytest.mark.parametrize(
    ("rule", "level"),
    [(LevelRule.MEAN, Level.I), (LevelRule.MEAN_FROM_HALF, Level.II), (LevelRule.MAJORITY, Level.I)],
)
def test_the_rule_decides_what_one_and_two_make(rule: LevelRule, level: Level) -> None:
    areas, directions, overall = levels.derive([SPEECH_AT_ONE_AND_TWO], YearRules(rule))
    assert areas["speech"].level is directions["communicative"].level is overall.level is level


def test_a_level_given_directly_stands_alone_and_counts_as_each_of_its_criteria() -> None:
    drawing: Counted = ("drawing", "creative", Tally(2, 0, 0, 2), None)
    areas, directions, _ = levels.derive([drawing, ("music", "creative", Tally(5), Level.I)], MEAN)
    assert areas["music"] == Derived(Tally(5), Level.I, Level.I)
    assert areas["music"].is_direct
    assert directions["creative"] == Derived(Tally(7, 5, 0, 2), Level.I)


def test_a_level_given_directly_gives_way_to_a_mark() -> None:
    areas, directions, _ = levels.derive([("speech", "communicative", Tally(2, 0, 0, 1), Level.I)], MEAN)
    assert (areas["speech"].level, areas["speech"].is_direct) == (Level.III, False)
    assert directions["communicative"].tally == Tally(2, 0, 0, 1)


def test_overall_by_directions_and_by_criteria_may_differ() -> None:
    low: Counted = ("music", "creative", Tally.all_at(Level.I, 10), None)
    high: list[Counted] = [(key, key, Tally.all_at(Level.III, 3), None) for key in ("physical", "social")]
    both = [levels.derive([low, *high], YearRules(LevelRule.MAJORITY, rule))[2].level for rule in OverallRule]
    assert both == [Level.I, Level.III]


# --- by hand: from the record ----------------------------------------------------------------------------


def test_only_marks_that_stand_by_the_childs_own_set_count(grounds: Ground) -> None:
    marks = {SPEECH: (TAKEN_BACK, 3), (START, 4, "speech"): (1, 1, 1)}
    of_five, of_four = DrawnChild(marks, last_year=1), DrawnChild(marks, ages=dict.fromkeys(STAGES, 4))
    with placed(grounds, DrawnYear((of_five, of_four))) as (session, there):
        found = levels.of_group(session, grounds.school.console, there.group_ids[0], MEAN)
    at_start = {one.child_id: one for one in found if one.stage is START}
    tallies = [at_start[child_id].areas["speech"].tally for child_id in there.child_ids]
    assert tallies == [Tally(2, 0, 0, 1), Tally(3, 3)]
    assert [at_start[child_id].age for child_id in there.child_ids] == [5, 4]


def test_without_a_set_a_child_is_on_the_list_and_has_no_areas(grounds: Ground) -> None:
    with placed(grounds, DrawnYear((DrawnChild({SPEECH: (1, 1)}, ages={MID: 5, FINAL: 5}),))) as (session, there):
        found, *later = levels.of_group(session, grounds.school.console, there.group_ids[0], MEAN)
    assert (found.age, found.areas, found.directions, found.of("overall", "")) == (None, {}, {}, None)
    assert [one.age for one in later] == [5, 5]


def test_a_group_that_leaves_kazakh_out_has_fewer_criteria(grounds: Ground) -> None:
    alone = DrawnYear((DrawnChild({(START, 5, "kazakh"): (1, 1, 1)}),), assess_kazakh=(False, True))
    with placed(grounds, alone) as (session, there):
        found = levels.of_group(session, grounds.school.console, there.group_ids[0], MEAN)
    assert "kazakh" not in found[0].areas
    assert (found[0].overall.tally.criteria, found[0].overall.tally.assessed) == (18, 0)


def test_results_come_stage_by_stage_and_areas_in_their_order(grounds: Ground) -> None:
    with placed(grounds, DrawnYear((DrawnChild(), DrawnChild()))) as (session, there):
        found = levels.of_group(session, grounds.school.console, there.group_ids[0], MEAN)
    assert [one.stage for one in found] == [START, START, MID, MID, FINAL, FINAL]
    assert list(found[0].areas) == list(SIZES[5])


# --- whose they are --------------------------------------------------------------------------------------


def test_a_teacher_of_one_group_sees_no_level_of_another(grounds: Ground) -> None:
    school = grounds.school
    with placed(grounds, DrawnYear((DrawnChild(), DrawnChild(stays=(Stay(1),))))) as (session, there):
        own, others = there.group_ids
        teacher = Person(school.organisation_id, school.account.id, (Held(Role.TEACHER, own),))
        assert {one.group_id for one in levels.of_year(session, teacher, school.year_id, MEAN)} == {own}
        assert {one.child_id for one in levels.of_group(session, teacher, own, MEAN)} == {there.child_ids[0]}
        with pytest.raises(NotAllowed):
            levels.of_group(session, teacher, others, MEAN)
        nobody = replace(teacher, held=())
        with pytest.raises(NotAllowed):
            levels.of_year(session, nobody, school.year_id, MEAN)


def test_another_organisation_has_no_levels_here(grounds: Ground) -> None:
    school, other = grounds.school, ground(found_school(grounds.school.database, name="Чужой сад", login="other"))
    with placed(other, DrawnYear((DrawnChild({SPEECH: (1, 1)}),))) as (session, there):
        assert levels.of_group(session, other.school.console, there.group_ids[0], MEAN)
        assert levels.of_group(session, school.console, there.group_ids[0], MEAN) == []
        assert levels.of_year(session, school.console, other.school.year_id, MEAN) == []
        assert levels.of_children(session, school.console, there.child_ids, other.school.year_id, MEAN) == []


def test_an_unknown_group_has_no_levels(grounds: Ground) -> None:
    with grounds.school.database.reading() as session:
        assert levels.of_group(session, grounds.school.console, uuid4(), MEAN) == []
