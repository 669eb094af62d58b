"""An organisation's own templates of documents: taken after a check, used in place of those that ship.

For the administrator. A template is a program from a stranger; what it may do is the document's own affair, see
`monitoring.documents.card_docx`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from monitoring.core.names import clean
from monitoring.documents import card_docx
from monitoring.record.access import Actor, Permission, doer, register, require
from monitoring.record.models import Act, Document, Template, now

LONGEST_FILE_NAME = 200


@dataclass(frozen=True)
class OwnTemplate:
    """A template that the organisation has put in place, and since when."""

    file_name: str
    at: datetime


def own(session: Session, actor: Actor, document: Document) -> OwnTemplate | None:
    """Return the organisation's own template of a document, None where the one that ships is used."""
    found = session.exec(
        select(Template.file_name, Template.at).where(
            col(Template.organisation_id) == actor.organisation_id, col(Template.document) == document
        )
    ).first()
    return OwnTemplate(*found) if found else None


def content(session: Session, actor: Actor, document: Document) -> bytes | None:
    """Return the file of the organisation's own template, None where the one that ships is used."""
    found = _row(session, actor, document)
    return found.content if found else None


def replace(session: Session, actor: Actor, document: Document, *, file_name: str, content: bytes) -> None:
    """Put a template in place of the one in use. Raises Refusal where it is not a template that can be trusted."""
    require(actor, Permission.MANAGE_YEARS)
    card_docx.check_template(content)
    row = _row(session, actor, document)
    if row is None:
        row = Template(
            organisation_id=actor.organisation_id, document=document, file_name="", content=b"", **doer(actor)
        )
    who = doer(actor)
    row.by_account_id, row.by_console, row.at = who["by_account_id"], who["by_console"], now()
    row.file_name, row.content = clean(file_name)[:LONGEST_FILE_NAME], content
    session.add(row)
    session.flush()
    register(session, actor, Act.CHANGED, "template", row.id)


def drop(session: Session, actor: Actor, document: Document) -> None:
    """Go back to the template that ships."""
    require(actor, Permission.MANAGE_YEARS)
    row = _row(session, actor, document)
    if row is not None:
        session.delete(row)
        register(session, actor, Act.REMOVED, "template", row.id)


def _row(session: Session, actor: Actor, document: Document) -> Template | None:
    return session.exec(
        select(Template).where(
            col(Template.organisation_id) == actor.organisation_id, col(Template.document) == document
        )
    ).first()
