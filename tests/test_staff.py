from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from monitoring.core.errors import NotAllowed, NotFound, Refusal
from monitoring.lists import years
from monitoring.people import accounts, staff
from monitoring.people.accounts import NewGrant
from monitoring.people.staff import Colleague
from monitoring.record.models import Role
from tests.conftest import YEAR, School
from tests.lists import add_group, person


def test_a_role_in_two_groups_and_an_area_is_one_role_on_the_screen(school: School) -> None:
    with school.database.writing() as session:
        one, other = add_group(session, school, "Балапан"), add_group(session, school, "Ақбота")
        added = _add(session, school, Role.SPECIALIST, groups=[one.id, other.id], areas=["kazakh"])
        (role,) = added.roles
        assert [group.name for group in role.groups] == ["Ақбота", "Балапан"]
        assert len(role.grants) == 2
        assert _said(role) == "Специалист: группы «Ақбота» и «Балапан», ОД Казахский язык"


def test_areas_that_differ_from_group_to_group_stay_apart(school: School) -> None:
    with school.database.writing() as session:
        one, other = add_group(session, school, "Балапан"), add_group(session, school, "Ақбота")
        added = _add(session, school, Role.SPECIALIST, groups=[one.id], areas=["kazakh"])
        staff.give_role(session, school.console, added.id, Role.SPECIALIST, groups=[other.id], areas=["music"])
        roles = _find(session, school, added).roles
        assert {(role.groups[0].name, role.areas[0].key) for role in roles} == {
            ("Балапан", "kazakh"),
            ("Ақбота", "music"),
        }


def test_a_teacher_of_one_group_is_named_by_it(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school, "Балапан")
        (role,) = _add(session, school, Role.TEACHER, groups=[group.id]).roles
    assert _said(role) == "Воспитатель группы «Балапан»"
    assert staff.in_words(role, "kk").render("kk") == "Тәрбиеші: «Балапан» тобы"


def test_many_groups_are_said_as_a_number_and_all_of_them_in_words(school: School) -> None:
    with school.database.writing() as session:
        groups = [add_group(session, school, f"Группа {number}").id for number in range(8)]
        (some,) = _add(session, school, Role.TEACHER, groups=groups).roles
        (everywhere,) = _add(session, school, Role.SPECIALIST, login="music", areas=["music"]).roles
        (head,) = _add(session, school, Role.HEAD, login="head").roles
    assert _said(some) == "Воспитатель: 8 групп"
    assert _said(everywhere) == "Специалист: все группы, ОД Музыка"
    assert _said(head) == "Руководитель"


def test_a_part_of_a_role_is_taken_back_and_the_rest_stays(school: School) -> None:
    with school.database.writing() as session:
        one, other = add_group(session, school, "Балапан"), add_group(session, school, "Ақбота")
        added = _add(session, school, Role.TEACHER, groups=[one.id, other.id])
        staff.take_back_role(session, school.console, added.roles[0].grants_in([other.id]))
        (role,) = _find(session, school, added).roles
        assert _said(role) == "Воспитатель группы «Балапан»"
        staff.take_back_role(session, school.console, role.grants_in([one.id]))
        assert _find(session, school, added).roles == ()


def test_the_last_administrators_role_stays(school: School) -> None:
    with school.database.writing() as session:
        (founder,) = staff.colleagues(session, school.console)
        administrator = next(role for role in founder.roles if role.role is Role.ADMINISTRATOR)
        with pytest.raises(Refusal, match="последний администратор"):
            staff.take_back_role(session, school.console, administrator.grants_in([]))
    with school.database.writing() as session:
        _add(session, school, Role.ADMINISTRATOR, login="second")
        staff.take_back_role(session, school.console, administrator.grants_in([]))


@pytest.mark.parametrize(
    ("role", "groups", "areas"),
    [
        (Role.TEACHER, [], None),
        (Role.SPECIALIST, None, []),
        (Role.TEACHER, None, ["music"]),
        (Role.HEAD, [uuid4()], None),
        (Role.ADMINISTRATOR, [uuid4()], None),
    ],
)
def test_a_reach_that_a_role_cannot_have_is_refused(
    school: School, role: Role, groups: list[UUID] | None, areas: list[str] | None
) -> None:
    with school.database.writing() as session, pytest.raises(Refusal):
        staff.give_role(session, school.console, school.account.id, role, groups=groups, areas=areas)


def test_a_role_in_a_group_that_is_not_there_is_refused(school: School) -> None:
    with school.database.writing() as session, pytest.raises(NotFound):
        staff.give_role(session, school.console, school.account.id, Role.TEACHER, groups=[uuid4()], areas=None)


def test_a_group_of_another_year_is_named_with_its_year(school: School) -> None:
    with school.database.writing() as session:
        last = years.create_year(session, school.console, YEAR - 1)
        old = add_group(session, school, "Балапан", year_id=last.id)
        new = add_group(session, school, "Балапан")
        (role,) = _add(session, school, Role.TEACHER, groups=[old.id, new.id]).roles
    assert _said(role) == "Воспитатель: группы «Балапан» и «Балапан» (2025-2026)"


def test_only_an_administrator_sees_the_accounts(school: School) -> None:
    with school.database.reading() as session, pytest.raises(NotAllowed):
        staff.colleagues(session, person(school, Role.METHODOLOGIST))


@pytest.mark.parametrize(
    ("name", "login"),
    [
        ("Сәрсенова Айгүл Нұрланқызы", "sarsenova"),
        ("Айгүл Сәрсенова", "sarsenova"),
        ("Жұмабай Ерлан", "zhumabai"),
        ("Щукина Юлия", "shchukina"),
        ("Smith John", "smith"),
        ("  ", ""),
    ],
)
def test_a_login_is_proposed_from_the_family_name(name: str, login: str) -> None:
    assert staff.proposed_login(name) == login


def test_a_taken_login_gets_the_initial_and_then_a_number() -> None:
    assert staff.proposed_login("Сәрсенова Айгүл", ["Sarsenova"]) == "sarsenova.a"
    assert staff.proposed_login("Сәрсенова Айгүл", ["sarsenova", "sarsenova.a"]) == "sarsenova2"


@given(st.text(max_size=60), st.lists(st.text(max_size=10), max_size=4))
def test_a_proposed_login_is_plain_latin_and_free(name: str, taken: list[str]) -> None:
    login = staff.proposed_login(name, taken)
    assert login.isascii()
    assert login == login.strip().lower()
    assert not login or login not in taken


def _add(
    session: Session,
    school: School,
    role: Role,
    *,
    login: str = "dana",
    groups: list[UUID] | None = None,
    areas: list[str] | None = None,
) -> Colleague:
    grants: tuple[NewGrant, ...] = staff.new_grants(role, groups=groups, areas=areas)
    account, _ = accounts.create_account(
        session, school.console, login=login, name="Дана Ахметова", position="Воспитатель", grants=grants
    )
    return next(one for one in staff.colleagues(session, school.console) if one.id == account.id)


def _find(session: Session, school: School, who: Colleague) -> Colleague:
    return next(one for one in staff.colleagues(session, school.console) if one.id == who.id)


def _said(role: staff.RoleHeld) -> str:
    return staff.in_words(role, "ru").render("ru")
