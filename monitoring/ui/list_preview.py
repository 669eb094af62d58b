"""The preview of an imported list: how many rows come in, which do not and why, which ask for a look."""

from collections.abc import Iterable

import streamlit as st

from monitoring.core.language import gettext as _
from monitoring.core.language import ngettext, short_date
from monitoring.lists.child_list import ChildList, ListedChild
from monitoring.ui.rows import table

_NOTHING = "—"


def draw(listed: ChildList) -> None:
    """Draw the rows of a list in three parts: left out, to be looked at, and all that come in."""
    doubtful = [row for row in listed.good if row.doubts]
    if listed.bad:
        st.error(
            ngettext(
                "{n} row cannot be entered. The reason stands beside it.",
                "{n} rows cannot be entered. The reason stands beside each.",
                len(listed.bad),
            ),
            icon=":material/error:",
        )
        _doubts(listed, listed.bad, key="rows_left_out")
    if doubtful:
        st.warning(
            ngettext(
                "{n} row will be entered, but look at it.", "{n} rows will be entered, but look at them.", len(doubtful)
            ),
            icon=":material/visibility:",
        )
        _doubts(listed, doubtful, key="rows_in_doubt")
    if listed.good:
        with st.expander(
            ngettext("{n} row to be entered", "{n} rows to be entered", len(listed.good)), key="rows_good"
        ):
            _good(listed)


def left_out_is_agreed(listed: ChildList) -> bool:
    """Say plainly what will be left out, and return whether that is agreed; nothing left out needs no word."""
    if not listed.bad:
        return True
    st.write(_("Mend these rows in the file and load it again, or enter the others without them."))
    return st.checkbox(
        ngettext("Leave {n} row out", "Leave {n} rows out", len(listed.bad)), key=f"leave_out_{len(listed.bad)}"
    )


def act(listed: ChildList) -> str:
    """Return what the button of the import says."""
    if not listed.bad:
        return ngettext("Enter {n} child", "Enter {n} children", len(listed.good))
    return ngettext("Enter {n} child without these rows", "Enter {n} children without these rows", len(listed.good))


def _doubts(listed: ChildList, rows: Iterable[ListedChild], *, key: str) -> None:
    table(
        (_("Row"), _("Full name"), _("What is wrong")),
        [(_place(listed, row), _name(row), " ".join(str(doubt.message) for doubt in row.doubts)) for row in rows],
        key=key,
    )


def _good(listed: ChildList) -> None:
    table(
        (_("Row"), _("Full name"), _("Date of birth"), _("Group")),
        [
            (
                _place(listed, row),
                _name(row),
                short_date(row.born_on) if row.born_on else _NOTHING,
                row.group or _NOTHING,
            )
            for row in listed.good
        ],
        key="rows_to_enter",
    )


def _place(listed: ChildList, row: ListedChild) -> str:
    """Return where a row stands: its number, and its sheet where the file has children on several."""
    several = len({one.sheet for one in listed.rows}) > 1
    return f"{row.sheet}: {row.row}" if several else str(row.row)


def _name(row: ListedChild) -> str:
    return row.name.full if row.name else _NOTHING
