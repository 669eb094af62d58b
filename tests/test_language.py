"""Two people, two languages, one process: texts, plurals, dates and numbers as each of them reads them."""

import pickle
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from threading import Barrier, Thread

import pytest

from monitoring.core import language
from monitoring.core.errors import Conflict, NotAllowed, NotFound, Refusal
from monitoring.core.language import (
    LANGUAGE_NAMES,
    LANGUAGES,
    Language,
    current_language,
    format_date,
    format_datetime,
    format_list,
    format_number,
    format_percent,
    gettext,
    is_language,
    message,
    month_name,
    ngettext,
    nmessage,
    npgettext,
    npmessage,
    pgettext,
    pmessage,
    school_year,
    set_language,
    short_date,
    using,
)

RUSSIAN = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Language: ru\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20)"
" ? 1 : 2);\n"

msgid "Group"
msgstr "Группа"

msgid "The group {name} is closed since {day}."
msgstr "Группа {name} закрыта с {day}."

msgid "{n} child"
msgid_plural "{n} children"
msgstr[0] "{n} ребёнок"
msgstr[1] "{n} ребёнка"
msgstr[2] "{n} детей"

msgctxt "stage"
msgid "Final"
msgstr "Итоговый"

msgid "Conclusion"
msgstr "Вывод"

msgctxt "stage"
msgid "{n} stage of {year}"
msgid_plural "{n} stages of {year}"
msgstr[0] "{n} этап {year}"
msgstr[1] "{n} этапа {year}"
msgstr[2] "{n} этапов {year}"

#, fuzzy
msgid "A guess"
msgstr "Догадка"
"""

KAZAKH = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Language: kk\n"
"Plural-Forms: nplurals=1; plural=0;\n"

msgid "Group"
msgstr "Топ"

msgid "{n} child"
msgid_plural "{n} children"
msgstr[0] "{n} бала"

msgctxt "stage"
msgid "Final"
msgstr "Қорытынды"

msgid "Conclusion"
msgstr "Қорытынды"
"""


@pytest.fixture(autouse=True)
def small_catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, text in (("ru", RUSSIAN), ("kk", KAZAKH)):
        path = tmp_path / name / "LC_MESSAGES" / "monitoring.po"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(language, "LOCALE_FOLDER", tmp_path)
    with using("ru"):
        yield


def test_russian_is_spoken_where_nobody_chose() -> None:
    heard: list[str] = []
    thread = Thread(target=lambda: heard.extend([current_language(), gettext("Group")]))
    thread.start()
    thread.join()
    assert heard == ["ru", "Группа"]


def test_two_threads_read_two_languages_at_once() -> None:
    heard: dict[Language, set[str]] = {each: set() for each in LANGUAGES}
    together = Barrier(len(LANGUAGES))

    def read(mine: Language) -> None:
        set_language(mine)
        for _turn in range(200):
            together.wait()
            heard[mine].add(f"{gettext('Group')}, {format_date(date(2026, 11, 21))}")

    threads = [Thread(target=read, args=(each,)) for each in LANGUAGES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == {
        "ru": {"Группа, 21 ноября 2026\u00a0г."},
        "kk": {"Топ, 2026\u00a0жылғы 21 қараша"},
        "en": {"Group, 21 November 2026"},
    }


def test_a_block_in_another_language_gives_the_first_one_back_even_after_an_error() -> None:
    with pytest.raises(KeyError), using("kk"):
        gettext("{n} child", name="Айым")
    assert gettext("Group") == "Группа"


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (0, "0 детей"),
        (1, "1 ребёнок"),
        (2, "2 ребёнка"),
        (5, "5 детей"),
        (11, "11 детей"),
        (21, "21 ребёнок"),
        (112, "112 детей"),
    ],
)
def test_russian_counts_in_three_forms(n: int, text: str) -> None:
    assert ngettext("{n} child", "{n} children", n) == text


@pytest.mark.parametrize("n", [1, 2, 5, 21])
def test_kazakh_counts_in_one_form(n: int) -> None:
    with using("kk"):
        assert ngettext("{n} child", "{n} children", n) == f"{n} бала"


def test_english_counts_in_two_forms() -> None:
    with using("en"):
        assert [ngettext("{n} child", "{n} children", n) for n in (1, 2)] == ["1 child", "2 children"]


def test_one_kazakh_word_serves_two_contexts_that_russian_tells_apart() -> None:
    assert (pgettext("stage", "Final"), gettext("Conclusion")) == ("Итоговый", "Вывод")
    with using("kk"):
        assert pgettext("stage", "Final") == gettext("Conclusion") == "Қорытынды"


def test_a_text_of_another_context_is_not_taken() -> None:
    assert pgettext("exam", "Final") == "Final"
    assert gettext("Final") == "Final"


def test_a_plural_may_have_a_context_and_values() -> None:
    said = npgettext("stage", "{n} stage of {year}", "{n} stages of {year}", 3, year="2026-2027")
    assert said == "3 этапа 2026-2027"


@pytest.mark.parametrize("text", ["Nobody translated this", "A guess"])
def test_a_missing_or_fuzzy_translation_falls_back_to_english(text: str) -> None:
    assert gettext(text) == text


def test_a_plural_without_translation_falls_back_to_english() -> None:
    assert [ngettext("{n} sheet", "{n} sheets", n) for n in (1, 5)] == ["1 sheet", "5 sheets"]


def test_an_empty_text_is_empty() -> None:
    assert gettext("") == ""


def test_braces_are_only_read_where_values_are_given() -> None:
    assert gettext("{not a value}") == "{not a value}"


def test_a_message_waits_for_the_language_of_its_reader() -> None:
    group = message("Group")
    assert str(group) == "Группа"
    with using("kk"):
        assert f"{group}" == "Топ"
    assert group.render("en") == "Group"


def test_a_message_inside_a_message_is_rendered_in_the_same_language() -> None:
    outer = message("The group {name} is closed since {day}.", name=pmessage("stage", "Final"), day="1 мая")
    assert outer.render("ru") == "Группа Итоговый закрыта с 1 мая."
    with using("kk"):
        assert outer.render("ru") == "Группа Итоговый закрыта с 1 мая."


def test_values_of_a_message_are_shown_as_their_reader_writes_them() -> None:
    at = datetime(2026, 11, 21, 9, 5, tzinfo=timezone(timedelta(hours=5)))
    said = message(
        "{day} {at} {mean} {who} {year}",
        day=date(2026, 11, 21),
        at=at,
        mean=Decimal("2.5"),
        who=(message("Group"), "Айым"),
        year=2026,
    )
    assert said.render("ru") == "21.11.2026 21.11.2026, 09:05 2,5 Группа и Айым 2026"
    assert said.render("en") == "21/11/2026 21/11/2026, 09:05 2.5 Group and Айым 2026"


def test_equal_messages_are_one_in_a_set_and_survive_a_pickle() -> None:
    first, second = (nmessage("{n} child", "{n} children", 2, name="Айым") for _turn in range(2))
    assert first == second
    assert {first, second, nmessage("{n} child", "{n} children", 3, name="Айым")} == {
        pickle.loads(pickle.dumps(first)),  # noqa: S301 - what was pickled a line ago
        nmessage("{n} child", "{n} children", 3, name="Айым"),
    }


def test_a_plural_message_keeps_its_context() -> None:
    assert str(npmessage("stage", "{n} stage of {year}", "{n} stages of {year}", 1, year=2026)) == "1 этап 2026"


def test_a_refusal_speaks_the_language_of_whoever_reads_it() -> None:
    refusal = Refusal(message("Group"))
    assert str(refusal) == "Группа"
    with using("kk"):
        assert str(refusal) == "Топ"
    assert refusal.message == message("Group")


@pytest.mark.parametrize("kind", [NotAllowed, NotFound, Conflict])
def test_every_kind_of_no_is_a_refusal(kind: type[Refusal]) -> None:
    with pytest.raises(Refusal, match="Группа"):
        raise kind(message("Group"))


def test_dates_in_words_and_in_figures() -> None:
    day = date(2026, 9, 1)
    said: dict[Language, tuple[str, str]] = {}
    for each in LANGUAGES:
        with using(each):
            said[each] = format_date(day), short_date(day)
    assert said == {
        "ru": ("1 сентября 2026\u00a0г.", "01.09.2026"),
        "kk": ("2026\u00a0жылғы 1 қыркүйек", "01.09.2026"),
        "en": ("1 September 2026", "01/09/2026"),
    }


def test_a_moment_is_shown_on_the_clocks_of_the_zone() -> None:
    moment = datetime(2026, 11, 21, 20, 5, tzinfo=UTC)
    assert format_datetime(moment, timezone(timedelta(hours=5))) == "22.11.2026, 01:05"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        format_datetime(datetime(2026, 11, 21, 14, 5), UTC)  # noqa: DTZ001 - the case in question


def test_numbers_and_lists_in_each_language() -> None:
    said: dict[Language, tuple[str, ...]] = {}
    for each in LANGUAGES:
        with using(each):
            said[each] = (
                format_number(1234.5),
                format_percent(67),
                format_list(["а", "б", "в"]),
                month_name(1),
            )
    assert said == {
        "ru": ("1\u00a0234,5", "67\u00a0%", "а, б и в", "январь"),
        "kk": ("1\u00a0234,5", "67%", "а, б, в", "қаңтар"),
        "en": ("1,234.5", "67%", "а, б and в", "January"),
    }


def test_a_school_year_is_named_by_both_of_its_years() -> None:
    assert school_year(2026) == "2026-2027"


def test_every_language_is_named_in_itself() -> None:
    assert [LANGUAGE_NAMES[each] for each in LANGUAGES] == ["Русский", "Қазақша", "English"]


@pytest.mark.parametrize(("value", "ours"), [("kk", True), ("kz", False), ("", False), (None, False)])
def test_a_language_from_outside_is_checked(value: object, ours: bool) -> None:
    assert is_language(value) is ours
