"""A table that a person sends: an XLSX workbook or a CSV text, read into plain cells for lists and sheets.

The file comes from outside: what is not such a table is refused with a word on what to do instead, and the
reader of workbooks sees only parts whose size and shape were checked before.
"""

import csv
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO, StringIO
from pathlib import PurePath
from typing import Final
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from monitoring.core.errors import Refusal
from monitoring.core.language import message

Cell = str | int | float | bool | date | datetime | None

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_UNPACKED_BYTES: Final = 64 * 1024 * 1024
MAX_PARTS: Final = 1_000
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 400  # an observation sheet of 84 criteria has 254
MAX_CELLS: Final = 1_000_000  # of all sheets, the empty ones between others too: each takes memory

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP: Final = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta")
_SEPARATORS: Final = ";\t,"
_KZ1048_ONLY: Final = frozenset("ЌЋЈЅќћјѕ")  # Serbian letters of cp1251, in whose place KZ-1048 has Қ Һ Ә Ң


@dataclass(frozen=True)
class Table:
    """A sheet: rows of equal length, from the file's first row and column on; an empty cell is None."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


def read_table(content: bytes, filename: str) -> list[Table]:
    """Read every visible sheet of a workbook, or the one table of a CSV; raises Refusal for anything else."""
    if len(content) > MAX_BYTES:
        size = MAX_BYTES // (1024 * 1024)
        raise Refusal(message("The file is larger than {size} MB. Keep only the table in it and try again.", size=size))
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise _nothing_inside()
    if content.startswith(_ZIP):
        tables = _read_workbook(content)
    else:
        _refuse_foreign(content)
        tables = [_read_csv(content, PurePath(filename).stem)]
    if not any(table.rows for table in tables):
        raise _nothing_inside()
    return tables


def _refuse_foreign(content: bytes) -> None:
    """Refuse what is often sent in place of a table, each with its own advice."""
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _protected()
        raise Refusal(message("This is a file of the old Excel format (.xls). Open it in Excel and save it as .xlsx."))
    if start.startswith(b"%pdf"):
        raise Refusal(message("This is a PDF file. Send the table itself, saved as .xlsx or .csv."))
    if start.startswith(_MARKUP):
        raise Refusal(message("This is a web page, not a table. Open it in Excel and save it as .xlsx."))


def _read_workbook(content: bytes) -> list[Table]:
    try:
        with CalamineWorkbook.from_filelike(_checked_workbook(content)) as workbook:
            names = [
                sheet.name
                for sheet in workbook.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
            ]
            return [
                Table(name, _tidy(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False))) for name in names
            ]
    except CalamineError as error:
        raise _damaged() from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how the Rust side fails; not an Exception
            raise
        raise _damaged() from error


def _checked_workbook(content: bytes) -> BytesIO:
    """The workbook packed anew from those parts that are well-formed XML of a bearable size and shape."""
    checked = BytesIO()
    area = 0
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed, zipfile.ZipFile(checked, "w") as unpacked:
            parts = packed.infolist()
            _refuse_foreign_package(parts)
            for part in parts:
                text = packed.read(part)  # never more than the part declares, and its checksum is compared
                extent = _extent(text)
                if extent is not None:
                    area += extent.area
                    unpacked.writestr(part.filename, text)
                if area > MAX_CELLS:
                    raise _too_wide_or_long()
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError) as error:
        raise _damaged() from error
    checked.seek(0)
    return checked


def _refuse_foreign_package(parts: Sequence[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & 0x1 for part in parts):
        raise _protected()
    if len({part.filename for part in parts}) < len(parts):
        raise _damaged()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise Refusal(
            message("The workbook unpacks to too much. Copy the table into a new workbook and save it as .xlsx.")
        )
    if not any(part.filename.lower() == "xl/workbook.xml" for part in parts):
        raise Refusal(message("This is not an Excel workbook. Open it in its own program and save it as .xlsx."))


@dataclass
class _Extent:
    """How far the filled cells of a sheet reach: one stray value in the last row would take all memory."""

    row: int = 0
    column: int = 0
    last_row: int = 0
    last_column: int = 0
    path: list[str] = field(default_factory=list)

    @property
    def area(self) -> int:
        return self.last_row * self.last_column

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self.path.append(name)
        if len(self.path) > 100:
            raise _damaged()
        if name == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
        elif name == "c":
            self._place(attributes.get("r", ""))
        elif name in ("v", "is", "f") and "c" in self.path:
            self._fill()

    def close(self, _tag: str) -> None:
        self.path.pop()

    def _place(self, reference: str) -> None:
        letters = reference.rstrip("0123456789").upper()
        self.column += 1
        if letters:
            self.column = 0
            for letter in letters[:4]:
                self.column = self.column * 26 + ord(letter) - ord("A") + 1
        digits = reference[len(letters) :]
        self.row = int(digits) if digits else self.row

    def _fill(self) -> None:
        self.last_row = max(self.last_row, self.row)
        self.last_column = max(self.last_column, self.column)
        if self.last_row > MAX_ROWS or self.last_column > MAX_COLUMNS:
            raise _too_wide_or_long()


def _extent(text: bytes) -> _Extent | None:
    """How far a part of the workbook reaches; None for what is not well-formed XML, which nobody needs."""
    extent = _Extent()
    parser = expat.ParserCreate()
    parser.StartElementHandler = extent.open
    parser.EndElementHandler = extent.close
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(text, True)
    except expat.ExpatError:
        return None
    return extent


def _refuse_doctype(*_declaration: object) -> None:
    raise _damaged()  # no workbook declares entities; a bomb does


def _read_csv(content: bytes, name: str) -> Table:
    text = _decoded(content)
    if any(sign < " " and sign not in "\t\r\n" for sign in text):
        raise _not_a_table()
    separator = ""
    if text[:4].lower() == "sep=" and text[4:5] in tuple(_SEPARATORS):
        separator = text[4]
    try:
        rows = _parsed(text, separator or _likely_separator(text), strict=False)
    except csv.Error as error:
        raise _not_a_table() from error
    if separator:
        rows[0] = []  # Excel hides this line, and counts it
    return Table(name, _tidy(rows))


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-16" or b"\x00" in content:
            raise _not_a_table() from error
    try:
        text = content.decode("cp1251")
        return content.decode("kz1048") if _KZ1048_ONLY & set(text) else text
    except UnicodeDecodeError as error:
        raise _not_a_table() from error


def _likely_separator(text: str) -> str:
    """The separator that cuts most rows into the same number of columns, quotes taken strictly first."""
    for strict in (True, False):
        scores = [_evenness(text, separator, strict=strict) for separator in _SEPARATORS]
        if max(scores) >= 0:
            return _SEPARATORS[scores.index(max(scores))]
    return _SEPARATORS[0]


def _evenness(text: str, separator: str, *, strict: bool) -> int:
    try:
        widths = Counter(len(row) for row in _parsed(text, separator, strict=strict) if len(row) > 1)
    except csv.Error:
        return -1
    return max(widths.values(), default=0)


def _parsed(text: str, separator: str, *, strict: bool) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline=""), delimiter=separator, strict=strict))


def _tidy(rows: Iterable[Sequence[object]]) -> tuple[tuple[Cell, ...], ...]:
    """Rows as long as the longest, without the empty ones at the end and empty columns at the right."""
    cells = [[_cell(value) for value in row] for row in rows]
    for row in cells:
        while row and row[-1] is None:
            row.pop()
    while cells and not cells[-1]:
        cells.pop()
    width = max(map(len, cells), default=0)
    if len(cells) > MAX_ROWS or width > MAX_COLUMNS or len(cells) * width > MAX_CELLS:
        raise _too_wide_or_long()
    return tuple(tuple(row) + (None,) * (width - len(row)) for row in cells)


def _cell(value: object) -> Cell:
    match value:
        case "" | None:
            return None
        case float() if value.is_integer():
            return int(value)
        case datetime() if value.time() == time():
            return value.date()
        case str() | bool() | int() | float() | date():
            return value
        case _:
            return str(value)  # a time or a duration: nothing we ask for


def _nothing_inside() -> Refusal:
    return Refusal(message("The file is empty. Fill the table, save it and try again."))


def _protected() -> Refusal:
    return Refusal(message("The file is protected by a password. Open it, save a copy without the password as .xlsx."))


def _damaged() -> Refusal:
    return Refusal(message("The workbook is damaged and cannot be read. Open it in Excel and save it anew as .xlsx."))


def _not_a_table() -> Refusal:
    return Refusal(message("This is not a table. Save the file as .xlsx, or as CSV UTF-8."))


def _too_wide_or_long() -> Refusal:
    return Refusal(
        message(
            "The table is too large: at most {rows} rows and {columns} columns can be read. "
            "Delete what lies outside the table and try again.",
            rows=MAX_ROWS,
            columns=MAX_COLUMNS,
        )
    )
