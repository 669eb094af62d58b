from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations, pairwise
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from monitoring.core.errors import NotFound, Refusal
from monitoring.core.scale import STAGES
from monitoring.lists import enrolling, new_year, roster, year_plan
from monitoring.lists.roster import Place
from monitoring.lists.years import default_stages
from monitoring.record.models import AccessRecord, Act, AgeSet, EndReason, Enrolment, Group
from tests.conftest import School, found_school
from tests.lists import SEPTEMBER, add_child, add_group
from tests.test_children import a_rating

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)


def places(session: Session, school: School, child_id: UUID) -> list[tuple[str, date, date | None, str | None]]:
    found: tuple[Place, ...] = roster.child_record(session, school.console, child_id).places
    return [(place.group_name, place.starts_on, place.ends_on, place.end_reason) for place in found]


def test_a_transfer_ends_one_enrolment_and_begins_the_next_on_the_same_day(school: School) -> None:
    with school.database.writing() as session:
        old, new = add_group(session, school, "Гүл"), add_group(session, school, "Бота")
        child_id = add_child(session, school, old)
        enrolling.transfer(session, school.console, child_id, new.id, OCTOBER)
        assert places(session, school, child_id) == [
            ("Гүл", SEPTEMBER, OCTOBER, EndReason.TRANSFERRED),
            ("Бота", OCTOBER, None, None),
        ]


def test_a_transfer_to_the_wrong_group_is_put_right_on_the_same_day(school: School) -> None:
    with school.database.writing() as session:
        old, wrong, right = (add_group(session, school, name) for name in ("Гүл", "Бота", "Аққу"))
        child_id = add_child(session, school, old)
        enrolling.transfer(session, school.console, child_id, wrong.id, OCTOBER)
        enrolling.transfer(session, school.console, child_id, right.id, OCTOBER)
        assert [place[0] for place in places(session, school, child_id)] == ["Гүл", "Аққу"]
        enrolling.transfer(session, school.console, child_id, old.id, OCTOBER)
        assert places(session, school, child_id) == [("Гүл", SEPTEMBER, None, None)]


def test_a_transfer_to_the_same_group_is_refused(school: School) -> None:
    with school.database.writing() as session:
        child_id = add_child(session, school, group := add_group(session, school))
        with pytest.raises(Refusal):
            enrolling.transfer(session, school.console, child_id, group.id, OCTOBER)


def test_a_transfer_before_a_later_one_is_refused(school: School) -> None:
    with school.database.writing() as session:
        first, second, third = (add_group(session, school, name) for name in ("Гүл", "Бота", "Аққу"))
        child_id = add_child(session, school, first)
        enrolling.transfer(session, school.console, child_id, second.id, DECEMBER)
        before = places(session, school, child_id)
        with pytest.raises(Refusal, match=r"01\.12\.2026"):
            enrolling.transfer(session, school.console, child_id, third.id, OCTOBER)
        with pytest.raises(Refusal, match=r"01\.12\.2026"):
            enrolling.leave(session, school.console, child_id, OCTOBER)
        assert places(session, school, child_id) == before


def test_a_day_outside_the_school_year_is_refused(school: School) -> None:
    with school.database.writing() as session:
        first, second = add_group(session, school, "Гүл"), add_group(session, school, "Бота")
        child_id = add_child(session, school, first)
        for day in (date(2026, 8, 31), date(2027, 9, 1)):
            with pytest.raises(Refusal):
                enrolling.transfer(session, school.console, child_id, second.id, day)
            with pytest.raises(Refusal):
                enrolling.leave(session, school.console, child_id, day)
            with pytest.raises(Refusal):
                enrolling.come_back(session, school.console, child_id, second.id, day)


def test_a_child_that_leaves_is_off_the_list_from_that_day(school: School) -> None:
    with school.database.writing() as session:
        child_id = add_child(session, school, group := add_group(session, school))
        enrolling.leave(session, school.console, child_id, OCTOBER)
        assert places(session, school, child_id) == [(group.name, SEPTEMBER, OCTOBER, EndReason.LEFT)]
        for day, there in ((OCTOBER - timedelta(days=1), 1), (OCTOBER, 0)):
            assert len(roster.children_of(session, school.console, group.id, day)) == there


def test_a_child_cannot_leave_twice(school: School) -> None:
    with school.database.writing() as session:
        child_id = add_child(session, school, add_group(session, school))
        enrolling.leave(session, school.console, child_id, OCTOBER)
        for day in (SEPTEMBER + timedelta(days=5), OCTOBER, NOVEMBER):
            with pytest.raises(Refusal):
                enrolling.leave(session, school.console, child_id, day)


def test_a_child_that_never_came_is_removed_not_left(school: School) -> None:
    with school.database.writing() as session:
        child_id = add_child(session, school, add_group(session, school))
        with pytest.raises(Refusal):
            enrolling.leave(session, school.console, child_id, SEPTEMBER)


def test_leaving_on_the_day_of_a_transfer_undoes_the_transfer(school: School) -> None:
    with school.database.writing() as session:
        first, second = add_group(session, school, "Гүл"), add_group(session, school, "Бота")
        child_id = add_child(session, school, first)
        enrolling.transfer(session, school.console, child_id, second.id, OCTOBER)
        enrolling.leave(session, school.console, child_id, OCTOBER)
        assert places(session, school, child_id) == [("Гүл", SEPTEMBER, OCTOBER, EndReason.LEFT)]


def test_coming_back_on_the_day_of_leaving_goes_on_as_if_nothing_was(school: School) -> None:
    with school.database.writing() as session:
        child_id = add_child(session, school, group := add_group(session, school))
        enrolling.leave(session, school.console, child_id, OCTOBER)
        enrolling.come_back(session, school.console, child_id, group.id, OCTOBER)
        assert places(session, school, child_id) == [(group.name, SEPTEMBER, None, None)]


def test_coming_back_later_leaves_the_gap_on_record(school: School) -> None:
    with school.database.writing() as session:
        child_id = add_child(session, school, group := add_group(session, school))
        enrolling.leave(session, school.console, child_id, OCTOBER)
        enrolling.come_back(session, school.console, child_id, group.id, DECEMBER)
        assert places(session, school, child_id) == [
            (group.name, SEPTEMBER, OCTOBER, EndReason.LEFT),
            (group.name, DECEMBER, None, None),
        ]
        assert len(session.exec(select(AgeSet)).all()) == len(STAGES)


def test_coming_to_another_group_on_the_day_of_leaving_is_a_transfer(school: School) -> None:
    with school.database.writing() as session:
        first, second = add_group(session, school, "Гүл"), add_group(session, school, "Бота")
        child_id = add_child(session, school, first)
        enrolling.leave(session, school.console, child_id, OCTOBER)
        enrolling.come_back(session, school.console, child_id, second.id, OCTOBER)
        assert places(session, school, child_id)[0] == ("Гүл", SEPTEMBER, OCTOBER, EndReason.TRANSFERRED)


def test_a_child_that_is_there_cannot_come_back(school: School) -> None:
    with school.database.writing() as session:
        first, second = add_group(session, school, "Гүл"), add_group(session, school, "Бота")
        child_id = add_child(session, school, first, on=NOVEMBER)
        for day in (OCTOBER, NOVEMBER, DECEMBER):
            with pytest.raises(Refusal):
                enrolling.come_back(session, school.console, child_id, second.id, day)


def test_a_child_that_comes_back_has_its_place_in_the_prepared_year_again(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school, age=4)
        child_id = add_child(session, school, group)
        year = new_year.prepare(session, school.console, year_plan.propose(session, school.console, school.year_id))
    with school.database.writing() as session:
        enrolling.leave(session, school.console, child_id, date(2026, 11, 1))
        (successor,) = roster.groups(session, school.console, year.id)
        assert roster.children_of(session, school.console, successor.id) == []
        enrolling.come_back(session, school.console, child_id, group.id, date(2026, 11, 20))
        (child,) = roster.children_of(session, school.console, successor.id)
    assert (child.id, child.since) == (child_id, date(2027, 9, 1))


def test_a_child_that_leaves_in_summer_is_off_the_lists_of_the_year_prepared_ahead(school: School) -> None:
    with school.database.writing() as session:
        child_id = add_child(session, school, add_group(session, school, "Гүл", 4), born_on=date(2022, 1, 5))
        plan = year_plan.propose(session, school.console, school.year_id)
        year = new_year.prepare(session, school.console, plan)
        enrolling.leave(session, school.console, child_id, date(2027, 8, 20))
        assert places(session, school, child_id) == [("Гүл", SEPTEMBER, date(2027, 8, 20), EndReason.LEFT)]
        assert session.exec(select(AgeSet).where(col(AgeSet.school_year_id) == year.id)).all() == []


def test_a_child_that_does_not_come_in_september_loses_its_place_of_the_new_year_only(school: School) -> None:
    with school.database.writing() as session:
        child_id = add_child(session, school, add_group(session, school, "Гүл", 4), born_on=date(2022, 1, 5))
        new_year.prepare(session, school.console, year_plan.propose(session, school.console, school.year_id))
        enrolling.leave(session, school.console, child_id, date(2027, 9, 1))
        assert places(session, school, child_id) == [("Гүл", SEPTEMBER, None, None)]


def test_a_child_with_marks_of_the_new_year_did_not_leave_before_it(school: School) -> None:
    with school.database.writing() as session:
        child_id = add_child(session, school, add_group(session, school, "Гүл", 4), born_on=date(2022, 1, 5))
        year = new_year.prepare(session, school.console, year_plan.propose(session, school.console, school.year_id))
        group = session.exec(select(Group).where(col(Group.school_year_id) == year.id)).one()
        a_rating(session, replace(school, year_id=year.id), child_id, group)
        before = places(session, school, child_id)
        for day in (date(2027, 8, 20), date(2027, 9, 1)):
            with pytest.raises(Refusal):
                enrolling.leave(session, school.console, child_id, day)
        assert places(session, school, child_id) == before
        enrolling.leave(session, school.console, child_id, date(2027, 9, 2))


def test_two_people_who_move_a_child_at_the_same_moment_leave_it_in_one_group(school: School) -> None:
    with school.database.writing() as session:
        child_id = add_child(session, school, add_group(session, school, "Гүл"))
        targets = [add_group(session, school, name).id for name in ("Бота", "Аққу", "Үкі", "Ұлан")]

    def move(number: int) -> bool:
        try:
            with school.database.writing() as session:
                day = OCTOBER + timedelta(days=number)
                enrolling.transfer(session, school.console, child_id, targets[number], day)
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(len(targets)) as pool:
        moved = sum(pool.map(move, range(len(targets))))
    with school.database.writing() as session:
        was = places(session, school, child_id)
        assert len(was) == moved + 1 > 1
        assert all(earlier[2] == later[1] for earlier, later in pairwise(was))
        assert was[-1][2] is None


def test_a_child_of_the_last_year_can_come_into_the_new_one_later(school: School) -> None:
    with school.database.writing() as session:
        leaver = add_child(session, school, add_group(session, school, "Гүл", 4), born_on=date(2022, 1, 5))
        enrolling.leave(session, school.console, leaver, OCTOBER)
        year = new_year.prepare(session, school.console, year_plan.propose(session, school.console, school.year_id))
        target = roster.groups(session, school.console, year.id)[0]
        enrolling.come_back(session, school.console, leaver, target.id, date(2027, 9, 10))
        assert [child.age for child in roster.children_of(session, school.console, target.id, date(2027, 9, 10))] == [5]


def test_every_change_of_a_childs_place_is_on_record(school: School) -> None:
    with school.database.writing() as session:
        first, second = add_group(session, school, "Гүл"), add_group(session, school, "Бота")
        child_id = add_child(session, school, first)
        enrolling.transfer(session, school.console, child_id, second.id, OCTOBER)
        enrolling.leave(session, school.console, child_id, NOVEMBER)
        enrolling.come_back(session, school.console, child_id, first.id, DECEMBER)
        records = session.exec(select(AccessRecord).where(col(AccessRecord.child_id) == child_id)).all()
        assert sorted(one.act for one in records) == [Act.CHANGED] * 3 + [Act.CREATED]


def test_a_child_or_a_group_of_another_organisation_is_not_there(school: School) -> None:
    other = found_school(school.database, name="Балабақша «Айгөлек»", login="other")
    with school.database.writing() as session:
        child_id = add_child(session, school, add_group(session, school))
        their_group = add_group(session, other)
        with pytest.raises(NotFound):
            enrolling.transfer(session, school.console, child_id, their_group.id, OCTOBER)
        with pytest.raises(NotFound):
            enrolling.leave(session, other.console, child_id, OCTOBER)
        with pytest.raises(NotFound):
            enrolling.come_back(session, other.console, child_id, their_group.id, OCTOBER)


# --- any sequence of acts -------------------------------------------------------------------------------

FIRST, AFTER = date(2026, 9, 1), date(2027, 9, 1)
GROUPS = ("Гүл", "Бота", "Аққу")
# Few different days, and the control dates among them, so that acts meet on the same day often.
DAYS = [FIRST, AFTER - timedelta(days=1), date(2026, 9, 14), OCTOBER, date(2026, 10, 2), date(2027, 3, 1)]
DAYS += [window.control_on + timedelta(days=late) for window in default_stages(2026) for late in (0, 1)]


@dataclass(frozen=True)
class Step:
    act: str
    child: int
    group: str
    on: date


steps = st.lists(
    st.builds(
        Step,
        st.sampled_from(["transfer", "leave", "come back"]),
        st.integers(0, 1),
        st.sampled_from(GROUPS),
        st.sampled_from(DAYS),
    ),
    max_size=12,
)
Days = dict[date, str | None]


class _Undone(Exception):
    """Rolls the database back to the state before the trial."""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    added=st.tuples(*[st.tuples(st.sampled_from(GROUPS), st.sampled_from(DAYS))] * 2),
    taken=steps,
)
def test_any_sequence_of_acts_leaves_each_child_in_one_group_a_day_at_most(
    school: School, added: tuple[tuple[str, date], ...], taken: list[Step]
) -> None:
    """The acts are held against a calendar of each child, day by day, that knows nothing of enrolments."""
    with suppress(_Undone), school.database.writing() as session:
        groups = {name: add_group(session, school, name) for name in GROUPS}
        names = ("Ахметова Дана", "Бек Әли")
        children = [
            add_child(session, school, groups[group], name, on=on)
            for name, (group, on) in zip(names, added, strict=True)
        ]
        calendars = [_stays({}, group, on) for group, on in added]
        for step in taken:
            expected = _after(calendars[step.child], step)
            assert _done(session, school, children[step.child], groups, step) == (expected is not None), step
            calendars[step.child] = expected or calendars[step.child]
        _check(session, school, children, groups, calendars)
        raise _Undone


def _stays(calendar: Days, group: str | None, on: date) -> Days:
    days = [FIRST + timedelta(days=number) for number in range((AFTER - FIRST).days)]
    return {day: group if day >= on else calendar.get(day) for day in days}


def _after(calendar: Days, step: Step) -> Days | None:
    """The calendar after an act, or None where the act must be refused."""
    rest = {group for day, group in calendar.items() if day >= step.on}
    came_before = any(group for day, group in calendar.items() if day < step.on)
    match step.act:
        case "transfer" if len(rest) == 1 and rest.isdisjoint({None, step.group}):
            return _stays(calendar, step.group, step.on)
        case "leave" if len(rest) == 1 and None not in rest and came_before:
            return _stays(calendar, None, step.on)
        case "come back" if rest == {None}:
            return _stays(calendar, step.group, step.on)
    return None


def _done(session: Session, school: School, child_id: UUID, groups: dict[str, Group], step: Step) -> bool:
    try:
        with session.begin_nested():
            match step.act:
                case "transfer":
                    enrolling.transfer(session, school.console, child_id, groups[step.group].id, step.on)
                case "leave":
                    enrolling.leave(session, school.console, child_id, step.on)
                case _:
                    enrolling.come_back(session, school.console, child_id, groups[step.group].id, step.on)
    except Refusal:
        return False
    return True


def _check(
    session: Session, school: School, children: list[UUID], groups: dict[str, Group], calendars: list[Days]
) -> None:
    names = {group.id: name for name, group in groups.items()}
    for child_id, calendar in zip(children, calendars, strict=True):
        rows = session.exec(
            select(Enrolment).where(col(Enrolment.child_id) == child_id).order_by(col(Enrolment.starts_on))
        ).all()
        covered = [set(_days(row)) for row in rows]
        assert all(one.isdisjoint(other) for one, other in combinations(covered, 2))
        assert sum(row.ends_on is None for row in rows) <= 1
        assert {day: name for row in rows for day in _days(row) for name in [names[row.group_id]]} == {
            day: name for day, name in calendar.items() if name
        }
        for earlier, later in pairwise(rows):
            moved = earlier.ends_on == later.starts_on
            assert earlier.end_reason == (EndReason.TRANSFERRED if moved else EndReason.LEFT)
            assert not (moved and earlier.group_id == later.group_id)
    for window in default_stages(2026):
        for name, group in groups.items():
            listed = {child.id for child in roster.on_the_list(session, school.console, group.id, window.stage)}
            assert listed == {
                child_id
                for child_id, calendar in zip(children, calendars, strict=True)
                if calendar[window.control_on] == name
            }


def _days(row: Enrolment) -> list[date]:
    return [row.starts_on + timedelta(days=number) for number in range(((row.ends_on or AFTER) - row.starts_on).days)]
