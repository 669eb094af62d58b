"""Codes of criteria («5-К.8»): how they run through a direction, are rendered, and are read back from sheets.

Т is the creative direction in Russian and the cognitive one in Kazakh: a code means nothing without a language.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from monitoring.core.names import match_key
from monitoring.core.scale import AGES

SheetLanguage = Literal["ru", "kk"]

LETTERS: Final[Mapping[SheetLanguage, Mapping[str, str]]] = {
    "ru": {"Ф": "physical", "К": "communicative", "П": "cognitive", "Т": "creative", "С": "social"},
    "kk": {"Ф": "physical", "К": "communicative", "Т": "cognitive", "Ш": "creative", "Ә": "social"},
}

_BETWEEN: Final = "[ .,_-]*"
_CODE: Final = re.compile(rf"([{AGES[0]}-{AGES[-1]}]){_BETWEEN}([фкптсшә]){_BETWEEN}0*([1-9][0-9]{{0,2}})[ .]*")


@dataclass(frozen=True)
class Place:
    """Where a criterion stands: `code_order` is its area's place in the direction, `number` its own in the area."""

    age: int
    direction: str
    code_order: int
    number: int
    key: str


@dataclass(frozen=True)
class WrittenCode:
    """A code as a sheet shows it, in capital Cyrillic; which direction the letter means is not known yet."""

    age: int
    letter: str
    n: int


@dataclass(frozen=True)
class Code:
    """A code understood: the n-th criterion of a direction at an age."""

    age: int
    direction: str
    n: int


def code(age: int, letter: str, n: int) -> str:
    return f"{age}-{letter}.{n}"


def running_numbers(places: Iterable[Place]) -> dict[Place, int]:
    """Number criteria from 1 on through each direction of an age, by those that are present there."""
    numbers: dict[Place, int] = {}
    for _, of_direction in groupby(sorted(set(places), key=_in_code_order), key=_age_and_direction):
        numbers.update((place, n) for n, place in enumerate(of_direction, start=1))
    return numbers


def read_code(text: str) -> WrittenCode | None:
    """Read a code whatever its language: Latin look-alikes, stray spaces, dots and hyphens are forgiven."""
    found = _CODE.fullmatch(match_key(text))
    return WrittenCode(int(found[1]), found[2].upper(), int(found[3])) if found else None


def parse_code(text: str, language: SheetLanguage) -> Code | None:
    """Read a code of a sheet in this language; None for what is none, or has a letter of the other language."""
    written = read_code(text)
    if written is None or written.letter not in LETTERS[language]:
        return None
    return Code(written.age, LETTERS[language][written.letter], written.n)


def sheet_language(codes: Iterable[str]) -> SheetLanguage | None:
    """Tell the language of a sheet from its codes; None where they do not decide, or contradict each other."""
    letters = {written.letter for text in codes if (written := read_code(text))}
    russian, kazakh = (set(LETTERS[language]) for language in ("ru", "kk"))
    match bool(letters & (russian - kazakh)), bool(letters & (kazakh - russian)):
        case True, False:
            return "ru"
        case False, True:
            return "kk"
        case _:
            return None


def _in_code_order(place: Place) -> tuple[int, str, int, int, str]:
    return place.age, place.direction, place.code_order, place.number, place.key


def _age_and_direction(place: Place) -> tuple[int, str]:
    return place.age, place.direction
