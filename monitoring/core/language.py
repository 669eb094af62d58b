"""The reader's language: texts, plurals, dates and numbers in Russian, Kazakh and English.

English is written in the source, the rest in the .po files under `locale/`. The language is a value of the
context, never of the process: two people read two languages at once, a document has a language of its own.
"""

import gettext as catalogues
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, TypeGuard, get_args

from babel import Locale, dates, lists, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Language = Literal["ru", "kk", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
DEFAULT_LANGUAGE: Final[Language] = "ru"
LANGUAGE_NAMES: Final[Mapping[Language, str]] = {"ru": "Русский", "kk": "Қазақша", "en": "English"}
LOCALE_FOLDER: Final = Path(__file__).parent / "locale"

_LOCALES: Final[Mapping[Language, str]] = {"ru": "ru", "kk": "kk", "en": "en_GB"}
_SHORT_DATES: Final[Mapping[Language, str]] = {"ru": "dd.MM.yyyy", "kk": "dd.MM.yyyy", "en": "dd/MM/yyyy"}
_LONG_DATES: Final[Mapping[Language, str]] = {"kk": "y\u00a0'жылғы' d MMMM"}  # Babel's «ж.» is short, for tables
_current: ContextVar[Language] = ContextVar("language", default=DEFAULT_LANGUAGE)


def current_language() -> Language:
    return _current.get()


def set_language(language: Language) -> None:
    """Speak this language from here on, in this thread or task only."""
    _current.set(language)


@contextmanager
def using(language: Language) -> Iterator[None]:
    """Speak this language inside the block: for a document whose language is not the reader's."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def known_language(value: object) -> Language:
    """Return the language that a value names, the default one where it names none of ours."""
    return value if is_language(value) else DEFAULT_LANGUAGE


def is_language(value: object) -> TypeGuard[Language]:
    """Tell whether a value from outside (a cookie, an address, a column) names one of our languages."""
    return value in LANGUAGES


def gettext(text: str, /, **values: object) -> str:
    return message(text, **values).render(current_language())


def pgettext(context: str, text: str, /, **values: object) -> str:
    return pmessage(context, text, **values).render(current_language())


def ngettext(one: str, many: str, n: int, /, **values: object) -> str:
    return nmessage(one, many, n, **values).render(current_language())


def npgettext(context: str, one: str, many: str, n: int, /, **values: object) -> str:
    return npmessage(context, one, many, n, **values).render(current_language())


@dataclass(frozen=True)
class Message:
    """A text that waits for its reader: `str()` gives it in the language current at that moment.

    A value may be a message too (same language), a date (short form), an aware datetime (in the zone it
    carries), a fraction (decimal comma where due) or a tuple of these (a list in words).
    """

    text: str
    context: str | None = None
    plural: str | None = None
    n: int | None = None
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return self.render(current_language())

    def render(self, language: Language) -> str:
        text = self._translated(language)
        if not self.values:
            return text
        return text.format_map({name: _shown(value, language) for name, value in self.values})

    def _translated(self, language: Language) -> str:
        if not self.text:  # gettext answers an empty text with the header of the file
            return ""
        known = _translations(language)
        match self.context, self.plural, self.n:
            case None, str(plural), int(n):
                return known.ngettext(self.text, plural, n)
            case str(context), str(plural), int(n):
                return known.npgettext(context, self.text, plural, n)
            case str(context), _, _:
                return known.pgettext(context, self.text)
            case _:
                return known.gettext(self.text)


def message(text: str, /, **values: object) -> Message:
    return Message(text, values=tuple(values.items()))


def pmessage(context: str, text: str, /, **values: object) -> Message:
    return Message(text, context, values=tuple(values.items()))


def nmessage(one: str, many: str, n: int, /, **values: object) -> Message:
    """A text that depends on a number; the number is `{n}` in it."""
    return Message(one, None, many, n, tuple({"n": n, **values}.items()))


def npmessage(context: str, one: str, many: str, n: int, /, **values: object) -> Message:
    return Message(one, context, many, n, tuple({"n": n, **values}.items()))


def left_open(text: str) -> str:
    """Return a text with its places `{name}` as they are: a script in the browser puts the values in."""
    return Message(text).render(current_language())


def plural_forms(counted: Message) -> dict[str, str]:
    """Return the forms of a counted text by plural category («one», «few» … «other»), its values left as `{n}`.

    For a script in the browser, which counts by itself.
    """
    language = current_language()
    category = Locale.parse(_locale()).plural_form
    samples = {category(n): n for n in range(100, 0, -1)}
    forms = {name: replace(counted, n=samples.get(name, 100), values=()) for name in {*category.tags, "other"}}
    return {name: form.render(language) for name, form in sorted(forms.items())}


def format_date(day: date) -> str:
    """In words: «21 ноября 2026 г.», «2026 жылғы 21 қараша», "21 November 2026"."""
    return _plain_spaces(dates.format_date(day, _LONG_DATES.get(current_language(), "long"), locale=_locale()))


def short_date(day: date) -> str:
    """In figures: 21.11.2026, in English 21/11/2026."""
    return _short_date(day, current_language())


def format_datetime(moment: datetime, zone: tzinfo) -> str:
    """The day and the minute on the clocks of the zone: «21.11.2026, 14:05». The moment must be aware."""
    return _short_datetime(moment, zone, current_language())


def month_name(month: int) -> str:
    """The month standing alone, in small letters where the language has them: «сентябрь», «қыркүйек»."""
    name: str = dates.get_month_names("wide", "stand-alone", locale=_locale())[month]
    return name if current_language() == "en" else name.lower()


def school_year(begins: int) -> str:
    return f"{begins}-{begins + 1}"


def format_number(number: float | Decimal) -> str:
    """With the decimal sign and the grouping of the language: «1 234,5»."""
    return _number(number, current_language())


def format_percent(whole: int) -> str:
    """A whole percentage: «67 %» in Russian, «67%» in Kazakh and English."""
    return _plain_spaces(numbers.format_percent(Decimal(whole) / 100, locale=_locale()))


def format_list(items: Iterable[object]) -> str:
    """A list in words: «чтение, рисование и лепка»."""
    return _listed(items, current_language())


def _translations(language: Language) -> catalogues.NullTranslations:
    return _known(LOCALE_FOLDER, language)


@cache
def _known(folder: Path, language: Language) -> catalogues.NullTranslations:
    if language == "en":
        return catalogues.NullTranslations()
    return compiled(folder / language / "LC_MESSAGES" / "monitoring.po")


@cache
def compiled(path: Path) -> catalogues.NullTranslations:
    """What a .po file says, compiled in memory once a process, so that no build step stands before a start.

    A message that the file lacks, or has only as a fuzzy guess, stays English.
    """
    if not path.exists():
        return catalogues.NullTranslations()
    binary = BytesIO()
    with path.open("rb") as source:
        write_mo(binary, read_po(source))
    binary.seek(0)
    return catalogues.GNUTranslations(binary)


def _shown(value: object, language: Language) -> object:
    match value:
        case Message():
            return value.render(language)
        case datetime():
            return _short_datetime(value, value.tzinfo, language)
        case date():
            return _short_date(value, language)
        case float() | Decimal():
            return _number(value, language)
        case tuple():
            return _listed(value, language)
        case _:
            return value


def _short_date(day: date, language: Language) -> str:
    return dates.format_date(day, _SHORT_DATES[language], locale=_LOCALES[language])


def _short_datetime(moment: datetime, zone: tzinfo | None, language: Language) -> str:
    if moment.tzinfo is None or zone is None:
        raise ValueError("A moment without its time zone cannot be shown.")
    there = moment.astimezone(zone)
    return f"{_short_date(there.date(), language)}, {there:%H:%M}"


def _number(number: float | Decimal, language: Language) -> str:
    return _plain_spaces(numbers.format_decimal(number, locale=_LOCALES[language]))


def _listed(items: Iterable[object], language: Language) -> str:
    return lists.format_list([str(_shown(item, language)) for item in items], locale=_LOCALES[language])


def _locale() -> str:
    return _LOCALES[current_language()]


def _plain_spaces(text: str) -> str:
    """Babel's narrow no-break space is missing from many fonts; the ordinary no-break space is in all."""
    return text.replace("\u202f", "\u00a0")
