"""The shipped criteria: as many as the programme has, with the codes of the forms, and texts fit to judge children by.

What a reader must judge (is it observable, is III more than II) is in docs/catalogue-review.md; here is what a
machine can tell of every text.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Final

import pytest

from monitoring.core.codes import SheetLanguage
from monitoring.core.names import fold_lookalikes
from monitoring.core.scale import AGES
from monitoring.criteria.catalogue_file import FOLDER, CriterionEntry, shipped
from monitoring.criteria.catalogue_pages import DOCS, codes_of, pages
from monitoring.criteria.threads import thread_of, threads
from tests.test_codes import FULL, IN_AN_AREA, IN_AN_AREA_AT_1, LANGUAGES, RANGES

CRITERIA: Final = shipped().criteria
# Characters, least and most. A descriptor stands in a column of the observation sheet, three measures in a cell of the
# card.
LENGTHS: Final = {"text": (25, 120), "level": (25, 140), "measure": (60, 160)}
OVERLAP: Final = 0.6  # two descriptors of different criteria share no more of their words
OVERLAP_OF_LEVELS: Final = 0.7  # two levels of one criterion share less

KAZAKH_LETTERS: Final = frozenset("әғқңөұүһі")
RUSSIAN: Final = re.compile(r"[а-яё «»,.—:;?!…-]+")
KAZAKH: Final = re.compile(r"[а-яёәғқңөұүһі «»,.—:;?!…-]+")
QUOTED: Final = re.compile(r"«[^«»]*»")
ABBREVIATION: Final = re.compile(r"\b[а-яё]\.|\b(?:др|мин|сек|см|кг|напр|шт)\b", re.IGNORECASE)
WORD: Final = re.compile(r"[^\W\d_]+")


def kinds_of(one: CriterionEntry, language: SheetLanguage) -> Iterator[tuple[str, str]]:
    yield "text", one.text.render(language)
    for level in one.levels:
        yield "level", level.render(language)
    yield "measure", one.measure.render(language)


def texts() -> Iterator[tuple[str, SheetLanguage, str, str]]:
    """Every text there is: the key of its criterion, its language, its kind and itself."""
    for one in CRITERIA:
        for language in LANGUAGES:
            for kind, text in kinds_of(one, language):
                yield one.key, language, kind, text


def words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text.casefold()))


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the shorter text's words that the other has too: stricter than the share of all words."""
    return len(one & other) / min(len(one), len(other))


# --- how many, and where ---------------------------------------------------------------------------------


def test_each_age_has_as_many_criteria_as_the_programme_has_for_it() -> None:
    assert Counter(one.age for one in CRITERIA) == FULL


def test_the_criteria_of_an_age_are_spread_over_its_areas_evenly_but_for_the_youngest() -> None:
    counts = Counter((one.age, one.area) for one in CRITERIA)
    expected = {
        (age, area.key): IN_AN_AREA_AT_1[area.key] if age == 1 else IN_AN_AREA[age]
        for area in shipped().areas
        for age in area.ages
    }
    assert counts == expected


@pytest.mark.parametrize("age", AGES)
def test_codes_run_through_the_directions_as_on_the_sheets(age: int) -> None:
    codes = codes_of(shipped())
    for area, (russian, kazakh, first, last) in RANGES[age].items():
        own = [codes[one.key] for one in CRITERIA if (one.age, one.area) == (age, area)]
        numbers = range(first, last + 1)
        assert [code.ru for code in own] == [f"{age}-{russian}.{n}" for n in numbers]
        assert [code.kk for code in own] == [f"{age}-{kazakh}.{n}" for n in numbers]


def test_a_key_says_age_area_and_thread() -> None:
    for one in CRITERIA:
        assert re.fullmatch(rf"{one.age}-{one.area}-[a-z][a-z-]*", one.key), one.key


def test_threads_go_on_from_age_to_age() -> None:
    """A thread that is there at 3 is there at 4 or 5 too: what is begun is followed."""
    found = threads(CRITERIA)
    assert sum(map(len, found.values())) == len(CRITERIA)
    assert [one.age for one in found["mathematics-size"]] == [1, 2, 3, 4, 5]
    assert thread_of("2-sensory-size") == thread_of("5-mathematics-size") == "mathematics-size"
    for thread, criteria in found.items():
        ages = [one.age for one in criteria]
        assert ages == sorted(set(ages)), thread
        assert max(ages) == 5 or max(ages) < 3, thread


# --- what every text is like -----------------------------------------------------------------------------


def test_texts_are_short_enough_for_a_sheet_and_a_card_and_long_enough_to_say_something() -> None:
    def fits(kind: str, text: str) -> bool:
        least, most = LENGTHS[kind]
        return least <= len(text) <= most

    assert [(key, language, len(text), text) for key, language, kind, text in texts() if not fits(kind, text)] == []


def test_texts_begin_with_a_capital_and_end_without_a_mark() -> None:
    wrong = [
        (key, text)
        for key, _, _, text in texts()
        if not text.lstrip("«")[0].isupper() or not (text[-1].isalpha() or text[-1] == "»")
    ]
    assert wrong == []


def test_texts_have_the_letters_of_their_language_and_no_digits_latin_or_abbreviations() -> None:
    wrong = []
    for key, language, _, text in texts():
        small = text.casefold()
        if language == "kk":
            fine = bool(KAZAKH.fullmatch(small)) and not KAZAKH_LETTERS.isdisjoint(small)
        else:
            fine = bool(KAZAKH.fullmatch(small) and RUSSIAN.fullmatch(QUOTED.sub("", small)))  # Kazakh in quotes
        if not fine or ABBREVIATION.search(text):
            wrong.append((key, text))
    assert wrong == []


def test_quotation_marks_come_in_pairs_and_hyphens_are_no_dashes() -> None:
    wrong = [
        (key, text)
        for key, _, _, text in texts()
        if {"«", "»"} & set(QUOTED.sub("", text)) or " - " in text or "  " in text
    ]
    assert wrong == []


def test_a_kazakh_text_is_not_its_russian_one() -> None:
    for one in CRITERIA:
        for (_, russian), (_, kazakh) in zip(kinds_of(one, "ru"), kinds_of(one, "kk"), strict=True):
            assert overlap(words(QUOTED.sub("", russian)), words(QUOTED.sub("", kazakh))) < 0.5, one.key


def test_the_files_hold_texts_without_look_alikes_and_stray_blanks() -> None:
    untidy = []
    for path in sorted(FOLDER.glob("age*.toml")):
        for one in tomllib.loads(path.read_text(encoding="utf-8"))["criterion"]:
            held = [*one["text"].values(), *one["measure"].values()]
            held += [text for level in one["levels"].values() for text in level.values()]
            untidy += [(one["key"], text) for text in held if text != fold_lookalikes(text)]
    assert untidy == []


# --- what tells criteria and levels apart ----------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_stands_twice(language: SheetLanguage) -> None:
    counts = Counter(text.casefold() for _, of, _, text in texts() if of == language)
    assert [text for text, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_descriptors_of_different_criteria_speak_of_different_acts(language: SheetLanguage) -> None:
    descriptors = [
        (one.key, level.render(language), words(level.render(language))) for one in CRITERIA for level in one.levels
    ]
    alike = [
        (key, text, other_key, other_text)
        for (key, text, own), (other_key, other_text, other) in combinations(descriptors, 2)
        if key != other_key and overlap(own, other) > OVERLAP
    ]
    assert alike == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_three_levels_of_a_criterion_differ_in_an_act_not_in_a_verb(language: SheetLanguage) -> None:
    alike = [
        (one.key, a.render(language), b.render(language))
        for one in CRITERIA
        for a, b in combinations(one.levels, 2)
        if overlap(words(a.render(language)), words(b.render(language))) >= OVERLAP_OF_LEVELS
    ]
    assert alike == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_level_one_says_what_the_child_does_and_not_what_it_fails_at(language: SheetLanguage) -> None:
    failing = {
        "ru": re.compile(
            r"\bне (?:мо[жг]|уме|зна|уда|получа|справля|называ|отвеча|понима|узна|выполня|говор|хоч)"
            r"|затрудн|ошиба|путает|слаб|плохо|\bлишь\b|\bтолько\b",
            re.IGNORECASE,
        ),
        "kk": re.compile(r"алмайды|қинал|қателес|шатаст|нашар|білмейді|істемейді", re.IGNORECASE),
    }[language]
    assert [
        (one.key, one.levels[0].render(language)) for one in CRITERIA if failing.search(one.levels[0].render(language))
    ] == []


# --- pages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", pages())
def test_the_pages_are_what_the_files_say(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == pages()[name], (
        "Run `python -m monitoring.criteria.catalogue_pages`."
    )
