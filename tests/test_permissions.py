"""What only an administrator may do is refused to every other role by the act itself, whatever a screen shows."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from sqlmodel import Session

from monitoring import organisation
from monitoring.core.errors import NotAllowed, Refusal
from monitoring.core.names import FullName
from monitoring.criteria import catalogue, catalogue_exchange
from monitoring.criteria.catalogue_file import shipped
from monitoring.lists import children, enrolling, groups, new_year, year_plan, years
from monitoring.people import accounts, staff
from monitoring.people.accounts import NewGrant
from monitoring.record.access import PERMISSIONS, Actor, Held, Permission, Person
from monitoring.record.models import OrganisationKind, Role, TeachingLanguage
from tests.conftest import School
from tests.test_models import a_group

DAY = date(2026, 10, 1)


class Place:
    """A school with a group and a child in it, as every act below finds it."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.group_id = a_group(school)
        self.account_id = school.account.id
        with school.database.writing() as session:
            new = children.NewChild(FullName("Сапаров", "Тимур", None), date(2021, 3, 4), self.group_id, DAY)
            self.child_id = children.add_child(session, school.console, new).id
            self.grant_id = accounts.give(session, school.console, school.account.id, NewGrant(Role.HEAD)).id


Act = Callable[[Session, Actor, Place], object]
KK = TeachingLanguage.KAZAKH
NAME = FullName("Ахметова", "Дана", None)

ACTS: dict[str, tuple[Permission, Act]] = {
    "add a group": (
        Permission.MANAGE_ROSTER,
        lambda s, a, p: groups.add_group(s, a, p.school.year_id, name="Х", age=5, language=KK),
    ),
    "change a group": (
        Permission.MANAGE_ROSTER,
        lambda s, a, p: groups.change_group(s, a, p.group_id, name="Х", age=5, language=KK, assesses_kazakh=True),
    ),
    "remove a group": (Permission.MANAGE_ROSTER, lambda s, a, p: groups.remove_group(s, a, p.group_id)),
    "add a child": (
        Permission.MANAGE_ROSTER,
        lambda s, a, p: children.add_child(s, a, children.NewChild(NAME, date(2021, 5, 4), p.group_id, DAY)),
    ),
    "correct a child": (
        Permission.MANAGE_ROSTER,
        lambda s, a, p: children.correct_child(s, a, p.child_id, name=NAME, born_on=date(2021, 5, 4)),
    ),
    "set an age": (Permission.MANAGE_ROSTER, lambda s, a, p: children.set_age(s, a, p.child_id, p.school.year_id, 4)),
    "remove a child": (
        Permission.MANAGE_ROSTER,
        lambda s, a, p: children.remove_child_added_by_mistake(s, a, p.child_id),
    ),
    "move a child": (Permission.MANAGE_ROSTER, lambda s, a, p: enrolling.transfer(s, a, p.child_id, p.group_id, DAY)),
    "let a child leave": (Permission.MANAGE_ROSTER, lambda s, a, p: enrolling.leave(s, a, p.child_id, DAY)),
    "take a child back": (
        Permission.MANAGE_ROSTER,
        lambda s, a, p: enrolling.come_back(s, a, p.child_id, p.group_id, DAY),
    ),
    "create a year": (Permission.MANAGE_YEARS, lambda s, a, p: years.create_year(s, a, 2030)),
    "change a stage": (
        Permission.MANAGE_YEARS,
        lambda s, a, p: years.change_stage_dates(s, a, p.school.year_id, years.default_stages(2026)[0]),
    ),
    "plan a year": (Permission.MANAGE_YEARS, lambda s, a, p: year_plan.propose(s, a, p.school.year_id)),
    "prepare a year": (
        Permission.MANAGE_YEARS,
        lambda s, a, p: new_year.prepare(s, a, year_plan.propose(s, p.school.console, p.school.year_id)),
    ),
    "undo a year": (Permission.MANAGE_YEARS, lambda s, a, p: new_year.undo(s, a, p.school.year_id)),
    "describe the organisation": (
        Permission.MANAGE_YEARS,
        lambda s, a, p: organisation.describe(s, a, name="Х", name_kk=None, kind=OrganisationKind.SCHOOL, language=KK),
    ),
    "load a catalogue": (Permission.MANAGE_CATALOGUE, lambda s, a, p: catalogue.load(s, a, shipped())),
    "rehearse a catalogue": (
        Permission.MANAGE_CATALOGUE,
        lambda s, a, p: catalogue_exchange.rehearse(s, a, shipped()),
    ),
    "create an account": (
        Permission.MANAGE_ACCOUNTS,
        lambda s, a, p: accounts.create_account(s, a, login="new", name="Новый"),
    ),
    "describe an account": (
        Permission.MANAGE_ACCOUNTS,
        lambda s, a, p: accounts.describe(s, a, p.account_id, login="x", name="Х", position=""),
    ),
    "give a role": (
        Permission.MANAGE_ACCOUNTS,
        lambda s, a, p: accounts.give(s, a, p.account_id, NewGrant(Role.ADMINISTRATOR)),
    ),
    "take a role back": (Permission.MANAGE_ACCOUNTS, lambda s, a, p: accounts.take_back(s, a, p.grant_id)),
    "close an account": (Permission.MANAGE_ACCOUNTS, lambda s, a, p: accounts.close_account(s, a, p.account_id)),
    "reopen an account": (Permission.MANAGE_ACCOUNTS, lambda s, a, p: accounts.reopen_account(s, a, p.account_id)),
    "end sessions": (Permission.MANAGE_ACCOUNTS, lambda s, a, p: accounts.end_sessions(s, a, p.account_id)),
    "give a password": (
        Permission.MANAGE_ACCOUNTS,
        lambda s, a, p: accounts.give_one_time_password(s, a, p.account_id),
    ),
    "see the accounts": (Permission.MANAGE_ACCOUNTS, lambda s, a, p: accounts.list_accounts(s, a)),
    "see the colleagues": (Permission.MANAGE_ACCOUNTS, lambda s, a, p: staff.colleagues(s, a)),
    "see groups to give": (Permission.MANAGE_ACCOUNTS, lambda s, a, p: staff.groups_to_give(s, a)),
}


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "no role")
def test_a_role_without_the_permission_is_refused_by_the_act_itself(school: School, role: Role | None) -> None:
    place = Place(school)
    other = accounts_id_of_another(school)
    held = (Held(role),) if role else ()
    actor = Person(school.organisation_id, other, held)
    let_in = set()
    for name, (_, act) in ACTS.items():
        with school.database.writing() as session, session.begin_nested() as point:
            try:
                act(session, actor, place)
            except Refusal as refusal:
                if not isinstance(refusal, NotAllowed):
                    let_in.add(name)
            else:
                let_in.add(name)
            point.rollback()
    allowed = PERMISSIONS[role] if role else frozenset()
    assert let_in == {name for name, (permission, _) in ACTS.items() if permission in allowed}


def accounts_id_of_another(school: School) -> UUID:
    with school.database.writing() as session:
        return accounts.create_account(session, school.console, login="another", name="Другая")[0].id
