"""The observation sheet on paper, A4 landscape: filled in as it stands, or empty to take along into the group.

What it says is `sheet_form`, the layout `data/templates/sheet.typ`: a learning area a page, and the texts of the
longest criteria that the catalogue allows still fit over their columns.
"""

from monitoring.core.language import format_percent, known_language, using
from monitoring.documents.printable import printable_line
from monitoring.documents.sheet_form import BEST_FIRST, AreaTable, ChildRow, SheetForm
from monitoring.documents.typeset import breakable, pdf

_NAME, _HEADER = 24, 60  # letters that a line holds


def render(form: SheetForm) -> bytes:
    """Return the sheet as a PDF."""
    with using(known_language(form.language)):
        return pdf("sheet.typ", _data(form), is_tagged=False)


def _data(form: SheetForm) -> dict[str, object]:
    return {
        "language": form.language,
        "title": form.title,
        "header": [(label, breakable(printable_line(value), _HEADER)) for label, value in form.header],
        "name": form.name_head,
        "all": form.all_word,
        "levels": [level.name for level in BEST_FIRST],
        "words": form.level_words,
        "tables": [_table(table) for table in form.tables],
    }


def _table(table: AreaTable) -> dict[str, object]:
    return {
        "area": printable_line(table.area),
        "age": table.age,
        "criteria": [
            {
                "code": one.code,
                "text": printable_line(one.text),
                "descriptors": [printable_line(text) for text in one.descriptors],
            }
            for one in table.criteria
        ],
        "children": [_child(row) for row in table.children],
        "counts": [count for counts in table.counts for count in counts],
        "percents": [format_percent(percent) for percents in table.percents for percent in percents],
        "totals": table.totals,
    }


def _child(row: ChildRow) -> dict[str, object]:
    return {
        "number": row.number,
        "name": breakable(printable_line(row.name), _NAME),
        "marks": [level is given for given in row.levels for level in BEST_FIRST],
    }
