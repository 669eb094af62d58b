"""Documents as files: their names, who gets them, what is put on record, over HTTP and from the command line."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from sqlmodel import col, select
from typer.testing import CliRunner, Result

from monitoring import cli, exports, ratings, templates
from monitoring.core.errors import NotAllowed, NotFound, Refusal
from monitoring.core.scale import STAGES, Level, Stage
from monitoring.criteria import catalogue
from monitoring.documents import card_docx
from monitoring.exports import File, Format
from monitoring.people import accounts, sign_in
from monitoring.people.accounts import NewGrant
from monitoring.ratings import Change
from monitoring.record.access import Actor
from monitoring.record.database import Database
from monitoring.record.models import AccessRecord, Act, Document, Group, Installation, Role
from tests.conftest import PASSWORD, YEAR, School, found_school
from tests.lists import add_child, add_group, person
from tests.running import Answer, running

CARDS, SUMMARIES = exports.OF_CARDS, exports.OF_SUMMARIES
BEGINNINGS = {Format.DOCX: b"PK", Format.XLSX: b"PK", Format.PDF: b"%PDF-", Format.CSV: "\ufeff".encode()}


@dataclass(frozen=True)
class Place:
    """A school with a group of two children and their marks at the start, and the teacher of the group."""

    school: School
    group: Group
    child_ids: tuple[UUID, UUID]

    @property
    def database(self) -> Database:
        return self.school.database

    @property
    def teacher(self) -> Actor:
        return self.teacher_of(self.group)

    def teacher_of(self, group: Group) -> Actor:
        return person(self.school, Role.TEACHER, group)

    def card(self, as_: Format = Format.PDF, *, actor: Actor | None = None, language: str | None = None) -> File:
        who = actor or self.teacher
        return exports.card_of_child(
            self.database, who, self.child_ids[0], self.school.year_id, language=language, as_=as_
        )

    def exported(self) -> list[tuple[str, UUID | None]]:
        with self.database.reading() as session:
            rows = session.exec(
                select(AccessRecord.subject, AccessRecord.child_id).where(col(AccessRecord.act) == Act.EXPORTED)
            )
            return list(rows)


def a_place(school: School) -> Place:
    with school.database.writing() as session:
        group = add_group(session, school, "Күншуақ")
        names = "Ахметова Дана Ерланқызы", "Ким Анна"
        child_ids = add_child(session, school, group, names[0]), add_child(session, school, group, names[1])
        criteria = catalogue.criteria_of(session, school.console, school.year_id, 5)
    with school.database.writing() as session:
        changes = [Change(uuid4(), child, one.version_id, 0, Level.II) for child in child_ids for one in criteria]
        ratings.record(session, school.console, group.id, Stage.START, changes)
    return Place(school, group, child_ids)


@pytest.fixture
def place(school: School) -> Place:
    return a_place(school)


# --- files -----------------------------------------------------------------------------------------------


def all_files(place: Place, actor: Actor) -> dict[str, Callable[[], File]]:
    database, year_id, group_id = place.database, place.school.year_id, place.group.id
    of_group, whole = exports.summary_of_group, exports.summary_of_organisation
    cards, section = exports.cards_of_group, exports.assessment_section
    return {
        "sheet": partial(exports.sheet_of_group, database, actor, group_id, Stage.START, language=None),
        "section": partial(section, database, actor, year_id, STAGES, language="ru"),
        **{f"card {one}": partial(place.card, one, actor=actor) for one in CARDS},
        **{
            f"cards {one}": partial(cards, database, actor, group_id, language="ru", as_=one)
            for one in exports.OF_CARDS
        },
        **{f"group {one}": partial(of_group, database, actor, group_id, language=None, as_=one) for one in SUMMARIES},
        **{f"whole {one}": partial(whole, database, actor, year_id, language="kk", as_=one) for one in SUMMARIES},
    }


def test_every_document_is_a_file_of_its_kind(place: Place) -> None:
    for name, make in all_files(place, place.school.console).items():
        made = make()
        assert made.content.startswith(BEGINNINGS[made.format]), name
        assert made.name.endswith(f".{made.format}"), name


def test_a_file_is_named_so_that_a_person_finds_it(place: Place) -> None:
    assert place.card(language="ru").name == "Карта развития - Ахметова Дана Ерланқызы - 2026-2027.pdf"
    assert place.card().name == "Даму картасы - Ахметова Дана Ерланқызы - 2026-2027.pdf"  # the group's language


def test_a_name_that_no_system_takes_is_made_plain(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school, 'Топ "А/Б": 1*')
        add_child(session, school, group)
    made = exports.cards_of_group(school.database, school.console, group.id, language="ru", as_=Format.PDF)
    assert made.name == "Карты развития - Топ А Б 1 - 2026-2027.pdf"


def test_the_cards_of_an_empty_group_are_refused_in_words(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school)
    with pytest.raises(Refusal, match="нет детей"):
        exports.cards_of_group(school.database, school.console, group.id, language="ru", as_=Format.DOCX)


def test_each_child_of_whom_a_card_goes_out_is_on_record(place: Place) -> None:
    exports.cards_of_group(place.database, place.teacher, place.group.id, language=None, as_=Format.PDF)
    assert sorted(place.exported(), key=str) == sorted((("card", one) for one in place.child_ids), key=str)


def test_a_stranger_gets_no_document_and_nothing_is_on_record(place: Place) -> None:
    with place.database.writing() as session:
        other = add_group(session, place.school, "Айгөлек")
    stranger = person(place.school, Role.TEACHER, other)
    with pytest.raises(NotFound):
        place.card(actor=stranger)
    for refused in (exports.cards_of_group, exports.summary_of_group):
        with pytest.raises(NotAllowed):
            refused(place.database, stranger, place.group.id, language=None, as_=Format.PDF)
    with pytest.raises(NotAllowed):
        exports.sheet_of_group(place.database, stranger, place.group.id, Stage.START, language=None)
    assert place.exported() == []


def test_a_sheet_without_children_is_refused_in_words_and_one_without_marks_is_an_empty_form(place: Place) -> None:
    with place.database.writing() as session:
        empty = add_group(session, place.school, "Айгөлек")
    with pytest.raises(Refusal, match="печатать нечего"):
        exports.sheet_of_group(place.database, place.teacher_of(empty), empty.id, Stage.START, language=None)
    made = exports.sheet_of_group(place.database, place.teacher, place.group.id, Stage.FINAL, language="ru")
    assert made.name == "Лист наблюдений - Күншуақ - итоговый контроль - 2026-2027.pdf"
    assert place.exported() == [("sheet", None)]


# --- templates -------------------------------------------------------------------------------------------


def test_an_own_template_prints_the_cards_until_it_is_dropped(place: Place) -> None:
    console, database = place.school.console, place.database
    with database.writing() as session:
        own = with_words(card_docx.shipped_template(), "Утверждаю: заведующая")
        templates.replace(session, console, Document.CARD, file_name="Наш бланк.docx", content=own)
    assert "Утверждаю: заведующая" in body_of(place.card(Format.DOCX).content)
    with database.reading() as session:
        named = templates.own(session, console, Document.CARD)
    assert named is not None
    assert named.file_name == "Наш бланк.docx"
    with database.writing() as session:
        templates.drop(session, console, Document.CARD)
    assert "Утверждаю: заведующая" not in body_of(place.card(Format.DOCX).content)


def test_a_file_that_is_no_template_changes_nothing(place: Place) -> None:
    with pytest.raises(Refusal), place.database.writing() as session:
        templates.replace(session, place.school.console, Document.CARD, file_name="x.docx", content=b"no document")
    with place.database.reading() as session:
        assert templates.own(session, place.school.console, Document.CARD) is None


def test_a_teacher_does_not_replace_the_template(place: Place) -> None:
    content = card_docx.shipped_template()
    with pytest.raises(NotAllowed), place.database.writing() as session:
        templates.replace(session, place.teacher, Document.CARD, file_name="x.docx", content=content)


def test_the_template_of_another_organisation_is_not_ours(place: Place) -> None:
    other = found_school(place.database, name="Другой сад", login="other")
    with place.database.writing() as session:
        own = with_words(card_docx.shipped_template(), "Чужой бланк")
        templates.replace(session, other.console, Document.CARD, file_name="x.docx", content=own)
    assert "Чужой бланк" not in body_of(place.card(Format.DOCX).content)


def with_words(template: bytes, words: str) -> bytes:
    """Return the template with a line of words before its first paragraph, as somebody adds it in Word."""
    made = io.BytesIO()
    with ZipFile(io.BytesIO(template)) as old, ZipFile(made, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "word/document.xml":
                line = f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>".encode()
                content = content.replace(b"<w:body>", b"<w:body>" + line, 1)
            new.writestr(item, content)
    return made.getvalue()


def body_of(docx: bytes) -> str:
    with ZipFile(io.BytesIO(docx)) as archive:
        return archive.read("word/document.xml").decode()


# --- over HTTP -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Town:
    """The running program with a teacher who is signed in."""

    place: Place
    ask: Callable[[str], Answer]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with running(tmp_path_factory.mktemp("town")) as program:
        place = a_place(found_school(program.database))
        with place.database.writing() as session:
            grant = NewGrant(Role.TEACHER, place.group.id)
            account, _ = accounts.create_account(
                session, place.school.console, login="t", name="T", grants=(grant,), password=PASSWORD
            )
            installation = session.exec(select(Installation)).one()
        cookies = {f"monitoring_{installation.id.hex[:12]}": sign_in.open_session(place.database, account)}
        yield Town(place, lambda path: program.ask("GET", path, cookies=cookies))


def test_a_document_is_given_as_a_file_that_no_cache_keeps(town: Town) -> None:
    place = town.place
    answer = town.ask(f"/export/card?child={place.child_ids[0]}&year={YEAR}&format=docx&language=ru")
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    name = quote("Карта развития - Ахметова Дана Ерланқызы - 2026-2027.docx", safe="")
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}"


def test_every_document_of_a_group_is_given(town: Town) -> None:
    group, year = town.place.group.id, YEAR
    for path in (
        *(f"/export/cards?group={group}&format={one}" for one in ("docx", "pdf")),
        *(f"/export/summary?group={group}&format={one}&language=kk" for one in ("xlsx", "pdf", "csv")),
        *(f"/export/summary?year={year}&format={one}" for one in ("xlsx", "pdf", "csv")),
        f"/export/section?year={year}&stages=start,final&language=ru",
        f"/export/sheet?group={group}&stage=start",
        f"/export/sheet?group={group}&stage=mid&language=kk",
    ):
        assert town.ask(path).status == 200, path


@pytest.mark.parametrize(
    "path",
    [
        "/export/card",
        "/export/card?child=x&year=y&format=pdf",
        "/export/cards?group={group}&format=exe",
        "/export/cards?group={nobody}&format=pdf",
        "/export/summary?group={nobody}&format=pdf",
        "/export/section?year=1999",
        "/export/sheet?group={group}&stage=summer",
        "/export/sheet?group={nobody}&stage=start",
    ],
)
def test_what_is_not_there_is_answered_with_a_page_of_words(town: Town, path: str) -> None:
    answer = town.ask(path.format(group=town.place.group.id, nobody=uuid4()))
    assert answer.status in (403, 404)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Traceback" not in answer.body


# --- from the command line -------------------------------------------------------------------------------


Run = Callable[..., Result]


@pytest.fixture
def run(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("MONITORING_HOME", str(tmp_path))
    monkeypatch.delenv("MONITORING_DATABASE_URL", raising=False)
    if place.database.file is None:
        monkeypatch.setenv("MONITORING_DATABASE_URL", place.database.url.render_as_string(hide_password=False))
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(cli.app, [str(word) for word in words], prog_name=cli.PROGRAM)


@pytest.mark.parametrize(
    ("command", "output"),
    [
        (("export-card", "--child", "Ахметова", "--language", "ru"), "card.docx"),
        (("export-card", "--child", "{child}"), "card.pdf"),
        (("export-card", "--group", "Күншуақ", "--language", "kk"), "cards.pdf"),
        (("export-card", "--group", "{group}"), "cards.docx"),
        (("export-summary", "--group", "Күншуақ"), "summary.xlsx"),
        (("export-summary", "--year", "2026"), "summary.pdf"),
        (("export-summary", "--year", "2026", "--language", "kk"), "summary.csv"),
        (("export-sheet", "--group", "Күншуақ", "--stage", "start", "--language", "kk"), "sheet.pdf"),
        (("export-section", "--year", "2026", "--stage", "start", "--language", "kk"), "section.docx"),
    ],
)
def test_every_document_is_written_where_it_is_wanted(
    run: Run, place: Place, tmp_path: Path, command: tuple[str, ...], output: str
) -> None:
    named = {"child": place.child_ids[0], "group": place.group.id}
    result = run(*(word.format(**named) for word in command), "--output", output)
    assert (result.exit_code, output in result.stdout) == (0, True), result.output
    assert (tmp_path / output).read_bytes().startswith(BEGINNINGS[Format(output.split(".")[1])])


def test_a_summary_is_shown_as_a_table_for_other_programs(run: Run) -> None:
    result = run("summary", "--group", "Күншуақ", "--year", "2026", "--format", "csv", "--language", "ru")
    assert result.exit_code == 0, result.output
    rows = list(csv.reader(io.StringIO(result.stdout)))
    assert len({len(row) for row in rows}) == 1
    assert len(rows) > 12


def test_a_summary_as_json_has_the_tables_of_the_program(run: Run) -> None:
    for scope in (("--group", "Күншуақ"), ()):
        result = run("summary", *scope, "--year", "2026", "--format", "json")
        read = json.loads(result.stdout)
        whole = next(row for row in read["levels"] if row["kind"] == "overall")
        assert (read["year"], whole["stage"], whole["listed"], whole["level_2"], whole["percent_2"]) == (
            2026,
            "start",
            2,
            2,
            100,
        )


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("export-card", "--output", "x.pdf"), "либо ребёнка, либо группу"),
        (("export-card", "--child", "Ахметова", "--group", "Күншуақ", "--output", "x.pdf"), "либо ребёнка"),
        (("export-card", "--child", "Петров", "--output", "x.pdf"), "«Петров»"),
        (("export-card", "--group", "Күншуақ", "--output", "x.xlsx"), ".docx, .pdf"),
        (("export-sheet", "--group", "Күншуақ", "--stage", "start", "--output", "x.xlsx"), ".pdf"),
        (("export-summary", "--group", "Нет такой", "--output", "x.pdf"), "Күншуақ"),
    ],
)
def test_what_is_named_wrong_ends_with_2_and_says_what_there_is(run: Run, command: tuple[str, ...], said: str) -> None:
    result = run("--language", "ru", *command)
    assert result.exit_code == 2
    assert said in result.output


def test_a_file_that_cannot_be_written_is_told_in_words(run: Run) -> None:
    result = run("--language", "ru", "export-card", "--group", "Күншуақ", "--output", "no/such/folder/x.pdf")
    assert result.exit_code == 1
    assert "записать не удалось" in result.output


def test_the_name_of_a_file_is_never_longer_than_a_system_takes() -> None:
    assert len(exports.file_name("я" * 400, Format.PDF)) <= 160
