"""A Russian or Kazakh screen speaks that language: no English word shows on it, nor on a phone."""

import re
from collections.abc import Iterator

import pytest

from tests.browser.conftest import DESK, PHONE, Person, Visitor
from tests.browser.test_first_run import add_the_class
from tests.running import Program, running

SCREENS = ("/", "/groups", "/sheet", "/notes", "/import-list", "/years", "/accounts", "/catalogue", "/organisation")
# What stays in Latin letters in every language: the name of a language in itself, logins, formats, numerals.
KNOWN = {
    "english",
    "aigul",
    "xlsx",
    "docx",
    "pdf",
    "csv",
    "toml",
    "excel",
    "word",
    "i",
    "ii",
    "iii",
    "caps",
    "lock",
    "utf",
}
KNOWN |= {"backspace", "enter", "tab", "ctrl", "page", "down"}  # as the keys themselves are called
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
        """() => {
            const shadows = [...document.querySelectorAll('*')].map((one) => one.shadowRoot).filter(Boolean);
            const named = [document, ...shadows]
                .flatMap((root) => [...root.querySelectorAll('[placeholder], [aria-label], [title]')]);
            const inside = shadows.flatMap((root) => [...root.children]);
            return [
                ...named.filter((one) => one.checkVisibility())
                    .map((one) => [one.placeholder, one.ariaLabel, one.title]),
                ...inside.map((one) => one.innerText),  // what a component draws is not in the text of the page
            ].flat().join(' ');
        }"""
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
            if path == "/sheet":
                person.page.wait_for_selector("table[role=grid], .one")
            if found := english_in(person):
                stray[path, size["width"]] = found
    assert stray == {}
