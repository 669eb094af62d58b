"""The summary: how a group stands, or all groups together, in a school year."""

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from monitoring.core.language import gettext as _
from monitoring.core.language import pgettext
from monitoring.lists import roster, years
from monitoring.lists.roster import GroupView
from monitoring.lists.years import day_within
from monitoring.results import summary
from monitoring.ui import level_tables, organisation_view, rows, summary_view
from monitoring.ui.frame import enter
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import choose_year

ALL_GROUPS = ""


def show(visit: Visit) -> None:
    st.title(pgettext("screen", "Summary"), anchor=False)
    asked = rows.id_in_address("group")
    if asked is not None and "year" not in st.query_params:
        take_year_of(visit, asked)
    with st.container(horizontal=True):
        year = choose_year(visit)
        with visit.place.database.reading() as session:
            groups = roster.groups(session, visit.person, year.id, day_within(year.begins, visit.today))
        group_id = choose_group(groups, known_group(visit, asked, groups)) if groups else None
    if not groups:
        st.info(_("You have no group in this school year yet. The administrator gives the rights for groups."))
    elif group_id is not None:
        group = next(one for one in groups if one.id == group_id)
        with visit.place.database.reading() as session:
            of_group = summary.of_known_group(session, visit.person, group, year)
        summary_view.show(visit, of_group)
    else:
        with visit.place.database.reading() as session:
            of_all = summary.of_known_groups(session, visit.person, groups, year)
        organisation_view.show(visit, of_all)


def take_year_of(visit: Visit, group_id: UUID) -> None:
    """Complete an address that names a group alone."""
    with visit.place.database.reading() as session:
        group = roster.group(session, visit.person, group_id)
        year = years.year_view(session, visit.person, group.school_year_id)
    st.query_params["year"] = str(year.begins)


def known_group(visit: Visit, asked: UUID | None, groups: Sequence[GroupView]) -> UUID | None:
    """Return the group of the address where it is one of the year's; the year was changed where it is another's.

    Raises Refusal where it is not there, or not for this reader.
    """
    if asked is None or asked in {group.id for group in groups}:
        return asked
    with visit.place.database.reading() as session:
        roster.group(session, visit.person, asked)
    return None


def choose_group(groups: Sequence[GroupView], held: UUID | None) -> UUID | None:
    """Draw the choice of group and return it, None: all together; the only group there is stands without a choice."""
    if len(groups) == 1:
        return groups[0].id
    names = {ALL_GROUPS: _("All groups"), **{str(group.id): group.name for group in groups}}
    now = ALL_GROUPS if held is None else str(held)
    chosen = st.selectbox(
        _("Group"),
        list(names),
        index=list(names).index(now),
        format_func=names.__getitem__,
        key=f"summary_group_{now}",
        placeholder=_("Choose the group"),
        filter_mode=None,
        width=320,
    )
    if chosen != now:
        st.query_params["group"] = chosen
        st.rerun()
    return held


visit = enter("summary")
rows.style()
st.html(level_tables.STYLE)
with rows.or_way_back():
    show(visit)
