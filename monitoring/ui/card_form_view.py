"""The official form of a card on the screen: measures and conclusions, each changed in its own cell.

A component of one piece. What a person types stays in it until the program has said that it is saved; where somebody
else saved the same cell first, both texts stand there, and the person decides.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID

import streamlit as st
from streamlit.components.v2 import component

from monitoring.core.errors import Conflict, Refusal
from monitoring.core.language import gettext as _
from monitoring.core.scale import STAGES, Level, Stage
from monitoring.documents.card_form import CardForm, card_form, conclusion_lines
from monitoring.record.words import LEVEL_WORDS
from monitoring.record.words import STAGES as STAGE_NAMES
from monitoring.results import card as cards
from monitoring.results import card_acts
from monitoring.results.card import Card, Cell, Concluded
from monitoring.ui.frame import enter
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import capital

_FOLDER: Final = Path(__file__).with_name("components")
_OVERALL: Final = "overall"  # in place of a direction's key


@dataclass(frozen=True)
class Outcome:
    """What came of the change of a number: the component asked for it and waits."""

    number: int
    cell: str
    state: Literal["saved", "conflict", "refused"]
    said: str = ""


@st.fragment
def show(visit: Visit, card: Card) -> None:
    """Draw the form of a card as the screen has read it; a change in it runs this alone, and reads all of it anew."""
    key = f"card_form_{card.child_id}_{card.year.id}"
    asked = st.session_state.get(key, {}).get("change")
    outcome = None
    if asked is not None:
        visit = enter("card")
        outcome = _change(visit, card.child_id, card.year.id, asked)
        card = _anew(visit, card)
    _form(
        key=key,
        data={
            "draftsOf": f"card:{visit.place.installation_id}:{visit.person.account_id}:{card.child_id}:{card.year.id}",
            "mayWrite": card.may_write,
            "language": card.language,
            "notes": [_concluded_at(card), _about_drafts()],
            "outcome": None if outcome is None else asdict(outcome),
            **_table(card, card_form(card)),
            "levels": _levels_to_choose(),
            "words": _words(),
        },
        on_change_change=lambda: None,
    )


def _anew(visit: Visit, card: Card) -> Card:
    with visit.place.database.reading() as session:
        return cards.card_of(session, visit.person, card.child_id, card.year.id, language=card.language)


def _change(visit: Visit, child_id: UUID, school_year_id: UUID, asked: Mapping[str, Any]) -> Outcome:
    """Put a change on record, or return why it was not; what was typed stays in the browser then."""
    number, cell = int(asked["number"]), str(asked["cell"])
    try:
        _act(visit, child_id, school_year_id, cell, asked)
    except Conflict as conflict:
        return Outcome(number, cell, "conflict", str(conflict))
    except Refusal as refusal:
        return Outcome(number, cell, "refused", str(refusal))
    return Outcome(number, cell, "saved")


def _act(visit: Visit, child_id: UUID, school_year_id: UUID, cell: str, asked: Mapping[str, Any]) -> None:
    kind, stage_key, direction_key = cell.split("/")
    stage, base = Stage(stage_key), int(asked["base"])
    where = child_id, school_year_id, stage
    with visit.place.database.writing() as session:
        if kind == "conclusion":
            direction = None if direction_key == _OVERALL else direction_key
            level = Level(int(asked["level"])) if asked.get("level") else None
            card_acts.conclude(
                session, visit.person, *where, direction, level=level, text=str(asked["text"]), base=base
            )
        elif asked.get("toDraft"):
            card_acts.back_to_draft(session, visit.person, *where, direction_key, base=base)
        else:
            card_acts.save_measures(session, visit.person, *where, direction_key, text=str(asked["text"]), base=base)


def _table(card: Card, form: CardForm) -> dict[str, Any]:
    """Return the form as it is printed, with what each cell needs to be changed; under it the overall conclusion."""
    rows = [
        {
            "name": row.direction,
            "measures": [_measures(card.cells[stage, direction.key]) for stage in STAGES],
            "conclusion": _conclusion(card, direction.key),
        }
        for row, direction in zip(form.rows, card.directions, strict=True)
    ]
    return {
        "heads": form.heads,
        "stages": [capital(str(STAGE_NAMES[stage])) for stage in STAGES],
        "rows": rows,
        "overall": _conclusion(card, None),
    }


def _measures(cell: Cell) -> dict[str, Any]:
    return {
        "cell": f"measures/{cell.stage.value}/{cell.direction_key}",
        "lines": cell.lines,
        "text": "\n".join(cell.lines),
        "isDraft": cell.is_draft,
        "base": cell.revision,
    }


def _conclusion(card: Card, direction_key: str | None) -> dict[str, Any] | None:
    """Return a conclusion at the stage that the form concludes, None while there is no such stage."""
    if card.concluded_at is None:
        return None
    concluded = card.conclusions[card.concluded_at, direction_key]
    return {
        "cell": f"conclusion/{concluded.stage.value}/{direction_key or _OVERALL}",
        "lines": conclusion_lines(concluded, card.language),
        "computed": _computed(concluded),
        "isOverruled": concluded.is_overruled,
        "level": 0 if concluded.given is None else concluded.given.value,
        "text": concluded.text,
        "base": concluded.revision,
    }


def _computed(concluded: Concluded) -> str:
    if concluded.computed is None:
        return _("By the criteria: no level, fewer than half are assessed")
    return _("By the criteria: {level}", level=_in_words(concluded.computed))


def _concluded_at(card: Card) -> str:
    if card.concluded_at is None:
        return _("There are no conclusions yet: no direction has half of its criteria assessed.")
    stage = STAGE_NAMES[card.concluded_at]
    if card.is_approved:
        return _("Conclusions of the {stage}, which is approved.", stage=stage)
    return _("Conclusions of the {stage}, which is not approved yet.", stage=stage)


def _about_drafts() -> str:
    return _("A draft is made from the criteria at I and II and follows the marks, until somebody changes it.")


def _levels_to_choose() -> list[tuple[int, str]]:
    return [(0, _("As by the criteria")), *((level.value, _in_words(level)) for level in Level)]


def _in_words(level: Level) -> str:
    return f"{level.name} {LEVEL_WORDS[level]}"


def _words() -> dict[str, str]:
    return {
        "table": _("Form of the development card"),
        "change": _("Change"),
        "draft": _("Draft"),
        "empty": _("Nothing yet: there are no marks."),
        "emptied": _("Left empty."),
        "eachLine": _("A measure a line"),
        "save": _("Save"),
        "saving": _("Saving…"),
        "noAnswer": _("No answer yet. Your text is kept here; save it once more."),
        "saved": _("Saved."),
        "cancel": _("Cancel"),
        "toDraft": _("Back to the draft"),
        "theirs": _("On record now"),
        "yours": _("Your text"),
        "keepMine": _("Save my text over it"),
        "leaveTheirs": _("Leave what is on record"),
        "level": _("Level in the conclusion"),
        "words": _("Words of the conclusion, if you wish"),
        "conclusion": _("Conclusion"),
        "overall": _("Overall conclusion"),
        "notPrinted": _("The printed form has no line for it."),
    }


_form = component(
    "monitoring_card_form",
    js=(_FOLDER / "card_form.js").read_text("utf-8"),
    css=(_FOLDER / "card_form.css").read_text("utf-8"),
)
