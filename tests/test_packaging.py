"""That the program can be set up: the locks, the files that name no outside host, the theme that can be read,
and a first start that goes on where it was cut."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from monitoring import bootstrap

ROOT = Path(__file__).resolve().parent.parent
RUN, DEV = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
PIN = re.compile(r"[a-z0-9-]+(\[[a-z,]+\])?==[A-Za-z0-9.+!]+( ; [^:\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
REGISTRIES = re.compile(
    r"py" r"pi\.|python" r"hosted|npm" r"js\.|(deb|security)\." r"debian|index" r"-url *=|find" r"-links *=",
    re.IGNORECASE,
)


def pins(lock: Path) -> list[Requirement]:
    lines = lock.read_text("utf-8").splitlines()
    return [Requirement(line.rstrip(" \\")) for line in lines if not line.startswith(" ")]


def committed_files() -> list[Path]:
    """What git has, or would take: in a folder without .git, what is there less what .gitignore names."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode == 0:
        return [ROOT / name for name in done.stdout.splitlines() if (ROOT / name).is_file()]
    parts = (path.relative_to(ROOT).parts for path in ROOT.rglob("*") if path.is_file())
    return [
        ROOT.joinpath(*way) for way in parts if not any(part.startswith(".venv") or "cache" in part for part in way)
    ]


@pytest.mark.parametrize("lock", [RUN, DEV], ids=lambda lock: lock.name)
def test_a_lock_holds_pins_and_hashes_and_nothing_else(lock: Path) -> None:
    strange = [
        line for line in lock.read_text("utf-8").splitlines() if not (PIN.fullmatch(line) or HASH.fullmatch(line))
    ]
    assert strange == []


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        (RUN, PROJECT["project"]["dependencies"]),
        (DEV, PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["test"]),
    ],
    ids=["run", "dev"],
)
def test_every_direct_dependency_is_pinned_within_its_range(lock: Path, wanted: list[str]) -> None:
    pinned = {pin.name: str(pin.specifier).removeprefix("==") for pin in pins(lock)}
    outside = [
        line
        for line in wanted
        if not Requirement(line).specifier.contains(pinned.get(canonicalize_name(Requirement(line).name), "0"))
    ]
    assert outside == []


def test_the_lock_of_the_tests_has_every_pin_of_the_program() -> None:
    assert {str(pin) for pin in pins(RUN)} < {str(pin) for pin in pins(DEV)}


def test_the_tests_own_tools_are_not_installed_with_the_program() -> None:
    tools = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependency-groups"]["test"]}
    assert tools & {pin.name for pin in pins(RUN)} == set()


def test_there_is_one_kind_of_lock() -> None:
    assert not (ROOT / "uv.lock").exists()
    assert not (ROOT / "poetry.lock").exists()


def test_no_committed_file_names_a_package_registry() -> None:
    found = []
    for path in committed_files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # a picture, a font, a document
        found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in REGISTRIES.finditer(text)]
    assert found == []


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111 or sys.platform == "win32"
    assert script.read_text("utf-8").splitlines()[-1] == "exec python3 -m tests"


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_theme_can_be_read(mode: str) -> None:
    theme = THEME[mode]
    grounds = [
        theme["backgroundColor"],
        theme["secondaryBackgroundColor"],
        theme["sidebar"]["backgroundColor"],
    ]
    assert min(contrast(theme["textColor"], ground) for ground in grounds) >= 7
    assert min(contrast(theme["linkColor"], ground) for ground in grounds) >= 4.5
    assert min(contrast(theme["primaryColor"], ground) for ground in grounds) >= 3  # a mark, a line, a filled field
    assert contrast(theme["primaryColor"], "#FFFFFF") >= 4.5  # the words on a primary button are white


def test_the_theme_takes_no_font_from_outside() -> None:
    assert "fontFaces" not in THEME
    assert {THEME["font"], THEME["headingFont"]} == {"sans-serif"}


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with a small lock, where nothing is set up yet; return the lock."""
    for name, path in {"ROOT": "", "VENV": ".venv", "WHEELS": ".venv-wheels"}.items():
        monkeypatch.setattr(bootstrap, name, tmp_path / path)
    monkeypatch.setattr(bootstrap, "INSTALLING", tmp_path / ".venv" / "monitoring-installing")
    lock = tmp_path / "requirements.txt"
    lock.write_text("no-such-package-here==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n", "utf-8")
    return lock


def test_an_environment_that_has_every_pin_is_used_as_it_is() -> None:
    assert bootstrap._satisfied_here(RUN)


def test_an_environment_that_lacks_a_pin_is_not_used(elsewhere: Path) -> None:
    assert not bootstrap._satisfied_here(elsewhere)


def test_a_lock_that_changed_is_not_ready_any_more(elsewhere: Path) -> None:
    python = bootstrap._python()
    python.parent.mkdir(parents=True)
    python.touch()
    assert not bootstrap._is_ready(elsewhere)
    bootstrap._stamp(elsewhere).write_text(bootstrap._digest(elsewhere), "ascii")
    assert bootstrap._is_ready(elsewhere)
    elsewhere.write_text("another==2.0\n", "utf-8")
    assert not bootstrap._is_ready(elsewhere)


def test_without_internet_the_first_start_says_so_and_ends_with_1(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")  # nobody listens there
    with pytest.raises(SystemExit) as ended:
        bootstrap.enter_environment(elsewhere)
    assert ended.value.code == 1
    assert bootstrap.NO_INTERNET in capsys.readouterr().err
    assert not bootstrap._is_ready(elsewhere)


def test_a_full_disk_is_named_before_anything_is_made(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "ROOM_NEEDED_MB", 10**12)
    with pytest.raises(SystemExit):
        bootstrap.enter_environment(elsewhere)
    assert bootstrap.NO_ROOM.splitlines()[1] in capsys.readouterr().err
    assert not bootstrap.VENV.exists()


def test_an_install_that_was_cut_is_begun_anew_and_a_whole_environment_is_kept(elsewhere: Path) -> None:
    bootstrap._make_venv()
    trace = bootstrap.VENV / "trace"
    trace.touch()
    bootstrap._make_venv()
    assert trace.exists()
    bootstrap.INSTALLING.touch()
    bootstrap._make_venv()
    assert not trace.exists()


@pytest.mark.parametrize("module", ["monitoring", "tests"])
def test_an_old_python_can_read_the_file_that_checks_its_version(module: str) -> None:
    import ast

    for file in ("__init__.py", "__main__.py"):
        source = (ROOT / module / file).read_text("utf-8")
        ast.parse(source, feature_version=(3, 6))
        assert "import annotations" not in source  # 3.6 does not know it
