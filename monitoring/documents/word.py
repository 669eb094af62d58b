"""The parts of a Word document that reports are made of: page and styles, captions that count themselves, tables, bars.

A4 upright, Times New Roman, Word's own styles and fields, so that whoever gets the file goes on editing it in Word.
Knows nothing of what a report says.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, Final

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from monitoring.core.scale import Level
from monitoring.figures.palette import LEVEL_COLOURS, ON_LEVEL

FONT: Final = "Times New Roman"
TEXT_PT: Final = 12
WIDTH_CM: Final = 17.0  # between the margins
TABLE: Final = "TableText"  # without a space the name of a style is its id too
NARROW: Final = "NarrowTableText"  # nine points, for many columns and figures
HEADING_PT: Final[Mapping[str, float]] = {"Heading 1": 16, "Heading 2": 14, "Heading 3": 12}
SHADE_OF_HEADS: Final = "EEF1F2"
TWIPS_A_CM: Final = 567
UNITS: Final = 40  # grid columns of a whole bar; Word takes 63 in a table
LABEL_CM: Final = 5.0
SHORT: Final = 7  # rows of a table that is not broken between two pages
TOGETHER: Final = 3  # the head and the first rows of a longer one, which keep the next one on their page
UPRIGHT_CM: Final = 3.6  # the height of a row of upright heads
LOCALES: Final = {"ru": "ru-RU", "kk": "kk-KZ"}


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its width; numbers stand in the middle, a long head may stand upright."""

    head: str
    width_cm: float
    is_number: bool = True
    is_upright: bool = False


@dataclass(frozen=True)
class Bar:
    """A row of a figure: how many children are at which level."""

    label: str
    counts: tuple[int, int, int]


def new_document(language: str, title: str, made_on: date) -> Document:
    """Return an empty A4 document in a language, with its styles, a page number in its footer, and no author."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(2.0)
    _set_styles(document, language)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(footer, "PAGE", "1")
    properties = document.core_properties
    properties.title, properties.author, properties.comments, properties.language = title, "", "", LOCALES[language]
    properties.created = properties.modified = datetime.combine(made_on, time())
    return document


def content(document: Document) -> bytes:
    """Return the document as the bytes of a DOCX file."""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def caption(document: Document, label: str, text: str, number: int, *, of_figure: bool = False) -> None:
    """Add a caption «Таблица 3. ...» whose number is a field of Word's, counted by `label`.

    `label` has the place of the number as «#»: «Таблица #», «#-кесте».
    """
    before, after = label.split("#")
    paragraph = document.add_paragraph(before, style="Caption")
    paragraph.paragraph_format.keep_with_next = not of_figure
    _field(paragraph, f"SEQ {label.strip('#- ')} \\* ARABIC", str(number))
    paragraph.add_run(f"{after}. {text}")


def table(
    document: Document,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    style: str = TABLE,
    bold: Sequence[int] = (),
    least_cm: float = 0,
) -> None:
    """Add a table whose head repeats on every page and whose rows stay whole.

    `bold` are the numbers of rows of totals; `least_cm` is how high a row is at least, to be filled by hand.
    """
    made = document.add_table(rows=1 + len(rows), cols=len(columns), style="Table Grid")
    _set_up(made, [column.width_cm for column in columns])
    _fill_head(made.rows[0], columns, style)
    for number, (row, texts) in enumerate(zip(list(made.rows)[1:], rows, strict=True)):
        _row_property(row._tr, "cantSplit")
        row.height = Cm(least_cm) if least_cm else None
        for cell, column, text in zip(row.cells, columns, texts, strict=True):
            cell.width = Cm(column.width_cm)
            _fill(cell, text, style, in_middle=column.is_number, is_bold=number in bold)
    kept = len(rows) if len(rows) <= SHORT else TOGETHER
    _keep_together(list(made.rows)[:kept])
    _small_gap(document)


def bars(document: Document, rows: Sequence[Bar], legend: Sequence[tuple[Level, str]]) -> None:
    """Draw a bar a row from cells of a table, shaded by level, each with its count; under them what the shades mean.

    A part too narrow for its number is drawn a little wider. Without children a row has no bar.
    """
    unit = (WIDTH_CM - LABEL_CM) / UNITS
    made = document.add_table(rows=0, cols=1 + UNITS)
    _set_up(made, [LABEL_CM, *[unit] * UNITS])
    for bar in rows:
        parts = [(level, str(count), width) for level, count, width in _parts(bar)]
        made._tbl.append(_bar_row(document, bar.label, parts, unit))
    thirds = (UNITS // 3, UNITS // 3, UNITS - 2 * (UNITS // 3))
    parts = [(level, text, width) for (level, text), width in zip(legend, thirds, strict=True)]
    made._tbl.append(_bar_row(document, "", parts, unit))


def widths_in_units(counts: Sequence[int]) -> list[int]:
    """Return how many of the UNITS each count of a bar takes: in proportion, and room for its digits."""
    total = sum(counts)
    least = [1 + len(str(count)) if count else 0 for count in counts]
    if not total:
        return [0] * len(counts)
    widths = [max(room, round(UNITS * count / total)) for room, count in zip(least, counts, strict=True)]
    widest = max(range(len(counts)), key=lambda at: widths[at])
    widths[widest] += UNITS - sum(widths)
    return widths


# --- styles ----------------------------------------------------------------------------------------------


def _set_styles(document: Document, language: str) -> None:
    _style(document, "Normal", TEXT_PT).paragraph_format.space_after = Pt(6)
    for name, size in HEADING_PT.items():
        heading = _style(document, name, size)
        heading.font.bold = True
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(12), Pt(6)
    _style(document, "Heading 1", HEADING_PT["Heading 1"]).paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    body = _style(document, "Body Text", TEXT_PT).paragraph_format
    body.alignment, body.first_line_indent, body.space_after = WD_ALIGN_PARAGRAPH.JUSTIFY, Cm(1.0), Pt(6)
    _style(document, "List Bullet", TEXT_PT).paragraph_format.space_after = Pt(3)
    captioned = _style(document, "Caption", 11)
    captioned.font.bold, captioned.font.italic = True, False
    captioned.paragraph_format.space_before = captioned.paragraph_format.space_after = Pt(4)
    for name, points in ((TABLE, 10.5), (NARROW, 9)):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _style(document, name, points).paragraph_format.space_after = Pt(0)
    _speak(document, LOCALES[language])


def _style(document: Document, name: str, size_pt: float) -> ParagraphStyle:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size_pt), RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):  # the theme's fonts would win over the one named here
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    return style


def _speak(document: Document, locale: str) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), locale)


# --- cells, rows and fields --------------------------------------------------------------------------------


def _fill(cell: _Cell, text: str, style: str, *, in_middle: bool, is_bold: bool) -> None:
    for number, line in enumerate(text.split("\n")):
        paragraph = cell.add_paragraph() if number else cell.paragraphs[0]
        paragraph._p.style = style
        if in_middle:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(line).bold = is_bold or None


def _fill_head(row: _Row, columns: Sequence[Column], style: str) -> None:
    _row_property(row._tr, "cantSplit")
    _row_property(row._tr, "tblHeader")
    if any(column.is_upright for column in columns):
        row.height = Cm(UPRIGHT_CM)
    for cell, column in zip(row.cells, columns, strict=True):
        cell.width = Cm(column.width_cm)
        _fill(cell, column.head, style, in_middle=True, is_bold=True)
        _as_head(cell, column)


def _as_head(cell: _Cell, column: Column) -> None:
    properties = cell._tc.get_or_add_tcPr()
    properties.append(_shade(SHADE_OF_HEADS))
    if column.is_upright:
        properties.append(_element("textDirection", val="btLr"))
    properties.append(_element("vAlign", val="center"))


def _set_up(made: Table, widths_cm: Sequence[float]) -> None:
    """Give a table its place, the widths of its columns and narrow margins in its cells."""
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    for column, width in zip(made.columns, widths_cm, strict=True):
        column.width = Cm(width)
    margins = _element("tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(side, w="57", type="dxa"))
    made._tbl.tblPr.append(margins)


def _keep_together(rows: Iterable[_Row]) -> None:
    """Keep each of the rows on the page of the next one."""
    for paragraph in (paragraph for row in rows for cell in row.cells for paragraph in cell.paragraphs):
        paragraph.paragraph_format.keep_with_next = True


def _small_gap(document: Document) -> None:
    gap = document.add_paragraph(style=NARROW)
    gap.paragraph_format.line_spacing = Pt(6)


def _row_property(row: Any, name: str) -> None:
    row.get_or_add_trPr().append(_element(name))


def _field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    field = _element("fldSimple", instr=instruction)
    run, text = _element("r"), _element("t")
    text.text = shown
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _parts(bar: Bar) -> Iterator[tuple[Level, int, int]]:
    for level, count, width in zip(Level, bar.counts, widths_in_units(bar.counts), strict=True):
        if count:
            yield level, count, width


def _bar_row(document: Document, label: str, parts: Sequence[tuple[Level, str, int]], unit_cm: float) -> Any:
    row = _element("tr")
    row.append(properties := _element("trPr"))
    properties.append(_element("cantSplit"))
    properties.append(_element("trHeight", val="340", hRule="atLeast"))
    row.append(_bar_cell(document, label, LABEL_CM, 1, None))
    for level, text, width in parts:
        row.append(_bar_cell(document, text, unit_cm * width, width, level))
    rest = UNITS - sum(width for *_, width in parts)
    if rest:
        row.append(_bar_cell(document, "", unit_cm * rest, rest, None))
    return row


def _bar_cell(document: Document, text: str, width_cm: float, span: int, level: Level | None) -> Any:
    cell = _element("tc")
    cell.append(properties := _element("tcPr"))
    properties.append(_element("tcW", w=str(round(width_cm * TWIPS_A_CM)), type="dxa"))
    properties.append(_element("gridSpan", val=str(span)))
    if level is not None:
        properties.append(_edges())
        properties.append(_shade(LEVEL_COLOURS[level].lstrip("#")))
    properties.append(_element("vAlign", val="center"))
    paragraph = Paragraph(_element("p"), document._body)
    cell.append(paragraph._p)
    paragraph._p.style = NARROW
    paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(text)
    if level is not None:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run.font.color.rgb = RGBColor.from_string(ON_LEVEL[level].lstrip("#"))
    return cell


def _edges() -> Any:
    edges = _element("tcBorders")
    for side in ("top", "left", "bottom", "right"):
        edges.append(_element(side, val="single", sz="12", space="0", color="FFFFFF"))
    return edges


def _shade(colour: str) -> Any:
    return _element("shd", val="clear", color="auto", fill=colour)


def _element(name: str, **attributes: str) -> Any:
    element = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element
