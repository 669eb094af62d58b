"""How a planned school year is changed while somebody looks through it: groups, children, grants.

For the administrator in August, before anything is written. Pure: a plan goes in, a plan comes out. Whatever loses
its group is undecided then, never silently somewhere else.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from monitoring.core.errors import Refusal
from monitoring.core.language import message
from monitoring.core.names import fold_lookalikes, match_key
from monitoring.core.scale import OLDEST_AGE
from monitoring.lists.groups import LONGEST_NAME
from monitoring.lists.year_plan import Decision, NextChild, NextGrant, NextGroup, NextYear


@dataclass(frozen=True)
class Choice:
    """What may become of a child. A move without a group is undecided."""

    decision: Decision
    to_group_id: UUID | None = None


RELEASE = Choice(Decision.RELEASE)
UNDECIDED = Choice(Decision.MOVE)


@dataclass(frozen=True)
class Counts:
    """What becomes of how many children."""

    with_group: int = 0
    to_another: int = 0
    kept_back: int = 0
    released: int = 0
    undecided: int = 0

    @property
    def all(self) -> int:
        return self.with_group + self.to_another + self.kept_back + self.released + self.undecided


def made_groups(plan: NextYear) -> tuple[NextGroup, ...]:
    """Return the groups that the new year will have, by age (mixed last) and in the order of the plan."""
    made = [group for group in plan.groups if not group.finishing]
    return tuple(sorted(made, key=lambda group: (group.age is None, group.age or 0)))


def successor(plan: NextYear, old_group_id: UUID) -> NextGroup | None:
    """Return what a group of the old year becomes, or None where it does not go on."""
    return next((group for group in made_groups(plan) if group.predecessor_id == old_group_id), None)


def choice_of(child: NextChild) -> Choice:
    return RELEASE if child.decision is Decision.RELEASE else Choice(child.decision, child.to_group_id)


def choices(plan: NextYear, child: NextChild, ages_now: Mapping[UUID, int | None]) -> tuple[Choice, ...]:
    """Return what may become of a child, the likeliest first; `ages_now` are the ages of the old groups.

    With its group; to leave; another year in a group of the age it is in; to another group, of its next age first.
    """
    own = successor(plan, child.from_group_id)
    made = made_groups(plan)
    first = [Choice(Decision.MOVE, own.id)] if own else []
    again = [Choice(Decision.KEEP_BACK, group.id) for group in made if fits_another_year(group, child, ages_now)]
    by_age = sorted(made, key=lambda group: group.age != child.age_next)
    others = [Choice(Decision.MOVE, group.id) for group in by_age if group != own]
    return (*first, RELEASE, *again, *others)


def choices_for_all(
    plan: NextYear, children: Sequence[NextChild], ages_now: Mapping[UUID, int | None]
) -> tuple[Choice, ...]:
    """Return what may become of every one of these children."""
    each = [choices(plan, child, ages_now) for child in children]
    return tuple(choice for choice in each[0] if all(choice in one for one in each)) if each else ()


def common_choice(children: Iterable[NextChild]) -> Choice | None:
    """Return what becomes of all these children, or None where it differs or is undecided."""
    found = {choice_of(child) for child in children}
    return found.pop() if len(found) == 1 and UNDECIDED not in found else None


def children_from(plan: NextYear, old_group_id: UUID) -> list[NextChild]:
    return [child for child in plan.children if child.from_group_id == old_group_id]


def counts(plan: NextYear, children: Iterable[NextChild] | None = None) -> Counts:
    """Return what becomes of how many: of these children, or of all."""
    own = {group.id: group.predecessor_id for group in made_groups(plan)}
    kinds = Counter(_kind(child, own) for child in (plan.children if children is None else children))
    return Counts(**kinds)


def going_to(plan: NextYear) -> Counter[UUID]:
    """Return how many children each new group begins with."""
    return Counter(child.to_group_id for child in plan.children if child.to_group_id is not None)


def decide(plan: NextYear, decided: Mapping[UUID, Choice]) -> NextYear:
    """Decide about some children."""
    return replace(
        plan,
        children=tuple(
            replace(child, decision=decided[child.child_id].decision, to_group_id=decided[child.child_id].to_group_id)
            if child.child_id in decided
            else child
            for child in plan.children
        ),
    )


def carry(plan: NextYear, targets: Mapping[UUID, UUID | None]) -> NextYear:
    """Say for some grants for which new group each goes on, or that it does not."""
    return replace(
        plan,
        grants=tuple(replace(one, to_group_id=targets.get(one.grant_id, one.to_group_id)) for one in plan.grants),
    )


def add_group(plan: NextYear, group: NextGroup) -> NextYear:
    """Add a group that none of the old ones becomes. Raises Refusal where the name will not do."""
    added = replace(group, name=fold_lookalikes(group.name), predecessor_id=None, finishing=False)
    _refuse_name(plan, added)
    return replace(plan, groups=(*plan.groups, added))


def change_group(plan: NextYear, group: NextGroup, ages_now: Mapping[UUID, int | None]) -> NextYear:
    """Change a planned group; one that was not to go on does so now, with its children and grants.

    Whoever was to stay another year in it is undecided where its age no longer fits; `ages_now` are the ages of
    the old groups. Raises Refusal where the name will not do.
    """
    before = _group(plan, group.id)
    changed = replace(group, name=fold_lookalikes(group.name), finishing=False)
    _refuse_name(plan, changed)
    plan = replace(plan, groups=tuple(changed if one.id == group.id else one for one in plan.groups))
    if before.finishing:
        plan = _with_what_it_had(plan, changed)
    return _settled(plan, ages_now)


def finish_group(plan: NextYear, group_id: UUID, ages_now: Mapping[UUID, int | None]) -> NextYear:
    """Let a group end with the old year: its children leave, who was to join it from elsewhere is undecided."""
    old_group_id = _group(plan, group_id).predecessor_id
    leaving = [
        child
        for child in plan.children
        if child.from_group_id == old_group_id and choice_of(child) in (UNDECIDED, Choice(Decision.MOVE, group_id))
    ]
    plan = _without(plan, group_id, ages_now)
    return decide(plan, {child.child_id: RELEASE for child in leaving})


def drop_group(plan: NextYear, group_id: UUID, ages_now: Mapping[UUID, int | None]) -> NextYear:
    """Do without a group: whoever was to join it is undecided, grants for it do not go on.

    Of a group that was to leave as a whole every child is undecided then.
    """
    dropped = _group(plan, group_id)
    if dropped.finishing:
        leaving = [child for child in plan.children if child.from_group_id == dropped.predecessor_id]
        plan = decide(plan, {child.child_id: UNDECIDED for child in leaving if choice_of(child) == RELEASE})
    return _without(plan, group_id, ages_now)


def leaves_as_a_whole(plan: NextYear, group: NextGroup) -> bool:
    """Tell whether a group ends because its children leave, rather than being shared out among others."""
    own = (child for child in plan.children if child.from_group_id == group.predecessor_id)
    return group.finishing and all(child.decision is Decision.RELEASE for child in own)


def brought_up_to_date(plan: NextYear, fresh: NextYear, ages_now: Mapping[UUID, int | None]) -> NextYear:
    """Return the plan for the lists as they are now, with all that was decided and still can be.

    `fresh` is the plan that would be proposed now: new children, groups and grants come from it, gone ones go.
    """
    old_ids = {group.predecessor_id for group in fresh.groups}
    known = {group.predecessor_id for group in plan.groups}
    stay = [group for group in plan.groups if group.predecessor_id is None or group.predecessor_id in old_ids]
    new = [group for group in fresh.groups if group.predecessor_id not in known]
    groups = (*stay, *new)
    ours = {group.predecessor_id: group.id for group in groups if group.predecessor_id and not group.finishing}
    target = {group.id: ours.get(group.predecessor_id) for group in fresh.groups if group.predecessor_id}
    decided = {(child.child_id, child.from_group_id): child for child in plan.children}
    carried = {grant.grant_id: grant for grant in plan.grants}
    merged = replace(
        plan,
        groups=groups,
        children=tuple(_child_now(child, decided, target) for child in fresh.children),
        grants=tuple(_grant_now(grant, carried, target) for grant in fresh.grants),
    )
    return _settled(merged, ages_now)


def fits_another_year(group: NextGroup, child: NextChild, ages_now: Mapping[UUID, int | None]) -> bool:
    """Tell whether a child may stay another year in a new group: it is of the age of its old group, or mixed."""
    return group.age in (None, ages_now.get(child.from_group_id) or child.age_now)


def _kind(child: NextChild, own: Mapping[UUID, UUID | None]) -> str:
    if child.decision is Decision.RELEASE:
        return "released"
    if child.to_group_id is None:
        return "undecided"
    if child.decision is Decision.KEEP_BACK:
        return "kept_back"
    return "with_group" if own.get(child.to_group_id) == child.from_group_id else "to_another"


def _without(plan: NextYear, group_id: UUID, ages_now: Mapping[UUID, int | None]) -> NextYear:
    ended = [replace(one, finishing=True) if one.id == group_id else one for one in plan.groups]
    # A group that only the plan knows leaves no trace.
    kept = tuple(one for one in ended if one.id != group_id or one.predecessor_id is not None)
    return _settled(replace(plan, groups=kept), ages_now)


def _group(plan: NextYear, group_id: UUID) -> NextGroup:
    return next(group for group in plan.groups if group.id == group_id)


def _with_what_it_had(plan: NextYear, group: NextGroup) -> NextYear:
    """Those of the oldest age go to school all the same, as in the proposal."""
    back = {
        child.child_id: Choice(Decision.MOVE, group.id)
        for child in plan.children
        if child.from_group_id == group.predecessor_id
        and child.to_group_id is None
        and (child.decision is Decision.MOVE or child.age_now < OLDEST_AGE)
    }
    grants = {
        grant.grant_id: group.id
        for grant in plan.grants
        if grant.from_group_id == group.predecessor_id and grant.to_group_id is None
    }
    return carry(decide(plan, back), grants)


def _settled(plan: NextYear, ages_now: Mapping[UUID, int | None]) -> NextYear:
    made = {group.id: group for group in made_groups(plan)}
    return replace(
        plan,
        children=tuple(_settled_child(child, made, ages_now) for child in plan.children),
        grants=tuple(one if one.to_group_id in made else replace(one, to_group_id=None) for one in plan.grants),
    )


def _settled_child(child: NextChild, made: Mapping[UUID, NextGroup], ages_now: Mapping[UUID, int | None]) -> NextChild:
    if child.decision is Decision.RELEASE:
        return child
    target = made.get(child.to_group_id) if child.to_group_id else None
    fits = target is not None and (
        child.decision is not Decision.KEEP_BACK or fits_another_year(target, child, ages_now)
    )
    return child if fits else replace(child, decision=Decision.MOVE, to_group_id=None)


def _child_now(
    fresh: NextChild, decided: Mapping[tuple[UUID, UUID], NextChild], target: Mapping[UUID, UUID | None]
) -> NextChild:
    before = decided.get((fresh.child_id, fresh.from_group_id))
    if before is not None:
        return replace(fresh, decision=before.decision, to_group_id=before.to_group_id)
    return replace(fresh, to_group_id=target.get(fresh.to_group_id) if fresh.to_group_id else None)


def _grant_now(fresh: NextGrant, carried: Mapping[UUID, NextGrant], target: Mapping[UUID, UUID | None]) -> NextGrant:
    before = carried.get(fresh.grant_id)
    if before is not None:
        return replace(fresh, to_group_id=before.to_group_id)
    return replace(fresh, to_group_id=target.get(fresh.to_group_id) if fresh.to_group_id else None)


def _refuse_name(plan: NextYear, group: NextGroup) -> None:
    key = match_key(group.name)
    if not key:
        raise Refusal(message("Write the name of the group."))
    if len(group.name) > LONGEST_NAME:
        raise Refusal(message("The name of the group is too long. Leave {n} characters at most.", n=LONGEST_NAME))
    if any(match_key(one.name) == key and one.id != group.id for one in made_groups(plan)):
        raise Refusal(message("The group “{name}” is already there in this school year.", name=group.name))
