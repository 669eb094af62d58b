"""The summary of a group or of all groups on paper, for the pedagogical council: tables, bars, who needs what.

What it says is `summary_form`, the layout `data/templates/summary.typ`. The bars are drawn as shapes with their counts
in them, so that they can be read in grey too.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TypeVar

from monitoring.core.language import gettext as _
from monitoring.core.language import known_language, using
from monitoring.core.scale import STAGES, Level, Stage
from monitoring.documents.printable import printable_line
from monitoring.documents.summary_form import (
    Line,
    Moves,
    Need,
    Part,
    Shares,
    SummaryForm,
    Unfinished,
    Weak,
    summary_form,
)
from monitoring.documents.summary_words import level_name, of_all, share, stage_name
from monitoring.documents.typeset import breakable, pdf
from monitoring.figures.palette import LEVEL_COLOURS, ON_LEVEL
from monitoring.results.summary import GroupSummary, OrganisationSummary

OfAStage = TypeVar("OfAStage", Weak, Need)
WEAKEST = 10  # criteria of a stage; the workbook has them all
_NAME, _WIDE = 34, 60  # letters that a line of a column holds


def render(summary: GroupSummary | OrganisationSummary, language: str) -> bytes:
    """Return the summary as a PDF, A4 landscape, in Russian or Kazakh."""
    form = summary_form(summary, language)
    with using(known_language(language)):
        return pdf("summary.typ", _data(form))


def _data(form: SummaryForm) -> dict[str, object]:
    return {
        "language": form.language,
        "title": form.title,
        "header": [(label, _text(value, _WIDE)) for label, value in form.header],
        "footer": _text(" · ".join((form.title, *(value for _label, value in form.header))), _WIDE),
        "colours": [
            {"fill": LEVEL_COLOURS[level], "text": ON_LEVEL[level], "name": level_name(level)} for level in Level
        ],
        "words": _words(),
        "stages": [_stage(form, stage) for stage in form.begun],
        "parts": [*_parts(form, form.groups, _("Group")), *_parts(form, form.ages, _("Age"))],
        "moves": [_moves(moves) for moves in _widest(form.moves)],
        "weak": [_weak(stage, weak) for stage in form.begun[-1:] if (weak := _at(stage, form.weak))],
        "needs": [_needs(stage, needs) for stage in form.begun[-1:] if (needs := _at(stage, form.needs))],
        "unfinished": [_unfinished(one) for one in form.unfinished],
        "notes": [_text(note, _WIDE) for note in form.notes],
    }


def _widest(moves: Sequence[Moves]) -> Sequence[Moves]:
    """Return the movement between the two stages furthest apart; the workbook has those between each two."""
    return sorted(moves, key=lambda one: STAGES.index(one.later) - STAGES.index(one.earlier))[-1:]


def _at(stage: Stage, of: Iterable[OfAStage]) -> list[OfAStage]:
    return [one for one in of if one.stage is stage]


def _words() -> dict[str, object]:
    levels = [level_name(level) for level in Level]
    return {
        "levels": [_("Learning area (LA), direction"), *_counted(), _("Children assessed"), *levels],
        "moves": [_("Learning area (LA), direction"), _("Assessed at both"), _("Rose"), _("Stayed"), _("Fell")],
        "weak": [_("Code"), _("Learning area"), _("Criterion"), _("At I, of those assessed")],
        "needs": [_("Learning area"), *levels[:2]],
        "unfinished": [_("Group"), _("Stage"), _("Observation sheet"), _("Without an overall level")],
        "unfinishedTitle": _("Not finished"),
        "nobody": _("nobody assessed"),
        "nothing": _("Nobody has been assessed in this school year yet."),
    }


def _counted() -> tuple[str, str]:
    return _("On the list"), _("Assessed")


def _stage(form: SummaryForm, stage: Stage) -> dict[str, object]:
    line = next(one for one in form.stages if one.stage is stage)
    overall = line.overall
    at_levels = zip(Level, overall.counts, overall.percents, strict=True)
    levels = ", ".join(f"{level.name} - {of_all(n, overall.assessed, percent)}" for level, n, percent in at_levels)
    facts = _("On the list: {listed}; assessed overall: {assessed}. {levels}.", listed=overall.listed,
              assessed=overall.assessed, levels=levels)  # fmt: skip
    return {
        "name": f"{line.name}, {line.control_on}",
        "facts": facts if overall.assessed else _("Nobody has an overall level at this stage."),
        "rows": [_row(one, one.at[stage]) for one in form.lines if stage in one.at],
    }


def _row(line: Line, shares: Shares) -> dict[str, object]:
    return {"name": _text(line.name, _NAME), "strong": line.kind != "area", **_shares(shares)}


def _shares(shares: Shares) -> dict[str, object]:
    return {
        "listed": str(shares.listed),
        "assessed": str(shares.assessed),
        "counts": shares.counts,
        "cells": [share(n, percent) for n, percent in zip(shares.counts, shares.percents, strict=True)],
    }


def _parts(form: SummaryForm, parts: Iterable[Part], head: str) -> list[dict[str, object]]:
    """Return the overall levels of the groups or the ages, a table a stage, in the order of their list."""
    levels = [level_name(level) for level in Level]
    return [
        {
            "name": f"{stage_name(stage)}: {_('overall level')}",
            "heads": [head, *_counted(), _("Children assessed"), *levels],
            "rows": [{"name": _text(one.name, _NAME), **_shares(one.overall)} for one in of_stage],
        }
        for stage, of_stage in groupby((one for one in parts if one.stage in form.begun), key=lambda one: one.stage)
    ]


def _moves(moves: Moves) -> dict[str, object]:
    ways = (f"{before.name} → {after.name}: {n}" for (before, after), n in moves.ways.items())
    return {
        "name": f"{stage_name(moves.earlier)} → {stage_name(moves.later).lower()}",
        "ways": _("Overall, children by level before and after: {ways}.", ways="; ".join(ways)),
        "rows": [
            {
                "name": _text(one.name, _NAME),
                "strong": one.kind != "area",
                "cells": [
                    str(one.both),
                    *(share(n, percent) for n, percent in zip(one.counts, one.percents, strict=True)),
                ],
            }
            for one in moves.lines
        ],
    }


def _weak(stage: Stage, criteria: Sequence[Weak]) -> dict[str, object]:
    return {
        "name": f"{_('Criteria with most children at level I')}: {stage_name(stage).lower()}",
        "rows": [
            {
                "code": one.code,
                "area": _text(one.area, _NAME),
                "text": _text(one.text, _WIDE),
                "count": of_all(one.at_1, one.assessed, one.percent),
            }
            for one in criteria[:WEAKEST]
        ],
    }


def _needs(stage: Stage, needs: Iterable[Need]) -> dict[str, object]:
    return {
        "name": f"{_('Individual work')}: {stage_name(stage).lower()}",
        "rows": [
            (_text(one.area, _NAME), *(_text(", ".join(one.names[level]), _WIDE) for level in (Level.I, Level.II)))
            for one in needs
        ],
    }


def _unfinished(one: Unfinished) -> tuple[str, ...]:
    without = _("{n} of {all}", n=one.without_level, all=one.listed)
    return _text(one.group, _WIDE), stage_name(one.stage), one.state, without


def _text(text: str, longest: int) -> str:
    return breakable(printable_line(text), longest)
