"""A list of children from a file: what would come in and what would not, row by row, before anything is written."""

from datetime import date

import streamlit as st

from monitoring.core.language import gettext as _
from monitoring.core.language import ngettext, school_year
from monitoring.core.table_file import read_table
from monitoring.lists import children, roster
from monitoring.lists.child_list import ChildList, read_list
from monitoring.lists.list_sample import FILE_TYPE, sample_list
from monitoring.lists.roster import GroupView
from monitoring.lists.years import YearView, first_day
from monitoring.ui import list_preview, rows
from monitoring.ui.frame import enter
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import Uploaded, choose_year, day_field, day_of, refusals, upload

# The file that is looked at, what the last one brought, and how many came before it: each has a place of its own.
LAST, CAME, TURN = "imported_list", "imported_count", "imported_lists"


def show(visit: Visit) -> None:
    year = choose_year(visit)
    with visit.place.database.reading() as session:
        views = roster.groups(session, visit.person, year.id)
    groups = [group.name for group in views]
    asked = rows.id_in_address("group")
    come_from = next((group for group in views if group.id == asked), None)
    if not groups:
        st.info(_("There are no groups in {year} yet. Add them first.", year=school_year(year.begins)))
        rows.link("groups", _("Groups and children"), icon=":material/groups:", year=year.begins)
        return
    say_what_came(year, come_from)
    with refusals():
        file = uploaded(year, groups)
        if file is not None:
            preview(visit, year, groups, file, come_from)


def uploaded(year: YearView, groups: list[str]) -> Uploaded | None:
    """Draw the place for the file and return the file that is looked at: a new one takes the place of the last."""
    st.write(
        _(
            "A table in Excel (.xlsx) or CSV with the full name and the date of birth; a group and the date of "
            "enrolment too, if you have them. The order of the columns does not matter."
        )
    )
    st.download_button(
        _("Download a sample"),
        sample_list(year.begins, groups),
        file_name=_("list-of-children.xlsx"),
        mime=FILE_TYPE,
        icon=":material/download:",
        on_click="ignore",
        key="sample_list",
    )
    new = upload(_("List of children"), accept=".xlsx,.csv", key=f"list_file_{st.session_state.get(TURN, 0)}")
    if new is not None:
        st.session_state[LAST] = new
        st.session_state.pop(CAME, None)
    last = st.session_state.get(LAST)
    return last if isinstance(last, Uploaded) else None


def preview(visit: Visit, year: YearView, groups: list[str], file: Uploaded, come_from: GroupView | None) -> None:
    st.header(_("What is in the file"), anchor=False)
    st.text(_("File: {name}", name=file.name))
    group, starts_on = terms(groups, first_day(year.begins), come_from)
    listed = read(visit, year, groups, file, group)
    list_preview.draw(listed)
    if not listed.good:
        st.error(_("No row of this file can be entered. Mend the file and load it again."))
        return
    agreed = list_preview.left_out_is_agreed(listed)
    if st.button(list_preview.act(listed), type="primary", disabled=not agreed, key="import_list"):
        enter_children(visit, year, listed, day_of(starts_on))


def terms(groups: list[str], since: date, come_from: GroupView | None) -> tuple[str | None, str]:
    """Draw what holds for rows that say nothing themselves, and return the group and the day as it was typed.

    Whoever pressed «List from a file» in a group finds this group chosen.
    """
    first = groups.index(come_from.name) if come_from else None
    if len(groups) == 1:
        first = 0
    of_group, of_day = st.columns(2)
    with of_group:
        group = st.selectbox(
            _("Group, where the file names none"),
            groups,
            index=first,
            placeholder=_("Choose a group"),
            key=f"list_group_{first}",
            filter_mode=None,
        )
    with of_day:
        typed = day_field(_("In the group since, where the file has no date"), since, key="list_since")
    return group, typed


def read(visit: Visit, year: YearView, groups: list[str], file: Uploaded, group: str | None) -> ChildList:
    assert visit.signed_in is not None, "a screen is drawn for somebody"
    with visit.place.database.reading() as session:
        existing = roster.names_on_list(session, visit.person, year.id)
    return read_list(
        read_table(file.content, file.name),
        year_begins=year.begins,
        groups=groups,
        existing=existing,
        group=group,
        today=visit.signed_in.today,
    )


def enter_children(visit: Visit, year: YearView, listed: ChildList, starts_on: date) -> None:
    with visit.place.database.writing() as session:
        came = children.import_children(session, visit.person, year.id, listed.good, starts_on=starts_on)
    st.session_state[CAME] = came.children
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    del st.session_state[LAST]
    st.rerun()


def say_what_came(year: YearView, come_from: GroupView | None) -> None:
    came = st.session_state.get(CAME)
    if came is None:
        return
    st.success(
        ngettext("{n} child is on the lists now.", "{n} children are on the lists now.", came),
        icon=":material/check:",
    )
    if come_from is not None:
        rows.link("groups", come_from.name, icon=":material/groups:", group=come_from.id, year=year.begins)
    else:
        rows.link("groups", _("See the groups"), icon=":material/groups:", year=year.begins)


visit = enter("import-list")
rows.style()
st.title(_("List from a file"), anchor=False)
show(visit)
