from datetime import date

import pytest
from sqlmodel import col, select

from monitoring.core.errors import NotFound, Refusal
from monitoring.core.scale import Stage
from monitoring.lists import enrolling, groups, roster
from monitoring.people import accounts
from monitoring.people.accounts import NewGrant
from monitoring.record.models import AccessRecord, Act, Grant, Group, GroupStage, Role, SheetState, TeachingLanguage
from tests.conftest import School, found_school
from tests.lists import add_child, add_group


def test_a_new_group_has_an_open_sheet_for_each_stage(school: School) -> None:
    with school.database.writing() as session:
        added = add_group(session, school)
        sheets = session.exec(select(GroupStage).where(col(GroupStage.group_id) == added.id)).all()
        assert {(sheet.stage, sheet.state) for sheet in sheets} == {(stage, SheetState.OPEN) for stage in Stage}
        assert {sheet.by_console for sheet in sheets} == {"test"}


def test_the_name_of_a_group_is_there_once_a_year_however_it_is_typed(school: School) -> None:
    with school.database.writing() as session:
        add_group(session, school, "Ёлочка")
        with pytest.raises(Refusal, match="Ёлочка"):
            add_group(session, school, "  елочка ")


def test_a_group_without_a_fit_name_or_age_is_refused(school: School) -> None:
    with school.database.writing() as session:
        for name, age in (("", 5), (" \u200b ", 5), ("Г" * 81, 5), ("Гүл", 0), ("Гүл", 6)):
            with pytest.raises(Refusal):
                add_group(session, school, name, age)
        assert session.exec(select(Group)).all() == []


def test_a_group_is_changed_and_may_keep_its_name(school: School) -> None:
    with school.database.writing() as session:
        added, _other = add_group(session, school, "Гүл"), add_group(session, school, "Бота")
        groups.change_group(
            session,
            school.console,
            added.id,
            name="ГҮЛ",
            age=None,
            language=TeachingLanguage.RUSSIAN,
            assesses_kazakh=False,
        )
        with pytest.raises(Refusal, match="Бота"):
            groups.change_group(
                session,
                school.console,
                added.id,
                name="бота",
                age=None,
                language=TeachingLanguage.RUSSIAN,
                assesses_kazakh=False,
            )
    with school.database.reading() as session:
        view = roster.group(session, school.console, added.id)
        assert (view.name, view.age, view.language, view.assesses_kazakh) == ("ГҮЛ", None, "ru", False)


def test_an_empty_group_goes_with_its_sheets_and_grants(school: School) -> None:
    with school.database.writing() as session:
        added = add_group(session, school)
        accounts.give(session, school.console, school.account.id, NewGrant(Role.TEACHER, added.id))
    with school.database.writing() as session:
        groups.remove_group(session, school.console, added.id)
    with school.database.reading() as session:
        assert session.exec(select(Group)).all() == []
        assert session.exec(select(GroupStage)).all() == []
        assert session.exec(select(Grant).where(col(Grant.group_id).is_not(None))).all() == []
        removed = select(AccessRecord).where(col(AccessRecord.act) == Act.REMOVED)
        assert [(one.subject, one.subject_id) for one in session.exec(removed)] == [("group", added.id)]


def test_a_group_in_which_a_child_has_been_stays(school: School) -> None:
    with school.database.writing() as session:
        added = add_group(session, school)
        child_id = add_child(session, school, added)
        enrolling.leave(session, school.console, child_id, date(2026, 10, 1))
        with pytest.raises(Refusal):
            groups.remove_group(session, school.console, added.id)


def test_a_group_of_another_organisation_is_not_there(school: School) -> None:
    other = found_school(school.database, name="Балабақша «Айгөлек»", login="other")
    with school.database.writing() as session:
        added = add_group(session, school)
        with pytest.raises(NotFound):
            groups.remove_group(session, other.console, added.id)
        with pytest.raises(NotFound):
            add_group(session, other, year_id=school.year_id)
