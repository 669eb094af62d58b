"""The figures of a school year computed a second time, in plain pandas over the raw tables.

What the tests hold `monitoring.results` against. It shares no code with the program: every rule is written here again
from the description of the forms, slowly and plainly, over lists of marks instead of counts.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import combinations
from statistics import multimode
from typing import Any
from uuid import UUID

import pandas as pd
from sqlalchemy import Connection, text

STAGES = ("start", "mid", "final")
KINDS = ("area", "direction", "overall")
SUBJECT = ["stage", "kind", "key"]
LEVELS = [
    *("child_id", "group_id", "stage", "age", "kind", "key", "place"),
    *("criteria", "at_1", "at_2", "at_3", "level"),
]
Row = tuple[object, ...]


def on_lists(connection: Connection, school_year_id: UUID) -> pd.DataFrame:
    """Return who was on which list: a row a child, group and stage, with the age of its set or none."""
    enrolments = _of_year(_table(connection, "enrolments"), school_year_id)
    stages = _of_year(_table(connection, "year_stages"), school_year_id)[["stage", "control_on"]]
    listed = enrolments.merge(stages, how="cross")
    control, begins, ends = (pd.to_datetime(listed[name]) for name in ("control_on", "starts_on", "ends_on"))
    listed = listed[(begins <= control) & (ends.isna() | (control < ends))]
    ages = _of_year(_table(connection, "age_sets"), school_year_id)[["child_id", "stage", "age"]]
    ages = ages.astype({"age": float})  # an empty table does not say of what it is
    return listed[["child_id", "group_id", "stage"]].merge(ages, how="left", on=["child_id", "stage"])


def cells_of(connection: Connection, school_year_id: UUID, listed: pd.DataFrame) -> pd.DataFrame:
    """Return a row a listed child and criterion of its set, with the mark and the area's own level where there are."""
    groups = _table(connection, "groups").rename(columns={"id": "group_id"})[["group_id", "assesses_kazakh"]]
    kept = _of_year(_table(connection, "year_criteria"), school_year_id)
    criteria = _table(connection, "criteria").rename(columns={"id": "criterion_id"})
    kept = kept.merge(criteria, on=["organisation_id", "criterion_id"])
    kept = kept.merge(_areas(connection), on=["organisation_id", "area_key"])
    cells = listed.dropna(subset=["age"]).merge(groups, on="group_id").merge(kept, on="age")
    cells = cells[cells["assesses_kazakh"].astype(bool) | (cells["area_key"] != "kazakh")]
    marks = _of_year(_table(connection, "ratings"), school_year_id)
    marks = marks[["child_id", "stage", "criterion_version_id", "level"]]
    given = _of_year(_table(connection, "area_levels"), school_year_id).rename(columns={"level": "given"})
    given = given[["child_id", "stage", "area_key", "given"]]
    cells = cells.merge(marks, how="left", on=["child_id", "stage", "criterion_version_id"])
    return cells.merge(given, how="left", on=["child_id", "stage", "area_key"])


def levels(cells: pd.DataFrame, rule: str, overall: str) -> pd.DataFrame:
    """Return a row a child, group, stage and subject, columns LEVELS; `place` is the order of the subjects.

    The counts of an area are those of its marks, those of a direction or the whole take in levels given directly.
    """
    rows: list[Row] = []
    for child, of_child in cells.groupby(["child_id", "group_id", "stage", "age"], sort=False):
        whole: dict[tuple[int, str], list[tuple[list[int], int]]] = {}
        for (place, area), of_area in of_child.groupby(["number", "area_key"]):
            marks = [int(level) for level in of_area["level"].dropna()]
            given = of_area["given"].dropna()
            counted = [int(given.iloc[0])] * len(of_area) if len(given) and not marks else marks
            level = _level(counted, len(of_area), rule)
            rows.append((*child, "area", area, place, len(of_area), *_counts(marks), level))
            direction = (100 + of_area["direction_number"].iloc[0], of_area["direction_key"].iloc[0])
            whole.setdefault(direction, []).append((counted, len(of_area)))
        directions = {key: _together(of_areas) for key, of_areas in whole.items()}
        for (place, key), (marks, criteria) in directions.items():
            level = _level(marks, criteria, rule)
            rows.append((*child, "direction", key, place, criteria, *_counts(marks), level))
        marks, criteria = _together(list(directions.values()))
        level = _overall(list(directions.values()), rule, overall)
        rows.append((*child, "overall", "", 200, criteria, *_counts(marks), level))
    return pd.DataFrame(rows, columns=LEVELS)


def counts(of: pd.DataFrame) -> list[Row]:
    """Return (stage, kind, key, listed, assessed, at I, II, III, their percents) of the rows of `levels`."""
    rows: list[Row] = []
    for subject, part in _by_subject(of):
        at = [int((part["level"] == level).sum()) for level in (1, 2, 3)]
        rows.append((*subject, len(part), sum(at), *at, *_percents(at)))
    return rows


def movement(of: pd.DataFrame) -> list[Row]:
    """Return (from, to, kind, key, both, rose, same, fell, other sets) of the rows of `levels`."""
    rows: list[Row] = []
    for earlier, later in combinations(STAGES, 2):
        both = _at_both(of, earlier, later).sort_values("place_from")
        for (_, kind, key), part in both.groupby(["place_from", "kind", "key"]):
            rose, fell = part["level_to"] > part["level_from"], part["level_to"] < part["level_from"]
            differ = part["age_to"] != part["age_from"]
            steps = (len(part), int(rose.sum()), int((~rose & ~fell).sum()), int(fell.sum()), int(differ.sum()))
            rows.append((earlier, later, kind, key, *steps))
    return rows


def ways(of: pd.DataFrame) -> list[Row]:
    """Return (from, to, level there, level here, children) of the overall rows of `levels`."""
    rows: list[Row] = []
    for earlier, later in combinations(STAGES, 2):
        both = _at_both(of[of["kind"] == "overall"], earlier, later)
        pairs = [(int(one), int(other)) for one, other in zip(both["level_from"], both["level_to"], strict=True)]
        rows += [(earlier, later, *pair, pairs.count(pair)) for pair in sorted(set(pairs))]
    return rows


def needs(of: pd.DataFrame) -> set[Row]:
    """Return (stage, kind, key, child, level) of whoever is at I or II in an area or a direction."""
    low = of[of["kind"].isin(["area", "direction"]) & of["level"].isin([1, 2])]
    return set(low[[*SUBJECT, "child_id", "level"]].itertuples(index=False, name=None))


def weak(cells: pd.DataFrame, group_id: UUID) -> set[Row]:
    """Return (stage, criterion, area, assessed, at I, percent) of a group's criteria with somebody at I."""
    marked = cells[(cells["group_id"] == group_id) & cells["level"].notna()]
    rows = set()
    for subject, part in marked.groupby(["stage", "criterion_version_id", "area_key"]):
        at_1 = int((part["level"] == 1).sum())
        if at_1:
            rows.add((*subject, len(part), at_1, _percents([at_1, len(part) - at_1])[0]))
    return rows


def overruled(connection: Connection, school_year_id: UUID, of: pd.DataFrame, listed: pd.DataFrame) -> int:
    """Return how many conclusions of the children of a list give another level than the computed one."""
    given = _of_year(_table(connection, "conclusions"), school_year_id).dropna(subset=["level"])
    given = given.merge(listed[["child_id", "stage"]], on=["child_id", "stage"])
    given["key"] = given["direction_key"].fillna("")
    given["kind"] = given["direction_key"].isna().map({True: "overall", False: "direction"})
    subject = ["child_id", *SUBJECT]
    computed = of[[*subject, "level"]].rename(columns={"level": "computed"})
    beside = given[[*subject, "level"]].merge(computed, how="left", on=subject)
    return int((beside["level"] != beside["computed"]).sum())


def unfinished(of: pd.DataFrame, approved: Collection[tuple[UUID, str]]) -> set[Row]:
    """Return (group, stage, children with a set, of them without a level) of what is not finished.

    Of stages that have begun: a sheet with children without a level, and beside an approved one every other.
    """
    whole = of[of["kind"] == "overall"]
    begun = set(whole[whole[["at_1", "at_2", "at_3"]].sum(axis=1) > 0]["stage"])
    rows: set[Row] = set()
    for (group_id, stage), part in whole.groupby(["group_id", "stage"]):
        without = int(part["level"].isna().sum())
        waits = stage in {other for _, other in approved} and (group_id, stage) not in approved
        if stage in begun and (without or waits):
            rows.add((group_id, stage, len(part), without))
    return rows


def comings(connection: Connection, group_id: UUID, first_day: date) -> tuple[set[Row], set[Row]]:
    """Return (child, day) of who came to a group after the first day of its year, and of who went from it."""
    stays = _table(connection, "enrolments")
    stays = stays[stays["group_id"] == group_id]
    return {row for row in _days(stays, "starts_on") if row[1] > first_day}, set(_days(stays, "ends_on"))


# --- the rules -------------------------------------------------------------------------------------------


def _level(marks: Sequence[int], criteria: int, rule: str) -> int | None:
    if not marks or Fraction(len(marks), criteria) < Fraction(1, 2):
        return None
    return min(multimode(marks)) if rule == "majority" else _band(Fraction(sum(marks), len(marks)), rule)


def _overall(directions: Sequence[tuple[list[int], int]], rule: str, overall: str) -> int | None:
    marks, criteria = _together(directions)
    level = _level(marks, criteria, rule)
    if overall == "criteria" or level is None:
        return level
    with_level = [of_it for of_it, size in directions if _level(of_it, size, rule) is not None]
    if Fraction(len(with_level), len(directions)) < Fraction(1, 2):
        return None
    if rule == "majority":
        return min(multimode(min(multimode(of_it)) for of_it in with_level))
    means = [Fraction(sum(of_it), len(of_it)) for of_it in with_level]
    return _band(sum(means, Fraction(0)) / len(means), rule)


def _band(mean: Fraction, rule: str) -> int:
    second = Fraction("1.7") if rule == "mean" else Fraction("1.5")
    return 1 + (mean >= second) + (mean >= Fraction("2.5"))


def _percents(at: Sequence[int]) -> list[int]:
    """Return whole percents by the largest remainder, handing out what is left one by one."""
    if not sum(at):
        return [0] * len(at)
    exact = [Fraction(100 * n, sum(at)) for n in at]
    percents = [int(share) for share in exact]
    while sum(percents) < 100:
        rest = [share - percent for share, percent in zip(exact, percents, strict=True)]
        most = max(range(len(at)), key=lambda place: (rest[place], at[place], -place))
        percents[most] += 1
    return percents


def _together(parts: Sequence[tuple[list[int], int]]) -> tuple[list[int], int]:
    return [mark for marks, _ in parts for mark in marks], sum(criteria for _, criteria in parts)


def _counts(marks: Sequence[int]) -> tuple[int, ...]:
    return tuple(marks.count(level) for level in (1, 2, 3))


# --- the tables ------------------------------------------------------------------------------------------


def _areas(connection: Connection) -> pd.DataFrame:
    areas = _table(connection, "areas").rename(columns={"key": "area_key"})
    directions = _table(connection, "directions").rename(columns={"key": "direction_key", "number": "direction_number"})
    both = areas.merge(directions, on=["organisation_id", "direction_key"])
    return both[["organisation_id", "area_key", "number", "direction_key", "direction_number"]]


def _table(connection: Connection, name: str) -> pd.DataFrame:
    """Return a whole table as it stands; ids are the same on either database."""
    found = connection.execute(text(f"SELECT * FROM {name}"))
    table = pd.DataFrame(found.mappings().all(), columns=list(found.keys()))
    for column in table.columns:
        if column == "id" or column.endswith("_id"):
            table[column] = table[column].map(lambda value: UUID(str(value)), na_action="ignore")
    return table


def _of_year(table: pd.DataFrame, school_year_id: UUID) -> pd.DataFrame:
    return table[table["school_year_id"] == school_year_id]


def _days(stays: pd.DataFrame, column: str) -> Iterator[tuple[UUID, date]]:
    known = stays.dropna(subset=[column])
    days = (day.date() for day in pd.to_datetime(known[column]))
    return zip(known["child_id"], days, strict=True)


def _by_subject(of: pd.DataFrame) -> Iterator[tuple[Any, pd.DataFrame]]:
    for stage in STAGES:
        at_stage = of[of["stage"] == stage].sort_values("place")
        for (_, kind, key), part in at_stage.groupby(["place", "kind", "key"]):
            yield (stage, kind, key), part


def _at_both(of: pd.DataFrame, earlier: str, later: str) -> pd.DataFrame:
    """Return the rows of the children with a level at both stages, side by side."""
    known = of.dropna(subset=["level"])
    one, other = known[known["stage"] == earlier], known[known["stage"] == later]
    return one.merge(other, on=["child_id", "kind", "key"], suffixes=("_from", "_to"))
