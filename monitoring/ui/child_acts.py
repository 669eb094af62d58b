"""The dialogs on a child's screen: correct, move, mark as left, take back, another set of criteria, remove.

A dialog runs by itself after its first drawing, so each begins by asking anew who is here.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import streamlit as st

from monitoring.core.language import gettext as _
from monitoring.core.language import school_year
from monitoring.core.names import full_name
from monitoring.core.scale import AGES, STAGES, Stage
from monitoring.lists import children, enrolling, roster, years
from monitoring.lists.roster import ChildRecord, GroupView, YearSets
from monitoring.lists.whereabouts import open_places
from monitoring.lists.years import last_day
from monitoring.record.words import STAGES as STAGE_NAMES
from monitoring.ui.frame import enter
from monitoring.ui.rows import in_years
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import act_or_cancel, day_field, day_of, done, plain, refusals


def correct(record: ChildRecord) -> None:
    """Open the dialog for the name and the birth date."""
    st.dialog(_("Correct name and date of birth"))(_correct)(record)


def transfer(record: ChildRecord, today: date) -> None:
    """Open the dialog that moves the child to another group."""
    st.dialog(_("Move to another group"))(_transfer)(record, today)


def leave(record: ChildRecord, today: date) -> None:
    """Open the dialog that takes the child off the lists."""
    st.dialog(_("Mark as left"))(_leave)(record, today)


def come_back(record: ChildRecord, today: date) -> None:
    """Open the dialog that takes the child into a group again."""
    st.dialog(_("Take back"))(_come_back)(record, today)


def set_age(record: ChildRecord, sets: YearSets) -> None:
    """Open the dialog that gives the child another set of criteria in a school year."""
    st.dialog(_("Set of criteria in {year}", year=school_year(sets.begins)))(_set_age)(record, sets)


def remove(record: ChildRecord) -> None:
    """Open the dialog that removes a child who was added by mistake."""
    st.dialog(_("Added by mistake"))(_remove)(record)


def _correct(record: ChildRecord) -> None:
    visit = enter("child")
    with st.form("correct_form", border=False):
        family = st.text_input(_("Family name"), record.name.family, key="correct_family", autocomplete="off")
        given = st.text_input(_("Given name"), record.name.given, key="correct_given", autocomplete="off")
        patronymic = st.text_input(
            _("Patronymic, if there is one"), record.name.patronymic or "", key="correct_patronymic", autocomplete="off"
        )
        born_on = day_field(_("Date of birth"), record.born_on, key="correct_born")
        sent = act_or_cancel(_("Save"), key="correct_save", in_form=True)
    if sent:
        with refusals():
            name, day = full_name(family, given, patronymic), day_of(born_on)
            with visit.place.database.writing() as session:
                children.correct_child(session, visit.person, record.id, name=name, born_on=day)
            done(_("Saved: {name}", name=plain(name.full)))


def _transfer(record: ChildRecord, today: date) -> None:
    visit = enter("child")
    open_now = open_places(record, today)
    groups = _groups_of(visit, sorted({place.begins for place in open_now}))
    present = {place.group_id for place in open_now}
    others = [group for group in groups if group[1].id not in present]
    if not others:
        st.info(_("There is no other group in this school year yet."))
        return
    with st.form("transfer_form", border=False):
        group = _group_field(others)
        on = day_field(_("In the new group from"), max(today, open_now[0].starts_on), key="transfer_on")
        sent = act_or_cancel(_("Move"), key="transfer_save", in_form=True)
    if sent:
        with refusals():
            with visit.place.database.writing() as session:
                enrolling.transfer(session, visit.person, record.id, group.id, day_of(on))
            done(_("Moved to the group {name}", name=plain(group.name)))


def _leave(record: ChildRecord, today: date) -> None:
    visit = enter("child")
    st.write(_("What was noted about the child stays. It can be taken back at any time."))
    with st.form("leave_form", border=False):
        on = day_field(_("First day on which the child is on no list"), today, key="leave_on")
        sent = act_or_cancel(_("Mark as left"), key="leave_save", in_form=True)
    if sent:
        with refusals():
            with visit.place.database.writing() as session:
                enrolling.leave(session, visit.person, record.id, day_of(on))
            done(_("The child is marked as left."))


def _come_back(record: ChildRecord, today: date) -> None:
    visit = enter("child")
    with visit.place.database.reading() as session:
        known = [year.begins for year in years.years(session, visit.person)]
    last = record.places[-1]
    begins = {year for year in known if last_day(year) >= today} | {last.begins}
    groups = _groups_of(visit, sorted(begins, reverse=True))
    if not groups:
        st.info(_("There is no group in this school year yet."))
        return
    with st.form("come_back_form", border=False):
        group = _group_field(groups, first=last.group_id)
        on = day_field(_("In the group from"), today, key="come_back_on")
        sent = act_or_cancel(_("Take back"), key="come_back_save", in_form=True)
    if sent:
        with refusals():
            with visit.place.database.writing() as session:
                enrolling.come_back(session, visit.person, record.id, group.id, day_of(on))
            done(_("The child is in the group {name} again", name=plain(group.name)))


def _set_age(record: ChildRecord, sets: YearSets) -> None:
    visit = enter("child")
    whole: tuple[Stage, ...] = ()
    choices = [whole, *((stage,) for stage in STAGES)]
    with st.form("set_age_form", border=False):
        age = st.selectbox(
            _("Criteria for the age"),
            AGES,
            index=AGES.index(sets.final or AGES[-1]),
            format_func=in_years,
            key=f"set_age_age_{sets.school_year_id}",
            placeholder=_("Choose"),
            filter_mode=None,
        )
        stages = st.selectbox(
            _("At which stage"),
            choices,
            format_func=lambda chosen: str(STAGE_NAMES[chosen[0]]) if chosen else _("All year"),
            key=f"set_age_stages_{sets.school_year_id}",
            placeholder=_("Choose"),
            filter_mode=None,
        )
        st.caption(_("Levels that were given by another set stay on record."))
        sent = act_or_cancel(_("Save"), key="set_age_save", in_form=True)
    if sent:
        with refusals():
            with visit.place.database.writing() as session:
                children.set_age(session, visit.person, record.id, sets.school_year_id, age, stages or None)
            done(_("The set of criteria is changed."))


def _remove(record: ChildRecord) -> None:
    visit = enter("child")
    st.write(
        _(
            "{name} goes from all lists as if never added. "
            "If the child was here and has gone, mark it as left instead.",
            name=plain(record.name.full),
        )
    )
    if act_or_cancel(_("Remove for good"), key="remove_child_yes"):
        with refusals():
            with visit.place.database.writing() as session:
                children.remove_child_added_by_mistake(session, visit.person, record.id)
            del st.query_params["id"]
            done(_("The child is removed."))


def _groups_of(visit: Visit, begins: Sequence[int]) -> list[tuple[int, GroupView]]:
    """Return the groups of these school years, each with the year it belongs to."""
    with visit.place.database.reading() as session:
        ids = {year.begins: year.id for year in years.years(session, visit.person)}
        return [(year, group) for year in begins for group in roster.groups(session, visit.person, ids[year])]


def _group_field(groups: Sequence[tuple[int, GroupView]], first: UUID | None = None) -> GroupView:
    """Draw the choice of a group, with its school year where there are several, and return the one chosen."""
    several = len({year for year, __ in groups}) > 1
    ids = [group.id for __, group in groups]
    chosen = st.selectbox(
        _("Group"),
        range(len(groups)),
        index=ids.index(first) if first in ids else 0,
        format_func=lambda at: f"{groups[at][1].name}, {school_year(groups[at][0])}" if several else groups[at][1].name,
        key="to_group",
        placeholder=_("Choose"),
        filter_mode=None,
    )
    return groups[chosen][1]
