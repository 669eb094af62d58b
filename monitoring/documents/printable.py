"""What a person typed, as it can stand in a document: without signs that no format can hold, line by line.

A control sign that came with a pasted text would make a DOCX that no program opens; a sign that turns the direction of
writing would print another name than the one on record.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_SPACES: Final = re.compile(r"[ \t]+")
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs"})  # control signs, invisible formatting, halves of a sign
_NO_SIGNS: Final = "\ufffe\uffff"


def printable_line(text: str) -> str:
    """Return a text as one line."""
    return " ".join(printable_lines([text]))


def printable_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the lines that have something to read, one with line breaks inside as several."""
    apart = (_SPACES.sub(" ", _without_signs(part)).strip(" ") for line in lines for part in line.splitlines())
    return tuple(part for part in apart if part)


def _without_signs(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign for sign in text if sign == "\t" or not _is_unprintable(sign))


def _is_unprintable(sign: str) -> bool:
    return unicodedata.category(sign) in _UNPRINTABLE or sign in _NO_SIGNS
