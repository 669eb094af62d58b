from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from monitoring.core.language import LANGUAGES, Language, Message, using
from monitoring.core.scale import AGES, Level, Stage
from monitoring.record import words
from monitoring.record.access import PERMISSIONS, Permission
from monitoring.record.models import OrganisationKind, Role, TeachingLanguage


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ru", ["I уровень - «низкий»", "II уровень - «средний»", "III уровень - «высокий»"]),
        ("kk", ["I деңгей - «төмен»", "II деңгей - «орташа»", "III деңгей - «жоғары»"]),
    ],
)
def test_levels_are_said_as_the_card_prints_them(language: Language, expected: list[str]) -> None:
    assert [words.LEVELS[level].render(language) for level in Level] == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ru", ["стартовый контроль", "промежуточный контроль", "итоговый контроль"]),
        ("kk", ["бастапқы бақылау", "аралық бақылау", "қорытынды бақылау"]),
    ],
)
def test_stages_are_said_as_the_forms_have_them(language: Language, expected: list[str]) -> None:
    assert [words.STAGES[stage].render(language) for stage in Stage] == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_words_of_its_own_in_every_language(language: Language) -> None:
    tables: list[tuple[Sequence[Any], Mapping[Any, Message]]] = [
        (list(Level), words.LEVEL_WORDS),
        (list(Level), words.LEVELS),
        (list(Stage), words.STAGE_WORDS),
        (list(Stage), words.STAGES),
        (list(AGES), words.AGE_GROUPS),
        (list(OrganisationKind), words.KINDS),
        (list(TeachingLanguage), words.TEACHING_LANGUAGES),
        (list(Role), words.ROLES),
        (list(Permission), words.PERMISSION_WORDS),
    ]
    for keys, table in tables:
        said = [table[key].render(language) for key in keys]
        assert len(set(said)) == len(keys) == len(table)
        if language != "en":
            assert all(not any(letter.isascii() and letter.isalpha() for letter in _plain(text)) for text in said)


@pytest.mark.parametrize("role", Role)
def test_what_a_role_may_do_is_what_its_permissions_say(role: Role) -> None:
    said = words.may_do(role).render("ru")
    for permission in Permission:
        assert (words.PERMISSION_WORDS[permission].render("ru") in said) == (permission in PERMISSIONS[role])


def test_the_page_of_roles_is_up_to_date() -> None:
    with using("kk"):
        page = words.roles_page()
    assert words.ROLES_PAGE.read_text(encoding="utf-8") == page, "run: python -m monitoring.record.words"


def _plain(text: str) -> str:
    """The text without the roman numeral that a level begins with."""
    return text.removeprefix("III ").removeprefix("II ").removeprefix("I ")
