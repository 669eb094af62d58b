"""A PDF from a Typst template and plain data: for every document that is printed as it is.

Self-contained: the fonts of `data/fonts` are embedded, no system library, no network, no time stamp, so the same data
gives the same bytes. What people typed travels as JSON and is never read as markup.
"""

import json
import re
import threading
from functools import cache
from pathlib import Path
from typing import Final

import typst

_DATA: Final = Path(__file__).parents[2] / "data"
TEMPLATES: Final = _DATA / "templates"
FONTS: Final = _DATA / "fonts"

_BREAK: Final = "\u200b"  # takes no room; a line may end there
_thread = threading.local()


def pdf(template: str, data: object, *, is_tagged: bool = True) -> bytes:
    """Return the PDF that a template of `data/templates` makes of the data: `json(bytes(sys.inputs.data))` in it.

    Tags tell a screen reader what is a head and what a cell. A table of thousands of cells that is made for paper goes
    without: tags are nine tenths of its size and three quarters of its time.
    """
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    made = _compiler(template).compile(format="pdf", sys_inputs=inputs, timestamp=0, pdf_tags=is_tagged)
    assert isinstance(made, bytes), "a PDF is one file, whatever its pages"
    return made


def breakable(text: str, longest: int) -> str:
    """Return a text in which a word longer than this may break anywhere, so that it stays in its column.

    Typst sets such a word over the edge; `longest` is what a line of the column holds.
    """
    return re.sub(rf"[^\s-]{{{longest + 1},}}", lambda word: _BREAK.join(word[0]), text)


def _compiler(template: str) -> typst.Compiler:
    """Return this thread's compiler of the template, which keeps what it has read; it may not be shared."""
    compilers: dict[str, typst.Compiler] = _thread.__dict__.setdefault("compilers", {})
    if template not in compilers:
        file = TEMPLATES / template
        compilers[template] = typst.Compiler(str(file), root=str(TEMPLATES), font_paths=_fonts())
    return compilers[template]


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])
