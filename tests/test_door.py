"""The door of a new installation: set-up by one person, from here or with the code; the demonstration apart."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from sqlmodel import select

from monitoring.core.language import gettext
from monitoring.people.sign_in import form_token
from monitoring.record.database import FILE_NAME, Database, database_at
from monitoring.record.models import Account, InterfaceLanguage, Organisation
from tests.conftest import PASSWORD
from tests.running import Answer, Program, running, with_a_small_demonstration

CODE = "birch-42"
ELSEWHERE = "127.0.0.3"  # an address of this machine that is not the one a browser here has
FORM = {
    "name": "Школа села Ақбұлақ",
    "kind": "school",
    "teaching_language": "kk",
    "year_begins": "2026",
    "person": "Айгүл Сәрсенова",
    "login": "aigul",
    "password": PASSWORD,
    "password_again": PASSWORD,
}


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data", environment={"MONITORING_SET_UP_TOKEN": CODE}) as started:
        yield started


def organisations(database: Database) -> int:
    with database.reading() as session:
        return len(session.exec(select(Organisation)).all())


def cookies_of(*answers: Answer) -> dict[str, str]:
    """Return the cookies a browser holds after these answers."""
    held: dict[str, str] = {}
    for answer in answers:
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, cookie in SimpleCookie(line).items():
                held[name] = cookie.value
                if cookie["max-age"] == "0":
                    del held[name]
    return held


def session_of(cookies: dict[str, str]) -> str:
    return next(value for name, value in cookies.items() if name not in ("monitoring_place", "monitoring_language"))


def test_two_set_ups_at_once_found_one_organisation(program: Program) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda n: program.ask("POST", "/door/set-up", form={**FORM, "login": f"aigul{n}"}), range(4))
        )
    assert organisations(program.database) == 1
    assert sum(bool(cookies_of(answer)) for answer in answers) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "  "},
        {"login": ""},
        {"password_again": "another one"},
        {"password": "short", "password_again": "short"},
        {"kind": "factory"},
        {"year_begins": "soon"},
    ],
)
def test_a_set_up_that_will_not_do_founds_nothing_and_keeps_what_was_typed(
    program: Program, wrong: dict[str, str]
) -> None:
    answer = program.ask("POST", "/door/set-up", form=FORM | wrong)
    assert answer.status == 400
    assert 'role="alert"' in answer.body
    assert FORM["person"] in answer.body
    assert PASSWORD not in answer.body
    assert organisations(program.database) == 0


def test_set_up_from_another_machine_needs_the_code(program: Program) -> None:
    assert program.ask("POST", "/door/set-up", form=FORM, come_from=ELSEWHERE).status == 400
    assert program.ask("POST", "/door/set-up", form=FORM | {"code": "birch"}, come_from=ELSEWHERE).status == 400
    assert organisations(program.database) == 0
    assert program.ask("POST", "/door/set-up", form=FORM | {"code": CODE}, come_from=ELSEWHERE).status == 303
    assert organisations(program.database) == 1


def test_the_demonstration_lies_apart_and_is_left_again(program: Program) -> None:
    entered = program.ask("POST", "/door/demo", form={})
    cookies = cookies_of(entered)
    assert entered.status == 303
    assert organisations(program.database) == 0
    demo = database_at(program.home / "demo" / FILE_NAME)
    assert organisations(demo) == 1
    inside = program.ask("GET", "/door/password", cookies=cookies)
    assert gettext("Demonstration: all people and marks here are invented") in inside.body
    left = program.ask("POST", "/door/leave-demo", cookies=cookies, form={"form_token": form_token("")})
    assert cookies_of(left) == {}
    outside = program.ask("GET", "/door", cookies={key: value for key, value in cookies.items() if "place" not in key})
    assert gettext("First set-up") in outside.body
    demo.engine.dispose()


def test_the_demonstration_is_not_made_for_somebody_on_the_network(program: Program) -> None:
    assert cookies_of(program.ask("POST", "/door/demo", form={}, come_from=ELSEWHERE)) == {}
    assert not (program.home / "demo").exists()


def test_a_change_of_password_gives_this_browser_a_new_session(program: Program) -> None:
    before = cookies_of(program.ask("POST", "/door/set-up", form=FORM))
    form = {"old": PASSWORD, "password": "four green rivers", "password_again": "four green rivers"}
    changed = program.ask(
        "POST", "/door/password", cookies=before, form=form | {"form_token": form_token(session_of(before))}
    )
    assert changed.status == 303
    assert program.ask("GET", "/", cookies=before).status == 303
    assert program.ask("GET", "/", cookies=cookies_of(changed)).status == 200


def test_the_language_goes_with_the_account(program: Program) -> None:
    cookies = cookies_of(program.ask("POST", "/door/set-up", form=FORM))
    token = form_token(session_of(cookies))
    program.ask("POST", "/door/language", cookies=cookies, form={"language": "kk", "form_token": token})
    with program.database.reading() as session:
        assert session.exec(select(Account.language)).one() is InterfaceLanguage.KAZAKH
    assert '<html lang="kk"' in program.ask("GET", "/", cookies=cookies).body


def language_of_the_account(program: Program) -> InterfaceLanguage:
    with program.database.reading() as session:
        return InterfaceLanguage(session.exec(select(Account.language)).one())


def test_a_language_chosen_on_the_page_of_the_door_goes_with_whoever_signs_in_on_it(program: Program) -> None:
    program.ask("POST", "/door/set-up", form=FORM)
    chosen = program.ask("POST", "/door/language", form={"language": "kk", "back": "/door"})
    page = program.ask("GET", chosen.headers["Location"], cookies=cookies_of(chosen))
    assert 'name="language" value="kk">' in page.body
    wrong = {"login": "a slip", "password": PASSWORD, "language": "kk"}
    again = program.ask("POST", "/door/sign-in", cookies=cookies_of(chosen), form=wrong)
    assert 'name="language" value="kk">' in again.body
    assert language_of_the_account(program) is InterfaceLanguage.RUSSIAN
    right = {"login": FORM["login"], "password": PASSWORD, "language": "kk"}
    program.ask("POST", "/door/sign-in", cookies=cookies_of(chosen), form=right)
    assert language_of_the_account(program) is InterfaceLanguage.KAZAKH


def test_a_language_that_a_colleague_left_on_a_shared_computer_changes_no_account(program: Program) -> None:
    program.ask("POST", "/door/set-up", form=FORM)
    left = {"monitoring_language": "kk"}
    page = program.ask("GET", "/door", cookies=left)
    assert '<html lang="kk"' in page.body
    assert 'type="hidden" name="language"' not in page.body
    answer = program.ask("POST", "/door/sign-in", cookies=left, form={"login": FORM["login"], "password": PASSWORD})
    assert answer.status == 303
    assert language_of_the_account(program) is InterfaceLanguage.RUSSIAN


def test_the_demonstration_speaks_the_language_of_the_door_each_time(program: Program) -> None:
    with_a_small_demonstration(program)
    program.ask("POST", "/door/demo", form={})
    cookies = cookies_of(program.ask("POST", "/door/demo", cookies={"monitoring_language": "kk"}, form={}))
    assert '<html lang="kk"' in program.ask("GET", "/", cookies=cookies).body


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_no_link_of_the_door_leads_away(program: Program, back: str) -> None:
    answer = program.ask("POST", "/door/language", form={"language": "kk", "back": back})
    assert answer.headers["Location"] == "/"
