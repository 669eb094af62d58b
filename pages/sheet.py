"""The observation sheet of a group and a stage: here the levels are typed."""

import streamlit as st

from monitoring import organisation
from monitoring.core.language import gettext as _
from monitoring.core.language import school_year
from monitoring.core.scale import STAGES, Stage
from monitoring.lists import roster, years
from monitoring.lists.roster import GroupView
from monitoring.lists.years import YearView
from monitoring.record.words import STAGE_WORDS
from monitoring.ui import rows, sheet_view
from monitoring.ui.frame import enter
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import capital, plain


def show_sheet(visit: Visit, year: YearView, groups: list[GroupView], timezone: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="sheet_head"):
        st.title(_("Observation sheet"), anchor=False, width="content")
        group = choose_group(groups)
        stage = choose_stage(year, year.stage_due(visit.today))
        st.text(school_year(year.begins), width="content")
        offer_print(group, stage)
    sheet_view.show(visit, group, year.window(stage), timezone)


def choose_group(groups: list[GroupView]) -> GroupView:
    """Return the group of the address, or the first; draw the choice where there are several."""
    asked = rows.id_in_address("group")
    by_id = {group.id: group for group in groups}
    chosen = asked if asked in by_id else groups[0].id
    if len(groups) == 1:
        st.markdown(f"**{plain(groups[0].name)}**", width="content")
        return groups[0]
    ids = list(by_id)
    return by_id[
        st.selectbox(
            _("Group"),
            ids,
            index=ids.index(chosen),
            format_func=lambda group_id: by_id[group_id].name,
            key="sheet_group",
            label_visibility="collapsed",
            width=240,
        )
    ]


def choose_stage(year: YearView, due: Stage) -> Stage:
    """Draw the choice of stage, the one of the address or the one that is due, and return it."""
    asked = st.query_params.get("stage", "")
    return Stage(
        st.segmented_control(
            _("Stage"),
            [window.stage.value for window in year.stages],
            default=asked if asked in set(STAGES) else due.value,
            required=True,
            format_func=lambda stage: capital(str(STAGE_WORDS[Stage(stage)])),
            key="sheet_stage",
            label_visibility="collapsed",
        )
    )


def offer_print(group: GroupView, stage: Stage) -> None:
    """Draw what opens to the links of the printed sheet, in either language of the forms."""
    with st.popover(_("Print"), icon=":material/print:", type="tertiary", key="sheet_print"):
        st.write(
            _(
                "The sheet as it stands now, a learning area a page. "
                "Without marks it is an empty form to fill in by hand."
            )
        )
        st.html(sheet_view.downloads(group, stage))


visit = enter("sheet")
st.set_page_config(initial_sidebar_state="collapsed")  # the sheet needs the width; the menu is one touch away
rows.style()
with visit.place.database.reading() as session:
    asked = rows.id_in_address("group")
    year = years.current_year(session, visit.person)
    if asked is not None:
        year = years.year_view(session, visit.person, roster.group(session, visit.person, asked).school_year_id)
    groups = roster.groups(session, visit.person, year.id) if year else []
    timezone = organisation.organisation_of(session, visit.person).timezone
if year and groups:
    show_sheet(visit, year, groups, timezone)
else:
    st.title(_("Observation sheet"), anchor=False)
    st.info(_("You have no group in this school year yet. The administrator gives the rights for groups."))
