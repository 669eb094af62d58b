"""The dialogs of a school year: the dates of a stage, and the way back from a year that was prepared too early.

A dialog runs by itself after its first drawing, so each begins by asking anew who is here.
"""

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

from monitoring.core.language import Message, month_name, ngettext, school_year
from monitoring.core.language import gettext as _
from monitoring.core.scale import LevelRule, OverallRule, Stage
from monitoring.lists import new_year, years
from monitoring.lists.new_year import Undoing
from monitoring.lists.years import StageWindow, YearRules, YearView
from monitoring.record.models import AtHighest
from monitoring.record.words import AT_HIGHEST, LEVEL_RULES, OVERALL_RULES, STAGES
from monitoring.ui.frame import enter
from monitoring.ui.rows import children_count
from monitoring.ui.widgets import act_or_cancel, capital, day_field, day_of, done, refusals

Choice = TypeVar("Choice", LevelRule, OverallRule, AtHighest)


def change_dates(year: YearView, window: StageWindow) -> None:
    """Open the dialog for the dates of a stage."""
    title = _("{stage} {year}", stage=capital(str(STAGES[window.stage])), year=school_year(year.begins))
    st.dialog(title)(_change_dates)(year, window)


def change_rules(year: YearView) -> None:
    """Open the dialog for the rules of a school year: levels from criteria, what the cards say."""
    st.dialog(_("Levels and cards, {year}", year=school_year(year.begins)), width="medium")(_change_rules)(year)


def undo(year: YearView) -> None:
    """Open the dialog that says what goes with a prepared year, and undoes it."""
    st.dialog(_("Undo the preparation of {year}", year=school_year(year.begins)))(_undo)(year)


def _change_dates(year: YearView, window: StageWindow) -> None:
    visit = enter("years")
    here = f"{year.begins}_{window.stage}"  # a dialog that was closed leaves what was typed to fields of its keys
    with st.form("stage_form", border=False):
        opens = day_field(_("First day"), window.opens_on, key=f"stage_opens_{here}")
        control = day_field(
            _("Control date"),
            window.control_on,
            key=f"stage_control_{here}",
            help=_("Children who are in a group on this day are on its list at this stage."),
        )
        closes = day_field(_("Last day"), window.closes_on, key=f"stage_closes_{here}")
        sent = act_or_cancel(_("Save"), key="stage_save", in_form=True)
    if not sent:
        return
    with refusals():
        changed = StageWindow(window.stage, day_of(opens), day_of(control), day_of(closes))
        with visit.place.database.writing() as session:
            years.change_stage_dates(session, visit.person, year.id, changed)
        done(_("The dates are changed."))


def _change_rules(year: YearView) -> None:
    visit = enter("years")
    with st.form("rules_form", border=False):
        level = _choice(_("Level of an area and of a direction"), LEVEL_RULES, year.rules.level, "rule_level")
        overall = _choice(_("Level of a child as a whole"), OVERALL_RULES, year.rules.overall, "rule_overall")
        at_highest = _choice(
            _("What a cell of the card says of a child at III throughout"),
            AT_HIGHEST,
            year.rules.at_highest,
            "rule_iii",
        )
        months = {stage: _months(stage, year.rules.months[stage]) for stage in STAGES}
        st.caption(_("Levels, summaries and cards of this year follow at once; the rule is printed on each of them."))
        sent = act_or_cancel(_("Save"), key="rules_save", in_form=True)
    if not sent:
        return
    with refusals():
        with visit.place.database.writing() as session:
            years.change_rules(session, visit.person, year.id, YearRules(level, overall, at_highest, months))
        done(_("The rules are changed."))


def _choice(label: str, words: Mapping[Choice, Message], present: Choice, key: str) -> Choice:
    options = list(words)
    return st.radio(
        label, options, index=options.index(present), format_func=lambda one: capital(str(words[one])), key=key
    )


def _months(stage: Stage, present: tuple[int, int]) -> tuple[int, int]:
    name = capital(str(STAGES[stage]))
    first, last = st.columns(2)
    with first:
        begins = _month(_("{stage}: measures from", stage=name), present[0], f"months_from_{stage}")
    with last:
        ends = _month(_("to"), present[1], f"months_to_{stage}")
    return begins, ends


def _month(label: str, present: int, key: str) -> int:
    numbers = list(range(1, 13))
    return st.selectbox(
        label, numbers, index=present - 1, format_func=month_name, key=key, filter_mode=None, placeholder=_("Choose")
    )


def _undo(year: YearView) -> None:
    visit = enter("years")
    with refusals():
        with visit.place.database.reading() as session:
            going = new_year.undoing(session, visit.person, year.id)
        if not _confirmed(year, going):
            return
        with visit.place.database.writing() as session:
            new_year.undo(session, visit.person, year.id, also_new_children=bool(going.new_children))
        st.query_params.pop("year", None)
        done(_("The preparation of {year} is undone.", year=school_year(year.begins)))


def _confirmed(year: YearView, going: Undoing) -> bool:
    st.write(_("This will be removed:"))
    lines = [
        ngettext("{n} group of this year", "{n} groups of this year", going.groups),
        _("the lists of these groups: {children}", children=children_count(going.children)),
        ngettext(
            "the rights of {n} person for these groups", "the rights of {n} people for these groups", going.accounts
        ),
        _("the dates of its stages"),
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))
    st.write(_("In {year} nothing changes: its groups, children and marks stay.", year=school_year(year.begins - 1)))
    agreed = True
    if going.new_children:
        st.warning(
            ngettext(
                "{n} child was added in this year and is in no other. It goes from the record with its year.",
                "{n} children were added in this year and are in no other. They go from the record with their year.",
                going.new_children,
            )
        )
        agreed = st.checkbox(_("Yes, remove these children too"), key="undo_children")
    return act_or_cancel(
        _("Undo the preparation"),
        key="undo_yes",
        disabled=not agreed,
        cancel=_("Leave it as it is"),  # «Отмена» beside «Отменить подготовку» would say the same twice
    )
