"""What a printed summary of a group or of all groups shows, table by table: one content for the workbook and the PDF.

Source of the form: «Сводные результаты по группе» / «Топ бойынша жиынтық нәтижелер». Every figure is one of the tables
of `monitoring.results.summary`; here it gets its names and its place.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Final
from uuid import UUID

import pandas as pd

from monitoring.core.language import gettext as _
from monitoring.core.language import known_language, short_date, using
from monitoring.core.names import FullName
from monitoring.core.scale import AGES, STAGES, Level, Stage, whole_percents
from monitoring.documents import summary_words
from monitoring.record.models import SheetState
from monitoring.record.words import SHEET_STATES
from monitoring.results.summary import GroupSummary, Kind, OrganisationSummary, Subject, at_two_and_three

NONE: Final = "—"  # where there is nothing to count

Three = tuple[int, int, int]


@dataclass(frozen=True)
class Shares:
    """How many children were on the list and assessed; of these how many at I, II and III, and in whole percents."""

    listed: int
    assessed: int
    counts: Three
    percents: Three

    @property
    def at_two_and_three(self) -> tuple[int, int]:
        """Return how many are at II and III together, and in whole percents."""
        return at_two_and_three(self.counts)


@dataclass(frozen=True)
class StageLine:
    """A stage as a whole: when, how far its sheets are in words, and the overall levels."""

    stage: Stage
    name: str
    control_on: str
    state: str
    overall: Shares


@dataclass(frozen=True)
class Line:
    """An area, a direction or the whole, at the stages at which it is in somebody's set of criteria."""

    kind: Kind
    name: str
    at: Mapping[Stage, Shares]


@dataclass(frozen=True)
class Move:
    """Of the children with a level at both stages (`both`): how many rose, stayed and fell, and in whole percents."""

    kind: Kind
    name: str
    both: int
    counts: Three
    percents: Three


@dataclass(frozen=True)
class Moves:
    """What moved from a stage to a later one; `ways` counts children overall by level before and level after."""

    earlier: Stage
    later: Stage
    lines: tuple[Move, ...]
    ways: Mapping[tuple[Level, Level], int]


@dataclass(frozen=True)
class Weak:
    """A criterion with children at level I at a stage."""

    stage: Stage
    code: str
    area: str
    text: str
    assessed: int
    at_1: int
    percent: int


@dataclass(frozen=True)
class Need:
    """Who is at I and who at II in a learning area at a stage: individual work. Names in the order of the list."""

    stage: Stage
    area: str
    names: Mapping[Level, tuple[str, ...]]


@dataclass(frozen=True)
class Part:
    """One of the groups (or ages) at a stage: overall, and by area where the part has it."""

    stage: Stage
    name: str
    overall: Shares
    areas: tuple[Shares | None, ...]


@dataclass(frozen=True)
class Unfinished:
    stage: Stage
    group: str
    state: str
    listed: int
    without_level: int


@dataclass(frozen=True)
class SummaryForm:
    """A summary in one language. Empty where it has none: `weak` and `needs` for all groups, `groups`, `ages` and
    `unfinished` for one. `begun`: the stages at which somebody has been assessed."""

    language: str
    title: str
    header: tuple[tuple[str, str], ...]
    stages: tuple[StageLine, ...]
    begun: tuple[Stage, ...]
    areas: tuple[str, ...]
    lines: tuple[Line, ...]
    moves: tuple[Moves, ...]
    notes: tuple[str, ...]
    is_of_group: bool
    weak: tuple[Weak, ...] = ()
    needs: tuple[Need, ...] = ()
    groups: tuple[Part, ...] = ()
    ages: tuple[Part, ...] = ()
    unfinished: tuple[Unfinished, ...] = ()


def summary_form(summary: GroupSummary | OrganisationSummary, language: str) -> SummaryForm:
    """Return what the summary of a group or of all groups says in print, in Russian or Kazakh."""
    with using(known_language(language)):
        lines = _lines(summary, language)
        form = SummaryForm(
            language,
            summary_words.title(summary),
            summary_words.header(summary),
            tuple(_stage_line(summary, stage) for stage in STAGES),
            tuple(stage for stage in STAGES if any(stage in line.at and line.at[stage].assessed for line in lines)),
            tuple(area.name(language) for area in summary.areas),
            lines,
            _moves(summary, language),
            summary_words.notes(summary),
            isinstance(summary, GroupSummary),
        )
        if isinstance(summary, GroupSummary):
            return replace(form, weak=_weak(summary, language), needs=_needs(summary, language))
        names = {group.id: group.name for group in summary.groups}
        ages = {age: summary_words.age_group(age) for age in AGES}
        return replace(
            form,
            groups=_parts(summary, summary.by_group, "group_id", names),
            ages=_parts(summary, summary.by_age, "age", ages),
            unfinished=_unfinished(summary, names),
        )


def _lines(summary: GroupSummary | OrganisationSummary, language: str) -> tuple[Line, ...]:
    at: dict[Subject, dict[Stage, Shares]] = {subject: {} for subject in summary.subjects}
    for row in summary.levels.to_dict("records"):
        at[Subject(row["kind"], row["key"])][Stage(row["stage"])] = _shares(row)
    return tuple(Line(subject.kind, _name(summary, subject, language), of_it) for subject, of_it in at.items())


def _shares(row: Mapping[Hashable, Any]) -> Shares:
    return Shares(
        row["listed"],
        row["assessed"],
        (row["level_1"], row["level_2"], row["level_3"]),
        (row["percent_1"], row["percent_2"], row["percent_3"]),
    )


def _name(summary: GroupSummary | OrganisationSummary, subject: Subject, language: str) -> str:
    return _("Overall") if subject.kind == "overall" else summary.name(subject, language)


def _stage_line(summary: GroupSummary | OrganisationSummary, stage: Stage) -> StageLine:
    levels = summary.levels
    overall = [
        _shares(row) for row in levels[(levels["stage"] == stage) & (levels["kind"] == "overall")].to_dict("records")
    ]
    known = overall[0] if overall else Shares(0, 0, (0, 0, 0), (0, 0, 0))
    return StageLine(
        stage,
        summary_words.stage_name(stage),
        short_date(summary.year.window(stage).control_on),
        _state(summary, stage),
        replace(known, listed=summary_words.listed_at(summary, stage)),
    )


def _state(summary: GroupSummary | OrganisationSummary, stage: Stage) -> str:
    """Return how far a group's sheet is, or how many of the groups with children have theirs approved."""
    if isinstance(summary, GroupSummary):
        return str(SHEET_STATES[summary.states[stage]]) if stage in summary.states else NONE
    states = [summary.states[group_id, at] for (group_id, at), n in summary.on_list.items() if n and at is stage]
    approved = states.count(SheetState.APPROVED)
    return _("{n} of {all}", n=approved, all=len(states)) if states else NONE


def _moves(summary: GroupSummary | OrganisationSummary, language: str) -> tuple[Moves, ...]:
    found = []
    for earlier, later in combinations(STAGES, 2):
        rows = _between(summary.movement, earlier, later)
        ways = _between(summary.ways, earlier, later).to_dict("records")
        lines = [
            _move(row, _name(summary, Subject(row["kind"], row["key"]), language)) for row in rows.to_dict("records")
        ]
        counts = {(Level(row["from_level"]), Level(row["to_level"])): row["children"] for row in ways}
        if lines:
            found.append(Moves(earlier, later, tuple(lines), counts))
    return tuple(found)


def _between(table: pd.DataFrame, earlier: Stage, later: Stage) -> pd.DataFrame:
    return table[(table["from_stage"] == earlier) & (table["to_stage"] == later)]


def _move(row: Mapping[Hashable, Any], name: str) -> Move:
    counts = row["rose"], row["same"], row["fell"]
    rose, same, fell = whole_percents(counts)
    return Move(row["kind"], name, row["both"], counts, (rose, same, fell))


def _weak(summary: GroupSummary, language: str) -> tuple[Weak, ...]:
    areas = {area.key: area.name(language) for area in summary.areas}
    found = []
    for row in summary.weak.to_dict("records"):
        criterion = summary.criteria[row["criterion_version_id"]]
        code, text = (
            (criterion.code_kk, criterion.text_kk) if language == "kk" else (criterion.code_ru, criterion.text_ru)
        )
        counts = row["assessed"], row["level_1"], row["percent_1"]
        found.append(Weak(Stage(row["stage"]), code, areas[row["area_key"]], text, *counts))
    return tuple(found)


def _needs(summary: GroupSummary, language: str) -> tuple[Need, ...]:
    names = _told_apart(summary.children)
    needs = summary.needs[summary.needs["kind"] == "area"]
    found = []
    for stage in STAGES:
        for area in summary.areas:
            rows = needs[(needs["stage"] == stage) & (needs["key"] == area.key)]
            at = {level: set(rows.loc[rows["level"] == level, "child_id"]) for level in (Level.I, Level.II)}
            if at[Level.I] or at[Level.II]:
                of_levels = {
                    level: tuple(name for child_id, name in names.items() if child_id in who)
                    for level, who in at.items()
                }
                found.append(Need(stage, area.name(language), of_levels))
    return tuple(found)


def _told_apart(children: Mapping[UUID, FullName]) -> dict[UUID, str]:
    """Return family and given name of each child, the whole name where two would be the same."""
    short = {child_id: f"{name.family} {name.given}" for child_id, name in children.items()}
    twice = {name for name, n in Counter(short.values()).items() if n > 1}
    return {child_id: children[child_id].full if name in twice else name for child_id, name in short.items()}


def _parts(
    summary: OrganisationSummary, table: pd.DataFrame, column: str, names: Mapping[Any, str]
) -> tuple[Part, ...]:
    """Return the groups or the ages at each stage, in the order of their names' mapping."""
    rows: dict[tuple[Stage, Any], dict[Subject, Shares]] = defaultdict(dict)
    for row in table.to_dict("records"):
        rows[Stage(row["stage"]), row[column]][Subject(row["kind"], row["key"])] = _shares(row)
    areas = [Subject("area", area.key) for area in summary.areas]
    return tuple(
        Part(stage, name, at[Subject("overall", "")], tuple(at.get(area) for area in areas))
        for stage in STAGES
        for part, name in names.items()
        if (at := rows.get((stage, part), {}))
    )


def _unfinished(summary: OrganisationSummary, names: Mapping[UUID, str]) -> tuple[Unfinished, ...]:
    return tuple(
        Unfinished(
            Stage(row["stage"]),
            names[row["group_id"]],
            str(SHEET_STATES[SheetState(row["state"])]),
            row["listed"],
            row["without_level"],
        )
        for row in summary.unfinished.to_dict("records")
    )
