"""The house stands: an import goes down only, and Streamlit stays on the top floor."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import ROOT

PACKAGE = ROOT / "monitoring"
# Each floor may import itself and those before it; the modules of the top are named by their own floors.
FLOORS = ("core", "record", "criteria", "lists", "people", "results", "figures", "documents", "top", "ui")
OUTSIDE_THE_HOUSE = {"bootstrap.py", "__main__.py"}  # they run before anything is installed
WEB = {"streamlit", "starlette", "uvicorn"}
MAY_START_THE_WEB = {"serving.py"}


def modules() -> list[Path]:
    return sorted(file for file in PACKAGE.rglob("*.py") if "migrations" not in file.parts)


def floor_of(parts: tuple[str, ...]) -> str:
    return parts[0] if parts and parts[0] in FLOORS else "top"


def imported(file: Path) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            parts = tuple(node.module.split("."))
            yield from ((*parts, alias.name) for alias in node.names)


@pytest.mark.parametrize("file", modules(), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_an_import_goes_down_only(file: Path) -> None:
    own = FLOORS.index(floor_of(file.relative_to(PACKAGE).parts[:-1]))
    reached = {
        ".".join(parts) for parts in imported(file) if parts[0] == "monitoring" and file.name not in OUTSIDE_THE_HOUSE
    }
    assert [name for name in sorted(reached) if FLOORS.index(floor_of(tuple(name.split("."))[1:])) > own] == []


@pytest.mark.parametrize("file", modules(), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_only_the_top_floor_knows_the_web(file: Path) -> None:
    if "ui" in file.relative_to(PACKAGE).parts or file.name in MAY_START_THE_WEB:
        return
    assert not {parts[0] for parts in imported(file)} & WEB
