"""The criteria of a school year, as everyone reads them: by age and learning area, in Russian or in Kazakh."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from monitoring.core.language import LANGUAGE_NAMES, Language, school_year
from monitoring.core.language import gettext as _
from monitoring.core.scale import Level
from monitoring.criteria import catalogue
from monitoring.criteria.catalogue import AreaView, CriterionView
from monitoring.criteria.threads import thread_of, threads
from monitoring.lists.years import YearView
from monitoring.record.access import Permission
from monitoring.record.words import AGE_GROUPS, LEVELS
from monitoring.ui import catalogue_upload, rows
from monitoring.ui.frame import enter
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import choose_year, plain, refusals

STYLE = Path(catalogue_upload.__file__).with_name("components") / "criteria.css"
LANGUAGES_OF_CRITERIA: list[Language] = ["ru", "kk"]


def show(visit: Visit, year: YearView) -> None:
    if not visit.may(Permission.MANAGE_CATALOGUE):
        show_criteria(visit, year)
        return
    titles = [_("Criteria"), _("Change the catalogue")]
    read, change = st.tabs(titles, key="catalogue_tabs", on_change="rerun")
    if change.open:
        with change:
            catalogue_upload.show(visit, year)
    else:
        with read:
            show_criteria(visit, year)


def show_criteria(visit: Visit, year: YearView) -> None:
    with visit.place.database.reading() as session:
        criteria = catalogue.criteria_of(session, visit.person, year.id)
        areas = catalogue.areas(session, visit.person)
    if not criteria:
        st.info(_("There are no criteria in {year}.", year=school_year(year.begins)))
        return
    with st.container(horizontal=True):
        language = choose_language(visit)
        age = choose_age(sorted({one.age for one in criteria}, reverse=True))
        of_age = [one for one in criteria if one.age == age]
        area = choose_area([area for area in areas if area.key in {one.area_key for one in of_age}], language)
    chosen = [one for one in of_age if one.area_key == area]
    by_thread = threads(criteria)
    st.html(STYLE)
    st.html("".join(in_html(one, by_thread[thread_of(one.key)], language) for one in chosen))


def choose_language(visit: Visit) -> Language:
    asked = st.query_params.get("criteria_language", visit.language)
    chosen = st.segmented_control(
        _("Language of the criteria"),
        LANGUAGES_OF_CRITERIA,
        default="kk" if asked == "kk" else "ru",
        format_func=LANGUAGE_NAMES.__getitem__,
        required=True,
        key="criteria_language",
    )
    return "kk" if chosen == "kk" else "ru"


def choose_age(ages: Sequence[int]) -> int:
    asked = st.query_params.get("age", "")
    index = ages.index(int(asked)) if asked.isdigit() and int(asked) in ages else 0
    age = st.selectbox(
        _("Age"),
        ages,
        index=index,
        format_func=lambda one: f"{rows.in_years(one)} - {AGE_GROUPS[one]}",
        key="criteria_age",
        placeholder=_("Choose"),
        filter_mode=None,
        width=370,
    )
    st.query_params["age"] = str(age)
    return age


def choose_area(areas: Sequence[AreaView], language: Language) -> str:
    names = {area.key: plain(area.name(language)) for area in areas}
    keys, asked = list(names), st.query_params.get("area", "")
    area = st.selectbox(
        _("Learning area"),
        keys,
        index=keys.index(asked) if asked in names else 0,
        format_func=lambda key: names[key],
        key="criteria_area",
        placeholder=_("Choose"),
        filter_mode=None,
        width=370,
    )
    st.query_params["area"] = area
    return area


def in_html(criterion: CriterionView, thread: Sequence[CriterionView], language: Language) -> str:
    """Return a criterion as markup, the best level first, as the observation sheet has it, and its other ages."""
    wording, kazakh = criterion.wording, language == "kk"
    levels = {
        Level.III: wording.level_3_kk if kazakh else wording.level_3_ru,
        Level.II: wording.level_2_kk if kazakh else wording.level_2_ru,
        Level.I: wording.level_1_kk if kazakh else wording.level_1_ru,
    }
    descriptors = "".join(
        f"<div><dt>{escape(LEVELS[level].render(language))}</dt><dd>{escape(text)}</dd></div>"
        for level, text in levels.items()
    )
    code, text = code_and_text(criterion, language)
    measure = wording.measure_kk if kazakh else wording.measure_ru
    return (
        f'<article class="criterion" lang="{language}"><h3><span class="code">{escape(code)}</span>'
        f'<span>{escape(text)}</span></h3><dl class="levels">{descriptors}</dl>'
        f"<p><b>{escape(_('Measure of individual work'))}:</b> {escape(measure)}</p>"
        f"{other_ages(criterion, thread, language)}</article>"
    )


def other_ages(criterion: CriterionView, thread: Sequence[CriterionView], language: Language) -> str:
    """Return what the thread of a criterion asks of younger and of older children, closed until it is touched."""
    others = [one for one in thread if one.age != criterion.age]
    if not others:
        return ""
    lines = "".join(
        f"<tr><th>{escape(rows.in_years(one.age))}</th><td>{escape(code)}</td><td>{escape(text)}</td></tr>"
        for one in others
        for code, text in [code_and_text(one, language)]
    )
    return f"<details><summary>{escape(_('At other ages'))}</summary><table>{lines}</table></details>"


def code_and_text(criterion: CriterionView, language: Language) -> tuple[str, str]:
    if language == "kk":
        return criterion.code_kk, criterion.wording.text_kk
    return criterion.code_ru, criterion.wording.text_ru


visit = enter("catalogue")
rows.style()
st.title(_("Catalogue of criteria"), anchor=False)
with refusals():
    show(visit, choose_year(visit))
