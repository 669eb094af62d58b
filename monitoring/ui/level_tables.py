"""What the summary of a group and that of an organisation both show, as HTML: counts of levels, movement, downloads.

Each part is one piece of HTML, so that the screen stays quick. Every word that a person wrote is escaped here.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pandas as pd

from monitoring.core.language import LANGUAGE_NAMES, Language, ngettext, pgettext
from monitoring.core.language import gettext as _
from monitoring.core.scale import STAGES, Level, Stage, whole_percents
from monitoring.documents import summary_words
from monitoring.documents.summary_words import of_all, share
from monitoring.figures.palette import LEVEL_COLOURS, NO_LEVEL, ON_LEVEL
from monitoring.record.words import LEVEL_WORDS, LEVELS, STAGE_WORDS
from monitoring.results.summary import GroupSummary, OrganisationSummary, Subject
from monitoring.ui.widgets import capital

DASH: Final = "—"
_COLOURS: Final = "".join(
    f".of-level-{level.value} {{ background: {LEVEL_COLOURS[level]}; color: {ON_LEVEL[level]}; }}" for level in Level
)
STYLE: Final = (
    f"<style>{(Path(__file__).with_name('components') / 'summary.css').read_text('utf-8')}"
    f"{_COLOURS}.of-nobody {{ background: {NO_LEVEL}; color: {ON_LEVEL[Level.I]}; }}</style>"
)
FORM_LANGUAGES: Final[tuple[Language, ...]] = ("ru", "kk")

Name = Callable[[Subject], str]


def last_stage_with_levels(levels: pd.DataFrame) -> Stage | None:
    """Return the last stage at which anybody has a level, None where nobody has."""
    known = set(levels.loc[levels["assessed"] > 0, "stage"])
    return next((stage for stage in reversed(STAGES) if stage.value in known), None)


def at_stage(table: pd.DataFrame, stage: Stage) -> pd.DataFrame:
    """Return the rows of a table that are about a stage."""
    return table[table["stage"] == stage.value]


def rows_of(table: pd.DataFrame) -> list[Any]:
    """Return the rows of a table, each with its columns as attributes."""
    return list(table.itertuples(index=False))


def overall_counts(levels: pd.DataFrame, on_list: int) -> str:
    """Return how a stage stands overall, in words: on the list, assessed, how many at each level."""
    overall = next((row for row in rows_of(levels) if row.kind == "overall"), None)
    facts = [(_("On the list"), ngettext("{n} child", "{n} children", on_list), "")]
    if overall is not None:
        whole, _rest = whole_percents((overall.assessed, overall.listed - overall.assessed))
        facts.append((_("Assessed"), of_all(overall.assessed, overall.listed, whole), ""))
        for level in Level:
            count, percent = at_level(overall, level)
            text = of_all(count, overall.assessed, percent) if overall.assessed else DASH
            facts.append((capital(str(LEVELS[level])), text, f"of-level-{level.value}"))
    items = "".join(
        f'<div><dt class="{look}">{escape(title)}</dt><dd>{escape(text)}</dd></div>' for title, text, look in facts
    )
    return f'<dl class="overall">{items}</dl>'


def legend() -> str:
    """Return what the colours of the bars mean, and the empty one."""
    levels = "".join(
        f'<li><span class="of-level-{level.value}">{level.name}</span> {escape(str(LEVEL_WORDS[level]))}</li>'
        for level in Level
    )
    words = escape(_("Each bar is 100 % of the children assessed; the numbers are children."))
    return f'<div class="legend"><ul>{levels}</ul><p>{words}</p></div>'


def level_table(levels: pd.DataFrame, name: Name) -> str:
    """Return the counts by learning area, then by direction, then overall, in a table."""
    rows = rows_of(levels)
    areas = _level_part(_("Learning area"), [row for row in rows if row.kind == "area"], name)
    directions = _level_part(_("Direction"), [row for row in rows if row.kind != "area"], name)
    return f'<table class="levels">{areas}{directions}</table>'


def movement(movements: pd.DataFrame, ways: pd.DataFrame, name: Name) -> str:
    """Return what moved between each two stages, of the children with a level at both; the longest way is open."""
    moved, went = _by_pair(movements), _by_pair(ways)
    pairs = sorted(moved, key=_length)
    if not pairs:
        nothing = _("Movement is seen once there are levels at two stages. Only children present at both count.")
        return f"<p>{escape(nothing)}</p>"
    return "".join(_between(*pair, moved[pair], went[pair], name, is_open=pair == pairs[-1]) for pair in pairs)


def notes(summary: GroupSummary | OrganisationSummary) -> str:
    """Return what must be read with the figures, in the words of the printed summary."""
    items = "".join(f"<li>{escape(line)}</li>" for line in summary_words.notes(summary))
    return f'<h2>{escape(_("Notes to the figures"))}</h2><ul class="notes">{items}</ul>'


def downloads(lines: Sequence[tuple[str, str, Sequence[str], Mapping[str, str]]]) -> str:
    """Return links to files: a line each of (what, address, formats, query), in each language of the forms.

    The route behind a link asks once more who may have the file.
    """
    items = "".join(
        f"<li><span>{escape(what)}</span>"
        + "".join(
            f'<span lang="{one}">{LANGUAGE_NAMES[one]}: {_links(address, formats, {**query, "language": one})}</span>'
            for one in FORM_LANGUAGES
        )
        + "</li>"
        for what, address, formats, query in lines
    )
    return f'<ul class="downloads">{items}</ul>'


def table(titles: Sequence[str], rows: Sequence[Sequence[str]], *, kind: str) -> str:
    """Return a table of cells that are HTML already; its titles are text. The first cell names the row."""
    body = "".join(f"<tr>{_row(titles, row)}</tr>" for row in rows)
    return f'<table class="{kind}">{_head(titles)}<tbody>{body}</tbody></table>'


def folded(summary: str, inside: str, *, is_open: bool = False) -> str:
    """Return HTML that opens on a click; `summary` is text."""
    return f"<details{' open' if is_open else ''}><summary>{escape(summary)}</summary>{inside}</details>"


def link(path: str, text: str, **query: object) -> str:
    """Return a link to a screen of ours, its text escaped; the query carries opaque ids only."""
    return f'<a href="{escape(f"{path}?{urlencode(query)}")}" target="_self">{escape(text)}</a>'


def at_level(row: Any, level: Level) -> tuple[int, int]:
    """Return how many are at a level in a row of the counts, and their percent."""
    return getattr(row, f"level_{level.value}"), getattr(row, f"percent_{level.value}")


def count(n: int, percent: int) -> str:
    """Return a count with its percent, where the whole stands in the same row: «2 (67 %)»."""
    return share(n, percent) if n else "0"


def level_titles() -> tuple[str, ...]:
    """Return the titles over `level_cells`: «По списку», «Оценено», «I низкий» and so on."""
    return _("On the list"), _("Assessed"), *(f"{level.name} {LEVEL_WORDS[level]}" for level in Level)


def level_cells(row: Any) -> list[str]:
    """Return the cells of a row of the counts: on the list, assessed, each level."""
    of_levels = [count(*at_level(row, level)) if row.assessed else DASH for level in Level]
    return [str(row.listed), str(row.assessed), *of_levels]


def _level_part(title: str, rows: Sequence[Any], name: Name) -> str:
    titles = (title, *level_titles())
    body = "".join(
        f'<tr class="{row.kind}">{_row(titles, (escape(_subject(row, name)), *level_cells(row)))}</tr>' for row in rows
    )
    return f"{_head(titles)}<tbody>{body}</tbody>"


def _head(titles: Sequence[str]) -> str:
    heads = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)
    return f"<thead><tr>{heads}</tr></thead>"


def _row(titles: Sequence[str], cells: Sequence[str]) -> str:
    """Return the cells of a row; each carries its title, which a phone shows beside it in place of the head."""
    first, *rest = cells
    shown = "".join(
        f'<td data-head="{escape(title)}">{cell}</td>' for title, cell in zip(titles[1:], rest, strict=True)
    )
    return f'<th scope="row">{first}</th>{shown}'


def _subject(row: Any, name: Name) -> str:
    return name(Subject(row.kind, row.key)) or _("Overall")


def _length(pair: tuple[Stage, Stage]) -> tuple[int, int]:
    """Return by how many stages a pair goes on, and from which: the order in which pairs are read."""
    earlier, later = (STAGES.index(stage) for stage in pair)
    return later - earlier, earlier


def _by_pair(table: pd.DataFrame) -> dict[tuple[Stage, Stage], list[Any]]:
    """Return the rows of each two stages."""
    found: dict[tuple[Stage, Stage], list[Any]] = defaultdict(list)
    for row in rows_of(table):
        found[Stage(row.from_stage), Stage(row.to_stage)].append(row)
    return found


def _between(
    earlier: Stage, later: Stage, moved: Sequence[Any], ways: Sequence[Any], name: Name, *, is_open: bool
) -> str:
    title = _("{earlier} → {later}", earlier=capital(str(STAGE_WORDS[earlier])), later=str(STAGE_WORDS[later]))
    heads = (
        _("Learning area, direction"),
        _("At both stages"),
        pgettext("movement", "Rose"),
        pgettext("movement", "Stayed"),
        pgettext("movement", "Fell"),
    )
    rows = [(escape(_subject(row, name)), str(row.both), *_moved(row)) for row in moved]
    overall = next((row for row in moved if row.kind == "overall"), None)
    inside = (
        (_overall_movement(overall) if overall else "")
        + _ways(ways)
        + _other_sets(moved)
        + table(heads, rows, kind="moved")
    )
    return folded(title, inside, is_open=is_open)


def _moved(row: Any) -> tuple[str, str, str]:
    counts = (row.rose, row.same, row.fell)
    rose, same, fell = (count(n, percent) for n, percent in zip(counts, whole_percents(counts), strict=True))
    return rose, same, fell


def _overall_movement(row: Any) -> str:
    percents = whole_percents((row.rose, row.same, row.fell))
    rose, same, fell = (
        of_all(n, row.both, percent) for n, percent in zip((row.rose, row.same, row.fell), percents, strict=True)
    )
    text = ngettext(
        "{n} child has an overall level at both stages. Higher now: {rose}; the same: {same}; lower: {fell}.",
        "{n} children have an overall level at both stages. Higher now: {rose}; the same: {same}; lower: {fell}.",
        row.both,
        rose=rose,
        same=same,
        fell=fell,
    )
    return f"<p>{escape(text)}</p>"


def _ways(ways: Sequence[Any]) -> str:
    items = "".join(
        f"<li><b>{Level(way.from_level).name} → {Level(way.to_level).name}</b> "
        f"{escape(ngettext('{n} child', '{n} children', way.children))}</li>"
        for way in ways
    )
    return f'<ul class="ways">{items}</ul>' if items else ""


def _other_sets(moved: Sequence[Any]) -> str:
    differ = max(row.other_sets for row in moved)
    if not differ:
        return ""
    text = ngettext(
        "For {n} child the two stages used sets of criteria of different ages: compare with care.",
        "For {n} children the two stages used sets of criteria of different ages: compare with care.",
        differ,
    )
    return f'<p class="care">{escape(text)}</p>'


def _links(address: str, formats: Sequence[str], query: Mapping[str, str]) -> str:
    asked = urlencode(query)
    return " ".join(
        f'<a href="{address}?{escape(asked)}&amp;format={one}" download>{one.upper()}</a>' for one in formats
    )
