"""The workshop of translations: English texts of the source, their Russian and Kazakh in the .po files.

`python -m monitoring.translations extract | check | missing | fill FILE.json`: for programmers.
The program itself only reads the .po files (`monitoring/core/language.py`).
"""

import argparse
import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Final, Literal, get_args

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as babel_extract
from babel.messages.pofile import read_po, write_po

from monitoring.core.language import LOCALE_FOLDER

Translated = Literal["ru", "kk"]
TRANSLATED: Final[tuple[Translated, ...]] = get_args(Translated)

ROOT: Final = Path(__file__).parent.parent
SOURCES: Final = ("app.py", "pages/**/*.py", "monitoring/**/*.py")
TEMPLATES: Final = ("monitoring/ui/templates/**/*.html",)
PLUMBING: Final = "monitoring/core/language.py"  # hands texts on under variable names
KEYWORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "_": ("text",),
    "gettext": ("text",),
    "message": ("text",),
    "pgettext": ("context", "text"),
    "pmessage": ("context", "text"),
    "ngettext": ("text", "plural"),
    "nmessage": ("text", "plural"),
    "npgettext": ("context", "text", "plural"),
    "npmessage": ("context", "text", "plural"),
    "left_open": ("text",),
}
LEFT_OPEN: Final = "left_open"  # its values are put in later, by a script
JINJA_KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# Kazakh nouns take no plural after a numeral, so one form is enough; CLDR's second one would only repeat it.
PLURAL_FORMS: Final[Mapping[Translated, int]] = {"ru": 3, "kk": 1}
PLURAL_RULES: Final[Mapping[Translated, str]] = {
    "ru": "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)",
    "kk": "0",
}
CONTEXT_MARK: Final = "\u0004"
MIXED_WORD: Final = re.compile(r"[A-Za-z][А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]|[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі][A-Za-z]")
PERCENT_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s")

Texts = Mapping[str, Mapping[str, str | list[str]]]


@dataclass(frozen=True)
class Finding:
    """Something wrong, and where: a language and the key of a message, or a file and a line."""

    where: str
    what: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}: {self.text.replace(CONTEXT_MARK, ' | ')}"


@dataclass(frozen=True)
class Review:
    """What the check found: defects fail it, doubts are for a reader of Kazakh to look at."""

    defects: list[Finding] = field(default_factory=list)
    doubts: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Same:
    """Texts that may be the same: as in English, and Kazakh as in Russian. Read from locale/same.toml."""

    english: frozenset[str] = frozenset()
    russian: frozenset[str] = frozenset()


def extract(root: Path = ROOT, folder: Path = LOCALE_FOLDER, *, prune: bool = False) -> None:
    """Write the template and bring both .po files up to it; an obsolete text becomes a comment, or goes."""
    template, _defects = read_source(root)
    _write(template, folder / "monitoring.pot")
    for language in TRANSLATED:
        path = po_path(folder, language)
        _write(_updated(template, read_translations(path, language), language, prune=prune), path, language)


def check(root: Path = ROOT, folder: Path = LOCALE_FOLDER) -> Review:
    """Compare the source with the .po files as they stand."""
    template, defects = read_source(root)
    same = read_same(folder)
    known = {language: read_translations(po_path(folder, language), language) for language in TRANSLATED}
    for language, catalog in known.items():
        defects += _defects_of(template, catalog, language, same)
    return Review(defects, list(_kazakh_as_russian(template, known["ru"], known["kk"], same)))


def missing(root: Path = ROOT, folder: Path = LOCALE_FOLDER) -> dict[str, dict[str, str | list[str]]]:
    """What a translator still has to write, as `fill` takes it, with English where the text goes."""
    template, _defects = read_source(root)
    return {language: _untranslated(template, folder, language) for language in TRANSLATED}


def fill(texts: Texts, folder: Path = LOCALE_FOLDER) -> list[Finding]:
    """Write translations into the .po files; return what found no place: run `extract` first."""
    refused: list[Finding] = []
    same = read_same(folder)
    for language in TRANSLATED:
        path = po_path(folder, language)
        catalog = read_translations(path, language)
        refused += _filled(catalog, texts.get(language, {}), language, same)
        _write(catalog, path, language)
    unknown = sorted(set(texts) - set(TRANSLATED))
    return refused + [Finding(language, "not a language of ours", "") for language in unknown]


def read_source(root: Path) -> tuple[Catalog, list[Finding]]:
    """Every message of the source, and the calls that no translation could reach."""
    template = Catalog()
    defects: list[Finding] = []
    for path in _files(root, SOURCES):
        name = path.relative_to(root).as_posix()
        if name != PLUMBING:
            defects += _read_python(path, name, template)
    for path in _files(root, TEMPLATES):
        _read_jinja(path, path.relative_to(root).as_posix(), template)
    return template, defects


def read_translations(path: Path, language: Translated) -> Catalog:
    """A .po file, or an empty one where there is none yet."""
    if not path.exists():
        return read_po(BytesIO(_header(language).encode()))
    with path.open("rb") as source:
        return read_po(source)


def read_same(folder: Path) -> Same:
    path = folder / "same.toml"
    if not path.exists():
        return Same()
    lists = tomllib.loads(path.read_text(encoding="utf-8"))
    return Same(frozenset(lists.get("english", ())), frozenset(lists.get("russian", ())))


def po_path(folder: Path, language: Translated) -> Path:
    return folder / language / "LC_MESSAGES" / "monitoring.po"


def key_of(message: Message) -> str:
    """Context, the mark U+0004 and the English text, as in compiled files; the text alone if no context."""
    text = _forms(message.id)[0]
    return text if message.context is None else f"{message.context}{CONTEXT_MARK}{text}"


def _files(root: Path, patterns: Iterable[str]) -> list[Path]:
    return sorted(path for pattern in patterns for path in root.glob(pattern))


def _read_python(path: Path, name: str, template: Catalog) -> Iterator[Finding]:
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or (keyword := _keyword(node.func)) is None:
            continue
        roles = KEYWORDS[keyword]
        literals = _literals(node.args[: len(roles)])
        if len(literals) < len(roles):
            yield Finding(f"{name}:{node.lineno}", "not a literal text", ast.unparse(node)[:80])
            continue
        said = dict(zip(roles, literals, strict=False))
        _add(template, said["text"], said.get("plural"), said.get("context"), name)
        if keyword != LEFT_OPEN:
            yield from _values_left_out(node, said, f"{name}:{node.lineno}")


def _keyword(function: ast.expr) -> str | None:
    """The name by which a call is known to be ours: `_(...)`, or `language.gettext(...)`."""
    match function:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="language"), attr=name) if name in KEYWORDS:
            return name
    return None


def _literals(arguments: Iterable[ast.expr]) -> list[str]:
    return [arg.value for arg in arguments if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


def _values_left_out(call: ast.Call, said: Mapping[str, str], where: str) -> Iterator[Finding]:
    given = {keyword.arg for keyword in call.keywords}
    if None in given:  # **values: nobody knows before it runs
        return
    wanted = _placeholders(said["text"]) | _placeholders(said.get("plural", ""))
    if "plural" in said:
        given.add("n")
    for name in sorted(wanted - given):
        yield Finding(where, f"no value for {{{name}}}", said["text"])


def _read_jinja(path: Path, name: str, template: Catalog) -> None:
    with path.open("rb") as source:
        found = babel_extract(
            "jinja2.ext:babel_extract",
            source,
            JINJA_KEYWORDS,
            options={"extensions": "jinja2.ext.i18n", "encoding": "utf-8"},
        )
        for _line, text, _comments, context in found:
            forms = _forms(text)
            _add(template, forms[0], forms[1] if len(forms) > 1 else None, context, name)


def _add(template: Catalog, text: str, plural: str | None, context: str | None, name: str) -> None:
    template.add(text if plural is None else (text, plural), context=context, locations=[(name, 0)])


def _updated(template: Catalog, known: Catalog, language: Translated, *, prune: bool) -> Catalog:
    updated = read_po(BytesIO(_header(language).encode()))
    older = {key_of(message): message for message in [*known.obsolete.values(), *_messages(known)]}
    for message in _messages(template):
        before = older.pop(key_of(message), None)
        string = _carried(message, before, updated.num_plurals)
        flags = before.flags if before else ()
        updated.add(message.id, string, message.locations, flags, context=message.context)
    if not prune:
        gone = {key: message for key, message in older.items() if any(_forms(message.string))}
        updated.obsolete.update(gone)
    return updated


def _carried(message: Message, before: Message | None, forms: int) -> str | tuple[str, ...]:
    """The translation so far, in as many forms as the message takes now."""
    so_far = _forms(before.string) if before else ()
    if not message.pluralizable:
        return so_far[0] if so_far else ""
    return tuple((*so_far, *[""] * forms)[:forms])


def _defects_of(template: Catalog, known: Catalog, language: Translated, same: Same) -> Iterator[Finding]:
    wanted = {key_of(message): message for message in _messages(template)}
    there = {key_of(message): message for message in _messages(known)}
    for key, message in wanted.items():
        translation = there.get(key)
        if translation is None:
            yield Finding(language, "not in the .po file, run extract", key)
        else:
            for what in _defects_in(message, translation, PLURAL_FORMS[language], same):
                yield Finding(language, what, key)
    obsolete = [*(key for key in there if key not in wanted), *map(key_of, known.obsolete.values())]
    yield from (Finding(language, "obsolete, run extract --prune", key) for key in obsolete)


def _defects_in(message: Message, translation: Message, plural_forms: int, same: Same) -> Iterator[str]:
    forms = _forms(translation.string)
    due = plural_forms if message.pluralizable else 1
    if not any(forms):
        yield "not translated"
        return
    if len(forms) != due or not all(forms):
        yield f"{sum(map(bool, forms))} of {due} plural forms"
    if translation.fuzzy:
        yield "fuzzy"
    source = _forms(message.id)
    for form in filter(None, forms):
        if _placeholders(form) != _placeholders(source[-1]):
            yield f"placeholders differ in «{form}»"
        if _still_english(message, (form,), same):
            yield "the same as in English"
        if MIXED_WORD.search(_without_placeholders(form)):
            yield f"letters of two alphabets in one word of «{form}»"


def _kazakh_as_russian(template: Catalog, russian: Catalog, kazakh: Catalog, same: Same) -> Iterator[Finding]:
    for message in _messages(template):
        pair = [catalog.get(message.id, message.context) for catalog in (russian, kazakh)]
        ru, kk = [_forms(found.string) if found else () for found in pair]
        if any(ru) and ru[0] == kk[0] and ru[0] not in same.russian and not _may_equal_english(ru[0], same):
            yield Finding("kk", "the same as in Russian", key_of(message))


def _still_english(message: Message, forms: Iterable[str], same: Same) -> bool:
    return any(form in _forms(message.id) and not _may_equal_english(form, same) for form in forms)


def _may_equal_english(text: str, same: Same) -> bool:
    """Names such as PDF are on the list; a text without letters («{done} / {total}») needs no translation."""
    return text in same.english or not any(map(str.isalpha, _without_placeholders(text)))


def _placeholders(text: str) -> frozenset[str]:
    """The names that a text expects: `{name}`, and Jinja's `%(name)s`."""
    try:
        braces = {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}
    except ValueError:
        braces = {"an unclosed brace"}
    return frozenset(braces) | frozenset(PERCENT_PLACEHOLDER.findall(text))


def _without_placeholders(text: str) -> str:
    return re.sub(r"\{[^}]*\}|%\(\w+\)s", " ", text)


def _untranslated(template: Catalog, folder: Path, language: Translated) -> dict[str, str | list[str]]:
    catalog = read_translations(po_path(folder, language), language)
    known = {key_of(message): message for message in _messages(catalog)}
    empty: dict[str, str | list[str]] = {}
    for message in _messages(template):
        found = known.get(key_of(message))
        if found is None or found.fuzzy or not all(_forms(found.string)):
            empty[key_of(message)] = _in_english(message, language)
    return empty


def _in_english(message: Message, language: Translated) -> str | list[str]:
    if not message.pluralizable:
        return _forms(message.id)[0]
    one, many = _forms(message.id)
    return [many] if PLURAL_FORMS[language] == 1 else [one, *[many] * (PLURAL_FORMS[language] - 1)]


def _filled(
    catalog: Catalog, texts: Mapping[str, str | list[str]], language: Translated, same: Same
) -> Iterator[Finding]:
    by_key = {key_of(message): message for message in _messages(catalog)}
    for key, text in texts.items():
        message = by_key.get(key)
        if message is None:
            yield Finding(language, "no such message", key)
        elif fault := _fault(message, text, PLURAL_FORMS[language], same):
            yield Finding(language, fault, key)
        else:
            message.string = text if isinstance(text, str) else tuple(text)
            message.flags.discard("fuzzy")


def _fault(message: Message, text: str | list[str], plural_forms: int, same: Same) -> str | None:
    if message.pluralizable == isinstance(text, str):
        return "a text for a text, a list of forms for a plural"
    forms = _forms(text)
    if message.pluralizable and len(forms) != plural_forms:
        return f"{plural_forms} plural forms wanted, not {len(forms)}"
    if not all(forms) or _still_english(message, forms, same):
        return "left as it is: empty or still English"
    return None


def _messages(catalog: Catalog) -> list[Message]:
    """The messages without the header, which Babel keeps under an empty text."""
    return [message for message in catalog if message.id]


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """A text of Babel's as its forms: one, or those of a plural."""
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def _write(catalog: Catalog, path: Path, language: Translated | None = None) -> None:
    """Sorted, without dates and line numbers, so that a file changes only where a text does."""
    body = BytesIO()
    write_po(body, catalog, width=100, omit_header=True, sort_output=True, include_lineno=False)
    text = _header(language) + "\n" + body.getvalue().decode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")


def _header(language: Translated | None) -> str:
    fields = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    if language is not None:
        forms, rule = PLURAL_FORMS[language], PLURAL_RULES[language]
        fields += [f"Language: {language}", f"Plural-Forms: nplurals={forms}; plural={rule};"]
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in fields)


def main(arguments: Sequence[str] | None = None, root: Path = ROOT, folder: Path = LOCALE_FOLDER) -> int:
    parser = argparse.ArgumentParser(prog="python -m monitoring.translations", description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    extracting = acts.add_parser("extract", help="bring the template and both .po files up to the source")
    extracting.add_argument("--prune", action="store_true", help="drop obsolete translations")
    acts.add_parser("check", help="list what is wrong; exit 1 if anything is")
    acts.add_parser("missing", help="print the untranslated messages as JSON")
    acts.add_parser("fill", help="write translations from such JSON").add_argument("file", type=Path)
    chosen = parser.parse_args(arguments)
    match chosen.act:
        case "extract":
            extract(root, folder, prune=chosen.prune)
            return 0
        case "check":
            review = check(root, folder)
            _say(f"to look at: {doubt}" for doubt in review.doubts)
            findings = review.defects
        case "missing":
            _say([json.dumps(missing(root, folder), ensure_ascii=False, indent=1)])
            return 0
        case _:
            findings = fill(json.loads(chosen.file.read_text(encoding="utf-8")), folder)
    _say(findings)
    return 1 if findings else 0


def _say(lines: Iterable[object]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
