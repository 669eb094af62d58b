"""The planned school year while somebody goes back and forth in its steps, kept in the visit until it is prepared.

Nothing of it is on record: a reload of the page begins anew, and the screen says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from uuid import UUID

import streamlit as st

from monitoring.core.language import gettext as _
from monitoring.core.language import school_year
from monitoring.criteria import catalogue
from monitoring.lists import plan_changes, roster, year_plan
from monitoring.lists.plan_changes import Choice
from monitoring.lists.roster import GroupView
from monitoring.lists.year_plan import Decision, NextGroup, NextYear
from monitoring.lists.years import YearView, last_day
from monitoring.ui.rows import in_years
from monitoring.ui.visit import Visit

_DRAFT = "new_year_draft"
LAST_STEP = 4


@dataclass(frozen=True)
class Draft:
    """The plan, what one has to know of the old year beside it, and the step it is at."""

    plan: NextYear
    old: tuple[GroupView, ...]
    differing: int
    areas: Mapping[str, tuple[str, str]]
    step: int = 1
    is_open: bool = True
    lists_changed: bool = False

    @property
    def ages_now(self) -> Mapping[UUID, int | None]:
        return {group.id: group.age for group in self.old}

    @property
    def year(self) -> str:
        return school_year(self.plan.begins)

    @property
    def old_year(self) -> str:
        return school_year(self.plan.begins - 1)

    def old_group(self, group_id: UUID) -> GroupView:
        return next(group for group in self.old if group.id == group_id)


def draft() -> Draft | None:
    """Return the plan of this visit, if one was begun."""
    found = st.session_state.get(_DRAFT)
    return found if isinstance(found, Draft) else None


def keep(changed: Draft) -> None:
    st.session_state[_DRAFT] = changed


def forget() -> None:
    st.session_state.pop(_DRAFT, None)


def go(changed: Draft, step: int) -> None:
    """Show a step. Does not return."""
    keep(replace(changed, step=step, is_open=True))
    st.rerun()


def leave(changed: Draft) -> None:
    """Leave the steps without losing the plan. Does not return."""
    keep(replace(changed, is_open=False))
    st.rerun()


def begin(visit: Visit, old: YearView) -> None:
    """Begin a plan for the year after this one."""
    with visit.place.database.reading() as session:
        plan = year_plan.propose(session, visit.person, old.id)
        groups = tuple(roster.groups(session, visit.person, old.id, on=last_day(old.begins)))
        differing = catalogue.differing(session, visit.person, old.id)
        areas = {area.key: (area.name_ru, area.name_kk) for area in catalogue.areas(session, visit.person)}
    keep(Draft(plan, groups, differing, MappingProxyType(areas)))


def bring_up_to_date(visit: Visit, held: Draft) -> Draft:
    """Return the draft for the lists as they are on record now; what was decided stays.

    Raises Refusal where the new year has been prepared in the meantime.
    """
    with visit.place.database.reading() as session:
        fresh = year_plan.propose(session, visit.person, held.plan.from_year_id)
        groups = tuple(roster.groups(session, visit.person, held.plan.from_year_id, on=last_day(held.plan.begins - 1)))
    ages_now = {group.id: group.age for group in groups}
    plan = plan_changes.brought_up_to_date(held.plan, fresh, ages_now)
    return replace(held, plan=plan, old=groups, lists_changed=plan != held.plan)


def age_in_short(age: int | None) -> str:
    return _("mixed ages") if age is None else in_years(age)


def group_title(group: NextGroup | GroupView) -> str:
    """Return a group as it is named in the steps: «Ақбота» (4 года)."""
    return _("“{name}” ({age})", name=group.name, age=age_in_short(group.age))


def choice_words(held: Draft, old_group_id: UUID, choice: Choice | None) -> str:
    """Return a choice for a child as it stands in a list; shown letter by letter there, no markdown."""
    if choice is None:
        return ""
    if choice.decision is Decision.RELEASE:
        return _("Leaves: to school or elsewhere")
    group = next(one for one in held.plan.groups if one.id == choice.to_group_id)
    if choice.decision is Decision.KEEP_BACK:
        return _("Stays another year: {group}", group=group_title(group))
    if group.predecessor_id == old_group_id:
        return _("With the group: {group}", group=group_title(group))
    return _("To another group: {group}", group=group_title(group))
