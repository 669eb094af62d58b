"""The five directions with their learning areas, as an organisation names them: the rows of card and summary."""

from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlmodel import Session, col

from monitoring.criteria.catalogue import AreaView
from monitoring.record.access import Actor
from monitoring.record.models import Area, Direction


@dataclass(frozen=True)
class DirectionView:
    """A direction as an organisation names it, with its learning areas in their order."""

    key: str
    name_ru: str
    name_kk: str
    areas: tuple[AreaView, ...]

    def name(self, language: str) -> str:
        return self.name_kk if language == "kk" else self.name_ru


def directions(session: Session, actor: Actor) -> tuple[DirectionView, ...]:
    """Return the directions in the order of the card, each with its areas in the order of screens and reports."""
    rows = session.connection().execute(
        select(
            col(Direction.key),
            col(Direction.name_ru),
            col(Direction.name_kk),
            col(Area.key),
            col(Area.number),
            col(Area.name_ru),
            col(Area.name_kk),
        )
        .join(
            Area,
            and_(
                col(Area.organisation_id) == col(Direction.organisation_id),
                col(Area.direction_key) == col(Direction.key),
            ),
        )
        .where(col(Direction.organisation_id) == actor.organisation_id)
        .order_by(col(Direction.number), col(Area.number))
    )
    areas: dict[tuple[str, str, str], list[AreaView]] = {}
    for key, name_ru, name_kk, area_key, number, area_ru, area_kk in rows:
        areas.setdefault((key, name_ru, name_kk), []).append(AreaView(area_key, number, area_ru, area_kk, key))
    return tuple(DirectionView(*direction, tuple(of_it)) for direction, of_it in areas.items())
