from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from monitoring.core.errors import NotFound, Refusal
from monitoring.core.scale import STAGES, Stage, StartSet
from monitoring.lists import years
from monitoring.lists.years import StageWindow
from monitoring.record.models import AccessRecord, Act, GroupStage, SheetState, YearCriterion
from tests.conftest import YEAR, School, found_school
from tests.lists import add_group

days = st.dates(date(2000, 9, 1), date(2100, 8, 31))


@given(days)
def test_every_day_belongs_to_one_school_year(day: date) -> None:
    begins = years.year_of(day)
    assert years.first_day(begins) <= day <= years.last_day(begins)
    assert years.last_day(begins) + timedelta(days=1) == years.first_day(begins + 1)


@given(days, st.integers(2000, 2099))
def test_a_year_is_looked_at_on_its_day_nearest_to_today(today: date, begins: int) -> None:
    day = years.day_within(begins, today)
    assert years.year_of(day) == begins
    assert (day == today) == (years.year_of(today) == begins)


@given(st.integers(2000, 2099))
def test_the_default_windows_are_a_year_apart_and_hold_their_control_dates(begins: int) -> None:
    windows = years.default_stages(begins)
    assert tuple(window.stage for window in windows) == STAGES
    assert all(window.opens_on <= window.control_on <= window.closes_on for window in windows)
    assert years.shifted(windows) == years.default_stages(begins + 1)


def test_the_last_of_february_shifts_to_a_day_that_is_there() -> None:
    leap = StageWindow(Stage.MID, date(2028, 2, 1), date(2028, 2, 29), date(2028, 2, 29))
    assert years.shifted([leap])[0].control_on == date(2029, 2, 28)


def test_a_new_year_has_its_stages_and_keeps_the_wordings_of_the_catalogue(school: School) -> None:
    with school.database.writing() as session:
        year = years.create_year(session, school.console, YEAR + 1, start_set=StartSet.PREVIOUS)
        assert (year.starts_on, year.ends_on) == (date(YEAR + 1, 9, 1), date(YEAR + 2, 5, 31))
        assert years.stages_of(session, school.console, year.id) == years.default_stages(YEAR + 1)
        kept = [
            set(
                session.exec(
                    select(YearCriterion.criterion_version_id).where(col(YearCriterion.school_year_id) == year_id)
                )
            )
            for year_id in (school.year_id, year.id)
        ]
        assert kept[0] == kept[1] != set()
        created = select(AccessRecord).where(col(AccessRecord.act) == Act.CREATED)
        assert year.id in [one.subject_id for one in session.exec(created)]


def test_a_year_is_created_once(school: School) -> None:
    with school.database.writing() as session:
        for begins in (YEAR, 1999, 2101):
            with pytest.raises(Refusal):
                years.create_year(session, school.console, begins)
        assert len(years.years(session, school.console)) == 1


def test_years_stand_newest_first_with_their_stages_in_order(school: School) -> None:
    with school.database.writing() as session:
        for begins in (YEAR - 1, YEAR + 1):
            years.create_year(session, school.console, begins)
        found = years.years(session, school.console)
        assert [year.begins for year in found] == [YEAR + 1, YEAR, YEAR - 1]
        assert [year.stages for year in found] == [years.default_stages(year.begins) for year in found]
        assert found[1].window(Stage.MID).control_on == date(YEAR + 1, 1, 20)


def test_the_current_year_holds_today_else_the_latest_begun_else_the_next(school: School) -> None:
    with school.database.writing() as session:
        years.create_year(session, school.console, YEAR + 1)

        def current(today: date) -> int | None:
            year = years.current_year(session, school.console, today)
            return None if year is None else year.begins

        assert current(date(YEAR, 9, 1)) == current(date(YEAR + 1, 8, 31)) == YEAR
        assert current(date(YEAR + 1, 9, 1)) == current(date(YEAR + 5, 1, 1)) == YEAR + 1
        assert current(date(YEAR, 8, 31)) == YEAR


def test_the_years_of_another_organisation_are_not_there(school: School) -> None:
    other = found_school(school.database, name="Балабақша «Айгөлек»", login="other")
    with school.database.writing() as session:
        assert [year.id for year in years.years(session, other.console)] == [other.year_id]
        assert years.stages_of(session, other.console, school.year_id) == ()
        with pytest.raises(NotFound):
            years.change_stage_dates(session, other.console, school.year_id, years.default_stages(YEAR)[0])


START, MID, FINAL = years.default_stages(YEAR)


def test_the_dates_of_a_stage_can_be_changed(school: School) -> None:
    later = StageWindow(Stage.START, date(YEAR, 10, 1), date(YEAR, 10, 5), date(YEAR, 10, 31))
    with school.database.writing() as session:
        years.change_stage_dates(session, school.console, school.year_id, later)
        assert years.stages_of(session, school.console, school.year_id) == (later, MID, FINAL)


def test_dates_of_a_stage_that_are_not_in_order_are_refused(school: School) -> None:
    with school.database.writing() as session:
        for wrong in (
            replace(START, control_on=date(YEAR, 10, 1)),
            replace(START, control_on=date(YEAR, 8, 31), opens_on=date(YEAR, 8, 1)),
            replace(START, closes_on=date(YEAR, 9, 10)),
            replace(START, opens_on=date(YEAR, 8, 31)),
            replace(FINAL, closes_on=date(YEAR + 1, 9, 1)),
            replace(MID, opens_on=date(YEAR, 9, 1), control_on=date(YEAR, 9, 15)),
            replace(MID, control_on=date(YEAR + 1, 5, 15), closes_on=date(YEAR + 1, 5, 31)),
        ):
            with pytest.raises(Refusal):
                years.change_stage_dates(session, school.console, school.year_id, wrong)
        assert years.stages_of(session, school.console, school.year_id) == (START, MID, FINAL)


def test_the_control_date_does_not_move_under_a_sheet_that_was_handed_in(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school)
        sheet = session.exec(
            select(GroupStage).where(col(GroupStage.group_id) == group.id, col(GroupStage.stage) == Stage.START)
        ).one()
        sheet.state = SheetState.APPROVED
        session.flush()
        longer = replace(START, closes_on=date(YEAR, 10, 10))
        with pytest.raises(Refusal):
            years.change_stage_dates(
                session, school.console, school.year_id, replace(longer, control_on=date(YEAR, 9, 16))
            )
        years.change_stage_dates(session, school.console, school.year_id, longer)
        years.change_stage_dates(
            session, school.console, school.year_id, replace(MID, control_on=date(YEAR + 1, 1, 21))
        )
