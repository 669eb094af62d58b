"""A Word document as a template of one form, filled in for one person or for many, each on a new page.

An organisation may bring its own, so it is a program from a stranger. Fields are `{{ field }}`, `{%p for x in list %}`
and `{%tr if field %}` with their ends, as docxtpl has them; each is checked as text before docxtpl or Jinja sees it,
then in Jinja's own tree. A template calls and counts nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError, tostring

from monitoring.core.errors import Refusal
from monitoring.core.language import message
from monitoring.documents.docx_package import Package, check_opens, not_word, read_package, write_package

MAX_FIELDS: Final = 200
MAX_FILLED_LETTERS: Final = 1_000_000  # of one form; a card with 30 lines in each cell has 180 000

_TAG: Final = re.compile(
    r"\{\{ *[\w.]{1,60} *\}\}"
    r"|\{%(?:tr|tc|p|r)? +(?:for +\w{1,60} +in +[\w.]{1,60}|(?:el)?if +(?:not +)?[\w.]{1,60}|else|endif|endfor) *%\}"
)
_MARKS: Final = re.compile(r"\{[{%#]|[}%#]\}")
_FORMS: Final = "forms"
_JINJA: Final = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


@dataclass(frozen=True)
class ListOf:
    """A field that a template goes through: each item is a text (None), or has fields of its own."""

    item: "Fields | None" = None


Fields = Mapping[str, ListOf | None]  # what a form has under each name: a text (None) or a list
Scope = Mapping[str, ListOf | Fields | None]  # the same inside a repetition, with the item it is at
Values = Mapping[str, object]


@dataclass(frozen=True)
class WordTemplate:
    """A template that was found harmless and whole: its package, and the XML before, in and after a form."""

    package: Package
    before: str
    form: Template
    after: str

    def render(self, forms: Iterable[Values]) -> bytes:
        """Return the document of these forms; raises Refusal where the template does not hold one."""
        root = parse_xml(self.before + self.after)
        body = root.find(qn("w:body"))
        for number, values in enumerate(forms):
            _append(body, self._filled(values), new_page=number > 0)
        for number, drawing in enumerate(body.iter(qn("wp:docPr")), start=1):
            drawing.set("id", str(number))  # Word wants one each, and the form repeats them
        return write_package(self.package, serialize_part_xml(root))

    def _filled(self, values: Values) -> Any:
        pieces, length = [self.before], 0
        for piece in self.form.generate(values):
            pieces.append(piece)
            length += len(piece)
            if length > MAX_FILLED_LETTERS:
                raise Refusal(message("Filled in, this template becomes too large. Make it simpler."))
        try:
            return parse_xml("".join((*pieces, self.after))).find(qn("w:body"))
        except XMLSyntaxError as error:
            raise Refusal(
                message(
                    "A repetition or condition in the template begins in one paragraph or row and ends inside another. "
                    "Give its beginning and its end a paragraph or a row each."
                )
            ) from error


def open_template(content: bytes, fields: Fields, required: str) -> WordTemplate:
    """Read a template of a form with these fields; raises Refusal with what to do where it cannot be used.

    The required field stands in the document whatever the form says; any other may be left out.
    """
    package = read_package(content)
    if any(_MARKS.search("".join(root.itertext())) for root in package.elsewhere()):
        raise Refusal(message("Fields stand in the page itself, not in its header, footer or notes."))
    template = _divided(package, fields, required)
    check_opens(template.render([_sample(fields, items=1), _sample(fields, items=0)]))
    return template


def _append(body: Any, filled: Any, *, new_page: bool) -> None:
    """Move a filled form to the end of the document, in front of its page set-up."""
    for cell in filled.iter(qn("w:tc")):
        if not len(cell) or cell[-1].tag != qn("w:p"):
            cell.add_p()  # a cell without a paragraph makes Word call the file damaged
    first = next(filled.iter(qn("w:p")), None)
    if new_page and first is not None:
        first.get_or_add_pPr().pageBreakBefore_val = True
    setup = body.find(qn("w:sectPr"))
    for element in filled.xpath("./*[not(self::w:sectPr)]"):
        if setup is None:
            body.append(element)
        else:
            setup.addprevious(element)


def _divided(package: Package, fields: Fields, required: str) -> WordTemplate:
    root = package.text
    body = root.find(qn("w:body"))
    if body is None:
        raise not_word()
    for bookmark in list(body.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd"))):
        bookmark.getparent().remove(bookmark)  # the form is repeated, a bookmark may not be
    _check_tags(root)
    before, after = _around(root)
    form = DocxTemplate(BytesIO()).patch_xml(_xml(root).removeprefix(before).removesuffix(after))
    try:
        tree = _JINJA.parse(form)
        _check_tree(tree, fields, required)
        return WordTemplate(package, before, _JINJA.from_string(tree), after)
    except TemplateError as error:
        raise Refusal(message("A repetition or condition in the template has no beginning or no end.")) from error


def _around(root: Any) -> tuple[str, str]:
    """Return the XML of the document before and after its form; the set-up of the page comes after."""
    empty = deepcopy(root)
    body = empty.find(qn("w:body"))
    for element in list(body):
        if element is not body[-1] or element.tag != qn("w:sectPr"):
            body.remove(element)
    body.text = _FORMS
    before, _, after = _xml(empty).rpartition(f">{_FORMS}<")
    return f"{before}>", f"<{after}"


def _xml(root: Any) -> str:
    made: str = tostring(root, encoding="unicode")
    return made


def _check_tags(root: Any) -> None:
    """Refuse every brace that is no field as this program knows them, wherever it stands."""
    found = 0
    for text in _texts(root):
        rest, count = _TAG.subn("", text)
        found += count
        stray = re.search(r"[{}].{0,40}", rest)
        if stray:
            raise _unknown(stray[0])
    if found > MAX_FIELDS:
        raise Refusal(message("The template has more than {limit} fields.", limit=MAX_FIELDS))
    outside = root.xpath("//@* | //text()[not(parent::w:t)] | //comment() | //processing-instruction()")
    for text in outside:
        mark = _MARKS.search(str(text))
        if mark:
            raise _unknown(mark[0])


def _texts(root: Any) -> Iterator[str]:
    """Yield the text of each paragraph; Word divides it into pieces as it likes."""
    for paragraph in root.iter(qn("w:p")):
        own = (text for text in paragraph.iter(qn("w:t")) if next(text.iterancestors(qn("w:p"))) is paragraph)
        yield "".join(text.text or "" for text in own)


def _check_tree(tree: nodes.Template, fields: Fields, required: str) -> None:
    _check_nodes(tree.body, fields)
    always = (part for node in tree.body if isinstance(node, nodes.Output) for part in node.nodes)
    if not any(isinstance(part, nodes.Name) and part.name == required for part in always):
        raise Refusal(message("The field {field} is missing in the template.", field=f"{{{{ {required} }}}}"))


def _check_nodes(body: Iterable[nodes.Node], scope: Scope) -> None:
    """Refuse whatever is not a text put out, a repetition over a list, or a condition on a field."""
    for node in body:
        match node:
            case nodes.Output():
                for part in node.nodes:
                    if not isinstance(part, nodes.TemplateData) and _kind(part, scope) is not None:
                        raise _unknown(_spelled(part))
            case nodes.If():
                _kind(node.test.node if isinstance(node.test, nodes.Not) else node.test, scope)
                _check_nodes([*node.body, *node.elif_, *node.else_], scope)
            case nodes.For(target=nodes.Name(name=item), test=None, recursive=False, else_=[]):
                _check_nodes(node.body, _inside(scope, item, _kind(node.iter, scope)))
            case _:
                raise _unknown(type(node).__name__)


def _inside(scope: Scope, item: str, over: ListOf | Fields | None) -> Scope:
    """Return what a repetition sees: its item and the texts around it; no list of these, which would multiply."""
    if not isinstance(over, ListOf):
        raise _unknown(item)
    return {name: kind for name, kind in scope.items() if kind is None} | {item: over.item}


def _kind(node: nodes.Node, scope: Scope) -> ListOf | Fields | None:
    """Return what stands under a name, or under a name of an item."""
    match node:
        case nodes.Name(name=name) if name in scope:
            return scope[name]
        case nodes.Getattr(node=nodes.Name(name=name), attr=part):
            item = scope.get(name)
            if isinstance(item, Mapping) and part in item:
                return item[part]
    raise _unknown(_spelled(node))


def _spelled(node: nodes.Node) -> str:
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{_spelled(node.node)}.{node.attr}"
    return type(node).__name__


def _unknown(text: str) -> Refusal:
    return Refusal(
        message(
            "“{text}” is not a field of this form, or not written as one. The template that comes with the program has "
            "them all.",
            text=text,
        )
    )


def _sample(fields: Fields, *, items: int) -> Values:
    """Return a form to try a template with."""
    return {name: "x" if kind is None else [_sample_item(kind, items)] * items for name, kind in fields.items()}


def _sample_item(kind: ListOf, items: int) -> Values | str:
    return "x" if kind.item is None else _sample(kind.item, items=items)
