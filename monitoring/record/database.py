"""Where the record is kept: engine, transactions, and the way a database comes up to date.

SQLite in MONITORING_HOME by default, PostgreSQL by MONITORING_DATABASE_URL. One engine a database and process,
used alike by pages, routes and the command line. Sessions are short: one reading or one writing transaction.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, RLock

import platformdirs
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

FILE_NAME = "monitoring.sqlite3"
BUSY_TIMEOUT_MS = 30_000
CONNECTIONS = 20  # to PostgreSQL; more at once are opened and closed for each transaction
_NO_LINE: AbstractContextManager[object] = nullcontext()
POSTGRES_TIMEOUTS = f"-c lock_timeout={BUSY_TIMEOUT_MS} -c idle_in_transaction_session_timeout=120000"


@dataclass(frozen=True)
class Database:
    """One database of the program: the organisation's own, or the one with invented data."""

    url: URL
    engine: Engine
    # On SQLite the writers of this process wait in line here: SQLite itself makes them poll, and the unlucky starve.
    _line: AbstractContextManager[object] = field(default_factory=RLock, repr=False, compare=False)

    @property
    def file(self) -> Path | None:
        """Return the SQLite file, or None for a database on a server."""
        return Path(self.url.database) if self.url.get_backend_name() == "sqlite" and self.url.database else None

    def reading(self) -> AbstractContextManager[Session]:
        """Return a session in one transaction that sees one state of the record and writes nothing."""
        return _transaction(self.engine, immediate=False)

    def writing(self) -> AbstractContextManager[Session]:
        """Return a session in one transaction that is committed at the end, or undone by any exception.

        On SQLite it begins as a writer (BEGIN IMMEDIATE), since a reader that turns writer ignores the busy
        timeout.
        """
        return _transaction(self.engine, immediate=True, line=self._line if self.file else _NO_LINE)


def home() -> Path:
    """Return the folder of this installation's data: MONITORING_HOME, or the user's data folder."""
    chosen = os.environ.get("MONITORING_HOME")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("monitoring", appauthor=False))


def main_database() -> Database:
    """Return the organisation's database: MONITORING_DATABASE_URL, or SQLite in the data folder."""
    chosen = os.environ.get("MONITORING_DATABASE_URL")
    return database_at(chosen if chosen else home() / FILE_NAME)


def demo_database() -> Database:
    """Return the database with invented data, always a SQLite file in a folder of its own."""
    return database_at(home() / "demo" / FILE_NAME)


def database_at(place: str | Path) -> Database:
    """Return the database at a SQLite path or a database URL; the same one for the same place."""
    url = URL.create("sqlite", database=str(place.absolute())) if isinstance(place, Path) else make_url(place)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    with _databases_lock:
        if url not in _databases:
            _databases[url] = Database(url, _create_engine(url))
        return _databases[url]


_databases: dict[URL, Database] = {}
_databases_lock = Lock()


@contextmanager
def _transaction(
    engine: Engine, *, immediate: bool, line: AbstractContextManager[object] = _NO_LINE
) -> Iterator[Session]:
    options: dict[str, object] = {"immediate": immediate}
    if engine.dialect.name == "postgresql" and not immediate:
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    bound = engine.execution_options(**options)
    with line, Session(bound, expire_on_commit=False) as session, session.begin():
        yield session


def _create_engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url,
            pool_pre_ping=True,
            pool_size=CONNECTIONS,
            hide_parameters=True,
            connect_args={"options": POSTGRES_TIMEOUTS},
        )
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    # hide_parameters, here and above: an error that is logged must not carry the names that were being written.
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # None hands BEGIN over to us: the driver's own begins deferred and only before the first write.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
