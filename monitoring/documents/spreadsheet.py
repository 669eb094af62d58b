"""A workbook to print and to count in: A4 landscape, real tables, sums as formulas, and what people typed stays text.

For every workbook that people get from us. A formula is written with its value, so that a reader which does not
calculate shows it too.
"""

import textwrap
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from monitoring.core.language import format_percent
from monitoring.core.language import gettext as _
from monitoring.figures.palette import EDGE, INK, NO_LEVEL

# A name that begins with «=» or «http:» is a name.
OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FONT: Final = {"font_name": "Arial", "font_size": 10, "font_color": INK}
A4: Final = 9
MARGIN: Final = 0.47  # inches
LONGEST_IN_HEADER: Final = 60
LINE: Final = 13.5  # points that a line of text at this size needs
WIDE_LETTER: Final = 1.02  # of the width of a digit, by which columns are measured
LEAST_HEIGHT: Final = 16.0  # points


@dataclass(frozen=True)
class Sum:
    """The sum of a run of columns of its own row, counted from 0."""

    first: int
    last: int
    value: int


@dataclass(frozen=True)
class Tinted:
    """A text on a ground of its own."""

    text: str
    fill: str


Cell = str | int | Sum | Tinted | None


@dataclass(frozen=True)
class Column:
    head: str
    width: float
    shows: Literal["text", "number", "percent"] = "number"
    fill: str = NO_LEVEL
    ink: str = INK


@dataclass
class Book:
    """A workbook in the making, with the formats that it has so far."""

    workbook: Workbook
    page_header: str
    formats: dict[tuple[tuple[str, object], ...], Any] = field(default_factory=dict)

    def format(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format({**FONT, **properties})
        return self.formats[key]


def add_sheet(book: Book, name: str, widths: Sequence[float]) -> Any:
    """Return a new sheet of these column widths, set up for A4 landscape, as wide as the page."""
    sheet = book.workbook.add_worksheet(name)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=MARGIN, right=MARGIN, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&L&9 {_of_header(book.page_header)}&R&9 {_of_header(name)}")  # a blank ends the size
    sheet.set_footer("&C&9 " + _("page {page} of {pages}", page="&P", pages="&N"))
    return sheet


def write_line(book: Book, sheet: Any, row: int, text: str, widths: Sequence[float], **properties: object) -> int:
    """Write a text across these columns from the left, as high as it needs, and return the next row."""
    form = book.format(**{"text_wrap": True, "valign": "top", **properties})
    size = properties.get("font_size", FONT["font_size"])
    assert isinstance(size, int)
    sheet.set_row(row, _lines(text, sum(widths) * 10 / size) * LINE * size / 10 + 4)
    if len(widths) > 1:
        sheet.merge_range(row, 0, row, len(widths) - 1, "", form)
    sheet.write_string(row, 0, text, form)
    return row + 1


def write_table(
    book: Book,
    sheet: Any,
    at: tuple[int, int],
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    *,
    bold: Container[int] = (),
    filtered: bool = False,
) -> int:
    """Write a table that Excel knows by a name from this row and column on, and return the next row below it.

    `bold` has the numbers of the rows that stand out.
    """
    top, left = at
    sheet.add_table(
        top,
        left,
        top + len(rows),
        left + len(columns) - 1,
        {
            "name": name,
            "style": None,
            "autofilter": filtered,
            "columns": [{"header": column.head, "header_format": _head(book, column)} for column in columns],
        },
    )
    sheet.set_row(top, _height([column.head for column in columns], columns))
    for number, cells in enumerate(rows):
        sheet.set_row(top + 1 + number, _height(cells, columns))
        for place, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            _write(book, sheet, (top + 1 + number, left + place), left, column, cell, bold=number in bold)
    return top + 1 + len(rows)


def write_totals(
    book: Book, sheet: Any, at: tuple[int, int], rows: int, columns: Sequence[Column], values: Sequence[int | None]
) -> int:
    """Write under a table of so many rows the sums of its columns (None: no sum), and return the next row."""
    row, left = at
    look = {"bold": True, "border": 1, "border_color": EDGE, "bg_color": NO_LEVEL}
    sheet.write_string(row, left, _("Total"), book.format(**look))
    for place, (column, value) in enumerate(zip(columns, values, strict=True)):
        if place == 0:
            continue
        form = book.format(**look, align="center", **_number(column))
        if value is None:
            sheet.write_blank(row, left + place, None, form)
        else:
            first, last = (xl_rowcol_to_cell(one, left + place) for one in (row - rows, row - 1))
            sheet.write_formula(row, left + place, f"=SUM({first}:{last})", form, value)
    return row + 1


def _write(book: Book, sheet: Any, at: tuple[int, int], left: int, column: Column, cell: Cell, *, bold: bool) -> None:
    row, place = at
    look = {"border": 1, "border_color": EDGE, "valign": "vcenter", "text_wrap": True, "bold": bold}
    if column.shows != "text":
        look |= {"align": "center", **_number(column)}
    match cell:
        case Sum(first, last, value):
            cells = ":".join(xl_rowcol_to_cell(row, left + one) for one in (first, last))
            sheet.write_formula(row, place, f"=SUM({cells})", book.format(**look), value)
        case Tinted(text, fill):
            sheet.write_string(row, place, text, book.format(**look, bg_color=fill))
        case int():
            sheet.write_number(row, place, cell, book.format(**look))
        case str():
            sheet.write_string(row, place, cell, book.format(**look))
        case None:
            sheet.write_blank(row, place, None, book.format(**look))


def _height(cells: Sequence[Cell], columns: Sequence[Column]) -> float:
    """Return how high a row must be for its texts, which not every program finds out by itself."""
    texts = [cell.text if isinstance(cell, Tinted) else cell for cell in cells]
    lines = [_lines(text, column.width) for text, column in zip(texts, columns, strict=True) if isinstance(text, str)]
    return max(LEAST_HEIGHT, max(lines, default=1) * LINE + 2)


def _lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column, its letters taken for wide ones."""
    return len(textwrap.wrap(text, max(1, int(width / WIDE_LETTER)))) or 1


def _head(book: Book, column: Column) -> Any:
    align = "left" if column.shows == "text" else "center"
    return book.format(
        bold=True,
        font_size=9,
        border=1,
        border_color=EDGE,
        bg_color=column.fill,
        font_color=column.ink,
        text_wrap=True,
        align=align,
        valign="vcenter",
    )


def _number(column: Column) -> dict[str, object]:
    """Return the format of a whole number, with the percent sign as the language sets it."""
    return {"num_format": f'0"{format_percent(0)[1:]}"'} if column.shows == "percent" else {"num_format": "0"}


def _of_header(text: str) -> str:
    """Return a text as a page header takes it: short, its «&» doubled."""
    return textwrap.shorten(text, LONGEST_IN_HEADER, placeholder="…").replace("&", "&&")
