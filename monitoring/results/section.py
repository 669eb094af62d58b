"""What section 7 of the self-assessment report rests on: «Оценка знаний воспитанников», of a school year.

For the methodologist who writes it and the head who signs it: the summary of the organisation, and what the summary
does not count: whose card is filled, who needs individual work, who is in a comparison of two stages. What the figures
say in words is in `monitoring.results.analysis`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from monitoring.core.scale import STAGES, Level, Stage
from monitoring.record import clock
from monitoring.record.access import Actor
from monitoring.record.models import Account, AtHighest, Grant, Group, Measures, Organisation, Role, TextVersion
from monitoring.results import summary
from monitoring.results.levels import Derived, Result
from monitoring.results.summary import OrganisationSummary


@dataclass(frozen=True)
class CardsAt:
    """The cards of a stage: how many of the children with a set of criteria (`listed`) have what.

    `levelled` a level in some direction; `planned` measures, drafted by the program or written; `written` measures
    that a person wrote or changed; `needing` level I or II in some learning area, `lowest` level I in one of them.
    `without_set` are on the list besides, and have no criteria at this stage.
    """

    stage: Stage
    listed: int
    without_set: int
    levelled: int
    planned: int
    written: int
    needing: int
    lowest: int


@dataclass(frozen=True)
class Compared:
    """Who can be compared between two stages: `both` have an overall level at each. Apart from them: who arrived
    after the first, who left before the second, and who was there at both but has no level at one."""

    earlier: Stage
    later: Stage
    both: int
    arrived: int
    left: int
    without_level: int


@dataclass(frozen=True)
class Section:
    """Section 7 for a school year and some of its stages, in their order, as it stood on a day.

    `head`: who signs, empty where the program does not know one. `groups_in_all`: how many groups the year has; the
    summary covers those that the reader may see. `compared`: each two of the stages that have somebody to compare.
    """

    name_ru: str
    name_kk: str
    head: str
    on: date
    summary: OrganisationSummary
    groups_in_all: int
    stages: tuple[Stage, ...]
    cards: Mapping[Stage, CardsAt]
    compared: tuple[Compared, ...]

    @property
    def begun(self) -> tuple[Stage, ...]:
        """Return those of the stages at which somebody has a level."""
        return tuple(stage for stage in self.stages if self.cards[stage].levelled)

    @property
    def widest(self) -> Compared | None:
        """Return the two stages that are the furthest apart, None where nobody can be compared."""
        return max(self.compared, key=lambda one: STAGES.index(one.later) - STAGES.index(one.earlier), default=None)

    def name(self, language: str) -> str:
        """Return the organisation's name as it is printed in a language."""
        return self.name_kk if language == "kk" else self.name_ru


def section_of(session: Session, actor: Actor, school_year_id: UUID, stages: Sequence[Stage]) -> Section:
    """Return the section of a school year over all groups that the actor may read."""
    whole = summary.of_organisation(session, actor, school_year_id)
    organisation = session.get_one(Organisation, actor.organisation_id)
    today = clock.today(session, actor.organisation_id)
    written = _written(session, actor, school_year_id)
    chosen = tuple(stage for stage in STAGES if stage in stages)
    return Section(
        organisation.name_in("ru"),
        organisation.name_in("kk"),
        _head(session, actor, today),
        today,
        whole,
        _groups_in_all(session, actor, school_year_id),
        chosen,
        {stage: count_cards(whole.results, stage, written, whole.year.rules.at_highest) for stage in chosen},
        tuple(one for pair in combinations(chosen, 2) if (one := count_compared(whole.results, *pair)).both),
    )


def count_cards(
    results: Iterable[Result], stage: Stage, written: Collection[tuple[UUID, Stage]], at_highest: AtHighest
) -> CardsAt:
    """Return how many cards of a stage are filled with what; `written` are (child, stage) with measures on record."""
    on_list = [result for result in results if result.stage is stage]
    listed = [result for result in on_list if result.areas]
    by_hand = [(result.child_id, stage) in written for result in listed]
    return CardsAt(
        stage,
        len(listed),
        len(on_list) - len(listed),
        sum(any(one.level for one in result.directions.values()) for result in listed),
        sum(own or _is_drafted(result, at_highest) for own, result in zip(by_hand, listed, strict=True)),
        sum(by_hand),
        sum(_has_area_at(result, (Level.I, Level.II)) for result in listed),
        sum(_has_area_at(result, (Level.I,)) for result in listed),
    )


def count_compared(results: Iterable[Result], earlier: Stage, later: Stage) -> Compared:
    """Return who can be compared between two stages, and who cannot and why."""
    at: dict[Stage, dict[UUID, Level | None]] = {earlier: {}, later: {}}
    for result in results:
        if result.stage in at:
            at[result.stage][result.child_id] = result.overall.level
    first, second = at[earlier], at[later]
    present = first.keys() & second.keys()
    both = sum(first[child] is not None and second[child] is not None for child in present)
    arrived, left = len(second.keys() - first.keys()), len(first.keys() - second.keys())
    return Compared(earlier, later, both, arrived, left, len(present) - both)


def _is_drafted(result: Result, at_highest: AtHighest) -> bool:
    """Whether the card has a draft of measures: from I and II, of a child at III throughout as the year's rules say."""
    return any(
        _is_below_highest(area) or (at_highest is AtHighest.DEVELOP and (area.tally.assessed or area.is_direct))
        for area in result.areas.values()
    )


def _is_below_highest(area: Derived) -> bool:
    if area.is_direct:
        return area.given is not Level.III
    return area.tally.at_1 + area.tally.at_2 > 0


def _has_area_at(result: Result, wanted: Collection[Level]) -> bool:
    return any(area.level in wanted for area in result.areas.values())


# --- from the tables -------------------------------------------------------------------------------------


def _written(session: Session, actor: Actor, school_year_id: UUID) -> set[tuple[UUID, Stage]]:
    """Return who has measures that a person wrote, at which stage; a cell emptied again does not count."""
    last = select(func.max(col(TextVersion.version))).where(col(TextVersion.text_id) == col(Measures.text_id))
    newest = aliased(TextVersion)
    rows = session.connection().execute(
        select(col(Measures.child_id), col(Measures.stage))
        .join(
            newest,
            and_(col(newest.text_id) == col(Measures.text_id), col(newest.version) == last.scalar_subquery()),
        )
        .where(
            col(Measures.organisation_id) == actor.organisation_id,
            col(Measures.school_year_id) == school_year_id,
            col(newest.content) != "",
        )
    )
    return {(child_id, stage) for child_id, stage in rows}


def _groups_in_all(session: Session, actor: Actor, school_year_id: UUID) -> int:
    counted = session.connection().scalar(
        select(func.count())
        .select_from(Group)
        .where(col(Group.organisation_id) == actor.organisation_id, col(Group.school_year_id) == school_year_id)
    )
    return counted or 0


def _head(session: Session, actor: Actor, today: date) -> str:
    """Return the name of the one account that is the head today, nothing where there is none or more than one."""
    names = set(
        session.connection().scalars(
            select(col(Account.name))
            .join(Grant, col(Grant.account_id) == col(Account.id))
            .where(
                col(Account.organisation_id) == actor.organisation_id,
                col(Account.disabled_at).is_(None),
                col(Grant.role) == Role.HEAD,
                col(Grant.starts_on) <= today,
                or_(col(Grant.ends_on).is_(None), col(Grant.ends_on) > today),
            )
        )
    )
    return names.pop() if len(names) == 1 else ""
