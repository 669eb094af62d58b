"""What a card shows before its form, as HTML: whose it is, downloads, levels with their derivation, remarks.

Each part is one piece of HTML, so that the screen stays quick; every word that a person wrote is escaped here.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from monitoring.core.language import format_date, school_year
from monitoring.core.language import gettext as _
from monitoring.core.scale import STAGES, Level, LevelRule, OverallRule, Stage, Tally, level_of
from monitoring.documents.card_form import rule_in_words
from monitoring.figures.palette import LEVEL_COLOURS, NO_LEVEL, ON_LEVEL
from monitoring.lists.years import YearRules
from monitoring.record.words import LEVEL_WORDS, STAGE_WORDS
from monitoring.results import way
from monitoring.results.card import Card
from monitoring.results.levels import Derived, Result
from monitoring.ui.rows import in_years
from monitoring.ui.widgets import capital

FORMATS: Final[Mapping[str, str]] = {"docx": "DOCX", "pdf": "PDF"}
DASH: Final = "—"
_COLOURS: Final = "".join(
    f".level-{level.value} {{ background: {LEVEL_COLOURS[level]}; color: {ON_LEVEL[level]}; }}" for level in Level
)
STYLE: Final = (
    f"<style>{(Path(__file__).with_name('components') / 'card.css').read_text('utf-8')}"
    f"{_COLOURS}.level-none {{ background: {NO_LEVEL}; }}</style>"
)


def facts(card: Card) -> str:
    """Return the line under the name: born, group, school year, set of criteria."""
    parts = (
        _("Date of birth: {day}", day=format_date(card.born_on)),
        _("Group: {name}", name=card.place.name),
        _("School year {year}", year=school_year(card.year.begins)),
        _("Criteria for the age: {age}", age=in_years(card.age)),
    )
    return f'<p class="card-facts">{escape(" · ".join(parts))}</p>'


def downloads(card: Card) -> str:
    """Return the links to the printed card; the route behind them asks once more who may have it."""
    links = " ".join(
        f'<a href="{escape(_export_address(card, format_))}" download>{name}</a>' for format_, name in FORMATS.items()
    )
    return f'<p class="card-downloads"><span>{escape(_("Download the card"))}</span> {links}</p>'


def levels(card: Card, language: str) -> str:
    """Return the table of levels, each with how it was derived behind a click; names in the reader's language."""
    heads = "".join(f'<th scope="col">{escape(capital(str(STAGE_WORDS[stage])))}</th>' for stage in STAGES)
    title = escape(_("Direction, learning area"))
    bodies = "".join(f"<tbody>{''.join(rows)}</tbody>" for rows in _bodies(card, language))
    rule = escape(rule_in_words(card.year.rules, language))
    return (
        f'<table class="card-levels"><thead><tr><th scope="col">{title}</th>{heads}</tr></thead>{bodies}</table>'
        f'<p class="card-rule">{rule}</p>'
    )


def remarks(card: Card, language: str) -> str:
    """Return what is worth a second look, in the reader's language; empty where there is nothing."""
    found = way.remarks(card.results, card.areas, language)
    if not found:
        return ""
    items = "".join(f"<li>{escape(capital(str(remark.text)))}</li>" for remark in found)
    return f'<section class="card-remarks"><h3>{escape(_("Worth a second look"))}</h3><ul>{items}</ul></section>'


def _export_address(card: Card, format_: str) -> str:
    asked = {
        "child": str(card.child_id),
        "year": card.year.begins,
        "language": card.language,
        "format": format_,
    }
    return f"/export/card?{urlencode(asked)}"


def _bodies(card: Card, language: str) -> Iterator[list[str]]:
    shown = {area.key for area in card.areas}
    for direction in card.directions:
        areas = [area for area in direction.areas if area.key in shown]
        if areas:
            yield [
                _row(card, "direction", direction.key, direction.name(language)),
                *(_row(card, "area", area.key, area.name(language)) for area in areas),
            ]
    if shown:
        yield [_row(card, "overall", "", _("Overall"))]


def _row(card: Card, kind: str, key: str, name: str) -> str:
    cells = "".join(f"<td>{_cell(card, stage, kind, key)}</td>" for stage in STAGES)
    return f'<tr class="{kind}"><th scope="row">{escape(name)}</th>{cells}</tr>'


def _cell(card: Card, stage: Stage, kind: str, key: str) -> str:
    result = card.results.get(stage)
    if result is None:
        return f'<span title="{escape(_("The child was not on the list at this stage."))}">{DASH}</span>'
    derived = result.of(kind, key)
    if derived is None:
        return f'<span title="{escape(_("Not in the set of criteria of this stage."))}">{DASH}</span>'
    lines = "".join(f"<div>{escape(line)}</div>" for line in _derivation(derived, kind, result, card.year.rules))
    overruled = _overruled(card, stage, kind, key)
    return f'<details name="derivation"><summary>{_level(derived)}{overruled}</summary>{lines}</details>'


def _level(derived: Derived) -> str:
    if derived.level is None:
        return f'<span class="level-none">{escape(_("not assessed"))}</span>'
    direct = f' <span class="direct">{escape(_("directly"))}</span>' if derived.is_direct else ""
    return f"{_mark(derived.level)}{direct}"


def _mark(level: Level) -> str:
    word = f'<span class="word">{escape(str(LEVEL_WORDS[level]))}</span>'
    return f'<span class="level level-{level.value}">{level.name}</span> {word}'


def _overruled(card: Card, stage: Stage, kind: str, key: str) -> str:
    """Return what the teacher's conclusion says where it differs from what the criteria say."""
    concluded = None if kind == "area" else card.conclusions.get((stage, key or None))
    if concluded is None or not concluded.is_overruled or concluded.level is None:
        return ""
    return f'<span class="overruled">{escape(_("conclusion: {level}", level=concluded.level.name))}</span>'


def _derivation(derived: Derived, kind: str, result: Result, rules: YearRules) -> Iterator[str]:
    if derived.is_direct:
        yield _("The level was given to the area as a whole, without criteria.")
        return
    tally = derived.tally
    yield _("Criteria: {n}, assessed: {assessed}", n=tally.criteria, assessed=tally.assessed)
    if not tally.assessed:
        return
    yield f"I - {tally.at_1}, II - {tally.at_2}, III - {tally.at_3}"
    if derived.level is None:
        yield _("Fewer than half are assessed, so there is no level.")
    elif kind == "overall" and rules.overall is OverallRule.DIRECTIONS:
        yield _of_the_directions(result, rules, derived.level)
    elif rules.level is LevelRule.MAJORITY:
        yield _("Most often: {level}", level=derived.level.name)
    else:
        yield _mean_in_words(tally.mean, derived.level)


def _of_the_directions(result: Result, rules: YearRules, level: Level) -> str:
    """Return how the directions made the overall level, however many criteria each has."""
    known: list[Tally] = [one.tally for one in result.directions.values() if one.tally.is_enough]
    if rules.level is LevelRule.MAJORITY:
        levels_ = [level_of(tally, rules.level) for tally in known]
        counts = ", ".join(f"{one.name} - {levels_.count(one)}" for one in Level)
        return _("Directions: {counts}. Most often: {level}", counts=counts, level=level.name)
    mean = sum((tally.mean for tally in known), Fraction(0)) / len(known)
    return _("Directions alike: {mean}", mean=_mean_in_words(mean, level))


def _mean_in_words(mean: Fraction, level: Level) -> str:
    """Return a mean with two decimals; cut, not rounded, so that it never shows on the other side of a band."""
    return _("mean {mean}: {level}", mean=Decimal(int(mean * 100)) / 100, level=level.name)
