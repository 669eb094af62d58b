"""The observation sheet on paper: what is on record stands on it, once, under texts that fit over their columns."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from itertools import combinations, cycle, islice
from typing import Final
from uuid import uuid4

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from monitoring import ratings, sheets
from monitoring.core.codes import SheetLanguage
from monitoring.core.scale import AGES, Level, Stage
from monitoring.criteria import catalogue
from monitoring.criteria.catalogue_file import shipped
from monitoring.criteria.catalogue_pages import codes_of
from monitoring.documents import sheet_pdf
from monitoring.documents.sheet_form import AreaTable, ChildRow, CriterionHead, SheetForm, sheet_form
from monitoring.ratings import Change
from monitoring.sheets import Sheet
from tests.conftest import School
from tests.lists import add_child, add_group
from tests.test_card_documents import fonts, glyphs
from tests.test_catalogue_texts import LENGTHS

FULL_GROUP: Final = 25


def form_of(sheet: Sheet, language: str = "ru") -> SheetForm:
    levels = {(one.child_id, one.criterion_version_id): one.level for one in sheet.marks if one.level is not None}
    areas = [(one.area, one.criteria) for one in sheet.areas]
    return sheet_form(sheet.group, sheet.year, sheet.stage, sheet.children, areas, levels, language)


def marked(school: School, levels: Sequence[Level | None]) -> Sheet:
    """The sheet of a group in which each child got one level by all criteria, None: none."""
    with school.database.writing() as session:
        group = add_group(session, school)
        names = ("Ахметова Дана", "Болат Ерлан", "Ким Анна", "Петров Иван", "Сәрсен Айым")
        children = [add_child(session, school, group, name) for name in names[: len(levels)]]
        criteria = catalogue.criteria_of(session, school.console, school.year_id, 5)
    with school.database.writing() as session:
        changes = [
            Change(uuid4(), child, one.version_id, 0, level)
            for child, level in zip(children, levels, strict=True)
            if level is not None
            for one in criteria
        ]
        ratings.record(session, school.console, group.id, Stage.START, changes)
    with school.database.reading() as session:
        return sheets.sheet_of(session, school.console, group.id, Stage.START)


def read(form: SheetForm) -> pdfium.PdfDocument:
    return pdfium.PdfDocument(sheet_pdf.render(form))


def text_of(page: pdfium.PdfPage) -> str:
    """What a page says, letters and digits alone: words are parted at the ends of lines."""
    return plain(page.get_textpage().get_text_range())


def plain(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def clashes(page: pdfium.PdfPage) -> list[tuple[str, str]]:
    """Pieces of text that are printed over each other, by more than the bearings of their letters."""
    words = page.get_textpage()
    boxes = [words.get_rect(number) for number in range(words.count_rects())]
    found = []
    for one, other in combinations(boxes, 2):
        across = min(one[2], other[2]) - max(one[0], other[0])
        down = min(one[3], other[3]) - max(one[1], other[1])
        if across > 1.5 and down > 1.5:
            found.append((words.get_text_bounded(*one), words.get_text_bounded(*other)))
    return found


# --- what stands on it -----------------------------------------------------------------------------------


def test_each_mark_stands_once_and_the_sums_are_those_of_the_marks(school: School) -> None:
    levels = [Level.III, Level.II, Level.II, Level.I, None]
    form = form_of(marked(school, levels))
    assert len(form.tables) == 12
    for table in form.tables:
        assert [row.levels for row in table.children] == [(level,) * 7 for level in levels]
        assert table.counts == ((1, 2, 1),) * 7
        assert table.percents == ((25, 50, 25),) * 7  # of the four who were assessed
        assert table.totals == (7, 14, 7)


def test_the_words_are_those_of_the_form(school: School) -> None:
    sheet = marked(school, [None])
    russian, kazakh = form_of(sheet, "ru"), form_of(sheet, "kk")
    assert (russian.title, russian.name_head, russian.all_word) == ("Лист наблюдений", "ФИО ребенка", "всего")
    assert (kazakh.title, kazakh.name_head, kazakh.all_word) == ("Бақылау парағы", "Баланың аты-жөні", "барлығы")
    assert (russian.level_words, kazakh.level_words) == (
        ("высокий", "средний", "низкий"),
        ("жоғары", "орташа", "төмен"),
    )
    assert [label for label, _ in kazakh.header] == ["Оқу жылы", "Топ", "Жасы", "Кезең", "Бақылау күні", "Педагог"]
    codes = [[one.code for one in table.criteria] for table in kazakh.tables]
    assert (codes[0][0], codes[-1][-1]) == ("5-Ф.1", "5-Ш.35")


def test_a_group_of_mixed_ages_has_a_table_for_each_age(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school, age=None)
        for name, year in (("Ким Анна", 2021), ("Ли Вера", 2023)):
            add_child(session, school, group, name, born_on=date(year, 4, 12))
    with school.database.reading() as session:
        form = form_of(sheets.sheet_of(session, school.console, group.id, Stage.MID))
    found = {(table.area, table.age): [row.name for row in table.children] for table in form.tables}
    assert found["Музыка", "предшкольная группа или класс"] == ["Ким Анна"]
    assert found["Музыка", "средняя группа"] == ["Ли Вера"]
    assert len(form.tables) == 12 + 11


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_the_paper_says_what_the_form_does(school: School, language: str) -> None:
    form = form_of(marked(school, [Level.III, Level.I, None]), language)
    document = read(form)
    assert len(document) == len(form.tables)
    for page, table in zip(document, form.tables, strict=True):
        said = text_of(page)
        wanted = [form.title, table.area, *(row.name for row in table.children)]
        wanted += [text for one in table.criteria for text in (one.code, one.text, *one.descriptors)]
        assert [text for text in wanted if plain(text) not in said] == []


def test_the_fonts_are_in_it_and_no_letter_is_missing(school: School) -> None:
    reader = PdfReader(BytesIO(sheet_pdf.render(form_of(marked(school, [Level.II]), "kk"))))
    assert all(page.mediabox.width > page.mediabox.height for page in reader.pages)
    assert all(fonts(reader).values())
    assert 0 not in glyphs(reader)


# --- how it fits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ru", "kk"])
@pytest.mark.parametrize("age", AGES)
def test_the_shipped_criteria_print_a_page_an_area_for_a_full_group(language: SheetLanguage, age: int) -> None:
    form = a_form([shipped_table(area.key, age, language) for area in shipped().areas if age in area.ages], language)
    document = read(form)
    assert len(document) == len(form.tables)
    assert [clashes(page) for page in document if clashes(page)] == []


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(2, 14), min_size=12, max_size=24), st.integers(4, 7))
def test_the_longest_texts_that_the_catalogue_allows_fit(lengths: list[int], criteria: int) -> None:
    text, descriptor = (cut(lengths, LENGTHS[kind][1]) for kind in ("text", "level"))
    head = CriterionHead("5-К.28", text, (descriptor, descriptor, descriptor))
    form = a_form([a_table((head,) * criteria)], "ru")
    [page] = read(form)
    assert text_of(page).count(plain(descriptor)) == 3 * criteria
    assert clashes(page) == []


def cut(lengths: list[int], longest: int) -> str:
    """A text of words of these lengths, as long as a text may be."""
    letters = cycle("оқушыдамытеінжәал")
    words = (" ".join("".join(islice(letters, length)) for length in lengths) + " ") * (longest // sum(lengths) + 1)
    return words[:longest].rstrip()


def shipped_table(area: str, age: int, language: SheetLanguage) -> AreaTable:
    codes = codes_of(shipped())
    heads = []
    for one in shipped().criteria:
        if (one.area, one.age) == (area, age):
            low, middle, best = (text.render(language) for text in one.levels)
            heads.append(CriterionHead(codes[one.key].render(language), one.text.render(language), (best, middle, low)))
    return a_table(tuple(heads))


def a_table(heads: tuple[CriterionHead, ...]) -> AreaTable:
    row = tuple(Level.II for _ in heads)
    children = tuple(ChildRow(number, "Нұрмағамбетова Айкөркем", row) for number in range(1, FULL_GROUP + 1))
    sums = ((0, FULL_GROUP, 0),) * len(heads)
    return AreaTable("Музыка", "5", heads, children, sums, ((0, 100, 0),) * len(heads))


def a_form(tables: list[AreaTable], language: str) -> SheetForm:
    header = (("Учебный год", "2026-2027"), ("Группа", "Күншуақ"), ("Педагог", ""))
    return SheetForm(
        language, "Лист наблюдений", header, "ФИО ребенка", "всего", ("высокий", "средний", "низкий"), tuple(tables)
    )
