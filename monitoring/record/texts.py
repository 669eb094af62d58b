"""Free text on record: each a row of `texts` with its versions, so that what a child's record says can be erased."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from monitoring.record.access import Actor, doer
from monitoring.record.models import Text, TextVersion


def write(session: Session, actor: Actor, content: str) -> UUID:
    """Put a new text on record and return its id."""
    text = Text(organisation_id=actor.organisation_id)
    session.add(text)
    session.flush()
    session.add(_version(actor, text.id, 1, content))
    session.flush()
    return text.id


def rewrite(session: Session, actor: Actor, text_id: UUID, content: str) -> None:
    """Let a text say something else from now on; what it said before stays as an earlier version."""
    newest = select(func.max(col(TextVersion.version))).where(col(TextVersion.text_id) == text_id)
    last: int = session.connection().scalar(newest) or 0
    session.add(_version(actor, text_id, last + 1, content))
    session.flush()


def contents(session: Session, text_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return what texts say now, by id; one that was redacted says nothing and is left out."""
    rows = session.connection().execute(
        select(col(TextVersion.text_id), col(TextVersion.content))
        .where(col(TextVersion.text_id).in_(set(text_ids)))
        .order_by(col(TextVersion.version))
    )
    return {text_id: content for text_id, content in dict(rows.all()).items() if content is not None}


def erase(session: Session, text_id: UUID) -> None:
    """Delete a text with all its versions."""
    session.connection().execute(delete(TextVersion).where(col(TextVersion.text_id) == text_id))
    session.connection().execute(delete(Text).where(col(Text.id) == text_id))


def _version(actor: Actor, text_id: UUID, version: int, content: str) -> TextVersion:
    return TextVersion(
        organisation_id=actor.organisation_id, text_id=text_id, version=version, content=content, **doer(actor)
    )
