"""What a group summary says besides its figures: title, header, state, notes, in the language current at that moment.

One wording for the workbook and the PDF. Title as printed: «Сводные результаты по группе» / «Топ бойынша жиынтық
нәтижелер». The notes carry the rule that made the levels, and who came and went apart from the counts.
"""

from collections.abc import Iterator

from monitoring.core.language import (
    current_language,
    format_list,
    format_percent,
    ngettext,
    pgettext,
    school_year,
    short_date,
)
from monitoring.core.language import gettext as _
from monitoring.core.scale import STAGES, Level, Stage
from monitoring.documents.card_form import rule_in_words
from monitoring.lists.roster import Movement
from monitoring.record.words import AGE_GROUPS, LEVEL_WORDS
from monitoring.record.words import STAGES as STAGE_NAMES
from monitoring.results.summary import GroupSummary, OrganisationSummary


def title(summary: GroupSummary | OrganisationSummary) -> str:
    if isinstance(summary, GroupSummary):
        return _("Summary results of the group")
    return _("Summary results of all groups") if summary.is_whole else _("Summary results of your groups")


def header(summary: GroupSummary | OrganisationSummary) -> tuple[tuple[str, str], ...]:
    """Return the (label, value) lines under the title."""
    year = (_("School year"), school_year(summary.year.begins))
    if isinstance(summary, OrganisationSummary):
        return (year,)
    return ((_("Group"), summary.group.name), (_("Age"), age_group(summary.group.age)), year)


def age_group(age: int | None) -> str:
    return _("mixed ages") if age is None else str(AGE_GROUPS[age])


def level_name(level: Level) -> str:
    """Return a level as heads and legends print it: «I (низкий)»."""
    return f"{level.name} ({LEVEL_WORDS[level]})"


def stage_name(stage: Stage) -> str:
    """Return a stage with a capital: «Стартовый контроль»."""
    name = str(STAGE_NAMES[stage])
    return name[:1].upper() + name[1:]


def share(count: int, percent: int) -> str:
    """Return a count with its percent, where the number of all stands beside: «7 (29 %)»."""
    return f"{count} ({format_percent(percent)})"


def of_all(count: int, all_: int, percent: int) -> str:
    """Return a count with all and its percent: «18 из 24 (75 %)»."""
    return _("{n} of {all} ({percent})", n=count, all=all_, percent=format_percent(percent))


def notes(summary: GroupSummary | OrganisationSummary) -> tuple[str, ...]:
    """Return what must be read with the figures: the rule, unlike sets, overruled conclusions, who came and went."""
    return (
        rule_in_words(summary.year.rules, current_language()),
        _("Percents are of the children assessed, whole numbers that add up to 100."),
        *_on_children_without_set(summary),
        *_on_ages(summary),
        *_on_unlike_sets(summary),
        *_on_overruled(summary),
        *_on_comings(summary),
    )


def _on_children_without_set(summary: GroupSummary | OrganisationSummary) -> Iterator[str]:
    overall = summary.levels[summary.levels["kind"] == "overall"].to_dict("records")
    with_set = {Stage(row["stage"]): row["listed"] for row in overall}
    for stage in STAGES:
        without = listed_at(summary, stage) - with_set.get(stage, 0)
        if without:
            yield ngettext(
                "{stage}: {n} child on the list has no set of criteria at this stage.",
                "{stage}: {n} children on the list have no set of criteria at this stage.",
                without,
                stage=stage_name(stage),
            )


def listed_at(summary: GroupSummary | OrganisationSummary, stage: Stage) -> int:
    """Return how many children were on the list at a stage, with a set of criteria or without."""
    if isinstance(summary, GroupSummary):
        return summary.on_list.get(stage, 0)
    return sum(n for (_group, at), n in summary.on_list.items() if at is stage)


def _on_ages(summary: GroupSummary | OrganisationSummary) -> Iterator[str]:
    if isinstance(summary, OrganisationSummary):
        return
    ages = {stage: summary.ages[stage] for stage in STAGES if stage in summary.ages}
    if any(of_stage != (summary.group.age,) for of_stage in ages.values()):
        by_stage = (f"{STAGE_NAMES[stage]} - {format_list(of_stage)}" for stage, of_stage in ages.items())
        yield _("Ages of the children's sets of criteria: {ages}.", ages="; ".join(by_stage))


def _on_unlike_sets(summary: GroupSummary | OrganisationSummary) -> Iterator[str]:
    movement = summary.movement
    for row in movement[(movement["kind"] == "overall") & (movement["other_sets"] > 0)].to_dict("records"):
        yield ngettext(
            "{earlier} and {later}: the sets of criteria differ for {differ} of {n} child; these levels cannot be "
            "compared directly.",
            "{earlier} and {later}: the sets of criteria differ for {differ} of {n} children; these levels cannot be "
            "compared directly.",
            row["both"],
            earlier=stage_name(Stage(row["from_stage"])),
            later=STAGE_NAMES[Stage(row["to_stage"])],
            differ=row["other_sets"],
        )


def _on_overruled(summary: GroupSummary | OrganisationSummary) -> Iterator[str]:
    if summary.overruled:
        yield ngettext(
            "In {n} conclusion of the cards the teacher gave another level; here the computed one is counted.",
            "In {n} conclusions of the cards the teacher gave another level; here the computed one is counted.",
            summary.overruled,
        )


def _on_comings(summary: GroupSummary | OrganisationSummary) -> Iterator[str]:
    if isinstance(summary, OrganisationSummary):
        return
    came = [_coming(one) for one in summary.comings.arrivals]
    went = [_leaving(one) for one in summary.comings.leavers]
    yield _("Arrived: {children}.", children=_listed(came))
    yield _("Left: {children}.", children=_listed(went))


def _coming(one: Movement) -> str:
    day = short_date(one.on)
    if one.other_group is None:
        return f"{one.name.full} ({day})"
    return _("{name} ({day}, from the group “{group}”)", name=one.name.full, day=day, group=one.other_group)


def _leaving(one: Movement) -> str:
    day = short_date(one.on)
    if one.other_group is None:
        return f"{one.name.full} ({day})"
    return _("{name} ({day}, to the group “{group}”)", name=one.name.full, day=day, group=one.other_group)


def _listed(children: list[str]) -> str:
    return "; ".join(children) or pgettext("children", "none")
