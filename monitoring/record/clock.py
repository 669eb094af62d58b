"""What day it is for an organisation. Moments are kept in UTC; days, «today» and control dates are its own."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from monitoring.record.models import Organisation, now


def today_in(timezone: str, moment: datetime | None = None) -> date:
    """Return the calendar day in a time zone, at a moment or now."""
    return (moment or now()).astimezone(ZoneInfo(timezone)).date()


def today(session: Session, organisation_id: UUID) -> date:
    """Return the organisation's present day."""
    return today_in(session.exec(select(Organisation.timezone).where(col(Organisation.id) == organisation_id)).one())
