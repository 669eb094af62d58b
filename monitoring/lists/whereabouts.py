"""Where a child is on a day, and which acts that leaves open: to move it, to mark it as left, to take it back.

For the child's screen. Pure: it reads a record that `roster.child_record` has returned.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from monitoring.lists.roster import ChildRecord, Place
from monitoring.lists.years import last_day


@dataclass(frozen=True)
class Whereabouts:
    """The group a child is in on a day, or the next one it comes to; `left_on` is the day it went, if it did."""

    place: Place | None
    is_there: bool
    left_on: date | None


def whereabouts(record: ChildRecord, today: date) -> Whereabouts:
    """Return where a child is today; its place is None where it has none today and none to come."""
    ahead = [place for place in record.places if last_in(place) >= today]
    if not ahead:
        return Whereabouts(None, False, record.places[-1].ends_on if record.places else None)
    return Whereabouts(ahead[0], ahead[0].starts_on <= today, ahead[-1].ends_on)


def open_places(record: ChildRecord, today: date) -> tuple[Place, ...]:
    """Return the places without an end on record, of school years that are not over: what can be moved or left."""
    return tuple(place for place in record.places if place.ends_on is None and last_in(place) >= today)


def last_in(place: Place) -> date:
    """Return the last day on which a child belongs to a group, the end of the school year where nothing ends it."""
    return last_day(place.begins) if place.ends_on is None else place.ends_on - timedelta(days=1)
