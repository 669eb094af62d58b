"""What the source says is in the .po files, whole, in both languages; the check sees where it is not."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring import translations
from monitoring.core.language import compiled
from monitoring.translations import check, extract, fill, missing, po_path

SOURCE = """
from monitoring.core import language
from monitoring.core.language import gettext as _, message, ngettext, pgettext, pmessage

title = _("Group")
final = pgettext("stage", "Final")
refused = message("The group {name} " "is there.", name=final)
counted = ngettext("{n} child", "{n} children", 3)
reached = language.gettext("Sheet")
nested = _("See {what}", what=_("Card"))
"""
TEMPLATE = '<h1>{{ _("Sign in") }}</h1>{% trans name=user %}Hello {{ name }}{% endtrans %}'
RUSSIAN: dict[str, str | list[str]] = {
    "Group": "Группа",
    "stage\u0004Final": "Итоговый",
    "The group {name} is there.": "Группа {name} есть.",
    "{n} child": ["{n} ребёнок", "{n} ребёнка", "{n} детей"],
    "Sheet": "Лист",
    "See {what}": "См. {what}",
    "Card": "Карта",
    "Sign in": "Войти",
    "Hello %(name)s": "Здравствуйте, %(name)s",
}
KAZAKH: dict[str, str | list[str]] = {
    "Group": "Топ",
    "stage\u0004Final": "Қорытынды",
    "The group {name} is there.": "{name} тобы бар.",
    "{n} child": ["{n} бала"],
    "Sheet": "Парақ",
    "See {what}": "{what} қараңыз",
    "Card": "Карта",
    "Sign in": "Кіру",
    "Hello %(name)s": "Сәлеметсіз бе, %(name)s",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small program with a page and a template, and complete translations."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "group.py").write_text(SOURCE, encoding="utf-8")
    templates = tmp_path / "monitoring" / "ui" / "templates"
    templates.mkdir(parents=True)
    (templates / "sign_in.html").write_text(TEMPLATE, encoding="utf-8")
    locale = tmp_path / "locale"
    locale.mkdir()
    (locale / "same.toml").write_text('english = ["PDF"]\nrussian = ["Карта"]\n', encoding="utf-8")
    extract(tmp_path, locale)
    assert fill({"ru": RUSSIAN, "kk": KAZAKH}, locale) == []
    return tmp_path


def found(root: Path) -> list[str]:
    return [str(finding) for finding in check(root, root / "locale").defects]


def change(root: Path, language: translations.Translated, before: str, after: str) -> None:
    path = po_path(root / "locale", language)
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def write_more(root: Path, line: str) -> None:
    page = root / "pages" / "group.py"
    page.write_text(SOURCE + line + "\n", encoding="utf-8")


def test_every_text_of_this_program_is_translated() -> None:
    assert [str(defect) for defect in check().defects] == []


def test_complete_translations_pass(root: Path) -> None:
    review = check(root, root / "locale")
    assert (review.defects, review.doubts) == ([], [])


def test_filled_translations_are_what_a_reader_gets(root: Path) -> None:
    russian = compiled(po_path(root / "locale", "ru"))
    assert russian.gettext("Sheet") == "Лист"
    assert russian.pgettext("stage", "Final") == "Итоговый"
    assert russian.ngettext("{n} child", "{n} children", 5) == "{n} детей"
    assert compiled(po_path(root / "locale", "kk")).ngettext("{n} child", "{n} children", 5) == "{n} бала"


def test_extracting_again_changes_nothing(root: Path) -> None:
    files = sorted((root / "locale").rglob("monitoring.po*"))
    before = [path.read_bytes() for path in files]
    extract(root, root / "locale")
    assert [path.read_bytes() for path in files] == before
    assert len(files) == 3


def test_a_new_text_is_not_in_the_file_until_it_is_extracted(root: Path) -> None:
    write_more(root, 'print(_("New"))')
    assert found(root) == [f"{each}: not in the .po file, run extract: New" for each in ("ru", "kk")]
    extract(root, root / "locale")
    assert found(root) == [f"{each}: not translated: New" for each in ("ru", "kk")]


def test_a_text_that_left_the_source_is_obsolete_until_it_is_pruned(root: Path) -> None:
    (root / "monitoring" / "ui" / "templates" / "sign_in.html").write_text('{{ _("Sign in") }}')
    obsolete = [f"{each}: obsolete, run extract --prune: Hello %(name)s" for each in ("ru", "kk")]
    assert found(root) == obsolete
    extract(root, root / "locale")
    assert found(root) == obsolete
    extract(root, root / "locale", prune=True)
    assert found(root) == []


def test_a_text_that_comes_back_finds_its_translation_again(root: Path) -> None:
    (root / "pages" / "group.py").write_text("", encoding="utf-8")
    extract(root, root / "locale")
    (root / "pages" / "group.py").write_text(SOURCE, encoding="utf-8")
    extract(root, root / "locale")
    assert found(root) == []


@pytest.mark.parametrize(
    ("language", "before", "after", "defect"),
    [
        ("ru", '"Группа"', '""', "ru: not translated: Group"),
        ("kk", "#: pages/group.py\nmsgid", "#, fuzzy\nmsgid", "kk: fuzzy: Group"),
        ("ru", "Группа {name} есть.", "Группа {nam} есть.", "placeholders differ in «Группа {nam} есть.»"),
        ("ru", "Группа {name} есть.", "Группа {name есть.", "placeholders differ in «Группа {name есть.»"),
        ("kk", "Сәлеметсіз бе, %(name)s", "Сәлем", "placeholders differ in «Сәлем»"),
        ("ru", "{n} ребёнок", "один ребёнок", "placeholders differ in «один ребёнок»"),
        ("ru", "{n} детей", "", "ru: 2 of 3 plural forms: {n} child"),
        ("kk", '"Парақ"', '"Sheet"', "kk: the same as in English: Sheet"),
        ("ru", '"Лист"', '"Лиcт"', "letters of two alphabets in one word of «Лиcт»"),
    ],
)
def test_the_check_sees_a_spoilt_translation(
    root: Path, language: translations.Translated, before: str, after: str, defect: str
) -> None:
    change(root, language, before, after)
    assert any(defect in line for line in found(root)), found(root)


@pytest.mark.parametrize(
    ("line", "defect"),
    [
        ('_(f"Group {title}")', "not a literal text"),
        ("_(title)", "not a literal text"),
        ('ngettext("{n} child", title, 2)', "not a literal text"),
        ('message("Group {name}", nam=1)', "no value for {name}"),
        ('_("Group {name}").format(name=1)', "no value for {name}"),
    ],
)
def test_the_check_sees_a_call_that_no_translation_could_reach(root: Path, line: str, defect: str) -> None:
    write_more(root, line)
    number = (SOURCE + line).count("\n") + 1
    assert any(said.startswith(f"pages/group.py:{number}: {defect}") for said in found(root)), found(root)


def test_a_text_on_the_list_or_without_letters_may_stay_as_it_is(root: Path) -> None:
    write_more(root, '_("PDF"), _("{done} / {total}", done=1, total=2)')
    extract(root, root / "locale")
    same: dict[str, str | list[str]] = {"PDF": "PDF", "{done} / {total}": "{done} / {total}"}
    assert fill({"ru": same, "kk": same}, root / "locale") == []
    review = check(root, root / "locale")
    assert (review.defects, review.doubts) == ([], [])


def test_kazakh_that_equals_russian_is_a_doubt_and_no_defect(root: Path) -> None:
    change(root, "kk", '"Топ"', '"Группа"')
    review = check(root, root / "locale")
    assert [str(doubt) for doubt in review.doubts] == ["kk: the same as in Russian: Group"]
    assert review.defects == []


def test_what_is_missing_comes_in_the_form_that_fill_takes(root: Path) -> None:
    write_more(root, '_("New"), pgettext("age", "Old"), ngettext("One day", "{n} days", 2)')
    extract(root, root / "locale")
    empty = json.loads(json.dumps(missing(root, root / "locale")))
    assert empty == {
        "ru": {"New": "New", "age\u0004Old": "Old", "One day": ["One day", "{n} days", "{n} days"]},
        "kk": {"New": "New", "age\u0004Old": "Old", "One day": ["{n} days"]},
    }
    refused = [str(finding) for finding in fill(empty, root / "locale")]
    assert len(refused) == 6
    assert all("still English" in line for line in refused)
    assert missing(root, root / "locale") == empty


@pytest.mark.parametrize(
    ("texts", "refusal"),
    [
        ({"ru": {"Gruop": "Группа"}}, "ru: no such message: Gruop"),
        ({"ru": {"{n} child": "дети"}}, "a list of forms for a plural"),
        ({"ru": {"{n} child": ["ребёнок", "дети"]}}, "3 plural forms wanted, not 2"),
        ({"ru": {"Group": ["Группа"]}}, "a text for a text"),
        ({"kz": {"Group": "Топ"}}, "kz: not a language of ours"),
    ],
)
def test_fill_tells_what_found_no_place_and_leaves_the_files_as_they_were(
    root: Path, texts: translations.Texts, refusal: str
) -> None:
    before = po_path(root / "locale", "ru").read_bytes()
    assert any(refusal in str(finding) for finding in fill(texts, root / "locale"))
    assert po_path(root / "locale", "ru").read_bytes() == before


def test_filling_a_fuzzy_text_settles_it(root: Path) -> None:
    change(root, "kk", "#: pages/group.py\nmsgid", "#, fuzzy\nmsgid")
    assert fill({"kk": KAZAKH}, root / "locale") == []
    assert found(root) == []


TEXTS = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1)


@given(text=TEXTS, context=st.none() | TEXTS, ru=TEXTS, kk=TEXTS)
def test_any_text_survives_the_way_through_the_files(
    tmp_path_factory: pytest.TempPathFactory, text: str, context: str | None, ru: str, kk: str
) -> None:
    root = tmp_path_factory.mktemp("program")
    call = f"_({text!r})" if context is None else f"pgettext({context!r}, {text!r})"
    (root / "app.py").write_text(call, encoding="utf-8")
    extract(root, root)
    key = text if context is None else f"{context}\u0004{text}"
    fill({"ru": {key: ru + "ы"}, "kk": {key: kk + "ң"}}, root)
    extract(root, root)
    expected: dict[translations.Translated, str] = {"ru": ru + "ы", "kk": kk + "ң"}
    for language, said in expected.items():
        known = compiled(po_path(root, language))
        assert said == (known.gettext(text) if context is None else known.pgettext(context, text))


def test_the_command_brings_a_new_text_from_the_source_to_the_reader(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def act(*arguments: str) -> tuple[int, str]:
        code = translations.main(arguments, root, root / "locale")
        return code, capsys.readouterr().out

    write_more(root, '_("New")')
    assert act("extract") == (0, "")
    assert act("check") == (1, "ru: not translated: New\nkk: not translated: New\n")
    code, printed = act("missing")
    assert (code, json.loads(printed)) == (0, {"ru": {"New": "New"}, "kk": {"New": "New"}})
    answer = root / "answer.json"
    answer.write_text(printed.replace(': "New"', ': "Жаңа"'), encoding="utf-8")
    assert act("fill", str(answer)) == (0, "")
    assert act("check") == (0, "to look at: kk: the same as in Russian: New\n")
