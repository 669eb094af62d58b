"""Who may do what: actors, the permissions of roles, and the scope of a grant.

Every function that reads or writes takes an actor first; there is no call without. What a role may do stands in
one table here, applied by the write and read functions themselves, never by a screen alone.
"""

import getpass
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, false
from sqlmodel import Session, col, select

from monitoring.core.errors import NotAllowed
from monitoring.core.language import message
from monitoring.record.models import AccessRecord, Act, Group, Role, now

ONE_ACT = timedelta(minutes=10)


class Permission(StrEnum):
    """Something an actor may do; the first four can be limited to groups, `MARK` to learning areas too."""

    READ_GROUP = "read_group"
    MARK = "mark"
    WRITE_CARD = "write_card"
    APPROVE = "approve"
    MANAGE_ROSTER = "manage_roster"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_CATALOGUE = "manage_catalogue"
    MANAGE_YEARS = "manage_years"
    READ_ACCESS_RECORDS = "read_access_records"


PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.TEACHER: frozenset({Permission.READ_GROUP, Permission.MARK, Permission.WRITE_CARD}),
        Role.SPECIALIST: frozenset({Permission.READ_GROUP, Permission.MARK, Permission.WRITE_CARD}),
        Role.PSYCHOLOGIST: frozenset({Permission.READ_GROUP, Permission.WRITE_CARD}),
        Role.METHODOLOGIST: frozenset({Permission.READ_GROUP, Permission.APPROVE, Permission.READ_ACCESS_RECORDS}),
        Role.HEAD: frozenset({Permission.READ_GROUP, Permission.READ_ACCESS_RECORDS}),
        Role.ADMINISTRATOR: frozenset(
            {
                Permission.READ_GROUP,
                Permission.MANAGE_ROSTER,
                Permission.MANAGE_ACCOUNTS,
                Permission.MANAGE_CATALOGUE,
                Permission.MANAGE_YEARS,
                Permission.READ_ACCESS_RECORDS,
            }
        ),
    }
)


@dataclass(frozen=True)
class Held:
    """A grant in force today: a role for one group or all, for one learning area or all."""

    role: Role
    group_id: UUID | None = None
    area_key: str | None = None


@dataclass(frozen=True)
class Person:
    """Somebody signed in, with the grants in force at that moment."""

    organisation_id: UUID
    account_id: UUID
    held: tuple[Held, ...]


@dataclass(frozen=True)
class Console:
    """Somebody at the machine itself, known by the name of the system user; may do all in the organisation."""

    organisation_id: UUID
    user: str


Actor = Person | Console


def console(organisation_id: UUID) -> Console:
    """Return the console's actor for an organisation, named by the present system user."""
    return Console(organisation_id, getpass.getuser())


def may(actor: Actor, permission: Permission, *, group_id: UUID | None = None, area_key: str | None = None) -> bool:
    """Tell whether an actor has a permission: in this group and area, or anywhere where none is named."""
    if isinstance(actor, Console):
        return True
    return any(
        permission in PERMISSIONS[held.role]
        and (group_id is None or held.group_id in (None, group_id))
        and (area_key is None or held.area_key in (None, area_key))
        for held in actor.held
    )


def may_everywhere(actor: Actor, permission: Permission) -> bool:
    """Tell whether an actor has a permission in all groups, and not in some alone."""
    if isinstance(actor, Console):
        return True
    return any(permission in PERMISSIONS[held.role] and held.group_id is None for held in actor.held)


def require(actor: Actor, permission: Permission, *, group_id: UUID | None = None, area_key: str | None = None) -> None:
    """Raise NotAllowed where the actor may not; see `may`."""
    if not may(actor, permission, group_id=group_id, area_key=area_key):
        raise NotAllowed(message("Your account does not have the rights for this. Ask the administrator."))


def groups_in_scope(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Return the condition on `groups` that leaves those in which the actor has the permission."""
    own = col(Group.organisation_id) == actor.organisation_id
    if isinstance(actor, Console):
        return own
    held = [held for held in actor.held if permission in PERMISSIONS[held.role]]
    if any(one.group_id is None for one in held):
        return own
    ids = [one.group_id for one in held]
    return own & (col(Group.id).in_(ids) if ids else false())


class Doer(TypedDict):
    """The columns that name who did it, on a row of kind `Done`."""

    by_account_id: UUID | None
    by_console: str | None


def doer(actor: Actor) -> Doer:
    """Return the columns that name the actor on a row of kind `Done`."""
    if isinstance(actor, Console):
        return Doer(by_account_id=None, by_console=actor.user)
    return Doer(by_account_id=actor.account_id, by_console=None)


def register(
    session: Session,
    actor: Actor,
    act: Act,
    subject: str,
    subject_id: UUID | None,
    *,
    child_id: UUID | None = None,
) -> None:
    """Put on record that the actor did this to a record (Law 94-V); no names, ids only."""
    session.add(
        AccessRecord(
            organisation_id=actor.organisation_id,
            act=act,
            subject=subject,
            subject_id=subject_id,
            child_id=child_id,
            **doer(actor),
        )
    )


def just_registered(session: Session, actor: Actor, act: Act, subject: str, subject_id: UUID) -> bool:
    """Tell whether the actor's same act with the same record was put on record within the last minutes."""
    who = doer(actor)
    return (
        session.exec(
            select(AccessRecord.id)
            .where(
                col(AccessRecord.organisation_id) == actor.organisation_id,
                col(AccessRecord.at) > now() - ONE_ACT,
                col(AccessRecord.act) == act,
                col(AccessRecord.subject) == subject,
                col(AccessRecord.subject_id) == subject_id,
                col(AccessRecord.by_account_id).is_not_distinct_from(who["by_account_id"]),
                col(AccessRecord.by_console).is_not_distinct_from(who["by_console"]),
            )
            .limit(1)
        ).first()
        is not None
    )
