"""The list of children a school keeps in Excel, read for a preview before anything is entered.

Whoever fills the groups in September sees each row with its doubts: a name written twice, an impossible date,
an unknown group. A blocking doubt keeps the row out; the others ask for a look. Nothing is written here.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from monitoring.core.errors import Refusal
from monitoring.core.language import Message, message
from monitoring.core.names import (
    FullName,
    clean,
    fold_lookalikes,
    full_name,
    is_patronymic,
    loose_key,
    match_key,
    split_full_name,
)
from monitoring.core.table_file import Cell, Table

HEADER_WITHIN_ROWS: Final = 15
YOUNGEST, OLDEST = 0, 8  # full years reached in the calendar year in which the school year begins


class DoubtKind(StrEnum):
    NO_NAME = "no_name"
    SUSPECT_NAME = "suspect_name"
    DOUBLE_IN_FILE = "double_in_file"
    ALREADY_ON_LIST = "already_on_list"
    POSSIBLE_DOUBLE = "possible_double"
    NO_BIRTH_DATE = "no_birth_date"
    IMPOSSIBLE_DATE = "impossible_date"
    AGE_OUTSIDE = "age_outside"
    UNKNOWN_GROUP = "unknown_group"
    NO_GROUP = "no_group"
    ARRIVAL_OUTSIDE = "arrival_outside"


@dataclass(frozen=True)
class Doubt:
    kind: DoubtKind
    message: Message
    blocking: bool


@dataclass(frozen=True)
class ListedChild:
    """A row of the file; the group is named as in `groups` where it is one of them, else as written."""

    sheet: str
    row: int
    name: FullName | None
    born_on: date | None
    group: str | None
    arrived_on: date | None
    doubts: tuple[Doubt, ...] = ()

    @property
    def blocked(self) -> bool:
        return any(doubt.blocking for doubt in self.doubts)


@dataclass(frozen=True)
class ChildList:
    rows: tuple[ListedChild, ...]

    @property
    def good(self) -> tuple[ListedChild, ...]:
        return tuple(row for row in self.rows if not row.blocked)

    @property
    def bad(self) -> tuple[ListedChild, ...]:
        return tuple(row for row in self.rows if row.blocked)


def read_list(
    tables: Sequence[Table],
    *,
    year_begins: int,
    groups: Sequence[str],
    existing: Sequence[tuple[FullName, date | None]],
    group: str | None = None,
    today: date,
) -> ChildList:
    """Read the children of every sheet that has a head; raises Refusal where there is no head or no child.

    `group` takes the children for whom the file names no group; `existing` are those on the list already.
    """
    terms = _Terms(year_begins, today, tuple(groups), group)
    headed = [(table, header) for table in tables if (header := _find_header(table.rows))]
    if not headed:
        raise _no_header(tables)
    rows = [row for table, header in headed for row in _read_rows(table, header, terms)]
    if not rows:
        raise Refusal(message("The table has a head, but no child under it. Fill it and try again."))
    return ChildList(tuple(_with_doubles(rows, existing)))


def as_date(value: Cell) -> date | None:
    """Read a date as people and Excel write it; None for an empty cell, ValueError for what is no date."""
    match value:
        case None | "":
            return None
        case datetime():
            return value.date()
        case date():
            return value
        case bool():
            raise ValueError("a truth value is no date")
        case int() | float():
            return _from_serial(value)
        case str():
            return _from_text(clean(value))


class _Column(StrEnum):
    FULL = "full"
    FAMILY = "family"
    GIVEN = "given"
    PATRONYMIC = "patronymic"
    BORN = "born"
    GROUP = "group"
    ARRIVED = "arrived"


# The first rule that finds itself in a head decides. First come heads about something or somebody else.
_HEADS: Final[tuple[tuple[_Column | None, re.Pattern[str]], ...]] = tuple(
    (column, re.compile(pattern))
    for column, pattern in (
        (
            None,
            r"родител|матер|мам[аы]\b|\bмать|\bот(?:ца|ец)\b|пап[аы]\b|воспитател|педагог|учител|опекун|представител"
            r"|\bата ?ана|\bанасы|әкесінің аты жөні|тәрбиеш|мұғалім|parent|mother|father|teacher|guardian"
            r"|телефон|phone|адрес|мекенжай|место|\bжері|\bорны|свидетельств|куәлік|place|certificate"
            r"|приказ|бұйры|крови|қан тобы|здоров|возрастн|жас тобы|руководител|жетекші"
            r"|откуда|қайдан|выбы|отчисл|шығ",
        ),
        (
            _Column.ARRIVED,
            r"зачисл|поступ|прибы|при[её]м|принят|қабылдан|келген|enrol|admission|admitted|arriv",
        ),
        (_Column.BORN, r"рожд|туған|туылған|birth|\bborn\b|\bd ?o ?b\b|\bд ?р\b"),
        (
            _Column.FULL,
            r"\bф ?и ?о\b|\bт ?а ?ә\b|аты ?жөні|фамили.*\bимя|тегі.*\bаты\b"
            r"|full name|(?:surname|last name).*name",
        ),
        (_Column.PATRONYMIC, r"отчество|әкесінің аты|patronymic|middle name"),
        (_Column.GROUP, r"\bгруппа|\bгруппы|\bкласс|\bтоп|\bтобы|\bсынып|\bсыныбы|\bgroup|\bclass"),
        (_Column.FAMILY, r"фамилия|\bтегі|surname|last name|family name"),
        (_Column.GIVEN, r"\bимя\b|\bаты\b|\bесімі|\bname\b"),
    )
)
_TOTAL: Final = re.compile(r"(?:итого|всего|барлығы|жиыны|жиынтығы|total)\b")
_SIGNATURE: Final = re.compile(
    r"(?:воспитател[ьи]|руководитель|директор|заведующ(?:ая|ий)|методист|подпись|м п|исполнитель"
    r"|тәрбиеші(?:лер)?|басшы|меңгеруші|әдіскер|қолы|м о)\b"
)
_NOTHING: Final = frozenset({"нет", "жоқ", "none", "no"})
_GROUP_WORDS: Final = re.compile(r"\b(?:группа|группы|класс|топ|тобы|сынып|сыныбы|group|class)\b")
_LEADING_NUMBER: Final = re.compile(r"^\d+ ?[.)]? +|^\d+[.)]")
_AROUND_DATE: Final = re.compile(
    r"^'|[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?$| ?(?:года|год|г\. ?р|г|жылы|жыл|ж)?\.?$", re.IGNORECASE
)
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[ ./,–-]+(\d{1,2})[ ./,–-]+(\d{4}|\d{2})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[ ./–-]+(\d{1,2})[ ./–-]+(\d{1,2})")
_EXCEL_SERIAL: Final = re.compile(r"\d{5}(?:\.0+)?")
_EXCEL_FIRST, _EXCEL_LAST, _EXCEL_NO_DAY = 1, 2_958_465, 60  # 60 is 29 February 1900, which never was


@dataclass(frozen=True)
class _Header:
    """Where the head ends (a row number of the user) and which column holds what."""

    last_row: int
    columns: Mapping[_Column, int]


@dataclass(frozen=True)
class _Terms:
    year_begins: int
    today: date
    groups: tuple[str, ...]
    group: str | None


def _no_header(tables: Sequence[Table]) -> Refusal:
    named = any(
        _has_name(columns) for table in tables for _, columns in _possible_heads(table.rows[:HEADER_WITHIN_ROWS])
    )
    if named:
        return Refusal(
            message("The table has no column with the date of birth («Дата рождения», «Туған күні»). Add it.")
        )
    return Refusal(
        message(
            "No head of the table was found in the first {n} rows. Name the columns: «ФИО» or «Т.А.Ә.» "
            "(or «Фамилия», «Имя», «Отчество»), «Дата рождения» or «Туған күні», «Группа» or «Топ».",
            n=HEADER_WITHIN_ROWS,
        )
    )


def _find_header(rows: Sequence[Sequence[Cell]]) -> _Header | None:
    for last_row, columns in _possible_heads(rows[:HEADER_WITHIN_ROWS]):
        if _has_name(columns) and _Column.BORN in columns:
            return _Header(last_row, columns)
    return None


def _possible_heads(rows: Sequence[Sequence[Cell]]) -> Iterator[tuple[int, Mapping[_Column, int]]]:
    """Each row by itself, then each two together: merged heads spread over two rows."""
    for number, row in enumerate(rows, start=1):
        yield number, _columns([_kind(cell) for cell in row])
    for number, (upper, lower) in enumerate(pairwise(rows), start=2):
        yield (
            number,
            _columns([_kind(below) or _kind(above) for above, below in zip(upper, lower, strict=False)]),
        )


def _columns(kinds: Iterable[_Column | None]) -> Mapping[_Column, int]:
    """The place of each kind of column, the first one where there are two; a lone «Имя» holds full names."""
    places: dict[_Column, int] = {}
    for place, kind in enumerate(kinds):
        if kind is not None:
            places.setdefault(kind, place)
    if not places.keys() & {_Column.FULL, _Column.FAMILY} and _Column.GIVEN in places:
        places[_Column.FULL] = places.pop(_Column.GIVEN)
    return places


def _has_name(columns: Mapping[_Column, int]) -> bool:
    return _Column.FULL in columns or {_Column.FAMILY, _Column.GIVEN} <= columns.keys()


def _kind(cell: Cell) -> _Column | None:
    if not isinstance(cell, str):
        return None
    head = _plain(cell)
    return next((column for column, pattern in _HEADS if pattern.search(head)), None)


def _plain(text: str) -> str:
    """A head or a caption as bare words."""
    return clean(re.sub(r"[^\w]|_", " ", match_key(text)))


def _read_rows(table: Table, header: _Header, terms: _Terms) -> Iterator[ListedChild]:
    by_sheet = _known_group(table.name, terms.groups)
    section = None
    for number, row in enumerate(table.rows[header.last_row :], start=header.last_row + 1):
        cells = {kind: row[place] for kind, place in header.columns.items()}
        if caption := _group_caption(row, terms.groups):
            section = caption
        elif _is_child(row, cells):
            yield _read_row(table.name, number, cells, section or by_sheet or terms.group, terms)


def _group_caption(row: Sequence[Cell], groups: Sequence[str]) -> str | None:
    """A line «Группа "Балапан"» between the children: the group of those under it."""
    texts = [cell for cell in row if cell is not None]
    if len(texts) != 1 or not isinstance(texts[0], str):
        return None
    is_one = _GROUP_WORDS.search(_plain(texts[0])) and not _TOTAL.match(_plain(texts[0]))
    return _known_group(texts[0], groups) or (clean(texts[0]) if is_one else None)


def _is_child(row: Sequence[Cell], cells: Mapping[_Column, Cell]) -> bool:
    """A row with a date of birth always is one; without it, totals, signatures and repeated heads are not."""
    names = [_text(cells.get(kind)) for kind in (_Column.FULL, _Column.FAMILY, _Column.GIVEN)]
    born = cells[_Column.BORN]
    if not any(names) and not _text(born):
        return False
    if all(cell is None or _is_small(cell) for cell in row):
        return False  # «1 | 2 | 3» under the head
    if _is_date(born) and not _is_small(born):
        return True
    first = next((_plain(cell) for cell in row if isinstance(cell, str) and clean(cell)), "")
    return not (_TOTAL.match(first) or _SIGNATURE.match(first) or _kind(born) is _Column.BORN)


def _is_date(cell: Cell) -> bool:
    try:
        return as_date(cell) is not None
    except ValueError:
        return False


def _is_small(cell: Cell) -> bool:
    """A count or a column's number, though Excel would take it for a day of 1900."""
    return re.fullmatch(r"\d{1,2}", _text(cell)) is not None


def _text(cell: Cell) -> str:
    return "" if cell is None else clean(str(cell))


def _known_group(written: str, groups: Sequence[str]) -> str | None:
    """The group that is meant: by its name, else without quotes and the word «группа», if only one fits."""
    for key in (match_key, _group_key):
        found = [group for group in groups if key(group) == key(written) != ""]
        if len(found) == 1:
            return found[0]
    return None


def _group_key(text: str) -> str:
    return clean(_GROUP_WORDS.sub(" ", _plain(text)))


def _read_row(
    sheet: str, number: int, cells: Mapping[_Column, Cell], default_group: str | None, terms: _Terms
) -> ListedChild:
    name, of_name = _read_name(cells)
    born_on, of_birth = _read_birth(cells[_Column.BORN], terms)
    group, of_group = _read_group(_text(cells.get(_Column.GROUP)), default_group, terms)
    arrived_on, of_arrival = _read_arrival(cells.get(_Column.ARRIVED), born_on, terms)
    doubts = (*of_name, *of_birth, *of_group, *of_arrival)
    return ListedChild(sheet, number, name, born_on, group, arrived_on, doubts)


def _read_name(cells: Mapping[_Column, Cell]) -> tuple[FullName | None, tuple[Doubt, ...]]:
    full, family, given, patronymic = (
        _text(cells.get(kind)) for kind in (_Column.FULL, _Column.FAMILY, _Column.GIVEN, _Column.PATRONYMIC)
    )
    full = _LEADING_NUMBER.sub("", full)
    patronymic = "" if match_key(patronymic) in _NOTHING else patronymic
    written = " ".join(part for part in (full, family, given, patronymic) if part)
    if not (full or family or given):
        return None, (_blocking(DoubtKind.NO_NAME, message("The name is missing.")),)
    try:
        name = split_full_name(f"{full} {patronymic}") if full else full_name(family, given, patronymic)
    except Refusal as refusal:
        return None, (_blocking(DoubtKind.SUSPECT_NAME, refusal.message),)
    return name, tuple(_name_doubts(written, name))


def _name_doubts(written: str, name: FullName) -> Iterator[Doubt]:
    if "?" in written or "\ufffd" in written:
        lost = message("Letters of the name were lost when the file was saved. Save it as .xlsx, or as CSV UTF-8.")
        yield _blocking(DoubtKind.SUSPECT_NAME, lost)
    elif not all(sign.isalpha() or sign in " -–—'’ʼ.," for sign in written):
        yield _warning(DoubtKind.SUSPECT_NAME, message("There is more than letters in the name."))
    if any(_is_mixed(word) for word in name.full.split()):
        mixed = message("Latin and Cyrillic letters are mixed in one word of the name.")
        yield _warning(DoubtKind.SUSPECT_NAME, mixed)
    if "." in name.full or len(name.given) == 1:
        yield _warning(DoubtKind.SUSPECT_NAME, message("The name has an initial; write it in full."))
    if is_patronymic(name.given):
        order = message("Check the order: the family name, the given name, the patronymic.")
        yield _warning(DoubtKind.SUSPECT_NAME, order)


def _is_mixed(word: str) -> bool:
    return len({unicodedata.name(sign, "").partition(" ")[0] for sign in word if sign.isalpha()}) > 1


def _read_birth(cell: Cell, terms: _Terms) -> tuple[date | None, tuple[Doubt, ...]]:
    try:
        born_on = as_date(cell)
    except ValueError:
        return None, (_impossible_date(cell),)
    if born_on is None:
        return None, (_blocking(DoubtKind.NO_BIRTH_DATE, message("The date of birth is missing.")),)
    age = terms.year_begins - born_on.year
    if born_on > terms.today:
        future = message("The date of birth {date} is in the future.", date=born_on)
        return born_on, (_blocking(DoubtKind.AGE_OUTSIDE, future),)
    if not YOUNGEST <= age <= OLDEST:
        outside = message(
            "Born on {date}: the age in {year} is outside {youngest}-{oldest} years. Check the date.",
            date=born_on,
            year=terms.year_begins,
            youngest=YOUNGEST,
            oldest=OLDEST,
        )
        return born_on, (_blocking(DoubtKind.AGE_OUTSIDE, outside),)
    return born_on, ()


def _read_group(written: str, default: str | None, terms: _Terms) -> tuple[str | None, tuple[Doubt, ...]]:
    written = fold_lookalikes(written or default or "")
    if not written:
        nowhere = message("No group is given. Write it in the file, or choose one for the whole list.")
        return None, (_blocking(DoubtKind.NO_GROUP, nowhere),)
    known = _known_group(written, terms.groups)
    if known is None:
        unknown = message("There is no group “{group}” in this school year.", group=written)
        return written, (_blocking(DoubtKind.UNKNOWN_GROUP, unknown),)
    return known, ()


def _read_arrival(cell: Cell, born_on: date | None, terms: _Terms) -> tuple[date | None, tuple[Doubt, ...]]:
    try:
        arrived_on = as_date(cell)
    except ValueError:
        return None, (_impossible_date(cell),)
    if arrived_on is None:
        return None, ()
    if arrived_on >= date(terms.year_begins + 1, 9, 1):
        late = message("The date of arrival {date} is after the end of the school year.", date=arrived_on)
        return arrived_on, (_blocking(DoubtKind.ARRIVAL_OUTSIDE, late),)
    if born_on and arrived_on < born_on:
        early = message("The date of arrival {date} is before the date of birth.", date=arrived_on)
        return arrived_on, (_blocking(DoubtKind.ARRIVAL_OUTSIDE, early),)
    return arrived_on, ()


def _impossible_date(cell: Cell) -> Doubt:
    text = message("“{written}” is not a date. Write the day, the month and the year: 05.03.2021.", written=_text(cell))
    return _blocking(DoubtKind.IMPOSSIBLE_DATE, text)


def _from_serial(serial: float) -> date:
    """A day counted by Excel from 1900, with the leap day too many that it gives that year."""
    if not _EXCEL_FIRST <= serial < _EXCEL_LAST + 1 or int(serial) == _EXCEL_NO_DAY:
        raise ValueError("no day has this number")
    days = int(serial)
    if 1900 <= days <= 2100:
        raise ValueError("a year is no date")
    return date(1899, 12, 31 if days < _EXCEL_NO_DAY else 30) + timedelta(days=days)


def _from_text(text: str) -> date:
    bare = _AROUND_DATE.sub("", text)
    if _EXCEL_SERIAL.fullmatch(bare):
        return _from_serial(float(bare))
    if found := _DAY_FIRST.fullmatch(bare):
        day, month, year = map(int, found.groups())
        return date(year + 2000 if year < 100 else year, month, day)
    if found := _YEAR_FIRST.fullmatch(bare):
        year, month, day = map(int, found.groups())
        return date(year, month, day)
    raise ValueError("not a date")


@dataclass(frozen=True)
class _Known:
    """A child already met: on the list (no row) or higher up in the file."""

    name: FullName
    born_on: date | None
    at: ListedChild | None = None


def _with_doubles(
    rows: Iterable[ListedChild], existing: Iterable[tuple[FullName, date | None]]
) -> Iterator[ListedChild]:
    met: defaultdict[str, list[_Known]] = defaultdict(list)
    for name, born_on in existing:
        _meet(met, _Known(name, born_on))
    for row in rows:
        if row.name is None:
            yield row
            continue
        this = _Known(row.name, row.born_on, row)
        others = {id(other): other for key in _double_keys(this.name) for other in met[key]}
        doubts = [doubt for other in others.values() if (doubt := _double(this, other, row.sheet))]
        _meet(met, this)
        yield replace(row, doubts=(*row.doubts, *doubts))


def _meet(met: defaultdict[str, list[_Known]], child: _Known) -> None:
    for key in _double_keys(child.name):
        met[key].append(child)


def _double_keys(name: FullName) -> set[str]:
    """The whole name, and the name without the patronymic, which one list has and the other has not."""
    return {loose_key(name.full), loose_key(f"{name.family} {name.given}")}


def _double(this: _Known, other: _Known, sheet: str) -> Doubt | None:
    """The same name and birthday is the same child; one of the two alike asks for a look."""
    same_name = match_key(this.name.full) == match_key(other.name.full)
    same_day = this.born_on is not None and this.born_on == other.born_on
    if same_name and same_day:
        if other.at is None:
            return _blocking(DoubtKind.ALREADY_ON_LIST, message("This child is already on the list."))
        again = message("The same child is already in the file: {place}.", place=_place(other.at, sheet))
        return _blocking(DoubtKind.DOUBLE_IN_FILE, again)
    if not same_name and not same_day:
        return None
    if other.at is None:
        alike = message("Perhaps this child is already on the list: {name}.", name=other.name.full)
    else:
        place = _place(other.at, sheet)
        alike = message("Perhaps the same child as {name}, {place}.", name=other.name.full, place=place)
    return _warning(DoubtKind.POSSIBLE_DOUBLE, alike)


def _place(row: ListedChild, sheet: str) -> Message:
    if row.sheet == sheet:
        return message("row {row}", row=row.row)
    return message("sheet “{sheet}”, row {row}", sheet=row.sheet, row=row.row)


def _blocking(kind: DoubtKind, text: Message) -> Doubt:
    return Doubt(kind, text, blocking=True)


def _warning(kind: DoubtKind, text: Message) -> Doubt:
    return Doubt(kind, text, blocking=False)
