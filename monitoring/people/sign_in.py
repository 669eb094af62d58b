"""The door of the house: signing in, the session that follows, and the wait after a wrong password.

A session lives in the database; the browser holds a token of which only the hash is kept. Wrong passwords make
the next try wait (1 s doubling to 60 s) for that login and, after a few, for that address; nobody is locked out.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from monitoring.core.errors import Refusal
from monitoring.core.language import Message, message, nmessage
from monitoring.core.names import match_key
from monitoring.people import accounts
from monitoring.record import clock
from monitoring.record.access import Person, register
from monitoring.record.database import Database
from monitoring.record.models import Account, Act, InterfaceLanguage, Organisation, SignIn, SignInDelay, now

IDLE = timedelta(hours=8)
LONGEST = timedelta(days=7)
TOUCH_EVERY = timedelta(minutes=5)
LONGEST_WAIT_S = 60
FORGOTTEN_AFTER = timedelta(hours=1)
FREE_FAILURES_OF_AN_ADDRESS = 10  # one computer serves a whole kindergarten: its neighbours' slips are not a guess


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in, what they may do, and how to speak to them."""

    person: Person
    name: str
    language: InterfaceLanguage
    must_change_password: bool
    organisation_name: str
    today: date
    seen_at: datetime


class Wait(Refusal):
    """Too many wrong passwords: the next try is possible in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(nmessage("Wait {n} second and try again.", "Wait {n} seconds and try again.", seconds))
        self.seconds = seconds


WRONG: Message = message("The login or the password is wrong. Check the keyboard layout and Caps Lock.")
_NOBODY = accounts.hash_password(secrets.token_urlsafe())


def sign_in(database: Database, login: str, password: str, *, address: str) -> str:
    """Check a password and return the token of a new session.

    Raises Wait while an earlier failure makes this login or address wait, Refusal for a wrong login or password
    (the same words for both) and for a one-time password that has run out.
    """
    subjects = (_login_subject(login), _address_subject(address))
    with database.writing() as session:
        _reserve_a_try(session, *subjects)
        account = session.exec(select(Account).where(col(Account.login_key) == match_key(login))).first()
    # The hash is checked outside the transaction, since it takes long; for a login that is not there just as long.
    matches = accounts.password_matches(account.password_hash if account else _NOBODY, password)
    if account is None or not matches or account.disabled_at is not None:
        raise Refusal(WRONG)
    with database.writing() as session:
        _give_the_try_back(session, *subjects)
        _refuse_changed(session, account)
        if account.one_time_until is not None and account.one_time_until < now():
            raise Refusal(message("The one-time password has run out. Ask the administrator for a new one."))
        token = _open_session(session, account)
        register(session, Person(account.organisation_id, account.id, ()), Act.SIGNED_IN, "account", account.id)
    return token


# Built once: every request and rerun asks it.
_HOLDER = (
    select(Account, Organisation, SignIn)
    .join(SignIn, col(SignIn.account_id) == col(Account.id))
    .join(Organisation, col(Organisation.id) == col(Account.organisation_id))
    .where(
        col(SignIn.token_hash) == bindparam("hash"),
        col(SignIn.ended_at).is_(None),
        col(SignIn.seen_at) > bindparam("seen_after"),
        col(SignIn.created_at) > bindparam("begun_after"),
        col(Account.disabled_at).is_(None),
    )
)


def resume(session: Session, token: str | None) -> SignedIn | None:
    """Return who holds a token now, or None where its session has ended, is idle too long or never was."""
    if not token:
        return None
    moment = now()
    found = session.execute(
        _HOLDER, {"hash": hash_token(token), "seen_after": moment - IDLE, "begun_after": moment - LONGEST}
    ).first()
    if found is None:
        return None
    account, organisation, row = found
    today = clock.today_in(organisation.timezone, moment)
    held = accounts.grants_in_force(session, organisation.id, account.id, today)
    return SignedIn(
        Person(organisation.id, account.id, held),
        account.name,
        account.language,
        account.one_time_until is not None,
        organisation.name_in(account.language),
        today,
        row.seen_at,
    )


def keep_alive(database: Database, token: str) -> None:
    """Put off the end of a session that is in use; for one that `SignedIn.seen_at` says was long not written."""
    with database.writing() as session:
        session.connection().execute(
            update(SignIn)
            .where(col(SignIn.token_hash) == hash_token(token), col(SignIn.ended_at).is_(None))
            .values(seen_at=now())
        )


def sign_out(database: Database, token: str) -> None:
    """End a session; ending it twice does nothing."""
    with database.writing() as session:
        signed_in = resume(session, token)
        if signed_in is not None:
            register(session, signed_in.person, Act.SIGNED_OUT, "account", signed_in.person.account_id)
        session.connection().execute(
            update(SignIn)
            .where(col(SignIn.token_hash) == hash_token(token), col(SignIn.ended_at).is_(None))
            .values(ended_at=now())
        )


def change_password(database: Database, token: str, old: str, new: str, *, address: str) -> str:
    """Change the password of whoever holds a token and return the token of the session that goes on.

    Every other session of the account ends. Raises Refusal where the old password is wrong (with the same wait
    as at sign-in), the new one is too easy, or both are the same.
    """
    with database.reading() as session:
        signed_in = resume(session, token)
        if signed_in is None:
            raise Refusal(message("Your session has ended. Sign in again."))
        account = session.exec(select(Account).where(col(Account.id) == signed_in.person.account_id)).one()
    if old == new:
        raise Refusal(message("The new password is the same as the present one."))
    subjects = (_login_subject(account.login), _address_subject(address))
    with database.writing() as session:
        _reserve_a_try(session, *subjects)
    if not accounts.password_matches(account.password_hash, old):
        raise Refusal(message("The present password is wrong."))
    with database.writing() as session:
        _give_the_try_back(session, *subjects)
    with database.writing() as session:  # apart, so that a password that is too easy costs no try
        _refuse_changed(session, account)
        accounts.set_password(session, signed_in.person, account.id, new)
        return _open_session(session, account)


def _refuse_changed(session: Session, checked: Account) -> None:
    """Raise Refusal where the account was closed or got another password while this one was being checked."""
    present = session.exec(
        select(Account)
        .where(col(Account.id) == checked.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    if present.password_hash != checked.password_hash or present.disabled_at is not None:
        raise Refusal(WRONG)


def open_session(database: Database, account: Account) -> str:
    """Return the token of a session for an account that has just been created by this very person."""
    with database.writing() as session:
        return _open_session(session, account)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(token: str) -> str:
    """Return what a form of this session must carry, so that no other site can send it."""
    return hashlib.sha256(b"form:" + token.encode()).hexdigest()


def _open_session(session: Session, account: Account) -> str:
    token = secrets.token_urlsafe(32)
    session.add(SignIn(token_hash=hash_token(token), organisation_id=account.organisation_id, account_id=account.id))
    return token


def _login_subject(login: str) -> str:
    return "login:" + hashlib.sha256(match_key(login).encode()).hexdigest()


def _address_subject(address: str) -> str:
    return "address:" + address[:70]


def _reserve_a_try(session: Session, *subjects: str) -> None:
    # A try counts as failed until it has succeeded, so that a hundred tries at once are not a hundred guesses.
    moment = now()
    delays = {
        delay.subject: delay
        for delay in session.exec(select(SignInDelay).where(col(SignInDelay.subject).in_(subjects)).with_for_update())
    }
    longest = max((delay.until for delay in delays.values()), default=moment)
    if longest > moment:
        raise Wait(max(1, round((longest - moment).total_seconds())))
    try:
        for subject in subjects:
            # Added, not merged: a row that came in between must be noticed, not written over.
            delay = delays.get(subject) or SignInDelay(subject=subject, failures=0, until=moment)
            forgotten = delay.until < moment - FORGOTTEN_AFTER
            delay.failures = 1 if forgotten else delay.failures + 1
            delay.until = moment + _wait(subject, delay.failures)
            session.add(delay)
        session.flush()
    except IntegrityError as error:  # the first failures of a subject, at the same moment on a database server
        raise Wait(1) from error


def _give_the_try_back(session: Session, *subjects: str) -> None:
    login, address = subjects
    session.connection().execute(delete(SignInDelay).where(col(SignInDelay.subject) == login))
    session.connection().execute(
        delete(SignInDelay).where(col(SignInDelay.subject) == address, col(SignInDelay.failures) <= 1)
    )
    session.connection().execute(
        update(SignInDelay)
        .where(col(SignInDelay.subject) == address)
        .values(failures=SignInDelay.failures - 1, until=now())
    )


def _wait(subject: str, failures: int) -> timedelta:
    counted = failures - (FREE_FAILURES_OF_AN_ADDRESS if subject.startswith("address:") else 0)
    if counted <= 0:
        return timedelta()
    return timedelta(seconds=min(2 ** (counted - 1), LONGEST_WAIT_S))
