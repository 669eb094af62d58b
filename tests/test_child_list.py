import io
from collections.abc import Sequence
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from monitoring.core.errors import Refusal
from monitoring.core.names import FullName, full_name
from monitoring.core.table_file import Cell, Table, read_table
from monitoring.lists.child_list import ChildList, DoubtKind, ListedChild, as_date, read_list

TODAY = date(2026, 9, 10)
GROUPS = ("Балапан", "Ақ бота", "0 «А» класс")
HEAD = ("№", "ФИО ребенка", "Дата рождения", "Группа")
DANA = FullName("Ахметова", "Дана", "Ерланқызы")
BORN = date(2021, 3, 5)


def listed(
    *tables: Table,
    existing: Sequence[tuple[FullName, date | None]] = (),
    group: str | None = None,
) -> ChildList:
    return read_list(tables, year_begins=2026, groups=GROUPS, existing=existing, group=group, today=TODAY)


def table(*rows: Sequence[Cell], name: str = "Лист1") -> Table:
    width = max(map(len, rows))
    return Table(name, tuple((*row, *(None,) * (width - len(row))) for row in rows))


def one(
    *cells: Cell, head: Sequence[Cell] = HEAD[1:], existing: Sequence[tuple[FullName, date | None]] = ()
) -> ListedChild:
    [row] = listed(table(head, cells), existing=existing).rows
    return row


def kinds(row: ListedChild) -> set[DoubtKind]:
    return {doubt.kind for doubt in row.doubts}


def workbook(rows: Sequence[Sequence[Cell]], title: str = "") -> bytes:
    """A list as schools keep it: a merged title line, a head, dates shown as dates."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet, days = book.add_worksheet("Лист1"), book.add_format({"num_format": "dd.mm.yyyy"})
        if title:
            sheet.merge_range(0, 0, 0, 3, title)
        for number, row in enumerate(rows, start=2 if title else 0):
            for column, value in enumerate(row):
                sheet.write(number, column, value, days if isinstance(value, date) else None)
    return buffer.getvalue()


def test_a_list_from_excel_is_read_under_its_title() -> None:
    rows: list[Sequence[Cell]] = [
        HEAD,
        (1, "Ахметова Дана Ерланқызы", BORN, "Балапан"),
        (2, "Ким Анна", "06.04.2021", "Ақ бота"),
    ]
    read = listed(*read_table(workbook(rows, title="Список детей на 2026-2027 учебный год"), "Список.xlsx"))
    assert (
        read.good
        == read.rows
        == (
            ListedChild("Лист1", 4, DANA, BORN, "Балапан", None),
            ListedChild("Лист1", 5, FullName("Ким", "Анна"), date(2021, 4, 6), "Ақ бота", None),
        )
    )
    assert read.bad == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_kazakh_list_in_csv_is_read(encoding: str) -> None:
    head = "Р/с;Баланың Т.А.Ә.;Баланың туған жылы, күні;Топ/сынып"
    text = f"{head}\r\n1;Əлібек Ғани Өмір ұлы;05.03.2021 ж.;«БАЛАПАН» тобы\r\n"
    [row] = listed(*read_table(text.encode(encoding), "тізім.csv")).rows
    assert row == ListedChild("тізім", 2, FullName("Әлібек", "Ғани", "Өмір ұлы"), BORN, "Балапан", None)


def test_letters_lost_in_an_old_windows_encoding_block_the_row_and_say_how_to_save() -> None:
    text = "ФИО;Дата рождения;Группа\r\nӘлиева Дана;05.03.2021;Балапан\r\nКим Анна;06.03.2021;Балапан\r\n"
    read = listed(*read_table(text.encode("cp1251", "replace"), "a.csv"))
    assert [row.row for row in read.good] == [3]
    [doubt] = read.bad[0].doubts
    assert (doubt.kind, doubt.blocking) == (DoubtKind.SUSPECT_NAME, True)
    assert "UTF-8" in doubt.message.render("en")


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        (("ФИО", "Дата рождения"), ("Ахметова Дана Ерланқызы", BORN)),
        (("Дата рождения ребёнка", "Ф.И.О. воспитанника"), (BORN, "Ахметова Дана Ерланқызы")),
        (("Фамилия, имя, отчество ребенка", "Д.р."), ("Ахметова Дана Ерланқызы", BORN)),
        (("Фамилия Имя", "Отчество", "Дата рожд."), ("Ахметова Дана", "Ерланқызы", BORN)),
        (("Фамилия", "Имя", "Отчество", "Дата рождения"), ("Ахметова", "Дана", "Ерланқызы", BORN)),
        (("Имя ребенка", "Дата рождения"), ("Ахметова Дана Ерланқызы", BORN)),
        (("Баланың аты-жөні", "Туған күні"), ("Ахметова Дана Ерланқызы", BORN)),
        (("Т.А.Ә.", "Туған жылы, күні"), ("Ахметова Дана Ерланқызы", BORN)),
        (("Тегі", "Аты", "Әкесінің аты", "Туған күні"), ("Ахметова", "Дана", "Ерланқызы", BORN)),
        (
            ("Тегі, аты, әкесінің аты", "Туған жері", "Туған күні"),
            ("Ахметова Дана Ерланқызы", "Алматы", BORN),
        ),
        (("Full name", "Place of birth", "Date of birth"), ("Ахметова Дана Ерланқызы", "Almaty", BORN)),
        (("Surname", "First name", "Patronymic", "Date of birth"), ("Ахметова", "Дана", "Ерланқызы", BORN)),
        (("ФИО родителя", "ФИО", "Дата рождения"), ("Ахметов Ерлан", "Ахметова Дана Ерланқызы", BORN)),
        (("Әкесінің аты-жөні", "Аты-жөні", "Туған күні"), ("Ахметов Ерлан", "Ахметова Дана Ерланқызы", BORN)),
        (("ФИO peбeнкa", "Дaтa poждeния"), ("Aхметова Дaна Eрланқызы", BORN)),
    ],
)
def test_columns_are_known_by_their_heads_in_any_order(head: Sequence[Cell], cells: Sequence[Cell]) -> None:
    [row] = listed(table(head, cells), group="Балапан").rows
    assert (row.name, row.born_on, row.doubts) == (DANA, BORN, ())


@pytest.mark.parametrize("head", ["Группа", "Группа/класс", "Топ/сынып", "Топтың аты", "Сыныбы", "Group"])
def test_the_group_column_is_known_by_its_head(head: str) -> None:
    row = one("Ахметова Дана", BORN, "Балапан", head=("ФИО", "Дата рождения", head))
    assert (row.group, row.doubts) == ("Балапан", ())


@pytest.mark.parametrize("head", ["Группа крови", "Группа здоровья", "Классный руководитель"])
def test_other_groups_are_no_groups_of_children(head: str) -> None:
    assert kinds(one("Ахметова Дана", BORN, "Балапан", head=("ФИО", "Дата рождения", head))) == {DoubtKind.NO_GROUP}


@pytest.mark.parametrize("head", ["Дата зачисления", "Дата поступления", "Қабылданған күні", "Date of admission"])
def test_the_date_of_arrival_is_read(head: str) -> None:
    row = one("Ахметова Дана", BORN, "Балапан", "01.10.2026", head=(*HEAD[1:], head))
    assert (row.arrived_on, row.doubts) == (date(2026, 10, 1), ())


def test_a_head_merged_over_two_rows_is_read() -> None:
    read = listed(
        table(
            ("№", "ФИО", "Сведения", None),
            (None, None, "Дата рождения", "Группа"),
            (1, "Ахметова Дана", BORN, "Балапан"),
        )
    )
    assert [(row.row, row.doubts) for row in read.rows] == [(3, ())]


def test_totals_signatures_numbers_and_blank_lines_are_no_children() -> None:
    read = listed(
        table(
            HEAD,
            (1, 2, 3, 4),
            ("1", "2", "3", "4"),
            (1, "Ахметова Дана", BORN, "Балапан"),
            (None, None, None, None),
            (2, None, None, "Балапан"),
            HEAD,
            (3, "Ким Анна", BORN, "Балапан"),
            (None, "Итого: 2", None, None),
            ("Барлығы", None, 2, None),
            (None, "Воспитатель: Иванова А. А.", None, None),
        )
    )
    assert [row.row for row in read.rows if row.born_on] == [4, 8]
    assert len(read.rows) == 2


def test_a_child_whose_name_sounds_like_a_caption_is_not_skipped() -> None:
    head = (*HEAD, "Должность матери")
    read = listed(
        table(head, (1, "Директоров Пётр", None, "Балапан", None), (2, "Ким Анна", "", "Балапан", "Директор"))
    )
    assert [kinds(row) for row in read.rows] == [{DoubtKind.NO_BIRTH_DATE}] * 2


def test_the_children_under_a_caption_belong_to_its_group() -> None:
    read = listed(
        table(
            ("ФИО", "Дата рождения"),
            ("Группа «Балапан»",),
            ("Ахметова Дана", BORN),
            ("Ақ бота",),
            ("Ким Анна", BORN),
            ("Группа «Ромашка»",),
            ("Ли Ян", BORN),
        )
    )
    assert [row.group for row in read.rows] == ["Балапан", "Ақ бота", "Группа «Ромашка»"]
    assert kinds(read.rows[2]) == {DoubtKind.UNKNOWN_GROUP}


def test_each_sheet_named_like_a_group_gives_its_children_that_group() -> None:
    head = ("ФИО", "Дата рождения")
    read = listed(
        table(("Памятка",), name="О файле"),
        table(head, ("Ахметова Дана", BORN), name="Балапан"),
        table(head, ("Ким Анна", BORN), name="ақ бота"),
    )
    assert [(row.sheet, row.group, row.doubts) for row in read.rows] == [
        ("Балапан", "Балапан", ()),
        ("ақ бота", "Ақ бота", ()),
    ]


def test_the_group_chosen_for_the_list_serves_where_the_file_names_none() -> None:
    read = listed(table(HEAD, (1, "Ахметова Дана", BORN, None), (2, "Ким Анна", BORN, "Ақ бота")), group="Балапан")
    assert [row.group for row in read.rows] == ["Балапан", "Ақ бота"]


@pytest.mark.parametrize(
    "written", ["БАЛАПАН", " балапан ", "«Балапан»", 'группа "Балапан"', "Балапан тобы", "Бaлaпaн"]
)
def test_a_group_is_known_in_other_spellings(written: str) -> None:
    row = one("Ахметова Дана", BORN, written)
    assert (row.group, row.doubts) == ("Балапан", ())


@pytest.mark.parametrize("written", ["0 А", "0 A класс", '0 "а"'])
def test_a_class_with_a_letter_is_known_in_other_spellings(written: str) -> None:
    assert one("Ахметова Дана", BORN, written).group == "0 «А» класс"


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ((None, BORN, "Балапан"), DoubtKind.NO_NAME),
        (("Ахметова", BORN, "Балапан"), DoubtKind.SUSPECT_NAME),
        (("Ахметова Да?а", BORN, "Балапан"), DoubtKind.SUSPECT_NAME),
        (("Ахметова " + "а" * 101, BORN, "Балапан"), DoubtKind.SUSPECT_NAME),
        (("Ахметова Дана", None, "Балапан"), DoubtKind.NO_BIRTH_DATE),
        (("Ахметова Дана", "31.02.2021", "Балапан"), DoubtKind.IMPOSSIBLE_DATE),
        (("Ахметова Дана", "весной", "Балапан"), DoubtKind.IMPOSSIBLE_DATE),
        (("Ахметова Дана", 2021, "Балапан"), DoubtKind.IMPOSSIBLE_DATE),
        (("Ахметова Дана", date(2017, 12, 31), "Балапан"), DoubtKind.AGE_OUTSIDE),
        (("Ахметова Дана", date(2026, 9, 11), "Балапан"), DoubtKind.AGE_OUTSIDE),
        (("Ахметова Дана", BORN, "Ромашка"), DoubtKind.UNKNOWN_GROUP),
        (("Ахметова Дана", BORN, None), DoubtKind.NO_GROUP),
        (("Ахметова Дана", BORN, "Балапан", "32.10.2026"), DoubtKind.IMPOSSIBLE_DATE),
        (("Ахметова Дана", BORN, "Балапан", "01.09.2027"), DoubtKind.ARRIVAL_OUTSIDE),
        (("Ахметова Дана", BORN, "Балапан", "04.03.2021"), DoubtKind.ARRIVAL_OUTSIDE),
    ],
)
def test_a_blocking_doubt_keeps_the_row_out(cells: Sequence[Cell], kind: DoubtKind) -> None:
    read = listed(table((*HEAD[1:], "Дата зачисления"), cells))
    assert read.good == ()
    assert [(doubt.kind, doubt.blocking) for row in read.bad for doubt in row.doubts] == [(kind, True)]


@pytest.mark.parametrize(
    "name",
    ["Ахметова Д.Е.", "Дана Ерланқызы Ахметова", "Ахметова Дана 2", "Ахметова (Ким) Дана", "Ахметова Daнa"],
)
def test_an_unusual_name_is_a_warning(name: str) -> None:
    row = one(name, BORN, "Балапан")
    assert (kinds(row), row.blocked) == ({DoubtKind.SUSPECT_NAME}, False)


@pytest.mark.parametrize(
    "name", ["Серікұлы Данияр Ерланұлы", "Петрова-Ким Анна", "1. Ахметова Дана", "Kim Anna", "Ким О’Хара"]
)
def test_a_usual_name_is_no_doubt(name: str) -> None:
    assert one(name, BORN, "Балапан").doubts == ()


@pytest.mark.parametrize("born_on", [date(2018, 1, 1), date(2026, 9, 10)])
def test_the_age_counts_by_calendar_years_up_to_today(born_on: date) -> None:
    assert one("Ахметова Дана", born_on, "Балапан").doubts == ()


def test_a_child_written_twice_is_entered_once() -> None:
    read = listed(table(HEAD, (1, "Ахметова Дана", BORN, "Балапан"), (2, "АХМЕТОВА  Дaна", "05.03.21", "Ақ бота")))
    assert [row.row for row in read.good] == [2]
    [doubt] = read.bad[0].doubts
    assert (doubt.kind, doubt.message.render("en")) == (
        DoubtKind.DOUBLE_IN_FILE,
        "The same child is already in the file: row 2.",
    )


def test_a_double_on_another_sheet_names_the_sheet() -> None:
    rows = (HEAD, (1, "Ахметова Дана", BORN, "Балапан"))
    read = listed(table(*rows, name="Общий"), table(*rows, name="Балапан"))
    assert "“Общий”, row 2" in read.bad[0].doubts[0].message.render("en")


@pytest.mark.parametrize(
    ("name", "born_on"),
    [
        ("Ахметова Дана", date(2020, 3, 5)),
        ("Ахметова Дана Ерланқызы", BORN),
        ("Ахмeтова Дaнa", date(2020, 3, 5)),
        ("Әхметова Дана", BORN),
    ],
)
def test_a_child_that_resembles_another_is_a_warning(name: str, born_on: date) -> None:
    read = listed(table(HEAD, (1, "Ахметова Дана", BORN, "Балапан"), (2, name, born_on, "Балапан")))
    assert [(kinds(row), row.blocked) for row in read.rows] == [
        (set(), False),
        ({DoubtKind.POSSIBLE_DOUBLE}, False),
    ]


def test_twins_and_namesakes_alike_only_by_ear_are_no_doubt() -> None:
    read = listed(
        table(
            HEAD,
            (1, "Ахметова Дана", BORN, "Балапан"),
            (2, "Ахметова Диана", BORN, "Балапан"),
            (3, "Әхметова Дана", date(2020, 1, 1), "Балапан"),
        )
    )
    assert [row.doubts for row in read.rows] == [(), (), ()]


@pytest.mark.parametrize(
    ("known", "born_on", "kind", "blocked"),
    [
        (DANA, BORN, DoubtKind.ALREADY_ON_LIST, True),
        (DANA, None, DoubtKind.POSSIBLE_DOUBLE, False),
        (DANA, date(2020, 1, 1), DoubtKind.POSSIBLE_DOUBLE, False),
        (FullName("Ахметова", "Дана"), BORN, DoubtKind.POSSIBLE_DOUBLE, False),
        (FullName("Ахметова", "Дана", "Ерлан кызы"), BORN, DoubtKind.POSSIBLE_DOUBLE, False),
    ],
)
def test_a_child_on_the_list_is_not_entered_again(
    known: FullName, born_on: date | None, kind: DoubtKind, blocked: bool
) -> None:
    row = one("Ахметова Дана Ерланқызы", BORN, "Балапан", existing=[(known, born_on)])
    assert (kinds(row), row.blocked) == ({kind}, blocked)


@pytest.mark.parametrize(
    "written",
    [
        BORN,
        datetime.fromisoformat("2021-03-05T00:00"),
        44260,
        44260.0,
        "44260",
        "05.03.2021",
        "5.3.2021",
        "05/03/2021",
        "05-03-2021",
        "05 . 03 . 2021",
        "05,03,2021",
        "05.03.21",
        "05.03.2021 г.",
        "05.03.2021г.р.",
        "05.03.2021 ж.",
        "2021-03-05",
        "2021.03.05",
        "2021-03-05 00:00:00",
        "'05.03.2021",
        "\u00a005.03.2021 ",
    ],
)
def test_a_date_is_read_as_people_and_excel_write_it(written: Cell) -> None:
    assert as_date(written) == BORN


@pytest.mark.parametrize(("serial", "day"), [(1, date(1900, 1, 1)), (59, date(1900, 2, 28)), (61, date(1900, 3, 1))])
def test_excel_counts_days_with_a_leap_day_too_many(serial: int, day: date) -> None:
    assert as_date(serial) == day


@pytest.mark.parametrize("empty", [None, ""])
def test_no_date_is_none(empty: Cell) -> None:
    assert as_date(empty) is None


@pytest.mark.parametrize(
    "written",
    [
        "31.02.2021",
        "05/13/2021",
        "2021",
        2021,
        60,
        0,
        -1,
        1e12,
        float("nan"),
        float("inf"),
        True,
        "весна",
        "05.03",
        "1.1.121",
        "00.00.0000",
        "٠٥.٠٣.٢٠٢١ x",
    ],
)
def test_what_is_no_date_is_not_guessed(written: Cell) -> None:
    with pytest.raises(ValueError, match=r".+"):
        as_date(written)


@given(st.dates(date(1901, 1, 1), date(2099, 12, 31)))
def test_a_day_is_the_same_in_every_writing(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    writings: list[Cell] = [f"{day:%d.%m.%Y}", f"{day:%d/%m/%Y}", day.isoformat(), day]
    if not 1900 <= serial <= 2100:
        writings.append(serial)
    assert {as_date(written) for written in writings} == {day}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("Ахметова Дана", BORN)], ("ФИО", "Т.А.Ә.", "Туған күні")),
        ([("Список детей группы, дата рождения",)], ("ФИО",)),
        ([("ФИО", "Группа"), ("Ахметова Дана", "Балапан")], ("Дата рождения",)),
        ([*[("пусто",)] * 15, HEAD, (1, "Ахметова Дана", BORN, "Балапан")], ("ФИО", "15")),
        ([HEAD, (None, "Итого", None, None)], ("no child",)),
    ],
)
def test_a_file_without_a_list_is_refused_and_told_what_is_missing(
    rows: Sequence[Sequence[Cell]], words: Sequence[str]
) -> None:
    with pytest.raises(Refusal) as refusal:
        listed(table(*rows))
    assert all(word in refusal.value.message.render("en") for word in words)


LETTERS = st.text("абәқңөүһі", min_size=2, max_size=8).map(str.capitalize)
CHILDREN = st.tuples(
    st.builds(full_name, LETTERS, LETTERS, st.none() | LETTERS.map(lambda name: name + "қызы")),
    st.dates(date(2018, 1, 1), TODAY),
    st.sampled_from(GROUPS),
)


@given(st.lists(CHILDREN, min_size=1, max_size=6), st.booleans())
def test_every_child_of_the_file_is_in_the_preview_once(
    children: list[tuple[FullName, date, str]], as_workbook: bool
) -> None:
    rows = [HEAD[1:], *((name.full, f"{born:%d.%m.%Y}", group) for name, born, group in children)]
    if as_workbook:
        content = workbook(rows)
    else:
        content = "\r\n".join(";".join(str(cell) for cell in row) for row in rows).encode()
    read = listed(*read_table(content, "a.csv"))
    assert [(row.name, row.born_on, row.group) for row in read.rows] == children
    assert [row.row for row in read.rows] == list(range(2, len(children) + 2))
    assert len(read.good) + len(read.bad) == len(read.rows)


@given(
    st.lists(
        st.lists(st.none() | st.text(max_size=6) | st.integers() | st.floats() | st.dates(), max_size=4),
        max_size=6,
    )
)
def test_no_cell_breaks_the_preview(rows: list[list[Cell]]) -> None:
    read = listed(table(HEAD, *rows, (1, "Ахметова Дана", BORN, "Балапан")))
    assert any(row.name == FullName("Ахметова", "Дана") for row in read.rows)
    assert all(doubt.message.render("ru") for row in read.rows for doubt in row.doubts)
