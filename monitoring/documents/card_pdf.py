"""The individual development card as PDF, to print or to hand out: one child's, or a group's, a card a page.

The form is `card_form`, the layout `data/templates/card.typ`.
"""

from collections.abc import Sequence

from monitoring.documents.card_form import CardForm, FormRow
from monitoring.documents.printable import printable_line, printable_lines
from monitoring.documents.typeset import breakable, pdf

# How many letters a line of it holds in the layout.
_DIRECTION, _MEASURE, _CONCLUSION, _PAGE = 18, 38, 22, 90


def render(forms: Sequence[CardForm]) -> bytes:
    """Return the cards as one document, each on a new page."""
    return pdf("card.typ", [_data(form) for form in forms])


def _data(form: CardForm) -> dict[str, object]:
    return {
        "language": form.language,
        "title": printable_line(form.title),
        "header": [(printable_line(label), breakable(printable_line(value), _PAGE)) for label, value in form.header],
        "heads": [printable_line(head) for head in form.heads],
        "rows": [_row(row) for row in form.rows],
        "notes": _lines(form.notes, _PAGE),
    }


def _row(row: FormRow) -> dict[str, object]:
    return {
        "direction": breakable(printable_line(row.direction), _DIRECTION),
        "measures": [_lines(cell, _MEASURE) for cell in row.measures],
        "conclusion": _lines(row.conclusion, _CONCLUSION),
    }


def _lines(lines: Sequence[str], longest: int) -> list[str]:
    return [breakable(line, longest) for line in printable_lines(lines)]
