"""The small form for a note after a lesson, for a teacher with a phone: children, area, a level or a line, saved.

A fragment: a tap runs the form alone, not the list under it. What is not needed for the next note goes, the area,
the method and the day stay.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID, uuid4

import streamlit as st

from monitoring import observations
from monitoring.core.errors import Refusal
from monitoring.core.language import format_list, message, short_date
from monitoring.core.language import gettext as _
from monitoring.core.scale import Level
from monitoring.criteria import catalogue
from monitoring.criteria.catalogue import AreaView, CriterionView
from monitoring.lists import roster
from monitoring.lists.roster import ChildView, GroupView
from monitoring.lists.years import year_of
from monitoring.observations import NewNote, NoteView
from monitoring.record.models import Method, TeachingLanguage
from monitoring.record.words import LEVEL_WORDS, METHODS
from monitoring.ui.frame import enter
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import capital, day_field, day_of, done, plain, refusals

_NOTE, _AREA, _METHOD = "note_id", "note_area", "note_method"
_TEXT_HEIGHT: Final = 90  # pixels: three lines


@st.fragment
def show(group: GroupView) -> None:
    """Draw the form for a group of the present school year, and put on record what was entered."""
    visit = enter("notes")
    assert visit.signed_in is not None, "a screen is drawn for somebody"
    note_id = st.session_state.setdefault(_NOTE, uuid4())  # the next note has fields of its own, and so empty ones
    day_key = f"note_day_{visit.signed_in.today}"
    with visit.place.database.reading() as session:
        areas = observations.areas_to_note(session, visit.person, group)
    there = _children_there(visit, group, f"note_children_{note_id}", day_key)
    chosen = _children_field(there, f"note_children_{note_id}")
    ages = {child.age for child in there if child.id in chosen} or {child.age for child in there}
    left, right = st.columns(2)  # on a phone the second stands under the first
    with left:
        area = _area_field(areas, visit)
    with right:
        criterion = _criterion_field(visit, group, area, ages, note_id)
    left, right = st.columns(2)
    with left:
        level = _level_field(group, criterion, note_id)
    with right:
        text = _text_field(note_id)
    method, day = _method_and_day(visit, day_key)
    refused = st.container()  # over the button: under it a phone would show nothing
    if st.button(_("Save"), type="primary", icon=":material/check:", key=f"note_save_{note_id}", width="stretch"):
        version_id = None if criterion is None else criterion.version_id
        with refused, refusals():
            about = group.id, tuple(chosen), _needed(area), day_of(day)
            _save(visit, group, NewNote(*about, method, version_id, level, text, note_id))
    st.caption(_("Notes are voluntary. A level chosen here does not change the observation sheet."))


def facts(note: NoteView, group: GroupView, language: str) -> str:
    """Return what a note is about in a line: area, code of the criterion as on the group's sheet, level, method."""
    code = None
    if note.criterion is not None:
        code = note.criterion.code_kk if group.language is TeachingLanguage.KAZAKH else note.criterion.code_ru
    level = None if note.level is None else level_in_words(note.level)
    return " · ".join(filter(None, (note.area.name(language), code, level, str(METHODS[note.method]))))


def level_in_words(level: Level) -> str:
    """Return a level as it stands on a button: the numeral with the word."""
    return f"{level.name} {LEVEL_WORDS[level]}"


def short_names(children: Sequence[ChildView]) -> dict[UUID, str]:
    """Return the children by family and given name; namesakes with the patronymic or the birth date too."""
    ways = (
        {child.id: f"{child.name.family} {child.name.given}" for child in children},
        {child.id: child.name.full for child in children},
        {child.id: f"{child.name.full}, {short_date(child.born_on)}" for child in children},
    )
    names = dict(ways[0])
    for way in ways[1:]:
        count = Counter(names.values())
        names = {child_id: name if count[name] == 1 else way[child_id] for child_id, name in names.items()}
    return names


def _children_there(visit: Visit, group: GroupView, children_key: str, day_key: str) -> list[ChildView]:
    """Those in the group on the day of the note, and whoever was chosen before the day was written."""
    assert visit.signed_in is not None, "a screen is drawn for somebody"
    today = visit.signed_in.today
    day = _day_written(day_key, today)
    with visit.place.database.reading() as session:
        there = roster.children_of(session, visit.person, group.id, day)
        now = there if day == today else roster.children_of(session, visit.person, group.id, today)
    known, chosen = {child.id for child in there}, st.session_state.get(children_key, ())
    return there + [child for child in now if child.id in chosen and child.id not in known]


def _day_written(day_key: str, today: date) -> date:
    """The day in the field, or today while there is none on which something can have been seen this year."""
    try:
        day = day_of(st.session_state.get(day_key, ""))
    except Refusal:
        return today
    return day if day <= today and year_of(day) == year_of(today) else today


def _children_field(there: Sequence[ChildView], key: str) -> list[UUID]:
    names = {child_id: plain(name) for child_id, name in short_names(there).items()}
    return st.pills(
        _("Children"),
        list(names),
        selection_mode="multi",
        format_func=names.__getitem__,
        key=key,
        help=_("One child or several, if you saw the same of them."),
        # Where all are of one age nothing else in the form depends on who is chosen.
        on_change="ignore" if len({child.age for child in there}) == 1 else "rerun",
    )


def _area_field(areas: Sequence[AreaView], visit: Visit) -> str | None:
    names = {area.key: area.name(visit.language) for area in areas}
    return st.selectbox(
        _("Learning area"),
        list(names),
        index=0 if len(names) == 1 else None,
        format_func=names.__getitem__,
        key=_AREA,
        help=_("The next notes begin with the same one."),
        placeholder=_("Choose the learning area"),
        filter_mode=None,
        persist_state="session",
    )


def _criterion_field(
    visit: Visit, group: GroupView, area: str | None, ages: set[int | None], note_id: UUID
) -> CriterionView | None:
    criteria: dict[UUID, CriterionView] = {}
    age = next(iter(ages)) if len(ages) == 1 else None
    if area is not None and age is not None:
        with visit.place.database.reading() as session:
            of_age = catalogue.criteria_of(session, visit.person, group.school_year_id, age)
        criteria = {one.version_id: one for one in of_age if one.area_key == area}
    chosen = st.selectbox(
        _("Criterion, if you wish"),
        list(criteria),
        index=None,
        format_func=lambda version_id: _criterion_in_words(criteria[version_id], group),
        key=f"note_criterion_{note_id}",
        help=_("Those of the children's age. For children of different ages leave it out."),
        placeholder=_("Without a criterion") if criteria else _("First the area, and children of one age"),
        filter_mode=None,
        disabled=not criteria,
    )
    if chosen is None:
        return None
    st.caption(plain(_criterion_in_words(criteria[chosen], group)))  # the field shows only its beginning on a phone
    return criteria[chosen]


def _criterion_in_words(criterion: CriterionView, group: GroupView) -> str:
    if group.language is TeachingLanguage.KAZAKH:
        return f"{criterion.code_kk} {criterion.wording.text_kk}"
    return f"{criterion.code_ru} {criterion.wording.text_ru}"


def _level_field(group: GroupView, criterion: CriterionView | None, note_id: UUID) -> Level | None:
    level = st.segmented_control(
        _("Level, if you wish"),
        list(Level),
        format_func=level_in_words,
        key=f"note_level_{note_id}",
        help=_("What you saw on this day. The observation sheet stays as it is."),
        width="stretch",
    )
    if level is not None and criterion is not None:
        column = f"level_{level.value}_{group.language.value}"
        st.caption(plain(f"{level.name}: {getattr(criterion.wording, column)}"))
    return level


def _text_field(note_id: UUID) -> str:
    return st.text_area(
        _("What you saw"),
        height=_TEXT_HEIGHT,
        key=f"note_text_{note_id}",
        help=_("One line is enough. Without a line, choose a level."),
        placeholder=_("For example: retells the tale with the help of pictures"),
        on_change="ignore",
    )


def _method_and_day(visit: Visit, day_key: str) -> tuple[Method, str]:
    """Draw what is right as it stands for most notes, closed, with what it holds in its title."""
    assert visit.signed_in is not None, "a screen is drawn for somebody"
    today = visit.signed_in.today
    held = st.session_state.get(_METHOD, Method.OBSERVATION)
    day = _("today") if _day_written(day_key, today) == today else short_date(_day_written(day_key, today))
    title = _("Method and day: {method}, {day}", method=METHODS[held], day=day)
    with st.expander(title, key="note_more"):
        method = st.segmented_control(
            _("Method"),
            list(Method),
            default=Method.OBSERVATION,
            required=True,
            format_func=lambda one: capital(str(METHODS[one])),
            key=_METHOD,
            help=_("How you saw it. The next notes begin with the same method."),
            persist_state="session",
        )
        written = day_field(_("Day"), today, key=day_key, help=_("The day on which you saw it."))
    return method, written


def _save(visit: Visit, group: GroupView, new: NewNote) -> None:
    with visit.place.database.writing() as session:
        saved = observations.note(session, visit.person, new)
    st.session_state[_NOTE] = uuid4()
    done(_("Saved: {note}", note=_in_words(saved, group, visit)))


def _needed(area: str | None) -> str:
    if area is None:
        raise Refusal(message("Choose the learning area."))
    return area


def _in_words(saved: NoteView, group: GroupView, visit: Visit) -> str:
    names = tuple(f"{child.name.family} {child.name.given}" for child in saved.children)
    return plain(f"{format_list(names)} · {facts(saved, group, visit.language)}")
