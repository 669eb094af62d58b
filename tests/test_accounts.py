"""Accounts and grants: what an administrator does, and what nobody else may."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from monitoring.core.errors import Conflict, NotAllowed, NotFound, Refusal
from monitoring.people import accounts, sign_in
from monitoring.people.accounts import NewGrant
from monitoring.record import clock
from monitoring.record.access import Held, Permission, Person, may
from monitoring.record.models import Account, Grant, Role, now
from tests.conftest import PASSWORD, School, found_school
from tests.test_models import a_group


def an_account(school: School, login: str = "dana", *grants: NewGrant) -> tuple[Account, str]:
    with school.database.writing() as session:
        return accounts.create_account(
            session, school.console, login=login, name="Дана Ахметова", position="Воспитатель", grants=grants
        )


def person(school: School, account_id: UUID) -> Person:
    with school.database.reading() as session:
        today = clock.today(session, school.organisation_id)
        held = accounts.grants_in_force(session, school.organisation_id, account_id, today)
    return Person(school.organisation_id, account_id, held)


def test_a_new_account_signs_in_with_its_one_time_password(school: School) -> None:
    _, password = an_account(school)
    token = sign_in.sign_in(school.database, "dana", password, address="10.0.0.1")
    with school.database.reading() as session:
        signed_in = sign_in.resume(session, token)
    assert signed_in is not None
    assert signed_in.must_change_password


@pytest.mark.parametrize("login", ["dana", "DANA", " Dana "])
def test_a_login_is_taken_in_any_spelling(school: School, login: str) -> None:
    an_account(school, "dana")
    with pytest.raises(Conflict):
        an_account(school, login)


def test_a_login_is_taken_across_organisations(school: School) -> None:
    other = found_school(school.database, name="Другой сад", login="other")
    an_account(school, "dana")
    with pytest.raises(Conflict):
        an_account(other, "dana")


def test_a_grant_of_one_group_holds_in_that_group_only(school: School) -> None:
    own, other = a_group(school), a_group(school, "Күншуақ")
    account, _ = an_account(school, "dana", NewGrant(Role.TEACHER, group_id=own))
    teacher = person(school, account.id)
    assert may(teacher, Permission.MARK, group_id=own)
    assert not may(teacher, Permission.MARK, group_id=other)


def test_a_grant_of_one_learning_area_holds_in_that_area_only(school: School) -> None:
    account, _ = an_account(school, "dana", NewGrant(Role.SPECIALIST, area_key="music"))
    specialist = person(school, account.id)
    assert may(specialist, Permission.MARK, group_id=uuid4(), area_key="music")
    assert not may(specialist, Permission.MARK, group_id=uuid4(), area_key="drawing")


def test_the_same_grant_twice_is_one(school: School) -> None:
    account, _ = an_account(school, "dana", NewGrant(Role.HEAD), NewGrant(Role.HEAD))
    assert person(school, account.id).held == (Held(Role.HEAD),)


def test_a_grant_of_a_group_that_is_not_there_is_refused_in_words(school: School) -> None:
    account, _ = an_account(school)
    with pytest.raises(NotFound), school.database.writing() as session:
        accounts.give(session, school.console, account.id, NewGrant(Role.TEACHER, group_id=uuid4()))


def test_a_grant_that_was_taken_back_holds_no_longer(school: School) -> None:
    account, _ = an_account(school, "dana", NewGrant(Role.METHODOLOGIST))
    with school.database.writing() as session:
        (view,) = [one for one in accounts.list_accounts(session, school.console) if one.id == account.id]
        accounts.take_back(session, school.console, view.grants[0].id)
    assert person(school, account.id).held == ()


def test_the_last_administrator_stays(school: School) -> None:
    with pytest.raises(Refusal, match="администратор"), school.database.writing() as session:
        accounts.close_account(session, school.console, school.account.id)
    with school.database.reading() as session:
        account = session.exec(select(Account).where(col(Account.id) == school.account.id)).one()
    assert account.disabled_at is None


def test_a_closed_account_is_signed_out_at_once_and_signs_in_no_more(school: School) -> None:
    account, password = an_account(school)
    token = sign_in.sign_in(school.database, "dana", password, address="10.0.0.1")
    with school.database.writing() as session:
        accounts.close_account(session, school.console, account.id)
    with school.database.reading() as session:
        assert sign_in.resume(session, token) is None
    with pytest.raises(Refusal):
        sign_in.sign_in(school.database, "dana", password, address="10.0.0.1")


def test_a_one_time_password_ends_the_sessions_and_the_old_password(school: School) -> None:
    token = sign_in.sign_in(school.database, "aigul", PASSWORD, address="10.0.0.1")
    with school.database.writing() as session:
        accounts.give_one_time_password(session, school.console, school.account.id)
    with school.database.reading() as session:
        assert sign_in.resume(session, token) is None
    with pytest.raises(Refusal):
        sign_in.sign_in(school.database, "aigul", PASSWORD, address="10.0.0.1")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_no_other_role_manages_accounts(school: School, role: Role) -> None:
    account, _ = an_account(school, "dana", NewGrant(role))
    actor = person(school, account.id)
    with school.database.writing() as session:
        with pytest.raises(NotAllowed):
            accounts.create_account(session, actor, login="new", name="Новый")
        with pytest.raises(NotAllowed):
            accounts.give(session, actor, account.id, NewGrant(Role.ADMINISTRATOR))
        with pytest.raises(NotAllowed):
            accounts.give_one_time_password(session, actor, school.account.id)
        with pytest.raises(NotAllowed):
            accounts.set_password(session, actor, school.account.id, PASSWORD)
        with pytest.raises(NotAllowed):
            accounts.list_accounts(session, actor)


def test_an_account_of_another_organisation_is_not_there(school: School) -> None:
    other = found_school(school.database, name="Другой сад", login="other")
    with pytest.raises(NotFound), school.database.writing() as session:
        accounts.give_one_time_password(session, other.console, school.account.id)


@pytest.mark.parametrize("password", ["short", "aaaaaaaa", "12345678", "dana", "x" * 129])
def test_an_easy_password_is_refused(school: School, password: str) -> None:
    account, _ = an_account(school)
    with pytest.raises(Refusal), school.database.writing() as session:
        accounts.set_password(session, school.console, account.id, password)


def test_a_one_time_password_runs_out(school: School) -> None:
    account, password = an_account(school)
    with school.database.writing() as session:
        stored = session.get_one(Account, account.id)
        stored.one_time_until = now() - timedelta(minutes=1)
    with pytest.raises(Refusal, match="одноразового пароля"):
        sign_in.sign_in(school.database, "dana", password, address="10.0.0.1")


def test_two_administrators_who_close_each_other_at_once_leave_one(school: School) -> None:
    second, _ = an_account(school, "second", NewGrant(Role.ADMINISTRATOR))
    together = Barrier(2)

    def close(actor_id: UUID, other_id: UUID) -> None:
        actor = person(school, actor_id)
        together.wait()
        with suppress(Refusal), school.database.writing() as session:
            accounts.close_account(session, actor, other_id)

    ids = (school.account.id, second.id)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(close, ids, reversed(ids)))
    with school.database.reading() as session:
        still_open = session.exec(select(Account.id).where(col(Account.disabled_at).is_(None))).all()
    assert len(still_open) == 1


def test_an_administrator_whose_password_has_run_out_is_not_the_one_who_stays(school: School) -> None:
    second, _ = an_account(school, "second", NewGrant(Role.ADMINISTRATOR))
    with school.database.writing() as session:
        session.get_one(Account, second.id).one_time_until = now() - timedelta(days=1)
    with pytest.raises(Refusal), school.database.writing() as session:
        accounts.close_account(session, school.console, school.account.id)


def test_a_grant_that_has_ended_is_not_made_longer_by_taking_it_back(school: School) -> None:
    account, _ = an_account(school, "dana", NewGrant(Role.HEAD))
    with school.database.writing() as session:
        grant = session.exec(select(Grant).where(col(Grant.account_id) == account.id)).one()
        grant.starts_on = grant.ends_on = grant.starts_on - timedelta(days=30)
        ended = grant.ends_on
    with school.database.writing() as session:
        accounts.take_back(session, school.console, grant.id)
    with school.database.reading() as session:
        assert session.get_one(Grant, grant.id).ends_on == ended


@pytest.mark.parametrize(("login", "name"), [("x" * 81, "Дана"), ("dana", "Д" * 201)])
def test_a_name_that_does_not_fit_is_refused_in_words(school: School, login: str, name: str) -> None:
    with pytest.raises(Refusal), school.database.writing() as session:
        accounts.create_account(session, school.console, login=login, name=name)


def test_an_error_of_the_database_does_not_tell_the_names_that_were_written(school: School) -> None:
    twice = Account(**(school.account.model_dump() | {"id": uuid4(), "name": "Тайная Фамилия"}))
    with pytest.raises(IntegrityError) as caught, school.database.writing() as session:
        session.add(twice)
    assert "Тайная" not in str(caught.value)
