"""Accounts, their passwords and their dated grants: what an administrator does, and what everyone may for itself.

Nothing here is deleted: an account is closed, a grant ends. The last account that can manage accounts stays.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import bindparam, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from monitoring.core.errors import Conflict, NotFound, Refusal
from monitoring.core.language import Language, message, nmessage
from monitoring.core.names import clean, match_key, sort_key
from monitoring.record import clock
from monitoring.record.access import Actor, Console, Held, Permission, Person, may, register, require
from monitoring.record.models import Account, Act, Grant, InterfaceLanguage, Organisation, Role, SignIn, now

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 128
ONE_TIME_DAYS = 7
# Letters and digits that cannot be taken for each other when copied by hand from a slip of paper.
ONE_TIME_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
WHOLE_ORGANISATION = (Role.ADMINISTRATOR, Role.HEAD)
LONGEST_LOGIN, LONGEST_NAME = 80, 200  # as the columns have it
KEYBOARD_ROWS = "01234567890123456789 qwertyuiop asdfghjkl йцукенгшщзхъ фывапролджэ"

_hasher = PasswordHasher()


@dataclass(frozen=True)
class NewGrant:
    """A role to be given: for one group or all, one learning area or all, from a day on."""

    role: Role
    group_id: UUID | None = None
    area_key: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class AccountView:
    """An account as an administrator sees it, with the grants in force or still to come."""

    id: UUID
    login: str
    name: str
    position: str
    language: InterfaceLanguage
    one_time_until: datetime | None
    disabled_at: datetime | None
    grants: tuple[Grant, ...]


def create_account(
    session: Session,
    actor: Actor,
    *,
    login: str,
    name: str,
    position: str = "",
    language: InterfaceLanguage = InterfaceLanguage.RUSSIAN,
    grants: tuple[NewGrant, ...] = (),
    password: str | None = None,
) -> tuple[Account, str]:
    """Create an account and return it with its password: the one given, or a one-time password for a week.

    Raises Refusal where the login is taken or the name is empty, NotAllowed for anyone but an administrator.
    """
    require(actor, Permission.MANAGE_ACCOUNTS)
    login, name, position = _checked(login, name, position)
    if password is not None:
        check_password(password, login=login)
    secret = password or one_time_password()
    account = Account(
        organisation_id=actor.organisation_id,
        login=login,
        login_key=match_key(login),
        name=name,
        position=position,
        language=language,
        password_hash=hash_password(secret),
        one_time_until=None if password else now() + timedelta(days=ONE_TIME_DAYS),
    )
    _insert(session, account)
    register(session, actor, Act.CREATED, "account", account.id)
    for one in grants:
        give(session, actor, account.id, one)
    return account, secret


def describe(session: Session, actor: Actor, account_id: UUID, *, login: str, name: str, position: str) -> None:
    """Change how an account is called. Raises Refusal where the login is taken or something is empty."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    account = _account(session, actor, account_id)
    login, name, position = _checked(login, name, position)
    try:
        with session.begin_nested():
            account.login, account.login_key = login, match_key(login)
            account.name, account.position = name, position
            session.add(account)
    except IntegrityError as error:
        raise Conflict(message("The login {login} is taken. Choose another.", login=login)) from error
    register(session, actor, Act.CHANGED, "account", account_id)


def give(session: Session, actor: Actor, account_id: UUID, new: NewGrant) -> Grant:
    """Give an account a role and return the grant; the same grant twice is one.

    Raises NotFound for an account, group or learning area that is not in the organisation, and Refusal for a
    part of the organisation where the role is for the whole.
    """
    require(actor, Permission.MANAGE_ACCOUNTS)
    _account(session, actor, account_id)
    if new.role in WHOLE_ORGANISATION and (new.group_id or new.area_key):
        raise Refusal(message("This role is for the whole organisation, not for a group or a learning area."))
    today = clock.today(session, actor.organisation_id)
    same = session.exec(
        select(Grant).where(
            col(Grant.organisation_id) == actor.organisation_id,
            col(Grant.account_id) == account_id,
            col(Grant.role) == new.role,
            col(Grant.group_id).is_not_distinct_from(new.group_id),
            col(Grant.area_key).is_not_distinct_from(new.area_key),
            col(Grant.starts_on) <= (new.starts_on or today),
            col(Grant.ends_on).is_(None),
        )
    ).first()
    if same is not None:
        return same
    grant = Grant(
        organisation_id=actor.organisation_id,
        account_id=account_id,
        role=new.role,
        group_id=new.group_id,
        area_key=new.area_key,
        starts_on=new.starts_on or today,
        ends_on=new.ends_on,
    )
    try:
        with session.begin_nested():
            session.add(grant)
    except IntegrityError as error:
        raise NotFound(message("This group or learning area is not in the organisation.")) from error
    register(session, actor, Act.CHANGED, "grants", account_id)
    return grant


def take_back(session: Session, actor: Actor, grant_id: UUID) -> None:
    """End a grant today. Raises Refusal where it is the last one that lets anyone manage accounts."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    grant = session.exec(
        select(Grant).where(col(Grant.organisation_id) == actor.organisation_id, col(Grant.id) == grant_id)
    ).first()
    if grant is None:
        raise NotFound(message("This grant is no longer there. Reload the page."))
    today = max(clock.today(session, actor.organisation_id), grant.starts_on)
    _one_at_a_time(session, actor)
    grant.ends_on = min(today, grant.ends_on or today)
    session.add(grant)
    session.flush()
    _keep_an_administrator(session, actor)
    register(session, actor, Act.CHANGED, "grants", grant.account_id)


def close_account(session: Session, actor: Actor, account_id: UUID) -> None:
    """Close an account and end its sessions; what it did stays on record. Raises Refusal for the last administrator."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    account = _account(session, actor, account_id)
    _one_at_a_time(session, actor)
    account.disabled_at = now()
    session.add(account)
    session.flush()
    _keep_an_administrator(session, actor)
    end_sessions(session, actor, account_id)
    register(session, actor, Act.REMOVED, "account", account_id)


def reopen_account(session: Session, actor: Actor, account_id: UUID) -> str:
    """Open a closed account again and return a one-time password for it."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    account = _account(session, actor, account_id)
    account.disabled_at = None
    session.add(account)
    register(session, actor, Act.CHANGED, "account", account_id)
    return give_one_time_password(session, actor, account_id)


def end_sessions(session: Session, actor: Actor, account_id: UUID) -> None:
    """End every session of an account at once: each of its screens asks to sign in again."""
    if not (isinstance(actor, Person) and actor.account_id == account_id):
        require(actor, Permission.MANAGE_ACCOUNTS)
    _account(session, actor, account_id)
    session.connection().execute(
        update(SignIn)
        .where(
            col(SignIn.organisation_id) == actor.organisation_id,
            col(SignIn.account_id) == account_id,
            col(SignIn.ended_at).is_(None),
        )
        .values(ended_at=now())
    )


def give_one_time_password(session: Session, actor: Actor, account_id: UUID) -> str:
    """Replace an account's password with one that works once within a week; its sessions end. Return it."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    account = _account(session, actor, account_id)
    secret = one_time_password()
    account.password_hash = hash_password(secret)
    account.one_time_until = now() + timedelta(days=ONE_TIME_DAYS)
    session.add(account)
    end_sessions(session, actor, account_id)
    register(session, actor, Act.CHANGED, "password", account_id)
    return secret


def set_password(session: Session, actor: Actor, account_id: UUID, password: str) -> None:
    """Set a password: at the console for anyone, elsewhere for oneself. Every session of the account ends.

    Raises Refusal where the password is too easy.
    """
    if not isinstance(actor, Console) and actor.account_id != account_id:
        require(actor, Permission.MANAGE_ACCOUNTS)
        raise Refusal(message("Give a one-time password instead: a person chooses the password alone."))
    account = _account(session, actor, account_id)
    check_password(password, login=account.login)
    account.password_hash = hash_password(password)
    account.one_time_until = None
    session.add(account)
    end_sessions(session, actor, account_id)
    register(session, actor, Act.CHANGED, "password", account_id)


def set_language(session: Session, actor: Person, language: Language) -> None:
    """Remember the language in which a person reads the interface."""
    account = _account(session, actor, actor.account_id)
    account.language = InterfaceLanguage(language)
    session.add(account)


def list_accounts(session: Session, actor: Actor) -> list[AccountView]:
    """Return every account of the organisation, open ones first, with grants in force or to come."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    today = clock.today(session, actor.organisation_id)
    accounts = session.exec(select(Account).where(col(Account.organisation_id) == actor.organisation_id)).all()
    grants = session.exec(
        select(Grant).where(
            col(Grant.organisation_id) == actor.organisation_id,
            or_(col(Grant.ends_on).is_(None), col(Grant.ends_on) > today),
        )
    ).all()
    views = [
        AccountView(
            account.id,
            account.login,
            account.name,
            account.position,
            account.language,
            account.one_time_until,
            account.disabled_at,
            tuple(grant for grant in grants if grant.account_id == account.id),
        )
        for account in accounts
    ]
    return sorted(views, key=lambda view: (view.disabled_at is not None, sort_key(view.name)))


_IN_FORCE = select(col(Grant.role), col(Grant.group_id), col(Grant.area_key)).where(
    col(Grant.organisation_id) == bindparam("organisation_id"),
    col(Grant.account_id) == bindparam("account_id"),
    col(Grant.starts_on) <= bindparam("today"),
    or_(col(Grant.ends_on).is_(None), col(Grant.ends_on) > bindparam("today")),
)


def grants_in_force(session: Session, organisation_id: UUID, account_id: UUID, today: date) -> tuple[Held, ...]:
    """Return what an account holds on a day."""
    named = {"organisation_id": organisation_id, "account_id": account_id, "today": today}
    return tuple(Held(*grant) for grant in session.connection().execute(_IN_FORCE, named))


def check_password(password: str, *, login: str) -> None:
    """Raise Refusal where a password is too short, too long or too easy to guess."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refusal(
            nmessage(
                "The password needs at least {n} character.",
                "The password needs at least {n} characters.",
                SHORTEST_PASSWORD,
            )
        )
    if len(password) > LONGEST_PASSWORD:
        raise Refusal(
            nmessage(
                "The password may have {n} character at most.",
                "The password may have {n} characters at most.",
                LONGEST_PASSWORD,
            )
        )
    easy = len(set(password.casefold())) < 4 or password.casefold() in KEYBOARD_ROWS
    if easy or match_key(password) == match_key(login):
        raise Refusal(message("This password is too easy to guess. Take three words that do not belong together."))


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def password_matches(password_hash: str, password: str) -> bool:
    """Tell whether a password is the one that was hashed (Argon2id)."""
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def one_time_password() -> str:
    """Return a password that is easy to read out: three groups of four (about 59 bits)."""
    return "-".join("".join(secrets.choice(ONE_TIME_LETTERS) for _ in range(4)) for _ in range(3))


def _account(session: Session, actor: Actor, account_id: UUID) -> Account:
    account = session.exec(
        select(Account).where(col(Account.organisation_id) == actor.organisation_id, col(Account.id) == account_id)
    ).first()
    if account is None:
        raise NotFound(message("This account is not in the organisation."))
    return account


def _checked(login: str, name: str, position: str) -> tuple[str, str, str]:
    login, name, position = clean(login), clean(name), clean(position)
    if not login or not name:
        raise Refusal(message("Write the login and the name."))
    if len(login) > LONGEST_LOGIN or max(len(name), len(position)) > LONGEST_NAME:
        raise Refusal(message("The login, the name or the position is too long. Write it shorter."))
    return login, name, position


def _one_at_a_time(session: Session, actor: Actor) -> None:
    # Two administrators who close each other at once: the second waits here and sees what the first has done.
    session.exec(
        select(Organisation).where(col(Organisation.id) == actor.organisation_id).with_for_update(key_share=True)
    ).one()


def _insert(session: Session, account: Account) -> None:
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:
        raise Conflict(message("The login {login} is taken. Choose another.", login=account.login)) from error


def _keep_an_administrator(session: Session, actor: Actor) -> None:
    today = clock.today(session, actor.organisation_id)
    open_accounts = session.exec(
        select(Account.id).where(
            col(Account.organisation_id) == actor.organisation_id,
            col(Account.disabled_at).is_(None),
            or_(col(Account.one_time_until).is_(None), col(Account.one_time_until) > now()),
        )
    ).all()
    for account_id in open_accounts:
        person = Person(
            actor.organisation_id,
            account_id,
            grants_in_force(session, actor.organisation_id, account_id, today),
        )
        if may(person, Permission.MANAGE_ACCOUNTS):
            return
    raise Refusal(message("This is the last administrator. Make somebody else an administrator first."))
