"""The card on paper: a Word document and a PDF that say the same and print well; a stranger's template does no harm."""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table
from docx.text.paragraph import Paragraph
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ContentStream

from monitoring.core.errors import Refusal
from monitoring.documents import card_docx, card_pdf, docx_package
from monitoring.documents.card_form import CardForm, FormRow

DIRECTIONS = ("Физические качества", "Коммуникативные навыки", "Познание", "Творчество", "Социальные навыки")
HEADS = (
    *("Компетенции", "По результатам стартового контроля", "По результатам промежуточного контроля"),
    *("По результатам итогового контроля (июнь-июль)", "Выводы: III уровень - «высокий»"),
)
KAZAKH = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"
HOSTILE = '=1+1 <b>{{x}}</b> #let x = 1 $y$ *a* _b_ @c \\n // /* & " [x](y) {% if %} ``` &amp;'
LETTERS = (
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗ" + KAZAKH + "IVXabcxyz0123456789"
    " .,:;!?()-–—«»№%+=<>{}[]#$*_@&\"'\\/|~^`"
)  # fmt: skip
OFFICE = shutil.which("soffice")


def card(
    name: str = "Ахметова Әсел Нұрланқызы",
    cell: Sequence[str] = ("Учить прыгать",),
    conclusion: Sequence[str] = ("II уровень - «средний» (стартовый контроль)",),
) -> CardForm:
    return CardForm(
        "ru",
        "Индивидуальная карта развития ребенка на 2026-2027 учебный год",
        (
            ("ФИО ребенка", name),
            ("Дата рождения ребенка", "05.03.2021"),
            ("Организация образования", "«Балбұлақ»"),
            ("Группа/класс", "Күншуақ"),
        ),
        HEADS,
        tuple(FormRow(direction, (tuple(cell),) * 3, tuple(conclusion)) for direction in DIRECTIONS),
        ("Уровни: среднее по критериям.",),
    )


def word(forms: Sequence[CardForm], template: bytes | None = None) -> Document:
    return docx.Document(BytesIO(card_docx.render(forms, template)))


def printed(forms: Sequence[CardForm]) -> PdfReader:
    return PdfReader(BytesIO(card_pdf.render(forms)))


def signs(text: str) -> str:
    """Return a text without its spaces and places to break."""
    return re.sub(r"[\s\u200b]", "", text)


def said(form: CardForm) -> str:
    """Return all that a card says, in reading order, without spaces."""
    header = (f"{label}:{value}" for label, value in form.header)
    rows = ((row.direction, *(line for cell in row.measures for line in cell), *row.conclusion) for row in form.rows)
    return signs("".join((form.title, *header, *form.heads, *(text for row in rows for text in row), *form.notes)))


def said_in_word(document: Document) -> str:
    return signs("".join(lines(document)))


def lines(document: Document) -> Iterator[str]:
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
        else:
            yield from (cell.text for row in block.rows for cell in row.cells)


def said_in_print(reader: PdfReader) -> str:
    return signs("".join(page.extract_text() for page in reader.pages))


def glyphs(reader: PdfReader) -> set[int]:
    """Return the numbers of the glyphs that the pages show, of all fonts together; 0 is the empty box."""
    shown: set[int] = set()
    for page in reader.pages:
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator not in (b"Tj", b"TJ"):
                continue
            pieces = operands[0] if operator == b"TJ" else operands
            for piece in pieces:
                code = getattr(piece, "original_bytes", b"")
                shown |= {int.from_bytes(code[at : at + 2]) for at in range(0, len(code), 2)}
    return shown


def fonts(reader: PdfReader) -> dict[str, bool]:
    """Return the fonts of the pages, and whether each is embedded."""
    found = {}
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            found[str(descriptor["/FontName"])] = bool({"/FontFile2", "/FontFile3"} & set(descriptor))
    return found


# --- both documents --------------------------------------------------------------------------------------

text = st.text(LETTERS, max_size=40).map(lambda drawn: " ".join(drawn.split()))
cells = st.lists(text.filter(bool), max_size=3).map(tuple)
rows = st.builds(FormRow, text, st.tuples(cells, cells, cells), cells)
cards = st.builds(
    CardForm,
    st.sampled_from(["ru", "kk"]),
    text,
    st.tuples(*[st.tuples(text, text)] * 4),
    st.tuples(*[text] * 5),
    st.tuples(*[rows] * 5),
    cells,
)


@given(cards)
@settings(max_examples=60, deadline=None)
def test_a_card_says_the_same_in_word_and_in_print(form: CardForm) -> None:
    assert said_in_word(word([form])) == said(form)
    assert said_in_print(printed([form])) == said(form)


@pytest.mark.parametrize("name", [HOSTILE, "Ким Ян", "Константинопольская-Мухамедрахимова " * 4, KAZAKH])
def test_a_name_is_printed_as_it_was_typed(name: str) -> None:
    form = card(name)
    assert said_in_word(word([form])) == said_in_print(printed([form])) == said(form)


def test_a_sign_that_no_document_can_hold_is_left_out() -> None:
    form = card("Ким\x00 \ud800Ян\ufffe", cell=("Учить\x07 прыгать\x0bи бегать", "\u202eЛепить"))
    clean = card("Ким Ян", cell=("Учить прыгать", "и бегать", "Лепить"))
    assert said_in_word(word([form])) == said_in_print(printed([form])) == said(clean)


def test_a_text_with_line_breaks_is_printed_line_by_line() -> None:
    table = word([card(conclusion=("II уровень", "Читать дома.\nБольше гулять."))]).tables[0]
    assert [line.text for line in table.cell(1, 4).paragraphs] == ["II уровень", "Читать дома.", "Больше гулять."]


def test_a_group_is_one_document_with_a_card_a_page() -> None:
    forms = [card(f"Ребёнок {number}") for number in range(25)]
    document, reader = word(forms), printed(forms)
    assert said_in_word(document) == said_in_print(reader) == "".join(map(said, forms))
    assert len(reader.pages) == len(document.tables) == 25
    assert all(f"Ребёнок {number}\n" in page.extract_text() for number, page in enumerate(reader.pages))
    assert [line.text for line in document.paragraphs if line.paragraph_format.page_break_before] == [
        form.title for form in forms[1:]
    ]


@pytest.mark.parametrize(
    "form",
    [
        card(cell=("Развивать связную речь ребёнка в игре. " * 50,)),
        card(cell=[f"{n}. Учить лепить" for n in range(30)]),
    ],
    ids=["2 000 characters", "30 lines"],
)
def test_a_long_cell_goes_on_on_the_next_page_under_the_head(form: CardForm) -> None:
    pages = [signs(page.extract_text()) for page in printed([form]).pages]
    assert len(pages) > 1
    assert all(signs(HEADS[0]) in page for page in pages)
    missing = [line for line in form.rows[0].measures[0] if signs(line) not in "".join(pages)]
    assert len(missing) <= 1  # the line over which the page turns has the head within
    (table,) = word([form]).tables
    assert [row for row, head in enumerate(table.rows) if list(head._tr.iter(qn("w:tblHeader")))] == [0]
    assert not list(table._tbl.iter(qn("w:cantSplit")))


def test_the_same_cards_make_the_same_bytes() -> None:
    forms = [card(), card("Ким Ян")]
    assert card_pdf.render(forms) == card_pdf.render(forms)
    assert card_docx.render(forms) == card_docx.render(forms)


def test_many_at_once_get_each_their_own_card() -> None:
    forms = [card(f"Ребёнок {number}") for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda form: (card_pdf.render([form]), card_docx.render([form])), forms))
    assert made == [(card_pdf.render([form]), card_docx.render([form])) for form in forms]


# --- print ------------------------------------------------------------------------------------------------


def test_the_pdf_is_a4_landscape_with_its_fonts_in_it() -> None:
    reader = printed([card(KAZAKH + KAZAKH.lower() + "«»—–№%")])
    assert [round(float(side) / 72 * 25.4) for side in reader.pages[0].mediabox[2:]] == [297, 210]
    embedded = fonts(reader)
    assert {name.partition("+")[2] for name in embedded} == {"PTSerif-Regular", "PTSerif-Bold"}
    assert all(embedded.values())


def test_every_letter_of_the_two_languages_has_a_glyph() -> None:
    reader = printed([card(LETTERS, cell=(LETTERS, LETTERS.upper()), conclusion=(LETTERS.lower(),))])
    assert len(glyphs(reader)) > 100
    assert 0 not in glyphs(reader)


def test_a_word_too_long_for_its_column_stays_in_it() -> None:
    printed_lines = printed([card("Щ" * 300, cell=("Ш" * 200,))]).pages[0].extract_text().splitlines()
    letters = [signs(line) for line in printed_lines]
    assert max(line.count("Щ") for line in letters) < 100
    assert max(line.count("Ш") for line in letters) < 40


def test_an_empty_cell_leaves_room_to_write_by_hand() -> None:
    empty = card(cell=(), conclusion=())
    tops: list[float] = []

    def see(text: str, place: Sequence[float], *_: object) -> None:
        if text.strip() in {direction.split()[0] for direction in DIRECTIONS}:
            tops.append(place[5] / 72 * 25.4)

    printed([empty]).pages[0].extract_text(visitor_text=see)
    assert [20 < upper - lower < 25 for upper, lower in pairwise(tops)] == [True] * 4
    table = word([empty]).tables[0]
    assert [len(cell.paragraphs) for cell in table.rows[1].cells] == [1, 5, 5, 5, 5]


# --- Word -------------------------------------------------------------------------------------------------


def test_the_word_document_is_a_real_table_on_a4_landscape() -> None:
    document = word([card()])
    (section,) = document.sections
    assert (section.orientation, round(section.page_width or 0, -4)) == (WD_ORIENT.LANDSCAPE, round(Mm(297), -4))
    (table,) = document.tables
    assert (len(table.rows), len(table.columns)) == (6, 5)
    assert [cell.text for cell in table.columns[0].cells] == [HEADS[0], *DIRECTIONS]
    assert document.styles["Normal"].font.name == "Times New Roman"


@pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice")
def test_an_office_program_prints_a_card_a_page(tmp_path: Path) -> None:
    (tmp_path / "cards.docx").write_bytes(card_docx.render([card(f"Ребёнок {number}") for number in range(5)]))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [OFFICE or "", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "cards.docx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    pages = PdfReader(tmp_path / "cards.pdf").pages
    assert [signs(f"Ребёнок {number}Дата") in signs(page.extract_text()) for number, page in enumerate(pages)] == [
        True
    ] * 5


# --- the template of an organisation ----------------------------------------------------------------------


def template_with(*paragraphs: str) -> bytes:
    """Return the shipped template with more paragraphs at its end."""
    document = docx.Document(BytesIO(card_docx.shipped_template()))
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def own_template(*paragraphs: str) -> bytes:
    """Return a template of one's own, of these paragraphs only."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def saved(document: Document) -> bytes:
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return content.getvalue()


def changed(part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the shipped template with one of its parts changed."""
    parts = parts_of(card_docx.shipped_template())
    assert change(parts[part]) != parts[part]
    return zipped({**parts, part: change(parts[part])})


def with_part(name: str, part: bytes) -> bytes:
    return zipped({**parts_of(card_docx.shipped_template()), name: part})


def in_body(xml: bytes) -> bytes:
    """Return the shipped template with something before its first paragraph."""
    return changed("word/document.xml", lambda part: part.replace(b"<w:body>", b"<w:body>" + xml, 1))


def external(target: bytes) -> bytes:
    link = b'<Relationship Id="rId99" Type="http://x/attachedTemplate" TargetMode="External" Target="%s"/>' % target
    return changed(
        "word/_rels/document.xml.rels", lambda part: part.replace(b"</Relationships>", link + b"</Relationships>")
    )


def test_the_shipped_template_has_every_field_that_the_docstring_names() -> None:
    shipped = "\n".join(lines(docx.Document(BytesIO(card_docx.shipped_template()))))
    told = card_docx.__doc__ or ""
    assert fields_in(shipped) == fields_in(told) | set(re.findall(r"row\.\w+", told))
    card_docx.check_template(card_docx.shipped_template())


def fields_in(written: str) -> set[str]:
    return set(re.findall(r"(?:\{\{| in) ([\w.]+) ", written))


def test_an_organisation_prints_its_own_layout() -> None:
    own = own_template("Утверждаю: ________", "Карта: {{ name }}", "{%p if notes %}", "Есть примечания", "{%p endif %}")
    document = word([card("Ким Ян"), card("Ли <b>")], own)
    assert [line for line in lines(document) if line] == [
        *("Утверждаю: ________", "Карта: Ким Ян", "Есть примечания"),
        *("Утверждаю: ________", "Карта: Ли <b>", "Есть примечания"),
    ]
    assert not document.tables


def test_a_field_may_be_written_in_pieces_as_word_does() -> None:
    document = docx.Document(BytesIO(own_template("Карта")))
    line = document.add_paragraph()
    for piece in ("{", "{ na", "me }", "} здесь"):
        line.add_run(piece).bold = piece != "me }"
    assert "Ким Ян здесь" in list(lines(word([card("Ким Ян")], saved(document))))


def test_a_row_of_a_table_is_repeated() -> None:
    document = docx.Document(BytesIO(own_template("{{ name }}")))
    table: Table = document.add_table(3, 1)
    for row, cell in zip(table.rows, ("{%tr for row in rows %}", "{{ row.direction }}", "{%tr endfor %}"), strict=True):
        row.cells[0].text = cell
    assert [row.cells[0].text for row in word([card()], saved(document)).tables[0].rows] == list(DIRECTIONS)


def test_a_cell_that_a_condition_emptied_is_still_a_cell() -> None:
    document = docx.Document(BytesIO(own_template("{{ name }}")))
    cell = document.add_table(1, 1).rows[0].cells[0]
    cell.text = "{%p for note in notes %}"
    cell.add_paragraph("{{ note }}")
    cell.add_paragraph("{%p endfor %}")
    (table,) = word([replace(card(), notes=())], saved(document)).tables
    assert len(table.cell(0, 0).paragraphs) == 1


def test_the_pictures_of_a_template_stay_and_are_numbered_anew() -> None:
    document = docx.Document(BytesIO(own_template("{{ name }}")))
    document.add_picture(str(next(Path(__file__).parents[1].joinpath("docs").rglob("*.png"))), width=Mm(20))
    made = word([card("Один"), card("Два"), card("Три")], saved(document))
    assert len(made.inline_shapes) == 3
    assert [drawing.get("id") for drawing in made.element.body.iter(qn("wp:docPr"))] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "field",
    [
        "{{ surname }}",
        "{{ name.__class__ }}",
        "{{ name.upper() }}",
        "{{ name|upper }}",
        "{{ 7*7 }}",
        "{{ range(9) }}",
        "{{ rows }}",
        "{{ row.direction }}",
        "{{ cycler }}",
        "{{ self }}",
        "{% set x = 1 %}",
        "{% include 'word/styles.xml' %}",
        "{% macro m() %}{% endmacro %}",
        "{% raw %}{% endraw %}",
        "{# remark #}",
        "{% vm %}",
        "{% colspan name %}",
        "{{r name }}",
        "{% for a in name %}{% endfor %}",
        "{% for a in rows %}{% for b in rows %}{% endfor %}{% endfor %}",
        "{% for row in rows %}{% for a in row %}{% endfor %}{% endfor %}",
        "{% if name > 1 %}{% endif %}",
        "{% if surname %}{% endif %}",
        "{% for a in notes if a %}{% endfor %}",
        "{%p for note in notes %}",
        "{%p endfor %}",
        "{% for loop in notes %}{% endfor %}",
        "a { brace",
        "{{ name } }",
        "{{ name }} {{ name }}" * 101,
    ],
)
def test_a_template_can_only_put_out_what_a_card_says(field: str) -> None:
    with pytest.raises(Refusal):
        card_docx.check_template(template_with(field))


def test_a_field_hidden_outside_the_text_is_refused() -> None:
    for hidden in (
        b'<w:p><w:pPr><w:jc w:val="{{ name.__class__ }}"/></w:pPr></w:p>',
        b"<!-- {{ name.__class__ }} -->",
        b"<w:p><w:r><w:delText>{% set x = 1 %}</w:delText></w:r></w:p>",
    ):
        with pytest.raises(Refusal):
            card_docx.check_template(in_body(hidden))


def test_a_repetition_across_the_border_of_a_table_is_refused() -> None:
    document = docx.Document(BytesIO(own_template("{{ name }}")))
    document.add_table(1, 1).rows[0].cells[0].text = "{% for note in notes %}"
    document.add_paragraph("{% endfor %}")
    with pytest.raises(Refusal):
        card_docx.check_template(saved(document))


@pytest.mark.parametrize("always", ["", "{%p if notes %}{{ name }}{%p endif %}", "{{ title }}"])
def test_a_card_has_the_name_whatever_the_template_leaves_out(always: str) -> None:
    with pytest.raises(Refusal):
        card_docx.check_template(own_template(always))


def test_a_field_in_a_header_of_the_page_is_refused() -> None:
    document = docx.Document(BytesIO(card_docx.shipped_template()))
    document.sections[0].header.paragraphs[0].text = "{{ name }}"
    with pytest.raises(Refusal) as refused:
        card_docx.check_template(saved(document))
    assert "header" in refused.value.message.render("en")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a Word document"),
        (b"%PDF-1.7", "not a Word document"),
        (zipped({"xl/workbook.xml": b"<x/>"}), "not a Word document"),
        (card_docx.shipped_template()[:4000], "not a Word document"),
        (changed("word/document.xml", lambda part: part[: len(part) // 2]), "not a Word document"),
        (changed("word/document.xml", lambda _: b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"), "not a Word document"),
        (changed("word/document.xml", lambda _: b"<x/>"), "not a Word document"),
        (
            changed(
                "[Content_Types].xml",
                lambda part: part.replace(
                    b"vnd.openxmlformats-officedocument.wordprocessingml.document.main",
                    b"vnd.ms-word.document.macroEnabled.main",
                ),
            ),
            "macros",
        ),
        (
            zipped({k: v for k, v in parts_of(card_docx.shipped_template()).items() if k != "word/styles.xml"}),
            "not a Word document",
        ),
        (with_part("word/vbaProject.bin", b"x"), "macros"),
        (with_part("word/embeddings/oleObject1.bin", b"x"), "oleObject1"),
        (with_part("word/media/image1.emf", b"x"), "image1.emf"),
        (with_part("word/theme/more.xml", b"<x>" + b" " * docx_package.MAX_UNPACKED_BYTES + b"</x>"), "unpacks"),
        (in_body(b"<w:p/>" * 200_000), "unpacks"),
        (zipped({f"word/part{number}.xml": b"<x/>" for number in range(101)}), "unpacks"),
        (b"PK" + b"x" * docx_package.MAX_BYTES, "larger than 2 MB"),
        (external(b"http://example.org/t.dotm"), "outside"),
        (external(b"file:///c:/logo.png"), "outside"),
        (in_body(b'<w:altChunk xmlns:r="http://x" r:id="rId1"/>'), "inserted object"),
        (in_body(b"<w:p><w:r><w:instrText>DDEAUTO c:\\x</w:instrText></w:r></w:p>"), "inserted object"),
        (in_body(b'<w:p><w:fldSimple w:instr="INCLUDETEXT x"/></w:p>'), "inserted object"),
    ],
    ids=[
        *(
            "empty",
            "pdf",
            "workbook",
            "cut",
            "broken xml",
            "entities",
            "other xml",
            "docm",
            "a part missing",
            "macros",
            "object",
            "emf",
        ),
        *("bomb", "huge text", "many parts", "large", "remote template", "linked picture", "chunk", "dde", "include"),
    ],
)
def test_what_is_no_plain_word_document_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        card_docx.check_template(content)
    assert said in refused.value.message.render("en")
    assert refused.value.message.render("ru") != refused.value.message.render("en")


def test_page_numbers_may_stay_in_a_template() -> None:
    numbered = in_body(b'<w:p><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>')
    card_docx.check_template(numbered)


def test_a_template_that_makes_too_much_of_a_card_is_refused() -> None:
    greedy = own_template("{{ name }}" * 190)
    assert card("Ким").header[0][1] in next(lines(word([card("Ким")], greedy)))
    with pytest.raises(Refusal):
        card_docx.render([card("Щ" * 10_000)], greedy)
