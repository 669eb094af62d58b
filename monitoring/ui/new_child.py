"""The form that adds a child to a group in seconds: a name, a birth date, Enter, and the next name.

For September, when a secretary types a whole group from a paper list.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import uuid4

import streamlit as st
from streamlit.components.v2 import component

from monitoring.core.errors import Conflict
from monitoring.core.language import gettext as _
from monitoring.core.names import FullName, full_name, split_full_name
from monitoring.core.scale import Stage
from monitoring.lists import children
from monitoring.lists.children import NewChild
from monitoring.lists.roster import ChildView, GroupView
from monitoring.lists.years import YearView, day_within, first_day
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import day_field, day_of, done, plain, refusals

_FOLDER = Path(__file__).with_name("components")
_OPEN, _BEGIN, _DOUBLE = "new_child_group", "new_child_begin", "new_child_double"
_ONE_LINE = ("new_child_name",)
_THREE_FIELDS = ("new_child_family", "new_child_given", "new_child_patronymic")
_BORN = "new_child_born"
_next_field = component("monitoring_next_field", js=(_FOLDER / "next_field.js").read_text("utf-8"))


def first_day_offered(visit: Visit, year: YearView, there: Sequence[ChildView]) -> date:
    """Return the day a new child is first offered: the year's first one for a group that is being filled.

    Whoever is added once the start control is over and the group is there has as a rule just arrived.
    """
    assert visit.signed_in is not None, "a screen is drawn for somebody"
    today = visit.signed_in.today
    is_later = bool(there) and today > year.window(Stage.START).closes_on
    return today if is_later and day_within(year.begins, today) == today else first_day(year.begins)


def is_open(group: GroupView) -> bool:
    """Tell whether the form stands open for this group."""
    return st.session_state.get(_OPEN) == group.id


def open_form(group: GroupView) -> None:
    """Open the form for a group, ready to type. Does not return."""
    st.session_state[_OPEN] = group.id
    st.session_state[_BEGIN] = True
    st.rerun()


def close_form() -> None:
    """Close the form, whatever group it stands open for."""
    st.session_state.pop(_OPEN, None)


def form(visit: Visit, group: GroupView, since: date) -> None:
    """Draw the form, and add the child that was typed."""
    begin = st.session_state.pop(_BEGIN, False)
    if begin:
        for key in (*_ONE_LINE, *_THREE_FIELDS, _BORN):
            st.session_state[key] = ""
    st.header(_("New child"), anchor=False)
    three = st.toggle(_("Family name, given name and patronymic apart"), key="new_child_three")
    with st.form("new_child"):
        names = _name_fields(three=three)
        born, begins, button = st.columns([2, 2, 1], vertical_alignment="bottom")
        with born:
            born_on = day_field(_("Date of birth"), key=_BORN)
        with begins:
            starts_on = day_field(_("In the group since"), since, key=f"new_child_since_{group.id}")
        with button:
            sent = st.form_submit_button(_("Add"), type="primary", key="new_child_add", width="stretch")
    if sent:
        st.session_state.pop(_DOUBLE, None)
        with refusals():
            _add(visit, NewChild(_name(names), day_of(born_on), group.id, day_of(starts_on)))
    _offer_double(visit, group)
    if st.button(_("That is all, close"), key="new_child_close"):
        close_form()
        st.rerun()
    fields = [*(_THREE_FIELDS if three else _ONE_LINE), _BORN]
    _next_field(key="next_field", data={"fields": fields, "begin": uuid4().hex if begin else ""})


def _name_fields(*, three: bool) -> tuple[str, ...]:
    if not three:
        return (
            st.text_input(
                _("Full name"),
                key=_ONE_LINE[0],
                placeholder=_("Family name, given name, patronymic"),
                autocomplete="off",
            ),
        )
    labels = (_("Family name"), _("Given name"), _("Patronymic, if there is one"))
    places = st.columns(3)
    return tuple(
        place.text_input(label, key=key, autocomplete="off")
        for place, label, key in zip(places, labels, _THREE_FIELDS, strict=True)
    )


def _name(typed: tuple[str, ...]) -> FullName:
    return split_full_name(typed[0]) if len(typed) == 1 else full_name(*typed)


def _add(visit: Visit, new: NewChild, *, even_if_double: bool = False) -> None:
    try:
        with visit.place.database.writing() as session:
            children.add_child(session, visit.person, new, even_if_double=even_if_double)
    except Conflict:
        st.session_state[_DOUBLE] = new
        raise
    st.session_state[_BEGIN] = True
    done(_("Added: {name}", name=plain(new.name.full)))


def _offer_double(visit: Visit, group: GroupView) -> None:
    """Let a namesake born on the same day in, once somebody has said that this is another child."""
    double = st.session_state.get(_DOUBLE)
    if not isinstance(double, NewChild) or double.group_id != group.id:
        return
    if st.button(
        _("This is another child, add all the same: {name}", name=plain(double.name.full)), key="new_child_add_double"
    ):
        del st.session_state[_DOUBLE]
        with refusals():
            _add(visit, double, even_if_double=True)
