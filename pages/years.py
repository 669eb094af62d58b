"""The school years: their stages with control dates, and the way to the next year and back."""

import streamlit as st

from monitoring.core.language import gettext as _
from monitoring.core.language import month_name, ngettext, school_year
from monitoring.core.scale import STAGES as SCALE_STAGES
from monitoring.lists import roster, years
from monitoring.lists.years import StageWindow, YearRules, YearView, last_day, year_of
from monitoring.record.words import AT_HIGHEST, LEVEL_RULES, OVERALL_RULES, STAGES
from monitoring.ui import new_year_form, year_forms
from monitoring.ui.frame import enter
from monitoring.ui.new_year_draft import draft
from monitoring.ui.new_year_rights import start_set_words
from monitoring.ui.rows import children_count, style
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import capital, choose_year


def _show(visit: Visit) -> None:
    st.title(_("School year"), anchor=False)
    year = choose_year(visit)
    with visit.place.database.reading() as session:
        groups = roster.groups(session, visit.person, year.id)
        begins = [one.begins for one in years.years(session, visit.person)]
        has_work = roster.has_work(session, visit.person, school_year_id=year.id)
    children = children_count(sum(group.children for group in groups))
    group_count = ngettext("{n} group", "{n} groups", len(groups))
    st.write(f"**{school_year(year.begins)}.** {_state(visit, year)} {group_count}, {children}.")
    _stages(year)
    _rules(year)
    if year.begins + 1 in begins:
        return
    new_year_form.invite(visit, year)
    if year.begins - 1 in begins and not has_work:
        _way_back(year)


def _state(visit: Visit, year: YearView) -> str:
    now = year_of(new_year_form.today(visit))
    if year.begins > now:
        return _("Prepared, begins on {day}.", day=year.starts_on)
    if year.begins < now:
        return _("Past, it ended on {day}.", day=last_day(year.begins))
    return _("This year is under way.")


def _stages(year: YearView) -> None:
    st.header(_("Stages and control dates"), anchor=False)
    st.caption(_("Children who are in a group on the control date are on its list at this stage."))
    for place, window in zip(st.columns(len(year.stages)), year.stages, strict=True):
        with place:
            _stage(year, window)
    st.caption(f"{_('Set of criteria at the start control')}: {start_set_words(year.start_set)}")


def _stage(year: YearView, window: StageWindow) -> None:
    with st.container(border=True, key=f"stage_{window.stage}"):
        name = str(STAGES[window.stage])
        st.markdown(f"**{capital(name)}**")
        st.write(_("Control date: {day}", day=window.control_on))
        st.write(_("Open from {first} to {last}", first=window.opens_on, last=window.closes_on))
        if st.button(_("Change the dates"), key=f"stage_change_{window.stage}"):
            year_forms.change_dates(year, window)


def _rules(year: YearView) -> None:
    st.header(_("Levels and cards"), anchor=False)
    rules = year.rules
    lines = (
        f"{_('Level of an area and of a direction')}: {LEVEL_RULES[rules.level]}",
        f"{_('Level of a child as a whole')}: {OVERALL_RULES[rules.overall]}",
        f"{_('What a cell of the card says of a child at III throughout')}: {AT_HIGHEST[rules.at_highest]}",
        f"{_('Months of the measures in the card')}: {_months(rules)}",
    )
    st.markdown("\n".join(f"- {line}" for line in lines))
    st.caption(
        _(
            "No official formula from criteria to a level is known; the organisation chooses. Criteria that "
            "were not assessed are left out; with fewer than half assessed there is no level."
        )
    )
    if st.button(_("Change the rules"), key="rules_change"):
        year_forms.change_rules(year)


def _months(rules: YearRules) -> str:
    spans = (rules.months[stage] for stage in SCALE_STAGES)
    return "; ".join(f"{month_name(first)}-{month_name(last)}" for first, last in spans)


def _way_back(year: YearView) -> None:
    st.header(_("Prepared too early, or by mistake?"), anchor=False)
    st.write(_("Until the first mark or note this year can be removed again. You will see first what goes with it."))
    if st.button(_("Undo the preparation…"), key="undo_ask"):
        year_forms.undo(year)


visit = enter("years")
style()
held = draft()
if held is not None and held.is_open:
    new_year_form.draw(visit, held)
else:
    _show(visit)
