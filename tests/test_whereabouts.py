"""Where a child is, has been and will be decides which acts its screen offers."""

from datetime import date
from uuid import uuid4

import pytest

from monitoring.core.names import FullName
from monitoring.lists import enrolling, roster
from monitoring.lists.roster import ChildRecord, Place
from monitoring.lists.whereabouts import Whereabouts, last_in, open_places, whereabouts
from monitoring.record.models import EndReason
from tests.conftest import School
from tests.lists import SEPTEMBER, add_child, add_group

NOVEMBER = date(2026, 11, 22)
THIS_YEAR, NEXT_YEAR = uuid4(), uuid4()


def place(starts_on: date, ends_on: date | None = None, *, begins: int = 2026) -> Place:
    reason = None if ends_on is None else EndReason.LEFT
    year = THIS_YEAR if begins == 2026 else NEXT_YEAR
    return Place(year, begins, uuid4(), "Күншуақ", starts_on, ends_on, reason)


def record(*places: Place) -> ChildRecord:
    return ChildRecord(uuid4(), FullName("Ахметова", "Дана"), date(2021, 4, 12), places, ())


def test_a_child_is_in_the_group_whose_days_cover_today() -> None:
    before, now = place(SEPTEMBER, date(2026, 10, 1)), place(date(2026, 10, 1))
    assert whereabouts(record(before, now), NOVEMBER) == Whereabouts(now, True, None)


def test_a_child_of_a_year_prepared_ahead_is_still_to_come() -> None:
    ahead = place(date(2027, 9, 1), begins=2027)
    assert whereabouts(record(ahead), date(2027, 8, 20)) == Whereabouts(ahead, False, None)


def test_a_child_who_left_is_nowhere_from_that_very_day_on() -> None:
    gone = record(place(SEPTEMBER, NOVEMBER))
    assert whereabouts(gone, NOVEMBER) == Whereabouts(None, False, NOVEMBER)


def test_a_child_who_leaves_tomorrow_is_still_there_today() -> None:
    leaving = place(SEPTEMBER, date(2026, 11, 23))
    assert whereabouts(record(leaving), NOVEMBER) == Whereabouts(leaving, True, date(2026, 11, 23))
    assert open_places(record(leaving), NOVEMBER) == ()


def test_a_child_of_a_year_that_is_over_is_nowhere_and_has_not_left() -> None:
    assert whereabouts(record(place(SEPTEMBER)), date(2027, 9, 1)) == Whereabouts(None, False, None)


def test_only_places_without_an_end_in_years_not_over_can_be_moved_or_left() -> None:
    old, now, ahead = place(date(2025, 9, 1), begins=2025), place(SEPTEMBER), place(date(2027, 9, 1), begins=2027)
    assert open_places(record(old, now, ahead), NOVEMBER) == (now, ahead)


@pytest.mark.parametrize(("ends_on", "last"), [(None, date(2027, 8, 31)), (NOVEMBER, date(2026, 11, 21))])
def test_the_last_day_in_a_group_is_the_one_before_the_end(ends_on: date | None, last: date) -> None:
    assert last_in(place(SEPTEMBER, ends_on)) == last


def test_what_the_record_says_agrees_with_the_acts(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school)
        child_id = add_child(session, school, group)
        enrolling.leave(session, school.console, child_id, NOVEMBER)
        gone = roster.child_record(session, school.console, child_id)
        assert open_places(gone, NOVEMBER) == ()
        enrolling.come_back(session, school.console, child_id, group.id, NOVEMBER)
        back = roster.child_record(session, school.console, child_id)
    assert [one.group_id for one in open_places(back, NOVEMBER)] == [group.id]
    assert whereabouts(back, NOVEMBER).is_there
