"""The assessment section in plain sentences: how children stand, what moved, what is not finished, what follows.

For «анализ результатов мониторинга»: each sentence says what the tables of the section say, with its counts, and
nothing that they do not. Percents stand beside their counts; children are not compared with one another.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Final

import pandas as pd

from monitoring.core.language import Message, message, nmessage, pmessage
from monitoring.core.scale import Level, Stage, whole_percents
from monitoring.record.models import SheetState
from monitoring.results.section import CardsAt, Compared, Section
from monitoring.results.summary import Subject

NAMED: Final = 3  # learning areas that a sentence names; those with equal shares are named together
AT_MOST: Final = 6  # more than so many equal ones are not named: none of them stands out
FEW: Final = 5  # of fewer children a percent says little

_AT: Final[Mapping[Stage, Message]] = {
    Stage.START: pmessage("where", "At the start control"),
    Stage.MID: pmessage("where", "At the mid control"),
    Stage.FINAL: pmessage("where", "At the final control"),
}
_BETWEEN: Final[Mapping[tuple[Stage, Stage], Message]] = {
    (Stage.START, Stage.MID): message("From the start control to the mid one"),
    (Stage.START, Stage.FINAL): message("From the start control to the final one"),
    (Stage.MID, Stage.FINAL): message("From the mid control to the final one"),
}


def standing(section: Section, stage: Stage, language: str) -> tuple[Message, ...]:
    """Return how the children stand at a stage: levels overall, and the areas with most and fewest at I."""
    at, cards = _AT[stage], section.cards[stage]
    if not cards.listed:
        return (message("{at} nobody with a set of criteria is on the lists.", at=at),)
    table = section.summary.levels[section.summary.levels.stage == stage.value]
    whole = next(_rows(table[table.kind == "overall"]))
    found = [_overall(at, whole) if whole.assessed else _not_begun(at, cards.listed)]
    if 0 < whole.assessed < FEW:
        found.append(message("So few children are to be read by the counts, not by the percents."))
    if cards.without_set:
        found.append(_without_set(at, cards.without_set))
    of_areas = table[(table.kind == "area") & (table.assessed > 0)]
    return (*found, *_lowest_and_highest(section, of_areas, language))


def movement(section: Section, language: str) -> tuple[Message, ...]:
    """Return what moved between the two of the stages that are the furthest apart, of the children with a level at
    both."""
    compared = section.widest
    if compared is None:
        return (_nothing_to_compare(section),)
    steps = between(section.summary.movement, compared)
    return (
        _moved(steps, compared),
        *_from_the_lowest(section, compared),
        *_areas_that_moved(section, steps[steps.kind == "area"], language),
        *_not_compared(steps, compared),
    )


def unfinished(section: Section) -> tuple[Message, ...]:
    """Return what of the stages is not finished: sheets, levels, groups that the section does not cover."""
    found = list(not_covered(section))
    for stage in section.stages:
        open_sheets = section.summary.unfinished[section.summary.unfinished.stage == stage.value]
        if stage not in section.begun:
            found.append(message("{at} there are no levels yet.", at=_AT[stage]))
        else:
            states = {state for (_group, at), state in section.summary.states.items() if at is stage}
            found += _open_at(open_sheets, _AT[stage], is_approving=SheetState.APPROVED in states)
    if found:
        return tuple(found)
    return (message("Every child on the lists has an overall level."),)


def follows(section: Section, language: str) -> tuple[Message, ...]:
    """Return what follows from the last stage with levels: individual work, with whom it has begun on paper."""
    if not section.begun:
        return (message("There are no levels at these stages yet, so nothing can be concluded."),)
    stage = section.begun[-1]
    cards, at = section.cards[stage], _AT[stage]
    if not cards.needing:
        found = [message("{at} nobody is at level I or II in any learning area.", at=at)]
    else:
        found = [_needing(cards, at), *_most_needing(section, stage, language)]
    if cards.planned:
        found.append(_planned(cards, at))
    if section.summary.overruled:
        found.append(
            nmessage(
                "In {n} conclusion of the year the teacher's level differs from the computed one.",
                "In {n} conclusions of the year the teacher's level differs from the computed one.",
                section.summary.overruled,
            )
        )
    return tuple(found)


def between(table: pd.DataFrame, compared: Compared) -> pd.DataFrame:
    """Return the rows of a table of movement or ways that are about two stages."""
    return table[(table.from_stage == compared.earlier.value) & (table.to_stage == compared.later.value)]


def share(n: int, of: int, percent: int) -> Message:
    """Return «2 из 3 (67 %)»."""
    return message("{n} of {all} ({percent})", n=n, all=of, percent=_whole(percent))


def count(n: int, percent: int) -> Message | int:
    """Return «2 (67 %)», or 0."""
    return n and message("{n} ({percent})", n=n, percent=_whole(percent))


# --- how they stand --------------------------------------------------------------------------------------


def _overall(at: Message, whole: Any) -> Message:
    return nmessage(
        "{at} {assessed} of {n} child on the lists has an overall level ({percent}): "
        "level I - {one}, level II - {two}, level III - {three}.",
        "{at} {assessed} of {n} children on the lists have an overall level ({percent}): "
        "level I - {one}, level II - {two}, level III - {three}.",
        int(whole.listed),
        at=at,
        assessed=whole.assessed,
        percent=_whole(_percent(whole.assessed, whole.listed)),
        one=count(whole.level_1, whole.percent_1),
        two=count(whole.level_2, whole.percent_2),
        three=count(whole.level_3, whole.percent_3),
    )


def _not_begun(at: Message, listed: int) -> Message:
    return nmessage(
        "{at} nobody has an overall level yet; {n} child is on the lists.",
        "{at} nobody has an overall level yet; {n} children are on the lists.",
        listed,
        at=at,
    )


def _without_set(at: Message, n: int) -> Message:
    return nmessage(
        "{at} {n} more child on the lists has no set of criteria and is not counted.",
        "{at} {n} more children on the lists have no set of criteria and are not counted.",
        n,
        at=at,
    )


def _lowest_and_highest(section: Section, areas: pd.DataFrame, language: str) -> Iterator[Message]:
    if areas.empty:
        return
    if not areas.level_1.any():
        yield message("Nobody is at level I in any learning area.")
        return
    lowest = _standing_out(areas.assign(n=areas.level_1))
    if lowest:
        yield message("The largest share of children at level I: {areas}.", areas=_named(section, lowest, language))
    others = areas[~areas.key.isin([row.key for row in lowest])]
    above = others.assign(n=others.level_2 + others.level_3)
    highest = _standing_out(above)
    if highest:
        named = _named(section, highest, language)
        yield message("The largest share of children at levels II and III: {areas}.", areas=named)


# --- what moved ------------------------------------------------------------------------------------------


def _nothing_to_compare(section: Section) -> Message:
    if len(section.stages) == 1:
        return message("One stage was chosen, so there is no comparison.")
    return message("There is no comparison yet: nobody has an overall level at two of the stages.")


def _moved(steps: pd.DataFrame, compared: Compared) -> Message:
    whole = next(_rows(steps[steps.kind == "overall"]))
    rose, same, fell = whole_percents((whole.rose, whole.same, whole.fell))
    return nmessage(
        "{between} {n} child with an overall level at both can be compared: the level rose - {rose}, "
        "stayed the same - {same}, fell - {fell}.",
        "{between} {n} children with an overall level at both can be compared: the level rose - {rose}, "
        "stayed the same - {same}, fell - {fell}.",
        compared.both,
        between=_BETWEEN[compared.earlier, compared.later],
        rose=count(whole.rose, rose),
        same=count(whole.same, same),
        fell=count(whole.fell, fell),
    )


def _from_the_lowest(section: Section, compared: Compared) -> Iterator[Message]:
    ways = between(section.summary.ways, compared)
    from_one = ways[ways.from_level == Level.I.value]
    if not from_one.empty:
        stayed = int(from_one[from_one.to_level == Level.I.value].children.sum())
        n = int(from_one.children.sum())
        yield nmessage(
            "Of {n} child who was at level I overall: now at II or III - {up}, still at I - {stayed}.",
            "Of {n} children who were at level I overall: now at II or III - {up}, still at I - {stayed}.",
            n,
            up=n - stayed,
            stayed=stayed,
        )


def _areas_that_moved(section: Section, steps: pd.DataFrame, language: str) -> Iterator[Message]:
    most = _standing_out(steps.assign(assessed=steps.both, n=steps.rose))
    if most:
        named = _named(section, most, language)
        yield message("The largest share of children whose level rose: {areas}.", areas=named)
    fallen = tuple(_of_area(section, row.key, row.fell, language) for row in _rows(steps[steps.fell > 0]))
    if fallen:
        yield message("The level fell (number of children): {areas}.", areas=fallen)
    else:
        yield message("The level fell in no learning area.")


def _not_compared(steps: pd.DataFrame, compared: Compared) -> Iterator[Message]:
    if compared.arrived or compared.left or compared.without_level:
        yield message(
            "Not in the comparison: arrived after the first of these stages - {arrived}, left before the second - "
            "{left}, without an overall level at one of them - {without}.",
            arrived=compared.arrived,
            left=compared.left,
            without=compared.without_level,
        )
    other_sets = int(steps[steps.kind == "overall"].other_sets.sum())
    if other_sets:
        yield nmessage(
            "{n} child was assessed by different sets of criteria at the two stages: its levels cannot be compared "
            "directly.",
            "{n} children were assessed by different sets of criteria at the two stages: their levels cannot be "
            "compared directly.",
            other_sets,
        )


# --- what is not finished, and what follows ---------------------------------------------------------------


def not_covered(section: Section) -> Iterator[Message]:
    """Yield that the section is of some of the groups only, where its author may not see them all."""
    shown = len(section.summary.groups)
    if shown < section.groups_in_all:
        yield message(
            "The section covers {shown} of {all} groups: those that its author may see.",
            shown=shown,
            all=section.groups_in_all,
        )


def _open_at(open_sheets: pd.DataFrame, at: Message, *, is_approving: bool) -> Iterator[Message]:
    not_approved = int((open_sheets.state != SheetState.APPROVED.value).sum())
    if is_approving and not_approved:
        yield nmessage(
            "{at} the observation sheet of {n} group is not approved.",
            "{at} the observation sheets of {n} groups are not approved.",
            not_approved,
            at=at,
        )
    without = int(open_sheets.without_level.sum())
    if without:
        yield nmessage(
            "{at} {n} child has no overall level: fewer than half of its criteria were assessed.",
            "{at} {n} children have no overall level: fewer than half of their criteria were assessed.",
            without,
            at=at,
        )


def _needing(cards: CardsAt, at: Message) -> Message:
    return nmessage(
        "{at} {n} child is at level I or II in at least one learning area and needs individual work; of them at "
        "level I in one or more - {lowest}.",
        "{at} {n} children are at level I or II in at least one learning area and need individual work; of them at "
        "level I in one or more - {lowest}.",
        cards.needing,
        at=at,
        lowest=cards.lowest,
    )


def _most_needing(section: Section, stage: Stage, language: str) -> Iterator[Message]:
    table = section.summary.levels
    areas = table[(table.stage == stage.value) & (table.kind == "area") & (table.assessed > 0)]
    below = areas.assign(n=areas.level_1 + areas.level_2)
    most = _standing_out(below)
    if most:
        named = _named(section, most, language)
        yield message("The largest share of children for individual work: {areas}.", areas=named)


def _planned(cards: CardsAt, at: Message) -> Message:
    return nmessage(
        "{at} developmental and corrective measures are planned in the card of {n} child; written or changed by "
        "teachers - {written}.",
        "{at} developmental and corrective measures are planned in the cards of {n} children; written or changed by "
        "teachers - {written}.",
        cards.planned,
        at=at,
        written=cards.written,
    )


# --- rows of the tables ------------------------------------------------------------------------------------


def _rows(table: pd.DataFrame) -> Iterator[Any]:
    return table.itertuples(index=False)


def _standing_out(areas: pd.DataFrame) -> list[Any]:
    """Return the rows with the largest shares `n` of `assessed`, the largest first; none where too many are equal."""
    shares = areas.assign(share=areas.n / areas.assessed)[areas.n > 0]
    found: list[Any] = []
    for _share, equal in groupby(_rows(shares.sort_values("share", ascending=False, kind="stable")), _share_of):
        together = [*found, *equal]
        if len(found) >= NAMED or len(together) > AT_MOST:
            break
        found = together
    return found


def _share_of(row: Any) -> float:
    return float(row.share)


def _named(section: Section, areas: Iterable[Any], language: str) -> tuple[Message, ...]:
    shares = ((row.key, share(row.n, row.assessed, _percent(row.n, row.assessed))) for row in areas)
    return tuple(_of_area(section, key, of_it, language) for key, of_it in shares)


def _of_area(section: Section, key: str, what: object, language: str) -> Message:
    return message("“{area}” - {what}", area=section.summary.name(Subject("area", key), language), what=what)


def _whole(percent: int) -> Message:
    return message("{n}%", n=percent)


def _percent(part: int, whole: int) -> int:
    return whole_percents((part, whole - part))[0]
