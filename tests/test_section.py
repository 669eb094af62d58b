"""The assessment section: its sentences, and the Word document, opened again by another reader."""

import shutil
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import docx
import pandas as pd
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from monitoring import ratings
from monitoring.core.language import Language, using
from monitoring.core.scale import STAGES, Level, Stage
from monitoring.criteria import catalogue
from monitoring.criteria.catalogue import CriterionView
from monitoring.documents import section_docx, word
from monitoring.lists import enrolling
from monitoring.people import accounts
from monitoring.people.accounts import NewGrant
from monitoring.ratings import Change
from monitoring.record.access import Actor
from monitoring.record.database import database_at
from monitoring.record.models import Group, Role
from monitoring.results import analysis, card_acts, section
from monitoring.results.section import Section
from tests.conftest import School, found_school
from tests.lists import FIVE, SEPTEMBER, add_child, add_group, person

START, MID, FINAL = STAGES
LANGUAGES: tuple[Language, ...] = ("ru", "kk")
HEADINGS = {
    "ru": ("Оценка знаний воспитанников", "Нормативная основа", "Задачи мониторинга", "Анализ результатов", "Выводы"),
    "kk": ("Тәрбиеленушілердің білімдерін бағалау", "Нормативтік негіз", "Нәтижелерді талдау", "Растайтын құжаттар"),
}


@dataclass(frozen=True)
class Place:
    """A school with a group of five-year-olds."""

    school: School
    group: Group
    criteria: tuple[CriterionView, ...]

    def enrol(
        self, count: int, group: Group | None = None, *, on: date = SEPTEMBER, born_on: date = FIVE
    ) -> list[UUID]:
        with self.school.database.writing() as session:
            names = [f"Ким {a_name()}" for _ in range(count)]
            return [
                add_child(session, self.school, group or self.group, name, born_on=born_on, on=on) for name in names
            ]

    def mark(
        self, stage: Stage, levels: dict[UUID, Level], *, area: str | None = None, group: Group | None = None
    ) -> None:
        """Give children a level in every criterion, or in those of a learning area; over what is there already."""
        wanted = [one for one in self.criteria if area in (None, one.area_key)]
        with self.school.database.writing() as session:
            base = int(area is not None)
            changes = [
                Change(uuid4(), child, one.version_id, base, level) for child, level in levels.items() for one in wanted
            ]
            receipts = ratings.record(session, self.school.console, (group or self.group).id, stage, changes)
            assert {type(one) for one in receipts} <= {ratings.Saved}

    def section(self, *stages: Stage, actor: Actor | None = None) -> Section:
        with self.school.database.reading() as session:
            return section.section_of(session, actor or self.school.console, self.school.year_id, stages or STAGES)


@pytest.fixture
def place(school: School) -> Place:
    return a_place(school)


def a_place(school: School) -> Place:
    with school.database.writing() as session:
        group = add_group(session, school)
        criteria = tuple(catalogue.criteria_of(session, school.console, school.year_id, 5))
    return Place(school, group, criteria)


@pytest.fixture
def three(place: Place) -> Place:
    return three_children(place)


def three_children(place: Place) -> Place:
    """The village class: three children, one of whom rises from I to II; modelling falls to I for another."""
    first, second, third = place.enrol(3)
    place.mark(START, {first: Level.I, second: Level.II, third: Level.III})
    place.mark(FINAL, {first: Level.II, second: Level.II, third: Level.III})
    place.mark(FINAL, {third: Level.I}, area="modelling")
    return place


@pytest.fixture
def two_groups(place: Place) -> Place:
    """Three children in one group and two in another, with levels at the start."""
    with place.school.database.writing() as session:
        other = add_group(session, place.school, "Айгөлек", 5)
    for group, of_group in ((place.group, (Level.I, Level.II, Level.III)), (other, (Level.II, Level.III))):
        ids = place.enrol(len(of_group), group)
        place.mark(START, dict(zip(ids, of_group, strict=True)), group=group)
    return place


@pytest.fixture(scope="module")
def village(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The class of three for the tests that only read it; which database it lies in is nothing to them."""
    file = tmp_path_factory.mktemp("village") / "monitoring.sqlite3"
    shutil.copy(sqlite_template, file)
    database = database_at(file)
    yield three_children(a_place(found_school(database)))
    database.engine.dispose()


def a_name() -> str:
    return "".join("абвгдежзиклмнопр"[int(sign, 16)] for sign in uuid4().hex).capitalize()


def written(of: Section, language: str = "ru") -> Document:
    return docx.Document(BytesIO(section_docx.render(of, language)))


def blocks(document: Document) -> Iterator[Paragraph | Table]:
    return document.iter_inner_content()


def text_of(paragraph: Paragraph) -> str:
    """Return what Word shows of a paragraph, its fields too."""
    return "".join(node.text or "" for node in paragraph._p.iter(qn("w:t")))


def tables(document: Document) -> dict[str, list[list[str]]]:
    """Return the tables under their captions, without the number, as rows of text with the head first."""
    found, caption = {}, ""
    for block in blocks(document):
        if isinstance(block, Paragraph) and block.style is not None and block.style.name == "Caption":
            caption = text_of(block).split(". ", 1)[1]
        elif isinstance(block, Table) and caption:
            found[caption] = [[cell.text for cell in row.cells] for row in block.rows]
            caption = ""
    return found


def is_list(table: Table) -> bool:
    """Whether a table is one to read, not the cells of a figure."""
    return table.style is not None and table.style.name == "Table Grid"


def headings(document: Document) -> list[str]:
    return [text_of(one) for one in document.paragraphs if one.style is not None and "Heading" in str(one.style.name)]


def prose(document: Document) -> str:
    return "\n".join(text_of(one) for one in document.paragraphs).replace("\u00a0", " ")


def sentences(of: Section, language: Language = "ru") -> str:
    with using(language):
        said = [
            *(one for stage in of.stages for one in analysis.standing(of, stage, language)),
            *analysis.movement(of, language),
            *analysis.unfinished(of),
            *analysis.follows(of, language),
        ]
        return "\n".join(map(str, said)).replace("\u00a0", " ")


def share(n: int, percent: int) -> str:
    return f"{n} ({percent}\u00a0%)" if n else "0"


def cells_of(row: Any) -> list[str]:
    levels = [share(getattr(row, f"level_{n}"), getattr(row, f"percent_{n}")) for n in (1, 2, 3)]
    return [str(row.listed), str(row.assessed), *levels]


# --- sentences -------------------------------------------------------------------------------------------


def test_a_class_of_three_is_told_with_counts_beside_every_percent(village: Place) -> None:
    said = sentences(village.section(START, FINAL))
    for sentence in (
        "На стартовом контроле общий уровень определён у 3 из 3 детей по списку (100 %): "
        "I уровень - 1 (34 %), II уровень - 1 (33 %), III уровень - 1 (33 %).",
        "При таком числе детей следует смотреть на количество, а не на проценты.",
        "Наибольшая доля детей на I уровне: «Лепка» - 1 из 3 (33 %).",
        "От стартового контроля к итоговому можно сравнить результаты 3 детей, у которых есть общий уровень на обоих "
        "этапах: уровень повысился - 1 (33 %), не изменился - 2 (67 %), снизился - 0.",
        "Из 1 ребёнка с общим I уровнем теперь на II или III уровне - 1, остались на I - 0.",
        "Уровень снизился (число детей): «Лепка» - 1.",
        "На итоговом контроле индивидуальная работа нужна 3 детям, у которых I или II уровень хотя бы по одному виду "
        "организованной деятельности; из них I уровень хотя бы по одному - 1.",
    ):
        assert sentence in said


@pytest.mark.parametrize(
    ("n", "russian", "kazakh"),
    [
        (1, "у 1 из 1 ребёнка по списку (100 %)", "тізім бойынша 1 баланың ішінде 1 баланың"),
        (2, "у 2 из 2 детей по списку (100 %)", "тізім бойынша 2 баланың ішінде 2 баланың"),
        (11, "у 11 из 11 детей по списку (100 %)", "тізім бойынша 11 баланың ішінде 11 баланың"),
        (21, "у 21 из 21 ребёнка по списку (100 %)", "тізім бойынша 21 баланың ішінде 21 баланың"),
    ],
)
def test_a_sentence_agrees_with_its_number(village: Place, n: int, russian: str, kazakh: str) -> None:
    found = village.section(START)
    levels = found.summary.levels.assign(listed=n, assessed=n, level_1=0, level_2=n, level_3=0)
    many = replace(found, summary=replace(found.summary, levels=levels.assign(percent_1=0, percent_2=100, percent_3=0)))
    assert russian in sentences(many)
    assert kazakh in sentences(many, "kk")


@pytest.mark.parametrize(
    ("n", "text"), [(1, "по списку 1 ребёнок"), (3, "по списку 3 ребёнка"), (5, "по списку 5 детей")]
)
def test_where_nothing_is_assessed_the_sentences_say_so(place: Place, n: int, text: str) -> None:
    place.enrol(n)
    said = sentences(place.section())
    assert f"На итоговом контроле общего уровня пока нет ни у кого; {text}." in said
    assert "Сравнивать пока нечего" in said
    assert "На стартовом контроле уровней пока нет." in said
    assert "выводы делать рано" in said
    assert "%" not in said


def test_an_empty_year_has_sentences_too(place: Place) -> None:
    assert "На стартовом контроле в списках нет детей с набором критериев." in sentences(place.section())


def test_children_who_are_all_at_the_highest_level_need_no_individual_work(place: Place) -> None:
    place.mark(START, dict.fromkeys(place.enrol(2), Level.III))
    said = sentences(place.section(START))
    assert "На I уровне нет детей ни по одному виду организованной деятельности." in said
    assert "На стартовом контроле нет детей на I или II уровне" in said
    assert "Наибольшая доля" not in said


def test_of_areas_that_are_all_alike_none_is_named(village: Place) -> None:
    assert "Наибольшая доля" not in sentences(village.section(START))


def test_areas_with_equal_shares_are_named_together_or_not_at_all(place: Place) -> None:
    first, second, third = place.enrol(3)
    place.mark(START, dict.fromkeys((first, second, third), Level.III))
    for area, lowest in (("modelling", (first, second)), ("music", (first, second)), ("speech", (third,))):
        place.mark(START, dict.fromkeys(lowest, Level.I), area=area)
    said = sentences(place.section(START))
    assert "на I уровне: «Лепка» - 2 из 3 (67 %), «Музыка» - 2 из 3 (67 %) и «Развитие речи» - 1 из 3 (33 %)." in said
    assert "на II и III уровнях" not in said  # of the nine others none stands out


def test_who_came_and_who_left_is_not_compared(three: Place) -> None:
    three.enrol(2, on=date(2027, 2, 1))
    (gone,) = three.enrol(1)
    with three.school.database.writing() as session:
        enrolling.leave(session, three.school.console, gone, date(2027, 1, 10))
    found = three.section(START, FINAL).compared
    assert [(one.both, one.arrived, one.left, one.without_level) for one in found] == [(3, 2, 1, 0)]
    assert "прибыли после первого из этих этапов - 2, выбыли до второго - 1" in sentences(three.section(START, FINAL))


def test_those_who_were_at_the_lowest_level_are_followed(place: Place) -> None:
    risen, stayed, other = place.enrol(3)
    place.mark(START, {risen: Level.I, stayed: Level.I, other: Level.II})
    place.mark(FINAL, {risen: Level.II, stayed: Level.I, other: Level.II})
    said = sentences(place.section(START, FINAL))
    assert "Из 2 детей с общим I уровнем теперь на II или III уровне - 1, остались на I - 1." in said


def test_the_furthest_two_stages_with_levels_are_compared(village: Place) -> None:
    found = village.section()
    assert found.begun == (START, FINAL)
    assert [(one.earlier, one.later) for one in found.compared] == [(START, FINAL)]
    assert "От стартового контроля к итоговому" in sentences(found)
    assert "Выбран один этап" in sentences(village.section(FINAL))


def test_a_card_is_counted_as_filled_planned_and_written(three: Place) -> None:
    extra, emptied = three.enrol(2)
    with three.school.database.writing() as session:
        for child, text in ((extra, "Учить рисовать"), (emptied, "")):
            card_acts.save_measures(
                session, three.school.console, child, three.school.year_id, START, "creative", text=text, base=0
            )
    cards = three.section().cards[START]
    assert (cards.listed, cards.levelled, cards.planned, cards.written) == (5, 3, 4, 1)
    assert (cards.needing, cards.lowest) == (2, 1)
    assert three.section().cards[FINAL].lowest == 1  # in modelling alone


def test_a_teacher_gets_the_own_group_and_the_section_says_so(two_groups: Place) -> None:
    own = two_groups.section(START, actor=person(two_groups.school, Role.TEACHER, two_groups.group))
    assert own.cards[START].listed == 3
    assert "Раздел охватывает группы, доступные его составителю: 1 из 2." in sentences(own)
    whole = two_groups.section(START)
    assert whole.cards[START].listed == 5
    assert "Раздел охватывает" not in sentences(whole)


def test_the_only_head_signs_and_of_two_neither(three: Place) -> None:
    assert three.section().head == ""
    a_head(three.school, "Сәуле Ахметова", "saule")
    assert three.section().head == "Сәуле Ахметова"
    assert "Сәуле Ахметова    М.П." in prose(written(three.section()))
    a_head(three.school, "Олег Ким", "oleg")
    assert three.section().head == ""


def a_head(school: School, name: str, login: str) -> None:
    with school.database.writing() as session:
        account, _ = accounts.create_account(session, school.console, login=login, name=name)
        accounts.give(session, school.console, account.id, NewGrant(Role.HEAD))


# --- the document ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_a_word_document_of_section_seven(village: Place, language: Language) -> None:
    document = written(village.section(), language)
    found = headings(document)
    assert found[0].startswith("7. ")
    assert all(any(heading in one for one in found) for heading in HEADINGS[language])
    page = document.sections[0]
    assert [round(size.mm) for size in (page.page_width, page.page_height) if size] == [210, 297]
    assert document.core_properties.author == ""
    assert all("{" not in text and "\ufffd" not in text for text in prose(document).splitlines())
    assert {"ru": "Проценты", "kk": "Пайыздар"}[language] in prose(document)
    assert (
        document.styles.element.find(f".//{qn('w:lang')}").get(qn("w:val"))
        == f"{language}-{'RU' if language == 'ru' else 'KZ'}"
    )


def test_every_number_in_the_tables_of_levels_is_the_summary_s(two_groups: Place) -> None:
    found = two_groups.section(START)
    shown = tables(written(found))
    summary = found.summary
    rows = list(summary.levels[summary.levels.stage == "start"].itertuples(index=False))
    of_areas = shown["Уровни по видам организованной деятельности, стартовый контроль"][1:]
    assert [row[0] for row in of_areas] == [area.name_ru for area in summary.areas]
    assert [row[1:] for row in of_areas] == [cells_of(row) for row in rows if row.kind == "area"]
    of_directions = shown["Уровни по направлениям, стартовый контроль"][1:]
    assert [row[1:] for row in of_directions] == [cells_of(row) for row in rows if row.kind != "area"]
    of_groups = {row[0]: row[1:] for row in shown["Уровни по группам, стартовый контроль"][1:]}
    by_group = summary.by_group
    assert of_groups == {one.name: cells_of_part(by_group[by_group.group_id == one.id]) for one in summary.groups}
    assert "Уровни по возрасту набора критериев, стартовый контроль" not in shown  # all of them are five


def test_ages_have_a_table_of_their_own(place: Place) -> None:
    place.mark(START, dict.fromkeys(place.enrol(2), Level.III))
    with place.school.database.reading() as session:
        of_four = tuple(catalogue.criteria_of(session, place.school.console, place.school.year_id, 4))
    replace(place, criteria=of_four).mark(START, dict.fromkeys(place.enrol(1, born_on=date(2022, 5, 6)), Level.I))
    found = place.section(START)
    shown = tables(written(found))["Уровни по возрасту набора критериев, стартовый контроль"][1:]
    by_age = found.summary.by_age
    assert shown == [[name, *cells_of_part(by_age[by_age.age == age])] for age, name in ((4, "4 года"), (5, "5 лет"))]


def cells_of_part(part: pd.DataFrame) -> list[str]:
    """Return what a table of groups or ages says of one: listed, assessed, then three lines a direction and overall."""
    own = part[(part.stage == "start") & (part.kind != "area")]
    lines = [
        "\n".join(f"{level.name}: {text}" for level, text in zip(Level, cells_of(row)[2:], strict=True))
        for row in own.itertuples(index=False)
    ]
    return [str(own.iloc[-1].listed), str(own.iloc[-1].assessed), *lines]


def test_the_table_of_movement_is_the_summary_s(village: Place) -> None:
    found = village.section(START, FINAL)
    shown = tables(written(found))["Динамика уровней: стартовый контроль - итоговый контроль"][1:]
    rows = list(found.summary.movement.itertuples(index=False))
    counts = [[row[1], *(text.split(" ")[0] for text in row[2:])] for row in shown]
    assert counts == [[str(n) for n in (row.both, row.rose, row.same, row.fell)] for row in rows]
    modelling = next(row for row in shown if row[0] == "Лепка")
    assert modelling[1:] == ["3", "1 (34\u00a0%)", "1 (33\u00a0%)", "1 (33\u00a0%)"]


def test_the_table_of_cards_answers_the_first_criterion(village: Place) -> None:
    shown = tables(written(village.section(START, MID)))["Карты развития по этапам"]
    assert shown[1:] == [
        ["Стартовый контроль", "3", share(3, 100), share(3, 100), "0"],
        ["Промежуточный контроль", "3", "0", "0", "0"],
    ]


def test_a_stage_without_levels_has_a_sentence_and_no_table(village: Place) -> None:
    document = written(village.section())
    assert not any("промежуточный контроль" in caption for caption in tables(document) if "Уровни" in caption)
    assert "На промежуточном контроле общего уровня пока нет ни у кого; по списку 3 ребёнка." in prose(document)


def test_a_year_without_levels_is_a_document_all_the_same(place: Place) -> None:
    document = written(place.section())
    assert not any("Уровни" in caption for caption in tables(document))
    assert "Выводы" in prose(document)


def test_heads_repeat_captions_count_and_evidence_is_left_to_fill(village: Place) -> None:
    document = written(village.section())
    last = document.tables[-1]
    assert [cell.text for cell in last.rows[0].cells] == ["№", "Название документа", "Номер", "Дата"]
    assert all(cell.text == "" for row in last.rows[1:] for cell in row.cells[1:])
    figures = [one for one in document.tables if not is_list(one)]
    lists = [one for one in document.tables if is_list(one)]
    assert all(one.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None for one in lists)
    captions = [one for one in document.paragraphs if one.style is not None and one.style.name == "Caption"]
    fields = [next(one._p.iter(qn("w:fldSimple"))).get(qn("w:instr")) for one in captions]
    assert Counter(fields) == {"SEQ Таблица \\* ARABIC": len(lists) - 1, "SEQ Рисунок \\* ARABIC": len(figures)}
    numbers = [int(text_of(one).split()[1].rstrip(".")) for one in captions if "Таблица" in text_of(one)]
    assert numbers == list(range(1, len(lists)))


def test_a_bar_has_its_counts_in_cells_of_the_levels_colours(village: Place) -> None:
    document = written(village.section(START))
    figure = next(one for one in document.tables if not is_list(one))
    overall = figure.rows[-2]._tr
    shaded = [
        (cell.find(f".//{qn('w:shd')}").get(qn("w:fill")), "".join(node.text or "" for node in cell.iter(qn("w:t"))))
        for cell in overall.iter(qn("w:tc"))
        if cell.find(f".//{qn('w:shd')}") is not None
    ]
    assert shaded == [("fce3c4", "1"), ("8ccadb", "1"), ("0b5f7a", "1")]


@given(st.lists(st.integers(0, 30_000), min_size=3, max_size=3))
def test_a_bar_is_full_and_every_count_has_room(counts: list[int]) -> None:
    widths = word.widths_in_units(counts)
    assert sum(widths) == (word.UNITS if any(counts) else 0)
    assert all((width > len(str(count))) == bool(count) for width, count in zip(widths, counts, strict=True))


def test_the_frame_says_everything_in_both_languages() -> None:
    frame = tomllib.loads(section_docx.FRAME.read_text("utf-8"))
    for one in texts(frame):
        assert set(one) == {"ru", "kk"}
        assert one["ru"].strip()
        assert one["kk"].strip()
        assert one["ru"] != one["kk"]
        assert not set("ӘәҒғҚқҢңӨөҰұҮүҺһ") & set(one["ru"])


def texts(branch: Any) -> Iterator[dict[str, str]]:
    if isinstance(branch, list):
        for one in branch:
            yield from texts(one)
    elif all(isinstance(one, str) for one in branch.values()):
        yield branch
    else:
        for one in branch.values():
            yield from texts(one)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="there is no LibreOffice on this machine")
def test_libreoffice_prints_the_kazakh_document(village: Place, tmp_path: Path) -> None:
    file = tmp_path / "section.docx"
    file.write_bytes(section_docx.render(village.section(), "kk"))
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    subprocess.run(
        ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    printed = " ".join(page.extract_text() for page in PdfReader(file.with_suffix(".pdf")).pages)
    assert set("әғҚқңөұүі") <= set(printed)
    assert "6-кесте" in printed
