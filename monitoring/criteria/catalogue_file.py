"""The catalogue of criteria as files: TOML as the program ships it, XLSX as an organisation changes and loads it.

Pure: a file becomes a draft whole, or is refused with every problem in it named. A workbook has one row a
criterion under a head row, the columns in any order, other columns beside them allowed. Heads, in any of the languages:

    ключ | кілт | key                                          stays the same through all wordings
    возраст | жас | age                                        1 to 5
    ОД | ҰІӘ (ұйымдастырылған іс-әрекет) | learning area       the name in Russian or Kazakh, or the key
    № | number                                                 the place within the learning area
    критерий ru, критерий kk | criterion ru, criterion kk
    I ru, I kk, II ru, II kk, III ru, III kk                   also «I уровень ru», «I деңгей kk», "level I ru"
    мера ru, мера kk | шара ru, шара kk | measure ru, measure kk

The language of a column is `ru` or `kk`, in brackets or not; «рус», «каз», «орыс», «қаз» are understood too.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path, PurePath
from typing import Final, TypeGuard

from xlsxwriter import Workbook

from monitoring.core.codes import SheetLanguage
from monitoring.core.errors import Refusal
from monitoring.core.language import DEFAULT_LANGUAGE, Language, Message, message, nmessage
from monitoring.core.names import clean, fold_lookalikes, loose_key
from monitoring.core.scale import AGES
from monitoring.core.table_file import Cell, Table, read_table

FOLDER: Final = Path(__file__).parents[2] / "data" / "catalogue"
AREAS_FILE: Final = "areas.toml"
TEXT_LENGTH: Final = 500  # as the columns of `criterion_versions`
KEY_LENGTH: Final = 80
AREA_KEY_LENGTH: Final = 40
NAME_LENGTH: Final = 200
LETTER_LENGTH: Final = 2
HIGHEST_NUMBER: Final = 999
MAX_TOML_BYTES: Final = 2 * 1024 * 1024

_LANGUAGES: Final = ("ru", "kk")
_PAIRS: Final = ("text", "levels.I", "levels.II", "levels.III", "measure")
_TEXTS: Final = tuple(f"{pair}.{language}" for pair in _PAIRS for language in _LANGUAGES)
_FIELDS: Final = ("key", "age", "area", "number", *_TEXTS)
_AREA_FIELDS: Final = ("key", "direction", "number", "code_order", "ages", "name.ru", "name.kk", "also")
_DIRECTION_FIELDS: Final = ("key", "name.ru", "name.kk", "letter.ru", "letter.kk")
_KEY: Final = re.compile(r"[a-z0-9][a-z0-9_.-]*")

# The heads of a field in Russian, Kazakh and English, as we write them; then others that are understood.
_HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "key": ("ключ", "кілт", "key"),
    "age": ("возраст", "жас", "age", "жасы"),
    "area": (
        *("ОД", "ҰІӘ", "learning area", "area", "организованная деятельность", "ұйымдастырылған іс-әрекет"),
        *("организованная деятельность (ОД)", "ұйымдастырылған іс-әрекет (ҰІӘ)"),
    ),
    "number": ("№", "№", "№", "номер", "нөмірі", "number", "no", "№ п/п", "р/с №"),
}
# The same for two columns, one a language.
_PAIR_HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("критерий", "критерий", "criterion"),
    "levels.I": ("I", "I", "I", "I уровень", "I деңгей", "уровень I", "level I"),
    "levels.II": ("II", "II", "II", "II уровень", "II деңгей", "уровень II", "level II"),
    "levels.III": ("III", "III", "III", "III уровень", "III деңгей", "уровень III", "level III"),
    "measure": ("мера", "шара", "measure", "іс-шара"),
}
_ROMAN: Final = {"и": "i", "ии": "ii", "иии": "iii"}  # what `loose_key` makes of numerals typed as Kazakh «І»
_LANGUAGE_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "ru": ("ru", "рус", "русский", "на русском", "орыс", "орысша"),
    "kk": ("kk", "kz", "каз", "казахский", "на казахском", "қаз", "қазақша"),
}
_WIDTHS: Final = {"key": 20, "age": 9, "area": 30, "number": 6}
_TEXT_WIDTH: Final = 44
_ROWS_TO_HEAD: Final = 20  # titles and remarks above the table
_ENOUGH_HEADS: Final = 4


@dataclass(frozen=True)
class Bilingual:
    """A text in the two languages that catalogue and forms exist in."""

    ru: str
    kk: str

    def render(self, language: SheetLanguage) -> str:
        return self.kk if language == "kk" else self.ru


@dataclass(frozen=True)
class DirectionEntry:
    key: str
    number: int
    name: Bilingual
    letter: Bilingual


@dataclass(frozen=True)
class AreaEntry:
    """A learning area; `number` orders it on screens, `code_order` in codes, `also` are names of other editions."""

    key: str
    direction: str
    number: int
    code_order: int
    name: Bilingual
    ages: tuple[int, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class CriterionEntry:
    """A criterion with its descriptors of level I, II and III in this order."""

    key: str
    age: int
    area: str
    number: int
    text: Bilingual
    levels: tuple[Bilingual, Bilingual, Bilingual]
    measure: Bilingual


@dataclass(frozen=True)
class CatalogueDraft:
    """A catalogue read from files and found whole; criteria by age, learning area and number."""

    directions: tuple[DirectionEntry, ...]
    areas: tuple[AreaEntry, ...]
    criteria: tuple[CriterionEntry, ...]

    @property
    def ages(self) -> tuple[int, ...]:
        """The ages that the draft has criteria for: it says nothing of the others."""
        return tuple(sorted({criterion.age for criterion in self.criteria}))


@dataclass(frozen=True)
class Problem:
    """Something in a file that must be put right before it is loaded."""

    where: Message | str
    message: Message

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class CatalogueProblems(Refusal):
    """The catalogue was not loaded; `problems` are all of them, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(
            nmessage(
                "The catalogue was not loaded: {n} problem in it. {where}: {what}",
                "The catalogue was not loaded: {n} problems in it. The first: {where}: {what}",
                len(self.problems),
                where=first.where,
                what=first.message,
            )
        )


@dataclass(frozen=True)
class _Record:
    """One criterion, area or direction as a file has it: values by dotted field, and what the file calls a field."""

    where: Message | str
    values: Mapping[str, object]
    labels: Mapping[str, str]

    def label(self, field: str) -> str:
        return self.labels.get(field, field)


@cache
def shipped() -> CatalogueDraft:
    """Return the catalogue that comes with the program."""
    return read_folder(FOLDER)


@cache
def shipped_areas() -> tuple[tuple[DirectionEntry, ...], tuple[AreaEntry, ...]]:
    """Return the directions and learning areas that come with the program, each in its order."""
    return _read_areas((FOLDER / AREAS_FILE).read_text(encoding="utf-8"))


def read_folder(folder: Path) -> CatalogueDraft:
    """Read a folder of TOML files; where it has no areas.toml, the shipped directions and areas hold."""
    if not folder.is_dir():
        raise Refusal(message("There is no folder {folder}.", folder=folder))
    files = sorted(path for path in folder.glob("*.toml") if path.is_file())
    texts = {path.name: _decoded(path.read_bytes(), path.name) for path in files}
    own = texts.pop(AREAS_FILE, None)
    directions, areas = _read_areas(own) if own is not None else shipped_areas()
    return read_toml(texts, directions, areas)


def read_toml(
    texts: Mapping[str, str], directions: Sequence[DirectionEntry], areas: Sequence[AreaEntry]
) -> CatalogueDraft:
    """Read files of criteria by their names; raises CatalogueProblems with all that is wrong in any of them."""
    problems: list[Problem] = []
    records = [record for name, text in texts.items() for record in _records_of_toml(name, text, problems)]
    return _draft(records, directions, areas, problems)


def read_xlsx(content: bytes, filename: str) -> CatalogueDraft:
    """Read a workbook: the criteria of every visible sheet that has a head row; areas are the shipped ones."""
    problems: list[Problem] = []
    tables = read_table(content, filename)
    headed = [(table, row) for table in tables if (row := _head_row(table)) is not None]
    if not headed:
        heads = tuple(_shown_head(field, DEFAULT_LANGUAGE) for field in _FIELDS)
        problems.append(Problem(message("Head row"), message("Not found. The columns are {heads}.", heads=heads)))
    records = [record for table, row in headed for record in _records_of_table(table, row, problems)]
    return _draft(records, *shipped_areas(), problems)


def read_upload(content: bytes, filename: str) -> CatalogueDraft:
    """Read a file that a person sends, TOML or XLSX by its ending."""
    match PurePath(filename).suffix.lower():
        case ".toml":
            name = PurePath(filename).name
            return read_toml({name: _decoded(content, name)}, *shipped_areas())
        case ".xlsx":
            return read_xlsx(content, filename)
        case _:
            raise Refusal(message("Send the catalogue as a workbook (.xlsx) or as .toml."))


def write_xlsx(draft: CatalogueDraft, language: Language = DEFAULT_LANGUAGE) -> bytes:
    """Return the catalogue as a workbook that `read_xlsx` reads back; heads and area names in the language."""
    target = BytesIO()
    names = _area_names(draft.areas, language)
    with Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("catalogue")
        head = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        body = workbook.add_format({"text_wrap": True, "valign": "top"})
        for column, field in enumerate(_FIELDS):
            sheet.set_column(column, column, _WIDTHS.get(field, _TEXT_WIDTH))
            sheet.write_string(0, column, _shown_head(field, language), head)
        for row, criterion in enumerate(draft.criteria, start=1):
            for column, value in enumerate(_cells(criterion, names)):
                if isinstance(value, int):
                    sheet.write_number(row, column, value, body)
                else:
                    sheet.write_string(row, column, value, body)
        sheet.freeze_panes(1, _FIELDS.index("number") + 1)
        sheet.autofilter(0, 0, max(len(draft.criteria), 1), len(_FIELDS) - 1)
        sheet.set_landscape()
        sheet.repeat_rows(0)
    return target.getvalue()


def _cells(criterion: CriterionEntry, names: Mapping[str, str]) -> tuple[str | int, ...]:
    pairs = (criterion.text, *criterion.levels, criterion.measure)
    texts = (text for pair in pairs for text in (pair.ru, pair.kk))
    return criterion.key, criterion.age, names[criterion.area], criterion.number, *texts


def _area_names(areas: Iterable[AreaEntry], language: Language) -> dict[str, str]:
    """What a workbook calls the areas: by name, but by key in English and where `read_xlsx` would not know the name."""
    known = _areas_by_name(shipped_areas()[1])
    names = {}
    for area in areas:
        name = {"ru": area.name.ru, "kk": area.name.kk, "en": area.key}[language]
        found = known.get(loose_key(name))
        names[area.key] = name if found is not None and found.key == area.key else area.key
    return names


# --- from records to a draft -----------------------------------------------------------------------------


def _draft(
    records: Iterable[_Record],
    directions: Sequence[DirectionEntry],
    areas: Sequence[AreaEntry],
    problems: list[Problem],
) -> CatalogueDraft:
    known = _areas_by_name(areas)
    read = [(record.where, _criterion(record, known, problems)) for record in records]
    _refuse_doubles(read, problems)
    if not read and not problems:
        problems.append(Problem(message("Catalogue"), message("There is no criterion in it.")))
    if problems:
        raise CatalogueProblems(problems)
    places = {area.key: area.number for area in areas}
    criteria = sorted((entry for _, entry in read), key=lambda one: (one.age, places[one.area], one.number))
    return CatalogueDraft(tuple(directions), tuple(areas), tuple(criteria))


def _criterion(record: _Record, areas: Mapping[str, AreaEntry], problems: list[Problem]) -> CriterionEntry:
    """The criterion of a record, with nothing (empty text, 0) in place of what was noted as a problem."""
    _refuse_missing(record, _FIELDS, problems)
    key = _key(record, "key", KEY_LENGTH, problems)
    age = _whole(record, "age", AGES[-1], problems)
    area = _area(record, areas, age, problems)
    number = _whole(record, "number", HIGHEST_NUMBER, problems)
    text, one, two, three, measure = (_bilingual(record, pair, TEXT_LENGTH, problems) for pair in _PAIRS)
    return CriterionEntry(key, age, area, number, text, (one, two, three), measure)


def _area(record: _Record, areas: Mapping[str, AreaEntry], age: int, problems: list[Problem]) -> str:
    name = _text(record, "area", NAME_LENGTH, problems)
    if not name:
        return ""
    area = areas.get(loose_key(name))
    if area is None:
        problems.append(Problem(record.where, message("There is no learning area «{name}».", name=name)))
        return ""
    if age and age not in area.ages:
        what = message("There is no learning area «{name}» at age {age}.", name=name, age=age)
        problems.append(Problem(record.where, what))
    return area.key


def _refuse_doubles(read: Iterable[tuple[Message | str, CriterionEntry]], problems: list[Problem]) -> None:
    keys: dict[str, Message | str] = {}
    numbers: dict[tuple[int, str, int], Message | str] = {}
    for where, entry in read:
        place = (entry.age, entry.area, entry.number)
        if entry.key and keys.setdefault(entry.key, where) is not where:
            what = message("The key «{key}» is already in {where}.", key=entry.key, where=keys[entry.key])
            problems.append(Problem(where, what))
        if all(place) and numbers.setdefault(place, where) is not where:
            what = message("Number {n} in this learning area is already in {where}.", n=place[2], where=numbers[place])
            problems.append(Problem(where, what))


def _areas_by_name(areas: Iterable[AreaEntry]) -> dict[str, AreaEntry]:
    return {loose_key(name): area for area in areas for name in (*area.also, area.name.ru, area.name.kk, area.key)}


# --- values of a record ----------------------------------------------------------------------------------


def _refuse_missing(record: _Record, fields: Iterable[str], problems: list[Problem]) -> None:
    missing = tuple(record.label(field) for field in fields if _is_empty(record.values.get(field)))
    if missing:
        problems.append(Problem(record.where, message("Missing: {fields}.", fields=missing)))


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not clean(value))


def _bilingual(record: _Record, pair: str, longest: int, problems: list[Problem]) -> Bilingual:
    ru, kk = (_text(record, f"{pair}.{language}", longest, problems) for language in _LANGUAGES)
    return Bilingual(ru, kk)


def _text(record: _Record, field: str, longest: int, problems: list[Problem]) -> str:
    """The text of a field, cleaned; empty where it is missing or wrong, with the problem noted."""
    value = record.values.get(field)
    if _is_empty(value):
        return ""
    if not isinstance(value, str):
        problems.append(Problem(record.where, message("«{field}» must be a text.", field=record.label(field))))
        return ""
    text = fold_lookalikes(value)
    if len(text) > longest:
        what = message(
            "«{field}» is too long: {length} characters, at most {longest}.",
            field=record.label(field),
            length=len(text),
            longest=longest,
        )
        problems.append(Problem(record.where, what))
    return text


def _key(record: _Record, field: str, longest: int, problems: list[Problem]) -> str:
    key = _text(record, field, longest, problems)
    if key and not _KEY.fullmatch(key):
        what = message(
            "«{field}» must be small Latin letters, digits, hyphens: 5-speech-8 for example.", field=record.label(field)
        )
        problems.append(Problem(record.where, what))
    return key


def _whole(record: _Record, field: str, highest: int, problems: list[Problem]) -> int:
    """The whole number of a field from 1 on; 0 where it is missing or wrong, with the problem noted."""
    value = record.values.get(field)
    if _is_empty(value):
        return 0
    if _is_whole(value) and 1 <= value <= highest:
        return value
    what = message("«{field}» must be a whole number from 1 to {highest}.", field=record.label(field), highest=highest)
    problems.append(Problem(record.where, what))
    return 0


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


# --- TOML ------------------------------------------------------------------------------------------------


def _decoded(content: bytes, name: str) -> str:
    if len(content) > MAX_TOML_BYTES:
        size = MAX_TOML_BYTES // (1024 * 1024)
        raise Refusal(message("{file} is larger than {size} MB and cannot be a catalogue.", file=name, size=size))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(message("{file} is not a text in UTF-8. Save it anew in UTF-8.", file=name)) from error


def _document(name: str, text: str, problems: list[Problem]) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        where = message("{file}, line {line}", file=name, line=int(found[1])) if found else name
        problems.append(Problem(where, message("This is not TOML. Check quotation marks, brackets and equals signs.")))
        return {}


def _records_of_toml(name: str, text: str, problems: list[Problem]) -> list[_Record]:
    document = _document(name, text, problems)
    _refuse_unknown(name, document, ("age", "criterion"), problems)
    age = document.get("age")
    if age is not None and not (_is_whole(age) and age in AGES):
        what = message("«{field}» must be a whole number from 1 to {highest}.", field="age", highest=AGES[-1])
        problems.append(Problem(name, what))
        return []  # without an age nothing certain can be said of the criteria
    common = {} if age is None else {"age": age}
    return _records(name, document, "criterion", _FIELDS, problems, common)


def _records(
    name: str,
    document: Mapping[str, object],
    table: str,
    fields: Sequence[str],
    problems: list[Problem],
    common: Mapping[str, object] | None = None,
) -> list[_Record]:
    """The records of one [[table]] of a document, with their fields flattened: `text.ru`, `levels.I.ru`."""
    tables = document.get(table, [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        what = message("Write each one under [[{table}]].", table=table)
        problems.append(Problem(name, what))
        return []
    records = []
    for place, one in enumerate(tables, start=1):
        where = message("{file}, {table} {n}", file=name, table=table, n=place)
        values = dict(_flattened(one, fields))
        _refuse_unknown(where, values, fields, problems)
        records.append(_Record(where, {**(common or {}), **values}, {}))
    return records


def _flattened(table: Mapping[str, object], fields: Sequence[str], prefix: str = "") -> Iterable[tuple[str, object]]:
    for name, value in table.items():
        path = prefix + name
        if isinstance(value, dict) and any(field.startswith(f"{path}.") for field in fields):
            yield from _flattened(value, fields, f"{path}.")
        else:
            yield path, value


def _refuse_unknown(
    where: Message | str, values: Mapping[str, object], fields: Sequence[str], problems: list[Problem]
) -> None:
    for field in values:
        if field in fields:
            continue
        if any(known.startswith(f"{field}.") for known in fields):
            what = message("«{field}» must be a table with ru and kk in it.", field=field)
        else:
            what = message("There is no field «{field}». Check its spelling or delete it.", field=field)
        problems.append(Problem(where, what))


# --- directions and areas --------------------------------------------------------------------------------


def _read_areas(text: str) -> tuple[tuple[DirectionEntry, ...], tuple[AreaEntry, ...]]:
    problems: list[Problem] = []
    document = _document(AREAS_FILE, text, problems)
    _refuse_unknown(AREAS_FILE, document, ("direction", "area"), problems)
    direction_records = _records(AREAS_FILE, document, "direction", _DIRECTION_FIELDS, problems)
    directions = [_direction(record, place, problems) for place, record in enumerate(direction_records, start=1)]
    area_records = _records(AREAS_FILE, document, "area", _AREA_FIELDS, problems)
    areas = [_area_entry(record, {one.key for one in directions}, problems) for record in area_records]
    _refuse_double_areas(directions, areas, problems)
    if problems:
        raise CatalogueProblems(problems)
    return tuple(directions), tuple(sorted(areas, key=lambda area: area.number))


def _direction(record: _Record, place: int, problems: list[Problem]) -> DirectionEntry:
    _refuse_missing(record, _DIRECTION_FIELDS, problems)
    return DirectionEntry(
        _key(record, "key", AREA_KEY_LENGTH, problems),
        place,
        _bilingual(record, "name", NAME_LENGTH, problems),
        _bilingual(record, "letter", LETTER_LENGTH, problems),
    )


def _area_entry(record: _Record, directions: set[str], problems: list[Problem]) -> AreaEntry:
    _refuse_missing(record, [field for field in _AREA_FIELDS if field != "also"], problems)
    direction = _text(record, "direction", NAME_LENGTH, problems)
    if direction and direction not in directions:
        problems.append(Problem(record.where, message("There is no direction «{name}».", name=direction)))
    return AreaEntry(
        _key(record, "key", AREA_KEY_LENGTH, problems),
        direction,
        _whole(record, "number", HIGHEST_NUMBER, problems),
        _whole(record, "code_order", HIGHEST_NUMBER, problems),
        _bilingual(record, "name", NAME_LENGTH, problems),
        _ages(record, problems),
        _also(record, problems),
    )


def _ages(record: _Record, problems: list[Problem]) -> tuple[int, ...]:
    ages = record.values.get("ages", [])
    if isinstance(ages, list) and all(_is_whole(age) and age in AGES for age in ages):
        return tuple(ages)
    what = message("«{field}» must be a list of whole numbers from 1 to {highest}.", field="ages", highest=AGES[-1])
    problems.append(Problem(record.where, what))
    return ()


def _also(record: _Record, problems: list[Problem]) -> tuple[str, ...]:
    names = record.values.get("also", [])
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        return tuple(names)
    problems.append(Problem(record.where, message("«{field}» must be a list of texts.", field="also")))
    return ()


def _refuse_double_areas(
    directions: Sequence[DirectionEntry], areas: Sequence[AreaEntry], problems: list[Problem]
) -> None:
    taken = Counter[tuple[str, object]]()
    taken.update(("direction.key", one.key) for one in directions)
    for area in areas:
        taken.update((("area.key", area.key), ("area.number", area.number)))
        taken[("area.code_order", (area.direction, area.code_order))] += 1
    for (field, _), times in taken.items():
        if times > 1:
            what = message("Two have the same «{field}».", field=field)
            problems.append(Problem(AREAS_FILE, what))


# --- XLSX ------------------------------------------------------------------------------------------------


def _head_row(table: Table) -> int | None:
    """The place of the row with most of our heads, if it has enough of them to be a head row at all."""
    counts = [len({_field_of(cell) for cell in row} - {None}) for row in table.rows[:_ROWS_TO_HEAD]]
    most = max(counts, default=0)
    return counts.index(most) if most >= _ENOUGH_HEADS else None


def _records_of_table(table: Table, head: int, problems: list[Problem]) -> list[_Record]:
    columns: dict[str, int] = {}
    in_head = message("sheet «{sheet}», row {row}", sheet=table.name, row=head + 1)
    for column, cell in enumerate(table.rows[head]):
        field = _field_of(cell)
        if field is not None and columns.setdefault(field, column) != column:
            problems.append(Problem(in_head, message("There are two columns «{head}».", head=cell)))
    missing = tuple(_shown_head(field, DEFAULT_LANGUAGE) for field in _FIELDS if field not in columns)
    if missing:
        problems.append(Problem(in_head, message("Columns missing: {heads}.", heads=missing)))
        return []  # every row would lack the same
    labels = {field: str(table.rows[head][column]) for field, column in columns.items()}
    records = []
    for place, row in enumerate(table.rows[head + 1 :], start=head + 2):
        values = {field: _value(field, row[column]) for field, column in columns.items()}
        if not all(map(_is_empty, values.values())):
            where = message("sheet «{sheet}», row {row}", sheet=table.name, row=place)
            records.append(_Record(where, values, labels))
    return records


def _value(field: str, cell: Cell) -> Cell:
    """The cell, or the number in it where a number was typed as a text."""
    if field in ("age", "number") and isinstance(cell, str) and re.fullmatch(r"[0-9]{1,3}", clean(cell)):
        return int(clean(cell))
    return cell


def _field_of(cell: Cell) -> str | None:
    return _fields_by_head().get(_head_key(cell)) if isinstance(cell, str) else None


@cache
def _fields_by_head() -> dict[str, str]:
    heads = {_head_key(head): field for field, alike in _HEADS.items() for head in alike}
    for pair, alike in _PAIR_HEADS.items():
        for language, words in _LANGUAGE_WORDS.items():
            heads |= {_head_key(f"{head} {word}"): f"{pair}.{language}" for head in alike for word in words}
    return heads


def _head_key(head: str) -> str:
    words = re.sub(r"[^\w№/-]+", " ", loose_key(head)).split()
    return " ".join(_ROMAN.get(word, word) for word in words)


def _shown_head(field: str, language: Language) -> str:
    place = ("ru", "kk", "en").index(language)
    if field in _HEADS:
        return _HEADS[field][place]
    pair, _, of_text = field.rpartition(".")
    return f"{_PAIR_HEADS[pair][place]} {of_text}"
