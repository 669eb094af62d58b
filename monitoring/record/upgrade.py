"""Bring a database up to this program's revision: backed up first, checked after, one migrator at a time.

A SQLite database is upgraded when the program starts. On a PostgreSQL server nobody upgrades unasked: the
program says so and `python -m monitoring migrate` does it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, inspect
from sqlalchemy.engine import Connection
from sqlmodel import Session

from monitoring.core.errors import Refusal
from monitoring.core.language import message
from monitoring.record.database import Database
from monitoring.record.models import Installation

MIGRATIONS = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 7_305_212  # an arbitrary number that only this program's migrators take
LOCK_TIMEOUT_S = 120


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade did: the revisions before and after (None: an empty database), and its backup."""

    before: str | None
    after: str
    backup: Path | None


def newest_revision(migrations: Path = MIGRATIONS) -> str:
    """Return the revision that this program's tables are at."""
    head = ScriptDirectory(str(migrations)).get_current_head()
    assert head is not None, "the program ships at least one revision"
    return head


def revision_of(database: Database) -> str | None:
    """Return the revision that a database is at, or None where it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def make_ready(database: Database) -> None:
    """Make a database fit for this program before the first session, or raise Refusal with what to do."""
    if revision_of(database) == newest_revision():
        return
    if database.file is None and revision_of(database) is not None:
        raise Refusal(message("The database is of another version of the program. Run: python -m monitoring migrate"))
    upgrade(database)


def upgrade(database: Database, migrations: Path = MIGRATIONS, *, demo: bool = False) -> Upgrade:
    """Bring a database to the newest revision and return what was done; an empty one gets all its tables.

    All revisions run in one transaction. Raises Refusal where the database is newer than the program, or where
    rows were lost or left dangling: then everything is as it was.
    """
    with _only_migrator(database):
        before, after = revision_of(database), newest_revision(migrations)
        if before == after:
            return Upgrade(before, after, None)
        _refuse_newer(before, migrations)
        backup = _back_up(database, before)
        _run(database, migrations, Installation(is_demo=demo) if before is None else None)
        return Upgrade(before, after, backup)


def back_up(source: Path, target: Path) -> None:
    """Copy a SQLite database, in use or not, through SQLite's own backup interface."""
    with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(target)) as copy:
        origin.backup(copy)


def _refuse_newer(before: str | None, migrations: Path) -> None:
    known = {script.revision for script in ScriptDirectory(str(migrations)).walk_revisions()}
    if before is not None and before not in known:
        raise Refusal(
            message("The database was made by a newer version of the program. Install the newer version and try again.")
        )


def _back_up(database: Database, before: str | None) -> Path | None:
    if database.file is None or before is None:
        return None
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    folder = database.file.parent / "backups"
    folder.mkdir(exist_ok=True)
    target = folder / f"{database.file.stem}-{before}-{stamp}.sqlite3"
    back_up(database.file, target)
    return target


def _run(database: Database, migrations: Path, installation: Installation | None) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    with database.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # A rebuilt table is dropped and made again: with the keys on, its children would go with it.
            _pragma(connection, "foreign_keys = OFF")
        try:
            with connection.execution_options(immediate=True).begin():
                rows = _row_counts(connection)
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                _check(connection, rows)
                if installation is not None:
                    # In the same transaction: a database with tables and without a name would be lost for good.
                    connection.execute(insert(Installation).values(installation.model_dump()))
        finally:
            if sqlite:
                _pragma(connection, "foreign_keys = ON")


def _pragma(connection: Connection, pragma: str) -> None:
    driver_connection = connection.connection.driver_connection
    assert driver_connection is not None
    driver_connection.execute(f"PRAGMA {pragma}")


def _row_counts(connection: Connection) -> dict[str, int]:
    tables = inspect(connection).get_table_names()
    return {
        table: connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one()  # noqa: S608
        for table in tables
        if table != "alembic_version"
    }


def _check(connection: Connection, before: dict[str, int]) -> None:
    after = _row_counts(connection)
    lost = [table for table, count in before.items() if after.get(table, 0) < count]
    dangling = connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if lost or dangling:
        raise Refusal(
            message(
                "The upgrade of the database did not pass its check and was undone: {tables}. Report this to support.",
                tables=", ".join(lost) or "foreign keys",
            )
        )


@contextmanager
def _only_migrator(database: Database) -> Iterator[None]:
    if database.file is None:
        with Session(database.engine) as session:
            session.connection().exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
            yield
        return
    # A SQLite file of its own serves as the lock: the system lets go of it even when the process is killed.
    lock_file = database.file.with_suffix(".upgrading")
    with closing(sqlite3.connect(lock_file, timeout=LOCK_TIMEOUT_S, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield
