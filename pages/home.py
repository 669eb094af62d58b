"""The first screen: where the school year stands, my groups, and what is to be done next."""

from collections.abc import Mapping
from uuid import UUID

import streamlit as st

from monitoring import sheets
from monitoring.core.language import gettext as _
from monitoring.core.language import ngettext, school_year
from monitoring.lists import roster, years
from monitoring.lists.roster import GroupView
from monitoring.lists.years import StageWindow, YearView
from monitoring.record.access import Permission
from monitoring.record.words import STAGES
from monitoring.sheets import Progress
from monitoring.ui import group_list, rows
from monitoring.ui.frame import enter
from monitoring.ui.screens import screen_at
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import capital


def to_do_first(visit: Visit, groups: list[GroupView]) -> None:
    """Lead an administrator of a new organisation to the next step, one at a time."""
    if not visit.may(Permission.MANAGE_ROSTER):
        if not groups:
            st.info(_("You have no group in this school year yet. Ask the administrator to give you one."))
        return
    if not groups:
        st.info(_("Begin with the groups: name, age and language of each."))
        st.page_link(screen_at("groups").path, label=_("Add the first group"), icon=":material/arrow_forward:")
    elif not any(group.children for group in groups):
        st.info(_("The groups are there. Now the children: one by one, or a whole list from a file."))
        st.page_link(screen_at("groups").path, label=_("Add children one by one"), icon=":material/arrow_forward:")
        st.page_link(screen_at("import-list").path, label=_("Load a list"), icon=":material/arrow_forward:")


def stage_line(window: StageWindow, visit: Visit) -> str:
    assert visit.signed_in is not None, "a screen is drawn for somebody"
    today = visit.signed_in.today
    if today < window.opens_on:
        when = _("begins on {day}", day=window.opens_on)
    elif today <= window.closes_on:
        when = _("is open until {day}", day=window.closes_on)
    else:
        when = _("ended on {day}", day=window.closes_on)
    return _(
        "{stage}: {when}, control date {control}", stage=STAGES[window.stage], when=when, control=window.control_on
    )


def draw(visit: Visit, year: YearView, groups: list[GroupView], progress: Mapping[UUID, Progress]) -> None:
    st.header(_("School year {year}", year=school_year(year.begins)), anchor=False)
    st.markdown("\n".join(f"- {capital(stage_line(window, visit))}" for window in year.stages))
    to_do_first(visit, groups)
    if any(group.children for group in groups):
        stage = STAGES[year.stage_due(visit.today)]
        st.header(_("Observation sheets: {stage}", stage=stage), anchor=False)
        group_list.show_sheets(groups, progress)
    elif groups:
        st.header(ngettext("{n} group", "{n} groups", len(groups)), anchor=False)
        group_list.show(groups, year)


visit = enter("")
rows.style()
st.title(_("Overview"), anchor=False)
if visit.may(Permission.READ_GROUP):
    with visit.place.database.reading() as session:
        year = years.current_year(session, visit.person)
        groups = roster.groups(session, visit.person, year.id) if year else []
        due = year.stage_due(visit.today) if year else None
        progress = sheets.progress_of(session, visit.person, year.id, due) if year and due else {}
    if year:
        draw(visit, year, groups, progress)
else:
    st.info(_("Your account has no role yet. Ask the administrator to give you one."))
