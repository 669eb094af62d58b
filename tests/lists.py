"""Groups, children and people for the tests of lists: short ways to the acts of the program itself."""

from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlmodel import Session

from monitoring.core.names import FullName, split_full_name
from monitoring.lists import children, groups
from monitoring.record import access
from monitoring.record.access import Held, Person
from monitoring.record.models import Group, Role, TeachingLanguage
from tests.conftest import School

SEPTEMBER = date(2026, 9, 1)
FIVE = date(2021, 4, 12)  # the birth date of a child of 5 in 2026-2027


def add_group(
    session: Session, school: School, name: str = "Күншуақ", age: int | None = 5, year_id: UUID | None = None
) -> Group:
    return groups.add_group(
        session, school.console, year_id or school.year_id, name=name, age=age, language=TeachingLanguage.KAZAKH
    )


def add_child(
    session: Session,
    school: School,
    group: Group,
    name: str = "Ахметова Дана Ерланқызы",
    *,
    born_on: date = FIVE,
    on: date = SEPTEMBER,
) -> UUID:
    new = children.NewChild(split_full_name(name), born_on, group.id, on)
    return children.add_child(session, school.console, new).id


def person(school: School, role: Role | None, group: Group | None = None) -> access.Actor:
    """Somebody of the school who holds one role, in one group or in all; or none."""
    held = () if role is None else (Held(role, None if group is None else group.id),)
    return Person(school.organisation_id, school.account.id, held)


@pytest.fixture
def statements(school: School) -> Iterator[Callable[[], int]]:
    """Yield how many statements have gone to the database so far."""
    sent: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(school.database.engine, "before_cursor_execute", count)
    yield lambda: len(sent)
    event.remove(school.database.engine, "before_cursor_execute", count)


def full(names: list[FullName]) -> list[str]:
    return [name.full for name in names]
