"""The assessment section: what the monitoring puts into the organisation's self-assessment report, before it is taken.

For the methodologist. Year, stages and language are chosen; the preview says what the Word document will say.
"""

from collections.abc import Iterable
from html import escape
from urllib.parse import urlencode

import streamlit as st

from monitoring.core.language import LANGUAGE_NAMES, Language, known_language, using
from monitoring.core.language import gettext as _
from monitoring.core.scale import STAGES, Stage
from monitoring.documents import summary_words
from monitoring.lists.years import YearView
from monitoring.record.words import STAGE_WORDS
from monitoring.record.words import STAGES as STAGE_NAMES
from monitoring.results import analysis
from monitoring.results.section import Section, section_of
from monitoring.ui import level_tables, rows
from monitoring.ui.frame import enter
from monitoring.ui.level_tables import FORM_LANGUAGES, at_stage
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import capital, choose_year


def show(visit: Visit) -> None:
    st.title(_("Assessment section"), anchor=False)
    st.caption(
        _(
            "Section 7 of the self-assessment report, made from the levels on record: a Word document that you can "
            "go on editing."
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        year = choose_year(visit)
        stages = choose_stages()
        language = choose_language(visit)
    if not stages:
        st.info(_("Choose at least one stage."))
        return
    with visit.place.database.reading() as session:
        section = section_of(session, visit.person, year.id, stages)
    if not section.summary.groups:
        st.info(_("You have no group in this school year yet. The administrator gives the rights for groups."))
        return
    take(year, stages, language)
    if section.begun:
        with using(language):
            preview(section, language)
    else:
        st.info(_("There are no levels at these stages yet: the document has no figures to show."))


def choose_stages() -> list[Stage]:
    """Draw the choice of stages, by default all of them, and return those chosen in the order of the year."""
    chosen = st.segmented_control(
        _("Stages"),
        [stage.value for stage in STAGES],
        selection_mode="multi",
        default=[stage.value for stage in STAGES],
        format_func=lambda stage: capital(str(STAGE_WORDS[Stage(stage)])),
        key="section_stages",
    )
    return [stage for stage in STAGES if stage.value in chosen]


def choose_language(visit: Visit) -> Language:
    """Draw the choice of the document's language, by default the reader's, and return it."""
    chosen = st.segmented_control(
        _("Language of the document"),
        FORM_LANGUAGES,
        required=True,
        default=visit.language if visit.language in FORM_LANGUAGES else FORM_LANGUAGES[0],
        format_func=LANGUAGE_NAMES.__getitem__,
        key="section_language",
    )
    return known_language(chosen)


def take(year: YearView, stages: list[Stage], language: Language) -> None:
    query = {"year": year.begins, "stages": ",".join(stages), "language": language}
    st.link_button(
        _("Take the Word document"), f"/export/section?{urlencode(query)}", type="primary", icon=":material/download:"
    )


def preview(section: Section, language: Language) -> None:
    """Draw what the document says: how its last stage with levels stands, its sentences, the table of that stage."""
    stage = section.begun[-1]
    levels = at_stage(section.summary.levels, stage)
    standing = [analysis.standing(section, one, language) for one in section.stages]
    parts = (
        (_("Analysis of the results"), [" ".join(map(str, of_stage)) for of_stage in standing]),
        (_("How levels moved"), analysis.movement(section, language)),
        (_("What is not finished"), analysis.unfinished(section)),
        (_("Conclusions"), analysis.follows(section, language)),
    )
    st.html(
        f'<section class="summary" lang="{language}">'
        + heading(capital(str(STAGE_NAMES[stage])))
        + level_tables.overall_counts(levels, summary_words.listed_at(section.summary, stage))
        + "".join(heading(head) + paragraphs(sentences) for head, sentences in parts)
        + heading(_("Levels by learning area, {stage}", stage=STAGE_NAMES[stage]))
        + level_tables.level_table(levels, lambda one: section.summary.name(one, language))
        + "</section>"
    )


def heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def paragraphs(texts: Iterable[object]) -> str:
    return "".join(f"<p>{escape(str(text))}</p>" for text in texts)


visit = enter("section")
rows.style()
st.html(level_tables.STYLE)
with rows.or_way_back():
    show(visit)
