"""A planned year is changed: nobody is put anywhere unasked, and nobody is lost."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.core.errors import Refusal
from monitoring.core.names import FullName
from monitoring.core.scale import Stage, StartSet
from monitoring.lists import plan_changes
from monitoring.lists.plan_changes import RELEASE, UNDECIDED, Choice, Counts, choice_of
from monitoring.lists.year_plan import Decision, NextChild, NextGrant, NextGroup, NextYear, Wordings
from monitoring.lists.years import StageWindow
from monitoring.record.models import Role, TeachingLanguage

OLD = {name: UUID(int=number) for number, name in enumerate(("junior", "senior", "leaving", "mixed"), start=1)}
AGES_NOW = {OLD["junior"]: 2, OLD["senior"]: 4, OLD["leaving"]: 5, OLD["mixed"]: None}
NEW = {name: UUID(int=number + 10) for name, number in zip(OLD, range(1, 5), strict=True)}


def group(name: str, age: int | None, *, finishing: bool = False) -> NextGroup:
    return NextGroup(NEW[name], OLD[name], name, age, TeachingLanguage.KAZAKH, finishing=finishing)


def child(number: int, old: str, age: int) -> NextChild:
    leaves = age == 5
    return NextChild(
        UUID(int=100 + number),
        FullName("Сериков", f"Али{number}"),
        OLD[old],
        age,
        min(age + 1, 5),
        Decision.RELEASE if leaves else Decision.MOVE,
        None if leaves else NEW[old],
    )


def grant(number: int, old: str) -> NextGrant:
    target = None if old == "leaving" else NEW[old]
    return NextGrant(UUID(int=200 + number), uuid4(), "Сәуле", Role.TEACHER, None, OLD[old], target)


PLAN = NextYear(
    from_year_id=uuid4(),
    begins=2027,
    start_set=StartSet.OWN,
    wordings=Wordings.NEWEST,
    stages=(StageWindow(Stage.START, date(2027, 9, 1), date(2027, 9, 15), date(2027, 9, 30)),),
    groups=(group("junior", 3), group("senior", 5), group("leaving", 5, finishing=True), group("mixed", None)),
    children=(
        child(1, "junior", 2),
        child(2, "junior", 2),
        child(3, "senior", 4),
        child(4, "leaving", 5),
        child(5, "leaving", 5),
        child(6, "mixed", 3),
        child(7, "mixed", 5),
    ),
    grants=(grant(1, "junior"), grant(2, "leaving")),
)


def choices_from(plan: NextYear, old: str) -> list[Choice]:
    return [choice_of(one) for one in plan_changes.children_from(plan, OLD[old])]


def planned(name: str, age: int | None = 2) -> NextGroup:
    return NextGroup(uuid4(), None, name, age, TeachingLanguage.RUSSIAN)


def test_a_proposal_is_counted_by_what_becomes_of_the_children() -> None:
    assert plan_changes.counts(PLAN) == Counts(with_group=4, released=3)
    assert plan_changes.counts(PLAN).all == len(PLAN.children)


def test_a_dropped_group_leaves_its_children_undecided_and_its_grants_without_a_group() -> None:
    dropped = plan_changes.drop_group(PLAN, NEW["junior"], AGES_NOW)
    assert choices_from(dropped, "junior") == [UNDECIDED, UNDECIDED]
    assert plan_changes.counts(dropped).undecided == 2
    assert dropped.grants[0].to_group_id is None
    assert plan_changes.successor(dropped, OLD["junior"]) is None


def test_a_group_that_was_to_leave_and_is_shared_out_instead_asks_about_each_child() -> None:
    assert plan_changes.leaves_as_a_whole(PLAN, PLAN.groups[2])
    shared = plan_changes.drop_group(PLAN, NEW["leaving"], AGES_NOW)
    assert choices_from(shared, "leaving") == [UNDECIDED, UNDECIDED]
    assert not plan_changes.leaves_as_a_whole(shared, shared.groups[2])


def test_a_group_that_leaves_releases_its_own_children_and_leaves_guests_undecided() -> None:
    guest = plan_changes.decide(PLAN, {PLAN.children[0].child_id: Choice(Decision.MOVE, NEW["senior"])})
    finished = plan_changes.finish_group(guest, NEW["senior"], AGES_NOW)
    assert choices_from(finished, "senior") == [RELEASE]
    assert choices_from(finished, "junior") == [UNDECIDED, Choice(Decision.MOVE, NEW["junior"])]


def test_a_group_that_goes_on_after_all_takes_its_children_and_grants_back() -> None:
    finished = plan_changes.finish_group(PLAN, NEW["junior"], AGES_NOW)
    again = plan_changes.change_group(finished, PLAN.groups[0], AGES_NOW)
    assert again == PLAN


def test_a_group_of_the_oldest_age_that_goes_on_after_all_still_lets_its_children_leave() -> None:
    again = plan_changes.change_group(PLAN, replace(PLAN.groups[2], finishing=False), AGES_NOW)
    assert choices_from(again, "leaving") == [RELEASE, RELEASE]
    assert again.grants[1].to_group_id == NEW["leaving"]


def test_a_group_that_only_the_plan_knows_leaves_no_trace_when_dropped() -> None:
    added = plan_changes.add_group(PLAN, planned("Жаңа"))
    assert plan_changes.drop_group(added, added.groups[-1].id, AGES_NOW) == PLAN


def test_a_child_that_stays_another_year_is_undecided_once_the_group_is_of_another_age() -> None:
    twos = plan_changes.add_group(PLAN, planned("Тағы", 2))
    target = twos.groups[-1]
    kept = plan_changes.decide(twos, {PLAN.children[0].child_id: Choice(Decision.KEEP_BACK, target.id)})
    assert plan_changes.counts(kept).kept_back == 1
    older = plan_changes.change_group(kept, replace(target, age=3), AGES_NOW)
    assert choice_of(older.children[0]) == UNDECIDED
    mixed = plan_changes.change_group(kept, replace(target, age=None), AGES_NOW)
    assert choice_of(mixed.children[0]) == Choice(Decision.KEEP_BACK, target.id)


@pytest.mark.parametrize("name", ["", "  ", "SENIOR", "х" * 81])
def test_a_name_that_will_not_do_is_refused(name: str) -> None:
    with pytest.raises(Refusal):
        plan_changes.add_group(PLAN, planned(name))
    with pytest.raises(Refusal):
        plan_changes.change_group(PLAN, replace(PLAN.groups[0], name=name), AGES_NOW)


def test_the_name_of_a_group_that_leaves_is_free_and_a_group_may_keep_its_own() -> None:
    again = plan_changes.add_group(PLAN, planned("leaving", 5))
    assert plan_changes.change_group(again, PLAN.groups[0], AGES_NOW) == again
    with pytest.raises(Refusal):
        plan_changes.change_group(again, PLAN.groups[2], AGES_NOW)


def test_choices_begin_with_the_own_group_and_offer_another_year_only_where_the_age_fits() -> None:
    first = plan_changes.choices(PLAN, PLAN.children[0], AGES_NOW)
    assert first[0] == Choice(Decision.MOVE, NEW["junior"])
    assert RELEASE in first
    assert [one.to_group_id for one in first if one.decision is Decision.KEEP_BACK] == [NEW["mixed"]]


def test_what_is_offered_for_all_is_possible_for_each() -> None:
    twos = plan_changes.add_group(PLAN, planned("Тағы", 3))
    mixed = plan_changes.children_from(twos, OLD["mixed"])
    for_all = plan_changes.choices_for_all(twos, mixed, AGES_NOW)
    assert Choice(Decision.KEEP_BACK, twos.groups[-1].id) in plan_changes.choices(twos, mixed[0], AGES_NOW)
    assert Choice(Decision.KEEP_BACK, twos.groups[-1].id) not in for_all
    assert plan_changes.choices_for_all(twos, [], AGES_NOW) == ()


def test_a_common_choice_is_one_that_all_share_and_that_is_decided() -> None:
    assert plan_changes.common_choice(plan_changes.children_from(PLAN, OLD["leaving"])) == RELEASE
    assert plan_changes.common_choice(plan_changes.children_from(PLAN, OLD["mixed"])) is None
    dropped = plan_changes.drop_group(PLAN, NEW["junior"], AGES_NOW)
    assert plan_changes.common_choice(plan_changes.children_from(dropped, OLD["junior"])) is None


def fresh_ids(plan: NextYear) -> NextYear:
    """The same proposal made once more: its groups have other ids."""
    ids = {one.id: uuid4() for one in plan.groups}
    return replace(
        plan,
        groups=tuple(replace(one, id=ids[one.id]) for one in plan.groups),
        children=tuple(
            replace(one, to_group_id=ids[one.to_group_id] if one.to_group_id else None) for one in plan.children
        ),
        grants=tuple(
            replace(one, to_group_id=ids[one.to_group_id] if one.to_group_id else None) for one in plan.grants
        ),
    )


def test_a_plan_for_lists_that_did_not_change_stays_the_same() -> None:
    assert plan_changes.brought_up_to_date(PLAN, fresh_ids(PLAN), AGES_NOW) == PLAN


def test_a_plan_follows_the_lists_and_keeps_what_was_decided() -> None:
    decided = plan_changes.decide(PLAN, {PLAN.children[1].child_id: RELEASE})
    came = child(8, "junior", 2)
    fresh = fresh_ids(replace(PLAN, children=(*PLAN.children[1:], came), grants=PLAN.grants[:1]))
    now = plan_changes.brought_up_to_date(decided, fresh, AGES_NOW)
    assert PLAN.children[0].child_id not in {one.child_id for one in now.children}
    assert choices_from(now, "junior") == [RELEASE, Choice(Decision.MOVE, NEW["junior"])]
    assert [one.grant_id for one in now.grants] == [PLAN.grants[0].grant_id]


def test_a_child_that_came_to_a_dropped_group_is_undecided() -> None:
    dropped = plan_changes.drop_group(PLAN, NEW["junior"], AGES_NOW)
    fresh = fresh_ids(replace(PLAN, children=(*PLAN.children, child(8, "junior", 2))))
    now = plan_changes.brought_up_to_date(dropped, fresh, AGES_NOW)
    assert choices_from(now, "junior") == [UNDECIDED] * 3


def test_a_group_that_came_is_planned_and_one_that_went_is_not() -> None:
    came = NextGroup(uuid4(), uuid4(), "came", 4, TeachingLanguage.RUSSIAN)
    fresh = fresh_ids(replace(PLAN, groups=(*PLAN.groups[:3], came), children=PLAN.children[:5]))
    now = plan_changes.brought_up_to_date(PLAN, fresh, AGES_NOW)
    assert [one.name for one in now.groups] == ["junior", "senior", "leaving", "came"]


acts = st.lists(st.tuples(st.sampled_from(("finish", "drop", "go_on")), st.sampled_from(list(NEW))), max_size=8)


@given(acts)
def test_whatever_is_done_to_groups_every_child_is_still_planned_and_goes_to_a_group_that_is_made(
    steps: list[tuple[str, str]],
) -> None:
    plan = PLAN
    for act, name in steps:
        now = next(one for one in plan.groups if one.id == NEW[name])
        if act == "finish":
            plan = plan_changes.finish_group(plan, now.id, AGES_NOW)
        elif act == "drop":
            plan = plan_changes.drop_group(plan, now.id, AGES_NOW)
        else:
            plan = plan_changes.change_group(plan, replace(now, finishing=False), AGES_NOW)
    made = {one.id for one in plan_changes.made_groups(plan)}
    assert [one.child_id for one in plan.children] == [one.child_id for one in PLAN.children]
    assert set(plan_changes.going_to(plan)) <= made
    assert {one.to_group_id for one in plan.grants} <= {None, *made}
    assert plan_changes.counts(plan).all == len(PLAN.children)
