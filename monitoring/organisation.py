"""Found an organisation: its learning areas and catalogue, its first school year, and the first account."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from monitoring.core.errors import NotFound, Refusal
from monitoring.core.language import message
from monitoring.core.names import clean
from monitoring.criteria import catalogue
from monitoring.criteria.catalogue_file import CatalogueDraft, shipped
from monitoring.lists import years
from monitoring.people import accounts
from monitoring.people.accounts import NewGrant
from monitoring.record import clock
from monitoring.record.access import Actor, Console, Permission, register, require
from monitoring.record.models import (
    Account,
    Act,
    InterfaceLanguage,
    Organisation,
    OrganisationKind,
    RatingCounter,
    Role,
    TeachingLanguage,
)

LONGEST_NAME = 300  # as the columns have it
VILLAGE_ROLES = (Role.ADMINISTRATOR, Role.METHODOLOGIST, Role.TEACHER)


@dataclass(frozen=True)
class FirstAccount:
    """The person who sets the program up: the first administrator, and what else they are."""

    login: str
    name: str
    password: str | None
    position: str = ""
    language: InterfaceLanguage = InterfaceLanguage.RUSSIAN
    roles: tuple[Role, ...] = VILLAGE_ROLES


@dataclass(frozen=True)
class Founded:
    """A new organisation with the school year it begins with and its first account."""

    organisation: Organisation
    school_year_id: UUID
    account: Account
    password: str


def found(
    session: Session,
    user: str,
    *,
    name: str,
    kind: OrganisationKind,
    language: TeachingLanguage,
    year_begins: int,
    first: FirstAccount,
    name_kk: str | None = None,
    timezone: str = "Asia/Almaty",
    draft: CatalogueDraft | None = None,
) -> Founded:
    """Create an organisation, named as set up by the system user, and return what was created.

    `draft` is the catalogue it begins with, by default the one that the program ships. Raises Refusal where the
    name, the login or the password will not do.
    """
    _check(name, name_kk)
    organisation = Organisation(
        name=clean(name),
        name_kk=clean(name_kk or "") or None,
        kind=kind,
        language=language,
        timezone=timezone,
    )
    session.add(organisation)
    session.flush()
    actor = Console(organisation.id, user)
    session.add(RatingCounter(organisation_id=organisation.id))
    register(session, actor, Act.CREATED, "organisation", organisation.id)
    catalogue.load(session, actor, draft or shipped())
    year = years.create_year(session, actor, year_begins)
    today = clock.today_in(timezone)
    account, password = accounts.create_account(
        session,
        actor,
        login=first.login,
        name=first.name,
        position=first.position,
        language=first.language,
        password=first.password,
        # At once, and from before the year began: whatever is set up when, its first account can act.
        grants=tuple(
            NewGrant(role, starts_on=min(today, date(year_begins, 8, 1))) for role in (Role.ADMINISTRATOR, *first.roles)
        ),
    )
    return Founded(organisation, year.id, account, password)


def any_organisation(session: Session) -> bool:
    """Tell whether anything has been set up in this database."""
    return session.exec(select(Organisation.id).limit(1)).first() is not None


def organisation_of(session: Session, actor: Actor) -> Organisation:
    """Return the actor's organisation."""
    found_one = session.get(Organisation, actor.organisation_id)
    if found_one is None:
        raise NotFound(message("The organisation is not in this database."))
    return found_one


def describe(
    session: Session,
    actor: Actor,
    *,
    name: str,
    name_kk: str | None,
    kind: OrganisationKind,
    language: TeachingLanguage,
) -> None:
    """Change how the organisation is called on its forms, what it is, and its first language of instruction."""
    require(actor, Permission.MANAGE_YEARS)
    _check(name, name_kk)
    organisation = organisation_of(session, actor)
    organisation.name, organisation.name_kk = clean(name), clean(name_kk or "") or None
    organisation.kind, organisation.language = kind, language
    session.add(organisation)
    register(session, actor, Act.CHANGED, "organisation", organisation.id)


def by_name(session: Session, name: str | None) -> Organisation | list[Organisation]:
    """Return the organisation that a name or id means, or the candidates where it means none or several.

    Without a name it is the only organisation of the database.
    """
    organisations = list(session.exec(select(Organisation).order_by(col(Organisation.created_at))))
    wanted = [one for one in organisations if name is None or name in (one.name, one.name_kk, str(one.id))]
    if name is not None and not wanted:
        wanted = [one for one in organisations if clean(name).casefold() in one.name.casefold()]
    return wanted[0] if len(wanted) == 1 else wanted


def _check(name: str, name_kk: str | None) -> None:
    if not clean(name):
        raise Refusal(message("Write the name of the organisation."))
    if max(len(clean(name)), len(clean(name_kk or ""))) > LONGEST_NAME:
        raise Refusal(message("The name of the organisation is too long. Write it shorter."))
