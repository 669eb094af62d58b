"""The routes of the observation sheet on the running program: what a browser sends, what it gets, what is on record."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from monitoring.core.names import FullName
from monitoring.core.scale import Stage
from monitoring.criteria import catalogue
from monitoring.lists import children, groups
from monitoring.lists.children import NewChild
from monitoring.people import accounts, sign_in
from monitoring.people.accounts import NewGrant
from monitoring.record.database import FILE_NAME, database_at
from monitoring.record.models import (
    AccessRecord,
    Account,
    Act,
    GroupStage,
    Installation,
    InterfaceLanguage,
    RatingChange,
    Role,
    SheetState,
    SignIn,
    TeachingLanguage,
    now,
)
from monitoring.ui.sheet_routes import MOST_CHANGES
from tests.conftest import PASSWORD, School, found_school
from tests.running import Program, running, with_a_small_demonstration

Json = dict[str, Any]
WHO = {
    "teacher": (NewGrant(Role.TEACHER), InterfaceLanguage.RUSSIAN),
    "colleague": (NewGrant(Role.TEACHER), InterfaceLanguage.KAZAKH),
    "musician": (NewGrant(Role.SPECIALIST, area_key="music"), InterfaceLanguage.RUSSIAN),
    "methodologist": (NewGrant(Role.METHODOLOGIST), InterfaceLanguage.RUSSIAN),
}


@dataclass(frozen=True)
class Person:
    account: Account
    token: str


@dataclass(frozen=True)
class House:
    """A running program with an organisation in it and people of several roles."""

    program: Program
    school: School
    installation: UUID
    people: dict[str, Person]

    @property
    def cookie(self) -> str:
        return f"monitoring_{self.installation.hex[:12]}"


@dataclass(frozen=True)
class Sheet:
    """A new group of two five-year-olds, seen by whoever asks for it."""

    house: House
    group: UUID
    children: tuple[UUID, ...]
    versions: dict[str, UUID]  # a criterion a learning area

    def named(self, who: str, **other: object) -> Json:
        """Return what every question names: the installation, the account, the group and the stage."""
        account = self.house.people[who].account.id
        usual = {"installation": self.house.installation, "account": account, "group": self.group, "stage": "start"}
        return {name: str(value) for name, value in (usual | other).items()}

    def get(self, who: str, path: str, **other: object) -> tuple[int, Json]:
        return self.ask(who, "GET", f"{path}?{urlencode(self.named(who, **other))}", None)

    def whole(self, who: str = "teacher", **other: object) -> Json:
        status, answer = self.get(who, "/sheets/whole", **other)
        assert status == HTTPStatus.OK, answer
        return answer

    def news(self, who: str, since: int) -> Json:
        status, answer = self.get(who, "/sheets/news", since=since)
        assert status == HTTPStatus.OK, answer
        return answer

    def post(self, who: str, *changes: Json, since: int = 0) -> tuple[int, Json]:
        sent = self.named(who) | {"since": since, "changes": list(changes)}
        return self.ask(who, "POST", "/sheets/changes", json.dumps(sent))

    def type(self, who: str, *changes: Json) -> list[Json]:
        """Send changes and return their receipts, without the ids that they begin with."""
        status, answer = self.post(who, *changes)
        assert status == HTTPStatus.OK, answer
        assert [receipt.pop("id") for receipt in answer["receipts"]] == [change["id"] for change in changes]
        receipts: list[Json] = answer["receipts"]
        return receipts

    def change(self, level: object, *, base: int = 0, child: int = 0, area: str = "music") -> Json:
        where = {"child": str(self.children[child]), "criterion": str(self.versions[area])}
        return {"id": str(uuid4()), "base": base, "level": level} | where

    def written(self) -> list[tuple[int | None, int]]:
        """Return the levels and revisions in the history of this sheet's children."""
        with self.house.program.database.reading() as session:
            rows = session.exec(
                select(RatingChange)
                .where(col(RatingChange.child_id).in_(self.children))
                .order_by(col(RatingChange.sequence))
            )
            return [(row.to_level, row.revision) for row in rows]

    def ask(self, who: str, method: str, path: str, body: str | bytes | None) -> tuple[int, Json]:
        cookies = {self.house.cookie: self.house.people[who].token}
        answer = self.house.program.ask(method, path, cookies=cookies, json=body, headers={"X-Monitoring": "1"})
        is_json = answer.headers["Content-Type"].startswith("application/json")
        return answer.status, json.loads(answer.body) if is_json else {"reason": answer.body}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("house")) as program:
        school = found_school(program.database)
        people = {login: a_person(school, login, *what) for login, what in WHO.items()}
        with program.database.reading() as session:
            installation = session.exec(select(Installation.id)).one()
        yield House(program, school, installation, people)


def a_person(
    school: School, login: str, grant: NewGrant, language: InterfaceLanguage = InterfaceLanguage.RUSSIAN
) -> Person:
    with school.database.writing() as session:
        account, _ = accounts.create_account(
            session, school.console, login=login, name=login, grants=(grant,), language=language, password=PASSWORD
        )
    return Person(account, sign_in.open_session(school.database, account))


@pytest.fixture
def sheet(house: House) -> Sheet:
    return a_sheet(house)


def a_sheet(house: House, *, assesses_kazakh: bool = True) -> Sheet:
    school = house.school
    with school.database.writing() as session:
        group = groups.add_group(
            session,
            school.console,
            school.year_id,
            name=f"Группа {uuid4().hex[:8]}",
            age=5,
            language=TeachingLanguage.RUSSIAN,
            assesses_kazakh=assesses_kazakh,
        )
        added = [
            children.add_child(
                session,
                school.console,
                NewChild(FullName("Ахметова", name, None), date(2021, 3, 4), group.id, date(2026, 9, 1)),
                even_if_double=True,
            ).id
            for name in ("Аружан", "Дана")
        ]
        criteria = catalogue.criteria_of(session, school.console, school.year_id, 5)
    return Sheet(house, group.id, tuple(added), {one.area_key: one.version_id for one in reversed(criteria)})


def assert_words(reason: str, language: str) -> None:
    """Hold a reason to be a sentence in the reader's language: no English in it, and Kazakh where it is Kazakh."""
    assert re.search("[А-я]", reason), reason
    assert not re.search("[A-Za-z]", reason), reason
    assert bool(re.search("[әғқңөұүһіӘҒҚҢӨҰҮҺІ]", reason)) == (language == "kk"), reason


# --- marks and their receipts ----------------------------------------------------------------------------


def test_a_mark_comes_on_record_and_is_on_the_sheet_from_then_on(sheet: Sheet) -> None:
    change = sheet.change(2)
    assert sheet.type("teacher", change) == [{"saved": 1}]
    assert sheet.written() == [(2, 1)]
    ((child, criterion, level, revision, by, at),) = sheet.whole("colleague")["marks"]
    assert (child, criterion, level, revision, by) == (change["child"], change["criterion"], 2, 1, "teacher")
    assert abs(at - now().timestamp()) < 60


def test_a_repeat_gets_the_first_receipt_and_writes_nothing(sheet: Sheet) -> None:
    change = sheet.change(2)
    first = sheet.type("teacher", change)
    sheet.type("colleague", sheet.change(3, base=1))
    assert sheet.type("teacher", change) == first
    assert sheet.written() == [(2, 1), (3, 2)]


def test_a_chain_in_one_cell_is_saved_over_the_revisions_it_foretold(sheet: Sheet) -> None:
    chain = [sheet.change(1), sheet.change(None, base=1), sheet.change(3, base=2)]
    assert sheet.type("teacher", *chain) == [{"saved": 1}, {"saved": 2}, {"saved": 3}]
    assert sheet.written() == [(1, 1), (None, 2), (3, 3)]


def test_a_conflict_names_the_other_person_and_what_they_wrote(sheet: Sheet) -> None:
    sheet.type("colleague", sheet.change(2))
    (receipt,) = sheet.type("teacher", sheet.change(3))
    there = receipt["conflict"]
    assert (there["level"], there["revision"], there["by"]) == (2, 1, "colleague")
    assert abs(there["at"] - now().timestamp()) < 60
    assert sheet.written() == [(2, 1)]


def test_a_level_typed_over_a_mark_that_is_not_there_is_never_called_saved_unless_it_is(sheet: Sheet) -> None:
    """As after a backup was brought back: the browser knows a revision that the record has lost."""
    (receipt,) = sheet.type("teacher", sheet.change(2, base=5))
    assert ("saved" in receipt) == ([level for level, _ in sheet.written()] == [2])


def test_an_approved_sheet_refuses_a_mark_in_words(sheet: Sheet) -> None:
    with sheet.house.program.database.writing() as session:
        session.get_one(GroupStage, (sheet.group, Stage.START)).state = SheetState.APPROVED
    (receipt,) = sheet.type("teacher", sheet.change(2))
    assert_words(receipt["refused"], "ru")
    assert sheet.written() == []
    assert sheet.whole()["state"]["is"] == "approved"


def test_a_child_of_another_group_is_refused(sheet: Sheet) -> None:
    neighbours = a_sheet(sheet.house)
    (receipt,) = sheet.type("colleague", neighbours.change(2))
    assert_words(receipt["refused"], "kk")
    assert neighbours.written() == []


def test_a_specialist_marks_the_learning_area_that_was_granted_and_no_other(sheet: Sheet) -> None:
    own, foreign = sheet.type("musician", sheet.change(2), sheet.change(2, area="drawing"))
    assert own == {"saved": 1}
    assert_words(foreign["refused"], "ru")
    assert {area["key"] for area in sheet.whole("musician")["areas"] if area["mayMark"]} == {"music"}


def test_kazakh_is_left_out_where_the_group_is_not_assessed_in_it(house: House) -> None:
    sheet = a_sheet(house, assesses_kazakh=False)
    whole = sheet.whole()
    assert "kazakh" not in {area["key"] for area in whole["areas"]} | {one["area"] for one in whole["criteria"]}
    (receipt,) = sheet.type("teacher", sheet.change(2, area="kazakh"))
    assert_words(receipt["refused"], "ru")


def test_whoever_may_not_mark_reads_the_sheet_and_sends_nothing(sheet: Sheet) -> None:
    assert not any(area["mayMark"] for area in sheet.whole("methodologist")["areas"])
    status, _ = sheet.post("methodologist", sheet.change(2))
    assert (status, sheet.written()) == (HTTPStatus.FORBIDDEN, [])


# --- the sheet and its news ------------------------------------------------------------------------------


def test_a_sheet_has_its_children_areas_and_criteria_in_the_groups_language_or_the_one_asked_for(sheet: Sheet) -> None:
    russian, kazakh = sheet.whole(), sheet.whole(language="kk")
    assert [child["full"] for child in russian["children"]] == ["Ахметова Аружан", "Ахметова Дана"]
    assert {child["age"] for child in russian["children"]} == {5}
    assert (russian["language"], kazakh["language"]) == ("ru", "kk")
    for of_one, of_other in zip(russian["criteria"], kazakh["criteria"], strict=True):
        assert of_one["id"] == of_other["id"]
        assert of_one["text"] != of_other["text"]
        assert len(of_one["levels"]) == len(of_other["levels"]) == 3


def test_the_marks_of_the_stage_before_come_with_the_sheet(sheet: Sheet) -> None:
    change = sheet.change(3)
    sheet.type("teacher", change)
    later = sheet.whole(stage="mid")
    assert later["earlier"] == [[change["child"], change["criterion"], 3]]
    assert later["marks"] == []


def test_opening_a_sheet_is_put_on_record_once(sheet: Sheet) -> None:
    sheet.whole()
    sheet.whole()
    with sheet.house.program.database.reading() as session:
        acts = session.exec(select(AccessRecord.act).where(col(AccessRecord.subject_id) == sheet.group)).all()
    assert acts.count(Act.OPENED) == 1


def test_news_hold_what_changed_since_each_cell_once_own_marks_too(sheet: Sheet) -> None:
    sheet.type("teacher", sheet.change(1, area="drawing"))
    seen = sheet.whole()["sequence"]
    assert sheet.news("teacher", seen)["marks"] == []
    sheet.type("teacher", sheet.change(2), sheet.change(3, base=1))
    sheet.type("colleague", sheet.change(1, child=1))
    a_foreign = a_sheet(sheet.house)
    a_foreign.type("teacher", a_foreign.change(2))
    news = sheet.news("teacher", seen)
    assert sorted((child, level, by) for child, _, level, _, by, _ in news["marks"]) == sorted(
        [(str(sheet.children[0]), 3, "teacher"), (str(sheet.children[1]), 1, "colleague")]
    )
    assert (news["assessed"], news["sequence"]) == (3, seen + 4)
    assert sheet.news("teacher", news["sequence"])["marks"] == []


def test_the_answer_to_a_mark_brings_the_news_of_the_others(sheet: Sheet) -> None:
    seen = sheet.whole()["sequence"]
    sheet.type("colleague", sheet.change(1, child=1))
    _, answer = sheet.post("teacher", sheet.change(2), since=seen)
    assert sorted((level, by) for _, _, level, _, by, _ in answer["marks"]) == [(1, "colleague"), (2, "teacher")]
    assert answer["sequence"] == seen + 2


# --- whose request it is ---------------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["account", "installation"])
def test_what_was_meant_for_another_account_or_installation_is_neither_shown_nor_written(
    sheet: Sheet, other: str
) -> None:
    foreign = {"account": sheet.house.people["colleague"].account.id, "installation": uuid4()}
    sent = sheet.named("teacher", **{other: foreign[other]}) | {"since": 0, "changes": [sheet.change(2)]}
    answers = [
        sheet.get("teacher", "/sheets/whole", **{other: foreign[other]}),
        sheet.get("teacher", "/sheets/news", since=0, **{other: foreign[other]}),
        sheet.ask("teacher", "POST", "/sheets/changes", json.dumps(sent)),
    ]
    for status, answer in answers:
        assert status == HTTPStatus.CONFLICT
        assert set(answer) == {"installation", "account", "reason"}
        assert answer["account"] == str(sheet.house.people["teacher"].account.id)
        assert_words(answer["reason"], "ru")
    assert sheet.written() == []


def test_an_ended_session_writes_nothing_and_is_told_so(sheet: Sheet) -> None:
    leaver = a_person(sheet.house.school, "leaver", NewGrant(Role.TEACHER))
    left = replace(sheet, house=replace(sheet.house, people={"leaver": leaver}))
    sign_in.sign_out(sheet.house.program.database, leaver.token)
    status, answer = left.post("leaver", left.change(2))
    assert (status, sheet.written()) == (HTTPStatus.UNAUTHORIZED, [])
    assert_words(answer["reason"], "ru")


def test_news_do_not_keep_a_session_alive_and_a_mark_does(sheet: Sheet) -> None:
    long_ago = now() - 2 * sign_in.TOUCH_EVERY
    database, token = sheet.house.program.database, sign_in.hash_token(sheet.house.people["teacher"].token)

    def last_seen() -> datetime:
        with database.reading() as session:
            return session.get_one(SignIn, token).seen_at

    with database.writing() as session:
        session.get_one(SignIn, token).seen_at = long_ago
    sheet.news("teacher", 0)
    assert last_seen() == long_ago
    sheet.type("teacher", sheet.change(2))
    assert last_seen() > long_ago


def test_somebody_in_the_demonstration_writes_nothing_into_the_real_record(sheet: Sheet) -> None:
    house = sheet.house
    with_a_small_demonstration(house.program)
    entered = house.program.ask("POST", "/door/demo", form={})
    cookies = dict(
        line.partition(";")[0].split("=", 1) for line in entered.headers.get_all("Set-Cookie") or [] if "=" in line
    )
    demo = database_at(house.program.home / "demo" / FILE_NAME)
    with demo.reading() as session:
        installation = session.exec(select(Installation.id)).one()
        accounts_there = session.exec(select(Account.id)).all()
    answers = [
        house.program.ask(
            "POST",
            "/sheets/changes",
            cookies=cookies | {house.cookie: house.people["teacher"].token},
            json=json.dumps(
                sheet.named("teacher", installation=named, account=account) | {"since": 0, "changes": [sheet.change(2)]}
            ),
            headers={"X-Monitoring": "1"},
        ).status
        for named in (house.installation, installation)
        for account in (house.people["teacher"].account.id, *accounts_there)
    ]
    demo.engine.dispose()
    assert set(answers) == {HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND}
    assert sheet.written() == []


# --- what cannot be understood ---------------------------------------------------------------------------

BROKEN_CHANGES: dict[str, Json] = {
    "a level that is none": {"level": 4},
    "a level in words": {"level": "II"},
    "a half level": {"level": 1.5},
    "a level that is a list": {"level": [2]},
    "no id": {"id": None},
    "an id that is a number": {"id": 5},
    "a child that is no id": {"child": "Дана"},
    "a criterion that is an object": {"criterion": {}},
    "a base in words": {"base": "нет"},
    "no base": {"base": None},
    "an endless base": {"base": float("inf")},
    "a base that is no number": {"base": float("nan")},
}
BROKEN_BODIES: dict[str, str | bytes] = {
    "nothing": "",
    "half an object": '{"group": ',
    "a list": "[]",
    "a word": '"group"',
    "no text at all": b"\xff\xfe\x00",
    "a pit of brackets": "[" * 30_000,
}
BROKEN_FRAMES: dict[str, Json] = {
    "a group that is no id": {"group": "Балапан"},
    "a stage that is none": {"stage": "summer"},
    "a stage that is a list": {"stage": []},
    "changes that are an object": {"changes": {}},
    "changes that are words": {"changes": "2"},
    "a change that is a number": {"changes": [2]},
    "too many changes": {"changes": [{}] * (MOST_CHANGES + 1)},
    "no since": {"since": None},
    "a since in words": {"since": "вчера"},
    "an endless since": {"since": float("inf")},
}


@pytest.mark.parametrize("fault", BROKEN_CHANGES)
def test_a_broken_change_is_refused_with_all_that_came_with_it(sheet: Sheet, fault: str) -> None:
    status, answer = sheet.post("teacher", sheet.change(2, child=1), sheet.change(2) | BROKEN_CHANGES[fault])
    assert (status, sheet.written()) == (HTTPStatus.BAD_REQUEST, [])
    assert_words(answer["reason"], "ru")


@pytest.mark.parametrize("fault", BROKEN_FRAMES)
def test_a_request_that_does_not_say_what_it_is_about_is_refused_in_the_readers_words(sheet: Sheet, fault: str) -> None:
    sent = sheet.named("colleague") | {"since": 0, "changes": [sheet.change(2)]} | BROKEN_FRAMES[fault]
    status, answer = sheet.ask("colleague", "POST", "/sheets/changes", json.dumps(sent))
    assert (status, sheet.written()) == (HTTPStatus.BAD_REQUEST, [])
    assert_words(answer["reason"], "kk")


@pytest.mark.parametrize("fault", BROKEN_BODIES)
def test_a_body_that_is_no_object_is_refused_in_words(sheet: Sheet, fault: str) -> None:
    status, answer = sheet.ask("teacher", "POST", "/sheets/changes", BROKEN_BODIES[fault])
    assert status == HTTPStatus.BAD_REQUEST
    assert_words(answer["reason"], "ru")


@pytest.mark.parametrize("path", ["/sheets/whole", "/sheets/news"])
@pytest.mark.parametrize("broken", [{"group": "x"}, {"stage": "summer"}, {"stage": ""}], ids=str)
def test_a_question_that_names_no_sheet_is_refused_in_words(sheet: Sheet, path: str, broken: dict[str, str]) -> None:
    status, answer = sheet.get("teacher", path, **{"since": 0, **broken})
    assert status == HTTPStatus.BAD_REQUEST
    assert_words(answer["reason"], "ru")


@pytest.mark.parametrize("since", ["", "x", "1.5", "∞"])
def test_news_since_what_is_no_number_are_refused_in_words(sheet: Sheet, since: str) -> None:
    status, answer = sheet.get("teacher", "/sheets/news", since=since)
    assert status == HTTPStatus.BAD_REQUEST
    assert_words(answer["reason"], "ru")


@pytest.mark.parametrize("number", [-1, 2**53 - 1, 2**63, -(2**63) - 1, 10**30])
def test_a_number_of_any_size_breaks_nothing(sheet: Sheet, number: int) -> None:
    """The browser itself sends the greatest of its numbers as `since` where it wants no news."""
    assert sheet.get("teacher", "/sheets/news", since=number)[0] < HTTPStatus.INTERNAL_SERVER_ERROR
    status, _ = sheet.post("teacher", sheet.change(2), since=number)
    assert status < HTTPStatus.INTERNAL_SERVER_ERROR
    status, _ = sheet.post("teacher", sheet.change(3, base=number))
    assert status < HTTPStatus.INTERNAL_SERVER_ERROR


def test_a_group_that_is_not_there_is_not_found_in_words(sheet: Sheet) -> None:
    nowhere = replace(sheet, group=uuid4())
    answers = [
        nowhere.get("teacher", "/sheets/whole"),
        nowhere.get("teacher", "/sheets/news", since=0),
        nowhere.post("teacher", sheet.change(2)),
    ]
    for status, answer in answers:
        assert status == HTTPStatus.NOT_FOUND
        assert_words(answer["reason"], "ru")


def test_a_body_that_is_too_long_is_refused_unread(sheet: Sheet) -> None:
    status, _ = sheet.ask("teacher", "POST", "/sheets/changes", "[" + " " * 70_000 + "]")
    assert status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_as_many_changes_as_a_browser_sends_at_once_are_taken(sheet: Sheet) -> None:
    cells = [(child, area) for child in range(2) for area in sheet.versions]
    changes = [sheet.change(1 + number % 3, child=child, area=area) for number, (child, area) in enumerate(cells)]
    assert sheet.type("teacher", *changes) == [{"saved": 1}] * len(changes)
    assert len(sheet.written()) == len(changes)
