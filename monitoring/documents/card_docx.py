"""The individual development card as a Word document, to edit or to print: one child's, or a group's, a card a page.

The layout is `data/templates/card.docx`, kept by hand in Word, or what an organisation made of it. The fields:

    {{ title }}  {{ name_label }} {{ name }}  {{ born_on_label }} {{ born_on }}
    {{ organisation_label }} {{ organisation }}  {{ group_label }} {{ group }}
    {{ competences_head }}  {{ start_head }}  {{ mid_head }}  {{ final_head }}  {{ conclusions_head }}
    {%tr for row in rows %}  {{ row.direction }}  {%tr endfor %}
    {%p for line in row.start %}  {{ line }}  {%p endfor %}  and so row.mid, row.final, row.conclusion
    {%p for note in notes %}  {{ note }}  {%p endfor %}

All but the name may be left out. Labels and heads are fields too, so that one template serves both languages.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from monitoring.documents.card_form import CardForm, FormRow
from monitoring.documents.docx_template import Fields, ListOf, Values, WordTemplate, open_template
from monitoring.documents.printable import printable_line, printable_lines

SHIPPED: Final = Path(__file__).parents[2] / "data" / "templates" / "card.docx"

_HEADER: Final = ("name", "born_on", "organisation", "group")
_HEADS: Final = ("competences_head", "start_head", "mid_head", "final_head", "conclusions_head")
_CELLS: Final = ("start", "mid", "final", "conclusion")
_FIELDS: Final[Fields] = {
    "title": None,
    **{f"{name}{suffix}": None for name in _HEADER for suffix in ("", "_label")},
    **dict.fromkeys(_HEADS),
    "rows": ListOf({"direction": None, **dict.fromkeys(_CELLS, ListOf())}),
    "notes": ListOf(),
}
_ROOM: Final = ("",) * 5  # lines of an empty cell, to write in by hand


def render(forms: Sequence[CardForm], template: bytes | None = None) -> bytes:
    """Return the cards as one document, each on a new page, in the shipped layout or the one given.

    Raises Refusal where the template given cannot be used.
    """
    return _opened(shipped_template() if template is None else template).render(map(_values, forms))


@cache
def shipped_template() -> bytes:
    """Return the template that comes with the program, for an organisation to change."""
    return SHIPPED.read_bytes()


def check_template(content: bytes) -> None:
    """Raise Refusal, with what to do, where a file cannot be a template of the card."""
    _opened(content)


@lru_cache(maxsize=8)
def _opened(content: bytes) -> WordTemplate:
    return open_template(content, _FIELDS, required="name")


def _values(form: CardForm) -> Values:
    values: dict[str, object] = {"title": printable_line(form.title)}
    for name, (label, value) in zip(_HEADER, form.header, strict=True):
        values |= {f"{name}_label": printable_line(label), name: printable_line(value)}
    values |= zip(_HEADS, map(printable_line, form.heads), strict=True)
    return values | {"rows": [_row(row) for row in form.rows], "notes": printable_lines(form.notes)}


def _row(row: FormRow) -> Values:
    cells = zip(_CELLS, (*row.measures, row.conclusion), strict=True)
    return {
        "direction": printable_line(row.direction),
        **{name: printable_lines(lines) or _ROOM for name, lines in cells},
    }
