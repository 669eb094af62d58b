"""The summary as workbook, PDF and CSV: every figure is that of the tables, sums add up, a text stays a text."""

import csv
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import etree
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from monitoring.core.language import Language, using
from monitoring.core.names import FullName
from monitoring.core.scale import STAGES
from monitoring.documents import summary_csv, summary_pdf, summary_words, summary_xlsx
from monitoring.documents.heat import heat_colour
from monitoring.record.database import database_at
from monitoring.record.models import SheetState
from monitoring.results import summary
from monitoring.results.summary import COUNTS, GroupSummary, OrganisationSummary, Subject
from tests.conftest import found_school
from tests.drawn import SIZES, DrawnChild, DrawnYear, Ground, Stay, drawn_years, ground, placed
from tests.test_card_documents import fonts, glyphs, signs
from tests.test_summary import OCTOBER, throughout

START, MID, FINAL = STAGES
Summary = GroupSummary | OrganisationSummary
Rows = list[list[Any]]
NAMES: tuple[Language, ...] = ("ru", "kk")
STAGE_HEADS = {START: "Стартовый контроль", MID: "Промежуточный контроль", FINAL: "Итоговый контроль"}
WORK_TITLE = "Индивидуальная работа: дети с I и II уровнем по видам организованной деятельности"
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LONG = "=СУММА(A1) & <b>#let</b> " + " ".join(["Очень длинное название группы"] * 6)


@pytest.fixture
def grounds(sqlite_template: Path, tmp_path: Path) -> Iterator[Ground]:
    """Yield a school on SQLite: a document knows no database, so one kind is enough."""
    file = tmp_path / "monitoring.sqlite3"
    shutil.copy(sqlite_template, file)
    database = database_at(file)
    yield ground(found_school(database))
    database.engine.dispose()


def both(on: Ground, *children: DrawnChild, **year: Any) -> tuple[GroupSummary, OrganisationSummary]:
    """Return the summary of the first group of a drawn year, and that of all groups."""
    with placed(on, DrawnYear(children, **year)) as (session, there):
        group = summary.of_group(session, on.school.console, there.group_ids[0])
        return group, summary.of_organisation(session, on.school.console, on.school.year_id)


def eventful(on: Ground, **year: Any) -> tuple[GroupSummary, OrganisationSummary]:
    """Return the summaries of a year in which children rose, fell, came, left, had other sets or no mark."""
    return both(
        on,
        DrawnChild(throughout(1, START) | throughout(2, MID) | throughout(3, FINAL)),
        DrawnChild(throughout(3, START) | throughout(2, FINAL)),
        DrawnChild(throughout(2, FINAL), stays=(Stay(starts_on=OCTOBER),)),
        DrawnChild(throughout(1, START), stays=(Stay(0, ends_on=OCTOBER), Stay(1, OCTOBER))),
        DrawnChild(throughout(2, START, age=4) | throughout(3, FINAL), ages={START: 4, MID: 5, FINAL: 5}),
        DrawnChild(throughout(2, START), stays=(Stay(1),), concluded={(START, None): 3}),
        DrawnChild(),
        **year,
    )


def sheets(content: bytes) -> dict[str, Rows]:
    """Return the values of a workbook by sheet, as a reader that does not calculate sees them."""
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in workbook.sheet_names}


def parts(content: bytes, folder: str) -> list[Any]:
    """Return the parts of a folder of a workbook, in their order."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if re.fullmatch(rf"xl/{folder}/[a-z]+\d+\.xml", name)]
        in_order = sorted(names, key=lambda name: int(re.sub(r"\D", "", name)))
        return [etree.fromstring(archive.read(name)) for name in in_order]


def table(rows: Rows, title: str) -> Rows:
    """Return the rows of the table under a title, without its head, up to the next empty row."""
    at = next(
        at for at, row in enumerate(rows) if row[0] == title and isinstance(rows[at + 1][1], str) and rows[at + 1][1]
    )
    below = rows[at + 2 :]
    return below[: next((number for number, row in enumerate(below) if row[0] == ""), len(below))]


def printed(content: bytes) -> str:
    """Return what the pages of a PDF say, without spaces."""
    return signs("".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


# --- figures ---------------------------------------------------------------------------------------------


def test_the_workbook_has_every_figure_of_the_tables(grounds: Ground) -> None:
    for found in eventful(grounds):
        rows = sheets(summary_xlsx.render(found, "ru"))["Сводка"]
        for stage in STAGES:
            of_stage = found.levels[found.levels["stage"] == stage]
            expected = [
                [found.name(Subject(one["kind"], one["key"]), "ru") or "В целом", *shown(one)]
                for one in of_stage.to_dict("records")
            ]
            assert [row[:9] for row in table(rows, STAGE_HEADS[stage])] == expected


def shown(row: Any) -> list[object]:
    """Return the counts of a row of levels as a workbook shows them: no percents of nobody."""
    counts = [row[name] for name in COUNTS]
    return counts if row["assessed"] else [*counts[:5], "—", "—", "—"]


def test_the_workbook_has_every_movement_of_the_tables(grounds: Ground) -> None:
    group, _ = eventful(grounds)
    rows = sheets(summary_xlsx.render(group, "ru"))["Динамика"]
    moved = group.movement[(group.movement["from_stage"] == "start") & (group.movement["to_stage"] == "final")]
    at = next(at for at, row in enumerate(rows) if row[0] == "Стартовый контроль - итоговый контроль")
    below = rows[at + 3 : at + 3 + len(moved)]
    expected = moved[["both", "rose", "same", "fell"]].to_numpy().tolist()
    assert [row[1:5] for row in below] == expected
    assert all(sum(row[5:8]) == 100 for row in below)


def test_every_formula_is_a_sum_that_its_value_equals(grounds: Ground) -> None:
    @settings(max_examples=15, deadline=None)
    @given(drawn_years())
    def equal(drawn: DrawnYear) -> None:
        for found in both(grounds, *drawn.children, rules=drawn.rules, states=drawn.states):
            content = summary_xlsx.render(found, "kk")
            for sheet, rows in zip(parts(content, "worksheets"), sheets(content).values(), strict=True):
                for cell, formula in formulas(sheet):
                    (top, left), (bottom, right) = map(place, cells_of(formula))
                    run = [value for row in rows[top : bottom + 1] for value in row[left : right + 1]]
                    row, column = place(cell)
                    assert rows[row][column] == sum(run)

    equal()


def formulas(sheet: Any) -> list[tuple[str, str]]:
    cells = ((cell.get("r", ""), cell.find(f"{SPREADSHEET}f")) for cell in sheet.iter(f"{SPREADSHEET}c"))
    return [(reference, formula.text or "") for reference, formula in cells if formula is not None]


def cells_of(formula: str) -> tuple[str, str]:
    """Return the first and the last cell of a sum."""
    found = re.fullmatch(r"SUM\(([A-Z]+\d+):([A-Z]+\d+)\)", formula)
    assert found, formula
    return found[1], found[2]


def place(reference: str) -> tuple[int, int]:
    """Return the row and the column of a cell such as B7, counted from 0."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(reference[len(letters) :]) - 1, column - 1


def test_the_assessed_and_the_totals_are_formulas(grounds: Ground) -> None:
    group, whole = eventful(grounds)
    in_group, in_whole = (
        [{formula for _, formula in formulas(sheet)} for sheet in parts(summary_xlsx.render(found, "ru"), "worksheets")]
        for found in (group, whole)
    )
    assert len(in_group[0]) == 3 + len(group.levels)
    assert len(in_group[1]) >= len(group.movement)
    assert any(formula.startswith("SUM(B") for formula in in_whole[2])  # of the groups on the list, under their table


def test_the_groups_add_up_to_the_whole(grounds: Ground) -> None:
    _, whole = eventful(grounds)
    rows = sheets(summary_xlsx.render(whole, "ru"))["Группы"]
    of_groups = table(rows, "Стартовый контроль. Общий уровень")
    assert [row[0] for row in of_groups] == ["Группа 0", "Группа 1", "Всего"]
    overall = whole.levels[(whole.levels["stage"] == "start") & (whole.levels["kind"] == "overall")]
    assert of_groups[-1][1:6] == overall[COUNTS[:5]].to_numpy().tolist()[0]


def test_the_map_of_groups_says_how_many_are_at_two_and_three(grounds: Ground) -> None:
    _, whole = eventful(grounds)
    rows = sheets(summary_xlsx.render(whole, "ru"))["Группы по видам ОД"]
    title = "Стартовый контроль. Дети со II и III уровнем из числа оценённых"
    heads = next(rows[at + 1] for at, row in enumerate(rows) if row[0] == title)
    first, second = (dict(zip(heads, row, strict=True)) for row in table(rows, title))
    assert (first["Физическая культура"], first["Основы грамоты"]) == ("2 из 4 (50\u00a0%)", "1 из 3 (33\u00a0%)")
    assert second["Физическая культура"] == "1 из 1 (100\u00a0%)"


def test_a_larger_share_is_darker_also_in_grey() -> None:
    def grey(colour: str) -> int:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return 299 * red + 587 * green + 114 * blue

    greys = [grey(heat_colour(percent)) for percent in range(0, 101, 10)]
    assert greys == sorted(greys, reverse=True)
    assert len(set(greys)) == len(greys)


def test_the_table_for_other_programs_has_every_row_with_its_names(grounds: Ground) -> None:
    group, whole = eventful(grounds)
    heads, *rows = csv.reader(StringIO(summary_csv.render(group, "ru")))
    assert heads[:2] == ["Учебный год", "Группа"]
    assert [row[-8:] for row in rows] == [
        [str(one[name]) for name in COUNTS] for one in group.levels.to_dict("records")
    ]
    assert {row[1] for row in rows} == {"Группа 0"}
    names = [row[1] for row in csv.reader(StringIO(summary_csv.render(whole, "ru")))][1:]
    assert (names.count(""), len(names)) == (len(whole.levels), len(whole.levels) + len(whole.by_group))


def test_the_paper_has_the_figures_of_each_stage_and_the_rule(grounds: Ground) -> None:
    for found in eventful(grounds):
        text = printed(summary_pdf.render(found, "ru"))
        for row in found.levels[found.levels["assessed"] > 0].to_dict("records"):
            at_levels = (f"{row[f'level_{n}']} ({row[f'percent_{n}']} %)" for n in (1, 2, 3))
            name = found.name(Subject(row["kind"], row["key"]), "ru") or "В целом"
            assert signs(name) in text
            assert signs("".join(at_levels)) in text
        with using("ru"):
            assert all(signs(note) in text for note in summary_words.notes(found))


# --- who needs what, who came and went -------------------------------------------------------------------


def test_individual_work_names_the_children_in_the_order_of_the_list(grounds: Ground) -> None:
    group, _ = eventful(grounds)
    first, *_ = table(sheets(summary_xlsx.render(group, "ru"))["Индивидуальная работа"], WORK_TITLE)
    of_levels = [2, "Ребёнок00 Дана, Ребёнок03 Дана", 1, "Ребёнок04 Дана"]
    assert first == ["Стартовый контроль", "Физическая культура", *of_levels]


def test_two_children_of_one_name_are_told_apart(grounds: Ground) -> None:
    group, _ = both(grounds, *[DrawnChild(throughout(1, START))] * 2)
    one, other = group.children
    same = replace(group, children={one: FullName("Ким", "Анна"), other: FullName("Ким", "Анна", "Львовна")})
    rows = table(sheets(summary_xlsx.render(same, "ru"))["Индивидуальная работа"], WORK_TITLE)
    assert {row[3] for row in rows} == {"Ким Анна, Ким Анна Львовна"}


def test_the_notes_name_comings_goings_unlike_sets_and_overruled_conclusions(grounds: Ground) -> None:
    group, whole = eventful(grounds)
    with using("ru"):
        of_group, of_whole = "\n".join(summary_words.notes(group)), "\n".join(summary_words.notes(whole))
    assert "Прибыли: Ребёнок02 Дана (01.10.2026)." in of_group
    assert "Выбыли: Ребёнок03 Дана (01.10.2026, в группу «Группа 1»)." in of_group
    assert "Стартовый контроль и итоговый контроль: наборы критериев различаются у 1 из 3 детей" in of_group
    assert "стартовый контроль - 4 и 5" in of_group
    assert "В 1 выводе карт" in of_whole
    assert "Ребёнок" not in of_whole
    values = {str(cell) for row in sheets(summary_xlsx.render(group, "ru"))["Сводка"] for cell in row}
    assert set(of_group.splitlines()) <= values


def test_what_is_not_finished_is_named_with_its_state(grounds: Ground) -> None:
    _, whole = eventful(grounds, states=(SheetState.SUBMITTED, *[SheetState.APPROVED] * 5))
    rows = sheets(summary_xlsx.render(whole, "ru"))["Не завершено"]
    listed = [row for row in rows if row[0] in STAGE_HEADS.values()]
    assert ["Стартовый контроль", "Группа 0", "сдан", 5, 1] in listed
    assert len(listed) == len(whole.unfinished)


# --- a text stays a text ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["=1+1", "+7 701", "-5", "@SUM(A1)", "<b>&amp;</b>", "#let x = 1", LONG])
def test_what_a_person_typed_is_no_formula_and_no_markup(grounds: Ground, name: str) -> None:
    group, _ = both(grounds, DrawnChild(throughout(1, START)), DrawnChild(throughout(2, START)))
    named = dict.fromkeys(group.children, FullName(name, "Дана"))
    typed = replace(group, group=replace(group.group, name=name), children=named)
    content = summary_xlsx.render(typed, "ru")
    values = {cell for rows in sheets(content).values() for row in rows for cell in row}
    assert {f"Группа: {name}", f"{name} Дана"} <= values
    assert all(formula.startswith("SUM(") for sheet in parts(content, "worksheets") for _, formula in formulas(sheet))
    assert signs(name) in printed(summary_pdf.render(typed, "ru"))
    in_csv = next(csv.reader(StringIO(summary_csv.render(typed, "ru").splitlines()[1])))[1]
    assert in_csv == (f"'{name}" if name[0] in "=+-@" else name)


# --- print -----------------------------------------------------------------------------------------------


def test_every_sheet_prints_on_a4_across_with_its_group_year_and_page(grounds: Ground) -> None:
    for found in eventful(grounds):
        for sheet in parts(summary_xlsx.render(found, "ru"), "worksheets"):
            setup, fit = sheet.find(f"{SPREADSHEET}pageSetup"), sheet.find(f".//{SPREADSHEET}pageSetUpPr")
            header, footer = (sheet.findtext(f".//{SPREADSHEET}{kind}") or "" for kind in ("oddHeader", "oddFooter"))
            assert setup is not None
            assert fit is not None
            assert (setup.get("paperSize"), setup.get("orientation"), setup.get("fitToHeight")) == (
                "9",
                "landscape",
                "0",
            )
            assert fit.get("fitToPage") == "1"
            assert re.search(r"&L&9 .*2026-2027&R&9 ", header)  # the blank parts the size from the year
            assert footer == "&C&9 стр. &P из &N"


def test_the_charts_are_native_and_of_the_levels(grounds: Ground) -> None:
    group, _ = eventful(grounds)
    charts = parts(summary_xlsx.render(group, "ru"), "charts")
    assert len(charts) == 1 + len(STAGES)  # overall by stage, then by area at each stage
    names = [[one.text for one in chart.iter() if one.tag.endswith("}f")] for chart in charts]
    assert all(len(of_chart) == 9 and "Сводка" in str(of_chart[0]) for of_chart in names)  # name, names, counts


def test_tables_are_known_to_excel_by_name(grounds: Ground) -> None:
    group, whole = eventful(grounds)
    known = [{one.get("name") for one in parts(summary_xlsx.render(found, "ru"), "tables")} for found in (group, whole)]
    assert {"overall", "levels_start", "movement_start_final", "ways_start_final"} <= known[0] & known[1]
    assert {"criteria", "individual_work"} <= known[0]
    assert {"groups_start", "ages_start", "areas_start", "not_finished"} <= known[1]


def test_the_paper_lies_across_with_its_fonts_in_it(grounds: Ground) -> None:
    for found in eventful(grounds):
        reader = PdfReader(BytesIO(summary_pdf.render(found, "kk")))
        assert all(page.mediabox.width > page.mediabox.height for page in reader.pages)
        assert all(fonts(reader).values())
        assert 0 not in glyphs(reader)


def test_the_same_summary_gives_the_same_paper(grounds: Ground) -> None:
    group, _ = eventful(grounds)
    assert summary_pdf.render(group, "ru") == summary_pdf.render(group, "ru")


def test_an_empty_a_new_and_a_small_group_print(grounds: Ground) -> None:
    cases: dict[str, tuple[DrawnChild, ...]] = {
        "no child": (),
        "no mark": (DrawnChild(),) * 3,
        "one stage": (DrawnChild(throughout(2, START)),) * 3,
        "no level": (DrawnChild({(START, 5, "speech"): (1, None)}),),
    }
    for name, children in cases.items():
        for found in both(grounds, *children):
            said = str(sheets(summary_xlsx.render(found, "ru")))
            on_paper = printed(summary_pdf.render(found, "ru"))
            assert ("ещё никто не оценён" in said) == (name in ("no child", "no mark"))
            assert "Пока ни один ребёнок не оценён на двух этапах." in said
            assert signs("Уровни: среднее по критериям") in on_paper
            assert summary_csv.render(found, "ru").count("\r\n") >= 1


# --- language --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", NAMES)
def test_no_word_of_another_language_is_left(grounds: Ground, language: Language) -> None:
    """Beside the criteria of the tests, which are named by the keys of their areas."""
    for found in eventful(grounds):
        texts = [
            str(cell) for rows in sheets(summary_xlsx.render(found, language)).values() for row in rows for cell in row
        ]
        texts += [*sheets(summary_xlsx.render(found, language)), summary_csv.render(found, language)]
        texts += [page.extract_text() for page in PdfReader(BytesIO(summary_pdf.render(found, language))).pages]
        latin = {word for text in texts for word in re.findall(r"[A-Za-z]{2,}", text)}
        assert latin - {"II", "III"} - set(SIZES[5]) - {"physical", "education"} == set()


def test_the_kazakh_summary_speaks_kazakh(grounds: Ground) -> None:
    group, whole = eventful(grounds)
    of_group, of_whole = sheets(summary_xlsx.render(group, "kk")), sheets(summary_xlsx.render(whole, "kk"))
    assert list(of_group) == ["Жиынтық", "Динамика", "Критерийлер", "Жеке жұмыс"]
    assert list(of_whole) == ["Жиынтық", "Динамика", "Топтар", "Топтар мен іс-әрекеттер", "Аяқталмаған"]
    assert of_group["Жиынтық"][0][0] == "Топ бойынша жиынтық нәтижелер"
    first, *_, last = (row[0] for row in table(of_group["Жиынтық"], "Бастапқы бақылау"))
    assert (first, last) == ("Дене шынықтыру", "Жалпы")
    assert signs("Топ бойынша жиынтық нәтижелер") in printed(summary_pdf.render(group, "kk"))
    assert "Бастапқы бақылау".lower() in summary_csv.render(group, "kk")
