"""Two organisations in one database: nobody of the one sees or touches anything of the other."""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID, uuid4

import pytest

from monitoring import ratings
from monitoring.core.errors import NotFound
from monitoring.core.scale import Level, Stage
from monitoring.criteria import catalogue
from monitoring.lists import children, enrolling, groups, roster, years
from monitoring.people import accounts, staff
from monitoring.people.accounts import NewGrant
from monitoring.ratings import Change
from monitoring.record.models import Role, TeachingLanguage
from tests.conftest import School, found_school
from tests.lists import add_child, add_group

DAY = date(2026, 10, 1)


@pytest.fixture
def other(school: School) -> School:
    """Another organisation in the same database, with a group and a child of its own."""
    return found_school(school.database, name="Чужой сад", login="other")


def furnish(school: School) -> tuple[UUID, UUID]:
    with school.database.writing() as session:
        group = add_group(session, school, "Чужая группа")
        return group.id, add_child(session, school, group, "Чужакова Чужая Чужаковна")


def nothing(look: Callable[[], Sequence[object]]) -> bool:
    """Tell whether a look into a foreign year finds nothing, or not even the year."""
    try:
        return len(look()) == 0
    except NotFound:
        return True


def test_nothing_of_another_organisation_is_read(school: School, other: School) -> None:
    group_id, child_id = furnish(other)
    with school.database.writing() as session:
        mine = school.console
        assert roster.find_children(session, mine, "Чужакова", school.year_id) == []
        assert [year.id for year in years.years(session, mine)] == [school.year_id]
        assert [view.login for view in accounts.list_accounts(session, mine)] == ["aigul"]
        assert staff.groups_to_give(session, mine) == ()
        for look in (
            lambda: roster.groups(session, mine, other.year_id),
            lambda: roster.find_children(session, mine, "Чужакова", other.year_id),
            lambda: roster.names_on_list(session, mine, other.year_id),
            lambda: catalogue.criteria_of(session, mine, other.year_id),
        ):
            assert nothing(look)
        for read in (
            lambda: roster.group(session, mine, group_id),
            lambda: roster.children_of(session, mine, group_id),
            lambda: roster.on_the_list(session, mine, group_id, Stage.START),
            lambda: roster.child_record(session, mine, child_id),
        ):
            with pytest.raises(NotFound):
                read()


def test_nothing_of_another_organisation_is_touched(school: School, other: School) -> None:
    group_id, child_id = furnish(other)
    with other.database.writing() as session:
        grant_id = accounts.give(session, other.console, other.account.id, NewGrant(Role.HEAD)).id
        own_group = add_group(session, school, "Своя группа")
        own_child = add_child(session, school, own_group)
        version = catalogue.criteria_of(session, other.console, other.year_id, 5)[0].version_id
    change = Change(uuid4(), child_id, version, 0, Level.III)
    mine = school.console
    with school.database.writing() as session:
        for act in (
            lambda: groups.change_group(
                session, mine, group_id, name="Х", age=5, language=TeachingLanguage.KAZAKH, assesses_kazakh=True
            ),
            lambda: groups.remove_group(session, mine, group_id),
            lambda: enrolling.transfer(session, mine, own_child, group_id, DAY),
            lambda: enrolling.leave(session, mine, child_id, DAY),
            lambda: children.remove_child_added_by_mistake(session, mine, child_id),
            lambda: accounts.take_back(session, mine, grant_id),
            lambda: accounts.close_account(session, mine, other.account.id),
            lambda: years.change_stage_dates(session, mine, other.year_id, years.default_stages(2026)[0]),
            lambda: ratings.record(session, mine, group_id, Stage.START, [change]),
        ):
            with pytest.raises(NotFound):
                act()
