"""Catalogues as files: what is whole is read, what is not is refused with every problem in it named."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from monitoring.core.errors import Refusal
from monitoring.core.language import LANGUAGES, Language, using
from monitoring.core.names import clean, fold_lookalikes, loose_key
from monitoring.core.scale import AGES
from monitoring.criteria.catalogue_file import (
    FOLDER,
    KEY_LENGTH,
    TEXT_LENGTH,
    AreaEntry,
    Bilingual,
    CatalogueDraft,
    CatalogueProblems,
    CriterionEntry,
    read_folder,
    read_toml,
    read_upload,
    read_xlsx,
    shipped,
    shipped_areas,
    write_xlsx,
)

DIRECTIONS, AREAS = shipped_areas()
RUSSIAN_HEADS = (
    *("ключ", "возраст", "ОД", "№", "критерий ru", "критерий kk"),
    *("I ru", "I kk", "II ru", "II kk", "III ru", "III kk", "мера ru", "мера kk"),
)
ROW: tuple[str | int | None, ...] = (
    *("5-speech-1", 5, "Развитие речи", 1, "чётко произносит звуки", "дыбыстарды анық айтады"),
    *("повторяет", "қайталайды", "понимает", "түсінеді", "применяет", "қолданады", "учить слушать", "тыңдауға үйрету"),
)
CRITERION = CriterionEntry(
    "5-speech-1",
    5,
    "speech",
    1,
    Bilingual("чётко произносит звуки", "дыбыстарды анық айтады"),
    (Bilingual("повторяет", "қайталайды"), Bilingual("понимает", "түсінеді"), Bilingual("применяет", "қолданады")),
    Bilingual("учить слушать", "тыңдауға үйрету"),
)
TOML = """
age = 5

[[criterion]]
key = "5-speech-1"
area = "speech"
number = 1
text = { ru = "чётко произносит звуки", kk = "дыбыстарды анық айтады" }
levels.I = { ru = "повторяет", kk = "қайталайды" }
levels.II = { ru = "понимает", kk = "түсінеді" }
levels.III = { ru = "применяет", kk = "қолданады" }
measure = { ru = "учить слушать", kk = "тыңдауға үйрету" }
"""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with using("en"):
        yield


def problems_of(act: Callable[[], object]) -> list[str]:
    with pytest.raises(CatalogueProblems) as refusal:
        act()
    return [str(problem) for problem in refusal.value.problems]


def problems_in_toml(text: str) -> list[str]:
    return problems_of(lambda: read_toml({"my.toml": text}, DIRECTIONS, AREAS))


def workbook(*sheets: Sequence[Sequence[str | int | None]]) -> bytes:
    target = BytesIO()
    with Workbook(target) as book:
        for place, rows in enumerate(sheets, start=1):
            sheet = book.add_worksheet(f"List{place}")
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)
    return target.getvalue()


def problems_in_rows(*rows: Sequence[str | int | None]) -> list[str]:
    return problems_of(lambda: read_xlsx(workbook([RUSSIAN_HEADS, *rows]), "my.xlsx"))


def row_with(**cells: str | int | None) -> list[str | int | None]:
    """The good row with other cells, named by their place: c4="..." is the fifth."""
    return [cells.get(f"c{place}", cell) for place, cell in enumerate(ROW)]


# --- the shipped catalogue -------------------------------------------------------------------------------


def test_the_shipped_areas_are_those_of_the_standard() -> None:
    assert [direction.key for direction in DIRECTIONS] == [
        *("physical", "communicative", "cognitive", "creative", "social")
    ]
    assert [area.key for area in AREAS] == [
        *("physical_education", "speech", "literature", "literacy", "kazakh", "mathematics", "sensory"),
        *("construction", "environment", "drawing", "modelling", "applique", "music"),
    ]
    assert {age: sum(age in area.ages for area in AREAS) for age in AGES} == {5: 12, 4: 11, 3: 11, 2: 10, 1: 7}


def test_no_two_areas_answer_to_one_name() -> None:
    names = Counter(loose_key(name) for area in AREAS for name in {area.name.ru, area.name.kk, area.key, *area.also})
    assert set(names.values()) == {1}


# --- TOML ------------------------------------------------------------------------------------------------


def test_a_file_of_criteria_is_read() -> None:
    assert read_toml({"age5.toml": TOML}, DIRECTIONS, AREAS) == CatalogueDraft(DIRECTIONS, AREAS, (CRITERION,))


def test_criteria_come_in_the_order_of_screens_whatever_the_order_of_files() -> None:
    younger = TOML.replace("age = 5", "age = 2").replace("5-speech-1", "2-speech-1")
    second = TOML.replace("5-speech-1", "5-speech-2").replace("number = 1", "number = 2")
    draft = read_toml({"z.toml": TOML, "y.toml": second, "x.toml": younger}, DIRECTIONS, AREAS)
    assert [one.key for one in draft.criteria] == ["2-speech-1", "5-speech-1", "5-speech-2"]
    assert draft.ages == (2, 5)


def test_a_criterion_may_say_its_age_itself_so_that_one_file_holds_all_ages() -> None:
    text = TOML.replace("age = 5", "").replace("number = 1", "number = 1\nage = 5")
    assert read_toml({"all.toml": text}, DIRECTIONS, AREAS).criteria == (CRITERION,)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('key = "5-speech-1"', "", "Missing: key."),
        ("age = 5", "", "Missing: age."),
        ('ru = "чётко произносит звуки"', 'ru = " "', "Missing: text.ru."),
        (', kk = "тыңдауға үйрету"', "", "Missing: measure.kk."),
        ('levels.II = { ru = "понимает", kk = "түсінеді" }', "", "Missing: levels.II.ru and levels.II.kk."),
        ('area = "speech"', 'area = "chess"', "There is no learning area «chess»."),
        ("age = 5", "age = 2", None),
        ('area = "speech"', 'area = "sensory"', "There is no learning area «sensory» at age 5."),
        ("number = 1", "number = 0", "«number» must be a whole number from 1 to 999."),
        ("number = 1", "number = true", "«number» must be a whole number from 1 to 999."),
        ("number = 1", "number = 1.5", "«number» must be a whole number from 1 to 999."),
        ("number = 1", 'number = "1"', "«number» must be a whole number from 1 to 999."),
        ('ru = "учить слушать"', "ru = 5", "«measure.ru» must be a text."),
        ("number = 1", "number = 1\nnote = 5", "There is no field «note». Check its spelling or delete it."),
        (
            'key = "5-speech-1"',
            'key = "5 speech"',
            "«key» must be small Latin letters, digits, hyphens: 5-speech-8 for ",
        ),
        ('key = "5-speech-1"', 'key = "5-sрeech-1"', "«key» must be small Latin letters, digits, hyphens: 5-speech-8 "),
        ('key = "5-speech-1"', f'key = "{"k" * (KEY_LENGTH + 1)}"', "«key» is too long: 81 characters, at most 80."),
        ("учить слушать", "я" * TEXT_LENGTH, None),
        ("учить слушать", "я" * (TEXT_LENGTH + 1), "«measure.ru» is too long: 501 characters, at most 500."),
    ],
)
def test_what_is_wrong_in_a_criterion_is_named(old: str, new: str, problem: str | None) -> None:
    text = TOML.replace(old, new)
    assert text != TOML
    if problem is None:
        assert len(read_toml({"my.toml": text}, DIRECTIONS, AREAS).criteria) == 1
    else:
        [said] = problems_in_toml(text)
        assert said.startswith(f"my.toml, criterion 1: {problem}")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Catalogue: There is no criterion in it."),
        ("age = 5", "Catalogue: There is no criterion in it."),
        ("age = 7" + TOML.replace("age = 5", ""), "my.toml: «age» must be a whole number from 1 to 5."),
        ('title = "x"\n' + TOML, "my.toml: There is no field «title». Check its spelling or delete it."),
        ("criterion = 5", "my.toml: Write each one under [[criterion]]."),
        ("criterion = [1]", "my.toml: Write each one under [[criterion]]."),
        (TOML + '\nkey "x"', "my.toml, line 14: This is not TOML. Check quotation marks, brackets and equals signs."),
        ("a = " + "9" * 5000, "my.toml: This is not TOML. Check quotation marks, brackets and equals signs."),
        ("a = " + "[" * 5000, "my.toml: This is not TOML. Check quotation marks, brackets and equals signs."),
    ],
)
def test_what_is_wrong_in_a_whole_file_is_named_once(text: str, problem: str) -> None:
    assert problems_in_toml(text) == [problem]


def test_a_text_where_a_table_should_be_is_named() -> None:
    text = TOML.replace('measure = { ru = "учить слушать", kk = "тыңдауға үйрету" }', 'measure = "учить слушать"')
    assert problems_in_toml(text) == [
        "my.toml, criterion 1: «measure» must be a table with ru and kk in it.",
        "my.toml, criterion 1: Missing: measure.ru and measure.kk.",
    ]


def test_doubles_are_named_across_files_even_where_the_criterion_has_other_problems() -> None:
    second = TOML.replace(', kk = "тыңдауға үйрету"', "")
    assert problems_of(lambda: read_toml({"a.toml": TOML, "b.toml": second}, DIRECTIONS, AREAS)) == [
        "b.toml, criterion 1: Missing: measure.kk.",
        "b.toml, criterion 1: The key «5-speech-1» is already in a.toml, criterion 1.",
        "b.toml, criterion 1: Number 1 in this learning area is already in a.toml, criterion 1.",
    ]


def test_two_criteria_without_a_number_are_no_double() -> None:
    text = TOML.replace("number = 1", "")
    assert problems_of(
        lambda: read_toml({"a.toml": text, "b.toml": text.replace("speech-1", "speech-2")}, DIRECTIONS, AREAS)
    ) == ["a.toml, criterion 1: Missing: number.", "b.toml, criterion 1: Missing: number."]


def test_one_number_in_two_areas_or_ages_is_no_double() -> None:
    others = TOML.replace("5-speech-1", "5-music-1").replace('"speech"', '"music"')
    younger = TOML.replace("5-speech-1", "4-speech-1").replace("age = 5", "age = 4")
    draft = read_toml({"a.toml": TOML, "b.toml": others, "c.toml": younger}, DIRECTIONS, AREAS)
    assert len(draft.criteria) == 3


def test_the_refusal_says_how_many_problems_there_are_and_the_first_of_them() -> None:
    with pytest.raises(CatalogueProblems) as refusal:
        read_toml({"my.toml": TOML.replace("number = 1", "number = 0\nx = 1")}, DIRECTIONS, AREAS)
    assert str(refusal.value) == (
        "The catalogue was not loaded: 2 problems in it. "
        "The first: my.toml, criterion 1: There is no field «x». Check its spelling or delete it."
    )


# --- folders and uploads ---------------------------------------------------------------------------------


def test_a_folder_without_areas_takes_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "age5.toml").write_text(TOML, encoding="utf-8")
    assert read_folder(tmp_path) == CatalogueDraft(DIRECTIONS, AREAS, (CRITERION,))


def test_a_folder_may_name_its_areas_otherwise(tmp_path: Path) -> None:
    areas = (FOLDER / "areas.toml").read_text(encoding="utf-8").replace("Развитие речи", "Речь")
    (tmp_path / "areas.toml").write_text(areas, encoding="utf-8")
    (tmp_path / "age5.toml").write_text(TOML, encoding="utf-8-sig")
    speech = next(area for area in read_folder(tmp_path).areas if area.key == "speech")
    assert speech.name == Bilingual("Речь", "Сөйлеуді дамыту")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('key = "speech"', 'key = "music"', "areas.toml: Two have the same «area.key»."),
        ("number = 2", "number = 1", "areas.toml: Two have the same «area.number»."),
        ("code_order = 5", "code_order = 4", "areas.toml: Two have the same «area.code_order»."),
        ("ages = [5]", "ages = [6]", "areas.toml, area 4: «ages» must be a list of whole numbers from 1 to 5."),
        ("ages = [5]", "", "areas.toml, area 4: Missing: ages."),
        ('direction = "physical"', 'direction = "x"', "areas.toml, area 1: There is no direction «x»."),
        ('also = ["Тіл дамыту"]', "also = 5", "areas.toml, area 2: «also» must be a list of texts."),
        ('ru = "Ф"', 'ru = "Физ"', "areas.toml, direction 1: «letter.ru» is too long: 3 characters, at most 2."),
    ],
)
def test_what_is_wrong_with_areas_is_named(tmp_path: Path, old: str, new: str, problem: str) -> None:
    areas = (FOLDER / "areas.toml").read_text(encoding="utf-8")
    assert old in areas
    (tmp_path / "areas.toml").write_text(areas.replace(old, new, 1), encoding="utf-8")
    assert problems_of(lambda: read_folder(tmp_path)) == [problem]


def test_a_folder_that_is_not_there_or_empty_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="There is no folder"):
        read_folder(tmp_path / "x")
    assert problems_of(lambda: read_folder(tmp_path)) == ["Catalogue: There is no criterion in it."]


def test_an_upload_is_read_by_its_ending() -> None:
    assert read_upload(TOML.encode(), "C:/мои/Каталог.TOML").criteria == (CRITERION,)
    assert read_upload(workbook([RUSSIAN_HEADS, ROW]), "каталог.XLSX").criteria == (CRITERION,)


@pytest.mark.parametrize(
    ("content", "filename", "advice"),
    [
        (b"", "catalogue.docx", "workbook"),
        (b"", "catalogue", "workbook"),
        (TOML.encode("utf-16"), "a.toml", "UTF-8"),
        (TOML.replace("ң", "н").encode("cp1251", "replace"), "a.toml", "UTF-8"),
        (b" " * 3_000_000, "a.toml", "larger than 2 MB"),
        (b"", "a.xlsx", "empty"),
        (b"PK\x03\x04 broken", "a.xlsx", "damaged"),
        (b"%PDF-1.7", "a.xlsx", "PDF"),
    ],
)
def test_an_upload_that_is_no_catalogue_is_refused_with_advice(content: bytes, filename: str, advice: str) -> None:
    with pytest.raises(Refusal, match=advice):
        read_upload(content, filename)


# --- XLSX ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heads",
    [
        RUSSIAN_HEADS,
        (
            *("кілт", "жас", "ұйымдастырылған іс-әрекет (ҰІӘ)", "№", "Критерий (орыс)", "Критерий (қаз)"),
            *("I деңгей ru", "I деңгей kk", "II деңгей ru", "II деңгей kk", "III деңгей ru", "III деңгей kk"),
            *("шара ru", "шара kk"),
        ),
        (
            *("Key", "Age", "Learning area", "Number", "Criterion RU", "Criterion KK", "Level I RU", "Level I KK"),
            *("Level II RU", "Level II KK", "Level III RU", "Level III KK", "Measure RU", "Measure KK"),
        ),
        (
            *("Ключ", "Возраст:", "организованная деятельность (ОД)", "№ п/п", "Критерий, рус", "Критерий, каз"),
            *("І уровень\nрус", "І уровень\nказ", "ІІ уровень рус", "ІІ уровень каз", "ІІІ ru", "ІІІ kk"),
            *("Мера (рус.)", "Мера (каз.)"),
        ),
    ],
)
def test_heads_are_understood_in_three_languages(heads: Sequence[str]) -> None:
    assert read_xlsx(workbook([heads, ROW]), "a.xlsx").criteria == (CRITERION,)


def test_columns_in_any_order_with_others_beside_and_a_title_above() -> None:
    heads = ["Примечание", *reversed(RUSSIAN_HEADS)]
    content = workbook([["Каталог детского сада"], [], heads, ["моё", *reversed(ROW)], [], ["только примечание"]])
    assert read_xlsx(content, "a.xlsx").criteria == (CRITERION,)


@pytest.mark.parametrize(
    "name", ["speech", "Развитие речи", "СӨЙЛЕУДІ ДАМЫТУ", "Сойлеудi дамыту", "Тіл дамыту", " развитие  речи "]
)
def test_an_area_is_known_by_its_key_or_any_of_its_names(name: str) -> None:
    assert read_xlsx(workbook([RUSSIAN_HEADS, row_with(c2=name)]), "a.xlsx").criteria == (CRITERION,)


def test_a_sheet_an_age_is_one_catalogue_and_other_sheets_are_left_alone() -> None:
    younger = row_with(c0="4-speech-1", c1=4)
    draft = read_xlsx(workbook([RUSSIAN_HEADS, ROW], [["как заполнять", "№"]], [RUSSIAN_HEADS, younger]), "a.xlsx")
    assert [one.key for one in draft.criteria] == ["4-speech-1", "5-speech-1"]


def test_numbers_typed_as_texts_are_numbers() -> None:
    assert read_xlsx(workbook([RUSSIAN_HEADS, row_with(c1="5", c3=" 1 ")]), "a.xlsx").criteria == (CRITERION,)


def test_look_alikes_and_stray_blanks_in_texts_are_put_right() -> None:
    content = workbook([RUSSIAN_HEADS, row_with(c5="дыбыстapды  анық\nайтады ", c7="қaйталайды")])
    assert read_xlsx(content, "a.xlsx").criteria == (CRITERION,)


def test_every_bad_row_is_named_by_its_row_and_its_heads() -> None:
    second = row_with(c0="5-music-1", c2="Музыка", c5=None, c9="  ")
    third = row_with(c0="5-music-2", c1="пять", c2="Шахматы", c3=2)
    fourth = row_with(c0=None, c3=4, c12=12)
    assert problems_in_rows(ROW, second, [], third, fourth, ROW) == [
        "sheet «List1», row 3: Missing: критерий kk and II kk.",
        "sheet «List1», row 5: «возраст» must be a whole number from 1 to 5.",
        "sheet «List1», row 5: There is no learning area «Шахматы».",
        "sheet «List1», row 6: Missing: ключ.",
        "sheet «List1», row 6: «мера ru» must be a text.",
        "sheet «List1», row 7: The key «5-speech-1» is already in sheet «List1», row 2.",
        "sheet «List1», row 7: Number 1 in this learning area is already in sheet «List1», row 2.",
    ]


def test_missing_and_double_columns_are_named_once() -> None:
    heads = [*RUSSIAN_HEADS[:-1], "Критерий RU"]
    assert problems_of(lambda: read_xlsx(workbook([heads, ROW, ROW]), "a.xlsx")) == [
        "sheet «List1», row 1: There are two columns «Критерий RU».",
        "sheet «List1», row 1: Columns missing: мера kk.",
    ]


def test_a_workbook_without_a_head_row_is_told_the_heads() -> None:
    [problem] = problems_of(lambda: read_xlsx(workbook([ROW]), "a.xlsx"))
    assert problem.startswith("Head row: Not found. The columns are ключ, возраст, ОД, №, критерий ru,")


def test_a_workbook_with_heads_alone_is_empty() -> None:
    assert problems_in_rows() == ["Catalogue: There is no criterion in it."]


# --- our workbook ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_catalogue_goes_out_and_comes_back(language: Language) -> None:
    assert read_upload(write_xlsx(shipped(), language), "catalogue.xlsx") == shipped()


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    texts = Bilingual("=1+1", '=HYPERLINK("x")')
    draft = CatalogueDraft(DIRECTIONS, AREAS, (replace(CRITERION, text=texts, measure=Bilingual("+7", "{=SUM(A1)}")),))
    content = write_xlsx(draft)
    assert read_xlsx(content, "a.xlsx") == draft
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
    assert sheet.to_python()[1][4] == "=1+1"


def test_an_area_in_our_workbook_stands_under_the_name_of_its_reader() -> None:
    draft = CatalogueDraft(DIRECTIONS, AREAS, (CRITERION,))
    names: dict[Language, str] = {"ru": "Развитие речи", "kk": "Сөйлеуді дамыту", "en": "speech"}
    for language, name in names.items():
        content = write_xlsx(draft, language)
        assert CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()[1][2] == name


def test_an_area_that_an_organisation_renamed_comes_back_too() -> None:
    areas = tuple(
        replace(area, name=Bilingual("Речь и игра", "Музыка")) if area.key == "speech" else area for area in AREAS
    )
    for language in LANGUAGES:
        content = write_xlsx(CatalogueDraft(DIRECTIONS, areas, (CRITERION,)), language)
        assert read_xlsx(content, "a.xlsx").criteria == (CRITERION,)


texts = (
    st.text(st.characters(codec="utf-8", exclude_characters="_", exclude_categories=["C"]), min_size=1, max_size=60)
    .map(fold_lookalikes)
    .filter(lambda text: bool(clean(text)))
)
pairs = st.builds(Bilingual, texts, texts)


@st.composite
def drafts(draw: st.DrawFn) -> CatalogueDraft:
    places = [(area, age) for area in AREAS for age in area.ages]
    chosen = draw(st.lists(st.tuples(st.sampled_from(places), st.integers(1, 99)), min_size=1, max_size=6, unique=True))
    criteria = [
        CriterionEntry(
            f"{age}-{area.key}-{n}", age, area.key, n, draw(pairs), draw(st.tuples(pairs, pairs, pairs)), draw(pairs)
        )
        for (area, age), n in chosen
    ]
    order: dict[str, int] = {area.key: area.number for area in AREAS}
    return CatalogueDraft(
        DIRECTIONS, AREAS, tuple(sorted(criteria, key=lambda one: (one.age, order[one.area], one.number)))
    )


@settings(deadline=None)
@given(drafts(), st.sampled_from(LANGUAGES))
def test_any_catalogue_survives_the_way_through_a_workbook(draft: CatalogueDraft, language: Language) -> None:
    assert read_xlsx(write_xlsx(draft, language), "a.xlsx") == draft


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_catalogue_or_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        read_upload(text.encode("utf-8", "replace"), "a.toml")


def test_entries_do_not_change_once_made() -> None:
    area: AreaEntry = AREAS[0]
    with pytest.raises(AttributeError):
        area.number = 5  # type: ignore[misc]
