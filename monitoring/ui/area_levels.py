"""The dialog in which a learning area gets its level directly, without criteria: for old years, kept as totals."""

from uuid import UUID

import streamlit as st

from monitoring.core.language import gettext as _
from monitoring.core.scale import STAGES, Level, Stage
from monitoring.criteria.catalogue import AreaView
from monitoring.record.access import Permission, may
from monitoring.record.models import SheetState
from monitoring.record.words import LEVEL_WORDS
from monitoring.record.words import STAGES as STAGE_NAMES
from monitoring.results import card as cards
from monitoring.results import card_acts
from monitoring.results.card import Card
from monitoring.ui.frame import enter
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import act_or_cancel, capital, done, plain, refusals


def without_marks(visit: Visit, card: Card) -> dict[Stage, list[AreaView]]:
    """Return the learning areas without a mark, by stage, to which this person may give a level."""
    found = {stage: _of_stage(visit, card, stage) for stage in STAGES if stage in card.results}
    return {stage: areas for stage, areas in found.items() if areas}


def give(card: Card) -> None:
    """Open the dialog for a child's card."""
    st.dialog(_("Levels without criteria"))(_give)(card.child_id, card.year.id)


def _give(child_id: UUID, school_year_id: UUID) -> None:
    visit = enter("card")
    with visit.place.database.reading() as session:
        card = cards.card_of(session, visit.person, child_id, school_year_id)
    st.write(
        _(
            "For years of which only totals are left. Where criteria of a learning area have marks, its level comes "
            "from them, and the area is not here."
        )
    )
    open_areas = without_marks(visit, card)
    if not open_areas:
        st.info(_("Every learning area has marks by now."))
        return
    stage = st.selectbox(
        _("Stage"),
        list(open_areas),
        format_func=lambda one: capital(str(STAGE_NAMES[one])),
        key=f"area_level_stage_{child_id}",
        placeholder=_("Choose"),
        filter_mode=None,
    )
    with st.form(f"area_levels_{stage}", border=False):
        chosen = {area.key: _level_field(visit, card, stage, area) for area in open_areas[stage]}
        sent = act_or_cancel(_("Save"), key="area_levels_save", in_form=True)
    if sent:
        with refusals():
            _save(visit, card, stage, chosen)
            done(_("The levels are saved."))


def _of_stage(visit: Visit, card: Card, stage: Stage) -> list[AreaView]:
    result = card.results[stage]
    if result.state is SheetState.APPROVED:
        return []
    return [
        area
        for area in card.areas
        if area.key in result.areas
        and not result.areas[area.key].tally.assessed
        and may(visit.person, Permission.MARK, group_id=result.group_id, area_key=area.key)
    ]


def _level_field(visit: Visit, card: Card, stage: Stage, area: AreaView) -> Level | None:
    return st.segmented_control(
        plain(area.name(visit.language)),
        list(Level),
        default=card.results[stage].areas[area.key].given,
        format_func=lambda level: f"{level.name} {LEVEL_WORDS[level]}",
        key=f"area_level_{stage}_{area.key}",
    )


def _save(visit: Visit, card: Card, stage: Stage, chosen: dict[str, Level | None]) -> None:
    """Put on record what differs from what was given before, all of it or nothing."""
    given = {key: derived.given for key, derived in card.results[stage].areas.items()}
    with visit.place.database.writing() as session:
        for area_key, level in chosen.items():
            if level is not given[area_key]:
                card_acts.give_area_level(
                    session, visit.person, card.child_id, card.year.id, stage, area_key, level=level
                )
