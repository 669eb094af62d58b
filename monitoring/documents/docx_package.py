"""A Word document from a stranger, as the parts in its package: taken apart if it is plain, refused in words if not.

Plain is text, tables and pictures. What a program opens, fetches or runs by itself is refused before anybody sees it:
macros, objects, links and fields that lead elsewhere, XML entities, and packages that unpack to too much.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import docx
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml.etree import XMLSyntaxError

from monitoring.core.errors import Refusal
from monitoring.core.language import message

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_UNPACKED_BYTES: Final = 8 * 1024 * 1024
MAX_TEXT_BYTES: Final = 1024 * 1024  # without pictures; a card has 7 000
MAX_PARTS: Final = 100

_TYPES: Final = "[Content_Types].xml"
_MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_MACROS: Final = re.compile(rb"macroEnabled|vbaProject", re.IGNORECASE)
_PARTS: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|doc(Props|Metadata)/\w+\.(xml|jpeg)|customXml/(_rels/)?\w+\.xml(\.rels)?"
    r"|word/(_rels/)?\w+\.xml(\.rels)?|word/theme/(_rels/)?\w+\.xml(\.rels)?|word/media/\w+\.(png|jpe?g)"
)
_LINK: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_FOREIGN_TAGS: Final = tuple(qn(f"w:{name}") for name in ("altChunk", "object", "control", "subDoc"))
_FIELD_CODES: Final = tuple(qn(f"w:{name}") for name in ("instrText", "fldSimple"))
_HARMLESS_CODES: Final = re.compile(r"\s*(PAGE|NUMPAGES)\b")
_COMPRESSION: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_WHEN: Final = (1980, 1, 1, 0, 0, 0)  # not the time of writing: the same text makes the same bytes


@dataclass(frozen=True)
class Package:
    """The parts of a Word document by their names, and which of them is the text."""

    parts: Mapping[str, bytes]
    main: str

    @property
    def text(self) -> Any:
        """Return the parsed text, anew each time."""
        return parsed(self.parts[self.main])

    def elsewhere(self) -> Iterator[Any]:
        """Yield the other parts that are XML, parsed."""
        for name, part in self.parts.items():
            if name != self.main and name.endswith((".xml", ".rels")):
                yield parsed(part)


def read_package(content: bytes) -> Package:
    """Read a Word document from outside; raises Refusal for anything that is not one, or holds more than text,
    tables and pictures."""
    parts = _unpacked(content)
    package = Package(parts, _main_part(parts))
    for root in (package.text, *package.elsewhere()):
        _check_links(root)
        _check_codes(root)
    return package


def write_package(package: Package, text: bytes) -> bytes:
    """Return the file of a document with another text in it; the same text makes the same bytes."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name, part in {**package.parts, package.main: text}.items():
            packed.writestr(zipfile.ZipInfo(name, _WHEN), part, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def check_opens(content: bytes) -> None:
    """Refuse a document whose parts do not belong together: Word would call it damaged."""
    try:
        docx.Document(BytesIO(content))
    except (AttributeError, KeyError, TypeError, ValueError, OpcError, XMLSyntaxError) as error:
        raise not_word() from error


def parsed(part: bytes) -> Any:
    """Return a part as XML; raises Refusal where it is not well-formed, or brings entities of its own."""
    try:
        root = parse_xml(part)
    except (XMLSyntaxError, ValueError) as error:
        raise not_word() from error
    if root.getroottree().docinfo.doctype:  # Word writes none; entities grow in it
        raise not_word()
    return root


def not_word() -> Refusal:
    """Return the refusal of what Word itself would not open."""
    return Refusal(message("This is not a Word document. Open it in Word and save it as .docx."))


def _unpacked(content: bytes) -> dict[str, bytes]:
    if len(content) > MAX_BYTES:
        size = MAX_BYTES // (1024 * 1024)
        raise Refusal(message("The template is larger than {size} MB. Make its pictures smaller.", size=size))
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            infos = [info for info in packed.infolist() if not info.is_dir()]
            _check_package(infos)
            return {info.filename: packed.read(info) for info in infos}  # never more than the part declares
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OSError) as error:
        raise not_word() from error


def _check_package(infos: Sequence[zipfile.ZipInfo]) -> None:
    names = [info.filename for info in infos]
    if len(names) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_UNPACKED_BYTES:
        raise _too_much()
    if _TYPES not in names or len(set(names)) < len(names):
        raise not_word()
    if any(info.compress_type not in _COMPRESSION for info in infos):
        raise not_word()
    if any(_MACROS.search(name.encode()) for name in names):
        raise _with_macros()
    strange = [name for name in names if not _PARTS.fullmatch(name)]
    if strange:
        raise Refusal(
            message(
                "The template holds more than text, tables and pictures (PNG, JPEG): {part}. Copy the card into a new "
                "document and save it as .docx.",
                part=strange[0][:80],
            )
        )


def _main_part(parts: Mapping[str, bytes]) -> str:
    types = parts[_TYPES]
    if _MACROS.search(types):
        raise _with_macros()
    for override in parsed(types):
        if override.get("ContentType") == _MAIN:
            name: str = override.get("PartName", "").lstrip("/")
            if name in parts:
                if len(parts[name]) > MAX_TEXT_BYTES:
                    raise _too_much()
                return name
    raise not_word()


def _check_links(root: Any) -> None:
    if any(link.get("TargetMode", "Internal") != "Internal" for link in root.iter(_LINK)):
        raise Refusal(
            message(
                "The template refers to something outside itself: a link, a linked picture or another template. Remove "
                "it and save the document again."
            )
        )


def _check_codes(root: Any) -> None:
    foreign = next(root.iter(*_FOREIGN_TAGS), None)
    codes = (element.get(qn("w:instr")) or element.text or "" for element in root.iter(*_FIELD_CODES))
    if foreign is not None or any(not _HARMLESS_CODES.match(code) for code in codes if code.strip()):
        raise Refusal(
            message(
                "The template holds an inserted object or a field of Word that takes something from elsewhere. Only "
                "page numbers may stay: remove the rest and save the document again."
            )
        )


def _too_much() -> Refusal:
    return Refusal(message("The template unpacks to too much. Copy the card into a new document and save it as .docx."))


def _with_macros() -> Refusal:
    return Refusal(message("The template has macros. Save it as a document without macros (.docx)."))
