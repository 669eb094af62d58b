"""How a name is written, ordered and recognised: for lists, searches and the guard against doubles.

Pure text rules (the Kazakh alphabet, look-alike letters): a database orders and compares the keys made here,
because its own ordering and lower case fail on Ә, Ғ and Ё.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

from monitoring.core.errors import Refusal
from monitoring.core.language import message

ALPHABET: Final = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
NAME_PART_LENGTH: Final = 100  # the columns of a child's name hold 120

_KAZAKH_LETTERS: Final = frozenset("әғқңөұүһі")
_LATIN: Final = "abcdefghijklmnopqrstuvwxyz"
_MARKS: Final = " -'.,()\"№/:;&+_!?"
_OTHER_MARK, _FIRST_DIGIT, _FIRST_LETTER, _FIRST_LATIN, _OTHER_LETTER = 17, 18, 28, 70, 98
_CODES: Final = {
    sign: f"{first + place:02}"
    for first, signs in (
        (0, _MARKS),
        (_FIRST_DIGIT, "0123456789"),
        (_FIRST_LETTER, ALPHABET),
        (_FIRST_LATIN, _LATIN),
    )
    for place, sign in enumerate(signs)
}

# DOMAIN, section 3: what keyboards without Kazakh letters leave behind. Y is decided by the word around it.
_TWINS: Final = dict(
    zip(
        "ABCEHKMOPTXYIËƏƎaceikmoptxyhëəǝ",
        "АВСЕНКМОРТХУІЁӘӘасеікмортхуһёәә",
        strict=True,
    )
)
_ROMAN: Final = frozenset("IX")  # «I младшая группа»: a numeral, not a letter
_DASHES: Final = re.compile(r"[\u2010-\u2015\u2212\u00ad\u2043\ufe58\ufe63\uff0d]")
_APOSTROPHES: Final = re.compile(r"[\u2018\u2019\u201b\u02bc\u02b9\u2032`\u00b4\uff07]")
_QUOTES: Final = re.compile(r"[«»„“”‟″]")
_BLANKS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f")
_JOINTS: Final = str.maketrans("", "", "-'")
_LOOSE: Final = str.maketrans("әқғңөұүіһ", "акгноууих")
_SUFFIX_APART: Final = re.compile(r"(?<=[\u0400-\u052f]) (?=(?:улы|кызы|оглы|гызы)(?: |$))")
_SUFFIXES: Final = frozenset({"улы", "кызы", "оглы", "гызы", "угли", "кизи"})
_PATRONYMIC: Final = re.compile(r"(?:вич|ьич|мич|кич|вна|чна|улы|кызы|оглы|гызы)$")


@dataclass(frozen=True)
class FullName:
    family: str
    given: str
    patronymic: str | None = None

    @property
    def full(self) -> str:
        return " ".join(part for part in (self.family, self.given, self.patronymic) if part)

    @property
    def short(self) -> str:
        initials = [_initial(part) for part in (self.given, self.patronymic) if part]
        return " ".join(part for part in (self.family, *initials) if part)


def clean(text: str) -> str:
    """The text in composed letters (NFC), trimmed: nothing invisible, a single space for any blanks."""
    shown = "".join(_visible(sign) for sign in unicodedata.normalize("NFC", text))
    return unicodedata.normalize("NFC", " ".join(shown.split()))


def sort_key(text: str) -> str:
    """Digits that any database puts in the order of the Kazakh alphabet: blanks first, Latin after Cyrillic.

    Two digits a character, nine for a rare one: only digits, because collations disagree on the rest.
    """
    return "".join(_code(sign) for sign in _folded(fold_lookalikes(text)))


def match_key(text: str) -> str:
    """What two spellings of one name have in common: for equality and search, never shown."""
    folded = _folded(_fold(_plain_signs(clean(text)), alone=True)).replace("ё", "е")
    return clean(re.sub(r" ?- ?", "-", folded))


def loose_key(text: str) -> str:
    """Like `match_key`, and blind to Kazakh letters typed as Russian ones: to suggest a possible double."""
    key = match_key(_plain_signs(clean(text)).translate(_JOINTS))
    return _SUFFIX_APART.sub("", clean(key.translate(_JOINTS).translate(_LOOSE)))


def fold_lookalikes(text: str) -> str:
    """The text as it is stored: a Latin letter in an otherwise Cyrillic word becomes its Cyrillic twin."""
    return _fold(clean(text), alone=False)


def full_name(family: str, given: str, patronymic: str | None = None) -> FullName:
    """A name from three fields, cleaned; raises Refusal when the family or the given name is missing."""
    parts = [_tidy_part(part) for part in (family, given, patronymic or "")]
    if not parts[0] or not parts[1]:
        raise Refusal(message("Write the family name and the given name in full."))
    if any(len(part) > NAME_PART_LENGTH for part in parts):
        raise Refusal(message("This name is too long; leave only the name in it."))
    return FullName(parts[0], parts[1], parts[2] or None)


def split_full_name(text: str) -> FullName:
    """Read «Ахметова Дана Ерланқызы» in this order; raises Refusal where there are not two words at least."""
    words = _words(text)
    if not words:
        raise Refusal(message("The name is missing. Write the family name, the given name and the patronymic."))
    if len(words) == 1:
        raise Refusal(message("“{name}” is one word. Write the family name, then the given name.", name=words[0]))
    given, patronymic = _given_and_patronymic(words[1:])
    return full_name(words[0], given, patronymic)


def is_patronymic(word: str) -> bool:
    """Tell whether a word ends as patronymics do («Ерланқызы», «Сергеевна»), or is their separate «ұлы»."""
    key = loose_key(word)
    return key in _SUFFIXES or bool(_PATRONYMIC.search(key))


def _given_and_patronymic(words: list[str]) -> tuple[str, str | None]:
    if len(words) == 1:
        return words[0], None
    if len(words) > 2 and loose_key(words[-1]) in _SUFFIXES:
        return " ".join(words[:-2]), " ".join(words[-2:])
    if len(words) > 2 and is_patronymic(words[-1]):
        return " ".join(words[:-1]), words[-1]
    return words[0], " ".join(words[1:])


def _words(text: str) -> list[str]:
    """The words of a name: «Д.Е.» are two, a hyphen joins across blanks, a dash at the end is nothing."""
    spaced = re.sub(r"\.(?=\w)", ". ", _plain_signs(fold_lookalikes(text)).replace(",", " "))
    joined = re.sub(r"(?<=\w) ?- ?(?=\w)", "-", clean(spaced))
    return [word for word in joined.split() if any(sign.isalpha() for sign in word)]


def _tidy_part(text: str) -> str:
    return " ".join(_words(text))


def _initial(part: str) -> str:
    letter = next((sign for sign in part if sign.isalpha()), "")
    return f"{letter.upper()}." if letter else ""


@lru_cache(maxsize=1024)
def _visible(sign: str) -> str:
    """The character itself, a space for a blank or a control, nothing for what cannot be seen."""
    category = unicodedata.category(sign)
    if category[0] == "Z" or category == "Cc":
        return " "
    hidden = category in ("Cf", "Cs") or sign in _BLANKS or "\ufe00" <= sign <= "\ufe0f"
    return "" if hidden or "\U000e0100" <= sign <= "\U000e01ef" else sign


def _folded(text: str) -> str:
    return clean(_plain_signs(clean(text).casefold()))


def _plain_signs(text: str) -> str:
    return _QUOTES.sub('"', _APOSTROPHES.sub("'", _DASHES.sub("-", text.replace("ŉ", "'n"))))


def _code(sign: str) -> str:
    if sign in _CODES:
        return _CODES[sign]
    return f"{_OTHER_LETTER if sign.isalpha() else _OTHER_MARK}{ord(sign):07}"


def _fold(text: str, *, alone: bool) -> str:
    """Fold word by word; a letter by itself («A.», «0 A») folds beside Cyrillic, or always if `alone`."""
    cyrillic = any(_is_cyrillic(sign) for sign in text)

    def fold_piece(piece: str) -> str:
        if len(piece) > 1:
            return _fold_word(piece)
        return _TWINS.get(piece, piece) if alone or (cyrillic and piece not in _ROMAN) else piece

    return "".join(fold_piece("".join(signs)) for _, signs in groupby(text, _in_word))


def _fold_word(word: str) -> str:
    """The word in Cyrillic letters, if it has one already and every other has a twin; else as it is."""
    if not any(_is_cyrillic(sign) for sign in word):
        return word
    if not all(_is_cyrillic(sign) or sign in _TWINS for sign in word):
        return word
    twins = _TWINS | ({"Y": "Ү"} if _KAZAKH_LETTERS & set(word.casefold()) else {})
    return "".join(twins.get(sign, sign) for sign in word)


@lru_cache(maxsize=1024)
def _in_word(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category[0] in "LM" and category != "Lm"  # Lm: the apostrophe that is a letter to Unicode


def _is_cyrillic(sign: str) -> bool:
    return "\u0400" <= sign <= "\u052f"
