"""First start on a bare machine: makes .venv from a lock and runs the same command line again inside it.

Standard library only. What is downloaded stays in .venv-wheels until all of it is installed, so a start that
was cut goes on where it stopped (and a machine without internet can be given that folder). A stamp, written
last, names the lock that .venv holds.
"""

import contextlib
import errno
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import IO, NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WHEELS = ROOT / ".venv-wheels"
INSTALLING = VENV / "monitoring-installing"
LOCKED = ["--no-deps", "--require-hashes", "--only-binary=:all:", "-r"]
BATCH = 8
ROOM_NEEDED_MB = 1500  # measured: .venv 1065 MB with the tests, 680 without; the wheels 268 and 147

NO_INTERNET = """Не удалось скачать нужные части программы: нет связи с интернетом.
Проверьте подключение и повторите команду: уже скачанное не потеряется. Интернет нужен только в первый раз."""
NO_ROOM = f"""На диске мало места: нужно около {ROOM_NEEDED_MB} МБ свободных.
Освободите место и повторите команду."""
NO_VENV = """В этом Python нет модулей venv и pip.
На Debian и Ubuntu выполните «sudo apt install python3-venv», на других системах переустановите Python,
затем повторите команду."""
NO_WHEEL = """Для этого компьютера или этой версии Python нет готовых частей программы.
Установите 64-разрядный Python 3.11, 3.12, 3.13 или 3.14 и повторите команду."""
DAMAGED = """Скачанные файлы повреждены: их контрольные суммы не сходятся. Ничего не установлено.
Повторите команду; если не поможет, попробуйте другое подключение к интернету."""
NO_ACCESS = f"""Нет доступа к папке {ROOT} или её файлы заняты.
Закройте программу во всех окнах, проверьте право записи в эту папку и повторите команду."""
INTERRUPTED = "Подготовка прервана. Повторите команду: она продолжит с того же места."

_WHAT_PIP_SAYS = (  # the first that is found in pip's output names the cause
    (("No space left", "Errno 28", "not enough space"), NO_ROOM),
    (("DO NOT MATCH THE HASHES", "mismatched sha256"), DAMAGED),
    (
        (
            "NewConnectionError",
            "NameResolutionError",
            "ConnectTimeout",
            "ReadTimeout",
            "ConnectionReset",
            "ConnectionRefused",
            "ProxyError",
            "SSLError",
            "HTTPError",
            "Could not fetch URL",
            "Connection broken",
            "IncompleteRead",
        ),
        NO_INTERNET,
    ),
    (("No matching distribution",), NO_WHEEL),
    (("Permission denied", "Errno 13", "Access is denied", "WinError 5", "WinError 32"), NO_ACCESS),
)


class _CannotPrepare(Exception):
    """Says in the person's own language what to do; the next try finishes what is there."""


def enter_environment(requirements: Path) -> None:
    """Return when the packages of this lock can be imported; else see to it and start the command again.

    Ends the process with code 1 and a message when the environment cannot be made.
    """
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    if inside and _is_ready(requirements):
        return
    if not inside and _satisfied_here(requirements):
        return
    if not _is_ready(requirements):
        try:
            with _one_at_a_time():
                if not _is_ready(requirements):  # another window may have finished it meanwhile
                    _prepare(requirements)
        except _CannotPrepare as cause:
            _give_up(str(cause))
        except OSError as error:
            _give_up(_explain(error))
        except KeyboardInterrupt:
            _give_up(INTERRUPTED)
    _run_again()


def _is_ready(requirements: Path) -> bool:
    try:
        return _python().exists() and _stamp(requirements).read_text("ascii") == _digest(requirements)
    except OSError:
        return False


def _stamp(requirements: Path) -> Path:
    return VENV / f"monitoring-{requirements.stem}"


def _digest(requirements: Path) -> str:
    return f"{hashlib.sha256(requirements.read_bytes()).hexdigest()} {_python_version()}"


def _python_version() -> str:
    return f"{sys.implementation.name} {sys.version_info[0]}.{sys.version_info[1]}"


def _python() -> Path:
    return VENV / "Scripts" / "python.exe" if sys.platform == "win32" else VENV / "bin" / "python"


def _satisfied_here(requirements: Path) -> bool:
    """Whether the running Python has every pin already: a container, a developer's own environment."""
    try:
        from packaging.requirements import Requirement  # is pinned in the lock, so a complete one has it
    except ImportError:
        return False
    try:
        for pin in map(Requirement, _pins(requirements)):
            applies = pin.marker is None or pin.marker.evaluate()
            if applies and metadata.version(pin.name) not in pin.specifier:
                return False
    except metadata.PackageNotFoundError:
        return False
    return True


def _locked(requirements: Path) -> list[str]:
    """The entries of the lock, each with the lines of its hashes."""
    return re.findall(r"^[^\s#].*\n(?:[ \t].*\n)*", requirements.read_text("utf-8"), re.M)


def _pins(requirements: Path) -> list[str]:
    return [entry.splitlines()[0].rstrip(" \\") for entry in _locked(requirements)]


def _prepare(requirements: Path) -> None:
    if shutil.disk_usage(ROOT).free < ROOM_NEEDED_MB * 1024 * 1024:
        raise _CannotPrepare(NO_ROOM)
    first = "Обновляю программу." if VENV.exists() else "Первый запуск: готовлю программу."
    _say(f"{first} Это займёт около минуты и требует интернета.")
    pip = _make_venv()
    install = [*pip, "install", "--no-compile", "--no-index", "--find-links", str(WHEELS), *LOCKED]
    install.append(str(requirements))
    if not (WHEELS.is_dir() and _succeeds([*install, "--dry-run"])):
        _download(pip, requirements)
    _say("Устанавливаю…")
    INSTALLING.touch()
    _run_pip(install)
    _compile()
    for held in _held(requirements):
        _stamp(held).write_text(_digest(held), "ascii")
    INSTALLING.unlink()
    shutil.rmtree(WHEELS, ignore_errors=True)
    _say("Готово.")


def _held(requirements: Path) -> list[Path]:
    """The locks that .venv holds now: the tests' lock has every pin of the program's."""
    run = ROOT / "requirements.txt"
    return [run, requirements] if set(_pins(run)) < set(_pins(requirements)) else [requirements]


def _make_venv() -> list[str]:
    """Make .venv where there is no whole one, and return the command line of a pip that installs into it."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    inner, outer = [str(_python()), "-m", "pip"], [base, "-m", "pip", "--python", str(_python())]
    if not INSTALLING.exists() and _same_python():
        for pip in (inner, outer):
            if _succeeds([*pip, "--version"]):
                return pip
    if _succeeds([base, "-m", "venv", "--clear", str(VENV)]):
        return inner
    # Debian without python3-venv has no ensurepip; its own pip can install into a bare environment.
    if _succeeds([base, "-m", "venv", "--clear", "--without-pip", str(VENV)]) and _succeeds([*outer, "--version"]):
        return outer
    if not os.access(ROOT, os.W_OK):
        raise _CannotPrepare(NO_ACCESS)
    raise _CannotPrepare(NO_VENV)


def _same_python() -> bool:
    show = "import sys; print(sys.implementation.name, '%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([str(_python()), "-c", show], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.stdout.strip() == _python_version()


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
    except OSError:
        return False


def _download(pip: list[str], requirements: Path) -> None:
    """Fetch the wheels in batches: pip keeps none of a batch that was cut, and all of those before it."""
    WHEELS.mkdir(exist_ok=True)
    pins, batch = _locked(requirements), WHEELS / "batch.txt"
    _say(f"Скачиваю части программы (всего {len(pins)}):", end="")
    for start in range(0, len(pins), BATCH):
        batch.write_text("".join(pins[start : start + BATCH]), "utf-8")
        _run_pip([*pip, "download", "--dest", str(WHEELS), *LOCKED, str(batch)])
        _say(f" {min(start + BATCH, len(pins))}…", end="")
    _say("")


def _run_pip(command: list[str]) -> None:
    """Run pip to its end; of what it says only the cause of a failure is shown, in our words."""
    pip = subprocess.run(
        [*command, "--no-input", "--disable-pip-version-check", "--no-cache-dir", "--progress-bar", "off"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        close_fds=False,  # a pip that outlives us goes on holding the lock file
    )
    if pip.returncode != 0:
        raise _CannotPrepare(_cause(pip.stdout))


def _cause(said: str) -> str:
    for signs, message in _WHAT_PIP_SAYS:
        if any(sign in said for sign in signs):
            return message
    return "Не удалось подготовить программу. pip сообщает:\n" + "\n".join(said.strip().splitlines()[-5:])


def _compile() -> None:
    """Bytecode in all cores at once: pip does it in one, and the first start would wait for it."""
    library = VENV / ("Lib" if sys.platform == "win32" else "lib")
    subprocess.run([str(_python()), "-m", "compileall", "-qq", "-j", "0", str(library)], capture_output=True)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Hold .venv.lock; the system lets go of it when the last process that holds it ends, however it ends."""
    with (ROOT / ".venv.lock").open("a+b") as file:
        if not _try_lock(file, wait=False):
            _say("Программа уже готовится в другом окне, жду…")
            while not _try_lock(file, wait=True):
                pass
        os.set_inheritable(file.fileno(), True)
        yield


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes], *, wait: bool) -> bool:
        file.seek(0)
        try:  # LK_LOCK itself gives up after ten seconds
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: IO[bytes], *, wait: bool) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True


def _run_again() -> NoReturn:
    command = [str(_python()), *sys.orig_argv[1:]]
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform == "win32":  # execv there returns to the prompt with the program still running behind it
        _run_and_exit(command)
    else:
        os.execv(command[0], command)  # noqa: S606


def _run_and_exit(command: list[str]) -> NoReturn:
    with subprocess.Popen(command) as process:
        while True:
            try:
                sys.exit(process.wait())
            except KeyboardInterrupt:
                continue  # the program has got it too and ends by itself


def _explain(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return NO_ROOM
    if isinstance(error, PermissionError) or error.errno in (errno.EROFS, errno.EBUSY):
        return NO_ACCESS
    return f"Не удалось подготовить программу: {error}"


def _give_up(message: str) -> NoReturn:
    _say(f"\n{message}")
    sys.exit(1)


def _say(text: str, end: str = "\n") -> None:
    sys.stderr.write(text + end)
    sys.stderr.flush()
