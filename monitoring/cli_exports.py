"""The commands that give documents and figures: cards, summaries, the assessment section.

The same functions as on the screens, see `monitoring.exports`: for scripts, and to print a whole group at once.
"""

import json
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import typer
from sqlmodel import Session

from monitoring import exports
from monitoring.cli_names import (
    OrganisationOption,
    WrongUse,
    YearOption,
    actor_of,
    group_called,
    ready_database,
    say,
    year_called,
)
from monitoring.core.errors import Refusal
from monitoring.core.language import current_language, known_language, message
from monitoring.core.language import gettext as _
from monitoring.core.scale import STAGES, Stage
from monitoring.documents import summary_csv
from monitoring.exports import OF_CARDS, OF_SHEETS, OF_SUMMARIES, File, Format
from monitoring.lists import roster
from monitoring.lists.years import YearView
from monitoring.record.access import Console
from monitoring.results import summary
from monitoring.results.summary import GroupSummary, OrganisationSummary

app = typer.Typer()

DocumentLanguage = Annotated[
    Literal["ru", "kk"] | None,
    typer.Option("--language", help="Язык документа. Без него - язык группы, для всей организации - русский."),
]
GroupOption = Annotated[
    str | None,
    typer.Option("--group", metavar="НАЗВАНИЕ|ID", help="Группа: название, его часть или id.", show_default=False),
]
OutputOption = Annotated[
    Path, typer.Option("--output", metavar="ФАЙЛ", help="Куда записать; вид документа - по расширению.")
]


@app.command()
def export_card(
    output: OutputOption,
    child: Annotated[
        str | None,
        typer.Option("--child", metavar="ИМЯ|ID", help="Ребёнок: начало фамилии и имени, или id.", show_default=False),
    ] = None,
    group: GroupOption = None,
    year: YearOption = None,
    language: DocumentLanguage = None,
    organisation_name: OrganisationOption = None,
) -> None:
    """Записать карту развития ребёнка или карты всей группы: .docx или .pdf.

    Карты группы - один документ, каждая с новой страницы.
    """
    as_ = _format_of(output, OF_CARDS)
    database = ready_database()
    if (child is None) == (group is None):
        raise WrongUse(message("Name either a child or a group."))
    with database.reading() as session:
        actor = actor_of(session, organisation_name)
        of_year = year_called(session, actor, year)
        group_id = group_called(session, actor, of_year, group).id if group else None
        child_id = _child_called(session, actor, of_year, child) if child else None
    if child_id is not None:
        made = exports.card_of_child(database, actor, child_id, of_year.id, language=language, as_=as_)
    else:
        assert group_id is not None, "either of the two is named"
        made = exports.cards_of_group(database, actor, group_id, language=language, as_=as_)
    _write(output, made)


@app.command()
def export_sheet(
    output: OutputOption,
    group: Annotated[str, typer.Option("--group", metavar="НАЗВАНИЕ|ID", help="Группа: название, его часть или id.")],
    stage: Annotated[
        Literal["start", "mid", "final"], typer.Option("--stage", help="Этап: стартовый, промежуточный или итоговый.")
    ],
    year: YearOption = None,
    language: DocumentLanguage = None,
    organisation_name: OrganisationOption = None,
) -> None:
    """Записать лист наблюдений группы и этапа для печати: .pdf. Без отметок - пустой бланк."""
    _format_of(output, OF_SHEETS)
    database = ready_database()
    with database.reading() as session:
        actor = actor_of(session, organisation_name)
        group_id = group_called(session, actor, year_called(session, actor, year), group).id
    _write(output, exports.sheet_of_group(database, actor, group_id, Stage(stage), language=language))


@app.command("summary")
def show_summary(
    group: GroupOption = None,
    year: YearOption = None,
    format_: Annotated[Literal["csv", "json"], typer.Option("--format", help="Таблица CSV или JSON.")] = "csv",
    language: DocumentLanguage = None,
    organisation_name: OrganisationOption = None,
) -> None:
    """Показать свод: сколько детей на каком уровне, по видам ОД и направлениям, на каждом этапе.

    Свод группы, а без --group - всех групп учебного года. Проценты - от оценённых детей, целые, вместе 100.
    """
    with ready_database().reading() as session:
        actor = actor_of(session, organisation_name)
        of_year = year_called(session, actor, year)
        found: GroupSummary | OrganisationSummary
        if group:
            found = summary.of_group(session, actor, group_called(session, actor, of_year, group).id)
        else:
            found = summary.of_organisation(session, actor, of_year.id)
    if format_ == "csv":
        say(summary_csv.render(found, language or known_language(current_language())).rstrip())
        return
    tables = {
        "levels": found.levels,
        "movement": found.movement,
        "ways": found.ways,
    }
    rows = {name: table.to_dict("records") for name, table in tables.items()}
    say(json.dumps({"year": of_year.begins, **rows}, ensure_ascii=False, indent=2))


@app.command()
def export_summary(
    output: OutputOption,
    group: GroupOption = None,
    year: YearOption = None,
    language: DocumentLanguage = None,
    organisation_name: OrganisationOption = None,
) -> None:
    """Записать свод группы, а без --group - всех групп учебного года: .xlsx, .pdf или .csv."""
    as_ = _format_of(output, OF_SUMMARIES)
    database = ready_database()
    with database.reading() as session:
        actor = actor_of(session, organisation_name)
        of_year = year_called(session, actor, year)
        group_id = group_called(session, actor, of_year, group).id if group else None
    if group_id is not None:
        made = exports.summary_of_group(database, actor, group_id, language=language, as_=as_)
    else:
        made = exports.summary_of_organisation(database, actor, of_year.id, language=language or "ru", as_=as_)
    _write(output, made)


@app.command()
def export_section(
    output: OutputOption,
    year: YearOption = None,
    stage: Annotated[
        Literal["start", "mid", "final", "all"],
        typer.Option("--stage", help="Этап: стартовый, промежуточный, итоговый или все."),
    ] = "all",
    language: Annotated[Literal["ru", "kk"], typer.Option("--language", help="Язык документа.")] = "ru",
    organisation_name: OrganisationOption = None,
) -> None:
    """Записать раздел 7 отчёта по самооценке «Оценка знаний воспитанников»: .docx."""
    _format_of(output, (Format.DOCX,))
    database = ready_database()
    with database.reading() as session:
        actor = actor_of(session, organisation_name)
        of_year = year_called(session, actor, year)
    stages = STAGES if stage == "all" else (Stage(stage),)
    _write(output, exports.assessment_section(database, actor, of_year.id, stages, language=language))


def _child_called(session: Session, actor: Console, year: YearView, written: str) -> UUID:
    """Return the child of a school year that a name or an id means, if it means one."""
    try:
        return UUID(written)
    except ValueError:
        found = roster.find_children(session, actor, written, year.id)
    if len(found) == 1:
        return found[0].id
    if found:
        candidates = [f"{one.name.full}, {one.group_name} ({one.id})" for one in found]
        raise WrongUse(message("“{name}” can be several children:", name=written), candidates)
    raise WrongUse(message("There is no child “{name}” in this school year.", name=written))


def _format_of(output: Path, known: tuple[Format, ...]) -> Format:
    suffix = output.suffix.removeprefix(".").lower()
    if suffix not in known:
        names = ", ".join(f".{one.value}" for one in known)
        raise WrongUse(message("Choose a file name that ends in one of: {names}.", names=names))
    return Format(suffix)


def _write(output: Path, made: File) -> None:
    try:
        output.write_bytes(made.content)
    except OSError as error:
        reason = message("The file {file} cannot be written: there is no such folder, or it is not yours.", file=output)
        raise Refusal(reason) from error
    say(_("Written: {file}", file=output))
