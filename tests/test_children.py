from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session, SQLModel, col, select

from monitoring.core.errors import Conflict, NotFound, Refusal
from monitoring.core.language import message
from monitoring.core.names import FullName, match_key
from monitoring.core.scale import Stage, StartSet
from monitoring.lists import children, groups, roster, years
from monitoring.lists.child_list import Doubt, DoubtKind, ListedChild
from monitoring.lists.children import Imported, NewChild
from monitoring.record.access import doer
from monitoring.record.models import (
    AccessRecord,
    Act,
    AgeSet,
    Area,
    Child,
    ChildName,
    Conclusion,
    Direction,
    Enrolment,
    Group,
    Measures,
    Method,
    Observation,
    ObservationChild,
    Rating,
    Text,
    YearCriterion,
)
from tests.conftest import School, found_school
from tests.lists import FIVE, SEPTEMBER, add_child, add_group, full, statements

__all__ = ["statements"]  # a fixture
OCTOBER = date(2026, 10, 1)


def sets_of(session: Session, child_id: UUID, school_year_id: UUID) -> dict[str, int]:
    rows = session.exec(
        select(AgeSet).where(col(AgeSet.child_id) == child_id, col(AgeSet.school_year_id) == school_year_id)
    )
    return {row.stage.value: row.age for row in rows}


def mark(session: Session, school: School, child_id: UUID) -> None:
    session.add(
        Rating(
            organisation_id=school.organisation_id,
            child_id=child_id,
            school_year_id=school.year_id,
            stage=Stage.START,
            criterion_version_id=session.exec(select(YearCriterion.criterion_version_id)).first() or uuid4(),
            level=2,
            revision=1,
            **doer(school.console),
        )
    )
    session.flush()


def test_a_child_is_on_record_with_a_clean_name_and_its_keys(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school)
        new = NewChild(FullName("  Ахметoва", "Дана\u200b", " "), FIVE, group.id, SEPTEMBER)  # a Latin o
        child = children.add_child(session, school.console, new)
        name = session.exec(select(ChildName)).one()
        assert (name.family, name.given, name.patronymic) == ("Ахметова", "Дана", None)
        assert name.match_key == match_key("ахметова дана")
        assert [view.id for view in roster.children_of(session, school.console, group.id, SEPTEMBER)] == [child.id]


def test_a_child_gets_the_set_of_its_age_for_all_three_stages(school: School) -> None:
    with school.database.writing() as session:
        child_id = add_child(session, school, add_group(session, school, age=None), born_on=date(2022, 12, 31))
        assert sets_of(session, child_id, school.year_id) == {"start": 4, "mid": 4, "final": 4}


@pytest.mark.parametrize(
    ("born_on", "sets"),
    [(date(2022, 3, 1), {"start": 4, "mid": 5, "final": 5}), (date(2026, 3, 1), {"mid": 1, "final": 1})],
)
def test_the_start_stage_looks_back_where_the_year_says_so(school: School, born_on: date, sets: dict[str, int]) -> None:
    with school.database.writing() as session:
        year = years.create_year(session, school.console, 2027, start_set=StartSet.PREVIOUS)
        group = add_group(session, school, year_id=year.id)
        child_id = add_child(session, school, group, born_on=born_on, on=date(2027, 9, 1))
        assert sets_of(session, child_id, year.id) == sets


def test_the_same_child_is_not_added_twice_in_a_year(school: School) -> None:
    with school.database.writing() as session:
        first, second = add_group(session, school, "Гүл"), add_group(session, school, "Бота")
        add_child(session, school, first, "Семёнова Алёна")
        with pytest.raises(Conflict):
            add_child(session, school, second, "СЕМЕНОВА алена")
        add_child(session, school, second, "Семёнова Алёна", born_on=date(2021, 4, 13))
        namesake = NewChild(FullName("Семёнова", "Алёна"), FIVE, second.id, SEPTEMBER)
        children.add_child(session, school.console, namesake, even_if_double=True)
        assert len(session.exec(select(Child)).all()) == 3


def test_dates_that_cannot_be_are_refused(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school)
        for born_on, starts_on in (
            (date(2026, 11, 2), date(2026, 11, 1)),
            (date(2017, 12, 31), SEPTEMBER),
            (FIVE, date(2026, 8, 31)),
            (FIVE, date(2027, 9, 1)),
        ):
            with pytest.raises(Refusal):
                add_child(session, school, group, born_on=born_on, on=starts_on)
        assert session.exec(select(Child)).all() == []


def test_a_child_without_a_given_name_is_refused(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school)
        with pytest.raises(Refusal):
            children.add_child(session, school.console, NewChild(FullName("Ахметова", " "), FIVE, group.id, SEPTEMBER))
        assert session.exec(select(Child)).all() == []


def test_two_people_who_add_the_same_child_at_the_same_moment_add_it_once(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school)

    def add(_number: int) -> bool:
        try:
            with school.database.writing() as session:
                add_child(session, school, group)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(add, range(4))) == 1


def test_a_name_in_rare_letters_fits_its_columns(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school, "漢" * 80)
        name = FullName("漢" * 100, "字" * 100, "語" * 100)
        children.add_child(session, school.console, NewChild(name, FIVE, group.id, SEPTEMBER))
    with school.database.reading() as session:
        assert full([view.name for view in roster.children_of(session, school.console, group.id)]) == [name.full]


# --- corrections -----------------------------------------------------------------------------------------


def test_a_corrected_name_is_found_by_its_new_spelling_only(school: School) -> None:
    with school.database.writing() as session:
        child_id = add_child(session, school, add_group(session, school), "Ахметва Дана")
        children.correct_child(
            session, school.console, child_id, name=FullName("Ахметова", "Дана", "Ерланқызы"), born_on=FIVE
        )
        find = [roster.find_children(session, school.console, text, school.year_id) for text in ("ахметва", "ерлан")]
        assert [[one.id for one in found] for found in find] == [[], [child_id]]


def test_a_corrected_birth_year_brings_its_own_set(school: School) -> None:
    with school.database.writing() as session:
        child_id = add_child(session, school, add_group(session, school), "Ахметова Дана")
        children.correct_child(
            session, school.console, child_id, name=FullName("Ахметова", "Дана"), born_on=date(2022, 4, 12)
        )
        assert sets_of(session, child_id, school.year_id) == {"start": 4, "mid": 4, "final": 4}


def test_a_set_that_was_chosen_or_marked_by_stays_when_the_birth_date_is_corrected(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school)
        chosen, marked = add_child(session, school, group, "Бек Әли"), add_child(session, school, group, "Ким Анна")
        children.set_age(session, school.console, chosen, school.year_id, 3)
        mark(session, school, marked)
        for child_id in (chosen, marked):
            children.correct_child(
                session, school.console, child_id, name=FullName("Бек", "Әли"), born_on=date(2022, 4, 12)
            )
        assert sets_of(session, chosen, school.year_id) == {"start": 3, "mid": 3, "final": 3}
        assert sets_of(session, marked, school.year_id) == {"start": 5, "mid": 5, "final": 5}


def test_an_impossible_birth_date_is_refused_as_a_correction_too(school: School) -> None:
    with school.database.writing() as session:
        child_id = add_child(session, school, add_group(session, school))
        for born_on in (date(2026, 9, 2), date(2010, 1, 1)):
            with pytest.raises(Refusal):
                children.correct_child(
                    session, school.console, child_id, name=FullName("Ахметова", "Дана"), born_on=born_on
                )


def test_a_childs_own_age_can_be_set_for_the_year(school: School) -> None:
    with school.database.writing() as session:
        year = years.create_year(session, school.console, 2027, start_set=StartSet.PREVIOUS)
        group = add_group(session, school, year_id=year.id)
        child_id = add_child(session, school, group, on=date(2027, 9, 1))
        children.set_age(session, school.console, child_id, year.id, 4)
        assert sets_of(session, child_id, year.id) == {"start": 3, "mid": 4, "final": 4}
        children.set_age(session, school.console, child_id, year.id, 1)
        assert sets_of(session, child_id, year.id) == {"mid": 1, "final": 1}
        children.set_age(session, school.console, child_id, year.id, 5, (Stage.START,))
        assert sets_of(session, child_id, year.id) == {"start": 5, "mid": 1, "final": 1}


def test_an_age_is_set_for_a_child_of_that_year_only(school: School) -> None:
    with school.database.writing() as session:
        child_id = add_child(session, school, add_group(session, school))
        year = years.create_year(session, school.console, 2027)
        with pytest.raises(Refusal):
            children.set_age(session, school.console, child_id, year.id, 4)
        with pytest.raises(Refusal):
            children.set_age(session, school.console, child_id, school.year_id, 6)


# --- a child added by mistake ----------------------------------------------------------------------------


def test_a_child_added_by_mistake_goes_without_a_trace_of_its_name(school: School) -> None:
    with school.database.writing() as session:
        child_id = add_child(session, school, add_group(session, school))
    with school.database.writing() as session:
        children.remove_child_added_by_mistake(session, school.console, child_id)
    with school.database.reading() as session:
        for table in (Child, ChildName, Enrolment, AgeSet):
            assert session.exec(select(table)).all() == []
        about = session.exec(select(AccessRecord).where(col(AccessRecord.subject_id) == child_id)).all()
        assert sorted(one.act for one in about) == [Act.CREATED, Act.REMOVED]


def a_rating(session: Session, school: School, child_id: UUID, group: Group) -> None:
    mark(session, school, child_id)


def an_observation(session: Session, school: School, child_id: UUID, group: Group) -> None:
    seen = Observation(
        organisation_id=school.organisation_id,
        school_year_id=school.year_id,
        group_id=group.id,
        observed_on=OCTOBER,
        method=Method.PLAY,
        area_key=session.exec(select(Area.key)).first() or "",
        **doer(school.console),
    )
    session.add(seen)
    session.flush()
    session.add(ObservationChild(organisation_id=school.organisation_id, observation_id=seen.id, child_id=child_id))
    session.flush()


def a_measure(session: Session, school: School, child_id: UUID, group: Group) -> None:
    text = Text(organisation_id=school.organisation_id)
    session.add(text)
    session.flush()
    session.add(
        Measures(
            organisation_id=school.organisation_id,
            child_id=child_id,
            school_year_id=school.year_id,
            stage=Stage.START,
            direction_key=session.exec(select(Direction.key)).first() or "",
            text_id=text.id,
            **doer(school.console),
        )
    )
    session.flush()


def a_conclusion(session: Session, school: School, child_id: UUID, group: Group) -> None:
    session.add(
        Conclusion(
            organisation_id=school.organisation_id,
            child_id=child_id,
            school_year_id=school.year_id,
            stage=Stage.START,
            level=2,
            **doer(school.console),
        )
    )
    session.flush()


Note = Callable[[Session, School, UUID, Group], None]


@pytest.mark.parametrize("note", [a_rating, an_observation, a_measure, a_conclusion])
def test_a_child_of_whom_anything_is_noted_stays(school: School, note: Note) -> None:
    with school.database.writing() as session:
        group = add_group(session, school)
        noted, other = add_child(session, school, group, "Бек Әли"), add_child(session, school, group, "Ким Анна")
        note(session, school, noted, group)
        with pytest.raises(Refusal):
            children.remove_child_added_by_mistake(session, school.console, noted)
        children.remove_child_added_by_mistake(session, school.console, other)
        assert [child.id for child in roster.children_of(session, school.console, group.id, SEPTEMBER)] == [noted]


def test_a_child_of_another_organisation_is_not_there(school: School) -> None:
    other = found_school(school.database, name="Балабақша «Айгөлек»", login="other")
    with school.database.writing() as session:
        child_id = add_child(session, school, add_group(session, school))
        with pytest.raises(NotFound):
            children.remove_child_added_by_mistake(session, other.console, child_id)
        with pytest.raises(NotFound):
            children.set_age(session, other.console, child_id, school.year_id, 4)
        with pytest.raises(NotFound):
            children.correct_child(session, other.console, child_id, name=FullName("Бек", "Әли"), born_on=FIVE)


# --- a list ----------------------------------------------------------------------------------------------


def listed(name: str, group: str = "күншуақ", arrived_on: date | None = None, row: int = 2) -> ListedChild:
    family, given = name.split()
    return ListedChild("Лист1", row, FullName(family, given), FIVE, group, arrived_on)


def counted(session: Session) -> dict[str, int]:
    return {
        table.name: len(session.connection().execute(table.select()).all()) for table in SQLModel.metadata.sorted_tables
    }


def test_a_list_is_entered_with_the_days_of_arrival_it_names(school: School) -> None:
    with school.database.writing() as session:
        group, other = add_group(session, school), add_group(session, school, "Гүл")
        rows = [
            listed("Ахметова Дана"),
            listed("Бек Әли", arrived_on=date(2024, 9, 2)),
            listed("Ким Анна", "Гүл", arrived_on=date(2026, 11, 3)),
        ]
        done = children.import_children(session, school.console, school.year_id, rows, starts_on=date(2026, 9, 5))
        assert done == Imported(children=3, groups=2)
        of = {one.id: roster.children_of(session, school.console, one.id, date(2027, 1, 1)) for one in (group, other)}
        assert [(view.name.full, view.since, view.age) for view in of[group.id]] == [
            ("Ахметова Дана", date(2026, 9, 5), 5),
            ("Бек Әли", date(2026, 9, 1), 5),
        ]
        assert [(view.name.full, view.since) for view in of[other.id]] == [("Ким Анна", date(2026, 11, 3))]


BLOCKED = replace(
    listed("Ким Анна"), doubts=(Doubt(DoubtKind.NO_NAME, message("The name is missing."), blocking=True),)
)


def test_a_list_with_one_row_that_cannot_be_entered_changes_nothing(school: School) -> None:
    with school.database.writing() as session:
        add_child(session, school, add_group(session, school), "Бек Әли")
    with school.database.reading() as session:
        before = counted(session)
    for bad in (
        BLOCKED,
        replace(listed("Ким Анна"), born_on=None),
        replace(listed("Ким Анна"), name=None),
        listed("Ким Анна", "Нет такой"),
        replace(listed("Ким Анна"), group=None),
        listed("Ким Анна", arrived_on=date(2027, 9, 1)),
        listed("Ахметова Дана"),
        listed("Бек Әли"),
    ):
        rows = [listed("Ахметова Дана"), bad]
        with pytest.raises(Refusal), school.database.writing() as session:
            children.import_children(session, school.console, school.year_id, rows, starts_on=SEPTEMBER)
    with school.database.reading() as session:
        assert counted(session) == before


def test_a_long_list_is_entered_in_few_statements(school: School, statements: Callable[[], int]) -> None:
    with school.database.writing() as session:
        add_group(session, school)
        before = statements()
        rows = [listed(f"Ахметова{'а' * (number // 25)} Дана{'а' * (number % 25)}") for number in range(250)]
        children.import_children(session, school.console, school.year_id, rows, starts_on=SEPTEMBER)
        assert statements() - before < 30


def test_everyone_enrolled_in_a_year_is_what_a_list_is_held_against(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school)
        add_child(session, school, group, "Ким Анна")
        add_child(session, school, group, "Әлиев Бек", on=OCTOBER)
        groups.add_group(session, school.console, school.year_id, name="Гүл", age=4, language=group.language)
        known = roster.names_on_list(session, school.console, school.year_id)
        assert known == [(FullName("Әлиев", "Бек"), FIVE), (FullName("Ким", "Анна"), FIVE)]
