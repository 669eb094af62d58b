"""The screen of a card run without a browser: how much it asks of the database, and what it says without levels."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy import event
from streamlit.runtime.context import StreamlitCookies
from streamlit.testing.v1 import AppTest

from tests.running import ROOT
from tests.trials.kindergarten import Kindergarten, full_of_marks, kindergarten
from tests.trials.place import Place

# The card's nine, one for the register of access, two for who stands before and after.
AT_MOST = 12
OF_THE_FRAME = ("BEGIN", "SELECT accounts.", "SELECT grants.")


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kindergarten]:
    """Yield a kindergarten whose teacher is signed in wherever a screen is run."""
    monkeypatch.setenv("MONITORING_HOME", str(tmp_path))
    monkeypatch.delenv("MONITORING_DATABASE_URL", raising=False)
    made = kindergarten(Place(tmp_path).database(), desks=1, children_each=25, criteria=84)
    cookies = StreamlitCookies({made.cookie: made.desks[0].token})
    monkeypatch.setattr(type(st.context), "cookies", property(lambda _context: cookies))
    yield made
    made.database.engine.dispose()


def screen(made: Kindergarten) -> AppTest:
    """Return the screen of the card of the group's first child."""
    found = AppTest.from_file(str(ROOT / "monitoring" / "ui" / "main.py"), default_timeout=30)
    found.switch_page("../../pages/card.py")
    found.query_params["child"] = str(made.desks[0].cells[0][0])
    return found


def test_a_card_asks_the_database_few_questions_however_many_marks_there_are(made: Kindergarten) -> None:
    full_of_marks(made)
    shown = screen(made).run()
    assert shown.title[0].value == "Ахметова Дана"
    asked: list[str] = []
    event.listen(made.database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    shown.run()
    assert not shown.exception
    assert 0 < len([one for one in asked if not one.startswith(OF_THE_FRAME)]) <= AT_MOST


def test_a_card_without_a_mark_says_where_levels_come_from(made: Kindergarten) -> None:
    shown = screen(made).run()
    assert not shown.exception
    assert [one.value for one in shown.info] == ["Уровней пока нет. Они выводятся из отметок листа наблюдений."]
