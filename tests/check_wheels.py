"""`python tests/check_wheels.py`: has every pin of requirements.txt a wheel for each system and Python below?

Asks the package registry through uv and installs nothing; a command for whoever changes a lock, not a test.
Ends with code 1, and the names, if a wheel is missing anywhere.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements.txt"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = {
    "Windows x86-64": "x86_64-pc-windows-msvc",
    "macOS arm64": "aarch64-apple-darwin",
    "macOS x86-64": "x86_64-apple-darwin",
    "Linux x86-64, glibc 2.28": "x86_64-manylinux_2_28",
}


def main() -> int:
    found = [_report(system, python) for system in SYSTEMS for python in PYTHONS]
    return 0 if all(found) else 1


def _report(system: str, python: str) -> bool:
    answer = _asked(LOCK.read_text("utf-8"), SYSTEMS[system], python)
    missing = [] if answer.returncode == 0 else _missing(SYSTEMS[system], python)
    verdict = "no wheel for " + ", ".join(missing) if missing else _counted(answer)
    print(f"{system}, Python {python}: {verdict}", flush=True)
    return answer.returncode == 0


def _missing(platform: str, python: str) -> list[str]:
    pins = [line.rstrip(" \\") for line in LOCK.read_text("utf-8").splitlines() if not line.startswith(" ")]
    return [pin for pin in pins if _asked(pin, platform, python, "--no-verify-hashes").returncode != 0]


def _asked(requirements: str, platform: str, python: str, *more: str) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as folder:
        lock = Path(folder, "lock.txt")
        lock.write_text(requirements, "utf-8")
        command = [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "install",
            "--dry-run",
            "--no-deps",
            "--only-binary=:all:",
        ]
        command += ["--python-platform", platform, "--python-version", python, "--target", folder]
        return subprocess.run([*command, *more, "-r", str(lock)], capture_output=True, text=True)


def _counted(answer: subprocess.CompletedProcess[str]) -> str:
    return f"{sum(line.startswith(' + ') for line in answer.stderr.splitlines())} wheels, none missing"


if __name__ == "__main__":
    sys.exit(main())
