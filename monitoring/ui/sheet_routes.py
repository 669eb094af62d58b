"""The routes of the observation sheet: the sheet as a whole, what is new on it, and the changes that come in.

JSON over plain HTTP, so that typing causes no rerun. Question and answer both name the installation and the
account: a browser may by now hold the session of somebody else, and no mark is written under another name.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from starlette.responses import JSONResponse, PlainTextResponse, Response

from monitoring import ratings, sheets
from monitoring.core.errors import NotAllowed, NotFound, Refusal
from monitoring.core.language import gettext as _
from monitoring.core.language import message, using
from monitoring.core.scale import Level, Stage
from monitoring.criteria.catalogue import CriterionView
from monitoring.lists.roster import ChildView
from monitoring.ratings import Change, Conflicted, Receipt, Refused, Saved
from monitoring.record.models import TeachingLanguage
from monitoring.sheets import AreaOfSheet, Changes, Mark, News, Sheet, StateOfSheet
from monitoring.ui.asked import Asked
from monitoring.ui.visit import Visit

MOST_CHANGES = 200  # of one request; the browser sends half of it at most
HIGHEST = 2**31 - 1  # what the databases keep as a number; a revision beyond it is none
CODE = Path(__file__).with_name("components") / "sheet"

Json = dict[str, Any]
T = TypeVar("T")


class _NotTheirs(Exception):
    """The request was made for another account or installation than the session that carries it."""


def show_sheet(visit: Visit, asked: Asked) -> Response:
    """Give a whole sheet, its criteria in the group's language of instruction or the one asked for."""

    def answer() -> Json:
        _refuse_others(visit, asked.fields)
        sheet = sheets.open_sheet(visit.place.database, visit.person, _group(asked.fields), _stage(asked.fields))
        return _whole(sheet, _language(asked.text("language"), sheet.group.language))

    return _answer(visit, answer)


def show_news(visit: Visit, asked: Asked) -> Response:
    """Give what has changed on a sheet after the sequence `since`."""

    def answer() -> Json:
        _refuse_others(visit, asked.fields)
        group_id, stage, since = _group(asked.fields), _stage(asked.fields), _since(asked.fields)
        with visit.place.database.reading() as session:
            return _news(sheets.news_of(session, visit.person, group_id, stage, since))

    return _answer(visit, answer)


def take_changes(visit: Visit, asked: Asked) -> Response:
    """Put the changes of a sheet on record; give a receipt for each, in order, and the news since `since`."""

    def answer() -> Json:
        sent = asked.json()
        _refuse_others(visit, sent)
        group_id, stage, since, changes = _group(sent), _stage(sent), _since(sent), _changes(sent)
        with visit.place.database.writing() as session:
            receipts = ratings.record(session, visit.person, group_id, stage, changes)
        # After the transaction: other writers need not wait while what they wrote is looked up.
        with visit.place.database.reading() as session:
            news = sheets.changes_of(session, visit.person, group_id, stage, since)
        return {"receipts": [_receipt(one) for one in receipts], **_changed(news)}

    return _answer(visit, answer)


def give_code(_visit: Visit, asked: Asked) -> Response:
    """Give a module of the sheet's script; its address changes with its content, so a browser may keep it."""
    name = asked.path.rsplit("/", 1)[-1]
    known = {file.name: file for file in CODE.glob("*.js")}
    if name not in known or asked.path != code_address() + name:
        return PlainTextResponse(_("There is no such page."), 404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(known[name].read_bytes(), media_type="text/javascript", headers=headers)


@cache
def code_address() -> str:
    """Return the folder in which a browser finds the modules of the sheet's script, named by their content."""
    content = b"".join(file.read_bytes() for file in sorted(CODE.glob("*.js")))
    return f"/sheets/code/{sha256(content).hexdigest()[:16]}/"


def _answer(visit: Visit, answer: Callable[[], Json]) -> Response:
    who = {"installation": str(visit.place.installation_id), "account": str(visit.person.account_id)}
    with using(visit.language):
        try:
            return _json(who | answer())
        except _NotTheirs:
            return _json(who | {"reason": _("Somebody else is signed in in this browser now.")}, 409)
        except Refusal as refusal:
            status = 403 if isinstance(refusal, NotAllowed) else 404 if isinstance(refusal, NotFound) else 400
            return _json(who | {"reason": str(refusal)}, status)


def _json(content: Json, status: int = 200) -> Response:
    return JSONResponse(content, status, headers={"Cache-Control": "no-store"})


# --- what comes in ---------------------------------------------------------------------------------------


def _refuse_others(visit: Visit, sent: Mapping[str, Any]) -> None:
    if (sent.get("installation"), sent.get("account")) != (
        str(visit.place.installation_id),
        str(visit.person.account_id),
    ):
        raise _NotTheirs


def _group(sent: Mapping[str, Any]) -> UUID:
    return _read(UUID, sent.get("group"))


def _stage(sent: Mapping[str, Any]) -> Stage:
    return _read(Stage, sent.get("stage"))


def _since(sent: Mapping[str, Any]) -> int:
    return _number(sent.get("since"))


def _language(asked_for: str, of_the_group: TeachingLanguage) -> TeachingLanguage:
    return TeachingLanguage(asked_for) if asked_for in set(TeachingLanguage) else of_the_group


def _changes(sent: Mapping[str, Any]) -> list[Change]:
    changes = sent.get("changes")
    if not isinstance(changes, list) or len(changes) > MOST_CHANGES:
        raise _broken()
    return [_change(one) for one in changes]


def _change(sent: object) -> Change:
    if not isinstance(sent, dict):
        raise _broken()
    level = sent.get("level")
    return Change(
        _read(UUID, sent.get("id")),
        _read(UUID, sent.get("child")),
        _read(UUID, sent.get("criterion")),
        _number(sent.get("base")),
        None if level is None else _read(Level, _number(level)),
    )


def _number(value: object) -> int:
    """Return a number from the address or from JSON, neither below zero nor above what the databases keep."""
    if isinstance(value, bool | float):
        raise _broken()
    return min(max(0, _read(int, value)), HIGHEST)


def _read(kind: Callable[[Any], T], value: object) -> T:
    try:
        return kind(value)
    except (TypeError, ValueError, AttributeError) as error:
        raise _broken() from error


def _broken() -> Refusal:
    return Refusal(message("The browser sent something the program does not understand. Reload the page."))


# --- what goes out ---------------------------------------------------------------------------------------


def _whole(sheet: Sheet, language: TeachingLanguage) -> Json:
    return {
        "group": str(sheet.group.id),
        "stage": sheet.stage,
        "language": language,
        "sequence": sheet.sequence,
        "state": _state(sheet.state),
        "children": [_child(child) for child in sheet.children],
        "withoutSet": [child.name.full for child in sheet.without_set],
        "areas": [_area(area, language) for area in sheet.areas],
        "criteria": [_criterion(one, language) for area in sheet.areas for one in area.criteria],
        "marks": _marks(sheet.marks),
        "earlier": [[str(one.child_id), str(one.criterion_version_id), one.level] for one in sheet.earlier],
    }


def _child(child: ChildView) -> Json:
    name = child.name
    return {"id": str(child.id), "short": f"{name.family} {name.given}", "full": name.full, "age": child.age}


def _area(area: AreaOfSheet, language: TeachingLanguage) -> Json:
    view = area.area
    return {
        "key": view.key,
        "name": view.name_kk if language is TeachingLanguage.KAZAKH else view.name_ru,
        "mayMark": area.may_mark,
    }


def _criterion(criterion: CriterionView, language: TeachingLanguage) -> Json:
    wording, kazakh = criterion.wording, language is TeachingLanguage.KAZAKH
    return {
        "id": str(criterion.version_id),
        "area": criterion.area_key,
        "age": criterion.age,
        "code": criterion.code_kk if kazakh else criterion.code_ru,
        "text": wording.text_kk if kazakh else wording.text_ru,
        "levels": [
            getattr(wording, f"level_{level.value}_{language.value}")  # the column of a level in a language
            for level in Level
        ],
    }


def _news(news: News) -> Json:
    return {**_changed(news.changes), "state": _state(news.state), "assessed": news.assessed}


def _changed(changes: Changes) -> Json:
    return {"sequence": changes.sequence, "marks": _marks(changes.marks)}


def _state(state: StateOfSheet) -> Json:
    return {"is": state.state, "by": state.by, "at": state.at.timestamp()}


def _marks(marks: Iterable[Mark]) -> list[list[Any]]:
    return [
        [str(one.child_id), str(one.criterion_version_id), one.level, one.revision, one.by, int(one.at.timestamp())]
        for one in marks
    ]


def _receipt(receipt: Receipt) -> Json:
    match receipt:
        case Saved(change_id, revision):
            return {"id": str(change_id), "saved": revision}
        case Conflicted(change_id, level, revision, at, by):
            there = {"level": level, "revision": revision, "by": by, "at": int(at.timestamp())}
            return {"id": str(change_id), "conflict": there}
        case Refused(change_id, reason):
            return {"id": str(change_id), "refused": str(reason)}
