from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from monitoring.core.errors import NotAllowed, NotFound
from monitoring.core.names import FullName
from monitoring.core.scale import STAGES, Stage, StartSet
from monitoring.lists import children, enrolling, groups, new_year, roster, year_plan, years
from monitoring.lists.children import NewChild
from monitoring.lists.roster import Movement
from monitoring.record.access import Actor
from monitoring.record.models import AccessRecord, Act, EndReason, Group, Role, TeachingLanguage
from tests.conftest import School, found_school
from tests.lists import FIVE, SEPTEMBER, add_child, add_group, full, person, statements

__all__ = ["statements"]  # a fixture
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def test_groups_stand_by_age_and_in_the_order_of_the_kazakh_alphabet(school: School) -> None:
    with school.database.writing() as session:
        for name, age in (("Разновозрастная", None), ("Ұлан", 5), ("Үкі", 5), ("Әнші", 4), ("Аққу", 4), ("Яблоко", 3)):
            add_group(session, school, name, age)
        named = [group.name for group in roster.groups(session, school.console, school.year_id)]
        assert named == ["Яблоко", "Аққу", "Әнші", "Ұлан", "Үкі", "Разновозрастная"]


def test_groups_count_the_children_of_a_day(school: School) -> None:
    with school.database.writing() as session:
        first, second = add_group(session, school, "Аққу"), add_group(session, school, "Бота")
        moved = add_child(session, school, first, "Ким Анна")
        add_child(session, school, first, "Бек Әли", on=OCTOBER)
        enrolling.transfer(session, school.console, moved, second.id, NOVEMBER)

        def counts(on: date) -> list[int]:
            return [one.children for one in roster.groups(session, school.console, school.year_id, on)]

        assert [counts(day) for day in (SEPTEMBER, OCTOBER, NOVEMBER)] == [[1, 0], [2, 0], [1, 1]]
        assert counts(date(2026, 8, 31)) == counts(date(2027, 9, 1)) == [0, 0]


def test_without_a_day_a_past_year_is_seen_as_it_ended(school: School) -> None:
    with school.database.writing() as session:
        year = years.create_year(session, school.console, 2020)
        group = add_group(session, school, year_id=year.id)
        stays = add_child(session, school, group, "Ким Анна", born_on=date(2015, 1, 1), on=date(2020, 9, 1))
        gone = add_child(session, school, group, "Бек Әли", born_on=date(2015, 1, 1), on=date(2020, 9, 1))
        enrolling.leave(session, school.console, gone, date(2021, 5, 1))
        assert [one.children for one in roster.groups(session, school.console, year.id)] == [1]
        assert [one.id for one in roster.children_of(session, school.console, group.id)] == [stays]


def test_lists_take_as_many_statements_for_thirty_children_as_for_none(
    school: School, statements: Callable[[], int]
) -> None:
    def cost(read: Callable[[], object]) -> int:
        session.flush()
        before = statements()
        read()
        return statements() - before

    with school.database.writing() as session:
        group = add_group(session, school)
        reads: list[Callable[[], object]] = [
            lambda: roster.groups(session, school.console, school.year_id, SEPTEMBER),
            lambda: roster.children_of(session, school.console, group.id, SEPTEMBER),
            lambda: roster.on_the_list(session, school.console, group.id, Stage.MID),
            lambda: roster.arrivals_and_leavers(session, school.console, group.id),
            lambda: roster.find_children(session, school.console, "А", school.year_id),
        ]
        empty = [cost(read) for read in reads]
        for number in range(30):
            add_child(session, school, group, f"Ахметова Дана{'а' * number}")
        assert [cost(read) for read in reads] == empty
        assert max(empty) <= 2


def test_children_stand_in_the_order_of_the_kazakh_alphabet(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school)
        for name in ("Юсупов Али", "Өмір Бек", "Омар Бек", "Ёлкин Петр", "Әли Бек", "Али Бек", "Али Ай", "Жуков Петр"):
            add_child(session, school, group, name)
        named = full([child.name for child in roster.children_of(session, school.console, group.id, SEPTEMBER)])
        assert named == [
            *("Али Ай", "Али Бек", "Әли Бек", "Ёлкин Петр"),
            *("Жуков Петр", "Омар Бек", "Өмір Бек", "Юсупов Али"),
        ]


def test_a_child_is_seen_with_the_day_it_came_and_the_age_of_its_set(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school, age=None)
        child_id = add_child(session, school, group, born_on=date(2023, 5, 1), on=OCTOBER)
        (view,) = roster.children_of(session, school.console, group.id, NOVEMBER)
        assert (view.id, view.born_on, view.since, view.age) == (child_id, date(2023, 5, 1), OCTOBER, 3)


def test_enrolments_last_over_the_summer_and_not_longer(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school)
        add_child(session, school, group)

        def seen(on: date) -> int:
            return len(roster.children_of(session, school.console, group.id, on))

        assert [seen(on) for on in (date(2027, 5, 31), date(2027, 8, 31), date(2027, 9, 1))] == [1, 1, 0]


def test_who_is_on_the_list_is_decided_by_the_control_date(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school)
        start = years.stages_of(session, school.console, school.year_id)[0].control_on
        add_child(session, school, group, "Есть С Начала")
        add_child(session, school, group, "Пришёл Втот День", on=start)
        add_child(session, school, group, "Пришёл Позже", on=start.replace(day=start.day + 1))
        leaver = add_child(session, school, group, "Ушёл Втот День")
        enrolling.leave(session, school.console, leaver, start)
        lists = {stage: roster.on_the_list(session, school.console, group.id, stage) for stage in STAGES}
        assert full([child.name for child in lists[Stage.START]]) == ["Есть С Начала", "Пришёл Втот День"]
        assert len(lists[Stage.MID]) == len(lists[Stage.FINAL]) == 3


def test_the_list_of_a_stage_follows_its_control_date(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school)
        add_child(session, school, group, on=date(2026, 9, 20))
        assert roster.on_the_list(session, school.console, group.id, Stage.START) == []
        later = years.StageWindow(Stage.START, SEPTEMBER, date(2026, 9, 25), date(2026, 9, 30))
        years.change_stage_dates(session, school.console, school.year_id, later)
        assert len(roster.on_the_list(session, school.console, group.id, Stage.START)) == 1


def test_the_list_of_a_stage_names_the_set_of_that_stage(school: School) -> None:
    with school.database.writing() as session:
        year = years.create_year(session, school.console, 2027, start_set=StartSet.PREVIOUS)
        group = add_group(session, school, age=None, year_id=year.id)
        add_child(session, school, group, "Ай Бек", born_on=date(2022, 5, 1), on=date(2027, 9, 1))
        add_child(session, school, group, "Ақ Бек", born_on=date(2026, 5, 1), on=date(2027, 9, 1))
        ages = [
            [child.age for child in roster.on_the_list(session, school.console, group.id, stage)] for stage in STAGES
        ]
        assert ages == [[4, None], [5, 1], [5, 1]]


def test_arrivals_and_leavers_name_the_other_group_where_there_is_one(school: School) -> None:
    with school.database.writing() as session:
        first, second = add_group(session, school, "Аққу"), add_group(session, school, "Бота")
        moved = add_child(session, school, first, "Ким Анна")
        late = add_child(session, school, second, "Бек Әли", on=OCTOBER)
        enrolling.transfer(session, school.console, moved, second.id, NOVEMBER)
        enrolling.leave(session, school.console, late, date(2026, 12, 1))
        of_first = roster.arrivals_and_leavers(session, school.console, first.id)
        of_second = roster.arrivals_and_leavers(session, school.console, second.id)
        kim, bek = FullName("Ким", "Анна"), FullName("Бек", "Әли")
        assert of_first.arrivals == ()
        assert of_first.leavers == (Movement(moved, kim, NOVEMBER, "Бота"),)
        assert of_second.arrivals == (Movement(late, bek, OCTOBER, None), Movement(moved, kim, NOVEMBER, "Аққу"))
        assert of_second.leavers == (Movement(late, bek, date(2026, 12, 1), None),)


def test_a_childs_record_shows_where_it_was_and_when(school: School) -> None:
    with school.database.writing() as session:
        first, second = add_group(session, school, "Аққу", 4), add_group(session, school, "Бота", 4)
        child_id = add_child(session, school, first, born_on=date(2022, 5, 1))
        enrolling.transfer(session, school.console, child_id, second.id, NOVEMBER)
        year = new_year.prepare(session, school.console, year_plan.propose(session, school.console, school.year_id))
        record = roster.child_record(session, school.console, child_id)
        assert [(one.begins, one.group_name, one.starts_on, one.ends_on, one.end_reason) for one in record.places] == [
            (2026, "Аққу", SEPTEMBER, NOVEMBER, EndReason.TRANSFERRED),
            (2026, "Бота", NOVEMBER, None, None),
            (2027, "Бота", date(2027, 9, 1), None, None),
        ]
        assert [(one.begins, one.start, one.mid, one.final) for one in record.age_sets] == [
            (2026, 4, 4, 4),
            (2027, 5, 5, 5),
        ]
        assert record.places[-1].school_year_id == year.id


def test_opening_a_childs_record_is_on_record(school: School) -> None:
    with school.database.writing() as session:
        child_id = add_child(session, school, add_group(session, school))
        roster.child_record(session, school.console, child_id)
        opened = session.exec(select(AccessRecord).where(col(AccessRecord.act) == Act.OPENED)).one()
        assert (opened.child_id, opened.by_console) == (child_id, "test")


def test_a_child_is_found_by_the_beginning_of_any_part_of_its_name(school: School) -> None:
    dana, pyotr = "Ахметова Дана Ерланқызы", "Семёнов Пётр"
    with school.database.writing() as session:
        group = add_group(session, school)
        add_child(session, school, group, pyotr)
        add_child(session, school, group, dana)
        for text, found in (
            ("ахм", [dana]),
            ("  ДАНА ", [dana]),
            ("ерлан дан", [dana]),
            ("Aхметова", [dana]),  # a Latin A
            ("семенов", [pyotr]),
            ("петр", [pyotr]),
            ("метова", []),
            ("ахм петр", []),
            ("%", []),
            ("_", []),
            ("", []),
        ):
            children_found = roster.find_children(session, school.console, text, school.year_id)
            assert full([child.name for child in children_found]) == found, text


def test_a_search_takes_a_kazakh_letter_and_the_russian_one_typed_for_it_for_the_same(school: School) -> None:
    kazakh, russian = "Қайратұлы Әділ-Ғани", "Кайратова Улбосын"
    with school.database.writing() as session:
        group = add_group(session, school)
        add_child(session, school, group, kazakh)
        add_child(session, school, group, russian)
        for text, found in (
            ("кайрат", [russian, kazakh]),
            ("Қайрат", [russian, kazakh]),
            ("ұлбосын", [russian]),
            ("адил", [kazakh]),
            ("адил-гани", [kazakh]),
            ("адилгани", [kazakh]),
            ("кайратулы", [kazakh]),
            ("хайрат", []),
            ("-", []),
        ):
            children_found = roster.find_children(session, school.console, text, school.year_id)
            assert full([child.name for child in children_found]) == found, text


def test_a_search_shows_each_child_once_with_its_last_group_and_no_more_than_asked_for(school: School) -> None:
    with school.database.writing() as session:
        first, second = add_group(session, school, "Аққу"), add_group(session, school, "Бота")
        moved = add_child(session, school, first, "Ахметова Дана")
        add_child(session, school, first, "Ахметова Айша")
        enrolling.transfer(session, school.console, moved, second.id, NOVEMBER)
        enrolling.leave(session, school.console, moved, date(2026, 12, 1))
        found = roster.find_children(session, school.console, "ахметова", school.year_id)
        assert [(one.name.given, one.group_name, one.left_on) for one in found] == [
            ("Айша", "Аққу", None),
            ("Дана", "Бота", date(2026, 12, 1)),
        ]
        assert len(roster.find_children(session, school.console, "ахметова", school.year_id, limit=1)) == 1


# --- who sees what ---------------------------------------------------------------------------------------


def two_groups(session: Session, school: School) -> tuple[Group, UUID, Group, UUID]:
    own, other = add_group(session, school, "Аққу"), add_group(session, school, "Бота")
    return own, add_child(session, school, own, "Ким Анна"), other, add_child(session, school, other, "Ким Бек")


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SPECIALIST, Role.PSYCHOLOGIST])
def test_a_role_in_one_group_sees_that_group_and_no_other(school: School, role: Role) -> None:
    with school.database.writing() as session:
        own, own_child, other, other_child = two_groups(session, school)
        actor = person(school, role, own)
        assert [one.id for one in roster.groups(session, actor, school.year_id, SEPTEMBER)] == [own.id]
        assert [one.id for one in roster.find_children(session, actor, "ким", school.year_id)] == [own_child]
        assert [one.id for one in roster.children_of(session, actor, own.id, SEPTEMBER)] == [own_child]
        assert roster.child_record(session, actor, own_child).id == own_child
        for read in (
            lambda: roster.group(session, actor, other.id),
            lambda: roster.children_of(session, actor, other.id, SEPTEMBER),
            lambda: roster.on_the_list(session, actor, other.id, Stage.START),
            lambda: roster.arrivals_and_leavers(session, actor, other.id),
        ):
            with pytest.raises(NotAllowed):
                read()
        with pytest.raises(NotFound):
            roster.child_record(session, actor, other_child)


def test_a_teacher_still_finds_a_child_that_moved_to_a_group_of_somebody_else(school: School) -> None:
    with school.database.writing() as session:
        own, own_child, other, _ = two_groups(session, school)
        enrolling.transfer(session, school.console, own_child, other.id, NOVEMBER)
        found = roster.find_children(session, person(school, Role.TEACHER, own), "ким", school.year_id)
        assert [(one.id, one.group_name, one.left_on) for one in found] == [(own_child, "Аққу", NOVEMBER)]


@pytest.mark.parametrize("role", [Role.METHODOLOGIST, Role.HEAD, Role.ADMINISTRATOR])
def test_a_role_in_all_groups_sees_them_all(school: School, role: Role) -> None:
    with school.database.writing() as session:
        own, _, other, other_child = two_groups(session, school)
        actor = person(school, role)
        assert [one.id for one in roster.groups(session, actor, school.year_id)] == [own.id, other.id]
        assert roster.child_record(session, actor, other_child).name.given == "Бек"


def test_somebody_without_a_role_reads_nothing(school: School) -> None:
    with school.database.writing() as session:
        _, child_id, _, _ = two_groups(session, school)
        nobody = person(school, None)
        for read in (
            lambda: roster.groups(session, nobody, school.year_id),
            lambda: roster.find_children(session, nobody, "ким", school.year_id),
            lambda: roster.child_record(session, nobody, child_id),
            lambda: years.years(session, nobody),
        ):
            with pytest.raises(NotAllowed):
                read()


Write = Callable[[Session, Actor, School, Group, UUID, Group], object]
WRITES: tuple[Write, ...] = (
    lambda s, actor, school, group, child, other: groups.add_group(
        s, actor, school.year_id, name="Гүл", age=5, language=TeachingLanguage.KAZAKH
    ),
    lambda s, actor, school, group, child, other: groups.change_group(
        s, actor, group.id, name="Гүл", age=5, language=TeachingLanguage.KAZAKH, assesses_kazakh=True
    ),
    lambda s, actor, school, group, child, other: groups.remove_group(s, actor, group.id),
    lambda s, actor, school, group, child, other: children.add_child(
        s, actor, NewChild(FullName("Ли", "Ян"), FIVE, group.id, SEPTEMBER)
    ),
    lambda s, actor, school, group, child, other: children.import_children(
        s, actor, school.year_id, [], starts_on=SEPTEMBER
    ),
    lambda s, actor, school, group, child, other: children.correct_child(
        s, actor, child, name=FullName("Ли", "Ян"), born_on=FIVE
    ),
    lambda s, actor, school, group, child, other: children.set_age(s, actor, child, school.year_id, 4),
    lambda s, actor, school, group, child, other: children.remove_child_added_by_mistake(s, actor, child),
    lambda s, actor, school, group, child, other: enrolling.transfer(s, actor, child, other.id, NOVEMBER),
    lambda s, actor, school, group, child, other: enrolling.leave(s, actor, child, NOVEMBER),
    lambda s, actor, school, group, child, other: enrolling.come_back(s, actor, child, group.id, NOVEMBER),
    lambda s, actor, school, group, child, other: roster.names_on_list(s, actor, school.year_id),
    lambda s, actor, school, group, child, other: years.create_year(s, actor, 2030),
    lambda s, actor, school, group, child, other: years.change_stage_dates(
        s, actor, school.year_id, years.default_stages(2026)[0]
    ),
    lambda s, actor, school, group, child, other: year_plan.propose(s, actor, school.year_id),
    lambda s, actor, school, group, child, other: new_year.prepare(
        s, actor, year_plan.propose(s, school.console, school.year_id)
    ),
    lambda s, actor, school, group, child, other: new_year.undo(s, actor, school.year_id),
)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_writes_lists_and_years(school: School, role: Role) -> None:
    with school.database.writing() as session:
        own, own_child, other, _ = two_groups(session, school)
        for write in WRITES:
            with pytest.raises(NotAllowed):
                write(session, person(school, role), school, own, own_child, other)


def test_another_organisation_sees_nothing_of_ours(school: School) -> None:
    other = found_school(school.database, name="Балабақша «Айгөлек»", login="other")
    with school.database.writing() as session:
        own, own_child, _, _ = two_groups(session, school)
        assert roster.groups(session, other.console, other.year_id) == []
        assert roster.find_children(session, other.console, "ким", school.year_id) == []
        assert roster.names_on_list(session, other.console, school.year_id) == []
        for read in (
            lambda: roster.groups(session, other.console, school.year_id),
            lambda: roster.children_of(session, other.console, own.id),
            lambda: roster.on_the_list(session, other.console, own.id, Stage.START),
            lambda: roster.arrivals_and_leavers(session, other.console, own.id),
            lambda: roster.child_record(session, other.console, own_child),
        ):
            with pytest.raises(NotFound):
                read()
