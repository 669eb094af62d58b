"""The door: sessions that end when they should, and the wait after a wrong password."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from monitoring.core.errors import Refusal
from monitoring.people import accounts, sign_in
from monitoring.record.models import SignIn, SignInDelay, now
from monitoring.ui import visit
from tests.conftest import PASSWORD, School

HERE = "192.168.1.20"


def enter(school: School, password: str = PASSWORD, login: str = "aigul", address: str = HERE) -> str:
    return sign_in.sign_in(school.database, login, password, address=address)


def is_in(school: School, token: str) -> bool:
    with school.database.reading() as session:
        return sign_in.resume(session, token) is not None


def let_pass(school: School, **columns: timedelta) -> None:
    """Move the moments of every session into the past."""
    with school.database.writing() as session:
        for stored in session.exec(select(SignIn)):
            for column, by in columns.items():
                setattr(stored, column, getattr(stored, column) - by)
            session.add(stored)


def wait_is_over(school: School) -> None:
    with school.database.writing() as session:
        session.connection().execute(update(SignInDelay).values(until=now()))


def test_the_right_password_opens_and_the_token_is_not_on_record(school: School) -> None:
    token = enter(school)
    assert is_in(school, token)
    with school.database.reading() as session:
        assert session.exec(select(SignIn).where(col(SignIn.token_hash) == token)).first() is None


@pytest.mark.parametrize("token", ["", "x", "../../etc", "a" * 5000])
def test_an_invented_token_opens_nothing(school: School, token: str) -> None:
    assert not is_in(school, token)


def test_a_wrong_login_and_a_wrong_password_get_the_same_answer(school: School) -> None:
    with pytest.raises(Refusal) as wrong_password:
        enter(school, "wrong password")
    with pytest.raises(Refusal) as wrong_login:
        enter(school, login="nobody")
    assert str(wrong_password.value) == str(wrong_login.value)


def test_a_wrong_password_makes_the_next_try_wait_even_with_the_right_one(school: School) -> None:
    for _ in range(5):
        wait_is_over(school)
        with pytest.raises(Refusal):
            enter(school, "wrong password")
    with pytest.raises(sign_in.Wait):
        enter(school)


def test_the_wait_doubles_up_to_a_minute_and_never_locks_for_good(school: School) -> None:
    waits = []
    for _ in range(9):
        with pytest.raises(Refusal):
            enter(school, "wrong password")
        with school.database.reading() as session:
            (delay,) = session.exec(select(SignInDelay).where(col(SignInDelay.subject).startswith("login:")))
        waits.append((delay.until - now()).total_seconds())
        wait_is_over(school)
    # What is left of each wait once the password was checked, which on a busy machine takes a second or two.
    assert all(0 <= full - left < 3 for full, left in zip([1, 2, 4, 8, 16, 32, 60, 60, 60], waits, strict=True))
    assert is_in(school, enter(school))


def test_an_old_failure_is_forgotten(school: School) -> None:
    for _ in range(5):
        with pytest.raises(Refusal):
            enter(school, "wrong password")
        wait_is_over(school)
    with school.database.writing() as session:
        session.connection().execute(update(SignInDelay).values(until=now() - timedelta(hours=2)))
    with pytest.raises(Refusal):
        enter(school, "wrong password")
    with school.database.reading() as session:
        (delay,) = session.exec(select(SignInDelay).where(col(SignInDelay.subject).startswith("login:")))
    assert delay.failures == 1


def test_many_guesses_at_once_are_counted_each_and_mostly_made_to_wait(school: School) -> None:
    together = Barrier(8)

    def guess(number: int) -> str:
        together.wait()
        try:
            enter(school, f"guess number {number}")
        except sign_in.Wait:
            return "wait"
        except Refusal:
            return "wrong"
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(8)))
    with school.database.reading() as session:
        (delay,) = session.exec(select(SignInDelay).where(col(SignInDelay.subject).startswith("login:")))
    assert delay.failures == answers.count("wrong")
    assert answers.count("wait") >= 5
    assert "in" not in answers


def test_a_computer_where_many_logins_fail_has_to_wait_as_a_whole(school: School) -> None:
    for number in range(sign_in.FREE_FAILURES_OF_AN_ADDRESS + 1):
        with pytest.raises(Refusal):
            enter(school, login=f"nobody-{number}")
    with pytest.raises(sign_in.Wait):
        enter(school)
    assert is_in(school, enter(school, address="192.168.1.21"))


def test_a_session_ends_after_hours_without_use_and_after_a_week_in_any_case(school: School) -> None:
    token = enter(school)
    let_pass(school, seen_at=sign_in.IDLE)
    assert not is_in(school, token)
    token = enter(school)
    let_pass(school, created_at=sign_in.LONGEST)
    assert not is_in(school, token)


def test_use_puts_off_the_end_of_a_session(school: School) -> None:
    token = enter(school)
    let_pass(school, seen_at=sign_in.IDLE - timedelta(minutes=1))
    sign_in.keep_alive(school.database, token)
    let_pass(school, seen_at=timedelta(minutes=30))
    assert is_in(school, token)


def test_a_screen_that_is_drawn_puts_off_the_end_of_its_session(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    if school.database.file is None:
        monkeypatch.setenv("MONITORING_DATABASE_URL", school.database.url.render_as_string(hide_password=False))
    else:
        monkeypatch.setenv("MONITORING_HOME", str(school.database.file.parent))
    token = enter(school)
    let_pass(school, seen_at=sign_in.IDLE - timedelta(minutes=1))
    drawn = visit.visit_of({visit.main_place().cookie: token})
    assert drawn.signed_in is not None
    let_pass(school, seen_at=timedelta(minutes=30))
    assert is_in(school, token)


def test_a_password_given_while_the_old_one_is_checked_holds(school: School) -> None:
    """The old hash matched, but by the time the session opens it is another's turn."""
    checked = school.account.model_copy()
    with school.database.writing() as session:
        accounts.give_one_time_password(session, school.console, school.account.id)
    with pytest.raises(Refusal), school.database.writing() as session:
        sign_in._refuse_changed(session, checked)


def test_a_session_that_has_ended_is_not_brought_back_by_use(school: School) -> None:
    token = enter(school)
    sign_in.sign_out(school.database, token)
    sign_in.keep_alive(school.database, token)
    assert not is_in(school, token)


def test_signing_out_ends_this_session_and_no_other(school: School) -> None:
    here, there = enter(school), enter(school)
    sign_in.sign_out(school.database, here)
    assert (is_in(school, here), is_in(school, there)) == (False, True)


def test_a_change_of_password_rotates_the_token_and_ends_the_other_sessions(school: School) -> None:
    here, there = enter(school), enter(school)
    new = sign_in.change_password(school.database, here, PASSWORD, "four green rivers", address=HERE)
    assert (is_in(school, here), is_in(school, there), is_in(school, new)) == (False, False, True)
    assert is_in(school, enter(school, "four green rivers"))


def test_a_change_of_password_needs_the_present_one(school: School) -> None:
    token = enter(school)
    with pytest.raises(Refusal):
        sign_in.change_password(school.database, token, "wrong password", "four green rivers", address=HERE)
    assert is_in(school, token)
    wait_is_over(school)
    assert is_in(school, enter(school))


def test_an_administrator_ends_sessions_from_afar(school: School) -> None:
    token = enter(school)
    with school.database.writing() as session:
        accounts.end_sessions(session, school.console, school.account.id)
    assert not is_in(school, token)
