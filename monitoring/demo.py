"""The demonstration: an invented kindergarten or village school with a school year of marks behind it.

For whoever tries the program before trusting it with real children, and for training. Everything is put on
record by the acts of the program itself, in one transaction; the same seed and day give the same people and marks.
"""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from getpass import getuser
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any, Final, Literal
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from monitoring import organisation, ratings
from monitoring.core.errors import Refusal
from monitoring.core.language import Language, message
from monitoring.core.names import FullName, full_name
from monitoring.core.scale import STAGES, Level, Stage
from monitoring.criteria import catalogue
from monitoring.criteria.catalogue import CriterionView
from monitoring.lists import children, enrolling, groups, roster
from monitoring.lists import new_year as next_year
from monitoring.lists import year_plan as plan
from monitoring.lists.children import NewChild
from monitoring.lists.roster import ChildView
from monitoring.lists.year_plan import NextGroup
from monitoring.lists.years import StageWindow, first_day, stages_of, year_of
from monitoring.organisation import FirstAccount
from monitoring.people import accounts
from monitoring.people.accounts import NewGrant
from monitoring.ratings import Change
from monitoring.record import clock
from monitoring.record.access import Permission, Person, may
from monitoring.record.database import Database
from monitoring.record.models import (
    Account,
    Child,
    Group,
    Installation,
    InterfaceLanguage,
    OrganisationKind,
    Role,
    SchoolYear,
    TeachingLanguage,
)

Size = Literal["school", "kindergarten"]

FILE: Final = Path(__file__).parent.parent / "data" / "demo" / "names.toml"
READY: Final = "ready"  # beside the database of the demonstration once it is made whole
TIME_ZONE: Final = "Asia/Almaty"
MIXED_AGES: Final = (3, 4, 5)

# How many children of a kindergarten come, go and change the group in the course of a year.
ARRIVALS, LEAVERS, SHORT_STAYS, TRANSFERS = 12, 9, 3, 2

# The shares of families with Kazakh names in groups of either language, and of Kazakh ones that name the father.
KAZAKH_NAMES: Final = {TeachingLanguage.KAZAKH: 0.96, TeachingLanguage.RUSSIAN: 0.45}
WITH_PATRONYMIC: Final = 0.85

# What makes the marks plausible, all on one scale: below LOW a mark is I, from HIGH on it is III.
LOW, HIGH = -0.6, 0.75
GROWTH: Final = {Stage.START: -0.15, Stage.MID: 0.25, Stage.FINAL: 0.7}
EASE: Final = {"music": 0.25, "physical_education": 0.2, "modelling": 0.1, "literacy": -0.3, "kazakh": -0.35}
TALENT, LEANING, CRITERION, DAY = 0.55, 0.35, 0.5, 0.15  # deviations of: a child, an area, a criterion, a stage
STILL_TO_DO: Final = {"drawing", "applique", "construction", "environment"}  # where a new group is not done yet
ILL, AREA_MISSED, MARK_MISSED = 0.01, 0.015, 0.02  # shares of: a child at a stage, an area of it, a single mark


class NotEmpty(Refusal):
    """There is something in the database already."""


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demonstration with its password, and the groups it is for (none: all)."""

    login: str
    password: str
    name: str
    position: str
    roles: tuple[Role, ...]
    groups: tuple[str, ...] = ()


def fill(database: Database, size: Size, *, seed: int = 1, today: date, language: Language = "ru") -> list[DemoAccount]:
    """Fill an empty database and return its accounts, the one that may do everything first.

    It gets the school year before today's with marks at all stages, and today's with those of the stages that are
    over by now, in groups that are new this year some areas still to do; the first account reads `language`. The
    installation is marked as invented for good. Raises NotEmpty where an organisation is there already.
    """
    with database.writing() as session:
        _mark_as_invented(session)
        if organisation.any_organisation(session):
            raise NotEmpty(message("The database is not empty. The demonstration needs an empty one."))
        return _House(session, _read_plan(size), seed, year_of(today) - 1, language).build(today)


def fill_once(database: Database, language: Language) -> None:
    """Make the kindergarten of «try it» unless it is there, even if two people ask for it at the same time."""
    assert database.file is not None, "the demonstration of «try it» is a file"
    ready = database.file.with_name(READY)
    with _filling:
        if not ready.exists():
            with suppress(NotEmpty):  # another process was faster, or was ended between the data and the mark
                fill(database, "kindergarten", today=clock.today_in(TIME_ZONE), language=language)
            ready.touch()


def everyones_account(database: Database) -> Account:
    """Return the account of the demonstration that may do everything. Raises Refusal where it was closed."""
    with database.reading() as session:
        rows = session.exec(select(Account).where(col(Account.disabled_at).is_(None)).order_by(col(Account.created_at)))
        for account in rows.all():
            person = _person(session, account, clock.today(session, account.organisation_id))
            if all(may(person, permission) for permission in Permission):
                return account
    raise Refusal(message("The account of the demonstration was closed. Delete its folder and start anew."))


_filling = Lock()


# --- what is to be made ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Names:
    families: tuple[str, ...]
    boys: tuple[str, ...]
    girls: tuple[str, ...]
    patronymics: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Colleague:
    """Somebody with an account: with roles for all groups, or with a role for the groups that it `has`."""

    login: str
    name: str
    position: str
    language: InterfaceLanguage
    roles: tuple[Role, ...] = ()
    area: str | None = None
    languages: tuple[TeachingLanguage, ...] = ()
    ages: tuple[int, ...] = ()

    def has(self, group: "_PlannedGroup") -> bool:
        return group.language in self.languages or (group.age or 0) in self.ages


@dataclass(frozen=True)
class _PlannedGroup:
    """A group to be made; `age` is None where ages are mixed, `after` the group whose teacher it gets."""

    name: str
    age: int | None
    language: TeachingLanguage
    children: int
    teacher: _Colleague | None = None
    after: str | None = None


@dataclass(frozen=True)
class _Plan:
    kind: OrganisationKind
    name: str
    name_kk: str
    people: tuple[_Colleague, ...]
    specialists: tuple[_Colleague, ...]
    psychologist: _Colleague | None
    groups: tuple[_PlannedGroup, ...]
    next_groups: tuple[_PlannedGroup, ...]


@cache
def _read_plan(size: Size) -> _Plan:
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))[size]
    psychologist = read.get("psychologist")
    return _Plan(
        OrganisationKind(size),
        read["name"],
        read["name_kk"],
        tuple(map(_colleague, read["people"])),
        tuple(map(_colleague, read["specialists"])),
        _colleague(psychologist) if psychologist else None,
        tuple(map(_planned_group, read["groups"])),
        tuple(map(_planned_group, read["next_groups"])),
    )


def _colleague(row: Mapping[str, Any]) -> _Colleague:
    return _Colleague(
        row["login"],
        row["name"],
        row["position"],
        InterfaceLanguage(row["language"]),
        tuple(map(Role, row.get("roles", ()))),
        row.get("area"),
        tuple(map(TeachingLanguage, row.get("groups", ()))),
        tuple(row.get("ages", ())),
    )


def _planned_group(row: Mapping[str, Any]) -> _PlannedGroup:
    language = TeachingLanguage(row["language"])
    position = "тәрбиеші" if language is TeachingLanguage.KAZAKH else "воспитатель"
    teacher = None
    if "teacher" in row:
        teacher = _Colleague(row["login"], row["teacher"], position, InterfaceLanguage(language.value))
    return _PlannedGroup(row["name"], row["age"] or None, language, row["children"], teacher, row.get("after"))


@cache
def _read_names() -> Mapping[str, _Names]:
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    kazakh, russian = read["kazakh"], read["russian"]
    return {
        "kazakh": _Names(
            tuple(kazakh["families"]),
            tuple(kazakh["boys"]),
            tuple(kazakh["girls"]),
            tuple((f"{father}ұлы", f"{father}қызы") for father in kazakh["fathers"]),
        ),
        "russian": _Names(
            tuple(russian["families"]),
            tuple(russian["boys"]),
            tuple(russian["girls"]),
            tuple((son, daughter) for son, daughter in russian["fathers"]),
        ),
    }


# --- how it is made --------------------------------------------------------------------------------------


class _House:
    """The organisation while it is being made: who and what is there already, and the chance that decides."""

    def __init__(self, session: Session, planned: _Plan, seed: int, begins: int, language: Language) -> None:
        self.session, self.plan, self.seed, self.begins = session, planned, seed, begins
        self.chance = Random(f"{seed}")  # noqa: S311 - invented data
        self.accounts: dict[str, Account] = {}
        self.given: dict[str, DemoAccount] = {}
        self.taken: set[tuple[str, str]] = set()
        self.newcomers: frozenset[UUID] = frozenset()  # groups that are new in the second year
        first = planned.people[0]
        founded = organisation.found(
            session,
            getuser(),
            name=planned.name,
            name_kk=planned.name_kk,
            kind=planned.kind,
            language=TeachingLanguage.RUSSIAN,
            timezone=TIME_ZONE,
            year_begins=begins,
            first=FirstAccount(
                first.login, first.name, _password(1), first.position, InterfaceLanguage(language), first.roles
            ),
        )
        self.year_id, self.accounts[first.login] = founded.school_year_id, founded.account
        self.given[first.login] = DemoAccount(first.login, _password(1), first.name, first.position, first.roles)
        self.first_day = first_day(begins)
        self.manager = _person(session, founded.account, self.first_day)

    def build(self, today: date) -> list[DemoAccount]:
        """Make the people, the year with marks and today's year after it; return the accounts."""
        made = [(self._make_group(planned), planned) for planned in self.plan.groups]
        self._employ(made)
        enrolled = [(group, planned, self._take_in(group, planned, self.begins)) for group, planned in made]
        if len(made) > 1:
            self._come_and_go(enrolled)
        self._mark(self.year_id, [group.id for group, _ in made], STAGES)
        present = self._prepare_next_year(made)
        over = [
            window.stage for window in stages_of(self.session, self.manager, present.id) if window.closes_on < today
        ]
        self._mark(present.id, [group.id for group in roster.groups(self.session, self.manager, present.id)], over)
        return list(self.given.values())

    # people

    def _make_group(self, planned: _PlannedGroup) -> Group:
        return groups.add_group(
            self.session, self.manager, self.year_id, name=planned.name, age=planned.age, language=planned.language
        )

    def _employ(self, made: Sequence[tuple[Group, _PlannedGroup]]) -> None:
        for one in self.plan.people[1:]:
            self._hire(one, one.roles, [])
        for group, planned in made:
            if planned.teacher:
                self._hire(planned.teacher, (Role.TEACHER,), [group])
        helping = [(one, Role.SPECIALIST) for one in self.plan.specialists]
        if self.plan.psychologist:
            helping.append((self.plan.psychologist, Role.PSYCHOLOGIST))
        for one, role in helping:
            self._hire(one, (role,), [group for group, planned in made if one.has(planned)])

    def _hire(self, one: _Colleague, roles: tuple[Role, ...], of_groups: Sequence[Group]) -> None:
        since = date(self.begins, 8, 1)
        places: Sequence[UUID | None] = [group.id for group in of_groups] or [None]
        password = _password(len(self.given) + 1)
        self.accounts[one.login], _ = accounts.create_account(
            self.session,
            self.manager,
            login=one.login,
            name=one.name,
            position=one.position,
            language=one.language,
            password=password,
            grants=tuple(NewGrant(role, place, one.area, since) for role in roles for place in places),
        )
        names = tuple(group.name for group in of_groups)
        self.given[one.login] = DemoAccount(one.login, password, one.name, one.position, roles, names)

    # children

    def _take_in(self, group: Group, planned: _PlannedGroup, begins: int) -> list[Child]:
        return [self._enrol(group, planned, begins, first_day(begins)) for _ in range(planned.children)]

    def _enrol(self, group: Group, planned: _PlannedGroup, begins: int, on: date) -> Child:
        age = planned.age or self.chance.choice(MIXED_AGES)
        born_on = date(begins - age, 1, 1) + timedelta(days=self.chance.randrange(365))
        new = NewChild(self._name(planned.language), born_on, group.id, on)
        return children.add_child(self.session, self.manager, new, even_if_double=True)

    def _name(self, language: TeachingLanguage) -> FullName:
        """A name that nobody here has yet, so that the demonstration has no doubles of its own."""
        kazakh = self.chance.random() < KAZAKH_NAMES[language]
        names = _read_names()["kazakh" if kazakh else "russian"]
        girl = self.chance.random() < 0.5
        family, given = self.chance.choice(names.families), self.chance.choice(names.girls if girl else names.boys)
        if (family, given) in self.taken:
            return self._name(language)
        self.taken.add((family, given))
        with_father = not kazakh or self.chance.random() < WITH_PATRONYMIC
        patronymic = self.chance.choice(names.patronymics)[girl] if with_father else None
        return full_name(_of_a_girl(family) if girl else family, given, patronymic)

    def _come_and_go(self, enrolled: Sequence[tuple[Group, _PlannedGroup, list[Child]]]) -> None:
        start, _, final = stages_of(self.session, self.manager, self.year_id)
        for _ in range(ARRIVALS):
            group, planned, _there = self.chance.choice(enrolled)
            self._enrol(group, planned, self.begins, self._workday(start.control_on, final.control_on))
        for _ in range(SHORT_STAYS):
            group, planned, _there = self.chance.choice(enrolled)
            came = self._workday(start.control_on, start.control_on + timedelta(days=90))
            child = self._enrol(group, planned, self.begins, came)
            self._leave(child, self._workday(came + timedelta(days=30), final.control_on))
        for _ in range(LEAVERS):
            _, _, there = self.chance.choice(enrolled)
            self._leave(there.pop(self.chance.randrange(len(there))), self._workday(start.control_on, final.closes_on))
        self._transfer(enrolled, start, final)

    def _transfer(
        self, enrolled: Sequence[tuple[Group, _PlannedGroup, list[Child]]], start: StageWindow, final: StageWindow
    ) -> None:
        """Let some change to a group of their age, and one that had left come back."""
        pairs = [
            (there, other)
            for _, planned, there in enrolled
            for other, of_other, _ in enrolled
            if planned is not of_other and planned.age == of_other.age
        ]
        for _ in range(TRANSFERS):
            there, other = self.chance.choice(pairs)
            child, on = there.pop(), self._workday(start.control_on, final.control_on)
            enrolling.transfer(self.session, self.manager, child.id, other.id, on)
        group, _, there = self.chance.choice(enrolled)
        child, left = there.pop(), self._workday(start.control_on, start.control_on + timedelta(days=60))
        self._leave(child, left)
        back = self._workday(left + timedelta(days=30), final.control_on)
        enrolling.come_back(self.session, self.manager, child.id, group.id, back)

    def _leave(self, child: Child, on: date) -> None:
        enrolling.leave(self.session, self.manager, child.id, on)

    def _workday(self, after: date, before: date) -> date:
        """A day between two others, not on a weekend."""
        days = [after + timedelta(days=number) for number in range(1, (before - after).days)]
        return self.chance.choice([day for day in days if day.weekday() < 5])

    # marks

    def _mark(self, school_year_id: UUID, group_ids: Sequence[UUID], stages: Collection[Stage]) -> None:
        criteria = catalogue.criteria_of(self.session, self.manager, school_year_id)
        for window in stages_of(self.session, self.manager, school_year_id):
            if window.stage in stages:
                persons = [_person(self.session, account, window.control_on) for account in self.accounts.values()]
                markers = [person for person in persons if may(person, Permission.MARK)]
                for group_id in group_ids:
                    self._mark_sheet(group_id, window.stage, self._begun(group_id, criteria), markers)

    def _begun(self, group_id: UUID, criteria: Sequence[CriterionView]) -> Sequence[CriterionView]:
        """Return the criteria that somebody has got to: of a group that is new this year, not yet all."""
        if group_id not in self.newcomers:
            return criteria
        return [one for one in criteria if one.area_key not in STILL_TO_DO]

    def _mark_sheet(
        self, group_id: UUID, stage: Stage, criteria: Sequence[CriterionView], markers: Sequence[Person]
    ) -> None:
        """Each mark is typed by whom it belongs to: the specialist, else the teacher, else who may do all."""
        by_area = {area: _marker(markers, group_id, area) for area in {one.area_key for one in criteria}}
        changes: dict[UUID, list[Change]] = {}
        persons = {person.account_id: person for person in markers}
        for child in roster.on_the_list(self.session, self.manager, group_id, stage):
            of_age = [one for one in criteria if one.age == child.age]
            for criterion, level in _levels(self.seed, child, of_age, stage):
                change = Change(uuid4(), child.id, criterion.version_id, 0, level)
                changes.setdefault(by_area[criterion.area_key].account_id, []).append(change)
        for account_id, typed in changes.items():
            receipts = ratings.record(self.session, persons[account_id], group_id, stage, typed)
            assert all(isinstance(receipt, ratings.Saved) for receipt in receipts), "the demonstration fits its rules"

    # the year after

    def _prepare_next_year(self, made: Sequence[tuple[Group, _PlannedGroup]]) -> SchoolYear:
        proposed = plan.propose(self.session, self.manager, self.year_id)
        ids = [uuid4() for _ in self.plan.next_groups]
        new = [
            NextGroup(group_id, None, planned.name, planned.age, planned.language)
            for group_id, planned in zip(ids, self.plan.next_groups, strict=True)
        ]
        prepared = next_year.prepare(self.session, self.manager, replace(proposed, groups=(*proposed.groups, *new)))
        for group_id, planned in zip(ids, self.plan.next_groups, strict=True):
            group, _ = groups.find_group(self.session, self.manager, group_id)
            self._take_over(group, planned, made)
            self._take_in(group, planned, self.begins + 1)
        self.newcomers = frozenset(ids)
        return prepared

    def _take_over(self, group: Group, planned: _PlannedGroup, made: Sequence[tuple[Group, _PlannedGroup]]) -> None:
        since = date(self.begins + 1, 8, 1)
        before = next(of_old for _, of_old in made if of_old.name == planned.after)
        staff = [(one, Role.SPECIALIST) for one in self.plan.specialists if one.has(planned)]
        if before.teacher:
            staff.append((before.teacher, Role.TEACHER))
        for one, role in staff:
            new = NewGrant(role, group.id, one.area, since)
            accounts.give(self.session, self.manager, self.accounts[one.login].id, new)
            known = self.given[one.login]
            if group.name not in known.groups:
                self.given[one.login] = replace(known, groups=(*known.groups, group.name))


def _mark_as_invented(session: Session) -> None:
    installation = session.exec(select(Installation).with_for_update()).first() or Installation()
    installation.is_demo = True
    session.add(installation)
    session.flush()


def _person(session: Session, account: Account, day: date) -> Person:
    held = accounts.grants_in_force(session, account.organisation_id, account.id, day)
    return Person(account.organisation_id, account.id, held)


def _marker(markers: Sequence[Person], group_id: UUID, area_key: str) -> Person:
    def narrowness(person: Person) -> int:
        fitting = [held for held in person.held if may(replace(person, held=(held,)), Permission.MARK)]
        return max((held.area_key is not None) * 2 + (held.group_id is not None) for held in fitting)

    allowed = [person for person in markers if may(person, Permission.MARK, group_id=group_id, area_key=area_key)]
    return max(allowed, key=narrowness)


def _levels(
    seed: int, child: ChildView, criteria: Sequence[CriterionView], stage: Stage
) -> list[tuple[CriterionView, Level]]:
    """What a child shows at a stage: the same talents all year, a little growth, and now and then nothing.

    Chance begins with the child's name, so that it does not matter in which order children are looked at.
    """
    nature = Random(f"{seed} {child.name.full} {child.born_on}")  # noqa: S311 - invented data
    moment = Random(f"{seed} {child.name.full} {child.born_on} {stage}")  # noqa: S311 - invented data
    talent = nature.gauss(0, TALENT)
    areas = sorted({one.area_key for one in criteria})
    leanings = {area: nature.gauss(EASE.get(area, 0), LEANING) for area in areas}
    missed = {area for area in areas if moment.random() < AREA_MISSED}
    ill = moment.random() < ILL
    levels: list[tuple[CriterionView, Level]] = []
    for one in criteria:
        shown = talent + leanings[one.area_key] + GROWTH[stage] + nature.gauss(0, CRITERION) + moment.gauss(0, DAY)
        if not (ill or one.area_key in missed or moment.random() < MARK_MISSED):
            levels.append((one, _level(shown)))
    return levels


def _level(shown: float) -> Level:
    if shown < LOW:
        return Level.I
    return Level.II if shown < HIGH else Level.III


def _of_a_girl(family: str) -> str:
    return family + "а" if family.endswith(("ов", "ев", "ёв", "ин")) else family


def _password(number: int) -> str:
    """Easy to read out and to type: the data behind it is invented."""
    return f"demo-demo-{number}"
