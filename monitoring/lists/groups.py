"""Groups of a school year: added, changed, and removed while nobody was ever in them.

For the administrator. A name is there once a year; a new group begins with an open sheet for each stage.
"""

from uuid import UUID

from sqlalchemy import exists, or_, update
from sqlmodel import Session, col, delete, select

from monitoring.core.errors import NotFound, Refusal
from monitoring.core.language import message
from monitoring.core.names import fold_lookalikes, match_key, sort_key
from monitoring.core.scale import AGES, STAGES
from monitoring.lists.years import find_year
from monitoring.record.access import Actor, Permission, doer, register, require
from monitoring.record.models import Act, Enrolment, Grant, Group, GroupStage, Observation, SchoolYear, TeachingLanguage

LONGEST_NAME = 80
SORT_KEY_LENGTH = 500  # what the column holds; a key of rare signs may be longer


def add_group(
    session: Session,
    actor: Actor,
    school_year_id: UUID,
    *,
    name: str,
    age: int | None,
    language: TeachingLanguage,
    assesses_kazakh: bool = True,
    predecessor_id: UUID | None = None,
    group_id: UUID | None = None,
) -> Group:
    """Add a group to a school year; `age` is None where the ages are mixed, `group_id` an id chosen beforehand.

    Raises Refusal where the name is empty, too long or taken in this year.
    """
    require(actor, Permission.MANAGE_ROSTER)
    find_year(session, actor, school_year_id, lock=True)
    added = Group(
        organisation_id=actor.organisation_id,
        school_year_id=school_year_id,
        predecessor_id=predecessor_id,
        name="",
        name_key="",
        sort_key="",
        language=language,
    )
    if group_id is not None:
        added.id = group_id
    _describe(session, added, name, age, language, assesses_kazakh)
    session.add(added)
    session.flush()
    session.add_all(
        GroupStage(organisation_id=actor.organisation_id, group_id=added.id, stage=stage, **doer(actor))
        for stage in STAGES
    )
    session.flush()
    register(session, actor, Act.CREATED, "group", added.id)
    return added


def change_group(
    session: Session,
    actor: Actor,
    group_id: UUID,
    *,
    name: str,
    age: int | None,
    language: TeachingLanguage,
    assesses_kazakh: bool,
) -> None:
    """Change a group; the sets of criteria of its children stay theirs.

    Raises Refusal where the name is empty, too long or taken in this year.
    """
    require(actor, Permission.MANAGE_ROSTER)
    changed, _ = find_group(session, actor, group_id, lock=True)
    _describe(session, changed, name, age, language, assesses_kazakh)
    session.add(changed)
    session.flush()
    register(session, actor, Act.CHANGED, "group", group_id)


def remove_group(session: Session, actor: Actor, group_id: UUID) -> None:
    """Remove a group in which no child ever was, with the grants that name it. Raises Refusal for any other."""
    require(actor, Permission.MANAGE_ROSTER)
    removed, _ = find_group(session, actor, group_id, lock=True)
    used = or_(
        exists().where(col(Enrolment.group_id) == group_id), exists().where(col(Observation.group_id) == group_id)
    )
    if session.exec(select(used)).one():
        raise Refusal(message("Children are or were in this group: it stays. Only an empty group can be removed."))
    holders = session.exec(select(Grant.account_id).where(col(Grant.group_id) == group_id).distinct()).all()
    session.exec(update(Group).where(col(Group.predecessor_id) == group_id).values(predecessor_id=None))
    session.exec(delete(Grant).where(col(Grant.group_id) == group_id))
    session.exec(delete(GroupStage).where(col(GroupStage.group_id) == group_id))
    session.delete(removed)
    session.flush()
    for account_id in holders:
        register(session, actor, Act.CHANGED, "grants", account_id)
    register(session, actor, Act.REMOVED, "group", group_id)


def find_group(session: Session, actor: Actor, group_id: UUID, *, lock: bool = False) -> tuple[Group, SchoolYear]:
    """Return a group of the organisation with its school year, locked as in `find_year`; or raise NotFound."""
    found = session.exec(
        select(Group).where(col(Group.organisation_id) == actor.organisation_id, col(Group.id) == group_id)
    ).first()
    if found is None:
        raise NotFound(message("This group is not there. Reload the page."))
    return found, find_year(session, actor, found.school_year_id, lock=lock)


def _describe(
    session: Session, group: Group, name: str, age: int | None, language: TeachingLanguage, assesses_kazakh: bool
) -> None:
    name = fold_lookalikes(name)
    if not match_key(name):
        raise Refusal(message("Write the name of the group."))
    if len(name) > LONGEST_NAME:
        raise Refusal(message("The name of the group is too long. Leave {n} characters at most.", n=LONGEST_NAME))
    if age is not None and age not in AGES:
        raise Refusal(message("Choose an age from 1 to 5, or mixed ages."))
    _refuse_taken(session, group, name)
    group.name, group.name_key, group.sort_key = name, match_key(name), sort_key(name)[:SORT_KEY_LENGTH]
    group.age, group.language, group.assesses_kazakh = age, language, assesses_kazakh


def _refuse_taken(session: Session, group: Group, name: str) -> None:
    taken = session.exec(
        select(Group.name).where(
            col(Group.organisation_id) == group.organisation_id,
            col(Group.school_year_id) == group.school_year_id,
            col(Group.name_key) == match_key(name),
            col(Group.id) != group.id,
        )
    ).first()
    if taken is not None:
        raise Refusal(message("The group “{name}” is already there in this school year.", name=taken))
