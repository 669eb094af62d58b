"""A Russian or Kazakh screen speaks that language: no English word shows on it, nor on a phone."""

import re
from collections.abc import Iterator

import pytest

from tests.browser.conftest import DESK, PHONE, Person, Visitor
from tests.browser.test_first_run import add_the_class
from tests.running import Program, running

SCREENS = ("/", "/groups", "/import-list", "/years", "/accounts", "/catalogue", "/organisation")
# What stays in Latin letters in every language: the name of a language in itself, logins, formats, numerals.
KNOWN = {"english", "aigul", "xlsx", "csv", "toml", "excel", "i", "ii", "iii", "caps", "lock", "utf"}
LATIN = re.compile(r"[A-Za-z]{2,}|\bI\b")


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with running(tmp_path_factory.mktemp("furnished")) as started:
        yield started


def english_in(person: Person) -> set[str]:
    """Return the words in Latin letters that a reader meets: text, hints in fields, names for screen readers."""
    page = person.page
    # The icons are letters of a font of their own, whose names nobody sees.
    page.add_style_tag(content="[data-testid=stIconMaterial] { display: none !important }")
    shown = page.evaluate(
        """() => [...document.querySelectorAll('[placeholder], [aria-label], [title]')]
            .filter((element) => element.checkVisibility && element.checkVisibility())
            .map((element) => [element.placeholder, element.ariaLabel, element.title].join(' ')).join(' ')"""
    )
    words = {found.group().casefold() for found in LATIN.finditer(f"{person.text()} {shown}")}
    return words - KNOWN


@pytest.mark.browser
@pytest.mark.parametrize("language", ["ru", "kk"])
def test_no_english_shows(furnished: Program, visitor: Visitor, language: str) -> None:
    person = visitor(language, at=furnished)
    person.open("/door")
    if person.page.locator("[name=name]").count():
        person.choose_language()
        assert english_in(person) == set()
        person.set_up()
        add_the_class(person)
    else:
        person.choose_language()
        assert english_in(person) == set()
        person.sign_in()
        person.at_rest()
    person.in_language()
    stray = {}
    for size in (DESK, PHONE):
        person.page.set_viewport_size(size)
        for path in SCREENS:
            person.open(path)
            person.at_rest()
            if found := english_in(person):
                stray[path, size["width"]] = found
    assert stray == {}
