"""Documents that people take away: sheets, cards, summaries, the assessment section, each as a file with a name.

For the routes of the screens and for the command line alike. Whoever exports what is put on record (Law 94-V); a card
of a group counts for each of its children.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from monitoring import sheets, templates
from monitoring.core.errors import Refusal
from monitoring.core.language import gettext as _
from monitoring.core.language import known_language, message, school_year, using
from monitoring.core.scale import STAGES, Stage
from monitoring.documents import card_docx, card_pdf, section_docx, sheet_pdf, summary_csv, summary_pdf, summary_xlsx
from monitoring.documents.card_form import card_form
from monitoring.documents.sheet_form import sheet_form
from monitoring.record.access import Actor, register
from monitoring.record.database import Database
from monitoring.record.models import Act, Document
from monitoring.record.words import STAGES as STAGE_NAMES
from monitoring.results import card, section, summary
from monitoring.results.card import Card
from monitoring.results.summary import GroupSummary, OrganisationSummary

LONGEST_NAME = 150  # characters of a file's name; Windows has room for no more than 255 with its folders


class Format(StrEnum):
    DOCX = "docx"
    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"


MEDIA_TYPES = {
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.PDF: "application/pdf",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
}
OF_CARDS = (Format.DOCX, Format.PDF)
OF_SHEETS = (Format.PDF,)
OF_SUMMARIES = (Format.XLSX, Format.PDF, Format.CSV)


@dataclass(frozen=True)
class File:
    """A document ready to be kept: its name, what kind it is, its bytes."""

    name: str
    format: Format
    content: bytes


def card_of_child(
    database: Database, actor: Actor, child_id: UUID, school_year_id: UUID, *, language: str | None, as_: Format
) -> File:
    """Return a child's card, by default in its group's language. Raises NotFound for who may not read it."""
    with database.reading() as session:
        found = card.card_of(session, actor, child_id, school_year_id, language=language)
    content = _cards(database, actor, [found], as_)
    with using(known_language(found.language)):
        name = _("Development card - {name} - {year}", name=found.name.full, year=school_year(found.year.begins))
    return File(file_name(name, as_), as_, content)


def cards_of_group(database: Database, actor: Actor, group_id: UUID, *, language: str | None, as_: Format) -> File:
    """Return the cards of a group in one document, by default in its language. Raises Refusal where it is empty."""
    with database.reading() as session:
        found = card.cards_of(session, actor, group_id, language=language)
    if not found:
        raise Refusal(message("There is no child in this group, so there is no card to print."))
    content = _cards(database, actor, found, as_)
    with using(known_language(found[0].language)):
        year = school_year(found[0].year.begins)
        name = _("Development cards - {group} - {year}", group=found[0].place.name, year=year)
    return File(file_name(name, as_), as_, content)


def sheet_of_group(database: Database, actor: Actor, group_id: UUID, stage: Stage, *, language: str | None) -> File:
    """Return a group's observation sheet as it stands, as PDF, by default in the group's language.

    Raises Refusal where no child of the group has criteria at that stage, so that there is nothing to print.
    """
    with database.reading() as session:
        found = sheets.sheet_of(session, actor, group_id, stage)
    areas = [(one.area, one.criteria) for one in found.areas]
    if not areas:
        raise Refusal(message("No child of this group has criteria at this stage, so there is nothing to print."))
    levels = {(mark.child_id, mark.criterion_version_id): mark.level for mark in found.marks if mark.level is not None}
    spoken = language or found.group.language.value
    form = sheet_form(found.group, found.year, stage, found.children, areas, levels, spoken)
    content = sheet_pdf.render(form)
    _put_on_record(database, actor, "sheet", group_id)
    with using(known_language(spoken)):
        name = _(
            "Observation sheet - {group} - {stage} - {year}",
            group=found.group.name,
            stage=STAGE_NAMES[stage],
            year=school_year(found.year.begins),
        )
    return File(file_name(name, Format.PDF), Format.PDF, content)


def summary_of_group(database: Database, actor: Actor, group_id: UUID, *, language: str | None, as_: Format) -> File:
    """Return the summary of a group, by default in its language."""
    with database.reading() as session:
        found = summary.of_group(session, actor, group_id)
    spoken = language or found.group.language.value
    content = _summary(found, spoken, as_)
    _put_on_record(database, actor, "summary", group_id)
    with using(known_language(spoken)):
        name = _("Summary - {group} - {year}", group=found.group.name, year=school_year(found.year.begins))
    return File(file_name(name, as_), as_, content)


def summary_of_organisation(
    database: Database, actor: Actor, school_year_id: UUID, *, language: str, as_: Format
) -> File:
    """Return the summary of a school year over all groups that the actor may read."""
    with database.reading() as session:
        found = summary.of_organisation(session, actor, school_year_id)
    content = _summary(found, language, as_)
    _put_on_record(database, actor, "summary", school_year_id)
    with using(known_language(language)):
        name = _("Summary - all groups - {year}", year=school_year(found.year.begins))
    return File(file_name(name, as_), as_, content)


def assessment_section(
    database: Database, actor: Actor, school_year_id: UUID, stages: Sequence[Stage], *, language: str
) -> File:
    """Return section 7 of the self-assessment report for a school year and the chosen stages, as DOCX."""
    with database.reading() as session:
        found = section.section_of(session, actor, school_year_id, stages or STAGES)
    content = section_docx.render(found, language)
    _put_on_record(database, actor, "section", school_year_id)
    with using(known_language(language)):
        name = _("Assessment section - {year}", year=school_year(found.summary.year.begins))
    return File(file_name(name, Format.DOCX), Format.DOCX, content)


def file_name(name: str, as_: Format) -> str:
    """Return a name that every system takes: without the signs that Windows refuses, and not too long."""
    plain = " ".join(re.sub(r'[\\/:*?"<>|\x00-\x1f]', " ", name).split())
    return f"{plain[:LONGEST_NAME].rstrip(' .')}.{as_.value}"


def _cards(database: Database, actor: Actor, cards: Sequence[Card], as_: Format) -> bytes:
    forms = [card_form(one) for one in cards]
    if as_ is Format.PDF:
        content = card_pdf.render(forms)
    else:
        with database.reading() as session:
            own = templates.content(session, actor, Document.CARD)
        content = card_docx.render(forms, own)
    _put_on_record(database, actor, "card", None, [one.child_id for one in cards])
    return content


def _summary(found: GroupSummary | OrganisationSummary, language: str, as_: Format) -> bytes:
    if as_ is Format.XLSX:
        return summary_xlsx.render(found, language)
    if as_ is Format.PDF:
        return summary_pdf.render(found, language)
    table = summary_csv.render(found, language, delimiter=summary_csv.FOR_EXCEL)
    return table.encode("utf-8-sig")  # with the mark by which Excel knows the letters


def _put_on_record(
    database: Database, actor: Actor, subject: str, subject_id: UUID | None, child_ids: Collection[UUID] = ()
) -> None:
    with database.writing() as session:
        if subject_id is not None:
            register(session, actor, Act.EXPORTED, subject, subject_id)
        for child_id in child_ids:
            register(session, actor, Act.EXPORTED, subject, child_id, child_id=child_id)
