import csv
import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from monitoring.core.errors import Refusal
from monitoring.core.table_file import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, Cell, Table, read_table

ROWS = (("№", "ФИО", "Топ"), ("1", "Ахметова Дана", "Балапан"), ("2", "Ким, Анна", "«Ақ бота»"))
KAZAKH_ROWS = (*ROWS, ("3", "Әлібек Ғани Өмірұлы", "Құлыншақ"))


def workbook(*sheets: tuple[str, Sequence[Sequence[object]]], hidden: str = "") -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        formats = {date: "dd.mm.yyyy", datetime: "dd.mm.yyyy hh:mm", time: "hh:mm"}
        styles = {kind: book.add_format({"num_format": shape}) for kind, shape in formats.items()}
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            if name == hidden:
                sheet.hide()
            for row_number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(row_number, column, value)
                    else:
                        sheet.write(row_number, column, value, styles.get(type(value)))
    return buffer.getvalue()


def text_table(rows: Sequence[Sequence[str]], separator: str = ";", *, all_quoted: bool = False) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, quoting=csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL)
    writer.writerows(rows)
    return buffer.getvalue()


def repacked(content: bytes, **changes: bytes) -> bytes:
    """The workbook with the first sheet (`sheet`) or other parts (`extra`) put in."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            is_sheet = part.filename == "xl/worksheets/sheet1.xml"
            new.writestr(part.filename, changes["sheet"] if is_sheet and "sheet" in changes else old.read(part))
        if "extra" in changes:
            new.writestr("xl/media/extra.bin", changes["extra"])
    return buffer.getvalue()


def sheet_xml(data: str, before: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'{before}<worksheet xmlns="{space}"><sheetData>{data}</sheetData></worksheet>'.encode()


def test_a_workbook_gives_its_cells_with_their_kinds() -> None:
    half_past_eight = datetime.fromisoformat("2021-03-05T08:30")
    rows = [["а", 1, 1.5, True, None, date(2021, 3, 5), half_past_eight, time(8, 30)]]
    expected = ("а", 1, 1.5, True, None, date(2021, 3, 5), half_past_eight, "08:30:00")
    assert read_table(workbook(("Лист1", rows)), "a.xlsx") == [Table("Лист1", (expected,))]


def test_rows_and_columns_keep_the_numbers_that_the_reader_sees() -> None:
    [table] = read_table(workbook(("Лист1", [[], [], [None, "а"], [None, None, "б"]])), "a.xlsx")
    assert table.rows == ((None,) * 3, (None,) * 3, (None, "а", None), (None, None, "б"))


def test_every_visible_sheet_is_read() -> None:
    content = workbook(("Балапан", ROWS), ("Пусто", []), ("Черновик", ROWS), hidden="Черновик")
    assert [(table.name, len(table.rows)) for table in read_table(content, "a.xlsx")] == [
        ("Балапан", 3),
        ("Пусто", 0),
    ]


def test_a_formula_is_its_value_and_an_equals_sign_in_a_text_is_text() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_formula(0, 0, "=1+1", None, 2)
        sheet.write_string(0, 1, "=1+1")
    assert read_table(buffer.getvalue(), "a.xlsx")[0].rows == ((2, "=1+1"),)


def test_formatted_blank_cells_far_away_do_no_harm() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "а")
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    assert read_table(buffer.getvalue(), "a.xlsx")[0].rows == (("а",),)


@pytest.mark.parametrize("separator", list(";\t,"))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_is_read_in_every_usual_encoding_and_separator(separator: str, encoding: str) -> None:
    content = text_table(KAZAKH_ROWS, separator).encode(encoding)
    assert read_table(content, "Список.csv") == [Table("Список", KAZAKH_ROWS)]


@pytest.mark.parametrize("separator", list(";\t,"))
def test_a_csv_of_an_old_windows_is_read(separator: str) -> None:
    rows = (("ФИО", "Группа"), ("Королёв, Пётр", "«Ромашка» № 1"))
    assert read_table(text_table(rows, separator).encode("cp1251"), "a.csv")[0].rows == rows


def test_kazakh_letters_that_an_old_windows_lacks_stay_question_marks() -> None:
    content = text_table((("Т.А.Ә.", "Топ"), ("Әлия Қанат", "1"))).encode("cp1251", "replace")
    assert read_table(content, "a.csv")[0].rows == (("Т.А.?.", "Топ"), ("?лия ?анат", "1"))


def test_a_csv_in_the_kazakh_code_page_keeps_its_letters() -> None:
    rows = (("Аты-жөні", "Топ"), ("Әлия Қанат Ғани Үміт", "Ұлан"))
    assert read_table(text_table(rows).encode("kz1048"), "a.csv")[0].rows == rows


def test_title_lines_and_commas_in_cells_do_not_mislead_the_separator() -> None:
    lines = [
        "Список, группа «Балапан», 2026",
        "",
        "ФИО;Дата рождения",
        "Ким, Анна;05.03.2021",
        "Ли, Ян;06.03.2021",
    ]
    rows = read_table("\r\n".join(lines).encode(), "a.csv")[0].rows
    assert rows[2:] == (("ФИО", "Дата рождения"), ("Ким, Анна", "05.03.2021"), ("Ли, Ян", "06.03.2021"))
    assert rows[1] == (None, None)


def test_the_separator_that_excel_writes_in_the_first_line_is_obeyed() -> None:
    assert read_table(b"sep=,\r\na;b,c;d\r\n", "a.csv")[0].rows == ((None, None), ("a;b", "c;d"))


def test_a_stray_quote_does_not_swallow_the_table() -> None:
    text = '"Балапан" тобы;1\r\nТОО "Ақ бота";2\r\n'
    assert read_table(text.encode(), "a.csv")[0].rows == (("Балапан тобы", "1"), ('ТОО "Ақ бота"', "2"))


def damaged(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes(64) + content[middle + 64 :]


def lying_about_its_size() -> bytes:
    """A workbook whose sheet unpacks to 200 MB and declares 1 000 bytes."""
    bomb = repacked(workbook(("Лист1", ROWS)), extra=bytes(200 * 1024 * 1024))
    return bomb.replace(struct.pack("<L", 200 * 1024 * 1024), struct.pack("<L", 1000))


def encrypted_flag() -> bytes:
    content = bytearray(workbook(("Лист1", ROWS)))
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def other_package() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("word/document.xml", "<document/>")
    return buffer.getvalue()


BOOK = workbook(("Лист1", ROWS))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
DOCTYPE = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>'
BAD_FILES = {
    "nothing at all": (b"", "empty"),
    "blanks only": (b"\xef\xbb\xbf \r\n\r\n", "empty"),
    "separators only": (b";;;\r\n;;;\r\n", "empty"),
    "a workbook of empty sheets": (workbook(("Лист1", [])), "empty"),
    "too many bytes": (b"a;b\r\n" * (MAX_BYTES // 5 + 1), "larger than 10 MB"),
    "too many rows": (b"a;b\r\n" * (MAX_ROWS + 1), "too large"),
    "too many columns": (b";".join([b"a"] * (MAX_COLUMNS + 1)), "too large"),
    "many rows and one wide": (b"a;b\r\n" * (MAX_ROWS - 1) + b";".join([b"a"] * MAX_COLUMNS), "too large"),
    "an old workbook": (OLE, ".xls"),
    "a workbook with a password": (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
    "a package with a password": (encrypted_flag(), "password"),
    "a cut workbook": (BOOK[: len(BOOK) // 2], "damaged"),
    "a damaged workbook": (damaged(BOOK), "damaged"),
    "a package that begins like one": (b"PK\x03\x04 and nothing more", "damaged"),
    "a document": (other_package(), "not an Excel workbook"),
    "a PDF": (b"%PDF-1.7\n1 0 obj", "PDF"),
    "a web page": (b"\xef\xbb\xbf\r\n<html><table><tr><td>a", "web page"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a table"),
    "half a letter of UTF-16": (b"\xff\xfea", "not a table"),
    "a workbook that unpacks to too much": (repacked(BOOK, extra=bytes(70 * 1024 * 1024)), "unpacks"),
    "a workbook that lies about its size": (lying_about_its_size(), "damaged"),
    "a value in the last row": (
        repacked(BOOK, sheet=sheet_xml('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')),
        "too large",
    ),
    "a value in the last column": (
        repacked(BOOK, sheet=sheet_xml('<row><c r="XFD1"><is><t>1</t></is></c></row>')),
        "too large",
    ),
    "a cell outside any row": (
        repacked(BOOK, sheet=sheet_xml('<c r="XFD1048576"><v>1</v></c>')),
        "too large",
    ),
    "corners far apart": (
        repacked(BOOK, sheet=sheet_xml('<row><c r="OJ1"><v>1</v></c></row><row r="20000"><c><v>1</v></c></row>')),
        "too large",
    ),
    "a sheet with entities": (repacked(BOOK, sheet=sheet_xml("", before=DOCTYPE)), "damaged"),
    "a sheet cut short": (repacked(BOOK, sheet=sheet_xml("")[:-9]), "damaged"),
    "a cell with no number": (repacked(BOOK, sheet=sheet_xml('<row r="x"/>')), "damaged"),
    "a text that is not there": (
        repacked(BOOK, sheet=sheet_xml('<row r="1"><c r="A1" t="s"><v>999</v></c></row>')),
        "damaged",
    ),
}


@pytest.mark.parametrize(("content", "reason"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_that_is_no_table_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_table(content, "Список.xlsx")
    assert reason in refusal.value.message.render("en")


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", OLE, b"\xff\xfe"]))
def test_any_bytes_are_read_or_refused(content: bytes, start: bytes) -> None:
    try:
        tables = read_table(start + content, "a.csv")
    except Refusal:
        return
    assert any(table.rows for table in tables)


@given(st.integers(0, len(BOOK) - 1), st.integers(1, 255))
def test_a_workbook_with_one_wrong_byte_is_read_or_refused(place: int, change: int) -> None:
    content = bytearray(BOOK)
    content[place] ^= change
    try:
        read_table(bytes(content), "a.xlsx")
    except Refusal:
        return


CELLS = st.text("аӘқҺ яYz1=+@'«№ ", min_size=1, max_size=6)
GRIDS = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=6)
)


def as_rows(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(row) for row in rows)


@given(GRIDS)
def test_a_workbook_reads_back_as_it_was_written(rows: list[list[str]]) -> None:
    assert read_table(workbook(("Лист1", rows)), "a.xlsx") == [Table("Лист1", as_rows(rows))]


@given(GRIDS, st.sampled_from(";\t,"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_a_csv_reads_back_as_it_was_written(rows: list[list[str]], separator: str, encoding: str) -> None:
    content = text_table(rows, separator).encode(encoding)
    assert read_table(content, "a.csv") == [Table("a", as_rows(rows))]


@given(
    st.lists(
        st.lists(st.text('а;,\t"\r\n', min_size=1, max_size=5), min_size=3, max_size=3),
        min_size=1,
        max_size=4,
    )
)
def test_separators_and_quotes_inside_quoted_cells_stay_in_them(rows: list[list[str]]) -> None:
    assert read_table(text_table(rows, all_quoted=True).encode(), "a.csv")[0].rows == as_rows(rows)
