"""The observation sheet as a component of a screen: what its script is told, and in which words it speaks.

The script (`components/sheet/`) fetches the marks by itself, from the routes of `monitoring.ui.sheet_routes`.
"""

from datetime import date
from html import escape
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from streamlit.components.v2 import component

from monitoring.core.language import LANGUAGE_NAMES, left_open, nmessage, plural_forms
from monitoring.core.language import gettext as _
from monitoring.core.scale import STAGES, Stage
from monitoring.lists.roster import GroupView
from monitoring.lists.years import StageWindow
from monitoring.record import words
from monitoring.record.models import TeachingLanguage
from monitoring.ui.sheet_routes import code_address
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import capital

_FOLDER: Final = Path(__file__).with_name("components")


def show(visit: Visit, group: GroupView, window: StageWindow, timezone: str) -> None:
    """Draw the sheet of a group at a stage; times are told on the clocks of the time zone."""
    assert visit.signed_in is not None, "a screen is drawn for somebody"
    _sheet(
        key="sheet",
        data={
            "code": code_address(),
            "installation": str(visit.place.installation_id),
            "account": str(visit.person.account_id),
            "me": visit.signed_in.name,
            "group": str(group.id),
            "stage": window.stage.value,
            "language": visit.language,
            "sheetLanguage": group.language.value,
            "languages": [[language.value, LANGUAGE_NAMES[language.value]] for language in TeachingLanguage],
            "timeZone": timezone,
            "notices": _notices(window, visit.signed_in.today),
            "words": _words(window.stage),
        },
    )


def downloads(group: GroupView, stage: Stage) -> str:
    """Return the links to the printed sheet as markup, the group's own language first."""
    languages = sorted(TeachingLanguage, key=lambda one: one is not group.language)
    links = (
        f'<a href="/export/sheet?{escape(urlencode({"group": group.id, "stage": stage, "language": one}))}" download>'
        f"{escape(LANGUAGE_NAMES[one.value])}, PDF</a>"
        for one in languages
    )
    return f'<p class="sheet-print">{"".join(links)}</p>'


def _notices(window: StageWindow, today: date) -> list[str]:
    """Return a word of warning outside the time of the stage: the sheet takes marks all the same."""
    stage = words.STAGES[window.stage]
    if today < window.opens_on:
        text = _("{stage} begins on {day}. Marks are taken before that too.", stage=stage, day=window.opens_on)
    elif today > window.closes_on:
        text = _("{stage} ended on {day}. Marks are taken until it is approved.", stage=stage, day=window.closes_on)
    else:
        return []
    return [capital(text)]


def _words(stage: Stage) -> dict[str, Any]:
    before = STAGES[STAGES.index(stage) - 1] if stage is not STAGES[0] else None
    return {
        "levels": [str(level) for level in words.LEVELS.values()],
        "earlier": capital(str(words.STAGES[before])) if before else "",
        **_words_of_the_cells(),
        **_words_of_the_road(),
        **_words_of_saving(),
        **_words_of_trouble(),
        **_words_of_the_tools(),
    }


def _words_of_the_cells() -> dict[str, Any]:
    return {
        "grid": _("Levels of the children by the criteria"),
        "child": _("Child"),
        "criterion": _("Criterion"),
        "assessed": _("Assessed"),
        "ofAll": left_open("{n} of {all}"),
        "notAssessed": _("not assessed"),
        "isSaving": _("not saved yet"),
        "isConflict": _("two different marks"),
        "isRefused": _("not accepted"),
        "whatIsSeen": _("What is seen at each level"),
        "earlierLevel": left_open("before: {level}"),
        "writtenBy": left_open("{level} - {name}, {time}"),
        "pale": left_open("The small pale numeral is the level of the stage before: {stage}."),
        "keys": _(
            "Keys: 1, 2, 3 - level, the cursor moves on by itself; 0 - not assessed and on; Backspace - not assessed; "
            "arrows, Enter, Tab - move; Ctrl+Z - take back; Page Down - next area; Esc, then Tab - leave the table."
        ),
    }


def _words_of_the_road() -> dict[str, Any]:
    return {
        "age": _("Age"),
        "area": _("Learning area"),
        "areas": _("Learning areas"),
        "stops": {"done": _("done"), "begun": _("begun"), "todo": _("not begun")},
        "years": plural_forms(nmessage("{n} year old", "{n} years old", 1)),
        "children": plural_forms(nmessage("{n} child", "{n} children", 1)),
        "leftHere": plural_forms(nmessage("{n} mark left in this area", "{n} marks left in this area", 1)),
        "leftAll": plural_forms(nmessage("{n} on the whole sheet", "{n} on the whole sheet", 1)),
        "blockDone": _("This area is filled in"),
        "sheetDone": _("the whole sheet is filled in"),
        "nothingLeft": _("The whole sheet is filled in."),
        "noCell": _("There is no cell after this one."),
        "onTo": left_open("On to: {area}"),
        "nextArea": _("Next area"),
        "next": left_open("Next: {name}"),
        "back": _("Back"),
        "forward": _("Forward"),
        "nobody": _("No child was on the list of the group on the control date of this stage."),
        "withoutSet": left_open("At this stage there is no set of criteria for: {names}."),
        "otherChild": _("a child that is no longer on the list"),
    }


def _words_of_saving() -> dict[str, Any]:
    return {
        "savedAt": left_open("Saved, {time}"),
        "allSaved": _("All marks are saved"),
        "undecided": plural_forms(nmessage("{n} mark waits for your decision", "{n} marks wait for your decision", 1)),
        "unsaved": plural_forms(nmessage("{n} mark not saved yet", "{n} marks not saved yet", 1)),
        "states": {
            "offline": _(
                "No connection with the program. Go on: the marks wait in this browser and are sent by themselves."
            ),
            "signedOut": _("Your session has ended. Sign in again: the marks wait in this browser."),
            "someoneElse": _("Somebody else is signed in in this browser now. Your marks wait here for you."),
        },
        "signIn": _("Sign in"),
        "notSafe": _("This browser keeps no data. Do not close the page before all marks are saved."),
        "ofOthers": plural_forms(
            nmessage(
                "{n} mark of another person waits in this browser until they sign in here.",
                "{n} marks of other people wait in this browser until they sign in here.",
                1,
            )
        ),
    }


def _words_of_trouble() -> dict[str, Any]:
    return {
        "conflicts": plural_forms(
            nmessage(
                "Another level stands in {n} cell already.",
                "Another level stands in {n} cells already.",
                1,
            )
        ),
        "conflict": left_open("{name} has put {level} here, {time}. You have typed {mine}."),
        "leaveTheirs": left_open("Leave {level}"),
        "keepMine": left_open("Put {level}"),
        "show": _("Show"),
        "refused": plural_forms(nmessage("{n} mark was not accepted:", "{n} marks were not accepted:", 1)),
        "tryAgain": _("Try again"),
        "discard": _("Do not keep them"),
        "approved": left_open("The sheet was approved by {name}, {time}. It can be read but not changed."),
        "isApproved": _("approved"),
        "readOnly": _("you can only read this area"),
    }


def _words_of_the_tools() -> dict[str, Any]:
    return {
        "undo": _("Take back (Ctrl+Z)"),
        "redo": _("Make again (Ctrl+Y)"),
        "nothingToUndo": _("There is nothing to take back."),
        "nothingToRedo": _("There is nothing to make again."),
        "language": _("Language of the criteria"),
        "look": _("How the sheet looks"),
        "lookGrid": _("Table"),
        "lookList": _("One at a time"),
        "way": _("Where the cursor goes after a level"),
        "wayDown": _("Down ↓"),
        "wayAcross": _("Across →"),
        "axis": _("What is shown at a time"),
        "axisChild": _("One child"),
        "axisCriterion": _("One criterion"),
    }


_sheet = component(
    "monitoring_sheet",
    js=(_FOLDER / "sheet.js").read_text("utf-8"),
    css=(_FOLDER / "sheet.css").read_text("utf-8"),
)
