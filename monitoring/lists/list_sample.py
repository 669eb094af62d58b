"""The sample of a child list: an XLSX with the heads that `child_list` reads and two invented children.

For whoever has no list in Excel yet, in the language of their screen and with the groups of their year.
"""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

import xlsxwriter

from monitoring.core.language import gettext as _

FILE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (5, 38, 16, 24, 18)


def sample_list(year_begins: int, groups: Sequence[str]) -> bytes:
    """Return the workbook; its example children are placed in the first of the groups."""
    group = groups[0] if groups else _("Sunny")
    rows = (
        (1, _("Sample Dana Sample-kyzy"), date(year_begins - 5, 4, 12), group, date(year_begins, 9, 1)),
        (2, _("Sample Ivan"), date(year_begins - 5, 11, 3), group, date(year_begins, 9, 1)),
    )
    heads = ("№", _("Full name"), _("Date of birth"), _("Group"), _("Date of enrolment"))
    return _workbook(heads, rows)


def _workbook(heads: Sequence[str], rows: Sequence[tuple[int, str, date, str, date]]) -> bytes:
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet(_("Children"))
        head = workbook.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EEF1"})
        day = workbook.add_format({"num_format": "dd.mm.yyyy", "align": "left"})
        for column, (title, width) in enumerate(zip(heads, WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, head)
        for number, (place, name, born_on, group, enrolled_on) in enumerate(rows, start=1):
            sheet.write_number(number, 0, place)
            sheet.write_string(number, 1, name)
            sheet.write_datetime(number, 2, born_on, day)
            sheet.write_string(number, 3, group)
            sheet.write_datetime(number, 4, enrolled_on, day)
        sheet.freeze_panes(1, 0)
    return content.getvalue()
