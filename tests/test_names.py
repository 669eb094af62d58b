import random
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitoring.core.errors import Refusal
from monitoring.core.names import (
    ALPHABET,
    FullName,
    clean,
    fold_lookalikes,
    full_name,
    is_patronymic,
    loose_key,
    match_key,
    sort_key,
    split_full_name,
)

KAZAKH = ALPHABET + ALPHABET.upper()
LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZəƏëË"
NASTY = "\u00a0\u200b\u00ad\ufeff\t\n\u2009\u0306\u0308\u0301-–'’ʼ.«»\"1İßŉ"

kazakh_names = st.text(KAZAKH + " -", max_size=20)
kazakh_words = st.text(KAZAKH, min_size=1, max_size=8)
texts = st.one_of(st.text(max_size=15), st.text(KAZAKH + LATIN + NASTY + " ", max_size=15))


def test_a_name_is_written_in_full_and_in_short() -> None:
    name = FullName("Ахметова", "Дана", "Ерланқызы")
    assert (name.full, name.short) == ("Ахметова Дана Ерланқызы", "Ахметова Д. Е.")


def test_a_name_without_a_patronymic_has_one_initial() -> None:
    name = FullName("Ким", "анна-Мария")
    assert (name.full, name.short) == ("Ким анна-Мария", "Ким А.")


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("  Ахметова \u00a0\t Дана\n", "Ахметова Дана"),
        ("Ах\u00adме\u200bтова\ufeff", "Ахметова"),
        ("Сери\u0306кулы", "Серйкулы"),
        ("и\u200d\u0306", "й"),
        ("\u2003\u3000\u3164", ""),
        ("а\x00б", "а б"),
    ],
)
def test_cleaning_leaves_composed_letters_and_single_spaces(written: str, cleaned: str) -> None:
    assert clean(written) == cleaned


def test_names_stand_in_the_order_of_the_kazakh_alphabet() -> None:
    names = [*ALPHABET.upper(), "A", "Z"]
    assert sorted(random.Random(1).sample(names, len(names)), key=sort_key) == names


def test_a_shorter_family_name_comes_first() -> None:
    names = ["Ахмет Б", "Ахмет-Али А", "Ахметов Ә", "Ахметова А", "Әбен А", "Ельжан", "Ёлкин", "Жан", "Adam"]
    assert sorted(random.Random(2).sample(names, len(names)), key=sort_key) == names


@given(kazakh_words, kazakh_words)
def test_the_sort_key_agrees_with_the_alphabet(left: str, right: str) -> None:
    by_letters = [ALPHABET.index(letter) for letter in left.lower()]
    others = [ALPHABET.index(letter) for letter in right.lower()]
    assert (sort_key(left) < sort_key(right)) == (by_letters < others)


@given(texts)
def test_the_sort_key_is_digits_that_every_collation_orders_alike(text: str) -> None:
    assert re.fullmatch(r"[0-9]*", sort_key(text))


@given(texts, texts)
def test_equal_sort_keys_are_equal_names_but_for_case_and_marks(left: str, right: str) -> None:
    if sort_key(left) == sort_key(right):
        assert match_key(left) == match_key(right)


@given(kazakh_names)
def test_keys_do_not_depend_on_case(text: str) -> None:
    for key in (sort_key, match_key, loose_key):
        assert key(text) == key(text.upper()) == key(text.lower())


@given(texts)
@example("İм")
@example("ŉм-aa")
@example("Xŉ")
@example("\u0345")
def test_doing_it_twice_changes_nothing(text: str) -> None:
    for act in (clean, fold_lookalikes, match_key):
        assert act(act(text)) == act(text)


@given(st.text(KAZAKH + LATIN + " -'", max_size=15))
@example("ac улы")
def test_a_loose_key_has_nothing_left_to_loosen(text: str) -> None:
    assert loose_key(loose_key(text)) == loose_key(text)


@given(texts)
def test_composed_and_decomposed_letters_have_the_same_keys(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    for act in (clean, fold_lookalikes, sort_key, match_key, loose_key):
        assert act(composed) == act(decomposed)


@given(texts)
def test_what_is_stored_is_found_by_what_was_typed(text: str) -> None:
    assert match_key(fold_lookalikes(text)) == match_key(text)
    assert sort_key(fold_lookalikes(text)) == sort_key(text)


@given(texts, texts)
@example("Ерлан ұлы", "Ерлан улы")
def test_names_that_match_are_possible_doubles_too(left: str, right: str) -> None:
    if match_key(left) == match_key(right):
        assert loose_key(left) == loose_key(right)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Axмeтoвa Дaнa", "Ахметова Дана"),
        ("Гауhар", "Гауһар"),
        ("Əлия Əсел", "Әлия Әсел"),
        ("Сeрiк Iлияс", "Серік Ілияс"),
        ("Yкілай", "Үкілай"),
        ("Yльяна", "Ульяна"),
        ("Пëтр", "Пётр"),
        ("Ахметова A. E.", "Ахметова А. Е."),
        ("I младшая", "I младшая"),
        ("Anna Kim", "Anna Kim"),
        ("Аnnа", "Аnnа"),
        ("Maксим-Ha", "Максим-Ha"),
    ],
)
def test_a_latin_letter_in_a_cyrillic_word_becomes_its_twin(typed: str, stored: str) -> None:
    assert fold_lookalikes(typed) == stored


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("АХМЕТОВА  дана", "Ахметова Дана"),
        ("Королёв Пётр", "Королев Петр"),
        ("Нұр–Сұлтан", "Нұр - Сұлтан"),
        ("Айм’ан", "Айм'ан"),
        ("Əлия", "Әлия"),
        ("0 A", "0 А"),
    ],
)
def test_two_spellings_of_one_name_match(one: str, other: str) -> None:
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Әлия Қанат", "Алия Канат"),
        ("Ғани Өмір Ұлан Үміт Ңа", "Гани Омир Улан Умит На"),
        ("Гауһар", "Гаухар"),
        ("Дана Ерлан қызы", "Дана Ерланкызы"),
        ("Али Ерлан ұлы", "Али Ерланулы"),
        ("Али Ерлан-ұлы", "Али Ерланұлы"),
        ("Нұр-Сұлтан", "Нурсултан"),
    ],
)
def test_a_russian_keyboard_makes_a_possible_double_not_a_match(one: str, other: str) -> None:
    assert loose_key(one) == loose_key(other)
    assert match_key(one) != match_key(other)


@pytest.mark.parametrize(("one", "other"), [("Дана", "Диана"), ("Ахметов", "Ахметова"), ("Али Улыбек", "АлиУлыбек")])
def test_different_names_are_no_possible_double(one: str, other: str) -> None:
    assert loose_key(one) != loose_key(other)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ахметова Дана Ерланқызы", FullName("Ахметова", "Дана", "Ерланқызы")),
        ("Ахметова, Дана", FullName("Ахметова", "Дана")),
        ("Ким Анна -", FullName("Ким", "Анна")),
        ("Мамедов Али Вагиф оглы", FullName("Мамедов", "Али", "Вагиф оглы")),
        ("Серік Дана Ерлан қызы", FullName("Серік", "Дана", "Ерлан қызы")),
        ("Ким Анна Мария Сергеевна", FullName("Ким", "Анна Мария", "Сергеевна")),
        ("Абу Али ибн Сина", FullName("Абу", "Али", "ибн Сина")),
        ("Петрова - Ким Анна–Мария", FullName("Петрова-Ким", "Анна-Мария")),
        ("Ахметова Д.Е.", FullName("Ахметова", "Д.", "Е.")),
        ("12. Ахметова Дaна", FullName("Ахметова", "Дана")),
    ],
)
def test_a_full_name_is_read_in_the_order_of_the_forms(text: str, name: FullName) -> None:
    assert split_full_name(text) == name


@pytest.mark.parametrize("text", ["", "  ", "—", "123", "Ахметова", "Ахметова -"])
def test_less_than_two_words_are_refused(text: str) -> None:
    with pytest.raises(Refusal):
        split_full_name(text)


def test_a_name_longer_than_its_column_is_refused() -> None:
    with pytest.raises(Refusal):
        full_name("Ахметова", "а" * 101)


@given(kazakh_words, kazakh_words, st.none() | kazakh_words)
def test_a_full_name_survives_being_written_and_read(family: str, given_name: str, patronymic: str | None) -> None:
    name = full_name(family, given_name, patronymic)
    assert split_full_name(name.full) == name


@pytest.mark.parametrize(
    ("word", "yes"),
    [
        ("Ерланқызы", True),
        ("Ерланулы", True),
        ("Сергеевна", True),
        ("Ильич", True),
        ("ұлы", True),
        ("Дана", False),
    ],
)
def test_a_patronymic_is_known_by_its_ending(word: str, yes: bool) -> None:
    assert is_patronymic(word) is yes
