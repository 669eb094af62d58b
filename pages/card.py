"""The development card of a child: levels and the way through the year, then the official form, written in place.

For the teacher who hands it in, and for whoever reads the group. The address says whose card it is, of which school
year, and in which language of the forms; the words around it are in the reader's own.
"""

from uuid import UUID

import streamlit as st

from monitoring.core.language import LANGUAGE_NAMES, is_language, school_year
from monitoring.core.language import gettext as _
from monitoring.figures import way
from monitoring.lists import roster
from monitoring.lists.roster import ChildView
from monitoring.lists.years import day_within
from monitoring.record.access import Permission, may
from monitoring.results import card_acts
from monitoring.results.card import LANGUAGES, Card
from monitoring.ui import area_levels, card_form_view, card_view, rows
from monitoring.ui.frame import enter
from monitoring.ui.screens import screen_at
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import plain

TABLE, FIGURE = 5, 4  # shares of the width; on a phone the figure stands under the table


def show_card(visit: Visit, child_id: UUID) -> None:
    asked, year = st.query_params.get("language"), st.query_params.get("year", "")
    card = card_acts.open_card(
        visit.place.database,
        visit.person,
        child_id,
        begins=int(year) if year.isdecimal() else None,
        language=asked if asked in LANGUAGES else None,
    )
    show_way(visit, card)
    st.title(plain(card.name.full), anchor=False)
    st.html(card_view.STYLE + card_view.facts(card))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(card.years) > 1:
            choose_year(card)
        choose_language(card)
        st.html(card_view.downloads(card), width="content")
    show_levels(visit, card)
    st.header(_("Development card"), anchor=False)
    card_form_view.show(visit, card)


def show_way(visit: Visit, card: Card) -> None:
    """Draw the way back to the group, and to the next and the previous child of it by name."""
    group, year = card.place, card.year.begins
    if not may(visit.person, Permission.READ_GROUP, group_id=group.group_id):
        rows.way_back("groups", _("All groups"), year=year)
        return
    with visit.place.database.reading() as session:
        there = roster.children_of(session, visit.person, group.group_id, day_within(year, visit.today))
    before, after = neighbours(there, card.child_id)
    with st.container(horizontal=True, vertical_alignment="center", key="link_card"):
        rows.way_back("groups", group.name, group=group.group_id, year=year)
        rows.link("child", _("Groups and criteria of the child"), icon=":material/child_care:", id=card.child_id)
        if before is not None:
            label = _("Previous card: {name}", name=before.name.short)
            rows.link("card", label, icon=":material/chevron_left:", child=before.id, year=year)
        if after is not None:
            label = _("Next card: {name}", name=after.name.short)
            rows.link("card", label, icon=":material/chevron_right:", child=after.id, year=year)


def neighbours(there: list[ChildView], child_id: UUID) -> tuple[ChildView | None, ChildView | None]:
    """Return who stands before and after a child on the list by name; nobody for one who is not on it today."""
    at = next((place for place, child in enumerate(there) if child.id == child_id), None)
    if at is None:
        return None, None
    return there[at - 1] if at else None, there[at + 1] if at + 1 < len(there) else None


def choose_year(card: Card) -> None:
    year, begins = card.year, [one.begins for one in card.years]
    chosen = st.selectbox(
        _("School year"),
        begins,
        index=begins.index(year.begins),
        format_func=school_year,
        key=f"card_year_{year.begins}",  # the address decides, as in `widgets.choose_year`
        filter_mode=None,
        width=160,
    )
    if chosen != year.begins:
        st.query_params["year"] = str(chosen)
        st.rerun()


def choose_language(card: Card) -> None:
    chosen = st.segmented_control(
        _("Language of the card"),
        LANGUAGES,
        default=card.language,
        format_func=lambda one: LANGUAGE_NAMES[one] if is_language(one) else one,
        required=True,
        key=f"card_language_{card.child_id}_{card.language}",
    )
    if chosen != card.language:
        st.query_params["language"] = chosen
        st.rerun()


def show_levels(visit: Visit, card: Card) -> None:
    if not card.results:
        st.info(_("The child was on no list of this school year, so there are no levels."))
        return
    st.header(_("Levels"), anchor=False)
    table, figure = st.columns((TABLE, FIGURE), gap="medium")
    with table:
        st.html(card_view.levels(card, visit.language))
        if area_levels.without_marks(visit, card) and st.button(
            _("Levels without criteria"), type="tertiary", icon=":material/edit_note:", key="area_levels"
        ):
            area_levels.give(card)
    with figure:
        show_figure(visit, card)
    if found := card_view.remarks(card, visit.language):
        st.html(found)


def show_figure(visit: Visit, card: Card) -> None:
    ways = way.ways(card.results, card.directions, visit.language)
    if not ways:
        st.info(_("There are no levels yet. They come from the marks of the observation sheet."))
        rows.link("sheet", _("Observation sheet"), icon=":material/grid_on:", group=card.place.group_id)
        return
    st.text(way.in_words(ways))
    st.plotly_chart(
        way.figure(ways), key="card_way", config={"displayModeBar": False}, alt=way.to_listen(ways), theme="streamlit"
    )
    st.caption(_("In each row from the top down: start, mid, final. Further right is a higher level."))


visit = enter("card")
rows.style()
rows.keep_address()
chosen = rows.id_in_address("child")
if chosen is None:
    st.switch_page(screen_at("groups").path)
with rows.or_way_back():
    show_card(visit, chosen)
