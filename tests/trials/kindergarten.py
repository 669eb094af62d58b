"""A kindergarten as large as a trial wants it: groups of five-year-olds, each with a teacher at her own sheet.

Its catalogue is an invented one, so that a sheet is as long as the long ones of the field whatever the program ships.
"""

from dataclasses import dataclass, replace
from datetime import date
from itertools import cycle, islice, product
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlmodel import Session, select

from monitoring.core.names import FullName
from monitoring.core.scale import STAGES, Level, Stage
from monitoring.criteria import catalogue, catalogue_file
from monitoring.criteria.catalogue_file import Bilingual, CatalogueDraft, CriterionEntry
from monitoring.lists import children, groups
from monitoring.lists.children import NewChild
from monitoring.people import sign_in
from monitoring.ratings import Change
from monitoring.record.access import Held, Person
from monitoring.record.database import Database
from monitoring.record.models import (
    Account,
    Grant,
    Installation,
    InterfaceLanguage,
    Rating,
    Role,
    TeachingLanguage,
)
from tests.conftest import School, found_school

AGE = 5
FIRST_DAY = date(2026, 9, 1)
STAGE = Stage.START


@dataclass(frozen=True)
class Desk:
    """A teacher at her own group's sheet: who she is, the token of her session, and the cells to type into."""

    teacher: Person
    token: str
    group_id: UUID
    cells: tuple[tuple[UUID, UUID], ...]

    def change(self, cell: int, level: int | None, base: int = 0) -> Change:
        """Return a level typed into one of the cells, counted from 0 and round again."""
        child_id, version_id = self.cells[cell % len(self.cells)]
        return Change(uuid4(), child_id, version_id, base, None if level is None else Level(level))


@dataclass(frozen=True)
class Kindergarten:
    school: School
    installation_id: UUID
    desks: tuple[Desk, ...]

    @property
    def database(self) -> Database:
        return self.school.database

    @property
    def cookie(self) -> str:
        return f"monitoring_{self.installation_id.hex[:12]}"


def kindergarten(database: Database, *, desks: int, children_each: int, criteria: int) -> Kindergarten:
    """Put a kindergarten on record in an empty, up-to-date database."""
    school = found_school(database)
    with database.writing() as session:
        catalogue.load(session, school.console, _draft(criteria))
    with database.reading() as session:
        versions = [one.version_id for one in catalogue.criteria_of(session, school.console, school.year_id, AGE)]
        installation_id = session.exec(select(Installation.id)).one()
    made = [_desk(school, number, children_each, versions) for number in range(desks)]
    return Kindergarten(school, installation_id, tuple(made))


def colleague(kindergarten: Kindergarten, desk: Desk, login: str) -> Desk:
    """Return a second teacher at the same sheet."""
    with kindergarten.database.writing() as session:
        account = _teacher(session, kindergarten.school, desk.group_id, login)
    return replace(
        desk,
        teacher=Person(account.organisation_id, account.id, (Held(Role.TEACHER, desk.group_id),)),
        token=sign_in.open_session(kindergarten.database, account),
    )


def full_of_marks(kindergarten: Kindergarten) -> None:
    """Put a level into every cell of every sheet at all three stages, straight into the tables, without a history."""
    school = kindergarten.school
    marks = [
        {
            "organisation_id": school.organisation_id,
            "child_id": child_id,
            "school_year_id": school.year_id,
            "stage": stage,
            "criterion_version_id": version_id,
            "level": 1 + (number + STAGES.index(stage)) % 3,
            "revision": 1,
            "by_console": "trial",
        }
        for desk in kindergarten.desks
        for stage in STAGES
        for number, (child_id, version_id) in enumerate(desk.cells)
    ]
    with kindergarten.database.writing() as session:
        session.connection().execute(insert(Rating), marks)


def _draft(count: int) -> CatalogueDraft:
    shipped = catalogue_file.shipped()
    areas = [area.key for area in shipped.areas if AGE in area.ages]
    places = islice(product(range(1, count + 1), areas), count)
    criteria = tuple(_entry(area, number) for number, area in places)
    return replace(shipped, criteria=criteria)


def _entry(area: str, number: int) -> CriterionEntry:
    def text(what: str) -> Bilingual:
        return Bilingual(f"{what} {number}, о том, что ребёнок уже умеет", f"{what} {number}, бала не істей алатыны")

    levels = (text("I"), text("II"), text("III"))
    return CriterionEntry(f"trial.{area}.{number}", AGE, area, number, text("Критерий"), levels, text("Мера"))


def _desk(school: School, number: int, children_each: int, versions: list[UUID]) -> Desk:
    with school.database.writing() as session:
        group = groups.add_group(
            session,
            school.console,
            school.year_id,
            name=f"Группа {number + 1}",
            age=AGE,
            language=TeachingLanguage.RUSSIAN,
        )
        names = islice(cycle(("Дана", "Аружан", "Тимур", "Ерлан", "Алия")), children_each)
        added = [
            children.add_child(
                session,
                school.console,
                NewChild(FullName("Ахметова", name, None), date(2021, 3, 4), group.id, FIRST_DAY),
                even_if_double=True,
            ).id
            for name in names
        ]
        account = _teacher(session, school, group.id, f"teacher{number + 1}")
    person = Person(school.organisation_id, account.id, (Held(Role.TEACHER, group.id),))
    return Desk(person, sign_in.open_session(school.database, account), group.id, tuple(product(added, versions)))


def _teacher(session: Session, school: School, group_id: UUID, login: str) -> Account:
    # The password is that of the first account: to hash two hundred of them takes longer than the trial.
    account = Account(
        organisation_id=school.organisation_id,
        login=login,
        login_key=login,
        name=f"Воспитатель {login}",
        language=InterfaceLanguage.RUSSIAN,
        password_hash=school.account.password_hash,
    )
    session.add(account)
    session.flush()
    session.add(
        Grant(
            organisation_id=school.organisation_id,
            account_id=account.id,
            role=Role.TEACHER,
            group_id=group_id,
            starts_on=FIRST_DAY,
        )
    )
    return account
