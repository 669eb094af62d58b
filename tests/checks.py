"""What `python3 -m tests` does once its environment is there: the checks in order, each with its time."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from tests.chromium import chromium

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI", "").lower() == "true"
# The files of long tests, the browser's, come first: no worker is left alone with one at the end.
IN_PARALLEL = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
PACKAGES = ("chromium", "fonts-noto-core")


def run(arguments: list[str]) -> int:
    """Run everything, or with arguments pytest alone; return the exit code."""
    os.chdir(ROOT)
    with _place() as (folder, environment):
        without_browser = _find_browser(environment)
        if arguments:
            return _pytest([*arguments, *without_browser], folder, environment)
        failed = [name for name, commands in _checks(folder) if not _passes(name, commands, environment)]
        started = time.monotonic()
        print("== pytest", flush=True)
        if _pytest([*IN_PARALLEL, *without_browser], folder, environment) != 0:
            failed.append("pytest")
        _tell(f"== pytest: {time.monotonic() - started:.1f} s")
    _tell("failed: " + ", ".join(failed) if failed else "all checks passed")
    return 1 if failed else 0


def _checks(folder: Path) -> Iterator[tuple[str, list[list[str]]]]:
    screens = [name for name in ("app.py", "pages") if Path(name).is_file() or list(Path(name).glob("*.py"))]
    yield "ruff check", [["ruff", "check", "--quiet", "."]]
    yield "ruff format", [["ruff", "format", "--check", "--quiet", "."]]
    yield "mypy --strict", [["mypy", "--strict", "monitoring", "tests", *screens]]
    yield "alembic check", [["alembic", "upgrade", "head"], ["alembic", "check"]]
    yield "translations", [["monitoring.translations", "check"]]


def _passes(name: str, modules: list[list[str]], environment: dict[str, str]) -> bool:
    """Run modules one after another until one fails, and say how it went; show what a failed one printed."""
    started = time.monotonic()
    for module in modules:
        done = subprocess.run(
            [sys.executable, "-m", *module],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
        if done.returncode != 0:
            break
    passed = done.returncode == 0
    print(f"== {name}: {'ok' if passed else 'FAILED'}, {time.monotonic() - started:.1f} s", flush=True)
    if not passed:
        print(done.stdout, flush=True)
    return passed


def _pytest(arguments: list[str], folder: Path, environment: dict[str, str]) -> int:
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", f"--junitxml={report}", *arguments]
    code = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL).returncode
    if code == 0 and IN_CI and _skipped(report):
        _tell("CI skips no test, and these were skipped: " + ", ".join(_skipped(report)))
        return 1
    return code


def _skipped(report: Path) -> list[str]:
    cases = ElementTree.parse(report).iter("testcase")  # noqa: S314 - pytest has just written it
    return [
        f"{case.get('classname')}::{case.get('name')}"
        for case in cases
        if any(skip.get("type") == "pytest.skip" for skip in case.iter("skipped"))
    ]


@contextmanager
def _place() -> Iterator[tuple[Path, dict[str, str]]]:
    """A temporary home for everything that is run, so that no test meets a person's own data or settings."""
    with tempfile.TemporaryDirectory(prefix="monitoring-tests-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL started by root gives up its rights and must still come through here
        home = folder / "home"
        home.mkdir()
        runtime = folder / "run"
        runtime.mkdir(mode=0o700)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("MONITORING_")}
        environment |= dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"), str(home))
        environment |= {
            "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_DATA_HOME": str(home / ".local" / "share"),
            "XDG_RUNTIME_DIR": str(runtime),
            "MONITORING_HOME": str(folder / "monitoring"),
            "PYTHONUTF8": "1",
        }
        yield folder, environment


def _find_browser(environment: dict[str, str]) -> list[str]:
    """Name the Chromium in the environment; where there is none, return what leaves its tests out."""
    path = chromium()
    if path is None and _install_chromium():
        path = chromium()
    if path is not None:
        environment["MONITORING_CHROMIUM"] = path
        return []
    if IN_CI:
        _tell("No Chromium here and it could not be installed: in CI no test is skipped.")
        sys.exit(1)
    _tell(
        "No Chromium here (chromium, chromium-browser, google-chrome, or the path in MONITORING_CHROMIUM), "
        "and it could not be installed by apt-get.\n"
        "Skipped: all browser tests (tests/browser and others marked «browser»)."
    )
    return ["-m", "not browser"]


def _install_chromium() -> bool:
    sudo = _rights()
    if shutil.which("apt-get") is None or sudo is None or os.environ.get("MONITORING_CHROMIUM"):
        return False
    _tell("Installing " + ", ".join(PACKAGES) + " by apt-get…")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        done = subprocess.run([*sudo, "apt-get", "-q", *command], env=quiet, capture_output=True, text=True)
        if done.returncode != 0:
            _tell("apt-get failed:\n" + "\n".join(done.stderr.strip().splitlines()[-5:]))
            return False
    return True


def _rights() -> list[str] | None:
    """What goes before apt-get: nothing for root, sudo where it asks no password, else None."""
    if shutil.which("id") is None:
        return None
    if subprocess.run(["id", "-u"], capture_output=True, text=True).stdout.strip() == "0":
        return []
    sudo = shutil.which("sudo")
    asked = sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0
    return ["sudo", "-n"] if asked else None


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
