"""Codes as the tables of the monitoring method print them, at every age and in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.core.codes import (
    LETTERS,
    Code,
    Place,
    SheetLanguage,
    WrittenCode,
    code,
    parse_code,
    read_code,
    running_numbers,
    sheet_language,
)
from monitoring.core.scale import AGES
from monitoring.criteria.catalogue_file import shipped_areas

LANGUAGES: tuple[SheetLanguage, ...] = ("ru", "kk")
FULL = {5: 84, 4: 66, 3: 55, 2: 40, 1: 39}
IN_AN_AREA = {5: 7, 4: 6, 3: 5, 2: 4}
IN_AN_AREA_AT_1 = {
    "physical_education": 7,
    "speech": 7,
    "literature": 5,
    "sensory": 5,
    "environment": 5,
    "modelling": 4,
    "music": 6,
}
RANGES = {
    5: {
        "physical_education": ("Ф", "Ф", 1, 7),
        "speech": ("К", "К", 1, 7),
        "literature": ("К", "К", 8, 14),
        "literacy": ("К", "К", 15, 21),
        "kazakh": ("К", "К", 22, 28),
        "mathematics": ("П", "Т", 1, 7),
        "drawing": ("Т", "Ш", 1, 7),
        "modelling": ("Т", "Ш", 8, 14),
        "applique": ("Т", "Ш", 15, 21),
        "construction": ("Т", "Ш", 22, 28),
        "music": ("Т", "Ш", 29, 35),
        "environment": ("С", "Ә", 1, 7),
    },
    4: {
        "physical_education": ("Ф", "Ф", 1, 6),
        "speech": ("К", "К", 1, 6),
        "literature": ("К", "К", 7, 12),
        "kazakh": ("К", "К", 13, 18),
        "mathematics": ("П", "Т", 1, 6),
        "drawing": ("Т", "Ш", 1, 6),
        "modelling": ("Т", "Ш", 7, 12),
        "applique": ("Т", "Ш", 13, 18),
        "construction": ("Т", "Ш", 19, 24),
        "music": ("Т", "Ш", 25, 30),
        "environment": ("С", "Ә", 1, 6),
    },
    3: {
        "physical_education": ("Ф", "Ф", 1, 5),
        "speech": ("К", "К", 1, 5),
        "literature": ("К", "К", 6, 10),
        "kazakh": ("К", "К", 11, 15),
        "mathematics": ("П", "Т", 1, 5),
        "drawing": ("Т", "Ш", 1, 5),
        "modelling": ("Т", "Ш", 6, 10),
        "applique": ("Т", "Ш", 11, 15),
        "construction": ("Т", "Ш", 16, 20),
        "music": ("Т", "Ш", 21, 25),
        "environment": ("С", "Ә", 1, 5),
    },
    2: {
        "physical_education": ("Ф", "Ф", 1, 4),
        "speech": ("К", "К", 1, 4),
        "literature": ("К", "К", 5, 8),
        "sensory": ("П", "Т", 1, 4),
        "drawing": ("Т", "Ш", 1, 4),
        "modelling": ("Т", "Ш", 5, 8),
        "applique": ("Т", "Ш", 9, 12),
        "construction": ("Т", "Ш", 13, 16),
        "music": ("Т", "Ш", 17, 20),
        "environment": ("С", "Ә", 1, 4),
    },
    1: {
        "physical_education": ("Ф", "Ф", 1, 7),
        "speech": ("К", "К", 1, 7),
        "literature": ("К", "К", 8, 12),
        "sensory": ("П", "Т", 1, 5),
        "modelling": ("Т", "Ш", 1, 4),
        "music": ("Т", "Ш", 5, 10),
        "environment": ("С", "Ә", 1, 5),
    },
}

written_codes = st.builds(
    WrittenCode, st.sampled_from(AGES), st.sampled_from("ФКПТСШӘ"), st.integers(min_value=1, max_value=999)
)


DIRECTIONS, AREAS = shipped_areas()


def full_size_places(age: int) -> list[tuple[str, Place]]:
    """Every criterion that a full catalogue has at an age, in the order of the screen, with its area."""
    return [
        (area.key, Place(age, area.direction, area.code_order, number, f"{age}-{area.key}-{number}"))
        for area in AREAS
        if age in area.ages
        for number in range(1, (IN_AN_AREA.get(age) or IN_AN_AREA_AT_1[area.key]) + 1)
    ]


@pytest.mark.parametrize("age", AGES)
def test_the_codes_of_a_full_catalogue_are_those_of_the_tables(age: int) -> None:
    places = full_size_places(age)
    numbers = running_numbers(place for _, place in places)
    letters = {direction.key: direction.letter for direction in DIRECTIONS}
    shown: dict[str, list[tuple[str, str]]] = {}
    for area, place in places:
        letter = letters[place.direction]
        both = code(age, letter.ru, numbers[place]), code(age, letter.kk, numbers[place])
        shown.setdefault(area, []).append(both)
    assert len(places) == FULL[age]
    assert shown == {
        area: [(f"{age}-{ru}.{n}", f"{age}-{kk}.{n}") for n in range(first, last + 1)]
        for area, (ru, kk, first, last) in RANGES[age].items()
    }


def test_the_directions_of_age_five_have_the_counts_of_the_method() -> None:
    numbers = running_numbers(place for _, place in full_size_places(5))
    counts = {"physical": 7, "communicative": 28, "cognitive": 7, "creative": 35, "social": 7}
    assert {
        direction: max(numbers[one] for one in numbers if one.direction == direction) for direction in counts
    } == counts


def test_the_letters_read_are_the_letters_of_the_directions() -> None:
    assert {direction.letter.ru: direction.key for direction in DIRECTIONS} == LETTERS["ru"]
    assert {direction.letter.kk: direction.key for direction in DIRECTIONS} == LETTERS["kk"]


def test_numbers_run_on_over_criteria_and_areas_that_are_absent() -> None:
    first, third = Place(5, "creative", 1, 1, "a"), Place(5, "creative", 1, 3, "b")
    music = Place(5, "creative", 5, 2, "c")
    assert running_numbers([music, third, first]) == {first: 1, third: 2, music: 3}


def test_each_age_and_each_direction_begins_at_one() -> None:
    places = [Place(age, direction, 1, 1, "a") for age in (4, 5) for direction in ("social", "creative")]
    assert running_numbers(places) == dict.fromkeys(places, 1)


@given(st.lists(st.builds(Place, st.sampled_from(AGES), st.sampled_from("ab"), *[st.integers(1, 4)] * 2, st.text())))
def test_numbers_of_a_direction_have_no_gap_and_no_double(places: list[Place]) -> None:
    numbers = running_numbers(places)
    assert set(numbers) == set(places)
    for age, direction in {(place.age, place.direction) for place in places}:
        run = sorted(n for place, n in numbers.items() if (place.age, place.direction) == (age, direction))
        assert run == list(range(1, len(run) + 1))


@given(written_codes)
def test_a_rendered_code_is_read_back(written: WrittenCode) -> None:
    assert read_code(code(written.age, written.letter, written.n)) == written


@given(st.sampled_from(LANGUAGES), st.sampled_from(AGES), st.integers(1, 999), st.data())
def test_a_code_rendered_in_a_language_is_understood_in_it(
    language: SheetLanguage, age: int, n: int, data: st.DataObject
) -> None:
    letter, direction = data.draw(st.sampled_from(sorted(LETTERS[language].items())))
    assert parse_code(code(age, letter, n), language) == Code(age, direction, n)


@given(written_codes, st.lists(st.sampled_from(["", " ", "\u00a0", "\u200b", " - ", "–", "\u2011", "."]), min_size=4))
def test_stray_signs_between_the_parts_change_nothing(written: WrittenCode, noise: list[str]) -> None:
    typed = f"{written.age}{noise[0]}-{noise[1]}{written.letter.lower()}{noise[2]}.{noise[3]}{written.n} "
    assert read_code(typed) == written


@given(st.text())
def test_any_text_is_a_code_or_is_none(text: str) -> None:
    written = read_code(text)
    assert written is None or read_code(code(written.age, written.letter, written.n)) == written


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("5-K.8", "5-К.8"),
        ("5-T.8", "5-Т.8"),
        ("5-C.8", "5-С.8"),
        ("5-k.8", "5-К.8"),
        ("5-c.8", "5-С.8"),
        ("5-Ə.1", "5-Ә.1"),
        ("5-ə.1", "5-Ә.1"),
        ("5-ш.35", "5-Ш.35"),
        ("5 – К . 8", "5-К.8"),
        (" 5\u00ad-\u00a0П.\n7", "5-П.7"),
        ("5‑Ф‑3", "5-Ф.3"),
        ("5--К..8.", "5-К.8"),
        ("5К8", "5-К.8"),
        ("5-К.08", "5-К.8"),
    ],
)
def test_a_code_typed_carelessly_is_read(typed: str, shown: str) -> None:
    written = read_code(typed)
    assert written is not None
    assert code(written.age, written.letter, written.n) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "5-К",
        "К.8",
        "0-К.8",
        "6-К.8",
        "5-Б.8",
        "5-К.0",
        "5-К.8а",
        "5-К.1 5",
        "15-К.8",
        "5-КК.8",
        "Группа 5-К.8",
    ],
)
def test_what_is_no_code_is_not_taken_for_one(text: str) -> None:
    assert read_code(text) is None


def test_one_letter_is_two_directions_in_two_languages() -> None:
    assert parse_code("5-Т.3", "ru") == Code(5, "creative", 3)
    assert parse_code("5-Т.3", "kk") == Code(5, "cognitive", 3)


@pytest.mark.parametrize(("text", "language"), [("5-Ш.1", "ru"), ("5-Ә.1", "ru"), ("5-П.1", "kk"), ("5-С.1", "kk")])
def test_a_letter_of_the_other_language_is_no_code_of_this_one(text: str, language: SheetLanguage) -> None:
    assert parse_code(text, language) is None


@pytest.mark.parametrize(
    ("codes", "language"),
    [
        (["5-Ф.1", "5-К.1", "5-Т.1", "5-П.1"], "ru"),
        (["5-Т.1", "5-C.1"], "ru"),
        (["5-Ф.1", "5-К.1", "5-Т.1", "5-Ш.1"], "kk"),
        (["5-Т.1", "5 - Ə . 1"], "kk"),
        (["5-Ф.1", "5-К.1", "5-T.1"], None),
        (["5-П.1", "5-Ш.1"], None),
        (["Пётр", "Шара", "Әлия"], None),
        ([], None),
    ],
)
def test_a_sheet_has_the_language_that_its_letters_prove(codes: list[str], language: SheetLanguage | None) -> None:
    assert sheet_language(codes) == language
