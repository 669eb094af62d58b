"""Who works with the program and with which roles, as a school secretary reads it: «воспитатель группы «Балапан»».

One role of a person stands on record as many grants, one a group and learning area; here they are put together
again, given together and taken back together. The acts themselves are those of `monitoring.people.accounts`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from monitoring.core.errors import NotFound, Refusal
from monitoring.core.language import Message, message, nmessage, pmessage, school_year
from monitoring.core.names import clean, is_patronymic, match_key
from monitoring.criteria import catalogue
from monitoring.people import accounts
from monitoring.people.accounts import AccountView, NewGrant
from monitoring.record import clock
from monitoring.record.access import Actor, Permission, require
from monitoring.record.models import Grant, Group, Role, SchoolYear
from monitoring.record.words import ROLES

# Roles that may be limited to groups, and to learning areas; the others always hold for the whole organisation.
BY_GROUP: Final = (Role.TEACHER, Role.SPECIALIST, Role.PSYCHOLOGIST, Role.METHODOLOGIST)
BY_AREA: Final = (Role.SPECIALIST,)
NAMED_AT_MOST: Final = 3  # groups or learning areas; of more the number is said

_LATIN: Final = dict(zip("аәбвгғдеёзийкқлмнңоөпрстуұүфһыіэ", "aabvggdeeziikklmnnooprstuuufhyie", strict=True)) | {
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ю": "yu",
    "я": "ya",
    "ъ": "",
    "ь": "",
}
_FAMILY_ENDINGS: Final = (
    *("ов", "ова", "ев", "ева", "ёв", "ёва", "ин", "ина", "ын", "ына"),
    *("ский", "ская", "цкий", "цкая", "ко", "юк", "чук", "тегі"),
)


@dataclass(frozen=True)
class GroupName:
    """A group as a grant names it; `begins` is its school year where that is not the present one."""

    id: UUID
    name: str
    begins: int | None = None

    def __str__(self) -> str:
        return f"«{self.name}»" if self.begins is None else f"«{self.name}» ({school_year(self.begins)})"


@dataclass(frozen=True)
class AreaName:
    key: str
    name_ru: str
    name_kk: str

    def name(self, language: str) -> str:
        return self.name_kk if language == "kk" else self.name_ru


@dataclass(frozen=True)
class RoleHeld:
    """A role of a person: in these groups and learning areas, where none are named in all of them.

    `grants` has the grant ids by group (None: all groups), so that a part of the role can be taken back.
    """

    role: Role
    groups: tuple[GroupName, ...]
    areas: tuple[AreaName, ...]
    starts_on: date
    grants: tuple[tuple[UUID | None, UUID], ...]

    def grants_in(self, groups: Collection[UUID]) -> tuple[UUID, ...]:
        """Return the grants in some of its groups, or all of them where the role names no group."""
        return tuple(grant for group, grant in self.grants if group is None or group in groups)


@dataclass(frozen=True)
class Colleague:
    """A person with an account; `one_time_until` is the end of a one-time password not yet replaced."""

    id: UUID
    login: str
    name: str
    position: str
    one_time_until: datetime | None
    disabled_at: datetime | None
    roles: tuple[RoleHeld, ...]


def colleagues(session: Session, actor: Actor) -> list[Colleague]:
    """Return everyone who has an account, the closed ones last, with their roles put together."""
    views = accounts.list_accounts(session, actor)
    groups = _group_names(session, actor)
    areas = {area.key: AreaName(area.key, area.name_ru, area.name_kk) for area in catalogue.areas(session, actor)}
    return [_colleague(view, groups, areas) for view in views]


def colleague(session: Session, actor: Actor, account_id: UUID) -> Colleague:
    """Return one of the `colleagues`, or raise NotFound."""
    for one in colleagues(session, actor):
        if one.id == account_id:
            return one
    raise NotFound(message("This account is not in the organisation."))


def groups_to_give(session: Session, actor: Actor) -> tuple[GroupName, ...]:
    """Return the groups for which a role is given today: those of the present school year and of later ones."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    names = tuple(_group_names(session, actor).values())
    begun = clock.today(session, actor.organisation_id).year
    return tuple(one for one in names if one.begins is None or one.begins >= begun)


def give_role(
    session: Session,
    actor: Actor,
    account_id: UUID,
    role: Role,
    *,
    groups: Collection[UUID] | None,
    areas: Collection[str] | None,
) -> None:
    """Give a role in these groups and learning areas; None means all of them, now and later.

    Raises Refusal where the choice is empty, or where the role cannot be limited so.
    """
    require(actor, Permission.MANAGE_ACCOUNTS)
    for new in new_grants(role, groups=groups, areas=areas):
        accounts.give(session, actor, account_id, new)


def new_grants(role: Role, *, groups: Collection[UUID] | None, areas: Collection[str] | None) -> tuple[NewGrant, ...]:
    """Return the grants that make up a role, one a group and learning area. Raises Refusal as `give_role`."""
    if groups is not None and role not in BY_GROUP:
        raise Refusal(message("This role holds for the whole organisation. Give it for all groups."))
    if areas is not None and role not in BY_AREA:
        raise Refusal(message("Only a specialist's role can be limited to learning areas."))
    if groups is not None and not groups:
        raise Refusal(message("Choose at least one group, or all groups."))
    if areas is not None and not areas:
        raise Refusal(message("Choose at least one learning area, or all of them."))
    anywhere: tuple[None] = (None,)
    reach = product(anywhere if groups is None else groups, anywhere if areas is None else areas)
    return tuple(NewGrant(role, group, area) for group, area in reach)


def take_back_role(session: Session, actor: Actor, grants: Iterable[UUID]) -> None:
    """Take a role back, whole or in part. Raises Refusal where nobody could manage accounts any more."""
    chosen = tuple(grants)
    if not chosen:
        raise Refusal(message("Choose at least one group."))
    for grant in chosen:
        accounts.take_back(session, actor, grant)


def in_words(held: RoleHeld, language: str) -> Message:
    """Say a role and its reach: «Воспитатель группы «Балапан»», «Специалист: 8 групп, ОД Казахский язык»."""
    role, areas = ROLES[held.role], _areas_in_words(held, language)
    if held.role not in BY_GROUP:
        return role
    if len(held.groups) == 1 and areas is None:
        return pmessage("role", "{role} of the group {group}", role=role, group=str(held.groups[0]))
    if areas is None:
        return pmessage("role", "{role}: {groups}", role=role, groups=_groups_in_words(held))
    return pmessage("role", "{role}: {groups}, {areas}", role=role, groups=_groups_in_words(held), areas=areas)


def proposed_login(name: str, taken: Iterable[str] = ()) -> str:
    """Return a login for a new person: the family name in Latin letters, with the initial or a number if taken."""
    words = [word for word in map(_latin, _ordered(name)) if word]
    if not words:
        return ""
    known = {match_key(one) for one in taken}
    family, given = words[0], "".join(words[1:2])
    wanted = [
        family,
        *([f"{family}.{given[0]}"] if given else []),
        *(f"{family}{number}" for number in range(2, 100)),
    ]
    return next((one for one in wanted if match_key(one) not in known), "")


def _colleague(view: AccountView, groups: dict[UUID, GroupName], areas: dict[str, AreaName]) -> Colleague:
    return Colleague(
        view.id,
        view.login,
        view.name,
        view.position,
        view.one_time_until,
        view.disabled_at,
        tuple(_roles_held(view.grants, groups, areas)),
    )


def _roles_held(
    grants: Sequence[Grant], groups: dict[UUID, GroupName], areas: dict[str, AreaName]
) -> Iterable[RoleHeld]:
    """Put grants together: those of one role and day with the same learning areas in each of their groups."""
    by_group: dict[tuple[Role, date, UUID | None], list[Grant]] = {}
    for grant in grants:
        by_group.setdefault((grant.role, grant.starts_on, grant.group_id), []).append(grant)
    together: dict[tuple[Role, date, bool, frozenset[str | None]], list[Grant]] = {}
    for (role, day, group_id), some in by_group.items():
        reach = frozenset(grant.area_key for grant in some)
        together.setdefault((role, day, group_id is None, reach), []).extend(some)
    order = list(groups)
    for (role, day, everywhere, reach), some in sorted(together.items(), key=lambda one: list(Role).index(one[0][0])):
        ids = sorted({grant.group_id for grant in some if grant.group_id is not None}, key=order.index)
        named = tuple(area for key, area in areas.items() if key in reach)
        yield RoleHeld(
            role,
            () if everywhere else tuple(groups[one] for one in ids),
            () if None in reach else named,
            day,
            tuple((grant.group_id, grant.id) for grant in some),
        )


def _group_names(session: Session, actor: Actor) -> dict[UUID, GroupName]:
    """The groups of all school years, the newest year first; the present year goes without saying."""
    today = clock.today(session, actor.organisation_id)
    rows = session.exec(
        select(Group.id, Group.name, SchoolYear.begins)
        .join(SchoolYear, col(SchoolYear.id) == col(Group.school_year_id))
        .where(col(Group.organisation_id) == actor.organisation_id)
        .order_by(col(SchoolYear.begins).desc(), col(Group.sort_key))
    ).all()
    present = _present(today, {begins for *_, begins in rows})
    return {id_: GroupName(id_, name, None if begins == present else begins) for id_, name, begins in rows}


def _present(today: date, known: set[int]) -> int | None:
    """The school year of a day as `years.current_year` has it: the latest that has begun, else the first."""
    begun = [begins for begins in known if date(begins, 9, 1) <= today]
    return max(begun) if begun else min(known, default=None)


def _groups_in_words(held: RoleHeld) -> Message:
    if not held.groups:
        return message("all groups")
    if len(held.groups) == 1:
        return message("group {group}", group=str(held.groups[0]))
    if len(held.groups) <= NAMED_AT_MOST:
        return message("groups {groups}", groups=tuple(map(str, held.groups)))
    begins = {group.begins for group in held.groups}
    past = begins.pop() if len(begins) == 1 else None
    if past is not None:
        return nmessage("{n} group of {year}", "{n} groups of {year}", len(held.groups), year=school_year(past))
    return nmessage("{n} group", "{n} groups", len(held.groups))


def _areas_in_words(held: RoleHeld, language: str) -> Message | None:
    if held.role not in BY_AREA:
        return None
    if not held.areas:
        return message("all learning areas")
    if len(held.areas) <= NAMED_AT_MOST:
        names = tuple(area.name(language) for area in held.areas)
        return nmessage("learning area {areas}", "learning areas {areas}", len(names), areas=names)
    return nmessage("{n} learning area", "{n} learning areas", len(held.areas))


def _ordered(name: str) -> list[str]:
    """The words of a person's name with the family name first, wherever it stood; patronymics left out."""
    words = [word for word in clean(name).replace(".", " ").split() if not is_patronymic(word)]
    family = next((word for word in words if word.casefold().endswith(_FAMILY_ENDINGS)), None)
    return words if family is None else [family, *(word for word in words if word != family)]


def _latin(word: str) -> str:
    spelled = "".join(_LATIN.get(letter, letter) for letter in word.casefold())
    return "".join(letter for letter in spelled if letter.isascii() and (letter.isalnum() or letter == "-")).strip("-")
