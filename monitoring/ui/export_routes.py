"""The routes of documents: sheets, cards, summaries, the section, templates, as files that nobody else can ask for.

Not through Streamlit's own download button: its files need no sign-in. The address holds opaque ids; the file's name,
which may hold a child's, goes out in a header. What cannot be given is answered with a page that says why.
"""

from collections.abc import Callable, Sequence
from urllib.parse import quote
from uuid import UUID

from starlette.responses import Response

from monitoring import exports, templates
from monitoring.core.errors import NotAllowed, NotFound, Refusal
from monitoring.core.language import gettext as _
from monitoring.core.language import message, using
from monitoring.core.scale import STAGES, Stage
from monitoring.documents import card_docx
from monitoring.exports import OF_CARDS, OF_SUMMARIES, File, Format
from monitoring.lists import years
from monitoring.record.access import Permission, require
from monitoring.record.models import Document, TeachingLanguage
from monitoring.ui import door
from monitoring.ui.asked import Asked
from monitoring.ui.visit import Visit


def give_card(visit: Visit, asked: Asked) -> Response:
    """Give a child's card: `child`, `year` (in which it begins), `format`, and `language`, by default the group's."""
    return _file(
        visit,
        asked,
        lambda: exports.card_of_child(
            visit.place.database,
            visit.person,
            _id(asked, "child"),
            _year(visit, asked),
            language=_language(asked),
            as_=_format(asked, OF_CARDS),
        ),
    )


def give_cards(visit: Visit, asked: Asked) -> Response:
    """Give the cards of a `group` in one document: `format`, and `language`, by default the group's."""
    return _file(
        visit,
        asked,
        lambda: exports.cards_of_group(
            visit.place.database,
            visit.person,
            _id(asked, "group"),
            language=_language(asked),
            as_=_format(asked, OF_CARDS),
        ),
    )


def give_sheet(visit: Visit, asked: Asked) -> Response:
    """Give the observation sheet of a `group` and a `stage`: `language`, by default the group's."""
    return _file(
        visit,
        asked,
        lambda: exports.sheet_of_group(
            visit.place.database, visit.person, _id(asked, "group"), _stage(asked), language=_language(asked)
        ),
    )


def give_summary(visit: Visit, asked: Asked) -> Response:
    """Give the summary of a `group`, or of a whole `year`: `format`, `language`."""

    def made() -> File:
        database, person, as_ = visit.place.database, visit.person, _format(asked, OF_SUMMARIES)
        if asked.text("group"):
            return exports.summary_of_group(database, person, _id(asked, "group"), language=_language(asked), as_=as_)
        language = _language(asked) or _first(visit)
        return exports.summary_of_organisation(database, person, _year(visit, asked), language=language, as_=as_)

    return _file(visit, asked, made)


def give_section(visit: Visit, asked: Asked) -> Response:
    """Give the assessment section of a `year` for `stages` («start,final», by default all): `language`."""
    return _file(
        visit,
        asked,
        lambda: exports.assessment_section(
            visit.place.database,
            visit.person,
            _year(visit, asked),
            _stages(asked),
            language=_language(asked) or _first(visit),
        ),
    )


def give_template(visit: Visit, asked: Asked) -> Response:
    """Give the template of the card that is in use: the organisation's own, or the one that ships."""

    def made() -> File:
        with visit.place.database.reading() as session:
            require(visit.person, Permission.MANAGE_YEARS)
            own = templates.own(session, visit.person, Document.CARD)
            content = templates.content(session, visit.person, Document.CARD)
        name = own.file_name if own else f"{_('Template of the card')}.docx"
        return File(name, Format.DOCX, content or card_docx.shipped_template())

    return _file(visit, asked, made)


def _file(visit: Visit, asked: Asked, make: Callable[[], File]) -> Response:
    with using(visit.language):
        try:
            made = make()
        except Refusal as refusal:
            status = 403 if isinstance(refusal, NotAllowed) else 404 if isinstance(refusal, NotFound) else 400
            return door.refused(visit, str(refusal), status=status, address=asked.path)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(made.name, safe='')}",
        "Cache-Control": "no-store",
    }
    return Response(made.content, media_type=exports.MEDIA_TYPES[made.format], headers=headers)


def _id(asked: Asked, name: str) -> UUID:
    try:
        return UUID(asked.text(name))
    except ValueError as error:
        raise NotFound(message("There is no such page.")) from error


def _year(visit: Visit, asked: Asked) -> UUID:
    """Return the school year that begins in the year of the address. Raises NotFound where there is none."""
    with visit.place.database.reading() as session:
        known = {str(one.begins): one.id for one in years.years(session, visit.person)}
    if asked.text("year") not in known:
        raise NotFound(message("There is no such page."))
    return known[asked.text("year")]


def _format(asked: Asked, known: Sequence[Format]) -> Format:
    named = asked.text("format")
    if named not in known:
        raise NotFound(message("There is no such page."))
    return Format(named)


def _language(asked: Asked) -> str | None:
    """Return the language of the forms that was asked for, None: that of the group."""
    named = asked.text("language")
    return named if named in set(TeachingLanguage) else None


def _first(visit: Visit) -> str:
    """Return the language of a document that no group decides: the reader's, if forms are written in it."""
    return visit.language if visit.language in set(TeachingLanguage) else TeachingLanguage.RUSSIAN.value


def _stage(asked: Asked) -> Stage:
    named = asked.text("stage")
    if named not in set(STAGES):
        raise NotFound(message("There is no such page."))
    return Stage(named)


def _stages(asked: Asked) -> tuple[Stage, ...]:
    named = asked.text("stages").split(",")
    return tuple(stage for stage in STAGES if stage.value in named) or STAGES
