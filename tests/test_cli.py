"""The command line does what its help says, tells why where it does not, and leaves with an honest exit code."""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import typer
from sqlalchemy import update
from sqlmodel import col, select
from typer.testing import CliRunner, Result

from monitoring import cli, ratings, serving
from monitoring.core.errors import Refusal
from monitoring.core.language import current_language, school_year
from monitoring.core.scale import Level, Stage
from monitoring.criteria import catalogue, catalogue_file
from monitoring.criteria.catalogue_file import FOLDER
from monitoring.lists import children, roster, years
from monitoring.lists.roster import GroupView
from monitoring.people import accounts, sign_in
from monitoring.ratings import Change
from monitoring.record import upgrade
from monitoring.record.database import Database, database_at
from monitoring.record.models import Account, Installation, RatingCounter
from monitoring.ui import door
from tests.conftest import PASSWORD, School, found_school
from tests.lists import add_child, add_group

ROOT = Path(__file__).parent.parent
Run = Callable[..., Result]


@pytest.fixture
def home(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The database as the program finds it: in its folder, or on the server that the environment names."""
    monkeypatch.setenv("MONITORING_HOME", str(tmp_path))
    monkeypatch.setenv("MONITORING_LANGUAGE", "en")
    monkeypatch.delenv("MONITORING_DATABASE_URL", raising=False)
    if database.file is None:
        monkeypatch.setenv("MONITORING_DATABASE_URL", database.url.render_as_string(hide_password=False))
    return database


@pytest.fixture
def run(home: Database) -> Run:
    def running(*words: object, typed: str | None = None) -> Result:
        return CliRunner().invoke(cli.app, [str(word) for word in words], input=typed, prog_name=cli.PROGRAM)

    return running


def children_of(school: School) -> list[str]:
    """The children of the school's groups in the year of the tests, by name."""
    with school.database.reading() as session:
        return [
            child.name.full
            for group in groups_of(school)
            for child in roster.children_of(session, school.console, group.id, date(2026, 10, 1))
        ]


def groups_of(school: School) -> list[GroupView]:
    with school.database.reading() as session:
        return roster.groups(session, school.console, school.year_id, date(2026, 10, 1))


@pytest.fixture
def group(school: School, home: Database) -> School:
    """The school with one group."""
    with school.database.writing() as session:
        add_group(session, school)
    return school


# --- groups ----------------------------------------------------------------------------------------------


def test_groups_are_listed_as_json_for_other_programs(run: Run, school: School) -> None:
    with school.database.writing() as session:
        group, mixed = add_group(session, school), add_group(session, school, "Ақбота", None)
        add_child(session, school, group)
    result = run("groups", "--format", "json", "--year", "2026")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == [
        {
            "id": str(group.id),
            "name": "Күншуақ",
            "year": 2026,
            "age": 5,
            "language": "kk",
            "children": on_todays_list(school),
        },
        {"id": str(mixed.id), "name": "Ақбота", "year": 2026, "age": None, "language": "kk", "children": 0},
    ]


def on_todays_list(school: School) -> int:
    with school.database.reading() as session:
        return roster.groups(session, school.console, school.year_id)[0].children


def test_groups_are_listed_as_a_table_for_people(run: Run, group: School) -> None:
    result = run("groups")
    head, row = result.stdout.splitlines()
    assert head.split() == ["Group", "School", "year", "Age", "Language", "Children", "id"]
    assert row.startswith("Күншуақ  2026-2027    5    Kazakh    0")


def test_the_groups_of_one_school_year_or_of_all_are_listed(run: Run, group: School) -> None:
    with group.database.writing() as session:
        later = years.create_year(session, group.console, 2027)
        add_group(session, group, "Балапан", 4, later.id)

    def names(*options: str) -> list[str]:
        return [one["name"] for one in json.loads(run("groups", "--format", "json", *options).stdout)]

    assert names("--year", "2027-2028") == ["Балапан"]
    assert names("--year", "2026") == ["Күншуақ"]
    assert names("--year", "all") == ["Балапан", "Күншуақ"]


def test_a_school_year_that_is_not_there_ends_with_2_and_those_that_are(run: Run, school: School) -> None:
    result = run("groups", "--year", "2031")
    assert result.exit_code == 2
    assert school_year(2026) in result.stderr
    assert result.stdout == ""


def test_of_several_organisations_one_must_be_chosen(run: Run, school: School) -> None:
    other = found_school(school.database, name="Школа села Қарасу", login="other")
    result = run("groups")
    assert result.exit_code == 2
    for name in ("Школа села Ақбұлақ", "Школа села Қарасу", str(school.organisation_id), str(other.organisation_id)):
        assert name in result.stderr
    assert run("groups", "--organisation", other.organisation_id).exit_code == 0
    assert run("groups", "--organisation", "Қарасу").exit_code == 0


def test_a_name_that_can_be_several_organisations_ends_with_2_and_names_them_only(run: Run, school: School) -> None:
    found_school(school.database, name="Школа села Қарасу", login="other")
    found_school(school.database, name="Балдәурен", login="third")
    result = run("groups", "--organisation", "школа")
    assert result.exit_code == 2
    assert "Қарасу" in result.stderr
    assert "Балдәурен" not in result.stderr


def test_an_unknown_organisation_ends_with_2_and_those_that_are_there(run: Run, school: School) -> None:
    result = run("groups", "--organisation", "Балдәурен")
    assert result.exit_code == 2
    assert "Школа села Ақбұлақ" in result.stderr


def test_without_an_organisation_it_says_what_to_do(run: Run) -> None:
    result = run("groups")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "set it up" in result.stderr


# --- the demonstration -----------------------------------------------------------------------------------


@pytest.fixture
def real_again(home: Database) -> Iterator[None]:
    yield
    with home.writing() as session:
        session.connection().execute(update(Installation).values(is_demo=False))


@pytest.mark.usefixtures("real_again")
def test_the_demonstration_prints_accounts_that_open_the_door(run: Run, home: Database) -> None:
    result = run("demo", "--size", "school")
    assert result.exit_code == 0
    login, password = result.stdout.splitlines()[2].split()[:2]
    assert sign_in.sign_in(home, login, password, address="127.0.0.1")
    assert run("check").exit_code == 0
    [group] = json.loads(run("groups", "--format", "json").stdout)
    assert (group["age"], group["children"]) == (5, 3)


def test_the_demonstration_is_never_put_over_real_data(run: Run, school: School) -> None:
    result = run("demo", "--size", "school")
    assert result.exit_code == 1
    assert "not empty" in result.stderr


def test_a_size_that_is_none_is_wrong_use(run: Run) -> None:
    assert run("demo", "--size", "village").exit_code == 2


# --- lists of children -----------------------------------------------------------------------------------

GOOD = "ФИО;Дата рождения;Группа\nСерікова Аружан;05.03.2021;Күншуақ\nИванов Пётр Ильич;11.12.2020;\n"
BAD = GOOD + "Омаров Ерлан;31.02.2021;Күншуақ\n"


def list_file(folder: Path, content: str) -> Path:
    file = folder / "Список.csv"
    file.write_text(content, encoding="utf-8")
    return file


def test_a_good_list_is_shown_and_enrolled(run: Run, group: School, tmp_path: Path) -> None:
    result = run("import-children", list_file(tmp_path, GOOD), "--group", "Күншуақ", "--year", 2026)
    assert result.exit_code == 0, result.stderr
    assert "row 2: Серікова Аружан, 05/03/2021, Күншуақ" in result.stdout
    assert "Good rows: 2, to put right: 0." in result.stdout
    assert "2 children were enrolled." in result.stdout
    assert children_of(group) == ["Иванов Пётр Ильич", "Серікова Аружан"]


def test_with_a_bad_row_nothing_is_written(run: Run, group: School, tmp_path: Path) -> None:
    result = run("import-children", list_file(tmp_path, BAD), "--group", "Күншуақ", "--year", 2026)
    assert result.exit_code == 1
    assert "“31.02.2021” is not a date" in result.stdout
    assert "Good rows: 2, to put right: 1." in result.stdout
    assert "Nothing was written" in result.stderr
    assert children_of(group) == []


def test_the_good_rows_alone_are_written_when_asked_for(run: Run, group: School, tmp_path: Path) -> None:
    words = ("import-children", list_file(tmp_path, BAD), "--group", "Күншуақ", "--year", 2026, "--good-only")
    assert run(*words).exit_code == 0
    assert len(children_of(group)) == 2


def test_a_dry_run_shows_the_same_and_writes_nothing(run: Run, group: School, tmp_path: Path) -> None:
    words = ("import-children", list_file(tmp_path, GOOD), "--group", "Күншуақ", "--year", 2026, "--dry-run")
    result = run(*words)
    assert result.exit_code == 0
    assert "Серікова Аружан" in result.stdout
    assert children_of(group) == []


def test_a_row_without_a_group_is_bad_where_none_is_given_for_the_list(run: Run, group: School, tmp_path: Path) -> None:
    result = run("import-children", list_file(tmp_path, GOOD), "--year", 2026)
    assert result.exit_code == 1
    assert "No group is given" in result.stdout


def test_children_come_on_the_day_that_is_named(run: Run, group: School, tmp_path: Path) -> None:
    file = list_file(tmp_path, GOOD)
    words = ("import-children", file, "--group", "Күншуақ", "--year", 2026, "--since", "01.11.2026")
    assert run(*words).exit_code == 0
    assert children_of(group) == []
    with group.database.reading() as session:
        there = roster.children_of(session, group.console, groups_of(group)[0].id, date(2026, 11, 2))
    assert {child.since for child in there} == {date(2026, 11, 1)}


def test_the_same_list_twice_is_refused_the_second_time(run: Run, group: School, tmp_path: Path) -> None:
    words = ("import-children", list_file(tmp_path, GOOD), "--group", "Күншуақ", "--year", 2026)
    assert run(*words).exit_code == 0
    result = run(*words)
    assert result.exit_code == 1
    assert "already on the list" in result.stdout
    assert len(children_of(group)) == 2


def test_a_group_that_means_several_ends_with_2_and_names_them(run: Run, group: School, tmp_path: Path) -> None:
    with group.database.writing() as session:
        second = add_group(session, group, "Күншуақ-2")
        add_group(session, group, "Балапан")
    file = list_file(tmp_path, GOOD)
    result = run("import-children", file, "--year", 2026, "--group", "күн")
    assert result.exit_code == 2
    assert str(second.id) in result.stderr
    assert "Балапан" not in result.stderr
    assert run("import-children", file, "--year", 2026, "--group", "Күншуақ").exit_code == 0
    assert len(children_of(group)) == 2


def test_a_group_is_known_by_its_id_and_an_unknown_one_ends_with_2(run: Run, group: School, tmp_path: Path) -> None:
    words = ("import-children", list_file(tmp_path, GOOD), "--year", 2026, "--group")
    result = run(*words, "Ромашка")
    assert result.exit_code == 2
    assert "Күншуақ" in result.stderr
    assert run(*words, groups_of(group)[0].id).exit_code == 0


def test_a_file_that_is_not_there_is_wrong_use(run: Run, group: School, tmp_path: Path) -> None:
    result = run("import-children", tmp_path / "nothing.xlsx")
    assert result.exit_code == 2
    assert "cannot be read" in result.stderr


@pytest.mark.parametrize("content", [b"%PDF-1.7 ...", b"", b"\xd0\xcf\x11\xe0", b"<html>", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_list_is_refused_in_words(run: Run, group: School, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "list.xlsx"
    file.write_bytes(content)
    result = run("import-children", file, "--year", 2026)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr
    assert children_of(group) == []


# --- the catalogue ---------------------------------------------------------------------------------------


def test_the_folder_of_the_program_loads_and_changes_nothing(run: Run, school: School) -> None:
    result = run("load-catalogue", FOLDER)
    assert result.exit_code == 0, result.stderr
    assert "New criteria: 0, reworded: 0" in result.stdout
    assert "2026-2027" in result.stdout


def test_a_changed_criterion_is_loaded_from_a_workbook(run: Run, school: School, tmp_path: Path) -> None:
    with school.database.reading() as session:
        [*_, last] = catalogue.criteria_of(session, school.console, school.year_id)
    shipped = catalogue_file.shipped()
    workbook = tmp_path / "own.xlsx"
    workbook.write_bytes(catalogue_file.write_xlsx(shipped))
    file = tmp_path / "age5.toml"
    text = (FOLDER / "age5.toml").read_text(encoding="utf-8")
    file.write_text(text.replace(last.wording.text_ru, "иначе сказано"), encoding="utf-8")
    assert "reworded: 0" in run("load-catalogue", workbook).stdout
    assert "reworded: 1" in run("load-catalogue", file).stdout
    assert "reworded: 1" in run("load-catalogue", FOLDER / "age5.toml", FOLDER / "age4.toml").stdout


def test_every_error_of_a_catalogue_is_named_and_nothing_is_loaded(run: Run, school: School, tmp_path: Path) -> None:
    file = tmp_path / "age5.toml"
    text = (FOLDER / "age5.toml").read_text(encoding="utf-8")
    file.write_text(text + '\n[[criterion]]\nkey = "Ключ"\n\n[[criterion]]\nnumber = 0\n', encoding="utf-8")
    result = run("load-catalogue", file)
    assert result.exit_code == 1
    assert len([line for line in result.stderr.splitlines() if line.startswith("age5.toml")]) >= 4
    assert "Nothing was loaded." in result.stderr
    assert "reworded: 0" in run("load-catalogue", FOLDER).stdout


def test_two_files_of_one_key_are_seen_together(run: Run, school: School, tmp_path: Path) -> None:
    copy = tmp_path / "again.toml"
    copy.write_bytes((FOLDER / "age5.toml").read_bytes())
    result = run("load-catalogue", FOLDER / "age5.toml", copy)
    assert result.exit_code == 1
    assert "is already in" in result.stderr


def test_a_catalogue_in_a_foreign_encoding_is_refused(run: Run, school: School, tmp_path: Path) -> None:
    first, second = tmp_path / "age4.toml", tmp_path / "age5.toml"
    for file in (first, second):
        file.write_bytes("# Критерии".encode("cp1251"))
    assert run("load-catalogue", first).exit_code == 1
    result = run("load-catalogue", first, second)
    assert result.exit_code == 1
    assert "UTF-8" in result.stderr


def test_two_workbooks_at_once_are_wrong_use(run: Run, school: School, tmp_path: Path) -> None:
    result = run("load-catalogue", tmp_path / "a.xlsx", tmp_path / "b.xlsx")
    assert result.exit_code == 2
    assert "one workbook" in result.stderr


def test_a_year_with_marks_keeps_its_wordings_and_the_command_says_so(run: Run, school: School) -> None:
    put_a_mark(school)
    assert "No school year works with it yet" in run("load-catalogue", FOLDER).stdout


def put_a_mark(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school)
        child_id = add_child(session, school, group)
        [first, *_] = catalogue.criteria_of(session, school.console, school.year_id, age=5)
        change = Change(uuid4(), child_id, first.version_id, 0, Level.II)
        ratings.record(session, school.console, group.id, Stage.START, [change])


# --- passwords -------------------------------------------------------------------------------------------


def opens(school: School, password: str) -> bool:
    with school.database.reading() as session:
        account = session.exec(select(Account).where(col(Account.id) == school.account.id)).one()
        return accounts.password_matches(account.password_hash, password)


def test_a_password_is_asked_for_twice(run: Run, school: School) -> None:
    result = run("set-password", "aigul", typed="three green doors\nthree green doors\n")
    assert result.exit_code == 0, result.stderr
    assert opens(school, "three green doors")
    assert "three green doors" not in result.output


def test_a_password_comes_from_standard_input(run: Run, school: School) -> None:
    token = sign_in.sign_in(school.database, "aigul", PASSWORD, address="127.0.0.1")
    assert run("set-password", "AIGUL", "--stdin", typed="three green doors\n").exit_code == 0
    assert opens(school, "three green doors")
    with school.database.reading() as session:
        assert sign_in.resume(session, token) is None


def test_a_password_that_is_too_easy_is_refused(run: Run, school: School) -> None:
    result = run("set-password", "aigul", "--stdin", typed="123\n")
    assert result.exit_code == 1
    assert "at least 8 characters" in result.stderr
    assert opens(school, PASSWORD)


def test_a_one_time_password_is_printed_and_must_be_changed(run: Run, school: School) -> None:
    result = run("set-password", "aigul", "--one-time")
    assert result.exit_code == 0
    secret = result.stdout.split()[-1]
    token = sign_in.sign_in(school.database, "aigul", secret, address="127.0.0.1")
    with school.database.reading() as session:
        signed_in = sign_in.resume(session, token)
    assert signed_in is not None
    assert signed_in.must_change_password


def test_an_unknown_login_ends_with_2_and_those_that_are_there(run: Run, school: School) -> None:
    result = run("set-password", "nobody", "--one-time")
    assert result.exit_code == 2
    assert "aigul" in result.stderr


def test_two_ways_to_give_a_password_at_once_are_wrong_use(run: Run, school: School) -> None:
    assert run("set-password", "aigul", "--one-time", "--stdin", typed="three green doors\n").exit_code == 2
    assert opens(school, PASSWORD)


# --- migrate and check -----------------------------------------------------------------------------------


def test_migrate_has_nothing_to_do_at_the_newest_revision(run: Run, school: School) -> None:
    result = run("migrate")
    assert result.exit_code == 0
    assert "nothing to do" in result.stdout
    assert upgrade.newest_revision() in result.stdout


def test_migrate_makes_a_database_where_there_is_none(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MONITORING_DATABASE_URL", raising=False)
    monkeypatch.setenv("MONITORING_HOME", str(tmp_path / "new"))
    assert "created at revision" in run("migrate").stdout
    assert (tmp_path / "new" / "monitoring.sqlite3").exists()


def test_migrate_brings_the_demonstration_along(run: Run, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "monitoring.sqlite3").touch()
    result = run("migrate")
    assert "The demonstration: created at revision" in result.stdout
    assert upgrade.revision_of(database_at(tmp_path / "demo" / "monitoring.sqlite3")) == upgrade.newest_revision()


def test_a_database_of_a_newer_program_is_refused(run: Run, home: Database) -> None:
    with home.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    try:
        result = run("migrate")
        assert result.exit_code == 1
        assert "newer version" in result.stderr
        assert run("groups").exit_code == 1
    finally:
        with home.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{upgrade.newest_revision()}'")


def test_check_says_when_the_record_is_sound(run: Run, school: School) -> None:
    put_a_mark(school)
    result = run("check")
    assert result.exit_code == 0
    assert "sound" in result.stdout


def test_check_ends_with_1_where_something_is_wrong(run: Run, school: School) -> None:
    with school.database.writing() as session:
        session.connection().execute(update(RatingCounter).values(last=7))
    result = run("check")
    assert result.exit_code == 1
    assert "The counter of changes stands at 7" in result.stdout
    assert "1 fault was found." in result.stderr


def test_check_ends_with_0_where_there_is_a_remark_only(run: Run, school: School) -> None:
    put_a_mark(school)
    with school.database.writing() as session:
        [child] = roster.children_of(session, school.console, groups_of(school)[0].id, date(2026, 10, 1))
        children.set_age(session, school.console, child.id, school.year_id, 4)
    result = run("check")
    assert result.exit_code == 0
    assert "Worth a look:" in result.stdout


def test_check_looks_at_one_organisation_when_asked_to(run: Run, school: School) -> None:
    other = found_school(school.database, name="Школа села Қарасу", login="other")
    with school.database.writing() as session:
        wrong = update(RatingCounter).where(col(RatingCounter.organisation_id) == other.organisation_id)
        session.connection().execute(wrong.values(last=7))
    assert run("check", "--organisation", "Ақбұлақ").exit_code == 0
    assert run("check", "--organisation", "Қарасу").exit_code == 1


def test_a_file_that_is_no_database_is_told_in_words(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MONITORING_DATABASE_URL", raising=False)
    monkeypatch.setenv("MONITORING_HOME", str(tmp_path / "broken"))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "monitoring.sqlite3").write_bytes(b"this is not a database" * 100)
    result = run("check")
    assert result.exit_code == 1
    assert "cannot be used" in result.stderr


# --- language and help -----------------------------------------------------------------------------------


def test_a_refusal_speaks_the_language_that_is_asked_for(run: Run, school: School) -> None:
    words = ("set-password", "aigul", "--stdin")
    assert "таңба болуы керек" in run("--language", "kk", *words, typed="123\n").stderr
    assert "не менее 8" in run("--language", "ru", *words, typed="123\n").stderr
    assert current_language() == "ru", "the language of a command ends with it"


def test_a_language_that_is_none_of_ours_is_wrong_use(run: Run) -> None:
    assert run("--language", "de", "groups").exit_code == 2


def test_the_help_page_is_that_of_the_program() -> None:
    assert cli.HELP_PAGE.read_text(encoding="utf-8") == cli.help_page(), "run: python -m monitoring.cli"


def test_every_command_and_every_option_is_explained_in_russian() -> None:
    program: Any = typer.main.get_command(cli.app)
    assert len(program.commands) == 13
    for name, command in program.commands.items():
        assert re.search("[а-я]", command.help), name
        for parameter in command.params:
            assert re.search("[а-я]", parameter.help or ""), (name, parameter.name)


# --- as a process ----------------------------------------------------------------------------------------


def environment(home: Path, **more: str) -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith(("MONITORING_", "PYTHON", "LC_"))}
    return own | {"MONITORING_HOME": str(home), "PYTHONPATH": str(ROOT), **more}


def command(*words: str) -> list[str]:
    start = f"from monitoring.cli import app; app(prog_name={cli.PROGRAM!r})"
    return [sys.executable, "-W", "error", "-c", start, *words]


def test_the_exit_code_reaches_the_system(tmp_path: Path) -> None:
    def code(*words: str) -> int:
        done = subprocess.run(command(*words), env=environment(tmp_path), cwd=tmp_path, capture_output=True)
        assert b"Traceback" not in done.stderr
        return done.returncode

    assert code("migrate") == 0
    assert code("groups") == 1
    assert code("groops") == 2


def test_the_help_can_be_read_through_a_pipe_of_any_encoding(tmp_path: Path) -> None:
    bare = environment(tmp_path, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="cp1251")
    done = subprocess.run(command("--help"), env=bare, cwd=tmp_path, capture_output=True)
    assert done.returncode == 0
    assert "учётной записи" in done.stdout.decode("utf-8")


@contextmanager
def served(home: Path, *options: str, language: str = "en") -> Iterator[tuple[int, Callable[[], str]]]:
    """Run `serve` from a foreign folder; yield its port and a way to stop it that returns what it printed."""
    port = serving.free_port(serving.EVERY_NETWORK, None) + 300
    server = subprocess.Popen(
        command("--language", language, "serve", "--port", str(port), *options),
        env=environment(home),
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )

    def stopped() -> str:
        server.send_signal(signal.SIGINT)
        said, _ = server.communicate(timeout=30)
        assert server.returncode == 0, said
        return said

    try:
        yield port, stopped
    finally:
        if server.poll() is None:
            server.kill()
            server.communicate()


def page(port: int, path: str = "/door") -> str:
    """The page of a server that may still be starting."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with closing(urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10)) as answer:
                return str(answer.read().decode("utf-8"))
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def test_serve_works_from_any_folder_and_stops_by_ctrl_c(tmp_path: Path, sqlite_template: Path) -> None:
    with served(tmp_path) as (port, stop):
        assert "<form" in page(port)
        said = stop()
    assert f"Open in the browser: http://127.0.0.1:{port}" in said
    assert "local network" not in said
    assert "Traceback" not in said
    assert (tmp_path / "monitoring.sqlite3").exists()


def test_serve_on_the_network_prints_a_code_while_nothing_is_set_up(tmp_path: Path) -> None:
    with served(tmp_path, "--lan") as (port, stop):
        assert "<form" in page(port)
        said = stop()
    assert re.search(r"set-up from another machine: [a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}\n", said)
    assert all(f"http://{address}:{port}" in said for address in serving.lan_addresses())


def test_serve_on_the_network_prints_no_code_for_an_organisation_that_is_there(tmp_path: Path) -> None:
    made = database_at(tmp_path / "monitoring.sqlite3")
    upgrade.upgrade(made)
    found_school(made)
    made.engine.dispose()
    with served(tmp_path, "--lan") as (port, stop):
        page(port)
        assert "another machine" not in stop()


def test_the_door_reads_the_code_where_serve_puts_it() -> None:
    assert serving.SET_UP_TOKEN == door.SET_UP_TOKEN


def test_a_code_given_by_the_environment_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(serving.SET_UP_TOKEN, "chosen")
    assert serving.set_up_code() == "chosen"


def test_a_taken_port_is_passed_over_or_refused_when_it_was_wanted() -> None:
    with closing(socket.create_server((serving.THIS_MACHINE, 0))) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Refusal, match=str(port)):
            serving.free_port(serving.THIS_MACHINE, port)
    usual = serving.free_port(serving.THIS_MACHINE, None)
    with closing(socket.create_server((serving.THIS_MACHINE, usual))):
        assert usual < serving.free_port(serving.THIS_MACHINE, None) < serving.USUAL_PORT + serving.PORTS_TRIED


def test_the_addresses_in_the_network_are_found_without_sending_anything() -> None:
    watch = (
        "import sys; seen = []\n"
        "sys.addaudithook(lambda event, _: seen.append(event) if event.startswith('socket.') else None)\n"
        "from monitoring import serving; seen.clear()\n"
        "found = serving.lan_addresses()\n"
        "print(set(seen) & {'socket.connect', 'socket.sendto', 'socket.sendmsg', 'socket.gethostbyname'}, found)"
    )
    done = subprocess.run(
        [sys.executable, "-c", watch], env=environment(ROOT), capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("set() [")
    assert "127.0.0.1" not in done.stdout


def test_the_qr_code_is_drawn_in_the_terminal() -> None:
    drawn = io.StringIO()
    serving.draw_qr("http://192.168.1.5:8501", drawn)
    assert len(drawn.getvalue().splitlines()) > 10
