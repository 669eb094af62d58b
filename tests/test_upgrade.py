"""Databases come up to date from every earlier revision, with their data, or stay exactly as they were."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlmodel import SQLModel, select

from monitoring import checks
from monitoring.core.errors import Refusal
from monitoring.core.scale import Level, Stage, Tally
from monitoring.lists import years
from monitoring.record import upgrade
from monitoring.record.access import Console
from monitoring.record.database import Database, database_at
from monitoring.record.models import Installation
from monitoring.results import levels
from tests.conftest import found_school, named, on_server
from tests.test_models import a_child, a_group, a_rating, an_enrolment

RECORDS = Path(__file__).with_name("records")  # used databases of earlier revisions
REVISIONS = [script.revision for script in ScriptDirectory(str(upgrade.MIGRATIONS)).walk_revisions()][::-1]

REBUILD = '''
"""A revision of tomorrow: {what}."""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{newest}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    {body}
'''
A_NEW_COLUMN = """
    with op.batch_alter_table("children") as table:  # SQLite rebuilds the table for the second line
        table.add_column(sa.Column("nickname", sa.String(40), nullable=True))
        table.alter_column("born_on", existing_type=sa.Date(), nullable=True)
"""
A_LOSS_OF_ROWS = "    op.execute('DELETE FROM ratings')"
A_DANGLING_KEY = "    op.execute('DELETE FROM children')"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def untouched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Yield a database without a single table."""
    if request.param == "sqlite":
        yield database_at(tmp_path / "new" / "monitoring.sqlite3")
        return
    server = request.getfixturevalue("postgres_server")
    on_server(server, "CREATE DATABASE untouched")
    made = database_at(named(server, "untouched"))
    yield made
    made.engine.dispose()
    on_server(server, "DROP DATABASE untouched WITH (FORCE)")


@pytest.fixture
def tomorrow(tmp_path: Path) -> Path:
    """Return a copy of the program's revisions, to which a test adds one."""
    copy = tmp_path / "migrations"
    shutil.copytree(upgrade.MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def add_revision(migrations: Path, body: str) -> None:
    text = REBUILD.format(what="a trial", newest=upgrade.newest_revision(), body=body.strip())
    (migrations / "versions" / "9999_trial.py").write_text(text, "utf-8")


def a_used_record(database: Database) -> None:
    school = found_school(database)
    child_id = a_child(school)
    with database.writing() as session:
        session.add(an_enrolment(school, child_id, a_group(school)))
    with database.writing() as session:
        session.add(a_rating(school, child_id))


def contents(database: Database) -> dict[str, int]:
    with database.engine.connect() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in SQLModel.metadata.sorted_tables
        }


def rows(database: Database) -> dict[str, list[dict[str, object]]]:
    """Return the rows of every table that has any, in one order, as the database itself describes the tables."""
    described = sa.MetaData()
    described.reflect(database.engine)
    found = {}
    with database.engine.connect() as connection:
        for table in described.sorted_tables:
            of_table = connection.execute(sa.select(table).order_by(*table.primary_key)).mappings().all()
            if of_table and table.name != "alembic_version":
                found[table.name] = [dict(row) for row in of_table]
    return found


def test_a_new_database_gets_all_tables_and_names_its_installation(untouched: Database) -> None:
    done = upgrade.upgrade(untouched)
    assert (done.before, done.after, done.backup) == (None, REVISIONS[-1], None)
    assert set(inspect(untouched.engine).get_table_names()) >= set(SQLModel.metadata.tables)
    with untouched.reading() as session:
        assert session.exec(select(Installation)).one().is_demo is False


def test_the_tables_that_come_by_revisions_are_those_of_the_models(tmp_path: Path) -> None:
    """Names and conditions of CHECKs too, which Alembic's own comparison passes over."""
    upgraded, direct = database_at(tmp_path / "one.sqlite3"), database_at(tmp_path / "two.sqlite3")
    upgrade.upgrade(upgraded)
    SQLModel.metadata.create_all(direct.engine)

    def described(database: Database) -> dict[str, object]:
        seen = inspect(database.engine)
        return {
            name: (
                sorted((check["name"], check["sqltext"]) for check in seen.get_check_constraints(name)),
                sorted(key["name"] or "" for key in seen.get_foreign_keys(name)),
                sorted(key["name"] or "" for key in seen.get_unique_constraints(name)),
                sorted(index["name"] or "" for index in seen.get_indexes(name)),
                [(column["name"], str(column["type"]), column["nullable"]) for column in seen.get_columns(name)],
            )
            for name in seen.get_table_names()
            if name != "alembic_version"
        }

    assert described(upgraded) == described(direct)


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_used_database_comes_up_from_every_earlier_revision(untouched: Database, revision: str) -> None:
    _bring_to(untouched, revision)
    upgrade.upgrade(untouched)
    a_used_record(untouched)
    assert upgrade.revision_of(untouched) == REVISIONS[-1]


def test_a_database_of_the_first_revision_keeps_its_marks_and_gets_the_usual_rules(untouched: Database) -> None:
    _bring_to(untouched, "0001")
    _run(untouched, RECORDS / "0001.sql")
    before = rows(untouched)
    done = upgrade.upgrade(untouched)
    assert (done.before, done.after) == ("0001", REVISIONS[-1])
    after = rows(untouched)
    for table, of_table in before.items():
        assert [{name: row[name] for name in of_table[0]} for row in after[table]] == of_table
    actor, group_id, year_id = Console(UUID(int=1), "test"), UUID(int=8), UUID(int=2)
    with untouched.reading() as session:
        assert checks.check(session) == []
        rules = years.year_view(session, actor, year_id).rules
        assert (rules.level, rules.overall, rules.at_highest) == ("mean", "criteria", "develop")
        assert rules.months == {Stage.START: (10, 12), Stage.MID: (2, 4), Stage.FINAL: (6, 7)}
        start, *later = levels.of_group(session, actor, group_id, rules)
        assert (start.overall.tally, start.overall.level) == (Tally(2, 0, 0, 1), Level.III)
        assert [one.overall.tally.assessed for one in later] == [0, 0]


def test_a_table_is_rebuilt_without_a_row_lost_and_the_keys_hold_after(untouched: Database, tomorrow: Path) -> None:
    upgrade.upgrade(untouched)
    a_used_record(untouched)
    before = contents(untouched)
    add_revision(tomorrow, A_NEW_COLUMN)
    done = upgrade.upgrade(untouched, tomorrow)
    assert (done.before, done.after) == (REVISIONS[-1], "9999")
    assert contents(untouched) == before
    assert "nickname" in {column["name"] for column in inspect(untouched.engine).get_columns("children")}
    with pytest.raises(sa.exc.IntegrityError), untouched.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM children")


@pytest.mark.parametrize("body", [A_LOSS_OF_ROWS, A_DANGLING_KEY])
def test_an_upgrade_that_would_lose_rows_or_keys_is_undone_as_a_whole(
    tmp_path: Path, tomorrow: Path, body: str
) -> None:
    database = database_at(tmp_path / "monitoring.sqlite3")
    upgrade.upgrade(database)
    a_used_record(database)
    before = contents(database)
    add_revision(tomorrow, body)
    with pytest.raises(Refusal):
        upgrade.upgrade(database, tomorrow)
    assert contents(database) == before
    assert upgrade.revision_of(database) == REVISIONS[-1]


def test_a_backup_is_made_first_and_opens_again(tmp_path: Path, tomorrow: Path) -> None:
    database = database_at(tmp_path / "monitoring.sqlite3")
    upgrade.upgrade(database)
    a_used_record(database)
    add_revision(tomorrow, A_NEW_COLUMN)
    done = upgrade.upgrade(database, tomorrow)
    assert done.backup is not None
    with closing(sqlite3.connect(done.backup)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT count(*) FROM ratings").fetchone() == (1,)
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == (REVISIONS[-1],)


def test_a_database_of_a_newer_program_is_refused_and_left_alone(untouched: Database, tomorrow: Path) -> None:
    add_revision(tomorrow, A_NEW_COLUMN)
    upgrade.upgrade(untouched, tomorrow)
    with pytest.raises(Refusal):
        upgrade.upgrade(untouched)
    assert upgrade.revision_of(untouched) == "9999"


@pytest.mark.postgres
def test_a_server_is_not_upgraded_unasked(postgres_server: str) -> None:
    on_server(postgres_server, "CREATE DATABASE older")
    database = database_at(named(postgres_server, "older"))
    upgrade.upgrade(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(Refusal, match="python -m monitoring migrate"):
        upgrade.make_ready(database)
    database.engine.dispose()
    on_server(postgres_server, "DROP DATABASE older WITH (FORCE)")


def test_many_programs_that_start_at_once_upgrade_once(untouched: Database) -> None:
    done: list[upgrade.Upgrade] = []
    starts = [Thread(target=lambda: done.append(upgrade.upgrade(untouched))) for _ in range(4)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert sorted(one.before or "" for one in done) == ["", *[REVISIONS[-1]] * 3]
    with untouched.reading() as session:
        assert len(session.exec(select(Installation)).all()) == 1


def test_what_is_deleted_in_sqlite_is_overwritten(tmp_path: Path) -> None:
    database = database_at(tmp_path / "monitoring.sqlite3")
    upgrade.upgrade(database)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 1
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def _bring_to(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(upgrade.MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _run(database: Database, script: Path) -> None:
    """Run a script of statements, each of which ends with its line."""
    with database.engine.begin() as connection:
        for statement in script.read_text("utf-8").split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)
